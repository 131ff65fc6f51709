#include "workers/commands/inspection.h"

#include "common/runtime/installation.h"
#include "common/runtime/kafka_client.h"
#include "workers/commands/database.h"

enum { GROUP_TIMEOUT_MS = 10000 };

/* A consumer would wait without a word for a broker that is not there. */
static bool wait_for_broker(const struct settings *settings, struct error *err) {
    struct kafka_client client = {0};
    bool ok = kafka_client_open(&client, settings, NULL, 0, NULL, err) &&
              kafka_client_wait(&client, settings->start_timeout_seconds, err);
    kafka_client_close(&client);
    return ok;
}

bool inspection_open(struct inspection *inspection, const struct settings *settings,
                     struct arena *arena, struct error *err) {
    inspection->arena = arena;
    inspection->settings = settings;
    return database_open(settings, &inspection->db, err) &&
           installation_read(inspection->db, arena, inspection->installation, err) &&
           wait_for_broker(settings, err);
}

void inspection_close(struct inspection *inspection) {
    db_close(inspection->db);
    inspection->db = NULL;
}

static bool add_partitions(const struct inspected *inspected, const struct topic *topic,
                           rd_kafka_topic_partition_list_t *places, struct error *err) {
    int count = 0;
    if (!bus_partitions(inspected->consumer, topic->name, &count, err)) {
        return false;
    }
    for (int partition = 0; partition < count; partition++) {
        rd_kafka_topic_partition_list_add(places, topic->name, partition);
    }
    return true;
}

static bool choose_places(const struct inspected *inspected, const struct topic *topic,
                          int32_t partition, rd_kafka_topic_partition_list_t *places,
                          struct error *err) {
    if (topic != NULL) {
        int count = 0;
        if (!bus_partitions(inspected->consumer, topic->name, &count, err)) {
            return false;
        }
        rd_kafka_topic_partition_list_add(places, topic->name, partition);
        return partition < count ||
               error_set(err, ERROR_INVALID, "UNKNOWN", "%s has %d partitions", topic->name, count);
    }
    for (size_t i = 0; i < topics_count; i++) {
        if (topics[i].is_input && topic_has_worker(&topics[i], inspected->worker->name) &&
            !add_partitions(inspected, &topics[i], places, err)) {
            return false;
        }
    }
    return true;
}

static bool survey_once(const struct inspection *inspection, const struct topic *topic,
                        int32_t partition, struct inspected *inspected, struct error *err) {
    rd_kafka_topic_partition_list_t *places = rd_kafka_topic_partition_list_new(64);
    if (!choose_places(inspected, topic, partition, places, err)) {
        rd_kafka_topic_partition_list_destroy(places);
        return false;
    }
    survey_fini(&inspected->survey);
    inspected->survey = (struct survey){.settings = inspection->settings,
                                        .worker = inspected->worker->name,
                                        .clock_topic = inspected->clock_topic,
                                        .installation = slice_of(inspection->installation),
                                        .consumer = inspected->consumer};
    return survey_read(&inspected->survey, inspection->db, inspection->arena, places, err);
}

static bool is_any_stopped(const struct survey *survey) {
    for (size_t i = 0; i < survey->places_count; i++) {
        if (verdict_stops(verdict_of(&survey->places[i].markers))) {
            return true;
        }
    }
    return false;
}

bool inspection_look(const struct inspection *inspection, const struct worker *worker,
                     const struct topic *topic, int32_t partition, struct inspected *inspected,
                     struct error *err) {
    *inspected = (struct inspected){.worker = worker};
    bus_group(worker->name, inspected->group);
    topic_name_clock(worker->name, inspected->clock_topic);
    if (!bus_onlooker_open(inspection->settings, inspected->group, &inspected->consumer, err) ||
        !survey_once(inspection, topic, partition, inspected, err)) {
        return false;
    }
    /* A worker that begins a partition between the questions looks as if something was lost. */
    if (is_any_stopped(&inspected->survey) &&
        !survey_once(inspection, topic, partition, inspected, err)) {
        return false;
    }
    return remedy_load_open(inspection->db, inspection->arena, worker->name, &inspected->open,
                            &inspected->open_count, err);
}

void inspection_leave(struct inspected *inspected) {
    survey_fini(&inspected->survey);
    bus_close(&inspected->consumer);
}

bool inspection_members(const struct inspected *inspected, int *members, struct error *err) {
    const struct rd_kafka_group_list *groups = NULL;
    rd_kafka_resp_err_t code =
        rd_kafka_list_groups(inspected->consumer, inspected->group, &groups, GROUP_TIMEOUT_MS);
    *members = 0;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "members of %s: %s",
                         inspected->group, rd_kafka_err2str(code));
    }
    for (int i = 0; i < groups->group_cnt; i++) {
        *members += groups->groups[i].member_cnt;
    }
    rd_kafka_group_list_destroy(groups);
    return true;
}

struct slice inspection_remedies(struct arena *arena, const struct inspected *inspected,
                                 const struct survey_place *place) {
    for (size_t i = 0; i < inspected->open_count; i++) {
        const struct remedy *remedy = &inspected->open[i];
        if (remedy->partition == place->partition && slice_is(remedy->topic, place->topic)) {
            return arena_format(arena, "%s: %s",
                                words_text(&remedy_state_words, (int)remedy->state),
                                words_text(&remedy_action_words, (int)remedy->action));
        }
    }
    if (!verdict_stops(verdict_of(&place->markers))) {
        return slice_none();
    }
    bool adopts = remedy_sentence(REMEDY_ADOPT, &place->markers) != NULL;
    bool republishes = remedy_sentence(REMEDY_REPUBLISH, &place->markers) != NULL;
    return slice_of(adopts && republishes ? "adopt or republish" : adopts ? "adopt" : "republish");
}
