#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/runtime/admin.h"
#include "common/runtime/log.h"
#include "common/runtime/loop.h"
#include "common/runtime/runtime.h"
#include "common/runtime/zone_file.h"

enum { WORKERS_MOST = 16, EXIT_CONFIGURATION = 78 };

static atomic_bool is_stop_asked;

void runtime_stop(void) {
    is_stop_asked = true;
}

static bool has_any_ended(const struct loop *loops, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (loops[i].has_ended)
            return true;
    return false;
}

/* Until a signal, runtime_stop, or a worker that ended by itself. */
static void wait_for_end(struct loop *loops, size_t count, const sigset_t *signals) {
    const struct timespec pause = {.tv_nsec = 200 * 1000 * 1000};
    while (!is_stop_asked && !has_any_ended(loops, count)) {
        int signal_number = sigtimedwait(signals, NULL, &pause);
        if (signal_number > 0) {
            log_line(LOG_LEVEL_INFO, "guichet", "stops: %s", strsignal(signal_number));
            return;
        }
    }
}

/* Stops all loops and waits for them; the first code that is not 0. */
static int stop_all(struct loop *loops, size_t count) {
    int exit_code = 0;
    for (size_t i = 0; i < count; i++)
        loop_stop(&loops[i]);
    for (size_t i = 0; i < count; i++) {
        int code = loop_join(&loops[i]);
        exit_code = exit_code == 0 ? code : exit_code;
    }
    return exit_code;
}

/* Until the end, which is watched over too: a stuck call must not keep the process. */
static int run_started(struct loop *loops, size_t count, const sigset_t *signals) {
    struct watch own = {.name = "guichet"};
    struct watch *watches[3 * WORKERS_MOST + 1];
    struct watchman watchman;
    for (size_t i = 0; i < count; i++) {
        watches[3 * i] = &loops[i].watch;
        watches[3 * i + 1] = &loops[i].publisher_watch;
        watches[3 * i + 2] = &loops[i].auditor_watch;
    }
    watches[3 * count] = &own;
    watch_attach(&own);
    watchman_start(&watchman, watches, 3 * count + 1);
    wait_for_end(loops, count, signals);
    int exit_code = stop_all(loops, count);
    watchman_stop(&watchman);
    watch_attach(NULL);
    return exit_code;
}

/* Counts the workers and gives each its place, before there are threads. */
static size_t prepare_board(const struct worker *const *list, struct status_board **board,
                            struct status **places) {
    const char *names[WORKERS_MOST];
    size_t count = 0;
    for (; list[count] != NULL; count++) {
        assert(count < WORKERS_MOST);
        names[count] = list[count]->name;
    }
    metrics_start(names, count);
    *board = status_board_new();
    for (size_t i = 0; i < count; i++)
        places[i] = status_add(*board, names[i]);
    return count;
}

int runtime_run(const struct settings *settings, const struct worker *const *list) {
    struct error err = {0};
    struct vault vault;
    struct zone *zone = calloc(1, sizeof(*zone));
    struct loop *loops = calloc(WORKERS_MOST, sizeof(*loops));
    if (zone == NULL || loops == NULL)
        abort();
    if (!zone_file_read(ZONE_OF_THE_LAW, zone, &err) || !vault_open(settings, &vault, &err)) {
        log_line(LOG_LEVEL_ERROR, "guichet", "%s", err.text);
        free(zone);
        free(loops);
        return EXIT_CONFIGURATION;
    }
    sigset_t signals;
    sigset_t before;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &signals, &before);
    json_object_seed(0); /* before there are threads */
    /* A transaction frees tens of thousands of small pieces, the headers of its outputs. They are
     * merged at once: taken again one by one from wherever they lie, each would be a cache miss. */
    (void)mallopt(M_MXFAST, 0);
    is_stop_asked = false;
    struct status_board *board = NULL;
    struct admin_server *admin = NULL;
    struct status *places[WORKERS_MOST];
    size_t count = prepare_board(list, &board, places);
    if (!admin_server_open(settings->admin_listen, board, &admin, &err)) {
        log_line(LOG_LEVEL_ERROR, "guichet", "%s", err.text);
        status_board_destroy(board);
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        vault_close(&vault);
        free(zone);
        free(loops);
        return EXIT_CONFIGURATION;
    }
    for (size_t i = 0; i < count; i++)
        loop_start(&loops[i], &(struct loop_place){.settings = settings,
                                                   .worker = list[i],
                                                   .vault = &vault,
                                                   .zone = zone,
                                                   .status = places[i]});
    int exit_code = run_started(loops, count, &signals);
    admin_server_close(admin);
    status_board_destroy(board);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    vault_close(&vault);
    free(zone);
    free(loops);
    return exit_code;
}
