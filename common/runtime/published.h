/* What was published, kept in the database: a row per Kafka transaction and output partition, and
 * how far the inputs go whose outputs are covered by such rows. Rows are written with the next
 * batch, or when nothing comes for a second. Inputs that were published without rows, by a process
 * that died before it could write them, leave a gap, which is compared id by id. */
#ifndef GUICHET_RUNTIME_PUBLISHED_H
#define GUICHET_RUNTIME_PUBLISHED_H

#include "common/runtime/loop.h"

/* Within a batch's database transaction: writes what has been published so far. Nothing to do: no
 * statement. */
MUST_CHECK bool published_store(struct loop *loop, struct arena *arena, struct error *err);

/* After its commit: what published_store wrote need not be kept any more. */
void published_stored(struct loop *loop);

/* While nothing else is to be done: both in a transaction of its own, once the oldest has waited
 * for a second, or `at_once`. */
MUST_CHECK bool published_record(struct loop *loop, bool at_once, struct error *err);

/* On settling: the committed offsets of partitions (to_offset of each span). What was published
 * below one of them without rows becomes a gap; a partition seen for the first time begins there.
 */
MUST_CHECK bool published_settle(struct loop *loop, struct arena *arena, const struct span *spans,
                                 size_t count, struct error *err);

/* In the transaction that gives a partition a new incarnation: gaps are compared with the journal
 * of the incarnation there is, and the offsets of another log would be taken for theirs. */
MUST_CHECK bool published_forget_gaps(struct loop *loop, struct arena *arena, struct slice topic,
                                      int32_t partition, struct error *err);

#endif
