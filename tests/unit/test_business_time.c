/* links: PkgConfig::JANSSON */
/* The business clock: due instants, what has passed, and the walk's laws. */
#include "common/base/business_time.h"
#include "tests/unit/check_date.h"
#include "tests/unit/official_data.h"
#include "tests/unit/random_calendar.h"
#include "tests/unit/zone_file.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

static const struct calendar metropole = {.base = CALENDAR_BASE_METROPOLE};
static const struct calendar alsace_moselle = {.base = CALENDAR_BASE_ALSACE_MOSELLE};
static struct zone paris;

static int read_zone(void **state UNUSED) {
    zone_file_parse("Europe/Paris", &paris);
    return 0;
}

static void due(void **state UNUSED) {
    const int32_t whit_monday[] = {date_of("2026-05-25")};
    const int32_t bridge[] = {date_of("2026-05-15")};
    const struct calendar whit_monday_worked = {
        .base = CALENDAR_BASE_METROPOLE,
        .worked_holidays = whit_monday,
        .worked_holidays_count = 1,
    };
    const struct calendar closed_on_the_bridge = {
        .base = CALENDAR_BASE_METROPOLE,
        .extra_closures = bridge,
        .extra_closures_count = 1,
    };
    const struct {
        const char *name;
        const struct calendar *calendar;
        const char *start;
        int hours;
        const char *due;
    } rows[] = {
        {"Monday at four: Tuesday at four", &metropole, "2026-11-23T04:00:00+01:00", 24,
         "2026-11-24T04:00:00+01:00"},
        {"at risk the same evening", &metropole, "2026-11-23T04:00:00+01:00", 18,
         "2026-11-23T22:00:00+01:00"},
        {"Friday afternoon: Monday afternoon", &metropole, "2026-11-20T17:20:00+01:00", 24,
         "2026-11-23T17:20:00+01:00"},
        {"at risk on Monday morning", &metropole, "2026-11-20T17:20:00+01:00", 18,
         "2026-11-23T11:20:00+01:00"},
        {"a bulk request of Friday: Tuesday", &metropole, "2026-11-20T17:20:00+01:00", 48,
         "2026-11-24T17:20:00+01:00"},
        {"Saturday: the end of Monday", &metropole, "2026-11-14T09:15:00+01:00", 24,
         "2026-11-17T00:00:00+01:00"},
        {"the eve of 11 November", &metropole, "2026-11-10T22:45:00+01:00", 24,
         "2026-11-12T22:45:00+01:00"},
        {"due at a midnight that opens a holiday: not moved", &metropole,
         "2026-07-11T12:00:00+02:00", 24, "2026-07-14T00:00:00+02:00"},
        {"the eve of 14 July", &metropole, "2026-07-13T09:00:00+02:00", 24,
         "2026-07-15T09:00:00+02:00"},
        {"over the spring change, same wall time", &metropole, "2026-03-27T16:00:00+01:00", 24,
         "2026-03-30T16:00:00+02:00"},
        {"over the autumn change, same wall time", &metropole, "2026-10-23T16:00:00+02:00", 24,
         "2026-10-26T16:00:00+01:00"},
        {"over Whit Monday", &metropole, "2026-05-22T15:00:00+02:00", 24,
         "2026-05-26T15:00:00+02:00"},
        {"over a Whit Monday that is worked", &whit_monday_worked, "2026-05-22T15:00:00+02:00", 24,
         "2026-05-25T15:00:00+02:00"},
        {"over Ascension", &metropole, "2026-05-13T10:00:00+02:00", 24,
         "2026-05-15T10:00:00+02:00"},
        {"over Ascension and a closed bridge", &closed_on_the_bridge, "2026-05-13T10:00:00+02:00",
         24, "2026-05-18T10:00:00+02:00"},
        {"the last second of the year", &metropole, "2026-12-31T23:59:59+01:00", 24,
         "2027-01-04T23:59:59+01:00"},
        {"Alsace-Moselle, the eve of Good Friday", &alsace_moselle, "2026-04-02T14:00:00+02:00", 24,
         "2026-04-07T14:00:00+02:00"},
        {"the same day elsewhere", &metropole, "2026-04-02T14:00:00+02:00", 24,
         "2026-04-03T14:00:00+02:00"},
        {"Thursday at ten: Friday at ten", &metropole, "2026-11-19T10:00:00+01:00", 24,
         "2026-11-20T10:00:00+01:00"},
        {"at risk at four that Friday", &metropole, "2026-11-19T10:00:00+01:00", 18,
         "2026-11-20T04:00:00+01:00"},
        {"escalated eight hours after it", &metropole, "2026-11-19T10:00:00+01:00", 32,
         "2026-11-20T18:00:00+01:00"},
        {"and again 24 hours after it", &metropole, "2026-11-19T10:00:00+01:00", 48,
         "2026-11-23T10:00:00+01:00"},
        {"midnight sharp: the next midnight", &metropole, "2026-11-23T00:00:00+01:00", 24,
         "2026-11-24T00:00:00+01:00"},
        {"Friday at midnight: due as the weekend begins", &metropole, "2026-11-20T00:00:00+01:00",
         24, "2026-11-21T00:00:00+01:00"},
        {"the midnight that ends Friday is Saturday", &metropole, "2026-11-21T00:00:00+01:00", 24,
         "2026-11-24T00:00:00+01:00"},
        {"the eve of 8 May", &metropole, "2025-05-07T20:00:00+02:00", 24,
         "2025-05-09T20:00:00+02:00"},
        {"ten business days over Christmas", &metropole, "2026-12-18T12:00:00+01:00", 240,
         "2027-01-05T12:00:00+01:00"},
        {"no budget is due at once, on a Sunday too", &metropole, "2026-11-22T12:00:00+01:00", 0,
         "2026-11-22T12:00:00+01:00"},
        {"given in another offset", &metropole, "2026-11-20T08:20:00-08:00", 24,
         "2026-11-23T17:20:00+01:00"},
        {"a leap day is a business day", &metropole, "2028-02-28T10:00:00+01:00", 24,
         "2028-02-29T10:00:00+01:00"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t start_ms = instant_of(rows[i].start);
        int64_t due_ms =
            business_due_ms(rows[i].calendar, &paris, start_ms, rows[i].hours * HOUR_MS);
        check_instant(rows[i].name, rows[i].due, due_ms);
        check_int(rows[i].name, rows[i].hours * HOUR_MS,
                  business_elapsed_ms(rows[i].calendar, &paris, start_ms, due_ms));
    }
}

static void due_official_examples(void **state UNUSED) {
    static const struct {
        const char *key;
        int hours;
    } budgets[] = {{"due24", 24}, {"due24_utc", 24}, {"due48", 48}, {"at_risk_18h", 18}};
    json_t *examples = official_data("sla-examples.json");
    size_t i;
    json_t *example;
    check_true("there are examples", json_array_size(examples) >= 20);
    json_array_foreach(examples, i, example) {
        const char *received = json_string_value(json_object_get(example, "received"));
        const char *zone = json_string_value(json_object_get(example, "zone"));
        const struct calendar calendar = {
            .base = (enum calendar_base)words_value(&calendar_base_words, slice_of(zone)),
        };
        check_true(zone, calendar.base != 0);
        for (size_t k = 0; k < COUNT_OF(budgets); k++) {
            const char *expected = json_string_value(json_object_get(example, budgets[k].key));
            check_true(received, expected != NULL);
            check_instant(received, expected,
                          business_due_ms(&calendar, &paris, instant_of(received),
                                          budgets[k].hours * HOUR_MS));
        }
    }
    json_decref(examples);
}

static void elapsed(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *start;
        const char *end;
        int64_t seconds;
    } rows[] = {
        {"within a day", "2026-11-23T04:00:00+01:00", "2026-11-23T22:00:00+01:00", 18 * 3600},
        {"no time", "2026-11-23T04:00:00+01:00", "2026-11-23T04:00:00+01:00", 0},
        {"backwards", "2026-11-24T04:00:00+01:00", "2026-11-23T04:00:00+01:00", 0},
        {"within a weekend", "2026-11-21T00:00:00+01:00", "2026-11-23T00:00:00+01:00", 0},
        {"a weekend and one second", "2026-11-21T00:00:00+01:00", "2026-11-23T00:00:01+01:00", 1},
        {"one second and a weekend", "2026-11-20T23:59:59+01:00", "2026-11-22T18:00:00+01:00", 1},
        {"a week", "2026-11-23T04:00:00+01:00", "2026-11-30T04:00:00+01:00", 5 * 86400},
        {"a week with a holiday", "2026-11-09T04:00:00+01:00", "2026-11-16T04:00:00+01:00",
         4 * 86400},
        {"a weekend with a clock change", "2026-10-23T16:00:00+02:00", "2026-10-26T16:00:00+01:00",
         86400},
        /* 261 weekdays, of which 9 holidays (14 Jul and others; 15 Aug and 1 Nov on weekends) */
        {"the year 2026", "2026-01-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00", 252 * 86400},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].name, rows[i].seconds * 1000,
                  business_elapsed_ms(&metropole, &paris, instant_of(rows[i].start),
                                      instant_of(rows[i].end)));
    }
}

static void kinds_of_days(void **state UNUSED) {
    const int32_t closures[] = {date_of("2026-05-15"), date_of("2026-07-14"), date_of("2026-11-21"),
                                date_of("2026-12-24")};
    const int32_t worked[] = {date_of("2026-05-25"), date_of("2026-08-15"), date_of("2026-12-24")};
    const struct calendar calendar = {
        .base = CALENDAR_BASE_METROPOLE,
        .extra_closures = closures,
        .extra_closures_count = COUNT_OF(closures),
        .worked_holidays = worked,
        .worked_holidays_count = COUNT_OF(worked),
    };
    const struct {
        const char *name;
        const char *date;
        enum day_kind kind;
        int hours;
    } rows[] = {
        {"a Friday", "2026-11-20", DAY_ORDINARY, 24},
        {"a Saturday", "2026-11-28", DAY_WEEKEND, 0},
        {"a Saturday that is closed too", "2026-11-21", DAY_WEEKEND, 0},
        {"a worked holiday on a Saturday", "2026-08-15", DAY_WEEKEND, 0},
        {"a holiday", "2026-11-11", DAY_HOLIDAY, 0},
        {"a holiday that is closed too", "2026-07-14", DAY_HOLIDAY, 0},
        {"a closed bridge", "2026-05-15", DAY_CLOSURE, 0},
        {"a holiday that is worked", "2026-05-25", DAY_WORKED, 24},
        {"both closed and worked", "2026-12-24", DAY_WORKED, 24},
        {"26 December is a holiday elsewhere", "2028-12-26", DAY_ORDINARY, 24},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t date = date_of(rows[i].date);
        int64_t begins_ms = zone_midnight_ms(&paris, date);
        int64_t ends_ms = zone_midnight_ms(&paris, date + 1);
        check_int(rows[i].name, rows[i].kind, business_day_kind(&calendar, date));
        check_int(rows[i].name, rows[i].hours > 0, business_day(&calendar, date));
        check_int(rows[i].name, rows[i].hours * HOUR_MS,
                  business_share_ms(&calendar, &paris, begins_ms, ends_ms, date));
        check_int(rows[i].name, rows[i].hours / 2 * HOUR_MS,
                  business_share_ms(&calendar, &paris, begins_ms + 6 * HOUR_MS,
                                    ends_ms - 6 * HOUR_MS, date));
        check_int(rows[i].name, 0,
                  business_share_ms(&calendar, &paris, ends_ms, ends_ms + DAY_MS, date));
    }
}

/* A calendar closed for `days` days from Saturday 2026-11-28 on. */
static void check_long_closure(const char *name, int days, bool expected) {
    enum { CLOSURES_MAX = 4000 };
    static int32_t closures[CLOSURES_MAX];
    int32_t first = date_of("2026-11-28");
    for (int i = 0; i < days; i++) {
        closures[i] = first + i;
    }
    const struct calendar calendar = {
        .base = CALENDAR_BASE_METROPOLE,
        .extra_closures = closures,
        .extra_closures_count = (size_t)days,
    };
    int64_t start_ms = instant_of("2026-11-27T12:00:00+01:00");
    check_int(name, 12 * HOUR_MS + start_ms,
              business_due_ms(&calendar, &paris, start_ms, 12 * HOUR_MS));
    int64_t due_ms = business_due_ms(&calendar, &paris, start_ms, 12 * HOUR_MS + 1);
    check_int(name, expected ? zone_midnight_ms(&paris, first + days) + 1 : INSTANT_NONE, due_ms);
}

static void long_closures(void **state UNUSED) {
    /* The first day after it is Thursday 4 or Friday 5 December 2036. */
    check_long_closure("a business day after 3659 closed ones", 3659, true);
    check_long_closure("none within 3660 days: none at all", 3660, false);
}

static bool is_business_time(const struct calendar *calendar, int64_t instant_ms) {
    return business_day(calendar, zone_date(&paris, instant_ms));
}

static int64_t sum_of_shares(const struct calendar *calendar, int64_t start_ms, int64_t end_ms) {
    int64_t sum_ms = 0;
    for (int32_t date = zone_date(&paris, start_ms); date <= zone_date(&paris, end_ms); date++) {
        sum_ms += business_share_ms(calendar, &paris, start_ms, end_ms, date);
    }
    return sum_ms;
}

/* The laws of the walk. */
static void check_laws(const struct calendar *calendar, int64_t start_ms, int64_t budget_ms,
                       int64_t later_ms) {
    int64_t due_ms = business_due_ms(calendar, &paris, start_ms, budget_ms);
    int64_t elapsed_ms = business_elapsed_ms(calendar, &paris, start_ms, later_ms);
    bool holds =
        due_ms >= start_ms + budget_ms &&
        business_elapsed_ms(calendar, &paris, start_ms, due_ms) == budget_ms &&
        /* the first such instant: one millisecond earlier less has passed */
        (budget_ms == 0 ||
         business_elapsed_ms(calendar, &paris, start_ms, due_ms - 1) == budget_ms - 1) &&
        (budget_ms == 0 || is_business_time(calendar, due_ms - 1)) &&
        /* later starts are due later, or at the same instant; larger budgets later */
        business_due_ms(calendar, &paris, later_ms, budget_ms) >= due_ms &&
        business_due_ms(calendar, &paris, start_ms, budget_ms + 1) > due_ms &&
        /* the inverse: the time that has passed leads back, to where its last bit passed */
        business_due_ms(calendar, &paris, start_ms, elapsed_ms) <= later_ms &&
        (elapsed_ms == 0 || !is_business_time(calendar, later_ms - 1) ||
         business_due_ms(calendar, &paris, start_ms, elapsed_ms) == later_ms) &&
        /* what the dates give, each told alone, makes the whole */
        sum_of_shares(calendar, start_ms, later_ms) == elapsed_ms &&
        /* what passes adds up */
        elapsed_ms + business_elapsed_ms(calendar, &paris, later_ms, later_ms + DAY_MS) ==
            business_elapsed_ms(calendar, &paris, start_ms, later_ms + DAY_MS);
    if (!holds) {
        char text[INSTANT_TEXT_SIZE];
        instant_format(start_ms, text);
        fail_msg("start %s, budget %" PRId64 " ms, later by %" PRId64 " ms", text, budget_ms,
                 later_ms - start_ms);
    }
}

static void laws_of_the_walk(void **state UNUSED) {
    enum { CALENDARS = 100, INSTANTS = 1200 };
    const int64_t first_ms = instant_of("1990-01-01T00:00:00Z");
    const int64_t end_ms = instant_of("2050-01-01T00:00:00Z");
    uint64_t seed = 1;
    for (int c = 0; c < CALENDARS; c++) {
        struct random_calendar drawn;
        draw_calendar(&seed, &drawn);
        for (int i = 0; i < INSTANTS; i++) {
            int64_t start_ms = random_between(&seed, first_ms, end_ms);
            int64_t budget_ms = random_between(&seed, 0, 5 * DAY_MS);
            int64_t later_ms = start_ms + random_between(&seed, 0, 10 * DAY_MS);
            switch (i % 4) {
            case 0: /* midnights and whole days, where ≤ and < differ */
                start_ms = zone_midnight_ms(&paris, zone_date(&paris, start_ms));
                budget_ms -= budget_ms % DAY_MS;
                break;
            case 1:
                later_ms = zone_midnight_ms(&paris, zone_date(&paris, start_ms) + 3);
                break;
            default:
                break;
            }
            check_laws(&drawn.calendar, start_ms, budget_ms, later_ms);
        }
    }
}

/* The same sum hour by hour: Paris's days begin on a full hour of UTC. */
static void elapsed_hour_by_hour(void **state UNUSED) {
    enum { ROUNDS = 2000 };
    uint64_t seed = 7;
    struct random_calendar drawn;
    draw_calendar(&seed, &drawn);
    int64_t first_hour = instant_of("1990-01-01T00:00:00Z") / HOUR_MS;
    int64_t end_hour = instant_of("2050-01-01T00:00:00Z") / HOUR_MS;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = random_between(&seed, first_hour, end_hour);
        int64_t end = start + random_between(&seed, 0, 1000);
        int64_t hours = 0;
        for (int64_t hour = start; hour < end; hour++) {
            hours += is_business_time(&drawn.calendar, hour * HOUR_MS);
        }
        check_int("business hours", hours * HOUR_MS,
                  business_elapsed_ms(&drawn.calendar, &paris, start * HOUR_MS, end * HOUR_MS));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(due),
        cmocka_unit_test(due_official_examples),
        cmocka_unit_test(elapsed),
        cmocka_unit_test(kinds_of_days),
        cmocka_unit_test(long_closures),
        cmocka_unit_test(laws_of_the_walk),
        cmocka_unit_test(elapsed_hour_by_hour),
    };
    return cmocka_run_group_tests_name("business time", tests, read_zone, NULL);
}
