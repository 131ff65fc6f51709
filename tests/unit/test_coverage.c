/* From when somebody added is covered, from when he is paid for, and which months are due. */
#include "common/base/compiler.h"
#include "common/base/contribution.h"
#include "tests/unit/check.h"

/* A date from its text; a table can't call date_of_civil. NULL is the absent date. */
static int32_t day(const char *text) {
    int32_t date = DATE_NONE;
    check_true(text, text == NULL || date_parse(slice_of(text), &date));
    return date;
}

static void cover_within_months_of_the_event(void **state UNUSED) {
    static const struct {
        const char *name;
        int32_t months;
        const char *event_on;
        const char *submitted_on;
        const char *covered_from;
    } rows[] = {
        {"married, asked in time", 6, "2026-10-17", "2026-11-10", "2026-10-17"},
        {"asked on the day of the event", 6, "2026-10-17", "2026-10-17", "2026-10-17"},
        {"asked before the event", 6, "2026-12-05", "2026-11-10", "2026-12-05"},
        {"asked on the last day", 6, "2026-05-17", "2026-11-17", "2026-05-17"},
        {"asked the day after", 6, "2026-05-17", "2026-11-18", "2026-12-01"},
        {"31 August, asked on 28 February", 6, "2026-08-31", "2027-02-28", "2026-08-31"},
        {"31 August, asked on 1 March", 6, "2026-08-31", "2027-03-01", "2027-04-01"},
        {"31 August, asked on 29 February", 6, "2027-08-31", "2028-02-29", "2027-08-31"},
        {"31 January, asked on 28 February", 1, "2026-01-31", "2026-02-28", "2026-01-31"},
        {"31 January, asked on 1 March", 1, "2026-01-31", "2026-03-01", "2026-04-01"},
        {"29 February, 24 months later", 24, "2024-02-29", "2026-02-28", "2024-02-29"},
        {"29 February, a day too late", 24, "2024-02-29", "2026-03-01", "2026-04-01"},
        {"too late, in December", 1, "2026-06-01", "2026-12-31", "2027-01-01"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct coverage_rule rule = {COVERAGE_EVENT_WITHIN_MONTHS, rows[i].months, 0};
        int32_t covered_from =
            coverage_from(&rule, day(rows[i].event_on), day(rows[i].submitted_on));
        check_int(rows[i].name, day(rows[i].covered_from), covered_from);
    }
}

/* These look at the submission only. */
static void cover_by_the_other_rules(void **state UNUSED) {
    static const struct coverage_rule next_month = {COVERAGE_NEXT_MONTH, 0, 0};
    static const struct coverage_rule request_date = {COVERAGE_REQUEST_DATE, 0, 0};
    static const struct coverage_rule cutoff_1 = {COVERAGE_CUTOFF_DAY, 0, 1};
    static const struct coverage_rule cutoff_15 = {COVERAGE_CUTOFF_DAY, 0, 15};
    static const struct coverage_rule cutoff_28 = {COVERAGE_CUTOFF_DAY, 0, 28};
    static const struct {
        const char *name;
        const struct coverage_rule *rule;
        const char *submitted_on;
        const char *covered_from;
    } rows[] = {
        {"next month", &next_month, "2026-11-10", "2026-12-01"},
        {"next month, from a first", &next_month, "2026-11-01", "2026-12-01"},
        {"next month, from a last", &next_month, "2026-11-30", "2026-12-01"},
        {"next month, in December", &next_month, "2026-12-31", "2027-01-01"},
        {"the day of the request", &request_date, "2026-11-10", "2026-11-10"},
        {"the day before the 15th", &cutoff_15, "2026-11-14", "2026-11-01"},
        {"on the 15th", &cutoff_15, "2026-11-15", "2026-11-01"},
        {"the day after the 15th", &cutoff_15, "2026-11-16", "2026-12-01"},
        {"after the 15th, in December", &cutoff_15, "2026-12-16", "2027-01-01"},
        {"cutoff on the first, on it", &cutoff_1, "2026-11-01", "2026-11-01"},
        {"cutoff on the first, day after", &cutoff_1, "2026-11-02", "2026-12-01"},
        {"on 28 February", &cutoff_28, "2027-02-28", "2027-02-01"},
        {"on 29 February", &cutoff_28, "2028-02-29", "2028-03-01"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t submitted_on = day(rows[i].submitted_on);
        int32_t covered_from = day(rows[i].covered_from);
        check_int(rows[i].name, covered_from, coverage_from(rows[i].rule, DATE_NONE, submitted_on));
        check_int(rows[i].name, covered_from, coverage_from(rows[i].rule, 0, submitted_on));
    }
}

/* Short names for the two contribution rules. */
enum { FIRST = CONTRIBUTION_DUE_IF_COVERED_ON_FIRST, ENTRY = CONTRIBUTION_FULL_ENTRY_MONTH };

static void first_months_paid(void **state UNUSED) {
    static const struct {
        const char *name;
        int rule;
        const char *covered_from;
        const char *paid_from;
    } rows[] = {
        {"covered from a first", FIRST, "2026-11-01", "2026-11-01"},
        {"covered from the second", FIRST, "2026-11-02", "2026-12-01"},
        {"married on 17 October", FIRST, "2026-10-17", "2026-11-01"},
        {"covered from a last", FIRST, "2026-12-31", "2027-01-01"},
        {"full entry month, from a first", ENTRY, "2026-11-01", "2026-11-01"},
        {"full entry month, from the second", ENTRY, "2026-11-02", "2026-11-01"},
        {"full entry month, from a last", ENTRY, "2026-12-31", "2026-12-01"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t paid_from =
            contribution_from((enum contribution_rule)rows[i].rule, day(rows[i].covered_from));
        check_int(rows[i].name, day(rows[i].paid_from), paid_from);
    }
}

static void whether_november_2026_is_due(void **state UNUSED) {
    static const struct {
        const char *name;
        int rule;
        const char *covered_from;
        const char *removed_on; /* NULL: still covered */
        bool is_due;
    } rows[] = {
        {"covered since long", FIRST, "2020-01-01", NULL, true},
        {"from the last of October", FIRST, "2026-10-31", NULL, true},
        {"from the first", FIRST, "2026-11-01", NULL, true},
        {"from the second", FIRST, "2026-11-02", NULL, false},
        {"from December", FIRST, "2026-12-01", NULL, false},
        {"removed on the last of October", FIRST, "2020-01-01", "2026-10-31", false},
        {"removed on the first", FIRST, "2020-01-01", "2026-11-01", true},
        {"removed within", FIRST, "2020-01-01", "2026-11-15", true},
        {"covered on the first only", FIRST, "2026-11-01", "2026-11-01", true},
        {"all days but the first", FIRST, "2026-11-02", "2026-11-30", false},
        {"removed before being covered", FIRST, "2026-11-01", "2026-10-31", false},
        {"entry: covered since long", ENTRY, "2020-01-01", NULL, true},
        {"entry: from the first", ENTRY, "2026-11-01", NULL, true},
        {"entry: from the last", ENTRY, "2026-11-30", NULL, true},
        {"entry: from December", ENTRY, "2026-12-01", NULL, false},
        {"entry: removed on the last of October", ENTRY, "2020-01-01", "2026-10-31", false},
        {"entry: removed on the first", ENTRY, "2020-01-01", "2026-11-01", true},
        {"entry: one day within", ENTRY, "2026-11-10", "2026-11-10", true},
        {"entry: removed before being covered", ENTRY, "2026-11-10", "2026-11-09", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        bool is_due =
            contribution_is_due((enum contribution_rule)rows[i].rule, day(rows[i].covered_from),
                                day(rows[i].removed_on), day("2026-11-01"));
        check_int(rows[i].name, rows[i].is_due, is_due);
    }
}

/* The two functions say one thing: the first month paid is the first that is due. */
static void first_month_paid_is_the_first_due(void **state UNUSED) {
    static const enum contribution_rule rules[] = {CONTRIBUTION_DUE_IF_COVERED_ON_FIRST,
                                                   CONTRIBUTION_FULL_ENTRY_MONTH};
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        for (int32_t date = day("2023-01-01"); date <= day("2028-12-31"); date++) {
            int32_t first = contribution_from(rules[i], date);
            int32_t before = date_add_months(first, -1);
            check_true("due", contribution_is_due(rules[i], date, DATE_NONE, first));
            check_true("not yet due", !contribution_is_due(rules[i], date, DATE_NONE, before));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cover_within_months_of_the_event),
        cmocka_unit_test(cover_by_the_other_rules),
        cmocka_unit_test(first_months_paid),
        cmocka_unit_test(whether_november_2026_is_due),
        cmocka_unit_test(first_month_paid_is_the_first_due),
    };
    return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
