#include "common/runtime/forgotten.h"

#include "common/record/topics.h"
#include "common/runtime/bus.h"
#include "common/runtime/watch.h"

enum { CALL_TIMEOUT_MS = 8000 /* within the transaction's own time */ };

static bool succeeded(rd_kafka_error_t *error, const char *call, struct error *err) {
    if (error == NULL)
        return true;
    (void)error_set(err, ERROR_TRANSIENT, rd_kafka_error_name(error), "%s: %s", call,
                    rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return false;
}

/* A record that nobody will read, with a key since a compacted topic takes none without. */
static rd_kafka_error_t *touch(rd_kafka_t *producer, const char *topic, int32_t partition) {
    static char key[] = "aborted";
    const rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {key, sizeof(key) - 1}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
    };
    return rd_kafka_produceva(producer, parts, COUNT_OF(parts));
}

static bool touch_outputs(const struct transactor *transactor, struct error *err) {
    for (size_t i = 0; i < topics_count; i++) {
        int partitions = 0;
        if (!topic_is_output_of(&topics[i], transactor->worker))
            continue;
        if (!bus_partitions(transactor->producer, topics[i].name, &partitions, err))
            return false;
        for (int32_t partition = 0; partition < partitions; partition++)
            if (!succeeded(touch(transactor->producer, topics[i].name, partition), topics[i].name,
                           err))
                return false;
    }
    rd_kafka_resp_err_t code = rd_kafka_flush(transactor->producer, CALL_TIMEOUT_MS);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ||
           error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "flush: %s",
                     rd_kafka_err2str(code));
}

static bool touch_offsets(const struct transactor *transactor, const char *topic, int32_t partition,
                          struct error *err) {
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(offsets, topic, partition)->offset = 0;
    rd_kafka_error_t *error = rd_kafka_send_offsets_to_transaction(
        transactor->producer, offsets, transactor->metadata, CALL_TIMEOUT_MS);
    rd_kafka_topic_partition_list_destroy(offsets);
    return succeeded(error, "send_offsets", err);
}

bool forgotten_end(struct transactor *transactor, const char *topic, int32_t partition,
                   struct error *err) {
    WATCHED(WATCH_PUBLISH);
    publish_failures_begin(&transactor->failures);
    return succeeded(rd_kafka_begin_transaction(transactor->producer), "begin_transaction", err) &&
           touch_outputs(transactor, err) && touch_offsets(transactor, topic, partition, err) &&
           succeeded(rd_kafka_abort_transaction(transactor->producer, CALL_TIMEOUT_MS),
                     "abort_transaction", err);
}
