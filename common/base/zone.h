/* A time zone read from TZif bytes (RFC 8536, version 2 or later, footer rule included): the offset
 * of an instant and the instant of a local midnight. The bytes come from the shell; TZ and
 * localtime are never used. Reentrant and read-only after parsing. */
#ifndef GUICHET_BASE_ZONE_H
#define GUICHET_BASE_ZONE_H

#include "common/base/date.h"
#include "common/base/error.h"

enum { ZONE_TRANSITIONS_MAX = 512, ZONE_TYPES_MAX = 32 };

/* One rule of a POSIX TZ footer: "M3.5.0/2" = the last Sunday of March at 02:00 local. */
struct zone_rule {
    int month;
    int week;    /* 1..5, 5 = last */
    int weekday; /* 0 = Sunday */
    int32_t time_seconds;
};

struct zone {
    size_t transitions_count;
    int64_t transition_at[ZONE_TRANSITIONS_MAX];     /* seconds, UTC */
    int32_t transition_offset[ZONE_TRANSITIONS_MAX]; /* seconds east of UTC from there on */
    int32_t first_offset;                            /* before the first transition */
    bool has_rule;                                   /* the footer has a daylight rule */
    int32_t standard_offset;
    int32_t daylight_offset;
    struct zone_rule daylight_starts;
    struct zone_rule daylight_ends;
};

/* Reads TZif bytes. ERROR_FATAL with a sentence if they are not a usable zone (version 1 only, a
 * footer form other than Mm.w.d, truncated…). */
MUST_CHECK bool zone_parse(struct slice bytes, struct zone *zone, struct error *err);

/* Seconds east of UTC at that instant. */
int32_t zone_offset_seconds(const struct zone *zone, int64_t instant_ms);

/* The local date at that instant. */
int32_t zone_date(const struct zone *zone, int64_t instant_ms);

/* The instant at which a local date begins (its first instant, should midnight not exist). */
int64_t zone_midnight_ms(const struct zone *zone, int32_t date);

#endif
