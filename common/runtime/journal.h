/* The journal: one row per input, and one per part of it that is about another subject, written
 * with the batch, read to publish again and to explain. A tick that found nothing to do leaves no
 * row. Records that were parked have one row that says so, under their own place, and one with the
 * decision, under the place of the command that had them decided. */
#ifndef GUICHET_RUNTIME_JOURNAL_H
#define GUICHET_RUNTIME_JOURNAL_H

#include "common/runtime/batch.h"
#include "common/runtime/output.h"

struct journal_row {
    int64_t decided_at;
    struct slice topic;
    int32_t partition;
    int64_t input_offset;
    int32_t sequence; /* parts first, the input itself last */
    struct slice siren;
    struct slice subject_id;
    struct slice person;
    struct slice event_id;
    struct slice event_type;
    struct slice correlation_id;
    struct slice traceparent;
    struct slice tracestate;
    struct slice refusal;
    struct slice rules;
    struct slice facts_shape; /* name of their shape */
    struct slice facts;
    struct slice facts_sealed;
    int32_t outputs_count;
    struct slice outputs;
    struct slice replay_of; /* place of a record that was parked, <topic>/<partition>/<offset> */
};

/* The columns of such a row, as `explain` selects them. */
extern const struct columns journal_columns;

/* Writes the rows of the given records, parts before the record they are of (all keys PRESENT). */
MUST_CHECK bool journal_store(struct batch *batch, struct record *const *records, size_t count,
                              struct error *err);

/* Inputs of a partition, in its incarnation: [from, to). */
struct journal_part {
    struct slice topic;
    int32_t partition;
    struct uuid incarnation;
    int64_t from_offset;
    int64_t to_offset;
};

/* Where a row of a stored batch is. */
struct journal_place {
    struct slice recorded_at; /* as the database writes it; the same for the whole batch */
    struct slice topic;
    int32_t partition;
    struct uuid incarnation;
    int64_t input_offset;
    int32_t sequence;
    int32_t ordinal;
};

/* The rows of the batch that was stored first among those that come next in these partitions, in
 * the order of deciding; none: there is nothing left. */
MUST_CHECK bool journal_next(struct db *db, struct arena *arena, const char *worker,
                             const struct journal_part *parts, size_t parts_count,
                             struct journal_place **places, size_t *count, struct error *err);

/* These rows of one batch, at least one, in that order, with what publishing needs: neither facts
 * nor rules. ERROR_FATAL "JOURNAL" if one is not there. */
MUST_CHECK bool journal_outputs(struct db *db, struct arena *arena, const char *worker,
                                const struct journal_place *places, size_t count,
                                struct journal_row **rows, struct error *err);

/* The first input of the partition's incarnation that the journal still holds; -1: none. */
MUST_CHECK bool journal_reach(struct db *db, struct arena *arena, const char *worker,
                              struct slice topic, int32_t partition, int64_t *reach,
                              struct error *err);

/* Asks for the key of the person that the row is about; NULL: it is about nobody. */
struct person_key *journal_ask_key(struct keyring *keyring, const struct journal_row *row);

/* What the outputs of a row share. */
struct output_context journal_context(const char *worker, const struct journal_row *row);

/* Makes the partitions of the coming days. */
MUST_CHECK bool journal_prepare(struct db *db, struct arena *arena, int32_t days,
                                struct error *err);

/* Drops days that ended so many days ago, if all of them is published and was compared. */
MUST_CHECK bool journal_drop(struct db *db, struct arena *arena, int32_t retention_days,
                             int32_t *dropped, struct error *err);

#endif
