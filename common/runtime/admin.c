#include "common/runtime/admin.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/runtime/log.h"
#include "common/runtime/metrics.h"

enum {
    CONNECTIONS_MOST = 32,
    CONNECTION_BYTES_MOST = 16 * 1024, /* what a request's line and headers may take */
    CONNECTION_IDLE_SECONDS = 10,
    BACKLOG = 16,
    HOST_SIZE = 256,
};

struct admin_server {
    struct MHD_Daemon *daemon;
    struct status_board *board;
};

struct route {
    const char *path;
    const char *content_type;
    const char *summary; /* for the index */
    /* Writes the body, returns the HTTP status. */
    unsigned (*answer)(const struct admin_server *server, struct buffer *body);
};

#define JSON_TYPE "application/json"
#define TEXT_TYPE "text/plain; charset=utf-8"

/* The i-th of the routes below; NULL past the end. */
static const struct route *route_at(size_t index);

static unsigned answer_index(const struct admin_server *server UNUSED, struct buffer *body) {
    buffer_append_text(body, "<!DOCTYPE html>\n<html lang=\"en\">\n<title>guichet</title>\n"
                             "<h1>guichet " GUICHET_VERSION "</h1>\n<ul>\n");
    const struct route *route = NULL;
    for (size_t i = 0; (route = route_at(i)) != NULL; i++)
        if (route->summary != NULL)
            buffer_append_slice(body,
                                arena_format(body->arena, "<li><a href=\"%s\">%s</a>: %s</li>\n",
                                             route->path, route->path, route->summary));
    buffer_append_text(body, "</ul>\n</html>\n");
    return MHD_HTTP_OK;
}

static unsigned answer_live(const struct admin_server *server UNUSED, struct buffer *body) {
    buffer_append_text(body, "ok\n");
    return MHD_HTTP_OK;
}

/* Takes the object over. */
static void append_json(struct buffer *body, json_t *object) {
    char *text = json_dumps(object, JSON_INDENT(2));
    json_decref(object);
    if (text == NULL)
        abort(); /* out of memory: our own objects are always valid */
    buffer_append_text(body, text);
    buffer_append_byte(body, '\n');
    free(text);
}

static unsigned answer_ready(const struct admin_server *server, struct buffer *body) {
    bool ready = false;
    append_json(body, status_readiness(server->board, &ready));
    return ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static unsigned answer_metrics(const struct admin_server *server UNUSED, struct buffer *body) {
    metrics_print(body);
    return MHD_HTTP_OK;
}

static unsigned answer_status(const struct admin_server *server, struct buffer *body) {
    json_t *object = status_describe(server->board);
    (void)json_object_set_new(object, "version", json_string(GUICHET_VERSION));
    append_json(body, object);
    return MHD_HTTP_OK;
}

static const struct route routes[] = {
    {"/", "text/html; charset=utf-8", NULL, answer_index},
    {"/livez", TEXT_TYPE, "200 while the process runs", answer_live},
    {"/readyz", JSON_TYPE, "200 when every worker has settled its partitions, else 503 and why",
     answer_ready},
    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", "counters and times for Prometheus",
     answer_metrics},
    {"/status", JSON_TYPE, "workers, their state and their partitions", answer_status},
};

static const struct route *route_at(size_t index) {
    return index < COUNT_OF(routes) ? &routes[index] : NULL;
}

static const struct route *route_find(const char *path) {
    for (size_t i = 0; i < COUNT_OF(routes); i++)
        if (strcmp(routes[i].path, path) == 0)
            return &routes[i];
    return NULL;
}

/* Pages are small and made on the spot: nobody may keep, frame or reinterpret them. */
static bool add_headers(struct MHD_Response *response, const char *content_type,
                        unsigned http_status) {
    const struct {
        const char *name;
        const char *value;
    } headers[] = {
        {MHD_HTTP_HEADER_CONTENT_TYPE, content_type},
        {MHD_HTTP_HEADER_CACHE_CONTROL, "no-store"},
        {"X-Content-Type-Options", "nosniff"},
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    };
    for (size_t i = 0; i < COUNT_OF(headers); i++)
        if (MHD_add_response_header(response, headers[i].name, headers[i].value) != MHD_YES)
            return false;
    return http_status != MHD_HTTP_METHOD_NOT_ALLOWED ||
           MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD") == MHD_YES;
}

static enum MHD_Result respond(struct MHD_Connection *connection, unsigned http_status,
                               const char *content_type, struct slice body) {
    struct MHD_Response *response = MHD_create_response_from_buffer(
        body.size, (void *)(uintptr_t)body.data, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO; /* closes the connection */
    enum MHD_Result result = add_headers(response, content_type, http_status)
                                 ? MHD_queue_response(connection, http_status, response)
                                 : MHD_NO;
    MHD_destroy_response(response);
    return result;
}

/* A request's headers are there. Its body, if any, is not waited for: nothing here reads one. */
static enum MHD_Result handle(void *closure, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *http_version UNUSED,
                              const char *upload UNUSED, size_t *upload_size UNUSED,
                              void **request UNUSED) {
    const struct admin_server *server = closure;
    const struct route *route = route_find(url);
    if (route == NULL)
        return respond(connection, MHD_HTTP_NOT_FOUND, TEXT_TYPE, slice_of("not found\n"));
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return respond(connection, MHD_HTTP_METHOD_NOT_ALLOWED, TEXT_TYPE,
                       slice_of("only GET and HEAD\n"));
    struct arena arena;
    struct buffer body;
    arena_init(&arena);
    buffer_init(&body, &arena, 1024);
    unsigned http_status = route->answer(server, &body);
    enum MHD_Result result =
        respond(connection, http_status, route->content_type, buffer_slice(&body));
    arena_fini(&arena);
    return result;
}

static bool refuse(struct error *err, const char *listen, const char *why) {
    return error_set(err, ERROR_FATAL, "CONFIGURATION",
                     "admin.listen: cannot listen on %s: %s (set another address, or nothing for "
                     "no server)",
                     listen, why);
}

/* A listening socket at the first of the addresses that takes one; -1 with errno. */
static int listen_at(const struct addrinfo *addresses) {
    for (const struct addrinfo *address = addresses; address != NULL; address = address->ai_next) {
        const int yes = 1;
        int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                        address->ai_protocol);
        if (fd < 0)
            continue;
        /* So that a restart does not wait for the connections of the process before. */
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
        if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
            return fd;
        int reason = errno;
        close(fd);
        errno = reason;
    }
    return -1;
}

static bool open_socket(const char *listen, int *fd, struct error *err) {
    const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                   .ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    const char *colon = strrchr(listen, ':');
    size_t size = colon == NULL ? 0 : (size_t)(colon - listen);
    if (size == 0 || size >= HOST_SIZE)
        return refuse(err, listen, "it is not host:port");
    bool has_brackets = size > 2 && listen[0] == '[' && colon[-1] == ']';
    char host[HOST_SIZE];
    (void)snprintf(host, sizeof(host), "%.*s", (int)(has_brackets ? size - 2 : size),
                   has_brackets ? listen + 1 : listen);
    struct addrinfo *addresses = NULL;
    int code = getaddrinfo(host, colon + 1, &hints, &addresses);
    if (code != 0)
        return refuse(err, listen, gai_strerror(code));
    *fd = listen_at(addresses);
    int reason = errno;
    freeaddrinfo(addresses);
    return *fd >= 0 ? true : refuse(err, listen, strerror(reason));
}

bool admin_server_open(const char *listen, struct status_board *board, struct admin_server **server,
                       struct error *err) {
    *server = NULL;
    if (listen[0] == '\0')
        return true;
    int fd = -1;
    if (!open_socket(listen, &fd, err))
        return false;
    struct admin_server *opened = calloc(1, sizeof(*opened));
    if (opened == NULL)
        abort();
    opened->board = board;
    opened->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, handle, opened, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)CONNECTION_IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_BYTES_MOST, MHD_OPTION_END);
    if (opened->daemon == NULL) {
        /* Whether the socket is still open differs between versions; the process ends anyway. */
        free(opened);
        return refuse(err, listen, "the HTTP server did not start");
    }
    log_line(LOG_LEVEL_INFO, "guichet", "health and metrics at http://%s/", listen);
    *server = opened;
    return true;
}

void admin_server_close(struct admin_server *server) {
    if (server == NULL)
        return;
    MHD_stop_daemon(server->daemon); /* closes the socket, too */
    free(server);
}
