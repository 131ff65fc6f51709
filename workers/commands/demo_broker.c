/* The mock's header wants the other one first. */
#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/record/topics.h"
#include "workers/commands/demo.h"

enum { FLUSH_TIMEOUT_MS = 10000 };

struct property {
    const char *name;
    const char *value;
};

static bool open_client(rd_kafka_type_t type, const struct property *properties, size_t count,
                        rd_kafka_t **client, struct error *err) {
    char text[256] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < count; i++) {
        if (rd_kafka_conf_set(conf, properties[i].name, properties[i].value, text, sizeof(text)) !=
            RD_KAFKA_CONF_OK) {
            rd_kafka_conf_destroy(conf);
            return error_set(err, ERROR_FATAL, "KAFKA", "%s", text);
        }
    }
    *client = rd_kafka_new(type, conf, text, sizeof(text));
    if (*client == NULL) {
        rd_kafka_conf_destroy(conf);
        return error_set(err, ERROR_FATAL, "KAFKA", "%s", text);
    }
    return true;
}

static int partitions_of(const struct topic *topic) {
    return topic->partitions > 0 ? topic->partitions : DEMO_PARTITIONS;
}

static bool create_topics(struct demo *demo, struct error *err) {
    rd_kafka_mock_cluster_t *cluster = rd_kafka_handle_mock_cluster(demo->producer);
    for (size_t i = 0; i < topics_count; i++) {
        rd_kafka_resp_err_t code =
            rd_kafka_mock_topic_create(cluster, topics[i].name, partitions_of(&topics[i]), 1);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return error_set(err, ERROR_FATAL, rd_kafka_err2name(code), "topic %s: %s",
                             topics[i].name, rd_kafka_err2str(code));
        }
    }
    return true;
}

/* No group: the demo reads everything, from the start. */
static bool assign_outputs(struct demo *demo, struct error *err) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(64);
    for (size_t i = 0; i < topics_count; i++) {
        for (int k = 0; !topics[i].is_input && k < partitions_of(&topics[i]); k++) {
            rd_kafka_topic_partition_list_add(list, topics[i].name, k)->offset =
                RD_KAFKA_OFFSET_BEGINNING;
        }
    }
    rd_kafka_resp_err_t code = rd_kafka_assign(demo->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ||
           error_set(err, ERROR_FATAL, rd_kafka_err2name(code), "reading the outputs: %s",
                     rd_kafka_err2str(code));
}

bool demo_broker_open(struct demo *demo, struct error *err) {
    const struct property producer[] = {{"test.mock.num.brokers", "1"},
                                        {"partitioner", "murmur2_random"},
                                        {"linger.ms", "5"},
                                        {"log_level", "3"}};
    if (!open_client(RD_KAFKA_PRODUCER, producer, COUNT_OF(producer), &demo->producer, err) ||
        !create_topics(demo, err)) {
        return false;
    }
    const struct property consumer[] = {{"bootstrap.servers", demo_broker_address(demo)},
                                        {"group.id", "guichet.demo"},
                                        {"enable.auto.commit", "false"},
                                        {"isolation.level", "read_committed"},
                                        {"fetch.wait.max.ms", "50"},
                                        {"log_level", "3"}};
    if (!open_client(RD_KAFKA_CONSUMER, consumer, COUNT_OF(consumer), &demo->consumer, err)) {
        return false;
    }
    rd_kafka_poll_set_consumer(demo->consumer);
    return assign_outputs(demo, err);
}

void demo_broker_close(struct demo *demo) {
    if (demo->consumer != NULL) {
        rd_kafka_consumer_close(demo->consumer);
        rd_kafka_destroy(demo->consumer);
    }
    if (demo->producer != NULL) {
        rd_kafka_purge(demo->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_destroy(demo->producer);
    }
    for (size_t i = 0; i < demo->outputs_count; i++) {
        json_decref(demo->outputs[i].data);
    }
    free(demo->outputs);
    demo->consumer = NULL;
    demo->producer = NULL;
    demo->outputs = NULL;
    demo->outputs_count = 0;
}

const char *demo_broker_address(const struct demo *demo) {
    return rd_kafka_mock_cluster_bootstraps(rd_kafka_handle_mock_cluster(demo->producer));
}

void demo_send_text(struct demo *demo, const char *topic, const char *type, const char *key,
                    const char *text) {
    char id[32];
    char time[INSTANT_TEXT_SIZE];
    snprintf(id, sizeof(id), "demo-%zu", ++demo->sent_count);
    instant_format(demo->now_ms, time);
    const struct property attributes[] = {
        {"ce_specversion", "1.0"}, {"ce_id", id},     {"ce_source", "/demo"},
        {"ce_type", type},         {"ce_time", time}, {"content-type", "application/json"}};
    rd_kafka_headers_t *headers = rd_kafka_headers_new(COUNT_OF(attributes));
    for (size_t i = 0; i < COUNT_OF(attributes); i++) {
        rd_kafka_header_add(headers, attributes[i].name, -1, attributes[i].value, -1);
    }
    /* Some hundred small records: the queue cannot be full. What does not arrive is missed by
     * whoever waits for the answers. */
    const rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {(void *)(uintptr_t)key, strlen(key)}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)(uintptr_t)text, strlen(text)}},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY}};
    rd_kafka_error_t *error = rd_kafka_produceva(demo->producer, parts, COUNT_OF(parts));
    if (error != NULL) {
        rd_kafka_error_destroy(error);
        rd_kafka_headers_destroy(headers);
    }
}

void demo_send(struct demo *demo, const char *type, json_t *data) {
    const struct topic *topic = topic_of_type(slice_of(type));
    char *text = json_dumps(data, JSON_COMPACT);
    if (topic != NULL && text != NULL) {
        demo_send_text(demo, topic->name, type, demo_text(data, "siren"), text);
    }
    free(text);
    json_decref(data);
}

bool demo_flush(struct demo *demo, struct error *err) {
    rd_kafka_resp_err_t code = rd_kafka_flush(demo->producer, FLUSH_TIMEOUT_MS);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ||
           error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code),
                     "the demo's broker does not take records: %s", rd_kafka_err2str(code));
}

/* Absent: "". */
static void header_text(const rd_kafka_headers_t *headers, const char *name, char *text,
                        size_t size) {
    const void *value = NULL;
    size_t value_size = 0;
    text[0] = '\0';
    if (headers != NULL &&
        rd_kafka_header_get_last(headers, name, &value, &value_size) ==
            RD_KAFKA_RESP_ERR_NO_ERROR &&
        value != NULL) {
        snprintf(text, size, "%.*s", (int)value_size, (const char *)value);
    }
}

static void take_over(struct demo *demo, const rd_kafka_message_t *record) {
    static const char prefix[] = "guichet.";
    if (demo->outputs_count == demo->outputs_capacity) {
        size_t capacity = demo->outputs_capacity == 0 ? 1024 : 2 * demo->outputs_capacity;
        struct demo_output *outputs = realloc(demo->outputs, capacity * sizeof(*outputs));
        if (outputs == NULL) {
            return;
        }
        demo->outputs = outputs;
        demo->outputs_capacity = capacity;
    }
    struct demo_output *output = &demo->outputs[demo->outputs_count++];
    *output = (struct demo_output){0};
    rd_kafka_headers_t *headers = NULL;
    if (rd_kafka_message_headers(record, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        headers = NULL;
    }
    if (strcmp(rd_kafka_topic_name(record->rkt), "dead-letters.v1") == 0) {
        snprintf(output->type, sizeof(output->type), "dead-letter");
        header_text(headers, "dlq_reason", output->reason, sizeof(output->reason));
        header_text(headers, "dlq_message", output->detail, sizeof(output->detail));
        return;
    }
    char type[DEMO_TEXT];
    header_text(headers, "ce_type", type, sizeof(type));
    bool is_ours = strncmp(type, prefix, sizeof(prefix) - 1) == 0;
    snprintf(output->type, sizeof(output->type), "%s", is_ours ? type + sizeof(prefix) - 1 : type);
    if (record->payload != NULL) {
        output->data = json_loadb(record->payload, record->len, 0, NULL);
    }
}

size_t demo_receive(struct demo *demo, int timeout_ms) {
    size_t before = demo->outputs_count;
    rd_kafka_message_t *record = rd_kafka_consumer_poll(demo->consumer, timeout_ms);
    while (record != NULL) {
        if (record->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            take_over(demo, record);
        }
        rd_kafka_message_destroy(record);
        record = rd_kafka_consumer_poll(demo->consumer, 0);
    }
    rd_kafka_poll(demo->producer, 0);
    return demo->outputs_count - before;
}

size_t demo_count(const struct demo *demo, const char *const *types) {
    size_t count = 0;
    for (size_t i = 0; i < demo->outputs_count; i++) {
        for (const char *const *type = types; *type != NULL; type++) {
            count += strcmp(demo->outputs[i].type, *type) == 0;
        }
    }
    return count;
}
