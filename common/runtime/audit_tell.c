#include <string.h>

#include "common/runtime/alert.h"
#include "common/runtime/audit_round.h"
#include "common/runtime/clock.h"
#include "common/runtime/kafka_client.h"
#include "common/runtime/log.h"

enum { SEND_TIMEOUT_MS = 30000 };

static void note_delivery(rd_kafka_t *handle UNUSED, const rd_kafka_message_t *message,
                          void *opaque) {
    struct kafka_client *client = opaque;
    *(rd_kafka_resp_err_t *)client->context = message->err;
}

/* By a producer of its own, for this once: the worker's belongs to its transactions. */
static bool write_alert(const struct settings *settings, struct arena *arena,
                        const struct record_outputs *alert, struct error *err) {
    static const struct bus_property properties[] = {{"enable.idempotence", "true"},
                                                     {"partitioner", "murmur2_random"},
                                                     {"message.timeout.ms", "30000"}};
    const struct output *output = alert->first;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;
    struct kafka_client client = {.context = &code};
    if (!kafka_client_open(&client, settings, properties, COUNT_OF(properties), note_delivery, err))
        return false;
    const struct header *headers = NULL;
    size_t count = 0;
    output_headers(arena, &alert->context, output, &headers, &count);
    rd_kafka_headers_t *made = rd_kafka_headers_new(count);
    for (size_t i = 0; i < count; i++)
        (void)rd_kafka_header_add(made, headers[i].name.data, (ssize_t)headers[i].name.size,
                                  headers[i].value.data, (ssize_t)headers[i].value.size);
    struct slice topic = arena_copy(arena, output->topic);
    rd_kafka_error_t *error = rd_kafka_produceva(
        client.handle,
        (const rd_kafka_vu_t[]){
            {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic.data},
            {.vtype = RD_KAFKA_VTYPE_KEY,
             .u.mem = {(void *)(uintptr_t)output->key.data, output->key.size}},
            {.vtype = RD_KAFKA_VTYPE_VALUE,
             .u.mem = {(void *)(uintptr_t)output->value.open.data, output->value.open.size}},
            {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = made},
            {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        },
        5);
    if (error != NULL) {
        code = rd_kafka_error_code(error);
        rd_kafka_error_destroy(error);
        rd_kafka_headers_destroy(made);
    } else {
        (void)rd_kafka_flush(client.handle, SEND_TIMEOUT_MS);
    }
    kafka_client_close(&client);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ||
           kafka_client_error(err, code, "an alert was not written");
}

bool audit_tell(struct audit_round *round, struct slice topic, int32_t partition,
                int64_t first_offset, int64_t last_offset, struct slice detail, struct error *err) {
    struct arena *arena = &round->arena;
    const char *worker = round->store.worker;
    struct slice name = arena_format(arena, "PUBLICATION_MISMATCH|%s|%.*s|%d|%lld|%lld", worker,
                                     SLICE_FORMAT(topic), partition, (long long)first_offset,
                                     (long long)last_offset);
    struct slice sentence = arena_format(arena, "%s: %.*s[%d], offsets %lld to %lld: %.*s", worker,
                                         SLICE_FORMAT(topic), partition, (long long)first_offset,
                                         (long long)last_offset, SLICE_FORMAT(detail));
    const struct audit_mismatch mismatch = {.id = uuid_v5(&uuid_guichet, name),
                                            .topic = topic,
                                            .partition = partition,
                                            .first_offset = first_offset,
                                            .last_offset = last_offset,
                                            .detail = detail};
    struct slice place = arena_format(arena, "%.*s/%d", SLICE_FORMAT(topic), partition);
    const struct record_outputs *alert =
        alert_publication_mismatch(arena, worker, clock_real_ms(), &mismatch.id, place, sentence);
    log_line(LOG_LEVEL_ERROR, worker, "PUBLICATION_MISMATCH: %.*s", SLICE_FORMAT(sentence));
    return write_alert(round->settings, arena, alert, err) &&
           audit_store_add_mismatch(&round->store, arena, &mismatch, err);
}
