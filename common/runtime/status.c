#include "common/runtime/status.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/date.h"
#include "common/runtime/clock.h"
#include "common/runtime/metrics.h"

enum { TOPIC_SIZE = 128 };

enum state { STATE_STARTING, STATE_SETTLING, STATE_SETTLED, STATE_FAILED, STATE_STOPPING };

static const char *const state_names[] = {
    [STATE_STARTING] = "starting", /* broker and database are being reached, or the group joined */
    [STATE_SETTLING] = "settling", /* an assignment is being looked at */
    [STATE_SETTLED] = "settled",   /* at work */
    [STATE_FAILED] = "failed",     /* is tried again */
    [STATE_STOPPING] = "stopping",
};

struct place {
    char topic[TOPIC_SIZE];
    int32_t partition;
    enum verdict verdict;
    int64_t next_offset;
};

struct status {
    struct status_board *board;
    const char *worker;
    enum state state;
    int64_t since_ms;
    char code[sizeof(((struct error *)NULL)->code)]; /* of the failure, else empty */
    struct place *places;
    size_t places_count;
    size_t places_capacity;
};

struct status_board {
    pthread_mutex_t mutex; /* over all that follows */
    struct status workers[METRIC_WORKERS_MOST];
    size_t workers_count;
};

struct status_board *status_board_new(void) {
    struct status_board *board = calloc(1, sizeof(*board));
    if (board == NULL)
        abort();
    pthread_mutex_init(&board->mutex, NULL);
    return board;
}

void status_board_destroy(struct status_board *board) {
    for (size_t i = 0; i < board->workers_count; i++)
        free(board->workers[i].places);
    pthread_mutex_destroy(&board->mutex);
    free(board);
}

struct status *status_add(struct status_board *board, const char *worker) {
    assert(board->workers_count < METRIC_WORKERS_MOST);
    struct status *status = &board->workers[board->workers_count++];
    *status = (struct status){.board = board, .worker = worker, .since_ms = clock_real_ms()};
    return status;
}

/* Under the mutex. `since` is when the state was entered, not when it was last confirmed. */
static void enter(struct status *status, enum state state, const char *code) {
    if (status->state != state)
        status->since_ms = clock_real_ms();
    status->state = state;
    (void)snprintf(status->code, sizeof(status->code), "%s", code);
}

static void enter_locked(struct status *status, enum state state, const char *code) {
    pthread_mutex_lock(&status->board->mutex);
    enter(status, state, code);
    pthread_mutex_unlock(&status->board->mutex);
}

void status_settling(struct status *status) {
    pthread_mutex_lock(&status->board->mutex);
    enter(status, STATE_SETTLING, "");
    status->places_count = 0;
    pthread_mutex_unlock(&status->board->mutex);
}

void status_partition(struct status *status, const char *topic, int32_t partition,
                      enum verdict verdict, int64_t next_offset) {
    pthread_mutex_lock(&status->board->mutex);
    if (status->places_count == status->places_capacity) {
        size_t capacity = status->places_capacity == 0 ? 16 : status->places_capacity * 2;
        struct place *places = realloc(status->places, capacity * sizeof(*places));
        if (places == NULL)
            abort();
        status->places = places;
        status->places_capacity = capacity;
    }
    struct place *place = &status->places[status->places_count++];
    *place = (struct place){.partition = partition, .verdict = verdict, .next_offset = next_offset};
    (void)snprintf(place->topic, sizeof(place->topic), "%s", topic);
    pthread_mutex_unlock(&status->board->mutex);
}

/* Under the mutex. */
static size_t count_stopped(const struct status *status) {
    size_t stopped = 0;
    for (size_t i = 0; i < status->places_count; i++)
        stopped += verdict_stops(status->places[i].verdict) ? 1 : 0;
    return stopped;
}

void status_settled(struct status *status) {
    size_t worker = metrics_worker(status->worker);
    pthread_mutex_lock(&status->board->mutex);
    enter(status, STATE_SETTLED, "");
    metrics_set(METRIC_PARTITIONS_ASSIGNED, worker, METRIC_NONE, (int64_t)status->places_count);
    metrics_set(METRIC_PARTITIONS_STOPPED, worker, METRIC_NONE, (int64_t)count_stopped(status));
    pthread_mutex_unlock(&status->board->mutex);
}

void status_failed(struct status *status, const struct error *err) {
    enter_locked(status, STATE_FAILED, err->code);
}

void status_stopping(struct status *status) {
    enter_locked(status, STATE_STOPPING, "");
}

static void set_text(json_t *object, const char *name, const char *text) {
    (void)json_object_set_new(object, name, json_string(text));
}

static void set_count(json_t *object, const char *name, size_t count) {
    (void)json_object_set_new(object, name, json_integer((json_int_t)count));
}

static json_t *describe_state(const struct status *status) {
    json_t *object = json_object();
    set_text(object, "worker", status->worker);
    set_text(object, "state", state_names[status->state]);
    if (status->code[0] != '\0')
        set_text(object, "code", status->code);
    return object;
}

json_t *status_readiness(struct status_board *board, bool *ready) {
    json_t *waiting = json_array();
    pthread_mutex_lock(&board->mutex);
    for (size_t i = 0; i < board->workers_count; i++)
        if (board->workers[i].state != STATE_SETTLED)
            (void)json_array_append_new(waiting, describe_state(&board->workers[i]));
    pthread_mutex_unlock(&board->mutex);
    *ready = json_array_size(waiting) == 0;
    json_t *object = json_object();
    (void)json_object_set_new(object, "ready", json_boolean(*ready));
    if (*ready)
        json_decref(waiting);
    else
        (void)json_object_set_new(object, "waiting", waiting);
    return object;
}

static json_t *describe_place(const struct place *place) {
    json_t *object = json_object();
    set_text(object, "topic", place->topic);
    (void)json_object_set_new(object, "partition", json_integer(place->partition));
    set_text(object, "verdict", verdict_name(place->verdict));
    (void)json_object_set_new(object, "is_stopped", json_boolean(verdict_stops(place->verdict)));
    (void)json_object_set_new(object, "settled_offset", json_integer(place->next_offset));
    return object;
}

json_t *status_describe(struct status_board *board) {
    json_t *workers = json_array();
    pthread_mutex_lock(&board->mutex);
    for (size_t i = 0; i < board->workers_count; i++) {
        const struct status *status = &board->workers[i];
        json_t *object = describe_state(status);
        json_t *places = json_array();
        char since[INSTANT_TEXT_SIZE];
        instant_format(status->since_ms, since);
        set_text(object, "since", since);
        set_count(object, "assigned", status->places_count);
        set_count(object, "stopped", count_stopped(status));
        for (size_t k = 0; k < status->places_count; k++)
            (void)json_array_append_new(places, describe_place(&status->places[k]));
        (void)json_object_set_new(object, "partitions", places);
        (void)json_array_append_new(workers, object);
    }
    pthread_mutex_unlock(&board->mutex);
    json_t *object = json_object();
    (void)json_object_set_new(object, "workers", workers);
    return object;
}
