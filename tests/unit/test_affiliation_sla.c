/* links: affiliation_core */
/* The clock of a request: what it is due at, its four milestones, and what remains or is overdue.
 */
#include "common/base/compiler.h"
#include "tests/unit/check_date.h"
#include "tests/unit/zone_file.h"
#include "workers/affiliation/sla.h"

static const struct calendar metropole = {.base = CALENDAR_BASE_METROPOLE};
static const struct calendar alsace_moselle = {.base = CALENDAR_BASE_ALSACE_MOSELLE};
static struct zone paris;

static int read_zone(void **state UNUSED) {
    zone_file_parse("Europe/Paris", &paris);
    return 0;
}

static struct affiliation_promise promise_by(const struct calendar *calendar) {
    return (struct affiliation_promise){calendar, &paris, 1, 2};
}

struct row {
    const char *name;
    const struct calendar *calendar;
    enum channel class;
    const char *submitted_at;
    const char *due_at;
    const char *at_risk;
    const char *escalated_1;
    const char *escalated_2;
};

static const struct row rows[] = {
    /* clang-format off */
    {"Monday at four", &metropole, CHANNEL_ONLINE_SINGLE, "2026-11-23T04:00:00+01:00",
     "2026-11-24T04:00:00+01:00", "2026-11-23T22:00:00+01:00", "2026-11-24T12:00:00+01:00",
     "2026-11-25T04:00:00+01:00"},
    {"Friday afternoon", &metropole, CHANNEL_ONLINE_SINGLE, "2026-11-20T17:20:00+01:00",
     "2026-11-23T17:20:00+01:00", "2026-11-23T11:20:00+01:00", "2026-11-24T01:20:00+01:00",
     "2026-11-24T17:20:00+01:00"},
    {"a file of Friday", &metropole, CHANNEL_ONLINE_BULK, "2026-11-20T17:20:00+01:00",
     "2026-11-24T17:20:00+01:00", "2026-11-24T05:20:00+01:00", "2026-11-25T01:20:00+01:00",
     "2026-11-25T17:20:00+01:00"},
    {"Saturday: all of Monday", &metropole, CHANNEL_ONLINE_SINGLE, "2026-11-14T09:15:00+01:00",
     "2026-11-17T00:00:00+01:00", "2026-11-16T18:00:00+01:00", "2026-11-17T08:00:00+01:00",
     "2026-11-18T00:00:00+01:00"},
    {"Thursday: the last step lies over the weekend", &metropole, CHANNEL_ONLINE_SINGLE,
     "2026-11-19T10:00:00+01:00", "2026-11-20T10:00:00+01:00", "2026-11-20T04:00:00+01:00",
     "2026-11-20T18:00:00+01:00", "2026-11-23T10:00:00+01:00"},
    {"due as a holiday begins: the next steps leave it out", &metropole, CHANNEL_ONLINE_SINGLE,
     "2026-07-11T12:00:00+02:00", "2026-07-14T00:00:00+02:00", "2026-07-13T18:00:00+02:00",
     "2026-07-15T08:00:00+02:00", "2026-07-16T00:00:00+02:00"},
    {"over the spring change", &metropole, CHANNEL_ONLINE_SINGLE, "2026-03-27T16:00:00+01:00",
     "2026-03-30T16:00:00+02:00", "2026-03-30T10:00:00+02:00", "2026-03-31T00:00:00+02:00",
     "2026-03-31T16:00:00+02:00"},
    {"the last second of the year", &metropole, CHANNEL_ONLINE_SINGLE,
     "2026-12-31T23:59:59+01:00", "2027-01-04T23:59:59+01:00", "2027-01-04T17:59:59+01:00",
     "2027-01-05T07:59:59+01:00", "2027-01-05T23:59:59+01:00"},
    {"Good Friday in Alsace-Moselle", &alsace_moselle, CHANNEL_ONLINE_SINGLE,
     "2026-04-02T14:00:00+02:00", "2026-04-07T14:00:00+02:00", "2026-04-07T08:00:00+02:00",
     "2026-04-07T22:00:00+02:00", "2026-04-08T14:00:00+02:00"},
    /* clang-format on */
};

static void milestones(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct row *row = &rows[i];
        const struct affiliation_promise promise = promise_by(row->calendar);
        const int64_t submitted_at = instant_of(row->submitted_at);
        const int64_t due_at = sla_due_ms(&promise, row->class, submitted_at);
        const char *const expected[] = {row->at_risk, row->due_at, row->escalated_1,
                                        row->escalated_2};
        check_instant(row->name, row->due_at, due_at);
        for (int k = 0; k < MILESTONES; k++) {
            check_instant(
                row->name, expected[k],
                sla_milestone_ms(&promise, row->class, submitted_at, due_at, (enum milestone)k));
        }
    }
}

/* Submitted on Thursday 19/11/2026 at 10:00, consumed on Monday at 8:00. */
static void past_after_an_outage(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *now;
        int past;
    } moments[] = {
        {"as it is submitted", "2026-11-19T10:00:00+01:00", 0},
        {"at the first", "2026-11-20T04:00:00+01:00", 0},
        {"a millisecond after it", "2026-11-20T04:00:00.001+01:00", 1},
        {"when due", "2026-11-20T10:00:00+01:00", 1},
        {"a millisecond late", "2026-11-20T10:00:00.001+01:00", 2},
        {"on Sunday", "2026-11-22T12:00:00+01:00", 3},
        {"on Monday at eight", "2026-11-23T08:00:00+01:00", 3},
        {"at the last", "2026-11-23T10:00:00+01:00", 3},
        {"a millisecond after the last", "2026-11-23T10:00:00.001+01:00", 4},
    };
    const struct affiliation_promise promise = promise_by(&metropole);
    const int64_t submitted_at = instant_of("2026-11-19T10:00:00+01:00");
    const int64_t due_at = sla_due_ms(&promise, CHANNEL_ONLINE_SINGLE, submitted_at);
    for (size_t i = 0; i < COUNT_OF(moments); i++) {
        int past = 0;
        for (int k = 0; k < MILESTONES; k++) {
            past += sla_is_past(sla_milestone_ms(&promise, CHANNEL_ONLINE_SINGLE, submitted_at,
                                                 due_at, (enum milestone)k),
                                instant_of(moments[i].now));
        }
        check_int(moments[i].name, moments[i].past, past);
    }
}

static void what_remains_and_what_is_overdue(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *now;
        int64_t remaining;
        int64_t overdue;
    } moments[] = {
        {"at risk", "2026-11-20T04:00:00+01:00", 6 * 3600, 0},
        {"part of a second is left out", "2026-11-20T04:00:00.001+01:00", 6 * 3600 - 1, 0},
        {"due", "2026-11-20T10:00:00+01:00", 0, 0},
        {"part of a second late", "2026-11-20T10:00:00.999+01:00", 0, 0},
        {"a second late", "2026-11-20T10:00:01+01:00", 0, 1},
        {"on Sunday: what was left of Friday", "2026-11-22T12:00:00+01:00", 0, 14 * 3600},
        {"on Monday at eight", "2026-11-23T08:00:00+01:00", 0, 22 * 3600},
    };
    const struct affiliation_promise promise = promise_by(&metropole);
    const int64_t due_at = instant_of("2026-11-20T10:00:00+01:00");
    for (size_t i = 0; i < COUNT_OF(moments); i++) {
        const int64_t now = instant_of(moments[i].now);
        check_int(moments[i].name, moments[i].remaining, sla_seconds(&promise, now, due_at));
        check_int(moments[i].name, moments[i].overdue, sla_seconds(&promise, due_at, now));
    }
}

/* Whit Monday 2026, worked or not. */
static void a_new_calendar_moves_all(void **state UNUSED) {
    const int32_t whit_monday[] = {date_of("2026-05-25")};
    const struct calendar worked = {.base = CALENDAR_BASE_METROPOLE,
                                    .worked_holidays = whit_monday,
                                    .worked_holidays_count = 1};
    const struct affiliation_promise before = promise_by(&metropole);
    const struct affiliation_promise after = promise_by(&worked);
    const int64_t submitted_at = instant_of("2026-05-22T15:00:00+02:00");
    const int64_t due_at = sla_due_ms(&after, CHANNEL_ONLINE_SINGLE, submitted_at);
    check_instant("before", "2026-05-26T15:00:00+02:00",
                  sla_due_ms(&before, CHANNEL_ONLINE_SINGLE, submitted_at));
    check_instant("after", "2026-05-25T15:00:00+02:00", due_at);
    check_instant(
        "at risk", "2026-05-25T09:00:00+02:00",
        sla_milestone_ms(&after, CHANNEL_ONLINE_SINGLE, submitted_at, due_at, MILESTONE_AT_RISK));
}

static void without_an_end_nothing_is_past(void **state UNUSED) {
    const struct affiliation_promise promise = promise_by(&metropole);
    check_true("no due instant, no breach",
               sla_milestone_ms(&promise, CHANNEL_ONLINE_SINGLE, 0, INSTANT_NONE,
                                MILESTONE_BREACHED) == INSTANT_NONE);
    check_true("none is past", !sla_is_past(INSTANT_NONE, INT64_MAX));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(milestones),
        cmocka_unit_test(past_after_an_outage),
        cmocka_unit_test(what_remains_and_what_is_overdue),
        cmocka_unit_test(a_new_calendar_moves_all),
        cmocka_unit_test(without_an_end_nothing_is_past),
    };
    return cmocka_run_group_tests(tests, read_zone, NULL);
}
