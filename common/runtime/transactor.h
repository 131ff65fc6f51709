/* The transactional producer of a worker, and one publication as one Kafka transaction: begin,
 * outputs in order, offsets, commit. Used by the publisher's thread only, or while that is idle. */
#ifndef GUICHET_RUNTIME_TRANSACTOR_H
#define GUICHET_RUNTIME_TRANSACTOR_H

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>

#include "common/runtime/bus_refusal.h"
#include "common/runtime/publication.h"
#include "common/runtime/publish_failure.h"
#include "common/runtime/receipt.h"
#include "common/runtime/settings.h"

enum { EXPECTED_MOST = 512 /* partitions of an assignment */ };

struct expected {
    struct span place; /* topic and partition */
    char topic[256];
    _Atomic(int64_t) committed; /* read by the worker's thread too */
};

struct transactor {
    const struct settings *settings;
    const char *worker;
    const char *transactional_id;
    struct token_signer signer;
    rd_kafka_t *producer;       /* NULL: closed */
    bool is_one_by_one;         /* it sends each record by itself */
    struct bus_trouble trouble; /* what it last complained of */
    struct arena scratch;       /* of one output, or of one list of offsets */
    char topics[512];           /* that the transaction writes: "a or b" */
    struct reckoning reckoning;
    struct publish_failures failures;
    rd_kafka_consumer_group_metadata_t *metadata;
    char installation[64];
    struct expected expected[EXPECTED_MOST];
    size_t expected_count;
};

/* Makes the producer and waits for its coordinator, which aborts what the same id left open.
 * ERROR_TRANSIENT if the broker can't be reached. */
MUST_CHECK bool transactor_open(struct transactor *transactor, struct error *err);
void transactor_close(struct transactor *transactor); /* may be opened again */
void transactor_fini(struct transactor *transactor);

/* See publisher_assign and publisher_expect. */
void transactor_assign(struct transactor *transactor, rd_kafka_consumer_group_metadata_t *metadata,
                       struct slice installation);
void transactor_expect(struct transactor *transactor, struct slice topic, int32_t partition,
                       int64_t committed);
/* What a partition's committed offset is now known to be; -1: it is not assigned. Also while a
 * publication is under way. */
int64_t transactor_committed(const struct transactor *transactor, struct slice topic,
                             int32_t partition);

/* All of it or nothing. After a failure (publish_failure.h) the producer is of no use any more:
 * what it had open is aborted by closing it and opening it anew. On true `receipt` becomes the
 * caller's; NULL if it had nothing to publish, or the broker did not tell where it stands. */
MUST_CHECK bool transactor_publish(struct transactor *transactor,
                                   const struct publication *publication, struct receipt **receipt,
                                   struct error *err);

#endif
