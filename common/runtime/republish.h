/* What was decided and not yet published, from the store: on settling, with the publisher idle
 * before. */
#ifndef GUICHET_RUNTIME_REPUBLISH_H
#define GUICHET_RUNTIME_REPUBLISH_H

#include "common/runtime/loop.h"

/* Of a partition, [from, its p). */
struct owed {
    const struct partition *partition;
    int64_t from;
};

/* Publishes what is owed of some partitions, across them in the order in which it was decided, in
 * bounded transactions that end with whole inputs of each partition. Each `from` must be what the
 * publisher expects of its partition. Hands over only: the publisher tells how it went.
 * ERROR_TRANSIENT "REBALANCED" if the partitions were assigned anew meanwhile. */
MUST_CHECK bool republish(struct loop *loop, struct owed *owed, size_t count, struct error *err);

/* Commits an offset, without any output. */
void republish_nothing(struct loop *loop, const struct partition *partition, int64_t from,
                       int64_t to);

#endif
