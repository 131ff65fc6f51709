#include "common/record/topics.h"

#include <stdio.h>
#include <string.h>

const struct topic *topic_find(struct slice name) {
    for (size_t i = 0; i < topics_count; i++) {
        if (slice_is(name, topics[i].name)) {
            return &topics[i];
        }
    }
    return NULL;
}

bool topic_carries(const struct topic *topic, struct slice type) {
    for (const char *const *carried = topic->types; *carried != NULL; carried++) {
        if (slice_is(type, *carried)) {
            return true;
        }
    }
    return false;
}

const struct topic *topic_of_type(struct slice type) {
    for (size_t i = 0; i < topics_count; i++) {
        if (topic_carries(&topics[i], type)) {
            return &topics[i];
        }
    }
    return NULL;
}

void topic_name_clock(const char *worker, char name[TOPIC_NAME_SIZE]) {
    (void)snprintf(name, TOPIC_NAME_SIZE, "guichet.%s.clock.v1", worker);
}

bool topic_is_clock(const struct topic *topic) {
    char clock[TOPIC_NAME_SIZE];
    topic_name_clock(topic->workers, clock);
    return strcmp(topic->name, clock) == 0;
}

bool topic_has_worker(const struct topic *topic, const char *worker) {
    size_t size = strlen(worker);
    const char *name = topic->workers;
    while (true) {
        size_t length = strcspn(name, ",");
        if (length == size && memcmp(name, worker, size) == 0) {
            return true;
        }
        if (name[length] == '\0') {
            return false;
        }
        name += length + 1;
    }
}

bool topic_is_output_of(const struct topic *topic, const char *worker) {
    return !topic->is_input && (topic_has_worker(topic, worker) || topic_has_worker(topic, "any"));
}
