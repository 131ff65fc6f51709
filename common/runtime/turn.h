/* A batch to a stored decision, one database transaction at a time. Private to turn.c, which halves
 * a batch until what the store refuses stands alone, and transaction.c. */
#ifndef GUICHET_RUNTIME_TURN_H
#define GUICHET_RUNTIME_TURN_H

#include "common/runtime/loop.h"
#include "common/runtime/replay.h"

struct turn {
    struct loop *loop;
    struct memory *memory;
    struct record *records;
    size_t count;
    size_t poisoned;
    int64_t until_ms; /* no transaction begins after that; monotonic */
    /* What a refusal by the store narrows down, until it is passed. */
    size_t timers_most;
    bool is_without_wakes;
    bool is_postponing;
    struct replay_bounds replay;
    struct error replay_refusal; /* of its last record */
    /* For the log. */
    size_t outputs;
    size_t fired;
    size_t parked;
};

/* One database transaction over some of the turn's records, in order; on true their outputs are
 * with the publisher. On false it is still to be rolled back: ERROR_INVALID if the store refused
 * what is in these records. */
MUST_CHECK bool turn_transact(struct turn *turn, struct record *const *records, size_t count,
                              struct error *err);

#endif
