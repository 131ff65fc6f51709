#include "workers/commands/catalogue.h"

#include <string.h>

static const struct shape *shape_in(const struct worker *worker, const char *type) {
    for (size_t i = 0; i < worker->inputs_count; i++) {
        if (strcmp(worker->inputs[i].type, type) == 0) {
            return worker->inputs[i].shape;
        }
    }
    for (size_t i = 0; i < worker->outputs_count; i++) {
        if (strcmp(worker->outputs[i]->type, type) == 0) {
            return worker->outputs[i]->shape;
        }
    }
    return NULL;
}

bool catalogue_find(const char *type, struct event_type *found) {
    for (const struct worker *const *worker = workers; *worker != NULL; worker++) {
        const struct shape *shape = shape_in(*worker, type);
        if (shape != NULL) {
            *found = (struct event_type){*worker, shape};
            return true;
        }
    }
    return false;
}

const struct input_type *catalogue_inputs(struct arena *arena, size_t *count) {
    *count = 0;
    for (const struct worker *const *worker = workers; *worker != NULL; worker++) {
        *count += (*worker)->inputs_count;
    }
    struct input_type *inputs = arena_array(arena, *count, sizeof(inputs[0]));
    size_t at = 0;
    for (const struct worker *const *worker = workers; *worker != NULL; worker++) {
        for (size_t i = 0; i < (*worker)->inputs_count; i++) {
            inputs[at++] = (*worker)->inputs[i];
        }
    }
    return inputs;
}
