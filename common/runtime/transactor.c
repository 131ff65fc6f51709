#include "common/runtime/transactor.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/runtime/bus.h"
#include "common/runtime/clock.h"
#include "common/runtime/dead_letter.h"
#include "common/runtime/hooks.h"
#include "common/runtime/sabotage.h"
#include "common/runtime/watch.h"

enum {
    CALL_TIMEOUT_MS = 30000, /* of one librdkafka call */
    RETRIES_MOST = 5,
    RETRY_UNTIL_MS = 30000, /* of the transaction: by then the broker has ended it */
    SCRATCH_KEEP_BYTES = 1024 * 1024,
};

/* A failed delivery makes the transaction abortable: the next call, or the commit, tells. A
 * record's opaque is its number in the reckoning, and one. */
static void delivered(rd_kafka_t *producer UNUSED, const rd_kafka_message_t *message,
                      void *opaque) {
    struct transactor *transactor = opaque;
    uintptr_t number = (uintptr_t)message->_private;
    publish_failures_note(&transactor->failures, message);
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && number > 0)
        reckoning_confirm(&transactor->reckoning, number - 1, rd_kafka_topic_name(message->rkt),
                          message->partition, message->offset);
}

static void complain(rd_kafka_t *producer UNUSED, int code, const char *reason, void *opaque) {
    struct transactor *transactor = opaque;
    bus_trouble_note(&transactor->trouble, code, reason);
}

/* What a refusal is about: the call does not name it. */
static bool is_allowed(const struct transactor *transactor, rd_kafka_resp_err_t code,
                       struct error *err) {
    char group[BUS_GROUP_SIZE];
    const char *resource = transactor->transactional_id;
    bus_group(transactor->worker, group);
    if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
        resource = group;
    if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        resource =
            transactor->failures.topic[0] != '\0' ? transactor->failures.topic : transactor->topics;
    return bus_right_allows(code, resource, transactor->settings, err);
}

bool transactor_open(struct transactor *transactor, struct error *err) {
    WATCHED(WATCH_PRODUCER);
    static const struct bus_property properties[] = {
        {"enable.idempotence", "true"},
        {"partitioner", "murmur2_random"},
        {"transaction.timeout.ms", "10000"},
        {"retry.backoff.ms", "5"},
        {"linger.ms", "0"},
        {"message.max.bytes", "3000000"},
        {"queue.buffering.max.messages", "1000000"},
        /* A topic that was deleted is told before its records time out. */
        {"topic.metadata.propagation.max.ms", "3000"},
    };
    rd_kafka_conf_t *conf = NULL;
    transactor->failures.settings = transactor->settings;
    if (!bus_conf(transactor->settings, KAFKA_PRODUCER, properties, COUNT_OF(properties), &conf,
                  err))
        return false;
    char text[256];
    transactor->trouble = (struct bus_trouble){0};
    rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    rd_kafka_conf_set_error_cb(conf, complain);
    rd_kafka_conf_set_opaque(conf, transactor);
    /* Whatever the installation says. */
    transactor->is_one_by_one = transactor->failures.is_one_by_one;
    if ((transactor->is_one_by_one && rd_kafka_conf_set(conf, "batch.num.messages", "1", text,
                                                        sizeof(text)) != RD_KAFKA_CONF_OK) ||
        rd_kafka_conf_set(conf, "transactional.id", transactor->transactional_id, text,
                          sizeof(text)) != RD_KAFKA_CONF_OK ||
        (transactor->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof(text))) ==
            NULL) {
        rd_kafka_conf_destroy(conf);
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "the [kafka] settings: producer: %s",
                         text);
    }
    rd_kafka_error_t *error = rd_kafka_init_transactions(transactor->producer, CALL_TIMEOUT_MS);
    if (error == NULL)
        return true;
    if (is_allowed(transactor, rd_kafka_error_code(error), err) &&
        bus_trouble_allows(&transactor->trouble, transactor->settings, err))
        (void)error_set(err, ERROR_TRANSIENT, rd_kafka_error_name(error), "init_transactions: %s",
                        rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    rd_kafka_destroy(transactor->producer);
    transactor->producer = NULL;
    return false;
}

/* Turns a librdkafka error into ours and releases it. */
static bool failed(struct transactor *transactor, rd_kafka_error_t *error, const char *call,
                   struct error *err) {
    (void)rd_kafka_poll(transactor->producer, 0); /* the reports of what was refused */
    if (is_allowed(transactor, rd_kafka_error_code(error), err))
        (void)publish_failures_judge(&transactor->failures, rd_kafka_error_code(error), call,
                                     rd_kafka_error_string(error), transactor->topics, err);
    rd_kafka_error_destroy(error);
    return false;
}

/* Index of a partition among the expected ones; their count if it is none. */
static size_t find_expected(const struct transactor *transactor, struct slice topic,
                            int32_t partition) {
    size_t i = 0;
    while (i < transactor->expected_count &&
           (transactor->expected[i].place.partition != partition ||
            !slice_equal(transactor->expected[i].place.topic, topic)))
        i++;
    return i;
}

int64_t transactor_committed(const struct transactor *transactor, struct slice topic,
                             int32_t partition) {
    size_t at = find_expected(transactor, topic, partition);
    return at == transactor->expected_count ? -1 : transactor->expected[at].committed;
}

static bool expectation_holds(const struct transactor *transactor, const struct span *span,
                              struct error *err) {
    size_t at = find_expected(transactor, span->topic, span->partition);
    if (at == transactor->expected_count)
        return error_set(err, ERROR_TRANSIENT, "OUT_OF_ORDER", "%.*s[%d] is not assigned",
                         SLICE_FORMAT(span->topic), span->partition);
    return transactor->expected[at].committed == span->from_offset ||
           hook_is_sabotaged("queue_kept") ||
           error_set(err, ERROR_TRANSIENT, "OUT_OF_ORDER",
                     "%.*s[%d]: a batch does not start at the committed offset",
                     SLICE_FORMAT(span->topic), span->partition);
}

static void expectation_move(struct transactor *transactor, const struct span *span) {
    size_t at = find_expected(transactor, span->topic, span->partition);
    assert(at < transactor->expected_count); /* it held before */
    transactor->expected[at].committed = span->to_offset;
}

static rd_kafka_headers_t *headers_of(struct arena *arena, const struct output_context *context,
                                      const struct output *output) {
    const struct header *headers = NULL;
    size_t count = 0;
    output_headers(arena, context, output, &headers, &count);
    rd_kafka_headers_t *made = rd_kafka_headers_new(count);
    for (size_t i = 0; i < count; i++)
        (void)rd_kafka_header_add(made, headers[i].name.data, (ssize_t)headers[i].name.size,
                                  headers[i].value.data, (ssize_t)headers[i].value.size);
    return made;
}

/* A transaction that is refused does not say for which of its topics. */
static void note_topic(struct transactor *transactor, const char *topic) {
    size_t used = strlen(transactor->topics);
    if (strstr(transactor->topics, topic) == NULL)
        (void)snprintf(transactor->topics + used, sizeof(transactor->topics) - used, "%s%s",
                       used == 0 ? "" : " or ", topic);
}

/* No call is repeated any more. */
static bool is_late(const struct transactor *transactor) {
    return clock_monotonic_ms() - transactor->failures.began_ms > RETRY_UNTIL_MS;
}

/* What librdkafka does not take at all; else a failed transaction is the reason, and is told. */
static bool is_unsent(rd_kafka_resp_err_t code) {
    enum publish_outcome outcome = publish_outcome_of(code);
    return outcome == PUBLISH_SMALLER || outcome == PUBLISH_MISSING;
}

static bool produce_one(struct transactor *transactor, const struct output_context *context,
                        const struct output *output, struct error *err) {
    struct arena *arena = &transactor->scratch; /* librdkafka copies */
    struct output reduced;
    arena_reset(arena, SCRATCH_KEEP_BYTES);
    if (publish_failures_omits(&transactor->failures, arena, context, output)) {
        reduced = dead_letter_without_value(arena, output);
        output = &reduced;
    }
    struct slice value = output->value.open;
    if (slice_is_present(output->type) && slice_is_present(value) &&
        !document_join(arena, output->value, &transactor->signer, &value, err))
        return false;
    struct slice topic = arena_copy(arena, output->topic);
    note_topic(transactor, topic.data);
    rd_kafka_headers_t *headers = headers_of(arena, context, output);
    uintptr_t number = reckoning_add(&transactor->reckoning, &output->id);
    const rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic.data},
        {.vtype = RD_KAFKA_VTYPE_KEY,
         .u.mem = {(void *)(uintptr_t)output->key.data, output->key.size}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)(uintptr_t)value.data, value.size}},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = (void *)(number + 1)},
    };
    for (;;) {
        rd_kafka_error_t *error = rd_kafka_produceva(transactor->producer, parts, COUNT_OF(parts));
        if (error == NULL)
            return true; /* the message owns the headers now */
        if (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL && !is_late(transactor)) {
            rd_kafka_error_destroy(error);
            (void)rd_kafka_poll(transactor->producer, 100);
            continue;
        }
        rd_kafka_headers_destroy(headers);
        if (is_unsent(rd_kafka_error_code(error)))
            publish_failures_note_unsent(&transactor->failures, rd_kafka_error_code(error), output,
                                         value.size);
        char call[sizeof(transactor->expected[0].topic) + 16];
        (void)snprintf(call, sizeof(call), "produce to %s", topic.data);
        return failed(transactor, error, call, err);
    }
}

static bool produce_all(struct transactor *transactor, const struct publication *publication,
                        struct error *err) {
    for (const struct record_outputs *record = publication->records; record != NULL;
         record = record->next)
        for (const struct output *output = record->first; output != NULL; output = output->next)
            if (!produce_one(transactor, &record->context, output, err))
                return false;
    return true;
}

/* One call of the transaction, repeated while librdkafka says that the same call may help. */
static bool repeat(struct transactor *transactor, const char *call,
                   rd_kafka_error_t *(*step)(struct transactor *transactor, void *argument),
                   void *argument, struct error *err) {
    for (int attempt = 0;; attempt++) {
        rd_kafka_error_t *error = step(transactor, argument);
        if (error == NULL)
            return true;
        if (!rd_kafka_error_is_retriable(error) || attempt == RETRIES_MOST || is_late(transactor))
            return failed(transactor, error, call, err);
        rd_kafka_error_destroy(error);
        (void)rd_kafka_poll(transactor->producer, 50);
    }
}

static rd_kafka_error_t *step_begin(struct transactor *transactor, void *argument UNUSED) {
    return rd_kafka_begin_transaction(transactor->producer);
}

static rd_kafka_error_t *step_offsets(struct transactor *transactor, void *offsets) {
    return rd_kafka_send_offsets_to_transaction(transactor->producer, offsets, transactor->metadata,
                                                CALL_TIMEOUT_MS);
}

static rd_kafka_error_t *step_commit(struct transactor *transactor, void *argument UNUSED) {
    return rd_kafka_commit_transaction(transactor->producer, CALL_TIMEOUT_MS);
}

static rd_kafka_topic_partition_list_t *offsets_of(struct transactor *transactor,
                                                   const struct publication *publication) {
    rd_kafka_topic_partition_list_t *offsets =
        rd_kafka_topic_partition_list_new((int)publication->spans_count);
    size_t metadata_size = strlen(transactor->installation);
    arena_reset(&transactor->scratch, SCRATCH_KEEP_BYTES);
    for (size_t i = 0; i < publication->spans_count; i++) {
        const struct span *span = &publication->spans[i];
        struct slice topic = arena_copy(&transactor->scratch, span->topic);
        rd_kafka_topic_partition_t *entry =
            rd_kafka_topic_partition_list_add(offsets, topic.data, span->partition);
        entry->offset = span->to_offset;
        entry->metadata = malloc(metadata_size + 1);
        if (entry->metadata == NULL)
            abort();
        memcpy(entry->metadata, transactor->installation, metadata_size + 1);
        entry->metadata_size = metadata_size;
    }
    return offsets;
}

bool transactor_publish(struct transactor *transactor, const struct publication *publication,
                        struct receipt **receipt, struct error *err) {
    WATCHED(WATCH_PUBLISH);
    *receipt = NULL;
    reckoning_begin(&transactor->reckoning);
    for (size_t i = 0; i < publication->spans_count; i++)
        if (!expectation_holds(transactor, &publication->spans[i], err))
            return false;
    transactor->topics[0] = '\0';
    publish_failures_begin(&transactor->failures);
    if (transactor->is_one_by_one && !transactor->failures.is_one_by_one) {
        transactor_close(transactor);
        if (!transactor_open(transactor, err))
            return false;
    }
    hook_pass("before_kafka_begin");
    if (!repeat(transactor, "begin_transaction", step_begin, NULL, err))
        return false;
    hook_pass("after_kafka_begin");
    if (!produce_all(transactor, publication, err))
        return false;
    bool has_outputs = publication->outputs_count > 0;
    if (has_outputs) {
        (void)rd_kafka_flush(transactor->producer, 0);
        hook_pass("in_kafka_transaction");
    }
    if (publication->spans_count > 0) {
        rd_kafka_topic_partition_list_t *offsets = offsets_of(transactor, publication);
        sabotage_metadata(transactor);
        bool sent = repeat(transactor, "send_offsets", step_offsets, offsets, err);
        rd_kafka_topic_partition_list_destroy(offsets);
        if (!sent)
            return false;
    }
    if (has_outputs)
        hook_pass("before_kafka_commit");
    if (!repeat(transactor, "commit_transaction", step_commit, NULL, err))
        return false;
    if (has_outputs)
        hook_pass("after_kafka_commit");
    publish_failures_passed(&transactor->failures);
    for (size_t i = 0; i < publication->spans_count; i++)
        expectation_move(transactor, &publication->spans[i]);
    if (publication->spans_count > 0)
        *receipt = reckoning_receipt(&transactor->reckoning, publication->spans,
                                     publication->spans_count, clock_monotonic_ms());
    return true;
}

void transactor_close(struct transactor *transactor) {
    WATCHED(WATCH_CLOSE);
    if (transactor->producer != NULL)
        rd_kafka_destroy(transactor->producer);
    transactor->producer = NULL;
}

void transactor_fini(struct transactor *transactor) {
    transactor_close(transactor);
    reckoning_fini(&transactor->reckoning);
    if (transactor->metadata != NULL)
        rd_kafka_consumer_group_metadata_destroy(transactor->metadata);
    transactor->metadata = NULL;
    arena_fini(&transactor->scratch);
}

void transactor_assign(struct transactor *transactor, rd_kafka_consumer_group_metadata_t *metadata,
                       struct slice installation) {
    if (metadata != NULL) {
        if (transactor->metadata != NULL)
            rd_kafka_consumer_group_metadata_destroy(transactor->metadata);
        transactor->metadata = metadata;
    }
    assert(installation.size < sizeof(transactor->installation));
    memcpy(transactor->installation, installation.data, installation.size);
    transactor->installation[installation.size] = '\0';
    transactor->expected_count = 0;
}

void transactor_expect(struct transactor *transactor, struct slice topic, int32_t partition,
                       int64_t committed) {
    size_t at = find_expected(transactor, topic, partition);
    if (at == transactor->expected_count) {
        assert(at < EXPECTED_MOST && topic.size < sizeof(transactor->expected[0].topic));
        transactor->expected_count++;
        struct expected *entry = &transactor->expected[at];
        memcpy(entry->topic, topic.data, topic.size);
        entry->place = (struct span){.topic = {entry->topic, topic.size}, .partition = partition};
    }
    transactor->expected[at].committed = committed;
}
