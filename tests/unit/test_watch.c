/* links: runtime */
/* What a thread is calling: the innermost call counts, and goes with its function. */
#include "common/runtime/watch.h"

#include <sys/wait.h>
#include <unistd.h>

#include "common/runtime/clock.h"
#include "tests/unit/check.h"

static enum watch_call now(const struct watch *watch) {
    int64_t since_ms = 0;
    return watch_read(watch, clock_monotonic_ms(), &since_ms);
}

static void ask(const struct watch *watch) {
    WATCHED(WATCH_QUESTION);
    assert_int_equal(WATCH_QUESTION, now(watch));
}

static void the_innermost_call_is_told(void **state UNUSED) {
    struct watch watch = {.name = "affiliation"};
    watch_attach(&watch);
    assert_int_equal(WATCH_NOTHING, now(&watch));
    {
        WATCHED(WATCH_CLOSE);
        assert_int_equal(WATCH_CLOSE, now(&watch));
        ask(&watch);
        assert_int_equal(WATCH_CLOSE, now(&watch));
    }
    assert_int_equal(WATCH_NOTHING, now(&watch));
    watch_attach(NULL);
}

/* A call within it has its own limit, and does not count against that of the outer one. */
static void since_when_is_told(void **state UNUSED) {
    struct watch watch = {.name = "affiliation"};
    const int64_t hour_ms = 3600 * 1000;
    int64_t began_ms = clock_monotonic_ms();
    int64_t since_ms = -1;
    watch_attach(&watch);
    WATCHED(WATCH_CLOSE);
    assert_int_equal(WATCH_CLOSE, watch_read(&watch, began_ms + hour_ms, &since_ms));
    assert_in_range(since_ms, hour_ms - 20 * 1000, hour_ms);
    clock_sleep_ms(30);
    ask(&watch);
    int64_t asked_ms = clock_monotonic_ms();
    assert_int_equal(WATCH_CLOSE, watch_read(&watch, began_ms + hour_ms, &since_ms));
    assert_in_range(since_ms, began_ms + hour_ms - asked_ms, hour_ms - 30);
    watch_attach(NULL);
}

static void without_a_watch_nothing_is_noted(void **state UNUSED) {
    struct watch watch = {.name = "affiliation"};
    watch_attach(NULL);
    WATCHED(WATCH_POLL);
    assert_int_equal(WATCH_NOTHING, now(&watch));
}

/* The exit code of a process whose thread has been calling something for so long; 0: still there.
 */
static int code_after(enum watch_call call, int64_t since_ms) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct watch watch = {.name = "affiliation"};
        struct watch *const watches[] = {&watch};
        struct watchman watchman;
        watch.state = ((uint64_t)(clock_monotonic_ms() - since_ms) << 8) | (uint64_t)call;
        watchman_start(&watchman, watches, COUNT_OF(watches));
        clock_sleep_ms(200);
        watchman_stop(&watchman);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void a_stuck_call_ends_the_process(void **state UNUSED) {
    const int64_t hour_ms = 3600 * 1000;
    assert_int_equal(75, code_after(WATCH_PUBLISH, hour_ms));
    assert_int_equal(75, code_after(WATCH_STATEMENT, hour_ms));
    assert_int_equal(75, code_after(WATCH_CLOSE, hour_ms));
    assert_int_equal(0, code_after(WATCH_NOTHING, hour_ms));
    assert_int_equal(0, code_after(WATCH_PUBLISH, 1000));
    assert_int_equal(0, code_after(WATCH_WAIT, 300 * 1000)); /* the publisher has its own watch */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_innermost_call_is_told),
        cmocka_unit_test(since_when_is_told),
        cmocka_unit_test(without_a_watch_nothing_is_noted),
        cmocka_unit_test(a_stuck_call_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
