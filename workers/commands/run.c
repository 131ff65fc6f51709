#include "common/runtime/runtime.h"
#include "workers/commands/commands.h"
#include "workers/commands/worker_names.h"

/* The workers named, each once; all of them if none is. */
static bool choose_workers(const struct options *options, struct arena *arena,
                           const struct worker *const **chosen, struct error *err) {
    *chosen = workers;
    if (options->arguments_count == 0) {
        return true;
    }
    size_t count = 0;
    const struct worker **list =
        arena_array(arena, options->arguments_count + 1, sizeof(const struct worker *));
    for (size_t i = 0; i < options->arguments_count; i++) {
        const struct worker *worker;
        if (!worker_named(options->arguments[i], &worker, err)) {
            return false;
        }
        size_t at = 0;
        while (at < count && list[at] != worker) {
            at++;
        }
        list[at] = worker;
        count += at == count;
    }
    *chosen = list;
    return true;
}

int command_run(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct options options;
    struct settings settings;
    const struct worker *const *chosen;
    struct error err;
    if (!options_parse(argc, argv, NULL, 0, OPTIONS_MAX, &options, &err) ||
        !choose_workers(&options, &arena, &chosen, &err) ||
        !options_read_settings(&options, &arena, &settings, &err)) {
        return options_failed(argv[0], &err);
    }
    return runtime_run(&settings, chosen);
}
