/* The one road to Kafka: outputs and offset commits, in batch order, each publication in one
 * transaction, by a thread of its own. All offset commits go through it, since a plain commit would
 * overtake an open transaction and lose its outputs. After any failure it drops its queue and stays
 * failed until it is reset: what was not published is then published from the store. */
#ifndef GUICHET_RUNTIME_PUBLISHER_H
#define GUICHET_RUNTIME_PUBLISHER_H

#include <librdkafka/rdkafka.h>

#include "common/runtime/publication.h"
#include "common/runtime/receipt.h"
#include "common/runtime/settings.h"
#include "common/runtime/watch.h"

struct publisher;

/* Makes the producer and waits for its coordinator (aborting what the same id left open).
 * `transactional_id`, and the `watch` over its thread, must outlive the publisher. ERROR_TRANSIENT
 * if the broker can't be reached. */
MUST_CHECK bool publisher_open(const struct settings *settings, const char *worker,
                               const char *transactional_id, struct token_signer signer,
                               struct watch *watch, struct publisher **publisher,
                               struct error *err);
/* Ends the thread after what is queued; NULL is fine. */
void publisher_close(struct publisher *publisher);

/* Starts afresh after a failure: a new producer, empty queue. Waits until the thread is idle. */
MUST_CHECK bool publisher_reset(struct publisher *publisher, struct error *err);

/* The group metadata of the assignment that follows; every later publication belongs to it. Takes
 * ownership. Only while idle. `installation` goes as metadata of every committed offset. */
void publisher_assign(struct publisher *publisher, rd_kafka_consumer_group_metadata_t *metadata,
                      struct slice installation);

/* Ends what Kafka has forgotten to (forgotten.h). Only while idle and assigned; after a failure it
 * has failed, and is to be reset. */
MUST_CHECK bool publisher_end_forgotten(struct publisher *publisher, const char *topic,
                                        int32_t partition, struct error *err);

/* Where a partition's committed offset stands: a publication must start there. Only while idle. */
void publisher_expect(struct publisher *publisher, struct slice topic, int32_t partition,
                      int64_t committed);

/* What is known to be committed of a partition, at any time; -1: it is not assigned. */
int64_t publisher_committed(struct publisher *publisher, struct slice topic, int32_t partition);

/* Hands a publication over. Waits while too many are queued. Released at once if the publisher has
 * failed. */
void publisher_submit(struct publisher *publisher, struct publication *publication);

/* True as soon as a publication can be handed over without waiting; false after `wait_ms`. Then
 * there is a free memory too (memory.c): all others are with publications. */
bool publisher_has_room(struct publisher *publisher, int64_t wait_ms);

/* Waits until nothing is queued or in flight; false with the error if it has failed. */
MUST_CHECK bool publisher_drain(struct publisher *publisher, struct error *err);

bool publisher_has_failed(struct publisher *publisher, struct error *err);

/* Moves the receipts of what has been published since the last time behind those in `receipts`. */
void publisher_take_receipts(struct publisher *publisher, struct receipts *receipts);

#endif
