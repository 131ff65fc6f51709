#include "common/base/zone.h"

#include <assert.h>

enum {
    SECONDS_PER_DAY = 86400,
    MS_PER_SECOND = 1000,
    RULE_FIRST_DATE = -719162, /* 0001-01-01 */
    RULE_LAST_DATE = 2932896,  /* 9999-12-31 */
};

static int64_t floor_divide(int64_t value, int64_t divisor) {
    return value / divisor - (value % divisor < 0);
}

/* Local time of the rule in that year, in seconds since 1970 as if local time were UTC. */
static int64_t rule_local_seconds(const struct zone_rule *rule, int year) {
    int32_t first = date_of_civil(year, rule->month, 1);
    int first_weekday = date_weekday(first) % 7; /* 0 = Sunday, as in the rule */
    int day = (rule->weekday - first_weekday + 7) % 7 + 7 * (rule->week - 1);
    while (day >= date_days_in_month(year, rule->month)) {
        day -= 7; /* week 5 is the last one, which may be the fourth */
    }
    return (int64_t)(first + day) * SECONDS_PER_DAY + rule->time_seconds;
}

/* The footer's rule, for an instant after the last explicit transition. */
static int32_t rule_offset(const struct zone *zone, int64_t seconds) {
    int64_t date = floor_divide(seconds + zone->standard_offset, SECONDS_PER_DAY);
    if (date < RULE_FIRST_DATE || date > RULE_LAST_DATE) {
        return zone->standard_offset; /* beyond the years that date_of_civil knows */
    }
    int year = date_civil((int32_t)date).year;
    int64_t starts = rule_local_seconds(&zone->daylight_starts, year) - zone->standard_offset;
    int64_t ends = rule_local_seconds(&zone->daylight_ends, year) - zone->daylight_offset;
    bool is_daylight = starts < ends ? seconds >= starts && seconds < ends
                                     : seconds >= starts || seconds < ends; /* southern summer */
    return is_daylight ? zone->daylight_offset : zone->standard_offset;
}

/* Seconds east of UTC at an instant in seconds. */
static int32_t offset_at(const struct zone *zone, int64_t seconds) {
    size_t count = zone->transitions_count;
    if (count == 0 || seconds >= zone->transition_at[count - 1]) {
        return zone->has_rule ? rule_offset(zone, seconds) : zone->standard_offset;
    }
    size_t low = 0; /* number of transitions at or before the instant */
    size_t high = count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->transition_at[middle] <= seconds) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? zone->first_offset : zone->transition_offset[low - 1];
}

int32_t zone_offset_seconds(const struct zone *zone, int64_t instant_ms) {
    return offset_at(zone, floor_divide(instant_ms, MS_PER_SECOND));
}

int32_t zone_date(const struct zone *zone, int64_t instant_ms) {
    int64_t seconds = floor_divide(instant_ms, MS_PER_SECOND);
    int64_t date = floor_divide(seconds + offset_at(zone, seconds), SECONDS_PER_DAY);
    assert(date > INT32_MIN && date <= INT32_MAX);
    return (int32_t)date;
}

/* The first second in (before, after] at which the offset is no longer that of `before`. */
static int64_t transition_between(const struct zone *zone, int64_t before, int64_t after) {
    int32_t offset = offset_at(zone, before);
    while (after - before > 1) {
        int64_t middle = before + (after - before) / 2;
        if (offset_at(zone, middle) == offset) {
            before = middle;
        } else {
            after = middle;
        }
    }
    return after;
}

int64_t zone_midnight_ms(const struct zone *zone, int32_t date) {
    int64_t local = (int64_t)date * SECONDS_PER_DAY;
    /* With the offset of the day before; offsets are less than a day. */
    int32_t offset_before = offset_at(zone, local - SECONDS_PER_DAY);
    int64_t midnight = local - offset_before;
    int32_t offset = offset_at(zone, midnight);
    if (offset != offset_before) {
        /* The clock changed since then. Either midnight is the new offset's, or the change jumped
         * over it and is itself the day's first instant. */
        int64_t changed = local - offset;
        bool exists = offset_at(zone, changed) == offset;
        midnight = exists ? changed : transition_between(zone, changed, midnight);
    }
    return midnight * MS_PER_SECOND;
}
