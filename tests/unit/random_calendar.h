/* Calendars drawn at random for property tests: closures of every kind of day, alone and in runs,
 * and holidays that are worked. */
#ifndef GUICHET_TESTS_RANDOM_CALENDAR_H
#define GUICHET_TESTS_RANDOM_CALENDAR_H

#include "common/base/business_time.h"
#include "tests/unit/random.h"

/* Not to be copied: the calendar points into it. */
struct random_calendar {
    struct calendar calendar;
    int32_t closures[400]; /* as many as an event may publish */
    int32_t worked[64];
};

/* Closures from 1990 on, about every seven weeks for half a century; one holiday in ten worked. */
static inline void draw_calendar(uint64_t *seed, struct random_calendar *drawn) {
    size_t closures = 0;
    size_t worked = 0;
    enum calendar_base base =
        random_next(seed) % 2 == 0 ? CALENDAR_BASE_METROPOLE : CALENDAR_BASE_ALSACE_MOSELLE;
    int32_t date = date_of_civil(1990, 1, 1);
    while (closures < COUNT_OF(drawn->closures)) {
        date += (int32_t)(random_next(seed) % 4 == 0 ? 1 : random_between(seed, 1, 135));
        drawn->closures[closures++] = date;
    }
    int32_t last = date_of_civil(2050, 12, 31);
    for (date = date_of_civil(1990, 1, 1); date < last && worked < COUNT_OF(drawn->worked);
         date++) {
        if (holiday_name(base, date) != NULL && random_next(seed) % 10 == 0) {
            drawn->worked[worked++] = date;
        }
    }
    drawn->calendar = (struct calendar){
        .base = base,
        .extra_closures = drawn->closures,
        .extra_closures_count = closures,
        .worked_holidays = drawn->worked,
        .worked_holidays_count = worked,
    };
}

#endif
