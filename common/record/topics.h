/* The table of topics, made at build time from schemas/topics: the one list that `guichet topics`,
 * the readers and the tests use. */
#ifndef GUICHET_RECORD_TOPICS_H
#define GUICHET_RECORD_TOPICS_H

#include "common/base/slice.h"

struct topic {
    const char *name;
    bool is_input;
    const char *workers; /* comma-separated; "any" */
    int partitions;      /* 0: the installation's number */
    bool is_compacted;
    int64_t retention_ms;     /* -1: for ever; of a compacted topic: delete.retention.ms */
    const char *const *types; /* full names with the `guichet.` prefix, NULL-terminated */
};

extern const struct topic topics[];
extern const size_t topics_count;

/* NULL if there is none such. */
const struct topic *topic_find(struct slice name);

/* True if that type (with `guichet.`) may stand on the topic. */
bool topic_carries(const struct topic *topic, struct slice type);

/* The topic that carries a type, or NULL: a type occurs on one topic, but for those of the clocks,
 * of which each worker has one (then: the first). */
const struct topic *topic_of_type(struct slice type);

enum { TOPIC_NAME_SIZE = 250 }; /* Kafka's own bound is 249 */

/* The name of the topic from which a worker has its time. */
void topic_name_clock(const char *worker, char name[TOPIC_NAME_SIZE]);

/* Whether it is the clock of a worker: what stands there is written by the program itself. */
bool topic_is_clock(const struct topic *topic);

/* True if the worker's name is among those of the topic; "any" stands for nobody in particular and
 * is only equal to itself. */
bool topic_has_worker(const struct topic *topic, const char *worker);

/* True if what is written there is an output of the worker, alone or with others. */
bool topic_is_output_of(const struct topic *topic, const char *worker);

#endif
