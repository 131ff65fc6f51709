/* What was decided and not yet published, from the store: on settling, with the publisher idle
 * before. */
#ifndef GUICHET_RUNTIME_REPUBLISH_H
#define GUICHET_RUNTIME_REPUBLISH_H

#include "common/runtime/loop.h"

/* Hands [from, to) of a partition with its outputs to the publisher; [p, p) without any only
 * commits. */
void republish_span(struct loop *loop, struct memory *memory, const struct partition *partition,
                    int64_t from, int64_t to, const struct record_outputs *records,
                    size_t outputs_count);

/* Publishes [from, p) from the store, in bounded transactions. */
MUST_CHECK bool republish_stored(struct loop *loop, const struct partition *partition, int64_t from,
                                 struct error *err);

#endif
