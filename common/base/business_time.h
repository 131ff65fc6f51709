/* The business clock: 24 hours for each Monday to Friday that is not a public holiday of the
 * calendar, from 00:00 to 24:00 Europe/Paris. Public holidays are computed for any year. Source:
 * FAQ question 4 (an online request is processed within one business day); code du travail art.
 * L3133-1 (national holidays), L3134-13 (Alsace-Moselle). */
#ifndef GUICHET_BASE_BUSINESS_TIME_H
#define GUICHET_BASE_BUSINESS_TIME_H

#include "common/base/date.h"
#include "common/base/words.h"
#include "common/base/zone.h"

enum calendar_base { CALENDAR_BASE_METROPOLE = 1, CALENDAR_BASE_ALSACE_MOSELLE };
extern const struct words calendar_base_words; /* "metropole", "alsace-moselle" */

/* A calendar as judged by: base holidays, plus closures, minus worked holidays (both sorted). */
struct calendar {
    struct slice calendar_id;
    int32_t revision;
    enum calendar_base base;
    const int32_t *extra_closures;
    size_t extra_closures_count;
    const int32_t *worked_holidays;
    size_t worked_holidays_count;
};

/* Name of the public holiday on that date ("14 juillet"), or NULL. Weekends are no holidays. */
const char *holiday_name(enum calendar_base base, int32_t date);

/* Why a date counts (the first two), or why it doesn't. */
enum day_kind {
    DAY_ORDINARY = 1,
    DAY_WORKED, /* a public holiday or a closure that this calendar works */
    DAY_WEEKEND,
    DAY_HOLIDAY, /* whatever else closes it */
    DAY_CLOSURE,
};
enum day_kind business_day_kind(const struct calendar *calendar, int32_t date);

bool business_day(const struct calendar *calendar, int32_t date);

/* First instant at which `budget_ms` (≥ 0) of business time have passed since `start_ms`. A budget
 * that ends at 24:00 is due at that midnight, whatever the next day is. INSTANT_NONE if 3660 days
 * go by without a business day. */
int64_t business_due_ms(const struct calendar *calendar, const struct zone *zone, int64_t start_ms,
                        int64_t budget_ms);

/* Business time between two instants in milliseconds; 0 if `end_ms` ≤ `start_ms`. The same walk. */
int64_t business_elapsed_ms(const struct calendar *calendar, const struct zone *zone,
                            int64_t start_ms, int64_t end_ms);

/* What one date adds to that: over all dates between the two instants the shares make the whole. */
int64_t business_share_ms(const struct calendar *calendar, const struct zone *zone,
                          int64_t start_ms, int64_t end_ms, int32_t date);

#endif
