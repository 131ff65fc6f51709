#include "common/runtime/survey.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/record/topics.h"
#include "common/runtime/bus.h"
#include "common/runtime/bus_refusal.h"
#include "common/runtime/watch.h"

enum {
    COMMITTED_TIMEOUT_MS = 25000, /* another instance's open transaction holds the answer back */
    GROUP_SIZE = 64,
};

static void name_group(const struct survey *survey, char group[GROUP_SIZE]) {
    (void)snprintf(group, GROUP_SIZE, "guichet.%s", survey->worker);
}

const struct progress *survey_progress(const struct survey *survey, const char *topic,
                                       int32_t partition) {
    for (size_t i = 0; i < survey->progress_count; i++)
        if (survey->progress[i].partition == partition &&
            slice_is(survey->progress[i].topic, topic))
            return &survey->progress[i];
    return NULL;
}

static bool read_committed(struct survey *survey, struct error *err) {
    WATCHED(WATCH_COMMITTED);
    rd_kafka_resp_err_t code =
        rd_kafka_committed(survey->consumer, survey->committed, COMMITTED_TIMEOUT_MS);
    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < survey->committed->cnt; i++)
        code = survey->committed->elems[i].err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    char group[GROUP_SIZE];
    name_group(survey, group);
    return bus_right_allows(code, group, survey->settings, err) &&
           error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "committed offsets: %s",
                     rd_kafka_err2str(code));
}

/* True if no topic that only this worker writes has ever had a record. */
static bool read_outputs_empty(struct survey *survey, struct error *err) {
    survey->outputs_are_empty = true;
    for (size_t i = 0; i < topics_count; i++) {
        const struct topic *topic = &topics[i];
        if (topic->is_input || strcmp(topic->workers, survey->worker) != 0)
            continue;
        int partitions = 0;
        if (!bus_partitions(survey->consumer, topic->name, &partitions, err))
            return false;
        for (int partition = 0; partition < partitions; partition++) {
            int64_t low = 0;
            int64_t high = 0;
            if (!bus_bounds(survey->consumer, topic->name, partition, &low, &high, err))
                return false;
            survey->outputs_are_empty = survey->outputs_are_empty && high == 0;
        }
    }
    return true;
}

static bool read_evidence(const struct survey *survey, const char *topic,
                          const struct progress *progress, struct markers *markers,
                          struct error *err) {
    if (progress->last_offset < 0 || progress->last_offset < markers->low ||
        progress->last_offset >= markers->high)
        return true;
    bool found = false;
    int64_t timestamp_ms = 0;
    int64_t checksum = 0;
    char group[GROUP_SIZE];
    name_group(survey, group);
    if (!bus_evidence(survey->settings, group, topic, progress->partition, progress->last_offset,
                      &found, &timestamp_ms, &checksum, err))
        return false;
    markers->is_other_record = found && (timestamp_ms != progress->last_timestamp_ms ||
                                         checksum != progress->last_checksum);
    return true;
}

bool survey_markers(const struct survey *survey, const char *topic, int32_t partition,
                    struct markers *markers, struct error *err) {
    const struct progress *progress = survey_progress(survey, topic, partition);
    const rd_kafka_topic_partition_t *committed =
        rd_kafka_topic_partition_list_find(survey->committed, topic, partition);
    assert(committed != NULL);
    *markers = (struct markers){.has_progress_elsewhere = survey->progress_count > 0,
                                .outputs_are_empty = survey->outputs_are_empty,
                                .is_clock = strcmp(topic, survey->clock_topic) == 0};
    if (!bus_bounds(survey->consumer, topic, partition, &markers->low, &markers->high, err))
        return false;
    if (committed->offset >= 0) {
        struct slice metadata = {committed->metadata, committed->metadata_size};
        markers->has_c = true;
        markers->c = committed->offset;
        markers->is_other_installation = !slice_equal(metadata, survey->installation);
    }
    if (progress == NULL)
        return true;
    markers->has_p = true;
    markers->p = progress->next_offset;
    markers->start = progress->start_offset;
    return read_evidence(survey, topic, progress, markers, err);
}

bool survey_read(struct survey *survey, struct db *db, struct arena *arena,
                 rd_kafka_topic_partition_list_t *partitions, struct error *err) {
    survey->committed = partitions;
    return progress_load(db, survey->worker, arena, &survey->progress, &survey->progress_count,
                         err) &&
           read_committed(survey, err) && read_outputs_empty(survey, err);
}

void survey_fini(struct survey *survey) {
    if (survey->committed != NULL)
        rd_kafka_topic_partition_list_destroy(survey->committed);
    survey->committed = NULL;
}
