/* What operators have done with records that wait (parking.h). A command on the worker's clock
 * topic names the first one of an employer: dead-letter.retried has it decided, dead-letter.dropped
 * has it given up, and with either those behind it are decided, 100 at most and no more bytes than
 * a batch has; for the rest the command emits another one like itself. One that names a record
 * which is not the first, or does not wait any more, changes nothing: it may come twice, late or
 * forged.
 *
 * Each is decided as if it came now, but under its own place: its outputs have the ids they would
 * have had. What is stored and published of it stands under the place of the command, so that the
 * guarantee of any input holds for it, however far it lies behind. */
#ifndef GUICHET_RUNTIME_REPLAY_H
#define GUICHET_RUNTIME_REPLAY_H

#include "common/runtime/parking.h"

enum { REPLAY_MOST = 100 };

/* What the store's refusals have narrowed a command down to. */
struct replay_bounds {
    size_t most;                 /* how many records it may have decided at once */
    const struct error *refusal; /* of the one record left; NULL: it is to be decided */
};

/* What a command has decided: at most one stands in a transaction, and then alone. */
struct replay {
    struct record *command; /* NULL: there is none */
    struct slice siren;     /* of the record it names; absent: that one does not wait */
    struct record **records;
    const struct parked_record **rows; /* of these, in the same order */
    size_t count;
    const struct parked_record *next;    /* the first that is left to a later command, or NULL */
    const struct parked_record *refused; /* by the store: it stays where it is; or NULL */
};

/* Whether the record is such a command. */
bool replay_is_command(const struct record *record);

/* Finds out whose record it names. Nothing is locked yet. */
MUST_CHECK bool replay_find(struct batch *batch, struct record *const *records, size_t count,
                            struct replay *replay, struct error *err);

/* Under the employer's lock: opens what is to be decided, which is what is RECORD_OPEN then among
 * `records`. */
MUST_CHECK bool replay_read(struct batch *batch, const struct replay_bounds *bounds,
                            struct replay *replay, struct error *err);

/* Explains the command, once the records are decided, and emits the one that goes on with the rest.
 */
void replay_finish(struct batch *batch, struct replay *replay);

/* What was decided waits no longer. */
MUST_CHECK bool replay_store(struct batch *batch, const struct replay *replay, struct error *err);

#endif
