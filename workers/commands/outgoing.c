#include "workers/commands/outgoing.h"

#include <stdint.h>
#include <string.h>

#include "common/runtime/kafka_client.h"

enum { DELIVERY_TIMEOUT_MS = 60 * 1000, QUEUE_FULL_PAUSE_MS = 100 };

#define OUTGOING_CONTENT_TYPE "application/cloudevents+json; charset=UTF-8"
const char outgoing_content_type[] = OUTGOING_CONTENT_TYPE;

void outgoing_append(struct arena *arena, struct outgoing_list *events, struct outgoing event) {
    if (events->count == events->capacity) {
        size_t capacity = events->capacity > 0 ? events->capacity * 2 : 256;
        struct outgoing *items = arena_array(arena, capacity, sizeof(items[0]));
        if (events->count > 0) {
            memcpy(items, events->items, events->count * sizeof(items[0]));
        }
        events->items = items;
        events->capacity = capacity;
    }
    events->items[events->count++] = event;
}

/* How the deliveries went. */
struct deliveries {
    size_t delivered;
    rd_kafka_resp_err_t first_failure;
};

static void count_delivery(rd_kafka_t *handle UNUSED, const rd_kafka_message_t *message,
                           void *opaque) {
    struct deliveries *deliveries = ((struct kafka_client *)opaque)->context;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        deliveries->delivered++;
    } else if (deliveries->first_failure == RD_KAFKA_RESP_ERR_NO_ERROR) {
        deliveries->first_failure = message->err;
    }
}

static rd_kafka_headers_t *headers_of(const struct outgoing *event) {
    static const struct header structured = {SLICE_LITERAL("content-type"),
                                             SLICE_LITERAL(OUTGOING_CONTENT_TYPE)};
    const struct header *headers = event->headers != NULL ? event->headers : &structured;
    size_t count = event->headers != NULL ? event->headers_count : 1;
    rd_kafka_headers_t *made = rd_kafka_headers_new(count);
    for (size_t i = 0; i < count; i++) {
        (void)rd_kafka_header_add(made, headers[i].name.data, (ssize_t)headers[i].name.size,
                                  headers[i].value.data, (ssize_t)headers[i].value.size);
    }
    return made;
}

/* A full queue is waited for; its length is librdkafka's to bound. The value is not copied: it
 * outlives the client. */
static rd_kafka_resp_err_t produce(rd_kafka_t *handle, const struct outgoing *event) {
    rd_kafka_headers_t *headers = headers_of(event);
    const rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = event->topic},
        {.vtype = RD_KAFKA_VTYPE_KEY,
         .u.mem = {.ptr = (void *)(uintptr_t)event->key.data, .size = event->key.size}},
        {.vtype = RD_KAFKA_VTYPE_VALUE,
         .u.mem = {.ptr = (void *)(uintptr_t)event->value.data, .size = event->value.size}},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    rd_kafka_resp_err_t cause;
    do {
        rd_kafka_error_t *error = rd_kafka_produceva(handle, parts, COUNT_OF(parts));
        cause = rd_kafka_error_code(error); /* of NULL: no error */
        rd_kafka_error_destroy(error);
        bool is_full = cause == RD_KAFKA_RESP_ERR__QUEUE_FULL;
        rd_kafka_poll(handle, is_full ? QUEUE_FULL_PAUSE_MS : 0);
    } while (cause == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    if (cause != RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_headers_destroy(headers); /* else they are librdkafka's */
    }
    return cause;
}

bool outgoing_send(const struct settings *settings, const struct outgoing_list *events,
                   struct error *err) {
    static const struct bus_property own[] = {
        {"enable.idempotence", "true"},
        {"partitioner", "murmur2_random"}, /* as everybody who writes our topics should */
    };
    struct deliveries deliveries = {0};
    struct kafka_client client CLEANUP(kafka_client_close) = {.context = &deliveries};
    if (!kafka_client_open(&client, settings, own, COUNT_OF(own), count_delivery, err) ||
        !kafka_client_wait(&client, settings->start_timeout_seconds, err)) {
        return false;
    }
    rd_kafka_resp_err_t cause = RD_KAFKA_RESP_ERR_NO_ERROR;
    for (size_t i = 0; i < events->count && cause == RD_KAFKA_RESP_ERR_NO_ERROR; i++) {
        cause = produce(client.handle, &events->items[i]);
    }
    rd_kafka_resp_err_t flushed = rd_kafka_flush(client.handle, DELIVERY_TIMEOUT_MS);
    if (deliveries.delivered == events->count) {
        return true;
    }
    if (cause == RD_KAFKA_RESP_ERR_NO_ERROR) {
        cause = deliveries.first_failure != RD_KAFKA_RESP_ERR_NO_ERROR ? deliveries.first_failure
                                                                       : flushed;
    }
    kafka_client_error(err, cause, NULL);
    return error_prefix(err, "%zu of %zu events were delivered", deliveries.delivered,
                        events->count);
}
