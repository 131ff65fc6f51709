/* What `guichet status` tells: how the whole installation stands, from both servers, without a
 * running process. */
#ifndef GUICHET_COMMANDS_STATE_H
#define GUICHET_COMMANDS_STATE_H

#include "common/base/zone.h"
#include "common/runtime/clock.h"
#include "common/runtime/metrics.h"
#include "workers/commands/inspection.h"

/* Dead letters of the last 24 hours. */
struct refusals {
    struct slice worker;
    struct slice reason;
    int64_t records;
};

struct worker_state {
    struct inspected seen;
    int members;
    size_t partitions;
    size_t stopped;
    int64_t lag;            /* records that are not decided yet */
    int64_t overdue;        /* timers that should have fired a minute ago; 10,000 at most */
    int64_t oldest;         /* of them; INSTANT_NONE: none */
    int64_t waiting;        /* requests that wait for something not known yet */
    int64_t parked;         /* records that wait behind one that the store refused */
    int64_t verified_until; /* all decided before is published, and compared; INSTANT_NONE: none */
    int64_t mismatches;     /* between what was decided and what was published */
};

struct state {
    const struct inspection *inspection;
    struct clock clock;
    int64_t now_ms;    /* of the clock */
    int32_t first_day; /* of the journal; days are made ahead */
    int32_t last_day;
    struct worker_state workers[METRIC_WORKERS_MOST];
    size_t workers_count;
    const struct refusals *refusals;
    size_t refusals_count;
    size_t stopped;     /* partitions of all */
    int64_t mismatches; /* of all */
};

/* End with state_fini, also on false; start with `{0}`. */
MUST_CHECK bool state_read(const struct inspection *inspection, struct state *state,
                           struct error *err);
void state_fini(struct state *state);

void state_print(const struct state *state, const struct zone *zone);
void state_print_json(const struct state *state);

#endif
