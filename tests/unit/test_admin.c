/* links: runtime */
/* The admin server over a real connection, with a board that the test writes on. */
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/runtime/admin.h"
#include "common/runtime/metrics.h"
#include "tests/unit/check.h"

static const char *const names[] = {"account", "affiliation"};

static char place[64]; /* host:port of the server */
static struct sockaddr_in address;
static struct status_board *board;
static struct status *account;
static struct status *affiliation;
static struct admin_server *server;

/* A port nobody listens on: taken, read and given back. */
static void choose_place(void) {
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    (void)snprintf(place, sizeof(place), "127.0.0.1:%d", ntohs(address.sin_port));
}

static int start(void **state UNUSED) {
    struct error err = {0};
    choose_place();
    metrics_start(names, COUNT_OF(names));
    board = status_board_new();
    account = status_add(board, names[0]);
    affiliation = status_add(board, names[1]);
    if (!admin_server_open(place, board, &server, &err))
        fail_msg("%s", err.text);
    return 0;
}

static int end(void **state UNUSED) {
    admin_server_close(server);
    status_board_destroy(board);
    return 0;
}

static void both_settle(void) {
    status_settling(account);
    status_settled(account);
    status_settling(affiliation);
    status_partition(affiliation, "affiliation.requests.v1", 3, VERDICT_CONSUME, 17);
    status_partition(affiliation, "affiliation.requests.v1", 4, VERDICT_OFFSETS_LOST, 5);
    status_settled(affiliation);
}

/* The whole answer to a request, which the server ends by closing. */
static const char *ask(const char *method, const char *path) {
    static char answer[65536];
    char request[512];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    int size = snprintf(request, sizeof(request),
                        "%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%s\r\n", method, path,
                        strcmp(method, "POST") == 0 ? "Content-Length: 0\r\n" : "");
    assert_int_equal(send(fd, request, (size_t)size, MSG_NOSIGNAL), size);
    size_t used = 0;
    ssize_t got = 0;
    while ((got = recv(fd, answer + used, sizeof(answer) - 1 - used, 0)) > 0)
        used += (size_t)got;
    close(fd);
    answer[used] = '\0';
    return answer;
}

static void check_answer(const char *method, const char *path, int expected_status,
                         const char *expected_part) {
    char name[128];
    char start_line[64];
    const char *answer = ask(method, path);
    (void)snprintf(name, sizeof(name), "%s %s: %s", method, path, expected_part);
    (void)snprintf(start_line, sizeof(start_line), "HTTP/1.1 %d ", expected_status);
    check_true(name, strncmp(answer, start_line, strlen(start_line)) == 0);
    check_true(name, strstr(answer, expected_part) != NULL);
    check_true(name, strstr(answer, "\r\nX-Content-Type-Options: nosniff\r\n") != NULL);
    check_true(name, strstr(answer, "\r\nCache-Control: no-store\r\n") != NULL);
}

static void requests(void **state UNUSED) {
    static const struct {
        const char *method;
        const char *path;
        int status;
        const char *part;
    } rows[] = {
        {"GET", "/", 200, "<a href=\"/metrics\">"},
        {"GET", "/?from=here", 200, "<a href=\"/metrics\">"},
        {"GET", "/livez", 200, "\r\n\r\nok\n"},
        {"GET", "/readyz", 200, "\"ready\": true"},
        {"GET", "/metrics", 200, "Content-Type: text/plain; version=0.0.4"},
        {"GET", "/metrics", 200, "\nguichet_partitions_assigned{worker=\"affiliation\"} 2\n"},
        {"GET", "/metrics", 200, "\nguichet_partitions_stopped{worker=\"affiliation\"} 1\n"},
        {"GET", "/metrics", 200, "\nguichet_partitions_stopped{worker=\"account\"} 0\n"},
        {"GET", "/status", 200, "\"verdict\": \"OFFSETS_LOST\""},
        {"GET", "/status", 200, "\"settled_offset\": 17"},
        {"HEAD", "/livez", 200, "Content-Length: 3\r\n"},
        {"GET", "/livez/", 404, "not found"},
        {"GET", "/favicon.ico", 404, "not found"},
        {"POST", "/livez", 405, "Allow: GET, HEAD\r\n"},
        {"DELETE", "/status", 405, "Allow: GET, HEAD\r\n"},
        {"POST", "/elsewhere", 404, "not found"},
    };
    both_settle();
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        check_answer(rows[i].method, rows[i].path, rows[i].status, rows[i].part);
    const char *head = ask("HEAD", "/livez");
    check_text("HEAD has no body", "\r\n\r\n", head + strlen(head) - 4);
}

static void ready_while_every_worker_is_settled(void **state UNUSED) {
    check_answer("GET", "/readyz", 503, "\"state\": \"starting\"");
    status_settling(account);
    status_settled(account);
    check_answer("GET", "/readyz", 503, "\"worker\": \"affiliation\"");
    assert_null(strstr(ask("GET", "/readyz"), "account"));
    both_settle();
    check_answer("GET", "/readyz", 200, "\"ready\": true");
    status_failed(affiliation, &(struct error){.code = "57P01", .text = "not shown"});
    check_answer("GET", "/readyz", 503, "\"code\": \"57P01\"");
    assert_null(strstr(ask("GET", "/readyz"), "not shown"));
    check_answer("GET", "/livez", 200, "ok");
    both_settle();
    check_answer("GET", "/readyz", 200, "\"ready\": true");
    status_stopping(account);
    check_answer("GET", "/readyz", 503, "\"state\": \"stopping\"");
}

static void settling_again_forgets_partitions(void **state UNUSED) {
    both_settle();
    status_settling(affiliation);
    status_partition(affiliation, "affiliation.reviews.v1", 0, VERDICT_CONSUME, 1);
    status_settled(affiliation);
    check_answer("GET", "/status", 200, "affiliation.reviews.v1");
    assert_null(strstr(ask("GET", "/status"), "affiliation.requests.v1"));
    check_answer("GET", "/metrics", 200, "\nguichet_partitions_assigned{worker=\"affiliation\"} 1");
    check_answer("GET", "/metrics", 200, "\nguichet_partitions_stopped{worker=\"affiliation\"} 0");
}

static void check_refused(const char *listen, const char *part) {
    struct error err = {0};
    struct admin_server *other = NULL;
    check_true(listen, !admin_server_open(listen, board, &other, &err));
    check_true(listen, other == NULL);
    check_text(listen, "CONFIGURATION", err.code);
    check_int(listen, ERROR_FATAL, err.class);
    check_true(err.text, strstr(err.text, "admin.listen") != NULL);
    check_true(err.text, strstr(err.text, listen) != NULL && strstr(err.text, part) != NULL);
}

static void places_that_cannot_be_listened_on(void **state UNUSED) {
    check_refused(place, "already in use");
    check_refused("nowhere.invalid:9464", "");
    check_refused("192.0.2.1:9464", "annot assign"); /* a documentation address: never ours */
    check_refused("9464", "host:port");
    check_refused(":9464", "host:port");
    struct error err = {0};
    struct admin_server *no_server = server;
    assert_true(admin_server_open("", board, &no_server, &err));
    assert_null(no_server);
    admin_server_close(no_server);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(requests, start, end),
        cmocka_unit_test_setup_teardown(ready_while_every_worker_is_settled, start, end),
        cmocka_unit_test_setup_teardown(settling_again_forgets_partitions, start, end),
        cmocka_unit_test_setup_teardown(places_that_cannot_be_listened_on, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
