/* Records on their way from a command to the input topics: structured CloudEvents, and others as
 * they once came. */
#ifndef GUICHET_COMMANDS_OUTGOING_H
#define GUICHET_COMMANDS_OUTGOING_H

#include "common/record/message.h"
#include "common/runtime/settings.h"

struct outgoing {
    const char *topic;
    struct slice key; /* absent for a type without an employer */
    struct slice value;
    const struct header *headers; /* NULL: those of a structured CloudEvent */
    size_t headers_count;
};

struct outgoing_list {
    struct outgoing *items;
    size_t count;
    size_t capacity;
};

/* Of structured CloudEvents. */
extern const char outgoing_content_type[44];

void outgoing_append(struct arena *arena, struct outgoing_list *events, struct outgoing event);

/* Sends them in order, and returns when the broker has acknowledged all. ERROR_TRANSIENT with how
 * many it did if not all. */
MUST_CHECK bool outgoing_send(const struct settings *settings, const struct outgoing_list *events,
                              struct error *err);

#endif
