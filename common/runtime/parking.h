/* Records that wait. Behind one that the store refuses (POISON), later records of the same employer
 * are not decided: what they ask for may rest on what it would have changed. Whichever partition of
 * the worker they come on, they are kept as they came, sealed, in the order in which they came,
 * until an operator has the first one decided or dropped (replay.h). Records of no employer wait
 * behind nobody. All of this happens under the employer's lock. */
#ifndef GUICHET_RUNTIME_PARKING_H
#define GUICHET_RUNTIME_PARKING_H

#include "common/runtime/batch.h"

/* A row of the table `parked`. */
struct parked_record {
    struct slice siren; /* empty: of no employer */
    int32_t position;   /* the lowest of an employer keeps the others waiting */
    struct slice topic;
    int32_t partition;
    int64_t input_offset;
    struct uuid incarnation;
    int64_t timestamp_ms;
    struct slice event_id;
    struct slice event_type;
    struct slice subject_id;
    bool is_refused;  /* by the store; else it only waits */
    int32_t attempts; /* how often it has become a dead letter */
    struct slice message;
    struct slice person;
    struct slice sealed; /* key, value and headers; absent: they were not read */
};

/* What a transaction finds waiting, and adds. */
struct parking {
    struct map employers;    /* siren → struct parked_employer: those of whom records wait */
    struct record **records; /* parked in this transaction, in order */
    int32_t *positions;
    size_t count;
};

/* Reads which of the employers, now locked, have records waiting; `most`: how many records the
 * transaction may park. */
MUST_CHECK bool parking_read(struct batch *batch, const struct slice *sirens, size_t count,
                             size_t most, struct parking *parking, struct error *err);

/* Whether the record must wait behind another one of its employer; notes it then, and explains
 * behind which. */
bool parking_takes(struct batch *batch, struct parking *parking, struct record *record);

/* Notes a record that the store refused: kept, so that it can be decided once the cause is gone. */
void parking_keep(struct batch *batch, struct parking *parking, struct record *record);

/* Writes what was noted (their keys PRESENT). */
MUST_CHECK bool parking_store(struct batch *batch, const struct parking *parking,
                              struct error *err);

/* The journal's facts of a record that waits: behind which one. */
struct parked_behind {
    struct slice topic;
    int32_t partition;
    int64_t offset;
};
MUST_CHECK bool parked_behind_read(struct arena *arena, struct slice facts,
                                   struct parked_behind *behind, struct error *err);

/* For replay.h. */

/* Whose record it is, before anything is locked; absent if it does not wait. */
MUST_CHECK bool parked_find(struct batch *batch, const struct dead_letter_command *command,
                            struct slice *siren, struct error *err);

/* The first that wait of an employer, in order; of those of no employer, the named one. What is
 * sealed is read of one at least, of `most` at most, and of no more than reach BATCH_BYTES_MOST;
 * the first row that is without it is the first that is left. */
MUST_CHECK bool parked_load(struct batch *batch, struct slice siren,
                            const struct dead_letter_command *command, size_t most,
                            struct parked_record **rows, size_t *count, struct error *err);

/* They wait no longer. The keys of those that are `forgotten` go with them: nothing else is sealed
 * under these. */
MUST_CHECK bool parked_delete(struct batch *batch, const struct parked_record *const *rows,
                              size_t count, const struct parked_record *const *forgotten,
                              size_t forgotten_count, struct error *err);

/* The store refused it, perhaps again. */
MUST_CHECK bool parked_refuse(struct batch *batch, const struct parked_record *row,
                              struct slice message, struct error *err);

#endif
