/* The business clock against a second calculation that shares nothing with it: dates by the C
 * library, Paris's offset and the holidays by their own rules here. And whatever TZ says. */
#include <stdlib.h>
#include <time.h>

#include "tests/unit/check_date.h"
#include "tests/unit/random_calendar.h"
#include "tests/unit/zone_file.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS (1440 * MINUTE_MS)

enum { DAY_SECONDS = 86400, JANUARY_1990 = 631152000, CHANGE_HOUR = 3600 };

static struct zone paris;

static int read_zone(void **state UNUSED) {
    zone_file_parse("Europe/Paris", &paris);
    return 0;
}

/* --- The second calculation. Days are counted from 1970-01-01. --- */

static struct tm civil_of(int64_t days) {
    time_t seconds = (time_t)days * DAY_SECONDS;
    struct tm civil;
    assert_non_null(gmtime_r(&seconds, &civil));
    return civil;
}

static int64_t days_of(int year, int month, int day) {
    struct tm civil = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
    return (int64_t)timegm(&civil) / DAY_SECONDS;
}

/* The last Sunday of a month that has `length` days. */
static int64_t last_sunday(int year, int month, int length) {
    int64_t last = days_of(year, month, length);
    return last - civil_of(last).tm_wday;
}

/* Summer time runs from 01:00 UTC of the last Sunday of March to that of September, since 1996 of
 * October. */
static int64_t summer_begins(int year) {
    return last_sunday(year, 3, 31) * DAY_SECONDS + CHANGE_HOUR;
}

static int64_t summer_ends(int year) {
    int64_t day = year < 1996 ? last_sunday(year, 9, 30) : last_sunday(year, 10, 31);
    return day * DAY_SECONDS + CHANGE_HOUR;
}

static int64_t paris_offset(int64_t utc_seconds) {
    int year = civil_of(utc_seconds / DAY_SECONDS).tm_year + 1900;
    bool is_summer = utc_seconds >= summer_begins(year) && utc_seconds < summer_ends(year);
    return is_summer ? 7200 : 3600;
}

/* The Paris day that an instant after 1970 belongs to. */
static int64_t paris_day(int64_t instant_ms) {
    int64_t seconds = instant_ms / 1000;
    return (seconds + paris_offset(seconds)) / DAY_SECONDS;
}

static int64_t paris_midnight_ms(int64_t day) {
    int64_t winter = day * DAY_SECONDS - 3600;
    return (day * DAY_SECONDS - paris_offset(winter)) * 1000;
}

/* Gauss's rule, with its two exceptions, for 1900 to 2099. */
static int64_t easter_of(int year) {
    int a = year % 19;
    int d = (19 * a + 24) % 30;
    int e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7;
    if (d == 29 && e == 6)
        return days_of(year, 4, 19);
    if (d == 28 && e == 6 && a > 10)
        return days_of(year, 4, 18);
    return days_of(year, 3, 22) + d + e;
}

static bool is_holiday(enum calendar_base base, int64_t day) {
    static const int whole_country[] = {101, 501, 508, 714, 815, 1101, 1111, 1225};
    struct tm civil = civil_of(day);
    int month_and_day = (civil.tm_mon + 1) * 100 + civil.tm_mday;
    int64_t after_easter = day - easter_of(civil.tm_year + 1900);
    bool is_alsace_moselle = base == CALENDAR_BASE_ALSACE_MOSELLE;
    for (size_t i = 0; i < COUNT_OF(whole_country); i++)
        if (month_and_day == whole_country[i])
            return true;
    return after_easter == 1 || after_easter == 39 || after_easter == 50 ||
           (is_alsace_moselle && (after_easter == -2 || month_and_day == 1226));
}

static bool is_among(const int32_t *dates, size_t count, int64_t day) {
    for (size_t i = 0; i < count; i++)
        if (dates[i] == day)
            return true;
    return false;
}

static bool is_worked(const struct calendar *calendar, int64_t day) {
    int weekday = civil_of(day).tm_wday;
    if (weekday == 0 || weekday == 6)
        return false;
    bool is_closed = is_holiday(calendar->base, day) ||
                     is_among(calendar->extra_closures, calendar->extra_closures_count, day);
    return !is_closed || is_among(calendar->worked_holidays, calendar->worked_holidays_count, day);
}

/* Day by day, as the rule is written down. */
static int64_t due_by_days(const struct calendar *calendar, int64_t start_ms, int64_t budget_ms) {
    for (int64_t day = paris_day(start_ms);; day++) {
        int64_t midnight_ms = paris_midnight_ms(day);
        int64_t from_ms = midnight_ms > start_ms ? midnight_ms : start_ms;
        int64_t available_ms = paris_midnight_ms(day + 1) - from_ms;
        if (!is_worked(calendar, day))
            continue;
        if (budget_ms <= available_ms)
            return from_ms + budget_ms;
        budget_ms -= available_ms;
    }
}

/* Minute by minute: the instant after the last minute of the budget. */
static int64_t due_by_minutes(const struct calendar *calendar, int64_t start_ms, int64_t minutes) {
    int64_t day = -1;
    bool counts = false;
    int64_t instant_ms = start_ms;
    for (; minutes > 0; instant_ms += MINUTE_MS) {
        if (paris_day(instant_ms) != day) {
            day = paris_day(instant_ms);
            counts = is_worked(calendar, day);
        }
        minutes -= counts;
    }
    return instant_ms;
}

/* --- What is held against it --- */

static void check_equal(const char *what, const struct calendar *calendar, int64_t start_ms,
                        int64_t budget_ms, int64_t expected_ms) {
    int64_t due_ms = business_due_ms(calendar, &paris, start_ms, budget_ms);
    char start[INSTANT_TEXT_SIZE];
    char expected[INSTANT_TEXT_SIZE];
    char due[INSTANT_TEXT_SIZE];
    if (due_ms == expected_ms)
        return;
    instant_format(start_ms, start);
    instant_format(expected_ms, expected);
    instant_format(due_ms, due);
    fail_msg("%s, base %d, TZ %s: %s and %" PRId64 " ms of business time: expected %s, got %s",
             what, (int)calendar->base, getenv("TZ"), start, budget_ms, expected, due);
}

/* The promise of one business day: exactly 24 hours of business time, and never later than the end
 * of the first business day after that of the start. */
static void check_promise(const struct calendar *calendar, int64_t start_ms) {
    int64_t due_ms = business_due_ms(calendar, &paris, start_ms, DAY_MS);
    int64_t day = paris_day(start_ms) + 1;
    while (!is_worked(calendar, day))
        day++;
    check_equal("one business day", calendar, start_ms, DAY_MS,
                due_by_days(calendar, start_ms, DAY_MS));
    check_true("not later than the end of the next business day",
               due_ms <= paris_midnight_ms(day + 1));
    check_int("exactly 24 hours of business time", DAY_MS,
              business_elapsed_ms(calendar, &paris, start_ms, due_ms));
}

/* The milestones of the clock are on the same walk, each later than the one before. */
static void check_milestones(const struct calendar *calendar, int64_t start_ms) {
    static const int hours[] = {18, 24, 32, 36, 48, 56, 72};
    int64_t previous_ms = start_ms;
    for (size_t i = 0; i < COUNT_OF(hours); i++) {
        int64_t budget_ms = hours[i] * 60 * MINUTE_MS;
        int64_t due_ms = business_due_ms(calendar, &paris, start_ms, budget_ms);
        check_true("milestones in order", due_ms > previous_ms);
        check_equal("a milestone", calendar, start_ms, budget_ms,
                    due_by_days(calendar, start_ms, budget_ms));
        previous_ms = due_ms;
    }
}

/* An instant of 1990 to 2050; one in four lies around a local midnight or a clock change. */
static int64_t draw_start(uint64_t *seed) {
    const int64_t first_ms = (int64_t)JANUARY_1990 * 1000;
    const int64_t end_ms = days_of(2050, 1, 1) * DAY_MS;
    int64_t start_ms = random_between(seed, first_ms, end_ms);
    int64_t nearby_ms = random_between(seed, -2, 3);
    int year = civil_of(start_ms / DAY_MS).tm_year + 1900;
    switch (random_next(seed) % 16) {
    case 0:
        return summer_begins(year) * 1000 + nearby_ms;
    case 1:
        return summer_ends(year) * 1000 + nearby_ms;
    case 2:
    case 3:
        return paris_midnight_ms(paris_day(start_ms) + 1) + nearby_ms;
    default:
        return start_ms;
    }
}

static void use_zone(const char *zone_name) {
    assert_int_equal(setenv("TZ", zone_name, 1), 0);
    tzset();
}

/* 100,000 instants on 100 calendars, TZ another one from calendar to calendar. */
static void the_walk_by_days(void **state UNUSED) {
    enum { CALENDARS = 100, INSTANTS = 1000 };
    uint64_t seed = 20261123;
    size_t zones = 0;
    while (zone_file_name(zones) != NULL)
        zones++;
    for (size_t c = 0; c < CALENDARS; c++) {
        struct random_calendar drawn;
        draw_calendar(&seed, &drawn);
        use_zone(zone_file_name(c % zones));
        for (int i = 0; i < INSTANTS; i++) {
            int64_t start_ms = draw_start(&seed);
            int64_t budget_ms = random_between(&seed, 1, 10 * DAY_MS);
            check_promise(&drawn.calendar, start_ms);
            check_milestones(&drawn.calendar, start_ms);
            check_equal("any budget", &drawn.calendar, start_ms, budget_ms,
                        due_by_days(&drawn.calendar, start_ms, budget_ms));
        }
    }
    unsetenv("TZ");
}

static void the_walk_by_minutes(void **state UNUSED) {
    enum { CALENDARS = 20, INSTANTS = 100 };
    uint64_t seed = 11;
    for (int c = 0; c < CALENDARS; c++) {
        struct random_calendar drawn;
        draw_calendar(&seed, &drawn);
        for (int i = 0; i < INSTANTS; i++) {
            int64_t start_ms = draw_start(&seed);
            int64_t minutes = random_between(&seed, 1, 3 * 1440);
            start_ms -= start_ms % MINUTE_MS;
            check_equal("minute by minute", &drawn.calendar, start_ms, minutes * MINUTE_MS,
                        due_by_minutes(&drawn.calendar, start_ms, minutes));
        }
    }
}

/* The same instants under every TZ, and without one. */
static void tz_makes_no_difference(void **state UNUSED) {
    enum { INSTANTS = 2000 };
    static int64_t expected_ms[INSTANTS];
    struct random_calendar drawn;
    uint64_t calendar_seed = 5;
    draw_calendar(&calendar_seed, &drawn);
    unsetenv("TZ");
    tzset();
    for (size_t z = 0; z == 0 || zone_file_name(z - 1) != NULL; z++) {
        uint64_t seed = 6;
        if (z > 0)
            use_zone(zone_file_name(z - 1));
        for (int i = 0; i < INSTANTS; i++) {
            int64_t start_ms = draw_start(&seed);
            if (z == 0)
                expected_ms[i] = business_due_ms(&drawn.calendar, &paris, start_ms, DAY_MS);
            check_equal("under any TZ", &drawn.calendar, start_ms, DAY_MS, expected_ms[i]);
        }
    }
    unsetenv("TZ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_walk_by_days),
        cmocka_unit_test(the_walk_by_minutes),
        cmocka_unit_test(tz_makes_no_difference),
    };
    return cmocka_run_group_tests_name("business walk", tests, read_zone, NULL);
}
