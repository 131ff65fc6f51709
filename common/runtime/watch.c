#include "common/runtime/watch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/runtime/clock.h"
#include "common/runtime/log.h"

enum {
    LOOK_EVERY_MS = 500,
    ASLEEP_MS = 10 * 1000,
    EXIT_AGAIN = 75,
    CALL_BITS = 8,
    CALL_MASK = 255
};

/* Each limit is what the call is given itself, and half a minute or more for a machine that is
 * busy.
 */
static const struct {
    const char *name;
    int64_t limit_ms;
} calls[] = {
    [WATCH_NOTHING] = {"nothing", 0},
    [WATCH_CONNECT] = {"a connection to the database", 60 * 1000},
    [WATCH_STATEMENT] = {"a statement of the database", 90 * 1000},
    [WATCH_QUESTION] = {"a question to the broker", 60 * 1000},
    [WATCH_COMMITTED] = {"the question for committed offsets", 90 * 1000},
    [WATCH_PRODUCER] = {"the begin of a producer", 120 * 1000},
    [WATCH_PUBLISH] = {"publishing", 120 * 1000},
    [WATCH_WAIT] = {"the wait for the publisher", 600 * 1000},
    [WATCH_POLL] = {"polling", 600 * 1000},
    [WATCH_ASSIGN] = {"an assignment", 60 * 1000},
    [WATCH_CLOSE] = {"the end of a client of Kafka", 120 * 1000},
};

static _Thread_local struct watch *attached;

void watch_attach(struct watch *watch) {
    attached = watch;
}

/* One word, so that call and instant are always of the same moment. */
static uint64_t state_since(int64_t since_ms, enum watch_call call) {
    return ((uint64_t)since_ms << CALL_BITS) | (uint64_t)call;
}

uint64_t watch_begin(enum watch_call call) {
    if (attached == NULL)
        return 0;
    return atomic_exchange(&attached->state, state_since(clock_monotonic_ms(), call));
}

void watch_end(const uint64_t *before) {
    if (attached == NULL)
        return;
    enum watch_call call = (enum watch_call)(*before & CALL_MASK);
    atomic_store(&attached->state,
                 call == WATCH_NOTHING ? 0 : state_since(clock_monotonic_ms(), call));
}

enum watch_call watch_read(const struct watch *watch, int64_t now_ms, int64_t *since_ms) {
    uint64_t state = atomic_load(&watch->state);
    enum watch_call call = (enum watch_call)(state & CALL_MASK);
    *since_ms = call == WATCH_NOTHING ? 0 : now_ms - (int64_t)(state >> CALL_BITS);
    return call;
}

static void look(const struct watch *watch, int64_t now_ms, int64_t awake_since_ms) {
    int64_t since_ms = 0;
    enum watch_call call = watch_read(watch, now_ms, &since_ms);
    int64_t awake_ms = now_ms - awake_since_ms;
    since_ms = since_ms < awake_ms ? since_ms : awake_ms;
    if (call == WATCH_NOTHING || since_ms <= calls[call].limit_ms)
        return;
    log_line(LOG_LEVEL_ERROR, watch->name, "%s has taken %lld s and is stuck: ends the process",
             calls[call].name, (long long)since_ms / 1000);
    _exit(EXIT_AGAIN);
}

static void *watchman_main(void *argument) {
    struct watchman *watchman = argument;
    int64_t looked_at_ms = clock_monotonic_ms();
    int64_t awake_since_ms = 0;
    while (!watchman->is_over) {
        int64_t now_ms = clock_monotonic_ms();
        if (now_ms - looked_at_ms > ASLEEP_MS)
            awake_since_ms = now_ms; /* the process was frozen, and the calls with it */
        looked_at_ms = now_ms;
        for (size_t i = 0; i < watchman->count; i++)
            look(watchman->watches[i], now_ms, awake_since_ms);
        clock_sleep_ms(LOOK_EVERY_MS);
    }
    return NULL;
}

void watchman_start(struct watchman *watchman, struct watch *const *watches, size_t count) {
    *watchman = (struct watchman){.watches = watches, .count = count};
    if (pthread_create(&watchman->thread, NULL, watchman_main, watchman) != 0)
        abort();
}

void watchman_stop(struct watchman *watchman) {
    watchman->is_over = true;
    pthread_join(watchman->thread, NULL);
}
