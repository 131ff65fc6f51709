/* Progress of a worker in its input partitions, as PostgreSQL knows it, and the compare-and-swap
 * that makes a batch belong to one process only. */
#ifndef GUICHET_RUNTIME_PROGRESS_H
#define GUICHET_RUNTIME_PROGRESS_H

#include "common/base/uuid.h"
#include "common/runtime/db.h"

struct progress {
    struct slice topic;
    int32_t partition;
    struct uuid incarnation;
    int64_t start_offset;
    int64_t next_offset; /* p */
    int64_t last_offset; /* of the record before p; -1: none yet */
    int64_t last_timestamp_ms;
    int64_t last_checksum;
    int64_t last_committed; /* by the group, as known when p was last moved; -1: not known */
};

/* What a batch read of one partition: [from, to), and the last record's evidence. */
struct span {
    struct slice topic;
    int32_t partition;
    int64_t from_offset;
    int64_t to_offset;
    int64_t last_offset;
    int64_t last_timestamp_ms;
    int64_t last_checksum;
    int64_t last_committed; /* by the group, as far as known; -1: not known */
};

/* All rows of a worker. */
MUST_CHECK bool progress_load(struct db *db, const char *worker, struct arena *arena,
                              struct progress **rows, size_t *count, struct error *err);

/* Adds rows for a first start: p = start. */
MUST_CHECK bool progress_insert(struct db *db, const char *worker, struct arena *arena,
                                const struct progress *rows, size_t count, struct error *err);

/* Locks the rows in (topic, partition) order and moves p from `from` to `to`. `*swapped` is false
 * if one of them stood elsewhere: another process took over. */
MUST_CHECK bool progress_swap(struct db *db, const char *worker, struct arena *arena,
                              const struct span *spans, size_t count, bool *swapped,
                              struct error *err);

/* The partition goes on at `start` as that incarnation, if p still stands at `from`; `*moved` is
 * false if it does not. */
MUST_CHECK bool progress_restart(struct db *db, const char *worker, struct arena *arena,
                                 const struct progress *partition, int64_t from, bool *moved,
                                 struct error *err);

/* Evidence kept of a record. */
int64_t progress_checksum(struct slice key, struct slice value);

#endif
