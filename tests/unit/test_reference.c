/* links: reference_core */
/* Published reference data: which revision counts; and no calendar can be without business days. */
#include "common/base/compiler.h"
#include "common/base/limits.h"
#include "tests/unit/check.h"
#include "workers/reference/reference.h"

static void the_highest_revision_counts(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int32_t revision;
        struct known_revision known;
        enum reference_outcome outcome;
        const char *rule;
    } rows[] = {
        {"the first of its name is stored", 1, {0, false}, REFERENCE_STORED, "NEW_REVISION"},
        {"the next is stored", 2, {1, false}, REFERENCE_STORED, "NEW_REVISION"},
        {"one that skips some is stored", 9, {2, false}, REFERENCE_STORED, "NEW_REVISION"},
        {"the last that a number can say", INT32_MAX, {1, false}, REFERENCE_STORED, "NEW_REVISION"},
        {"one below is stale", 1, {2, false}, REFERENCE_STALE, "STALE_REVISION"},
        {"one below with the same content is", 1, {2, true}, REFERENCE_STALE, "STALE_REVISION"},
        {"the same again changes nothing", 2, {2, true}, REFERENCE_REPEATED, "REPEATED"},
        {"the same number, other content", 2, {2, false}, REFERENCE_REUSED, "ID_REUSED"},
        {"one above, the same content", 3, {2, true}, REFERENCE_STORED, "NEW_REVISION"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct reference_decision decision;
        reference_decide(rows[i].revision, &rows[i].known, &decision);
        check_int(rows[i].name, rows[i].outcome, decision.outcome);
        check_text(rows[i].name, rows[i].rule, decision.rule);
    }
}

static void every_rule_says_what_and_why(void **state) {
    (void)state;
    size_t count = 0;
    for (const struct rule *rule; (rule = reference_rule(count)) != NULL; count++) {
        check_true(rule->code, strlen(rule->code) > 0);
        check_true(rule->code, strlen(rule->sentence) > 0);
        check_true(rule->code, strlen(rule->source) > 0);
    }
    check_int("one for each outcome", REFERENCE_REUSED, count);
}

/* The longest list that can be published, spent on the next business days one by one. */
static void a_calendar_always_has_business_days(void **state) {
    (void)state;
    enum { MONDAY_4_JANUARY_2027 = 20822, TWO_YEARS = 2 * 365 };
    for (enum calendar_base base = CALENDAR_BASE_METROPOLE; base <= CALENDAR_BASE_ALSACE_MOSELLE;
         base++) {
        int32_t closures[LIMIT_CALENDAR_DAYS];
        struct calendar calendar = {.base = base, .extra_closures = closures};
        int32_t date = MONDAY_4_JANUARY_2027;
        while (calendar.extra_closures_count < LIMIT_CALENDAR_DAYS) {
            if (business_day(&calendar, date)) {
                closures[calendar.extra_closures_count++] = date;
            }
            date++;
        }
        check_int("nothing is open on the first day", false,
                  business_day(&calendar, MONDAY_4_JANUARY_2027));
        check_int("nor on the last", false, business_day(&calendar, date - 1));
        while (!business_day(&calendar, date)) {
            date++;
        }
        check_true("but within two years", date - MONDAY_4_JANUARY_2027 < TWO_YEARS);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_highest_revision_counts),
        cmocka_unit_test(every_rule_says_what_and_why),
        cmocka_unit_test(a_calendar_always_has_business_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
