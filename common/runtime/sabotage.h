/* Precautions left out on purpose, in a test build whose GUICHET_TEST_SABOTAGE names them: what
 * takes more than the question hook_is_sabotaged() at the place itself. */
#ifndef GUICHET_RUNTIME_SABOTAGE_H
#define GUICHET_RUNTIME_SABOTAGE_H

#include "common/runtime/loop.h"

struct transactor;

#ifdef TEST_HOOKS
/* plain_commits: what was just stored is committed by the consumer, past the publisher. */
void sabotage_commit(struct loop *loop, const struct span *spans, size_t spans_count);

/* metadata_at_publishing: the group's metadata as they are now, not as they were assigned. The
 * consumers are noted for that; a worker has one. */
void sabotage_note_consumer(const char *worker, rd_kafka_t *consumer);
void sabotage_metadata(struct transactor *transactor);

/* queue_kept: after a failure what is queued goes on, with another producer. */
void sabotage_reopen(struct transactor *transactor);
#else
static inline void sabotage_commit(struct loop *loop, const struct span *spans,
                                   size_t spans_count) {
    (void)loop;
    (void)spans;
    (void)spans_count;
}
static inline void sabotage_note_consumer(const char *worker, rd_kafka_t *consumer) {
    (void)worker;
    (void)consumer;
}
static inline void sabotage_metadata(struct transactor *transactor) {
    (void)transactor;
}
static inline void sabotage_reopen(struct transactor *transactor) {
    (void)transactor;
}
#endif

#endif
