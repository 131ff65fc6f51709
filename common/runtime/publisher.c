#include "common/runtime/publisher.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/runtime/bus.h"
#include "common/runtime/bus_refusal.h"
#include "common/runtime/clock.h"
#include "common/runtime/hooks.h"
#include "common/runtime/log.h"
#include "common/runtime/metrics.h"

enum {
    QUEUE_MOST = 2,          /* publications queued beside the one in flight */
    CALL_TIMEOUT_MS = 30000, /* of one librdkafka call */
    RETRIES_MOST = 5,
    EXPECTED_MOST = 512, /* partitions of an assignment */
    FENCED_WINDOW_MS = 60000,
};

struct expected {
    struct span place; /* topic and partition; to_offset is what is committed */
    char topic[256];
};

struct publisher {
    const struct settings *settings;
    const char *worker;
    size_t metrics_label;
    const char *transactional_id;
    struct token_signer signer;
    rd_kafka_t *producer;
    struct bus_trouble trouble; /* what it last complained of */
    char topics[512];           /* that the transaction writes: "a or b" */
    rd_kafka_consumer_group_metadata_t *metadata;
    char installation[64];
    struct expected expected[EXPECTED_MOST];
    size_t expected_count;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct publication *first;
    struct publication *last;
    size_t queued;
    bool is_busy;
    bool is_closing;
    bool has_failed;
    struct error failure;
    int64_t busy_since_ms;
    int64_t fenced_at_ms;
};

static void delivered(rd_kafka_t *producer UNUSED, const rd_kafka_message_t *message UNUSED,
                      void *opaque UNUSED) {
    /* A failed delivery makes the transaction abortable: the commit tells. */
}

static void complain(rd_kafka_t *producer UNUSED, int code, const char *reason, void *opaque) {
    struct publisher *publisher = opaque;
    bus_trouble_note(&publisher->trouble, code, reason);
}

/* What a refusal is about: the call does not name it. */
static bool is_allowed(const struct publisher *publisher, rd_kafka_resp_err_t code,
                       struct error *err) {
    char group[64];
    const char *resource = publisher->transactional_id;
    (void)snprintf(group, sizeof(group), "guichet.%s", publisher->worker);
    if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
        resource = group;
    if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        resource = publisher->topics;
    return bus_right_allows(code, resource, publisher->settings, err);
}

static bool producer_open(struct publisher *publisher, struct error *err) {
    static const struct bus_property properties[] = {
        {"enable.idempotence", "true"},
        {"partitioner", "murmur2_random"},
        {"transaction.timeout.ms", "10000"},
        {"retry.backoff.ms", "5"},
        {"linger.ms", "0"},
        {"message.max.bytes", "3000000"},
        {"queue.buffering.max.messages", "1000000"},
    };
    rd_kafka_conf_t *conf = NULL;
    if (!bus_conf(publisher->settings, KAFKA_PRODUCER, properties, COUNT_OF(properties), &conf,
                  err))
        return false;
    char text[256];
    publisher->trouble = (struct bus_trouble){0};
    rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    rd_kafka_conf_set_error_cb(conf, complain);
    rd_kafka_conf_set_opaque(conf, publisher);
    if (rd_kafka_conf_set(conf, "transactional.id", publisher->transactional_id, text,
                          sizeof(text)) != RD_KAFKA_CONF_OK ||
        (publisher->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof(text))) == NULL) {
        rd_kafka_conf_destroy(conf);
        return error_set(err, ERROR_FATAL, "KAFKA", "producer: %s", text);
    }
    rd_kafka_error_t *error = rd_kafka_init_transactions(publisher->producer, CALL_TIMEOUT_MS);
    if (error == NULL)
        return true;
    if (is_allowed(publisher, rd_kafka_error_code(error), err) &&
        bus_trouble_allows(&publisher->trouble, publisher->settings, err))
        (void)error_set(err, ERROR_TRANSIENT, rd_kafka_error_name(error), "init_transactions: %s",
                        rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    rd_kafka_destroy(publisher->producer);
    publisher->producer = NULL;
    return false;
}

/* Turns a librdkafka error into ours and releases it. */
static bool failed(struct publisher *publisher, rd_kafka_error_t *error, const char *call,
                   struct error *err) {
    if (is_allowed(publisher, rd_kafka_error_code(error), err))
        (void)error_set(err, ERROR_TRANSIENT, rd_kafka_error_name(error), "%s: %s", call,
                        rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return false;
}

static bool expectation_holds(const struct publisher *publisher, const struct span *span,
                              struct error *err) {
    for (size_t i = 0; i < publisher->expected_count; i++) {
        const struct span *place = &publisher->expected[i].place;
        if (place->partition == span->partition && slice_equal(place->topic, span->topic))
            return place->to_offset == span->from_offset
                       ? true
                       : error_set(err, ERROR_TRANSIENT, "OUT_OF_ORDER",
                                   "%.*s[%d]: a batch does not start at the committed offset",
                                   SLICE_FORMAT(span->topic), span->partition);
    }
    return error_set(err, ERROR_TRANSIENT, "OUT_OF_ORDER", "%.*s[%d] is not assigned",
                     SLICE_FORMAT(span->topic), span->partition);
}

static void expectation_move(struct publisher *publisher, const struct span *span) {
    for (size_t i = 0; i < publisher->expected_count; i++) {
        struct span *place = &publisher->expected[i].place;
        if (place->partition == span->partition && slice_equal(place->topic, span->topic))
            place->to_offset = span->to_offset;
    }
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
static void note_topic(struct publisher *publisher, const char *topic) {
    size_t used = strlen(publisher->topics);
    if (strstr(publisher->topics, topic) == NULL)
        (void)snprintf(publisher->topics + used, sizeof(publisher->topics) - used, "%s%s",
                       used == 0 ? "" : " or ", topic);
}

static bool produce_one(struct publisher *publisher, struct arena *arena,
                        const struct output_context *context, const struct output *output,
                        struct error *err) {
    struct slice value = output->value.open;
    if (slice_is_present(output->type) && slice_is_present(value) &&
        !document_join(arena, output->value, &publisher->signer, &value, err))
        return false;
    struct slice topic = arena_copy(arena, output->topic);
    note_topic(publisher, topic.data);
    rd_kafka_headers_t *headers = headers_of(arena, context, output);
    const rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic.data},
        {.vtype = RD_KAFKA_VTYPE_KEY,
         .u.mem = {(void *)(uintptr_t)output->key.data, output->key.size}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)(uintptr_t)value.data, value.size}},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
    };
    for (int attempt = 0;; attempt++) {
        rd_kafka_error_t *error = rd_kafka_produceva(publisher->producer, parts, COUNT_OF(parts));
        if (error == NULL)
            return true; /* the message owns the headers now */
        if (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL && attempt < 100) {
            rd_kafka_error_destroy(error);
            (void)rd_kafka_poll(publisher->producer, 100);
            continue;
        }
        rd_kafka_headers_destroy(headers);
        char call[sizeof(publisher->expected[0].topic) + 16];
        (void)snprintf(call, sizeof(call), "produce to %s", topic.data);
        return failed(publisher, error, call, err);
    }
}

static bool produce_all(struct publisher *publisher, const struct publication *publication,
                        struct error *err) {
    for (const struct record_outputs *record = publication->records; record != NULL;
         record = record->next)
        for (const struct output *output = record->first; output != NULL; output = output->next)
            if (!produce_one(publisher, publication->arena, &record->context, output, err))
                return false;
    return true;
}

/* One call of the transaction, repeated while librdkafka says that the same call may help. */
static bool repeat(struct publisher *publisher, const char *call,
                   rd_kafka_error_t *(*step)(struct publisher *publisher, void *argument),
                   void *argument, struct error *err) {
    for (int attempt = 0;; attempt++) {
        rd_kafka_error_t *error = step(publisher, argument);
        if (error == NULL)
            return true;
        if (!rd_kafka_error_is_retriable(error) || attempt == RETRIES_MOST)
            return failed(publisher, error, call, err);
        rd_kafka_error_destroy(error);
        (void)rd_kafka_poll(publisher->producer, 50);
    }
}

static rd_kafka_error_t *step_begin(struct publisher *publisher, void *argument UNUSED) {
    return rd_kafka_begin_transaction(publisher->producer);
}

static rd_kafka_error_t *step_offsets(struct publisher *publisher, void *offsets) {
    return rd_kafka_send_offsets_to_transaction(publisher->producer, offsets, publisher->metadata,
                                                CALL_TIMEOUT_MS);
}

static rd_kafka_error_t *step_commit(struct publisher *publisher, void *argument UNUSED) {
    return rd_kafka_commit_transaction(publisher->producer, CALL_TIMEOUT_MS);
}

static rd_kafka_topic_partition_list_t *offsets_of(struct publisher *publisher,
                                                   const struct publication *publication) {
    rd_kafka_topic_partition_list_t *offsets =
        rd_kafka_topic_partition_list_new((int)publication->spans_count);
    size_t metadata_size = strlen(publisher->installation);
    for (size_t i = 0; i < publication->spans_count; i++) {
        const struct span *span = &publication->spans[i];
        struct slice topic = arena_copy(publication->arena, span->topic);
        rd_kafka_topic_partition_t *entry =
            rd_kafka_topic_partition_list_add(offsets, topic.data, span->partition);
        entry->offset = span->to_offset;
        entry->metadata = malloc(metadata_size + 1);
        if (entry->metadata == NULL)
            abort();
        memcpy(entry->metadata, publisher->installation, metadata_size + 1);
        entry->metadata_size = metadata_size;
    }
    return offsets;
}

static bool publish(struct publisher *publisher, struct publication *publication,
                    struct error *err) {
    for (size_t i = 0; i < publication->spans_count; i++)
        if (!expectation_holds(publisher, &publication->spans[i], err))
            return false;
    publisher->topics[0] = '\0';
    if (!repeat(publisher, "begin_transaction", step_begin, NULL, err))
        return false;
    if (!produce_all(publisher, publication, err))
        return false;
    bool has_outputs = publication->outputs_count > 0;
    if (has_outputs) {
        (void)rd_kafka_flush(publisher->producer, 0);
        hook_pass("in_kafka_transaction");
    }
    if (publication->spans_count > 0) {
        rd_kafka_topic_partition_list_t *offsets = offsets_of(publisher, publication);
        bool sent = repeat(publisher, "send_offsets", step_offsets, offsets, err);
        rd_kafka_topic_partition_list_destroy(offsets);
        if (!sent)
            return false;
    }
    if (has_outputs)
        hook_pass("before_kafka_commit");
    if (!repeat(publisher, "commit_transaction", step_commit, NULL, err))
        return false;
    if (has_outputs)
        hook_pass("after_kafka_commit");
    for (size_t i = 0; i < publication->spans_count; i++)
        expectation_move(publisher, &publication->spans[i]);
    return true;
}

/* Under the mutex: nothing queued survives a failure. */
static void drop_queue(struct publisher *publisher) {
    while (publisher->first != NULL) {
        struct publication *dropped = publisher->first;
        publisher->first = dropped->next;
        dropped->release(dropped);
    }
    publisher->last = NULL;
    publisher->queued = 0;
}

static void *publisher_main(void *argument) {
    struct publisher *publisher = argument;
    pthread_mutex_lock(&publisher->mutex);
    while (!publisher->is_closing || publisher->first != NULL) {
        if (publisher->first == NULL) {
            pthread_cond_wait(&publisher->changed, &publisher->mutex);
            continue;
        }
        struct publication *publication = publisher->first;
        publisher->first = publication->next;
        if (publisher->first == NULL)
            publisher->last = NULL;
        publisher->queued--;
        publisher->is_busy = true;
        publisher->busy_since_ms = clock_monotonic_ms();
        pthread_mutex_unlock(&publisher->mutex);

        struct error err = {0};
        bool ok = publish(publisher, publication, &err);
        metrics_observe(METRIC_PUBLISH_SECONDS, publisher->metrics_label,
                        clock_monotonic_ms() - publisher->busy_since_ms);
        publication->release(publication);

        pthread_mutex_lock(&publisher->mutex);
        publisher->is_busy = false;
        if (!ok) {
            metrics_add(METRIC_PUBLISH_FAILURES, publisher->metrics_label, METRIC_NONE, 1);
            publisher->has_failed = true;
            publisher->failure = err;
            drop_queue(publisher);
        }
        pthread_cond_broadcast(&publisher->changed);
    }
    pthread_mutex_unlock(&publisher->mutex);
    return NULL;
}

bool publisher_open(const struct settings *settings, const char *worker,
                    const char *transactional_id, struct token_signer signer,
                    struct publisher **publisher, struct error *err) {
    struct publisher *made = calloc(1, sizeof(*made));
    if (made == NULL)
        abort();
    made->settings = settings;
    made->worker = worker;
    made->metrics_label = metrics_worker(worker);
    made->transactional_id = transactional_id;
    made->signer = signer;
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->changed, NULL);
    if (!producer_open(made, err)) {
        free(made);
        return false;
    }
    if (pthread_create(&made->thread, NULL, publisher_main, made) != 0)
        abort();
    *publisher = made;
    return true;
}

void publisher_close(struct publisher *publisher) {
    if (publisher == NULL)
        return;
    pthread_mutex_lock(&publisher->mutex);
    publisher->is_closing = true;
    pthread_cond_broadcast(&publisher->changed);
    pthread_mutex_unlock(&publisher->mutex);
    pthread_join(publisher->thread, NULL);
    if (publisher->metadata != NULL)
        rd_kafka_consumer_group_metadata_destroy(publisher->metadata);
    if (publisher->producer != NULL)
        rd_kafka_destroy(publisher->producer);
    pthread_cond_destroy(&publisher->changed);
    pthread_mutex_destroy(&publisher->mutex);
    free(publisher);
}

/* Fenced once is a takeover that is over; twice within a minute is a second process with our name.
 */
static bool is_contested(struct publisher *publisher) {
    bool is_fenced = strcmp(publisher->failure.code, "_FENCED") == 0 ||
                     strcmp(publisher->failure.code, "FENCED_INSTANCE_ID") == 0 ||
                     strcmp(publisher->failure.code, "PRODUCER_FENCED") == 0 ||
                     strcmp(publisher->failure.code, "INVALID_PRODUCER_EPOCH") == 0;
    if (!is_fenced)
        return false;
    int64_t now_ms = clock_monotonic_ms();
    bool is_again =
        publisher->fenced_at_ms != 0 && now_ms - publisher->fenced_at_ms < FENCED_WINDOW_MS;
    publisher->fenced_at_ms = now_ms;
    return is_again;
}

bool publisher_reset(struct publisher *publisher, struct error *err) {
    pthread_mutex_lock(&publisher->mutex);
    while (publisher->is_busy)
        pthread_cond_wait(&publisher->changed, &publisher->mutex);
    drop_queue(publisher);
    pthread_mutex_unlock(&publisher->mutex);
    if (is_contested(publisher))
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "another process runs as instance \"%s\" of worker %s: give each its own "
                         "guichet.instance",
                         publisher->settings->instance, publisher->worker);
    if (publisher->producer != NULL)
        rd_kafka_destroy(publisher->producer);
    publisher->producer = NULL;
    if (!producer_open(publisher, err))
        return false;
    pthread_mutex_lock(&publisher->mutex);
    publisher->has_failed = false;
    pthread_mutex_unlock(&publisher->mutex);
    return true;
}

void publisher_assign(struct publisher *publisher, rd_kafka_consumer_group_metadata_t *metadata,
                      struct slice installation) {
    assert(!publisher->is_busy && publisher->first == NULL);
    if (metadata != NULL) {
        if (publisher->metadata != NULL)
            rd_kafka_consumer_group_metadata_destroy(publisher->metadata);
        publisher->metadata = metadata;
    }
    assert(installation.size < sizeof(publisher->installation));
    memcpy(publisher->installation, installation.data, installation.size);
    publisher->installation[installation.size] = '\0';
    publisher->expected_count = 0;
}

void publisher_expect(struct publisher *publisher, struct slice topic, int32_t partition,
                      int64_t committed) {
    assert(publisher->expected_count < EXPECTED_MOST &&
           topic.size < sizeof(publisher->expected[0].topic));
    struct expected *entry = &publisher->expected[publisher->expected_count++];
    memcpy(entry->topic, topic.data, topic.size);
    entry->place = (struct span){
        .topic = {entry->topic, topic.size}, .partition = partition, .to_offset = committed};
}

void publisher_submit(struct publisher *publisher, struct publication *publication) {
    publication->next = NULL;
    pthread_mutex_lock(&publisher->mutex);
    while (!publisher->has_failed && publisher->queued >= QUEUE_MOST)
        pthread_cond_wait(&publisher->changed, &publisher->mutex);
    if (publisher->has_failed) {
        pthread_mutex_unlock(&publisher->mutex);
        publication->release(publication);
        return;
    }
    if (publisher->last == NULL)
        publisher->first = publication;
    else
        publisher->last->next = publication;
    publisher->last = publication;
    publisher->queued++;
    pthread_cond_broadcast(&publisher->changed);
    pthread_mutex_unlock(&publisher->mutex);
}

bool publisher_drain(struct publisher *publisher, struct error *err) {
    pthread_mutex_lock(&publisher->mutex);
    while (publisher->is_busy || publisher->first != NULL)
        pthread_cond_wait(&publisher->changed, &publisher->mutex);
    bool ok = !publisher->has_failed;
    if (!ok)
        *err = publisher->failure;
    pthread_mutex_unlock(&publisher->mutex);
    return ok;
}

bool publisher_has_failed(struct publisher *publisher, struct error *err) {
    pthread_mutex_lock(&publisher->mutex);
    bool has_failed = publisher->has_failed;
    if (has_failed)
        *err = publisher->failure;
    pthread_mutex_unlock(&publisher->mutex);
    return has_failed;
}

int64_t publisher_busy_ms(struct publisher *publisher) {
    pthread_mutex_lock(&publisher->mutex);
    int64_t busy_ms = publisher->is_busy ? clock_monotonic_ms() - publisher->busy_since_ms : 0;
    pthread_mutex_unlock(&publisher->mutex);
    return busy_ms;
}
