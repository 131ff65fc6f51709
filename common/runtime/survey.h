/* Where the partitions of a worker stand: the database's markers, the group's, the log's bounds and
 * the evidence that these belong together. Reads only; settling and the commands act on it. */
#ifndef GUICHET_RUNTIME_SURVEY_H
#define GUICHET_RUNTIME_SURVEY_H

#include <librdkafka/rdkafka.h>

#include "common/runtime/progress.h"
#include "common/runtime/settings.h"
#include "common/runtime/verdict.h"

struct survey_place {
    const char *topic;
    int32_t partition;
    struct markers markers;
};

struct survey {
    const struct settings *settings;
    const char *worker;
    const char *clock_topic;
    struct slice installation;
    rd_kafka_t *consumer;      /* of the worker's group; it need not have joined */
    struct progress *progress; /* all of the worker */
    size_t progress_count;
    rd_kafka_topic_partition_list_t *committed; /* of the partitions asked for */
    bool is_held_back;                          /* an open transaction kept them from being read */
    bool outputs_are_empty;                     /* see struct markers */
    struct survey_place *places;                /* the partitions asked for, in their order */
    size_t places_count;
};

/* Reads all there is to know of `partitions`, which it takes over: topic and partition of each one
 * asked for. To be ended with survey_fini, also on false. ERROR_TRANSIENT if database or broker
 * cannot be reached. */
MUST_CHECK bool survey_read(struct survey *survey, struct db *db, struct arena *arena,
                            rd_kafka_topic_partition_list_t *partitions, struct error *err);
void survey_fini(struct survey *survey);

/* What the database knows of a partition; NULL: nothing. */
const struct progress *survey_progress(const struct survey *survey, const char *topic,
                                       int32_t partition);

/* The markers of one of the partitions asked for. */
const struct markers *survey_markers(const struct survey *survey, const char *topic,
                                     int32_t partition);

#endif
