#include "workers/commands/worker_names.h"

#include <string.h>

#include "common/base/buffer.h"

static bool refuse_name(const char *name, struct error *err) {
    struct arena arena CLEANUP(arena_fini);
    struct buffer names;
    arena_init(&arena);
    buffer_init(&names, &arena, 128);
    for (const struct worker *const *known = workers; *known != NULL; known++) {
        buffer_append_text(&names, names.size > 0 ? ", " : "");
        buffer_append_text(&names, (*known)->name);
    }
    return error_set(err, ERROR_INVALID, "USAGE", "no worker is called %.64s: there are %.*s", name,
                     SLICE_FORMAT(buffer_slice(&names)));
}

bool worker_named(const char *name, const struct worker **worker, struct error *err) {
    *worker = worker_find(name);
    return *worker != NULL || refuse_name(name, err);
}

bool worker_names_check(const struct options *options, size_t first, struct error *err) {
    for (size_t i = first; i < options->arguments_count; i++) {
        const struct worker *worker;
        if (!worker_named(options->arguments[i], &worker, err)) {
            return false;
        }
    }
    return true;
}

bool worker_names_mean(const struct options *options, size_t first, const struct worker *worker) {
    for (size_t i = first; i < options->arguments_count; i++) {
        if (strcmp(options->arguments[i], worker->name) == 0) {
            return true;
        }
    }
    return options->arguments_count <= first;
}
