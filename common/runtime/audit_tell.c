#include "common/runtime/alert.h"
#include "common/runtime/audit_round.h"
#include "common/runtime/clock.h"
#include "common/runtime/kafka_client.h"
#include "common/runtime/log.h"
#include "common/runtime/watch.h"

enum {
    SEND_TIMEOUT_MS = 30000,
    TOLD_MOST = 10, /* of one look, one by one */
};

static void note_delivery(rd_kafka_t *handle UNUSED, const rd_kafka_message_t *message,
                          void *opaque) {
    struct kafka_client *client = opaque;
    *(rd_kafka_resp_err_t *)client->context = message->err;
}

/* By a producer of its own: the worker's belongs to its transactions. */
static bool open_client(struct audit_round *round, struct error *err) {
    static const struct bus_property properties[] = {{"enable.idempotence", "true"},
                                                     {"partitioner", "murmur2_random"},
                                                     {"message.timeout.ms", "30000"}};
    struct audit_teller *teller = &round->teller;
    if (teller->client.handle != NULL)
        return true;
    teller->client.context = &teller->delivery;
    return kafka_client_open(&teller->client, round->settings, properties, COUNT_OF(properties),
                             note_delivery, err);
}

static bool write_alert(struct audit_round *round, const struct record_outputs *alert,
                        struct error *err) {
    WATCHED(WATCH_QUESTION);
    struct arena *arena = &round->arena;
    rd_kafka_resp_err_t *code = &round->teller.delivery;
    const struct output *output = alert->first;
    const struct header *headers = NULL;
    size_t count = 0;
    if (!open_client(round, err))
        return false;
    rd_kafka_t *handle = round->teller.client.handle;
    *code = RD_KAFKA_RESP_ERR__TIMED_OUT;
    output_headers(arena, &alert->context, output, &headers, &count);
    rd_kafka_headers_t *made = rd_kafka_headers_new(count);
    for (size_t i = 0; i < count; i++)
        (void)rd_kafka_header_add(made, headers[i].name.data, (ssize_t)headers[i].name.size,
                                  headers[i].value.data, (ssize_t)headers[i].value.size);
    struct slice topic = arena_copy(arena, output->topic);
    rd_kafka_error_t *error = rd_kafka_produceva(
        handle,
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
        *code = rd_kafka_error_code(error);
        rd_kafka_error_destroy(error);
        rd_kafka_headers_destroy(made);
    } else {
        (void)rd_kafka_flush(handle, SEND_TIMEOUT_MS);
    }
    return *code == RD_KAFKA_RESP_ERR_NO_ERROR ||
           kafka_client_error(err, *code, "an alert was not written");
}

bool audit_tell(struct audit_round *round, struct slice topic, int32_t partition,
                int64_t first_offset, int64_t last_offset, struct slice detail, struct error *err) {
    struct arena *arena = &round->arena;
    const char *worker = round->store.worker;
    if (!audit_goes_on(round, err))
        return false;
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
    log_line(LOG_LEVEL_ERROR, worker, "PUBLICATION_MISMATCH: %.*s", SLICE_FORMAT(sentence));
    round->teller.latest = mismatch.id;
    if (++round->teller.differences <= TOLD_MOST) {
        struct slice place = arena_format(arena, "%.*s/%d", SLICE_FORMAT(topic), partition);
        if (!write_alert(round,
                         alert_publication_mismatch(arena, worker, clock_real_ms(), &mismatch.id,
                                                    place, sentence),
                         err))
            return false;
    }
    return audit_store_add_mismatch(&round->store, arena, &mismatch, err);
}

/* Its id is that of the latest difference, which has no alert of its own. */
static bool tell_rest(struct audit_round *round, struct error *err) {
    struct arena *arena = &round->arena;
    const char *worker = round->store.worker;
    if (round->teller.differences <= TOLD_MOST)
        return true;
    struct slice sentence =
        arena_format(arena, "%s: %zu more differences: see guichet.audit_mismatch", worker,
                     round->teller.differences - TOLD_MOST);
    return write_alert(round,
                       alert_publication_mismatch(arena, worker, clock_real_ms(),
                                                  &round->teller.latest, slice_of(worker),
                                                  sentence),
                       err);
}

bool audit_end_telling(struct audit_round *round, struct error *err) {
    bool ok = tell_rest(round, err);
    kafka_client_close(&round->teller.client);
    round->teller = (struct audit_teller){0};
    return ok;
}
