#include "common/base/business_time.h"

#include <assert.h>

WORDS(calendar_base_words, "metropole", "alsace-moselle");

/* A calendar without a business day for this long has none. */
enum { IDLE_DAYS_MAX = 3660 };

/* A holiday counts in the calendar that names it and in those after it: Alsace-Moselle has all
 * holidays of the whole country. */
struct fixed_holiday {
    int month;
    int day;
    enum calendar_base base;
    const char *name;
};

struct easter_holiday {
    int days_after_easter;
    enum calendar_base base;
    const char *name;
};

static const struct fixed_holiday fixed_holidays[] = {
    {1, 1, CALENDAR_BASE_METROPOLE, "1er janvier"},
    {5, 1, CALENDAR_BASE_METROPOLE, "1er mai"},
    {5, 8, CALENDAR_BASE_METROPOLE, "8 mai"},
    {7, 14, CALENDAR_BASE_METROPOLE, "14 juillet"},
    {8, 15, CALENDAR_BASE_METROPOLE, "Assomption"},
    {11, 1, CALENDAR_BASE_METROPOLE, "Toussaint"},
    {11, 11, CALENDAR_BASE_METROPOLE, "11 novembre"},
    {12, 25, CALENDAR_BASE_METROPOLE, "Jour de Noël"},
    {12, 26, CALENDAR_BASE_ALSACE_MOSELLE, "2ème jour de Noël"},
};

static const struct easter_holiday easter_holidays[] = {
    {-2, CALENDAR_BASE_ALSACE_MOSELLE, "Vendredi saint"},
    {1, CALENDAR_BASE_METROPOLE, "Lundi de Pâques"},
    {39, CALENDAR_BASE_METROPOLE, "Ascension"},
    {50, CALENDAR_BASE_METROPOLE, "Lundi de Pentecôte"},
};

/* Good Friday is 20 March at the earliest, Whit Monday 14 June at the latest. */
static bool is_easter_season(int month) {
    return month >= 3 && month <= 6;
}

const char *holiday_name(enum calendar_base base, int32_t date) {
    struct civil civil = date_civil(date);
    /* Two can fall on one date (1 May 2008): the official list then names the movable one. */
    if (is_easter_season(civil.month)) {
        int32_t after_easter = date - date_easter(civil.year);
        for (size_t i = 0; i < COUNT_OF(easter_holidays); i++) {
            const struct easter_holiday *holiday = &easter_holidays[i];
            if (after_easter == holiday->days_after_easter && base >= holiday->base) {
                return holiday->name;
            }
        }
    }
    for (size_t i = 0; i < COUNT_OF(fixed_holidays); i++) {
        const struct fixed_holiday *holiday = &fixed_holidays[i];
        if (civil.day == holiday->day && civil.month == holiday->month && base >= holiday->base) {
            return holiday->name;
        }
    }
    return NULL;
}

static bool sorted_dates_have(const int32_t *dates, size_t count, int32_t date) {
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (dates[middle] < date) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && dates[low] == date;
}

enum day_kind business_day_kind(const struct calendar *calendar, int32_t date) {
    if (date_weekday(date) > 5) {
        return DAY_WEEKEND;
    }
    bool is_holiday = holiday_name(calendar->base, date) != NULL;
    if (!is_holiday &&
        !sorted_dates_have(calendar->extra_closures, calendar->extra_closures_count, date)) {
        return DAY_ORDINARY;
    }
    if (sorted_dates_have(calendar->worked_holidays, calendar->worked_holidays_count, date)) {
        return DAY_WORKED;
    }
    return is_holiday ? DAY_HOLIDAY : DAY_CLOSURE;
}

bool business_day(const struct calendar *calendar, int32_t date) {
    return business_day_kind(calendar, date) <= DAY_WORKED;
}

/* A walk over business days from an instant on, one stretch of business time after the other. */
struct walk {
    const struct calendar *calendar;
    const struct zone *zone;
    int64_t start_ms;
    int32_t date;      /* the next day to look at */
    int64_t begins_ms; /* of the stretch: midnight, or the start in the first one */
    int64_t ends_ms;   /* next midnight */
};

static struct walk walk_from(const struct calendar *calendar, const struct zone *zone,
                             int64_t start_ms) {
    return (struct walk){
        .calendar = calendar,
        .zone = zone,
        .start_ms = start_ms,
        .date = zone_date(zone, start_ms),
        .ends_ms = INSTANT_NONE,
    };
}

/* Steps to the next business day; false if there is none up to and including `last`. */
static bool walk_next(struct walk *walk, int64_t last) {
    int64_t midnight_ms = walk->ends_ms; /* of walk->date, unless days are left out below */
    while (walk->date <= last) {
        int32_t date = walk->date++;
        if (business_day(walk->calendar, date)) {
            if (midnight_ms == INSTANT_NONE) {
                midnight_ms = zone_midnight_ms(walk->zone, date);
            }
            walk->begins_ms = midnight_ms > walk->start_ms ? midnight_ms : walk->start_ms;
            walk->ends_ms = zone_midnight_ms(walk->zone, walk->date);
            return true;
        }
        midnight_ms = INSTANT_NONE;
    }
    return false;
}

int64_t business_due_ms(const struct calendar *calendar, const struct zone *zone, int64_t start_ms,
                        int64_t budget_ms) {
    assert(start_ms != INSTANT_NONE && budget_ms >= 0);
    if (budget_ms == 0) {
        return start_ms; /* no time has to pass, on a Sunday either */
    }
    struct walk walk = walk_from(calendar, zone, start_ms);
    while (walk_next(&walk, (int64_t)walk.date + IDLE_DAYS_MAX - 1)) {
        int64_t available_ms = walk.ends_ms - walk.begins_ms;
        if (budget_ms <= available_ms) {
            return walk.begins_ms + budget_ms;
        }
        budget_ms -= available_ms;
    }
    return INSTANT_NONE;
}

int64_t business_elapsed_ms(const struct calendar *calendar, const struct zone *zone,
                            int64_t start_ms, int64_t end_ms) {
    assert(start_ms != INSTANT_NONE && end_ms != INSTANT_NONE);
    if (end_ms <= start_ms) {
        return 0;
    }
    int32_t last = zone_date(zone, end_ms);
    int64_t elapsed_ms = 0;
    struct walk walk = walk_from(calendar, zone, start_ms);
    while (walk_next(&walk, last)) {
        int64_t ends_ms = walk.ends_ms < end_ms ? walk.ends_ms : end_ms;
        elapsed_ms += ends_ms > walk.begins_ms ? ends_ms - walk.begins_ms : 0;
    }
    return elapsed_ms;
}

int64_t business_share_ms(const struct calendar *calendar, const struct zone *zone,
                          int64_t start_ms, int64_t end_ms, int32_t date) {
    assert(start_ms != INSTANT_NONE && end_ms != INSTANT_NONE);
    if (!business_day(calendar, date)) {
        return 0;
    }
    int64_t begins_ms = zone_midnight_ms(zone, date);
    int64_t ends_ms = zone_midnight_ms(zone, date + 1);
    begins_ms = begins_ms > start_ms ? begins_ms : start_ms;
    ends_ms = ends_ms < end_ms ? ends_ms : end_ms;
    return ends_ms > begins_ms ? ends_ms - begins_ms : 0;
}
