#include "common/runtime/bounds.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/runtime/publish_failure.h"

/* Of one quantity: a property of Kafka, a setting of ours, or what is built in. */
struct quantity {
    const char *name;
    int side;              /* of a property */
    int64_t initial;       /* ours, or librdkafka's where we set nothing */
    size_t setting_offset; /* of an int32_t in the settings; 0: none */
};

enum {
    SESSION,
    HEARTBEAT,
    POLL,
    PRODUCER_BYTES,
    MESSAGE_TIMEOUT,
    TRANSACTION_TIMEOUT,
    QUEUED_MESSAGES,
    QUEUED_KBYTES,
    OUTPUTS_QUEUED,
    BATCH_RECORDS,
    BATCH_KBYTES,
    WRITTEN_BYTES,
};

/* clang-format off */
static const struct quantity quantities[] = {
    [SESSION]             = {"session.timeout.ms",           KAFKA_CONSUMER, 10000,   0},
    [HEARTBEAT]           = {"heartbeat.interval.ms",        KAFKA_CONSUMER, 1000,    0},
    [POLL]                = {"max.poll.interval.ms",         KAFKA_CONSUMER, 300000,  0},
    [PRODUCER_BYTES]      = {"message.max.bytes",            KAFKA_PRODUCER, 3000000, 0},
    [MESSAGE_TIMEOUT]     = {"message.timeout.ms",           KAFKA_PRODUCER, 10000,   0},
    [TRANSACTION_TIMEOUT] = {"transaction.timeout.ms",       KAFKA_PRODUCER, 10000,   0},
    [QUEUED_MESSAGES]     = {"queued.min.messages",          KAFKA_CONSUMER, 40000,   0},
    [QUEUED_KBYTES]       = {"queued.max.messages.kbytes",   KAFKA_CONSUMER, 16384,   0},
    [OUTPUTS_QUEUED]      = {"queue.buffering.max.messages", KAFKA_PRODUCER, 1000000, 0},
    [BATCH_RECORDS]       = {"batch.max_records",            KAFKA_BOTH,     0,
                             offsetof(struct settings, batch_max_records)},
    [BATCH_KBYTES]        = {"the KiB of a batch",           KAFKA_BOTH, BATCH_BYTES_MOST / 1024, 0},
    [WRITTEN_BYTES]       = {"the bytes of a record that guichet may write",
                                                             KAFKA_BOTH, PUBLISH_BYTES_MOST, 0},
};

/* `times` the first quantity must not be more than the second. */
static const struct relation {
    int64_t times;
    int small;
    int large;
    const char *why;
} relations[] = {
    {3, HEARTBEAT, SESSION,
     "a member is given up when several heartbeats in a row did not come, not one"},
    {2, SESSION, POLL,
     "a worker at its work must not be taken for one that is lost"},
    {1, MESSAGE_TIMEOUT, TRANSACTION_TIMEOUT,
     "a record that is tried longer than its transaction lives cannot be committed with it"},
    {1, WRITTEN_BYTES, PRODUCER_BYTES,
     "else a dead letter that carries a large record could not be written"},
    {2, BATCH_RECORDS, QUEUED_MESSAGES,
     "while one batch is decided the next one is fetched"},
    {2, BATCH_KBYTES, QUEUED_KBYTES,
     "while one batch is decided the next one is fetched"},
    {10, BATCH_RECORDS, OUTPUTS_QUEUED,
     "all that a batch causes is queued for one transaction"},
};
/* clang-format on */

/* librdkafka takes the one for the other. */
static const char *proper_name(const char *name) {
    return strcmp(name, "delivery.timeout.ms") == 0 ? "message.timeout.ms" : name;
}

static int64_t read_property(const struct settings *settings, const struct quantity *quantity) {
    for (size_t i = settings->kafka_count; i-- > 0;) {
        const struct kafka_property *property = &settings->kafka[i];
        if ((property->side == KAFKA_BOTH || (int)property->side == quantity->side) &&
            strcmp(proper_name(property->name), quantity->name) == 0)
            return strtoll(property->value, NULL, 10);
    }
    return quantity->initial;
}

static int64_t value_of(const struct settings *settings, const struct quantity *quantity) {
    if (quantity->setting_offset == 0)
        return read_property(settings, quantity);
    int32_t value = 0;
    memcpy(&value, (const char *)settings + quantity->setting_offset, sizeof(value));
    return value;
}

int64_t bounds_property(const struct settings *settings, int side, const char *name) {
    for (size_t i = 0; i < COUNT_OF(quantities); i++)
        if (quantities[i].side == side && strcmp(quantities[i].name, name) == 0)
            return read_property(settings, &quantities[i]);
    abort(); /* the name is one of the table */
}

int64_t bounds_transaction_ms(const struct settings *settings) {
    int64_t half_ms = value_of(settings, &quantities[POLL]) / 2;
    return half_ms < TRANSACTION_LIMIT_MS ? half_ms : TRANSACTION_LIMIT_MS;
}

/* As an operator writes it. */
static void name_of(const struct quantity *quantity, char *text, size_t size) {
    (void)snprintf(text, size, "%s%s", quantity->side == KAFKA_BOTH ? "" : "kafka.",
                   quantity->name);
}

bool bounds_check(const struct settings *settings, struct error *err) {
    for (size_t i = 0; i < COUNT_OF(relations); i++) {
        const struct relation *relation = &relations[i];
        const struct quantity *small = &quantities[relation->small];
        const struct quantity *large = &quantities[relation->large];
        int64_t small_value = value_of(settings, small);
        int64_t large_value = value_of(settings, large);
        if (relation->times * small_value <= large_value)
            continue;
        char names[2][64];
        name_of(small, names[0], sizeof(names[0]));
        name_of(large, names[1], sizeof(names[1]));
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "%s (%" PRId64 ") must be at least %" PRId64 " times %s (%" PRId64 "): %s",
                         names[1], large_value, relation->times, names[0], small_value,
                         relation->why);
    }
    return true;
}
