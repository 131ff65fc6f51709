/* links: runtime */
/* What the markers of a partition mean: every row of the table, and the markers just beside it. */
#include "common/base/compiler.h"
#include "common/runtime/verdict.h"
#include "tests/unit/check.h"

static const struct verdict_case {
    const char *name;
    struct markers markers;
    enum verdict expected;
    bool stops;
} cases[] = {
    {"the database stands beyond the end of the log",
     {.has_p = true, .p = 11, .has_c = true, .c = 10, .high = 10},
     VERDICT_LOG_TRUNCATED,
     true},
    {"the group stands beyond the end of the log",
     {.has_p = true, .p = 10, .has_c = true, .c = 11, .high = 10},
     VERDICT_LOG_TRUNCATED,
     true},
    {"both stand exactly at the end of the log",
     {.has_p = true, .p = 10, .has_c = true, .c = 10, .high = 10},
     VERDICT_CONSUME,
     false},
    {"the record before p is another one",
     {.has_p = true, .p = 5, .has_c = true, .c = 5, .high = 10, .is_other_record = true},
     VERDICT_LOG_REPLACED,
     true},
    {"another installation committed the offset",
     {.has_p = true, .p = 5, .has_c = true, .c = 5, .high = 10, .is_other_installation = true},
     VERDICT_LOG_REPLACED,
     true},
    {"the group has an offset and the database nothing",
     {.has_c = true, .c = 5, .high = 10},
     VERDICT_NEW_DATABASE,
     true},
    {"neither knows the partition, the worker has others",
     {.high = 10, .has_progress_elsewhere = true},
     VERDICT_FIRST_START,
     false},
    {"neither knows the partition, nothing was ever published",
     {.high = 10, .outputs_are_empty = true},
     VERDICT_FIRST_START,
     false},
    {"neither knows the partition, but something was published",
     {.high = 10},
     VERDICT_DATABASE_LOST,
     true},
    {"killed before the first commit",
     {.has_p = true, .p = 3, .start = 3, .high = 10},
     VERDICT_COMMIT_START,
     false},
    {"the offset is gone after work was done",
     {.has_p = true, .p = 4, .start = 3, .high = 10},
     VERDICT_OFFSETS_LOST,
     true},
    {"more was published than the database knows",
     {.has_p = true, .p = 4, .has_c = true, .c = 5, .high = 10},
     VERDICT_DATABASE_OLDER,
     true},
    {"decided and not yet published",
     {.has_p = true, .p = 6, .has_c = true, .c = 5, .high = 10},
     VERDICT_PUBLISH,
     false},
    {"decided and not yet published, input deleted meanwhile: first publish",
     {.has_p = true, .p = 6, .has_c = true, .c = 5, .low = 7, .high = 10},
     VERDICT_PUBLISH,
     false},
    {"ticks of the clock that were never read are gone",
     {.has_p = true, .p = 4, .has_c = true, .c = 4, .low = 6, .high = 10, .is_clock = true},
     VERDICT_CONTINUE,
     false},
    {"the clock begins where it was read up to",
     {.has_p = true, .p = 6, .has_c = true, .c = 6, .low = 6, .high = 10, .is_clock = true},
     VERDICT_CONSUME,
     false},
    {"retention deleted what was never read",
     {.has_p = true, .p = 6, .has_c = true, .c = 6, .low = 7, .high = 10},
     VERDICT_INPUT_DELETED,
     true},
    {"retention deleted exactly what was read",
     {.has_p = true, .p = 7, .has_c = true, .c = 7, .low = 7, .high = 10},
     VERDICT_CONSUME,
     false},
};

static void verdict_follows_the_table(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum verdict verdict = verdict_of(&cases[i].markers);
        if (verdict != cases[i].expected || verdict_stops(verdict) != cases[i].stops)
            fail_msg("%s: %s", cases[i].name, verdict_name(verdict));
    }
}

static void lag_is_what_the_log_still_holds(void **state UNUSED) {
    static const struct {
        struct markers markers;
        int64_t lag;
    } lags[] = {
        {{.has_p = true, .p = 4, .low = 2, .high = 10}, 6},
        {{.has_p = true, .p = 10, .low = 2, .high = 10}, 0},
        {{.has_p = true, .p = 12, .low = 2, .high = 10}, 0}, /* beyond the end */
        {{.has_p = true, .p = 1, .low = 2, .high = 10}, 8}, /* what was deleted is not waited for */
        {{.p = 4, .low = 2, .high = 10}, 8},                /* nothing decided yet */
    };
    for (size_t i = 0; i < COUNT_OF(lags); i++)
        assert_int_equal(markers_lag(&lags[i].markers), lags[i].lag);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(verdict_follows_the_table),
                                       cmocka_unit_test(lag_is_what_the_log_still_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
