#include "common/runtime/publish_failure.h"

#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/runtime/bounds.h"
#include "common/runtime/bus_refusal.h"
#include "common/runtime/clock.h"

enum {
    MISSING_MOST = 2,        /* each after some seconds in which librdkafka looked for the topic */
    MISSING_MOST_MS = 60000, /* brokers hear of a new topic one after the other */
    DOUBTED_MOST = 5,
    FENCED_WINDOW_MS = 60000,
    LEARNT_FOR_MS = 3600 * 1000,
};

#define DEAD_LETTERS "dead-letters.v1"

/* clang-format off */
static const struct publish_error {
    rd_kafka_resp_err_t code;
    enum publish_outcome outcome;
} errors[] = {
    {RD_KAFKA_RESP_ERR__TRANSPORT,                      PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR__TIMED_OUT,                      PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,                PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,                  PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,               PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR__WAIT_COORD,                     PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR__QUEUE_FULL,                     PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,               PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,               PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,            PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,       PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,    PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_NOT_COORDINATOR,                 PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,            PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,        PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,             PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,             PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,         PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED,       PUBLISH_RENEW},
    /* The group has moved on: the loop hears of it when it polls, and settles. */
    {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,           PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,              PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,               PUBLISH_RENEW},
    {RD_KAFKA_RESP_ERR__FENCED,                         PUBLISH_FENCED},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED,                 PUBLISH_FENCED},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,          PUBLISH_FENCED},
    {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,              PUBLISH_FENCED},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,              PUBLISH_SMALLER},
    {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE,           PUBLISH_SMALLER},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,           PUBLISH_MISSING},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,                  PUBLISH_MISSING},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,              PUBLISH_MISSING},
    {RD_KAFKA_RESP_ERR_INVALID_RECORD,                  PUBLISH_REFUSED},
    {RD_KAFKA_RESP_ERR_POLICY_VIOLATION,                PUBLISH_REFUSED},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,                 PUBLISH_REFUSED},
    {RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP,               PUBLISH_REFUSED},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE,    PUBLISH_REFUSED},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT,  PUBLISH_REFUSED},
};
/* clang-format on */

enum publish_outcome publish_outcome_of(rd_kafka_resp_err_t code) {
    for (size_t i = 0; i < COUNT_OF(errors); i++)
        if (errors[i].code == code)
            return errors[i].outcome;
    return PUBLISH_DOUBTED;
}

void publish_failures_begin(struct publish_failures *failures) {
    failures->code = RD_KAFKA_RESP_ERR_NO_ERROR;
    failures->topic[0] = '\0';
    failures->refused = 0;
    failures->began_ms = clock_monotonic_ms();
    if (failures->began_ms - failures->learnt_at_ms >= LEARNT_FOR_MS) {
        failures->is_one_by_one = false;
        failures->dead_bytes = 0;
    }
}

void publish_failures_passed(struct publish_failures *failures) {
    failures->missing = 0;
    failures->doubted = 0;
}

/* The first refusal counts; those that follow it are often only its consequence. Of more of the
 * same kind the smallest says most. */
static void note(struct publish_failures *failures, rd_kafka_resp_err_t code, const char *topic,
                 size_t value_bytes, size_t bytes) {
    failures->refused++;
    if (failures->code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        failures->code = code;
        (void)snprintf(failures->topic, sizeof(failures->topic), "%s", topic);
    } else if (failures->code != code || strcmp(failures->topic, topic) != 0 ||
               failures->bytes <= bytes) {
        return;
    }
    failures->value_bytes = value_bytes;
    failures->bytes = bytes;
}

static size_t headers_bytes(const rd_kafka_message_t *message) {
    rd_kafka_headers_t *headers = NULL;
    size_t bytes = 0;
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    for (size_t i = 0; i < rd_kafka_header_cnt(headers); i++) {
        const char *name = NULL;
        const void *value = NULL;
        size_t size = 0;
        if (rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR)
            bytes += strlen(name) + size;
    }
    return bytes;
}

void publish_failures_note(struct publish_failures *failures, const rd_kafka_message_t *message) {
    bool is_purged = message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
                     message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR || is_purged)
        return; /* purged: the transaction had failed before */
    note(failures, message->err, rd_kafka_topic_name(message->rkt), message->len,
         message->len + message->key_len + headers_bytes(message));
}

void publish_failures_note_unsent(struct publish_failures *failures, rd_kafka_resp_err_t code,
                                  const struct output *output, size_t value_bytes) {
    char topic[sizeof(failures->topic)];
    (void)snprintf(topic, sizeof(topic), "%.*s", SLICE_FORMAT(output->topic));
    note(failures, code, topic, value_bytes, value_bytes + output->key.size);
}

/* What is too large: first find out which record it is, then what can be left out of it. */
static bool make_smaller(struct publish_failures *failures, struct error *err) {
    const char *code = rd_kafka_err2name(failures->code);
    const char *topic = failures->topic;
    failures->learnt_at_ms = clock_monotonic_ms();
    if (failures->refused > 1 && !failures->is_one_by_one) {
        failures->is_one_by_one = true;
        return error_set(err, ERROR_TRANSIENT, code,
                         "topic %s refused %zu records that were sent together; from now on each "
                         "is sent by itself, which is slow: raise max.message.bytes of the topic "
                         "to %d",
                         topic, failures->refused, PUBLISH_BYTES_MOST);
    }
    if (strcmp(topic, DEAD_LETTERS) == 0 && failures->value_bytes > 0) {
        /* From the second time on by halves: their sizes may lie close together. */
        failures->dead_bytes =
            failures->dead_bytes == 0 ? failures->bytes : failures->bytes / 2 + 1;
        return error_set(err, ERROR_TRANSIENT, code,
                         "topic %s refused a record of %zu bytes; tries it without its value: "
                         "raise max.message.bytes of the topic to %d",
                         topic, failures->bytes, PUBLISH_BYTES_MOST);
    }
    return error_set(err, ERROR_FATAL, "CONFIGURATION",
                     "topic %s refuses a record of %zu bytes: raise max.message.bytes of the topic "
                     "to %d (`guichet topics check` tells which topics differ)",
                     topic, failures->bytes, PUBLISH_BYTES_MOST);
}

static bool miss(struct publish_failures *failures, rd_kafka_resp_err_t code, const char *written,
                 struct error *err) {
    int64_t now_ms = clock_monotonic_ms();
    if (failures->missing++ == 0)
        failures->missing_since_ms = now_ms;
    if (failures->missing <= MISSING_MOST || now_ms - failures->missing_since_ms < MISSING_MOST_MS)
        return error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code),
                         "%s: the topic is not there", written);
    return error_set(err, ERROR_FATAL, "CONFIGURATION",
                     "topic %s is missing, or one of its partitions: run `guichet topics create`",
                     written);
}

/* Fenced once is a takeover that is over; twice within a minute is a second process with our name.
 */
static void note_fenced(struct publish_failures *failures) {
    int64_t now_ms = clock_monotonic_ms();
    failures->is_contested =
        failures->fenced_at_ms != 0 && now_ms - failures->fenced_at_ms < FENCED_WINDOW_MS;
    failures->fenced_at_ms = now_ms;
}

/* The broker has ended the transaction itself, which looks as if somebody took our name. */
static bool has_expired(const struct publish_failures *failures) {
    return clock_monotonic_ms() - failures->began_ms >=
           bounds_property(failures->settings, KAFKA_PRODUCER, "transaction.timeout.ms");
}

bool publish_failures_judge(struct publish_failures *failures, rd_kafka_resp_err_t code,
                            const char *call, const char *text, const char *written,
                            struct error *err) {
    bool is_record = failures->code != RD_KAFKA_RESP_ERR_NO_ERROR;
    if (is_record) {
        code = failures->code;
        text = rd_kafka_err2str(code);
        written = failures->topic;
    }
    if (!bus_right_allows(code, written, failures->settings, err))
        return false;
    switch (publish_outcome_of(code)) {
    case PUBLISH_SMALLER:
        if (is_record)
            return make_smaller(failures, err);
        break;
    case PUBLISH_MISSING:
        return miss(failures, code, written, err);
    case PUBLISH_REFUSED:
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "topic %s refuses our records (%s: %s): `guichet topics check` tells how "
                         "its settings differ",
                         written, rd_kafka_err2name(code), text);
    case PUBLISH_FENCED:
        if (has_expired(failures))
            return error_set(err, ERROR_TRANSIENT, PUBLISH_EXPIRED,
                             "the transaction took longer than transaction.timeout.ms (%s)",
                             rd_kafka_err2name(code));
        note_fenced(failures);
        return error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "%s: %s", call, text);
    case PUBLISH_RENEW:
        return error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "%s: %s", call, text);
    case PUBLISH_DOUBTED:
        break;
    }
    if (++failures->doubted <= DOUBTED_MOST)
        return error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "%s: %s", call, text);
    return error_set(err, ERROR_FATAL, "PUBLISHING",
                     "publishing has failed %u times in a row, now with %s (%s: %s): ends the "
                     "process, to be started afresh",
                     failures->doubted, rd_kafka_err2name(code), call, text);
}

bool publish_failures_omits(const struct publish_failures *failures, struct arena *arena,
                            const struct output_context *context, const struct output *output) {
    if (failures->dead_bytes == 0 || !slice_is(output->topic, DEAD_LETTERS) ||
        output->value.open.size == 0)
        return false;
    const struct header *headers = NULL;
    size_t count = 0;
    size_t bytes = output->value.open.size + output->key.size;
    output_headers(arena, context, output, &headers, &count);
    for (size_t i = 0; i < count; i++)
        bytes += headers[i].name.size + headers[i].value.size;
    return bytes >= failures->dead_bytes;
}
