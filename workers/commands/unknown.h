/* What a worker has published and its database knows nothing of: after an older database was put in
 * place, the outputs of inputs that it has not decided yet. */
#ifndef GUICHET_COMMANDS_UNKNOWN_H
#define GUICHET_COMMANDS_UNKNOWN_H

#include "workers/commands/partition.h"

enum { UNKNOWN_SHOWN_MOST = 100 };

struct unknown_event {
    struct slice id;
    struct slice type;    /* of a dead letter: its reason */
    struct slice subject; /* of a dead letter: the position of its input */
};

struct unknown_events {
    struct unknown_event shown[UNKNOWN_SHOWN_MOST]; /* the first ones */
    size_t shown_count;
    size_t total;
};

/* Reads the worker's output topics, as a read-committed reader sees them, from an hour before what
 * the database last decided of the partition, and asks of each event whether its cause is in the
 * journal. Of the whole worker, since its partitions were set back together. */
MUST_CHECK bool unknown_events_find(const struct partition_case *about,
                                    struct unknown_events *unknown, struct error *err);

void unknown_events_print(struct arena *arena, const struct unknown_events *unknown);

#endif
