/* Deadlines. A timer says that a worker wants to look at a subject again once an instant has
 * passed; it is a row of the table `timer`, one per kind of a subject, and written with the batch
 * like any other. When it is due, a tick on the worker's clock topic (ticker.h) makes the worker's
 * `fire` run in an ordinary batch. A timer is only a wake-up: what is due is decided from the
 * subject's state, so that a tick twice, late, early or forged changes nothing. */
#ifndef GUICHET_RUNTIME_TIMER_H
#define GUICHET_RUNTIME_TIMER_H

#include "common/base/map.h"
#include "common/runtime/db.h"
#include "common/runtime/origin.h"
#include "common/runtime/shell_input.h"

enum {
    TIMER_LANES = 5040,    /* has many divisors: even shares for most numbers of partitions */
    TIMERS_PER_TICK = 500, /* the most that one tick fires */
    TIMERS_PER_BATCH = 1000,
};

struct batch;
struct record;

struct timer {
    struct slice siren; /* empty: of no employer */
    struct slice worker;
    struct slice kind;
    struct slice subject;
    int32_t lane;
    int64_t due_at;
    struct origin origin; /* of what armed it, where the subject keeps none: batch_ask */
};

/* The lane of an employer: its timers are served by clock partition lane modulo partitions. */
int32_t timer_lane(struct slice siren);

/* What a batch changes: for the shell. */
struct timer_change;
struct timer_changes {
    struct map by_key; /* siren, "<worker>/<kind>/<subject>" → struct timer_change */
    struct timer_change *first;
    struct timer_change *last;
    size_t count;
    struct timer_wake *wakes;
    size_t wakes_count;
};

/* Wants `subject` looked at by that worker's `fire` as soon as `due_at` has passed; INSTANT_NONE:
 * not any more. Replaces what was wanted of that kind. The employer is one that the batch has
 * locked. Slices must live as long as the batch. */
void batch_arm(struct batch *batch, const char *worker, struct slice siren, const char *kind,
               struct slice subject, int64_t due_at);

/* The same for a subject that keeps no origin of its own: what the timer causes follows from
 * `record`. */
void batch_ask(struct batch *batch, const struct record *record, const char *worker,
               struct slice siren, const char *kind, struct slice subject, int64_t due_at);

/* The same as batch_arm, unless an earlier instant is wanted already: for what several subjects
 * share. */
void batch_arm_earlier(struct batch *batch, const char *worker, struct slice siren,
                       const char *kind, struct slice subject, int64_t due_at);

/* Something that was waited for has come: makes the timers "subject_known" of that subject due now,
 * of all workers that have one; none is fine. `subject`: "contract/<id>", "insured/<id>". */
void batch_wake(struct batch *batch, struct slice siren, struct slice subject);

/* Whether the timer says that a subject of that sort ("contract/") has come, or was waited for long
 * enough; and the subject's id. */
bool timer_waited_for(const struct timer *timer, const char *sort, struct slice *id);

/* The kinds that more than one worker knows. */
extern const char timer_subject_known[];    /* armed by who waits, woken by who brings; fires before
                                               the  employer's next record */
extern const char timer_roster_refresh[];   /* affiliation: subject "<insured_id>/<contract_id>" */
extern const char timer_tracking_refresh[]; /* affiliation: subject: the request's id, erased */
extern const char timer_addition_erased[];  /* beneficiary: subject: the open addition's id */
extern const char timer_calendar[]; /* affiliation: no employer; subject: the calendar's id */
extern const char
    timer_calendar_again[]; /* the same, once every batch that could not see it ended */

extern const char timer_pmss[];       /* beneficiary: no employer; subject: the territory */
extern const char timer_pmss_again[]; /* the same, as for calendars */

/* For the shell, in the order of a batch. */

/* The earliest due timers of a share of a worker's lanes, read before anything is locked. */
MUST_CHECK bool timer_due(struct batch *batch, const struct tick *tick, int32_t partitions,
                          int64_t before_ms, size_t most, struct timer **timers, size_t *count,
                          struct error *err);
/* Those of `keys` that are still due, in their order, read under the employers' locks. */
MUST_CHECK bool timer_load(struct batch *batch, const struct timer *keys, size_t count,
                           int64_t before_ms, struct timer **timers, size_t *found,
                           struct error *err);
/* Wake-ups that are due of these employers. */
MUST_CHECK bool timer_wakes(struct batch *batch, const struct slice *sirens, size_t count,
                            struct timer **timers, size_t *found, struct error *err);
/* Whether the timer is still to be fired: nothing in this batch armed it anew. It is gone then,
 * unless it is armed again. */
bool timer_take(struct batch *batch, const struct timer *timer);
/* Wants the timer at another instant, as it stands else. */
void timer_move(struct batch *batch, const struct timer *timer, int64_t due_at);
/* Writes what changed. */
MUST_CHECK bool timer_store(struct batch *batch, struct error *err);

#endif
