/* The tables of the comparison between what was published and what is read: statements of the
 * auditor and of `guichet audit`. */
#ifndef GUICHET_RUNTIME_AUDIT_STORE_H
#define GUICHET_RUNTIME_AUDIT_STORE_H

#include "common/runtime/db.h"
#include "common/runtime/fold.h"

/* A row of what one transaction put into an output partition. */
struct audit_row {
    struct slice topic;
    int32_t partition;
    struct fold fold;
    int64_t published_at;
};

/* Inputs [from, to) whose published outputs have no row. */
struct audit_gap {
    struct slice topic;
    int32_t partition;
    int64_t from_offset;
    int64_t to_offset;
    int64_t noted_at;
};

/* An input partition, and the instant at which it was looked at. */
struct audit_input {
    struct slice topic;
    int32_t partition;
    int64_t decided;   /* p */
    int64_t published; /* below it, every input's outputs have rows or are in a gap */
    int64_t begun_at;  /* since when that is so */
    int64_t asked_at;
};

struct audit_mark {
    struct slice topic;
    int32_t partition;
    int64_t verified_offset;
};

/* One row of the journal. */
struct audit_position {
    struct slice topic;
    int32_t partition;
    int64_t input_offset;
    int32_t sequence;
    struct slice outputs; /* packed; not where it is only named */
};

struct audit_mismatch {
    struct uuid id;
    struct slice topic;
    int32_t partition;
    int64_t first_offset;
    int64_t last_offset;
    struct slice detail; /* a sentence */
};

struct audit_store {
    struct db *db;
    const char *worker;
};

/* The rows that begin below these positions, by output partition and offset. */
MUST_CHECK bool audit_store_rows(const struct audit_store *store, struct arena *arena,
                                 const struct audit_mark *positions, size_t positions_count,
                                 struct audit_row **rows, size_t *count, struct error *err);
MUST_CHECK bool audit_store_delete_rows(const struct audit_store *store, struct arena *arena,
                                        const struct audit_row *rows, size_t count,
                                        struct error *err);
MUST_CHECK bool audit_store_gaps(const struct audit_store *store, struct arena *arena,
                                 struct audit_gap **gaps, size_t *count, struct error *err);
MUST_CHECK bool audit_store_delete_gap(const struct audit_store *store, struct arena *arena,
                                       const struct audit_gap *gap, struct error *err);
/* The rows with outputs of a gap's inputs from an offset on: a page, none at the end. */
MUST_CHECK bool audit_store_gap_outputs(const struct audit_store *store, struct arena *arena,
                                        const struct audit_gap *gap, int64_t from,
                                        struct audit_position **rows, size_t *count,
                                        struct error *err);
MUST_CHECK bool audit_store_inputs(const struct audit_store *store, struct arena *arena,
                                   struct audit_input **inputs, size_t *count, struct error *err);
MUST_CHECK bool audit_store_marks(const struct audit_store *store, struct arena *arena,
                                  struct audit_mark **marks, size_t *count, struct error *err);
MUST_CHECK bool audit_store_keep_marks(const struct audit_store *store, struct arena *arena,
                                       const struct audit_mark *marks, size_t count,
                                       struct error *err);

/* Whether anything that was noted by an instant is still to be compared. */
MUST_CHECK bool audit_store_is_open(const struct audit_store *store, struct arena *arena,
                                    int64_t before, bool *is_open, struct error *err);
MUST_CHECK bool audit_store_keep_verified(const struct audit_store *store, struct arena *arena,
                                          int64_t verified_until, struct error *err);

/* Each difference is kept once, however often it is told. */
MUST_CHECK bool audit_store_add_mismatch(const struct audit_store *store, struct arena *arena,
                                         const struct audit_mismatch *mismatch, struct error *err);
/* How many were found within the last day. */
MUST_CHECK bool audit_store_mismatches(const struct audit_store *store, struct arena *arena,
                                       int64_t *count, struct error *err);

/* The rows with outputs of inputs named by their event's id, or, for dead letters, by their place.
 */
MUST_CHECK bool audit_store_outputs(const struct audit_store *store, struct arena *arena,
                                    const struct slice *events, size_t events_count,
                                    const struct audit_position *places, size_t places_count,
                                    struct audit_position **found, size_t *count,
                                    struct error *err);

/* Which of these rows are of somebody who was erased: their numbers, from 1. What is personal of
 * them is not published any more. */
MUST_CHECK bool audit_store_erased(const struct audit_store *store, struct arena *arena,
                                   const struct audit_position *rows, size_t count,
                                   const int32_t **numbers, size_t *numbers_count,
                                   struct error *err);

#endif
