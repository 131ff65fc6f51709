#include <stdio.h>
#include <string.h>

#include "common/base/business_time.h"
#include "common/base/compiler.h"
#include "common/runtime/clock_anchor.h"
#include "workers/commands/demo.h"

/* Simulated seconds a second: a day over the weekend, then eight hours, and none too many at the
 * end. */
enum { WEEKEND_RATE = 86400, WEEK_RATE = 28800, END_RATE = 1 };
enum { TIMEOUT_MS = 60000, POLL_MS = 50, HOUR_MS = 3600 * 1000, SLOWER_HOURS = 6 };

static const char request_id[] = "R-WEEKEND";
static const char contract_id[] = "S-WEEKEND";

/* How far the request has come. */
enum stage { STAGE_SENT, STAGE_WAITING, STAGE_ESCALATED, STAGE_DECIDED };

struct weekend {
    struct demo *demo;
    struct db *db;
    struct clock clock;
    struct calendar calendar;
    int64_t budget_ms;
    enum stage stage;
    size_t seen;         /* outputs looked at */
    int32_t day;         /* the last one told */
    int64_t deadline_ms; /* monotonic */
};

/* One line: when, in Paris, and the business time left or over at that moment. */
static void tell(const struct weekend *weekend, int64_t at_ms, const char *text) {
    const struct demo *demo = weekend->demo;
    char time[DEMO_TEXT];
    int64_t left_ms = weekend->budget_ms -
                      business_elapsed_ms(&weekend->calendar, &demo->zone, demo->now_ms, at_ms);
    int minutes = (int)((left_ms < 0 ? -left_ms : left_ms) / 60000);
    demo_paris_time(&demo->zone, at_ms, time);
    printf("  %s  %2d h %02d %-4s  %s\n", time, minutes / 60, minutes % 60,
           left_ms < 0 ? "over" : "left", text);
    fflush(stdout);
}

/* The workers follow: they read the clock anew with each batch and each look at their timers. */
static bool set_rate(struct weekend *weekend, int32_t rate, struct error *err) {
    struct settings settings = weekend->demo->settings;
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    settings.clock_rate = rate;
    return clock_anchor_settle(&settings, weekend->db, &arena, &weekend->clock, err);
}

/* A day on which the clock stands, and the first on which it runs again. */
static void tell_days(struct weekend *weekend) {
    const struct zone *zone = &weekend->demo->zone;
    int32_t today = zone_date(zone, clock_now_ms(&weekend->clock));
    while (weekend->day < today) {
        bool was_business_day = business_day(&weekend->calendar, weekend->day++);
        bool is_business_day = business_day(&weekend->calendar, weekend->day);
        if (!is_business_day || !was_business_day) {
            tell(weekend, zone_midnight_ms(zone, weekend->day),
                 is_business_day ? "a business day: its time runs again"
                                 : "no business day: its time stands still");
        }
    }
}

static int64_t instant_of(const json_t *data, const char *name) {
    int64_t instant_ms;
    return instant_parse(slice_of(demo_text(data, name)), &instant_ms) ? instant_ms : INSTANT_NONE;
}

static void tell_waiting(struct weekend *weekend, const json_t *data) {
    char due[DEMO_TEXT];
    char text[200];
    if (strcmp(demo_text(data, "status"), "waiting") != 0) {
        return;
    }
    demo_paris_time(&weekend->demo->zone, instant_of(data, "due_at"), due);
    snprintf(text, sizeof(text), "submitted, due %s; waits: nobody knows contract %s", due,
             contract_id);
    tell(weekend, instant_of(data, "submitted_at"), text);
    weekend->stage = STAGE_WAITING;
}

static void tell_at_risk(struct weekend *weekend, const json_t *data) {
    tell(weekend, instant_of(data, "reached_at"), "sla.at-risk: three quarters are gone");
}

static void tell_breached(struct weekend *weekend, const json_t *data) {
    tell(weekend, instant_of(data, "reached_at"), "sla.breached: the business day is over");
}

static void tell_escalated(struct weekend *weekend, const json_t *data) {
    int level = (int)json_integer_value(json_object_get(data, "level"));
    char text[64];
    snprintf(text, sizeof(text), "sla.escalated: level %d", level);
    tell(weekend, instant_of(data, "reached_at"), text);
    weekend->stage = level == 2 ? STAGE_ESCALATED : weekend->stage;
}

static void tell_decision(struct weekend *weekend, const json_t *data) {
    const json_t *sla = json_object_get(data, "sla");
    bool is_met = json_is_true(json_object_get(sla, "met"));
    int minutes = (int)(json_integer_value(json_object_get(sla, "business_seconds")) / 60);
    char text[120];
    snprintf(text, sizeof(text), "accepted, %s: answered in %d h %02d of business time",
             is_met ? "met" : "late (met: false)", minutes / 60, minutes % 60);
    tell(weekend, clock_now_ms(&weekend->clock), text);
    weekend->stage = STAGE_DECIDED;
}

/* Prints what came of the request since the last look. */
static void look(struct weekend *weekend) {
    static const struct {
        const char *type;
        void (*tell)(struct weekend *weekend, const json_t *data);
    } rows[] = {
        {"tracking.entry.v1", tell_waiting},        {"sla.at-risk.v1", tell_at_risk},
        {"sla.breached.v1", tell_breached},         {"sla.escalated.v1", tell_escalated},
        {"affiliation.accepted.v1", tell_decision},
    };
    demo_receive(weekend->demo, POLL_MS);
    while (weekend->seen < weekend->demo->outputs_count) {
        const struct demo_output *output = &weekend->demo->outputs[weekend->seen++];
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            if (strcmp(output->type, rows[i].type) == 0 &&
                strcmp(demo_text(output->data, "request_id"), request_id) == 0) {
                rows[i].tell(weekend, output->data);
            }
        }
    }
}

/* Watches until the request is at that stage, or simulated time has come so far. */
static bool watch(struct weekend *weekend, enum stage stage, int64_t until_ms, struct error *err) {
    while (weekend->stage < stage && clock_now_ms(&weekend->clock) < until_ms) {
        if (demo_is_over(weekend->demo)) {
            return error_set(err, ERROR_TRANSIENT, "STOPPED", "the demo was stopped");
        }
        if (clock_monotonic_ms() > weekend->deadline_ms) {
            return error_set(err, ERROR_TRANSIENT, "ANSWERS_MISSING",
                             "request %s: not all of its alerts after %d s", request_id,
                             TIMEOUT_MS / 1000);
        }
        look(weekend);
        tell_days(weekend);
    }
    return true;
}

/* The Monday morning after the submission, before anything is due. */
static int64_t monday_ms(const struct weekend *weekend) {
    int32_t day = weekend->day + 1;
    while (!business_day(&weekend->calendar, day)) {
        day++;
    }
    return zone_midnight_ms(&weekend->demo->zone, day) + SLOWER_HOURS * HOUR_MS;
}

bool demo_weekend(struct demo *demo, struct db *db, struct error *err) {
    struct weekend weekend = {
        .demo = demo,
        .db = db,
        .calendar = {.base = CALENDAR_BASE_METROPOLE},
        .budget_ms = INT64_C(24) * HOUR_MS * demo->settings.online_single_days,
        .seen = demo->outputs_count,
        .day = demo_today(demo),
        .deadline_ms = clock_monotonic_ms() + TIMEOUT_MS,
    };
    const struct demo_employer *employer = &demo->employers[0];
    printf(
        "\nA weekend in seconds: request %s, whose contract comes too late (Paris time; business "
        "time)\n",
        request_id);
    demo_send_request(demo, employer, request_id, contract_id);
    if (!demo_flush(demo, err) || !set_rate(&weekend, END_RATE, err) ||
        !watch(&weekend, STAGE_WAITING, INT64_MAX, err) || !set_rate(&weekend, WEEKEND_RATE, err) ||
        !watch(&weekend, STAGE_ESCALATED, monday_ms(&weekend), err) ||
        !set_rate(&weekend, WEEK_RATE, err) || !watch(&weekend, STAGE_ESCALATED, INT64_MAX, err) ||
        !set_rate(&weekend, END_RATE, err)) {
        return false;
    }
    tell(&weekend, clock_now_ms(&weekend.clock), "the contract arrives");
    demo_send_contract(demo, employer, contract_id);
    if (!demo_flush(demo, err) || !watch(&weekend, STAGE_DECIDED, INT64_MAX, err)) {
        return false;
    }
    demo->now_ms = clock_now_ms(&weekend.clock);
    return true;
}
