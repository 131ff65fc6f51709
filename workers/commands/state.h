/* What `guichet status` tells: how the whole installation stands, from both servers, without a
 * running process. */
#ifndef GUICHET_COMMANDS_STATE_H
#define GUICHET_COMMANDS_STATE_H

#include "common/base/zone.h"
#include "common/runtime/clock.h"
#include "common/runtime/metrics.h"
#include "workers/commands/inspection.h"

struct worker_state {
    struct inspected seen;
    int members;
    size_t partitions;
    size_t stopped;
    int64_t lag;     /* records that are not decided yet */
    int64_t overdue; /* timers that should have fired a minute ago; 10,000 at most */
    int64_t oldest;  /* of them; INSTANT_NONE: none */
    int64_t waiting; /* requests that wait for something not known yet */
};

struct state {
    const struct inspection *inspection;
    struct clock clock;
    int64_t now_ms;    /* of the clock */
    int32_t first_day; /* of the journal; days are made ahead */
    int32_t last_day;
    struct worker_state workers[METRIC_WORKERS_MOST];
    size_t workers_count;
    size_t stopped; /* partitions of all */
    size_t pending; /* remedies */
};

/* End with state_fini, also on false; start with `{0}`. */
MUST_CHECK bool state_read(const struct inspection *inspection, struct state *state,
                           struct error *err);
void state_fini(struct state *state);

void state_print(const struct state *state, const struct zone *zone);
void state_print_json(const struct state *state);

#endif
