#include "common/runtime/bus.h"

#include <stdio.h>
#include <string.h>

#include "common/runtime/bus_refusal.h"
#include "common/runtime/log.h"
#include "common/runtime/watch.h"

enum { CALL_TIMEOUT_MS = 10000 };

void bus_group(const char *worker, char group[BUS_GROUP_SIZE]) {
    (void)snprintf(group, BUS_GROUP_SIZE, "guichet.%s", worker);
}

static void log_client(const rd_kafka_t *client UNUSED, int level, const char *facility,
                       const char *text) {
    /* Connection troubles come in floods and are told by what they lead to; only what is worse is
     * repeated. */
    if (level <= 2)
        log_line(LOG_LEVEL_WARNING, "kafka", "%s: %s", facility, text);
}

static bool set(rd_kafka_conf_t *conf, const char *name, const char *value, const char *origin,
                struct error *err) {
    char text[256];
    if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) == RD_KAFKA_CONF_OK)
        return true;
    return error_set(err, ERROR_FATAL, "CONFIGURATION", "%s: kafka.%s: %s", origin, name, text);
}

bool bus_conf(const struct settings *settings, int side, const struct bus_property *properties,
              size_t count, rd_kafka_conf_t **conf, struct error *err) {
    rd_kafka_conf_t *made = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(made, log_client);
    bool ok = set(made, "client.id", "guichet", "built in", err);
    for (size_t i = 0; ok && i < count; i++)
        ok = set(made, properties[i].name, properties[i].value, "built in", err);
    for (size_t i = 0; ok && i < settings->kafka_count; i++) {
        const struct kafka_property *property = &settings->kafka[i];
        if (property->side == KAFKA_BOTH || (int)property->side == side)
            ok = set(made, property->name, property->value, property->origin, err);
    }
    if (!ok) {
        rd_kafka_conf_destroy(made);
        return false;
    }
    *conf = made;
    return true;
}

const char *bus_addresses(const struct settings *settings) {
    for (size_t i = settings->kafka_count; i-- > 0;)
        if (strcmp(settings->kafka[i].name, "bootstrap.servers") == 0)
            return settings->kafka[i].value;
    return "";
}

bool bus_consumer_open(const struct settings *settings, const char *group,
                       void (*rebalance)(rd_kafka_t *, rd_kafka_resp_err_t,
                                         rd_kafka_topic_partition_list_t *, void *),
                       void (*complain)(rd_kafka_t *, int, const char *, void *), void *opaque,
                       rd_kafka_t **consumer, struct error *err) {
    const struct bus_property properties[] = {
        {"group.id", group},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"auto.offset.reset", "error"},
        {"check.crcs", "true"},
        {"isolation.level", "read_committed"},
        {"partition.assignment.strategy", "range"},
        {"session.timeout.ms", "10000"},
        {"heartbeat.interval.ms", "1000"},
        {"queued.min.messages", "40000"},
        {"queued.max.messages.kbytes", "16384"},
        {"fetch.max.bytes", "4194304"},
        {"fetch.error.backoff.ms", "50"},
        /* Last: left out for a dynamic member. */
        {"group.instance.id", settings->instance},
    };
    size_t count = COUNT_OF(properties) - (settings->instance[0] == '\0' ? 1 : 0);
    rd_kafka_conf_t *conf = NULL;
    if (!bus_conf(settings, KAFKA_CONSUMER, properties, count, &conf, err))
        return false;
    char text[256];
    rd_kafka_conf_set_rebalance_cb(conf, rebalance);
    rd_kafka_conf_set_error_cb(conf, complain);
    rd_kafka_conf_set_opaque(conf, opaque);
    rd_kafka_t *made = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof(text));
    if (made == NULL) {
        rd_kafka_conf_destroy(conf);
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "consumer: %s", text);
    }
    (void)rd_kafka_poll_set_consumer(made);
    *consumer = made;
    return true;
}

static bool has_topic(const struct rd_kafka_metadata *metadata, const char *topic) {
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (strcmp(metadata->topics[i].topic, topic) == 0)
            return metadata->topics[i].err == RD_KAFKA_RESP_ERR_NO_ERROR;
    return false;
}

/* A topic that is not listed is missing, or hidden from who may not see it; by its name the broker
 * says which. */
static bool refuse_topic(rd_kafka_t *client, const struct settings *settings, const char *topic,
                         int timeout_ms, struct error *err) {
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
    rd_kafka_resp_err_t code = rd_kafka_metadata(client, 0, handle, &metadata, timeout_ms);
    rd_kafka_topic_destroy(handle);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        code = metadata->topic_cnt == 1 ? metadata->topics[0].err : code;
        rd_kafka_metadata_destroy(metadata);
    }
    return bus_right_allows(code, topic, settings, err) &&
           error_set(err, ERROR_FATAL, "CONFIGURATION",
                     "topic %s is missing at %s: run `guichet topics create`", topic,
                     bus_addresses(settings));
}

bool bus_check_topics(rd_kafka_t *client, const struct settings *settings,
                      const char *const *topics, size_t count, int timeout_ms, struct error *err) {
    WATCHED(WATCH_QUESTION);
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t code = rd_kafka_metadata(client, 1, NULL, &metadata, timeout_ms);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return error_set(err, ERROR_TRANSIENT, "BROKER_UNAVAILABLE",
                         "no Kafka broker answers at %s (setting kafka.bootstrap.servers): %s",
                         bus_addresses(settings), rd_kafka_err2str(code));
    const char *missing = NULL;
    for (size_t i = 0; missing == NULL && i < count; i++)
        if (!has_topic(metadata, topics[i]))
            missing = topics[i];
    rd_kafka_metadata_destroy(metadata);
    return missing == NULL || refuse_topic(client, settings, missing, timeout_ms, err);
}

/* Of the one topic that was asked for. A broker that has just come back may not know its topics
 * yet: they would seem to have no partitions. */
static rd_kafka_resp_err_t read_count(const struct rd_kafka_metadata *metadata, int *count) {
    const struct rd_kafka_metadata_topic *topic = metadata->topics;
    if (metadata->topic_cnt != 1)
        return RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    *count = topic->partition_cnt;
    return topic->err == RD_KAFKA_RESP_ERR_NO_ERROR && *count == 0
               ? RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
               : topic->err;
}

bool bus_partitions(rd_kafka_t *client, const char *topic, int *count, struct error *err) {
    WATCHED(WATCH_QUESTION);
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
    if (handle == NULL)
        return error_set(err, ERROR_TRANSIENT, "KAFKA", "%s: no handle", topic);
    rd_kafka_resp_err_t code = rd_kafka_metadata(client, 0, handle, &metadata, CALL_TIMEOUT_MS);
    rd_kafka_topic_destroy(handle);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        code = read_count(metadata, count);
        rd_kafka_metadata_destroy(metadata);
    }
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ||
           error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "metadata of %s: %s", topic,
                     rd_kafka_err2str(code));
}

bool bus_bounds(rd_kafka_t *client, const char *topic, int32_t partition, int64_t *low,
                int64_t *high, struct error *err) {
    WATCHED(WATCH_QUESTION);
    rd_kafka_resp_err_t code =
        rd_kafka_query_watermark_offsets(client, topic, partition, low, high, CALL_TIMEOUT_MS);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    return error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "bounds of %s[%d]: %s", topic,
                     partition, rd_kafka_err2str(code));
}

bool bus_onlooker_open(const struct settings *settings, const char *group, rd_kafka_t **consumer,
                       struct error *err) {
    const struct bus_property properties[] = {
        {"group.id", group},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"enable.partition.eof", "true"},
        {"isolation.level", "read_uncommitted"},
        {"auto.offset.reset", "error"},
        /* With less, records that are queued of some partitions keep the others from being fetched
         * for a second at a time. */
        {"queued.min.messages", "10000"},
        {"fetch.message.max.bytes", "65536"},
        {"fetch.max.bytes", "4194304"},
        {"fetch.wait.max.ms", "10"},
    };
    rd_kafka_conf_t *conf = NULL;
    char text[256];
    if (!bus_conf(settings, KAFKA_CONSUMER, properties, COUNT_OF(properties), &conf, err))
        return false;
    rd_kafka_t *made = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof(text));
    if (made == NULL) {
        rd_kafka_conf_destroy(conf);
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "consumer: %s", text);
    }
    (void)rd_kafka_poll_set_consumer(made);
    *consumer = made;
    return true;
}

void bus_close(rd_kafka_t **client) {
    WATCHED(WATCH_CLOSE);
    if (*client != NULL)
        rd_kafka_destroy(*client);
    *client = NULL;
}
