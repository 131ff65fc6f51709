/* What one Kafka transaction published: the inputs it is of, and the records that the broker
 * confirmed, folded per output partition. Made by the publisher's thread, stored by the loop with
 * its next batch (published.h), for the comparison with what is read. */
#ifndef GUICHET_RUNTIME_RECEIPT_H
#define GUICHET_RUNTIME_RECEIPT_H

#include "common/runtime/fold.h"
#include "common/runtime/progress.h"

struct receipt_fold {
    struct slice topic; /* that of the table of topics */
    int32_t partition;
    struct fold fold;
};

struct receipt {
    struct receipt *next;
    int64_t made_at_ms; /* monotonic */
    size_t folds_count;
    struct receipt_fold *folds;
    size_t spans_count;
    struct span *spans; /* topics are those of the table */
};

/* Oldest first. Bounded: one too many is forgotten, and then found out record by record. */
struct receipts {
    struct receipt *first;
    struct receipt *last;
    size_t count;
};

/* Takes ownership of the receipt. */
void receipts_add(struct receipts *receipts, struct receipt *receipt);
/* Moves all of `from` behind those of `to`. */
void receipts_move(struct receipts *to, struct receipts *from);
/* Frees the oldest `count`, or all there are. */
void receipts_drop(struct receipts *receipts, size_t count);

/* A transaction being folded: the ids of its records in the order of producing, and what the
 * delivery reports have told. */
struct reckoning {
    struct uuid *ids;
    size_t ids_count;
    size_t ids_capacity;
    struct receipt_fold *folds;
    size_t folds_count;
    size_t folds_capacity;
    size_t latest; /* fold: reports come in runs of one partition */
    bool is_doubtful;
};

void reckoning_begin(struct reckoning *reckoning); /* forgets what was */
void reckoning_fini(struct reckoning *reckoning);
/* A record is produced; returns its number, by which its report names it. */
size_t reckoning_add(struct reckoning *reckoning, const struct uuid *id);
/* The broker has it. An offset below 0, which the broker did not tell, makes the whole doubtful. */
void reckoning_confirm(struct reckoning *reckoning, size_t number, const char *topic,
                       int32_t partition, int64_t offset);
/* The receipt of a transaction that was committed; NULL if not all that was produced was
 * confirmed. What a worker writes to its own clock is an input and no matter of comparison. */
struct receipt *reckoning_receipt(const struct reckoning *reckoning, const struct span *spans,
                                  size_t spans_count, int64_t now_ms);

#endif
