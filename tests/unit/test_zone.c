/* Time zones of the machine: clock changes, midnights, and the C library's word against ours. */
#include <stdlib.h>
#include <time.h>

#include "common/base/compiler.h"
#include "tests/unit/check_date.h"
#include "tests/unit/random.h"
#include "tests/unit/zone_file.h"

static void paris_clock_changes(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *instant;
        int hours;
        const char *date;
    } rows[] = {
        {"a winter's day", "2026-11-23T08:00:00Z", 1, "2026-11-23"},
        {"a winter's evening in UTC is the next day", "2026-11-23T23:00:00Z", 1, "2026-11-24"},
        {"one second before", "2026-11-23T22:59:59Z", 1, "2026-11-23"},
        {"one millisecond before", "2026-11-23T22:59:59.999Z", 1, "2026-11-23"},
        {"a summer's evening", "2026-07-13T22:00:00Z", 2, "2026-07-14"},
        {"one second before the spring change", "2026-03-29T00:59:59Z", 1, "2026-03-29"},
        {"the spring change of 2026", "2026-03-29T01:00:00Z", 2, "2026-03-29"},
        {"one second before the autumn change", "2026-10-25T00:59:59Z", 2, "2026-10-25"},
        {"the autumn change of 2026", "2026-10-25T01:00:00Z", 1, "2026-10-25"},
        {"in 1995 summer time ended in September", "1995-09-24T01:00:00Z", 1, "1995-09-24"},
        {"the last explicit transition of fat data", "2037-10-25T01:00:00Z", 1, "2037-10-25"},
        {"beyond it: before the spring change", "2038-03-28T00:59:59Z", 1, "2038-03-28"},
        {"beyond it: the spring change", "2038-03-28T01:00:00Z", 2, "2038-03-28"},
        {"beyond it: the autumn change", "2038-10-31T01:00:00Z", 1, "2038-10-31"},
        {"31 March is a Sunday", "2097-03-31T01:00:00Z", 2, "2097-03-31"},
        {"the week before it is not the last", "2097-03-24T01:00:00Z", 1, "2097-03-24"},
        {"the year's end in Paris", "2099-12-31T23:00:00Z", 1, "2100-01-01"},
        {"without summer time", "1970-07-01T00:00:00Z", 1, "1970-07-01"},
        {"the last year there is", "9999-07-01T00:00:00Z", 2, "9999-07-01"},
    };
    struct zone zone;
    zone_file_parse("Europe/Paris", &zone);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[DATE_TEXT_SIZE];
        int64_t instant_ms = instant_of(rows[i].instant);
        check_int(rows[i].name, rows[i].hours * 3600, zone_offset_seconds(&zone, instant_ms));
        date_format(zone_date(&zone, instant_ms), text);
        check_text(rows[i].name, rows[i].date, text);
    }
    int64_t end_ms = instant_of("9999-12-31T23:59:59Z");
    check_int("the last instant there is has a date", date_of_civil(9999, 12, 31) + 1,
              zone_date(&zone, end_ms));
    check_true("far instants do no harm", zone_offset_seconds(&zone, INT64_MAX) == 3600 &&
                                              zone_offset_seconds(&zone, INT64_MIN + 1) > 0);
}

static void paris_midnights(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *date;
        const char *instant;
    } rows[] = {
        {"winter", "2026-11-24", "2026-11-23T23:00:00Z"},
        {"summer", "2026-07-14", "2026-07-13T22:00:00Z"},
        {"the day of the spring change", "2026-03-29", "2026-03-28T23:00:00Z"},
        {"the day after it", "2026-03-30", "2026-03-29T22:00:00Z"},
        {"the day of the autumn change", "2026-10-25", "2026-10-24T22:00:00Z"},
        {"the day after it", "2026-10-26", "2026-10-25T23:00:00Z"},
        {"by the rule", "2050-07-14", "2050-07-13T22:00:00Z"},
        {"before 1970", "1950-01-01", "1949-12-31T23:00:00Z"},
    };
    struct zone zone;
    zone_file_parse("Europe/Paris", &zone);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t date;
        check_true(rows[i].name, date_parse(slice_of(rows[i].date), &date));
        check_instant(rows[i].name, rows[i].instant, zone_midnight_ms(&zone, date));
    }
}

static void as_the_c_library(void **state UNUSED) {
    enum { ROUNDS = 20000 };
    uint64_t seed = 2031;
    const char *zone_name;
    for (size_t i = 0; (zone_name = zone_file_name(i)) != NULL; i++) {
        struct zone zone;
        zone_file_parse(zone_name, &zone);
        setenv("TZ", zone_name, 1);
        tzset();
        for (int round = 0; round < ROUNDS; round++) {
            /* 1850-2400; half of them beside a transition, where mistakes are */
            int64_t seconds = random_between(&seed, INT64_C(-3786912000), INT64_C(13569465600));
            if (round % 2 == 0 && zone.transitions_count > 0) {
                size_t k = (size_t)random_between(&seed, 0, (int64_t)zone.transitions_count);
                seconds = zone.transition_at[k] + random_between(&seed, -3, 4);
            }
            time_t time = (time_t)seconds;
            struct tm local;
            /* Before its first transition the C library guesses otherwise than RFC 8536. */
            if (zone.transitions_count > 0 && seconds < zone.transition_at[0]) {
                continue;
            }
            check_true(zone_name, localtime_r(&time, &local) != NULL);
            int32_t date = date_of_civil(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
            if (local.tm_gmtoff != zone_offset_seconds(&zone, seconds * 1000) ||
                date != zone_date(&zone, seconds * 1000 + 999)) {
                fail_msg("%s at %" PRId64, zone_name, seconds);
            }
        }
    }
    unsetenv("TZ");
    tzset();
}

/* Midnight is the first second with that date, found by looking at every minute around it. */
static void midnights_of_all_zones(void **state UNUSED) {
    const char *zone_name;
    for (size_t i = 0; (zone_name = zone_file_name(i)) != NULL; i++) {
        struct zone zone;
        zone_file_parse(zone_name, &zone);
        int32_t last = date_of_civil(2045, 1, 1);
        for (int32_t date = date_of_civil(1980, 1, 1); date < last; date++) {
            int64_t midnight_ms = zone_midnight_ms(&zone, date);
            bool left_out = zone_date(&zone, midnight_ms) != date;
            if (left_out && zone_date(&zone, midnight_ms) != date + 1) {
                fail_msg("%s: day %" PRId32 " begins on another", zone_name, date);
            }
            for (int minutes = 1; minutes <= 180; minutes++) {
                if (zone_date(&zone, midnight_ms - minutes * 60000 + 59999) >= date) {
                    fail_msg("%s: day %" PRId32 " begins earlier", zone_name, date);
                }
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paris_clock_changes),
        cmocka_unit_test(paris_midnights),
        cmocka_unit_test(as_the_c_library),
        cmocka_unit_test(midnights_of_all_zones),
    };
    return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
