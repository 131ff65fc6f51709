#include "common/runtime/auditor.h"

#include <pthread.h>
#include <stdlib.h>

#include "common/runtime/audit_round.h"
#include "common/runtime/clock.h"
#include "common/runtime/hooks.h"
#include "common/runtime/log.h"
#include "common/runtime/watch.h"

enum {
    LOOK_EVERY_MS = 3000,
    LOOK_SHORT_MS = 500,    /* for tests */
    LOADED_MS = 3000,       /* a full batch within it: the worker is busy */
    LOOK_LOADED_MS = 60000, /* between looks then */
    BACKOFF_MOST_MS = 60000,
    REOPEN_MS = 3600 * 1000,
    SLICE_MS = 100,
};

struct auditor {
    const struct settings *settings;
    const char *worker;
    pthread_t thread;
    struct watch *watch;
    atomic_bool is_stopping;
    atomic_bool is_resting; /* not appointed, or stopping */
    _Atomic int64_t loaded_at_ms;
};

static bool is_loaded(struct auditor *auditor) {
    return clock_monotonic_ms() - auditor->loaded_at_ms < LOADED_MS;
}

/* True unless it is to rest meanwhile. */
static bool wait(struct auditor *auditor, int64_t wait_ms) {
    int64_t from_ms = clock_monotonic_ms();
    while (!auditor->is_resting && clock_monotonic_ms() - from_ms < wait_ms)
        clock_sleep_ms(SLICE_MS);
    return !auditor->is_resting;
}

static bool wait_for_turn(struct auditor *auditor, bool is_behind) {
    int64_t from_ms = clock_monotonic_ms();
    int64_t every_ms = audit_grace_ms() < LOOK_EVERY_MS * 2 ? LOOK_SHORT_MS : LOOK_EVERY_MS;
    if (!wait(auditor, is_behind ? SLICE_MS : every_ms))
        return false;
    while (is_loaded(auditor) && clock_monotonic_ms() - from_ms < LOOK_LOADED_MS)
        if (!wait(auditor, SLICE_MS))
            return false;
    return true;
}

/* As long as it is appointed and nothing fails, for an hour: then new partitions are seen. */
static bool look_on(struct auditor *auditor, int64_t *failures, struct error *err) {
    struct arena arena CLEANUP(arena_fini);
    struct output_reader reader = {0};
    struct audit_round round = {0};
    struct db *db = NULL;
    arena_init(&arena);
    bool ok = db_open(auditor->settings->postgres_conninfo, &db, err) &&
              output_reader_open(&reader, auditor->settings, auditor->worker, &arena, err) &&
              audit_round_init(&round, auditor->settings, db, &reader, &auditor->is_resting, err);
    int64_t until_ms = clock_monotonic_ms() + REOPEN_MS;
    while (ok && clock_monotonic_ms() < until_ms && wait_for_turn(auditor, round.is_behind)) {
        ok = audit_round_look(&round, err);
        *failures = ok ? 0 : *failures;
    }
    if (round.reader != NULL)
        audit_round_fini(&round);
    output_reader_close(&reader);
    db_close(db);
    return ok;
}

static void *auditor_main(void *argument) {
    struct auditor *auditor = argument;
    int64_t failures = 0;
    watch_attach(auditor->watch);
    while (!auditor->is_stopping) {
        struct error err = {0};
        if (auditor->is_resting) {
            clock_sleep_ms(SLICE_MS);
            continue;
        }
        if (look_on(auditor, &failures, &err))
            continue;
        int64_t wait_ms = LOOK_EVERY_MS << (failures < 5 ? failures : 5);
        failures++;
        log_line(LOG_LEVEL_WARNING, auditor->worker, "auditor: %s: %s; again in %lld ms", err.code,
                 err.text, (long long)(wait_ms < BACKOFF_MOST_MS ? wait_ms : BACKOFF_MOST_MS));
        (void)wait(auditor, wait_ms < BACKOFF_MOST_MS ? wait_ms : BACKOFF_MOST_MS);
    }
    return NULL;
}

struct auditor *auditor_start(const struct settings *settings, const char *worker,
                              struct watch *watch) {
    struct auditor *auditor = calloc(1, sizeof(*auditor));
    if (auditor == NULL)
        abort();
    auditor->settings = settings;
    auditor->worker = worker;
    auditor->watch = watch;
    auditor->is_resting = true;
    auditor->loaded_at_ms = clock_monotonic_ms() - LOADED_MS;
    if (pthread_create(&auditor->thread, NULL, auditor_main, auditor) != 0)
        abort();
    return auditor;
}

void auditor_ask_to_stop(struct auditor *auditor) {
    if (auditor == NULL)
        return;
    auditor->is_stopping = true;
    auditor->is_resting = true;
}

void auditor_stop(struct auditor *auditor) {
    if (auditor == NULL)
        return;
    WATCHED(WATCH_CLOSE);
    auditor_ask_to_stop(auditor);
    pthread_join(auditor->thread, NULL);
    free(auditor);
}

void auditor_appoint(struct auditor *auditor, bool is_appointed) {
    if (auditor != NULL)
        auditor->is_resting =
            !is_appointed || auditor->is_stopping || hook_is_sabotaged("no_auditor");
}

void auditor_note_load(struct auditor *auditor) {
    if (auditor != NULL)
        auditor->loaded_at_ms = clock_monotonic_ms();
}
