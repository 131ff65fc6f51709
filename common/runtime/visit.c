#include "common/runtime/visit.h"

#include <stdlib.h>

#include "common/runtime/clock.h"
#include "common/runtime/loop.h"
#include "common/runtime/zone_file.h"

enum { ASK_EVERY_MS = 200 };

static bool stay(struct loop *loop, bool (*is_done)(void *context), void *context,
                 int64_t timeout_ms) {
    int64_t until_ms = clock_monotonic_ms() + timeout_ms;
    bool done = false;
    while (!done && !loop->has_ended && clock_monotonic_ms() < until_ms) {
        clock_sleep_ms(ASK_EVERY_MS);
        done = is_done(context);
    }
    return done;
}

bool visit(const struct settings *settings, const struct worker *worker,
           bool (*is_done)(void *context), void *context, int64_t timeout_ms, struct error *err) {
    /* Not under the name of an instance, which may come back at any moment. */
    struct settings own = *settings;
    struct vault vault;
    struct zone *zone = calloc(1, sizeof(*zone));
    struct loop *loop = calloc(1, sizeof(*loop));
    if (zone == NULL || loop == NULL)
        abort();
    own.instance = "";
    if (!zone_file_read(ZONE_OF_THE_LAW, zone, err) || !vault_open(settings, &vault, err)) {
        free(zone);
        free(loop);
        return false;
    }
    json_object_seed(0); /* before there are threads */
    metrics_start(&worker->name, 1);
    struct status_board *board = status_board_new();
    loop_start(loop, &(struct loop_place){.settings = &own,
                                          .worker = worker,
                                          .vault = &vault,
                                          .zone = zone,
                                          .status = status_add(board, worker->name),
                                          .is_visiting = true});
    struct watch *const watches[] = {&loop->watch, &loop->publisher_watch, &loop->auditor_watch};
    struct watchman watchman;
    watchman_start(&watchman, watches, COUNT_OF(watches));
    bool done = stay(loop, is_done, context, timeout_ms);
    loop_stop(loop);
    int code = loop_join(loop);
    watchman_stop(&watchman);
    status_board_destroy(board);
    vault_close(&vault);
    free(zone);
    free(loop);
    return done || error_set(err, code == 0 ? ERROR_TRANSIENT : ERROR_FATAL, "NOT_EXECUTED",
                             "joining the group in place of a process of worker %s did not help",
                             worker->name);
}
