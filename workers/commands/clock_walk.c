#include "workers/commands/clock_walk.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/base/compiler.h"
#include "common/record/json_read.h"
#include "common/runtime/reference.h"
#include "workers/commands/paris.h"

/* Of the facts' `sla`, what the walk needs. */
struct walked_clock {
    struct slice class;
    struct slice calendar_id;
    int32_t calendar_revision;
    int64_t submitted_at;
    int64_t due_at;
};

static const struct field clock_fields[] = {
    ROW_CODE(struct walked_clock, class, FIELD_REQUIRED),
    ROW_ID(struct walked_clock, calendar_id, FIELD_REQUIRED),
    ROW_INT32(struct walked_clock, calendar_revision, FIELD_REQUIRED, 0, INT32_MAX, 0),
    ROW_INSTANT(struct walked_clock, submitted_at, FIELD_REQUIRED),
    ROW_INSTANT(struct walked_clock, due_at, FIELD_REQUIRED),
};
static const struct shape clock_shape = SHAPE_OF("clock", struct walked_clock, clock_fields, NULL);

static bool find_clock(struct arena *arena, struct slice facts, struct walked_clock *clock,
                       bool *is_found, struct error *err) {
    json_t *object CLEANUP(json_release) = NULL;
    if (!json_parse(facts, &object, err)) {
        return false;
    }
    const json_t *sla = json_object_get(object, "sla");
    *is_found = json_is_object(sla);
    return !*is_found || json_read(arena, &clock_shape, sla, clock, err);
}

static void print_reason(const struct calendar *calendar, int32_t date) {
    static const char *const reasons[] = {
        [DAY_ORDINARY] = "business day",
        [DAY_WORKED] = "worked",
        [DAY_WEEKEND] = "weekend",
        [DAY_HOLIDAY] = "public holiday",
        [DAY_CLOSURE] = "closure of this calendar",
    };
    enum day_kind kind = business_day_kind(calendar, date);
    const char *holiday = holiday_name(calendar->base, date);
    fputs(reasons[kind], stdout);
    if (kind == DAY_HOLIDAY) {
        printf(": %s", holiday);
    } else if (kind == DAY_WORKED) {
        printf(", though it is %s", holiday != NULL ? holiday : "a closure");
    }
}

/* "17:20:00" of "2026-11-23 17:20:00". */
static const char *hour_of(const struct zone *zone, int64_t instant_ms,
                           char text[PARIS_TEXT_SIZE]) {
    paris_format(zone, instant_ms, true, text);
    return text + DATE_TEXT_SIZE;
}

static void print_day(const struct calendar *calendar, const struct zone *zone,
                      const struct walked_clock *clock, int32_t date) {
    char day[DATE_TEXT_SIZE];
    char span[SPAN_TEXT_SIZE];
    char text[PARIS_TEXT_SIZE];
    int64_t share_ms = business_share_ms(calendar, zone, clock->submitted_at, clock->due_at, date);
    date_format(date, day);
    span_format(share_ms, false, span);
    printf("    %s %s %10s  ", weekday_text(date), day, span);
    print_reason(calendar, date);
    if (share_ms > 0 && clock->submitted_at > zone_midnight_ms(zone, date)) {
        printf(", from %s", hour_of(zone, clock->submitted_at, text));
    }
    if (share_ms > 0 && clock->due_at < zone_midnight_ms(zone, date + 1)) {
        printf(", until %s", hour_of(zone, clock->due_at, text));
    }
    putchar('\n');
}

static void print_walk(const struct calendar *calendar, const struct zone *zone,
                       const struct walked_clock *clock) {
    char due[PARIS_TEXT_SIZE];
    char span[SPAN_TEXT_SIZE];
    /* What is due at a midnight has taken nothing of the day that begins there. */
    int32_t last = zone_date(zone, clock->due_at - 1);
    for (int32_t date = zone_date(zone, clock->submitted_at); date <= last; date++) {
        print_day(calendar, zone, clock, date);
    }
    paris_format(zone, clock->due_at, true, due);
    span_format(business_elapsed_ms(calendar, zone, clock->submitted_at, clock->due_at), false,
                span);
    printf("    %-14s %10s  due %s %s in Paris\n", "in all", span,
           weekday_text(zone_date(zone, clock->due_at)), due);
}

bool clock_walk_print(struct db *db, struct arena *arena, const struct zone *zone,
                      struct slice facts, struct error *err) {
    struct walked_clock clock;
    struct calendar calendar;
    bool is_there = false;
    if (!find_clock(arena, facts, &clock, &is_there, err)) {
        return false;
    }
    if (!is_there) {
        return true;
    }
    if (!reference_find_calendar(db, arena, clock.calendar_id, clock.calendar_revision, &calendar,
                                 &is_there, err)) {
        return false;
    }
    printf("  %-11s %.*s, calendar %.*s revision %" PRId32 "%s\n", "clock",
           SLICE_FORMAT(clock.class), SLICE_FORMAT(clock.calendar_id), clock.calendar_revision,
           is_there ? "" : ", which is not stored");
    if (is_there) {
        print_walk(&calendar, zone, &clock);
    }
    return true;
}
