/* How the limits of the parts fit each other: what guichet asks of librdkafka and PostgreSQL by
 * itself, what an installation may change of it, and the relations that must hold between them, a
 * sentence each. Checked before anything starts. */
#ifndef GUICHET_RUNTIME_BOUNDS_H
#define GUICHET_RUNTIME_BOUNDS_H

#include "common/base/error.h"
#include "common/runtime/settings.h"

enum {
    BATCH_BYTES_MOST = 8 * 1024 * 1024,
    TRANSACTION_LIMIT_MS = 120 * 1000, /* of the database, from begin on; see below */
};

/* ERROR_FATAL "CONFIGURATION" naming both settings, and why. */
MUST_CHECK bool bounds_check(const struct settings *settings, struct error *err);

/* The value a property of Kafka has for one side (KAFKA_CONSUMER or KAFKA_PRODUCER): the
 * installation's, or else ours. The name must be in the table of bounds.c. */
int64_t bounds_property(const struct settings *settings, int side, const char *name);

/* How long one transaction of the database may take: the loop does not poll meanwhile, and must be
 * back long before max.poll.interval.ms is over. */
int64_t bounds_transaction_ms(const struct settings *settings);

#endif
