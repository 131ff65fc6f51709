#include "common/runtime/survey.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "common/record/topics.h"
#include "common/runtime/bus.h"
#include "common/runtime/bus_refusal.h"
#include "common/runtime/evidence.h"
#include "common/runtime/watch.h"

enum {
    COMMITTED_TIMEOUT_MS = 25000, /* another instance's open transaction holds the answer back */
};

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
    survey->is_held_back = code == RD_KAFKA_RESP_ERR__TIMED_OUT;
    char group[BUS_GROUP_SIZE];
    bus_group(survey->worker, group);
    return bus_right_allows(code, group, survey->settings, err) &&
           error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "committed offsets: %s",
                     rd_kafka_err2str(code));
}

/* True if no topic that only this worker writes has ever had a record. Asked only while it could
 * make a difference. */
static bool read_outputs_empty(struct survey *survey, struct error *err) {
    survey->outputs_are_empty = survey->progress_count == 0;
    if (!survey->outputs_are_empty)
        return true;
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

/* What another program left there may be anything: only what looks like ours is kept. */
static void keep_metadata(struct markers *markers, struct slice metadata) {
    size_t used = 0;
    for (size_t i = 0; i < metadata.size && metadata.data[i] != '\0'; i++)
        if (used + 1 < sizeof(markers->committed_by))
            markers->committed_by[used++] =
                isalnum((unsigned char)metadata.data[i]) || metadata.data[i] == '-'
                    ? metadata.data[i]
                    : '?';
    markers->committed_by[used] = '\0';
}

static bool read_place(const struct survey *survey, struct survey_place *place, struct error *err) {
    struct markers *markers = &place->markers;
    const struct progress *progress = survey_progress(survey, place->topic, place->partition);
    const rd_kafka_topic_partition_t *committed =
        rd_kafka_topic_partition_list_find(survey->committed, place->topic, place->partition);
    *markers = (struct markers){.has_progress_elsewhere = survey->progress_count > 0,
                                .outputs_are_empty = survey->outputs_are_empty,
                                .is_clock = strcmp(place->topic, survey->clock_topic) == 0,
                                .last_offset = -1,
                                .last_committed = -1};
    if (!bus_bounds(survey->consumer, place->topic, place->partition, &markers->low, &markers->high,
                    err))
        return false;
    if (committed->offset >= 0) {
        struct slice metadata = {committed->metadata, committed->metadata_size};
        markers->has_c = true;
        markers->c = committed->offset;
        markers->is_other_installation = !slice_equal(metadata, survey->installation);
        keep_metadata(markers, metadata);
    }
    if (progress == NULL)
        return true;
    markers->has_p = true;
    markers->p = progress->next_offset;
    markers->start = progress->start_offset;
    markers->last_offset = progress->last_offset;
    markers->last_timestamp_ms = progress->last_timestamp_ms;
    markers->last_checksum = progress->last_checksum;
    markers->last_committed = progress->last_committed;
    return true;
}

static void compare(struct markers *markers, const struct evidence *item) {
    markers->is_found = item->is_found;
    markers->found_timestamp_ms = item->timestamp_ms;
    markers->found_checksum = item->checksum;
    markers->is_other_record =
        item->is_found && (item->timestamp_ms != markers->last_timestamp_ms ||
                           item->checksum != markers->last_checksum);
}

/* The record before p, where there is one and the log may still hold it. */
static bool read_evidence(struct survey *survey, struct arena *arena, struct error *err) {
    struct evidence *items = arena_array(arena, survey->places_count, sizeof(*items));
    struct markers **of = arena_array(arena, survey->places_count, sizeof(struct markers *));
    size_t count = 0;
    for (size_t i = 0; i < survey->places_count; i++) {
        struct survey_place *place = &survey->places[i];
        int64_t offset = place->markers.last_offset;
        if (offset < 0 || offset < place->markers.low || offset >= place->markers.high)
            continue;
        items[count] = (struct evidence){
            .topic = place->topic, .partition = place->partition, .offset = offset};
        of[count++] = &place->markers;
    }
    char group[BUS_GROUP_SIZE];
    bus_group(survey->worker, group);
    if (!evidence_read(survey->settings, group, items, count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        compare(of[i], &items[i]);
    return true;
}

const struct markers *survey_markers(const struct survey *survey, const char *topic,
                                     int32_t partition) {
    size_t i = 0;
    while (i < survey->places_count && (survey->places[i].partition != partition ||
                                        strcmp(survey->places[i].topic, topic) != 0))
        i++;
    assert(i < survey->places_count);
    return &survey->places[i].markers;
}

bool survey_read(struct survey *survey, struct db *db, struct arena *arena,
                 rd_kafka_topic_partition_list_t *partitions, struct error *err) {
    survey->committed = partitions;
    survey->places_count = (size_t)partitions->cnt;
    survey->places = arena_array(arena, survey->places_count, sizeof(*survey->places));
    /* In this order, since a worker may be going on meanwhile: c never overtakes p, and neither the
     * end of the log. */
    if (!read_committed(survey, err) ||
        !progress_load(db, survey->worker, arena, &survey->progress, &survey->progress_count,
                       err) ||
        !read_outputs_empty(survey, err))
        return false;
    for (size_t i = 0; i < survey->places_count; i++) {
        survey->places[i].topic = partitions->elems[i].topic;
        survey->places[i].partition = partitions->elems[i].partition;
        if (!read_place(survey, &survey->places[i], err))
            return false;
    }
    return read_evidence(survey, arena, err);
}

void survey_fini(struct survey *survey) {
    if (survey->committed != NULL)
        rd_kafka_topic_partition_list_destroy(survey->committed);
    survey->committed = NULL;
}
