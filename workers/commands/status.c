/* `guichet status`: one screen on how the whole installation stands. Exit code 65 if a partition is
 * stopped. */
#include <sysexits.h>

#include "common/runtime/zone_file.h"
#include "workers/commands/commands.h"
#include "workers/commands/options.h"
#include "workers/commands/state.h"

static bool tell(const struct settings *settings, struct arena *arena, bool is_json,
                 size_t *stopped, struct error *err) {
    struct zone zone;
    struct inspection inspection = {0};
    struct state state = {0};
    bool ok = zone_file_read(ZONE_OF_THE_LAW, &zone, err) &&
              inspection_open(&inspection, settings, arena, err) &&
              state_read(&inspection, &state, err);
    if (ok && is_json) {
        state_print_json(&state);
    } else if (ok) {
        state_print(&state, &zone);
    }
    *stopped = state.stopped;
    state_fini(&state);
    inspection_close(&inspection);
    return ok;
}

int command_status(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    bool is_json = false;
    size_t stopped = 0;
    struct options options;
    struct settings settings;
    struct error err;
    const struct option_flag flags[] = {{"--json", &is_json}, {NULL, NULL}};
    if (!options_parse(argc, argv, flags, 0, 0, &options, &err) ||
        !options_read_settings(&options, &arena, &settings, &err) ||
        !tell(&settings, &arena, is_json, &stopped, &err)) {
        return options_failed(argv[0], &err);
    }
    return stopped == 0 ? EX_OK : EX_DATAERR;
}
