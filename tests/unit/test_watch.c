/* links: runtime */
/* What a thread is calling: the innermost call counts, and goes with its function. */
#include "common/runtime/watch.h"

#include "common/runtime/clock.h"
#include "tests/unit/check.h"

static enum watch_call now(const struct watch *watch) {
    int64_t since_ms = 0;
    return watch_read(watch, &since_ms);
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

/* A call within it does not make the outer one younger. */
static void since_when_is_told(void **state UNUSED) {
    struct watch watch = {.name = "affiliation"};
    int64_t since_ms = -1;
    watch_attach(&watch);
    WATCHED(WATCH_POLL);
    clock_sleep_ms(30);
    ask(&watch);
    assert_int_equal(WATCH_POLL, watch_read(&watch, &since_ms));
    assert_true(since_ms >= 30);
    watch_attach(NULL);
}

static void without_a_watch_nothing_is_noted(void **state UNUSED) {
    struct watch watch = {.name = "affiliation"};
    watch_attach(NULL);
    WATCHED(WATCH_POLL);
    assert_int_equal(WATCH_NOTHING, now(&watch));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_innermost_call_is_told),
        cmocka_unit_test(since_when_is_told),
        cmocka_unit_test(without_a_watch_nothing_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
