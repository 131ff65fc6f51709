/* What is due in a batch: the timers of its ticks, and the wake-ups of its records' employers. Keys
 * are read before the employers are locked, rows again under the locks; what is fired is told as
 * parts of the tick, or of the record before which a wake-up fires. */
#ifndef GUICHET_RUNTIME_DUE_H
#define GUICHET_RUNTIME_DUE_H

#include "common/runtime/batch.h"

struct due_tick {
    struct record *tick;
    struct timer *keys;
    size_t keys_count;
    struct timer *timers; /* read under the locks */
    size_t timers_count;
    bool has_more; /* than it may fire: the next tick should follow at once */
};

struct due {
    struct due_tick *ticks;
    size_t ticks_count;
    struct timer *wakes;
    size_t wakes_count;
    bool *is_woken;
    /* A timer without employer, and the subjects it concerns next. */
    struct due_tick *spreading;
    const struct timer *spread_of; /* as it was read last; NULL: it is not due any more */
    struct timer *spread;
    size_t spread_count;
    bool spread_is_full;
};

/* Whether the record is a tick to be fired. */
bool due_is_tick(const struct record *record);

/* Reads the keys; `most` for each tick. Nothing is locked yet; `now_ms` is the clock's. */
MUST_CHECK bool due_find(struct batch *batch, struct record *const *records, size_t count,
                         int32_t partitions, int64_t now_ms, size_t most, struct due *due,
                         struct error *err);

/* The employers to lock for it, appended to `sirens` (room: due_sirens_most). */
size_t due_sirens_most(const struct due *due);
size_t due_sirens(const struct due *due, struct slice *sirens);

/* Reads the rows again under the locks; `sirens` are those of the ordinary records. What the worker
 * must load stands in batch->timers then. */
MUST_CHECK bool due_read(struct batch *batch, struct due *due, const struct slice *sirens,
                         size_t sirens_count, struct error *err);

/* Fires the wake-ups of the record's employer that were not yet; ends early like due_fire_ticks:
 * the rest stay due, for the next record or tick. */
void due_fire_wakes(struct batch *batch, struct due *due, struct record *record);

/* Fires the ticks' timers; ends early before their outputs grow past what one input may have. */
void due_fire_ticks(struct batch *batch, struct due *due);

/* The store refuses what the one timer of the tick causes: it is tried again later, so that the
 * others behind it are not held up. Of a timer without employer that is the one subject it concerns
 * next, which gets a timer of its own; `spread` passes over subjects that have one. */
void due_postpone(struct batch *batch, struct due *due);

#endif
