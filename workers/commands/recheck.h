/* Deciding again what the journal keeps: each row's facts through the worker's own decision, and
 * the rules that fire now against those that fired then. */
#ifndef GUICHET_COMMANDS_RECHECK_H
#define GUICHET_COMMANDS_RECHECK_H

#include "common/runtime/journal.h"
#include "common/runtime/worker.h"

enum recheck_outcome {
    RECHECK_SAME = 1,
    RECHECK_DIFFERENT,
    RECHECK_ERASED,     /* the person's data is gone: it cannot be decided again */
    RECHECK_NO_DECISION /* a repetition, a refusal, a refresh: nothing was decided */
};

/* Decides the row's facts again. `now` is what fires now, codes parted by commas, in the arena. The
 * row's key has been loaded into the keyring. ERROR_FATAL for facts that cannot be read. */
MUST_CHECK bool recheck_row(struct arena *arena, struct db *db, const struct keyring *keyring,
                            const struct person_key *key, const struct worker *worker,
                            const struct journal_row *row, enum recheck_outcome *outcome,
                            struct slice *now, struct error *err);

#endif
