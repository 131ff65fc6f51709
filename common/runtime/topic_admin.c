#include "common/runtime/topic_admin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/record/topics.h"
#include "common/runtime/kafka_client.h"
#include "common/runtime/publish_failure.h"

enum { REQUEST_TIMEOUT_MS = 30 * 1000, DIFFERENCES_PER_TOPIC = 5 };

/* What a topic is made with; only what changes the meaning of the data, or would stop a worker, is
 * compared afterwards, the rest is the operators' to tune. */
struct topic_property {
    const char *name;
    char value[24];
    enum { NOT_COMPARED, COMPARED, COMPARED_AT_LEAST } comparison;
};

enum { TOPIC_PROPERTIES = 4 };

static void topic_properties(const struct topic *topic, const struct settings *settings,
                             struct topic_property properties[TOPIC_PROPERTIES]) {
    properties[0] = (struct topic_property){.name = "cleanup.policy", .comparison = COMPARED};
    snprintf(properties[0].value, sizeof(properties[0].value), "%s",
             topic->is_compacted ? "compact" : "delete");
    properties[1] = (struct topic_property){.name = topic->is_compacted ? "delete.retention.ms"
                                                                        : "retention.ms",
                                            .comparison = COMPARED};
    snprintf(properties[1].value, sizeof(properties[1].value), "%" PRId64, topic->retention_ms);
    properties[2] = (struct topic_property){.name = "min.insync.replicas"};
    snprintf(properties[2].value, sizeof(properties[2].value), "%d",
             settings->topics_replication > 1 ? 2 : 1);
    /* Of what we write: a broker measures whole batches. */
    properties[3] =
        (struct topic_property){.name = "max.message.bytes",
                                .comparison = topic->is_input ? NOT_COMPARED : COMPARED_AT_LEAST};
    snprintf(properties[3].value, sizeof(properties[3].value), "%d", PUBLISH_BYTES_MOST);
}

static int topic_partitions(const struct topic *topic, const struct settings *settings) {
    return topic->partitions != 0 ? topic->partitions : settings->topics_partitions;
}

/* One connection, one request at a time. */
struct admin {
    struct kafka_client client;
    rd_kafka_queue_t *queue;
};

static void admin_close(struct admin *admin) {
    if (admin->queue != NULL) {
        rd_kafka_queue_destroy(admin->queue);
    }
    kafka_client_close(&admin->client);
}

static bool admin_open(struct admin *admin, const struct settings *settings, struct error *err) {
    if (!kafka_client_open(&admin->client, settings, NULL, 0, NULL, err) ||
        !kafka_client_wait(&admin->client, settings->start_timeout_seconds, err)) {
        return false;
    }
    admin->queue = rd_kafka_queue_new(admin->client.handle);
    return true;
}

static rd_kafka_AdminOptions_t *admin_options(struct admin *admin, rd_kafka_admin_op_t operation) {
    char reason[128];
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(admin->client.handle, operation);
    rd_kafka_AdminOptions_set_request_timeout(options, REQUEST_TIMEOUT_MS, reason, sizeof(reason));
    if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS) {
        /* Answered only once the topics can be used. */
        rd_kafka_AdminOptions_set_operation_timeout(options, REQUEST_TIMEOUT_MS, reason,
                                                    sizeof(reason));
    }
    return options;
}

/* The answer to the request just made, for the caller to destroy; NULL with `err` set. */
static rd_kafka_event_t *admin_answer(struct admin *admin, struct error *err) {
    rd_kafka_event_t *answer = rd_kafka_queue_poll(admin->queue, 2 * REQUEST_TIMEOUT_MS);
    if (answer == NULL) {
        kafka_client_error(err, RD_KAFKA_RESP_ERR__TIMED_OUT, NULL);
        return NULL;
    }
    if (rd_kafka_event_error(answer) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        kafka_client_error(err, rd_kafka_event_error(answer), rd_kafka_event_error_string(answer));
        rd_kafka_event_destroy(answer);
        return NULL;
    }
    return answer;
}

static bool new_topic(const struct topic *topic, const struct settings *settings,
                      rd_kafka_NewTopic_t **made, struct error *err) {
    char reason[256];
    *made = rd_kafka_NewTopic_new(topic->name, topic_partitions(topic, settings),
                                  settings->topics_replication, reason, sizeof(reason));
    if (*made == NULL) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "%s: %s", topic->name, reason);
    }
    struct topic_property properties[TOPIC_PROPERTIES];
    topic_properties(topic, settings, properties);
    for (size_t i = 0; i < TOPIC_PROPERTIES; i++) {
        rd_kafka_resp_err_t cause =
            rd_kafka_NewTopic_set_config(*made, properties[i].name, properties[i].value);
        if (cause != RD_KAFKA_RESP_ERR_NO_ERROR) {
            kafka_client_error(err, cause, NULL);
            return error_prefix(err, "%s: %s", topic->name, properties[i].name);
        }
    }
    return true;
}

/* Existing is fine; of the others, the first refusal is told. */
static bool read_created(const rd_kafka_event_t *answer, struct error *err) {
    size_t count = 0;
    const rd_kafka_topic_result_t **results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result((rd_kafka_event_t *)answer), &count);
    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t cause = rd_kafka_topic_result_error(results[i]);
        if (cause != RD_KAFKA_RESP_ERR_NO_ERROR &&
            cause != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
            kafka_client_error(err, cause, rd_kafka_topic_result_error_string(results[i]));
            return error_prefix(err, "%s", rd_kafka_topic_result_name(results[i]));
        }
    }
    return true;
}

bool topic_admin_create(const struct settings *settings, struct error *err) {
    struct admin admin CLEANUP(admin_close) = {0};
    if (!admin_open(&admin, settings, err)) {
        return false;
    }
    rd_kafka_NewTopic_t **wanted = calloc(topics_count, sizeof(wanted[0]));
    if (wanted == NULL) {
        abort();
    }
    size_t count = 0;
    bool is_done = true;
    while (is_done && count < topics_count) {
        is_done = new_topic(&topics[count], settings, &wanted[count], err);
        count += wanted[count] != NULL;
    }
    if (is_done) {
        rd_kafka_AdminOptions_t *options = admin_options(&admin, RD_KAFKA_ADMIN_OP_CREATETOPICS);
        rd_kafka_CreateTopics(admin.client.handle, wanted, count, options, admin.queue);
        rd_kafka_AdminOptions_destroy(options);
        rd_kafka_event_t *answer = admin_answer(&admin, err);
        is_done = answer != NULL && read_created(answer, err);
        if (answer != NULL) {
            rd_kafka_event_destroy(answer);
        }
    }
    rd_kafka_NewTopic_destroy_array(wanted, count);
    free(wanted);
    return is_done;
}

/* What the comparison has found so far. */
struct comparison {
    const struct settings *settings;
    struct arena *arena;
    struct slice *sentences; /* DIFFERENCES_PER_TOPIC for each topic */
    size_t count;
    bool *is_there; /* by topic */
};

#define DIFFERS(comparison, ...)                                                                   \
    ((comparison)->sentences[(comparison)->count++] =                                              \
         arena_format((comparison)->arena, __VA_ARGS__))

static void compare_partitions(struct comparison *comparison,
                               const struct rd_kafka_metadata *metadata) {
    for (size_t t = 0; t < topics_count; t++) {
        int wanted = topic_partitions(&topics[t], comparison->settings);
        int found = 0;
        for (int i = 0; i < metadata->topic_cnt; i++) {
            if (strcmp(metadata->topics[i].topic, topics[t].name) == 0) {
                found = metadata->topics[i].partition_cnt;
            }
        }
        comparison->is_there[t] = found > 0;
        if (found == 0) {
            DIFFERS(comparison, "%s: missing (`guichet topics create` makes it)", topics[t].name);
        } else if (found != wanted) {
            DIFFERS(comparison, "%s: %d partitions instead of %d", topics[t].name, found, wanted);
        }
    }
}

static bool is_as_wanted(const struct topic_property *property, const char *value) {
    return property->comparison == COMPARED_AT_LEAST
               ? strtoll(value, NULL, 10) >= strtoll(property->value, NULL, 10)
               : strcmp(value, property->value) == 0;
}

static void compare_resource(struct comparison *comparison, const struct topic *topic,
                             const rd_kafka_ConfigResource_t *resource) {
    struct topic_property properties[TOPIC_PROPERTIES];
    topic_properties(topic, comparison->settings, properties);
    size_t count = 0;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (size_t p = 0; p < TOPIC_PROPERTIES; p++) {
        for (size_t i = 0; properties[p].comparison != NOT_COMPARED && i < count; i++) {
            const char *value = rd_kafka_ConfigEntry_value(entries[i]);
            if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), properties[p].name) == 0 &&
                value != NULL && !is_as_wanted(&properties[p], value)) {
                DIFFERS(comparison, "%s: %s is %s instead of %s%s", topic->name, properties[p].name,
                        value, properties[p].comparison == COMPARED_AT_LEAST ? "at least " : "",
                        properties[p].value);
            }
        }
    }
}

static bool compare_resources(struct comparison *comparison, rd_kafka_event_t *answer,
                              struct error *err) {
    size_t count = 0;
    const rd_kafka_ConfigResource_t **resources = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(answer), &count);
    for (size_t i = 0; i < count; i++) {
        const char *name = rd_kafka_ConfigResource_name(resources[i]);
        rd_kafka_resp_err_t cause = rd_kafka_ConfigResource_error(resources[i]);
        if (cause != RD_KAFKA_RESP_ERR_NO_ERROR) {
            kafka_client_error(err, cause, rd_kafka_ConfigResource_error_string(resources[i]));
            return error_prefix(err, "%s", name);
        }
        compare_resource(comparison, topic_find(slice_of(name)), resources[i]);
    }
    return true;
}

static bool compare_properties(struct admin *admin, struct comparison *comparison,
                               struct error *err) {
    rd_kafka_ConfigResource_t **asked =
        arena_array(comparison->arena, topics_count, sizeof(asked[0]));
    size_t count = 0;
    for (size_t t = 0; t < topics_count; t++) {
        if (comparison->is_there[t]) {
            asked[count++] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topics[t].name);
        }
    }
    if (count == 0) {
        return true;
    }
    rd_kafka_AdminOptions_t *options = admin_options(admin, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(admin->client.handle, asked, count, options, admin->queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ConfigResource_destroy_array(asked, count);
    rd_kafka_event_t *answer = admin_answer(admin, err);
    bool is_done = answer != NULL && compare_resources(comparison, answer, err);
    if (answer != NULL) {
        rd_kafka_event_destroy(answer);
    }
    return is_done;
}

bool topic_admin_compare(const struct settings *settings, struct arena *arena,
                         struct slice_list *differences, struct error *err) {
    struct admin admin CLEANUP(admin_close) = {0};
    if (!admin_open(&admin, settings, err)) {
        return false;
    }
    struct comparison comparison = {
        .settings = settings,
        .arena = arena,
        .sentences = arena_array(arena, topics_count * DIFFERENCES_PER_TOPIC, sizeof(struct slice)),
        .is_there = arena_array(arena, topics_count, sizeof(bool)),
    };
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t cause =
        rd_kafka_metadata(admin.client.handle, 1, NULL, &metadata, REQUEST_TIMEOUT_MS);
    if (cause != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return kafka_client_error(err, cause, NULL);
    }
    compare_partitions(&comparison, metadata);
    rd_kafka_metadata_destroy(metadata);
    if (!compare_properties(&admin, &comparison, err)) {
        return false;
    }
    *differences = (struct slice_list){comparison.sentences, comparison.count};
    return true;
}
