/* Both servers seen from outside, without a running process and without joining a group: where the
 * partitions of each worker stand, as settling would judge them. */
#ifndef GUICHET_COMMANDS_INSPECTION_H
#define GUICHET_COMMANDS_INSPECTION_H

#include "common/record/topics.h"
#include "common/runtime/bus.h"
#include "common/runtime/remedy_log.h"
#include "common/runtime/survey.h"
#include "common/runtime/worker.h"

struct inspection {
    struct arena *arena;
    const struct settings *settings;
    struct db *db;
    char installation[UUID_TEXT_SIZE];
};

/* One worker, seen: end with inspection_leave. */
struct inspected {
    const struct worker *worker;
    char group[BUS_GROUP_SIZE];
    char clock_topic[TOPIC_NAME_SIZE];
    rd_kafka_t *consumer; /* of the group, without being a member */
    struct survey survey;
    struct remedy *open; /* remedies that are not finished */
    size_t open_count;
};

/* Waits for both servers (guichet.start_timeout_seconds). End with inspection_close, also on false;
 * start with `{0}`. */
MUST_CHECK bool inspection_open(struct inspection *inspection, const struct settings *settings,
                                struct arena *arena, struct error *err);
void inspection_close(struct inspection *inspection);

/* Looks at one partition of a worker, or, with no topic, at all partitions of all that it reads.
 * ERROR_INVALID if there is no such partition. End with inspection_leave, also on false. */
MUST_CHECK bool inspection_look(const struct inspection *inspection, const struct worker *worker,
                                const struct topic *topic, int32_t partition,
                                struct inspected *inspected, struct error *err);
void inspection_leave(struct inspected *inspected);

/* Members of the worker's group; 0: nobody. */
MUST_CHECK bool inspection_members(const struct inspected *inspected, int *members,
                                   struct error *err);

/* What can be done about a partition, in few words: "adopt", "adopt or republish", "asked: adopt";
 * absent: nothing need be. */
struct slice inspection_remedies(struct arena *arena, const struct inspected *inspected,
                                 const struct survey_place *place);

#endif
