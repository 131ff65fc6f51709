/* Every event type that the workers read or write, in one place: for the commands that deal with
 * types of all workers. */
#ifndef GUICHET_COMMANDS_CATALOGUE_H
#define GUICHET_COMMANDS_CATALOGUE_H

#include "common/base/arena.h"
#include "common/runtime/worker.h"

struct event_type {
    const struct worker *worker; /* of several that write it, the first */
    const struct shape *shape;
};

/* False if no worker knows the type ("guichet.affiliation.requested.v1"). */
MUST_CHECK bool catalogue_find(const char *type, struct event_type *found);

/* The inputs of all workers in one array in the arena. */
const struct input_type *catalogue_inputs(struct arena *arena, size_t *count);

#endif
