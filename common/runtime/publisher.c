#include "common/runtime/publisher.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "common/runtime/clock.h"
#include "common/runtime/forgotten.h"
#include "common/runtime/hooks.h"
#include "common/runtime/metrics.h"
#include "common/runtime/sabotage.h"
#include "common/runtime/transactor.h"
#include "common/runtime/watch.h"

/* Publications beside the one in flight: with more, batches would be smaller and wait longer. */
enum { QUEUE_MOST = 1 };

struct publisher {
    struct transactor transactor;
    struct watch *watch;
    size_t metrics_label;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct publication *first;
    struct publication *last;
    size_t queued;
    bool is_busy;
    bool is_closing;
    bool has_failed;
    struct error failure;
    struct receipts receipts; /* of what is published, until the loop takes them */
};

/* Under the mutex: nothing queued survives a failure. */
static void drop_queue(struct publisher *publisher) {
    while (publisher->first != NULL) {
        struct publication *dropped = publisher->first;
        publisher->first = dropped->next;
        dropped->release(dropped);
    }
    publisher->last = NULL;
    publisher->queued = 0;
}

static void *publisher_main(void *argument) {
    struct publisher *publisher = argument;
    watch_attach(publisher->watch);
    pthread_mutex_lock(&publisher->mutex);
    while (!publisher->is_closing || publisher->first != NULL) {
        if (publisher->first == NULL) {
            pthread_cond_wait(&publisher->changed, &publisher->mutex);
            continue;
        }
        struct publication *publication = publisher->first;
        publisher->first = publication->next;
        if (publisher->first == NULL)
            publisher->last = NULL;
        publisher->queued--;
        publisher->is_busy = true;
        int64_t began_ms = clock_monotonic_ms();
        pthread_mutex_unlock(&publisher->mutex);

        struct error err = {0};
        struct receipt *receipt = NULL;
        bool ok = transactor_publish(&publisher->transactor, publication, &receipt, &err);
        metrics_observe(METRIC_PUBLISH_SECONDS, publisher->metrics_label,
                        clock_monotonic_ms() - began_ms);
        publication->release(publication);
        if (!ok)
            sabotage_reopen(&publisher->transactor);

        pthread_mutex_lock(&publisher->mutex);
        publisher->is_busy = false;
        if (receipt != NULL)
            receipts_add(&publisher->receipts, receipt);
        if (!ok) {
            metrics_add(METRIC_PUBLISH_FAILURES, publisher->metrics_label, METRIC_NONE, 1);
            publisher->has_failed = true;
            publisher->failure = err;
            if (!hook_is_sabotaged("queue_kept"))
                drop_queue(publisher);
        }
        pthread_cond_broadcast(&publisher->changed);
    }
    pthread_mutex_unlock(&publisher->mutex);
    return NULL;
}

bool publisher_open(const struct settings *settings, const char *worker,
                    const char *transactional_id, struct token_signer signer, struct watch *watch,
                    struct publisher **publisher, struct error *err) {
    struct publisher *made = calloc(1, sizeof(*made));
    if (made == NULL)
        abort();
    made->watch = watch;
    made->metrics_label = metrics_worker(worker);
    made->transactor = (struct transactor){.settings = settings,
                                           .worker = worker,
                                           .transactional_id = transactional_id,
                                           .signer = signer};
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->changed, NULL);
    if (!transactor_open(&made->transactor, err)) {
        free(made);
        return false;
    }
    if (pthread_create(&made->thread, NULL, publisher_main, made) != 0)
        abort();
    *publisher = made;
    return true;
}

void publisher_close(struct publisher *publisher) {
    if (publisher == NULL)
        return;
    WATCHED(WATCH_WAIT);
    pthread_mutex_lock(&publisher->mutex);
    publisher->is_closing = true;
    pthread_cond_broadcast(&publisher->changed);
    pthread_mutex_unlock(&publisher->mutex);
    pthread_join(publisher->thread, NULL);
    transactor_fini(&publisher->transactor);
    receipts_drop(&publisher->receipts, publisher->receipts.count);
    pthread_cond_destroy(&publisher->changed);
    pthread_mutex_destroy(&publisher->mutex);
    free(publisher);
}

bool publisher_reset(struct publisher *publisher, struct error *err) {
    WATCHED(WATCH_WAIT);
    pthread_mutex_lock(&publisher->mutex);
    while (publisher->is_busy)
        pthread_cond_wait(&publisher->changed, &publisher->mutex);
    drop_queue(publisher);
    pthread_mutex_unlock(&publisher->mutex);
    if (publisher->transactor.failures.is_contested)
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "another process runs as instance \"%s\" of worker %s: give each its own "
                         "guichet.instance",
                         publisher->transactor.settings->instance, publisher->transactor.worker);
    transactor_close(&publisher->transactor);
    if (!transactor_open(&publisher->transactor, err))
        return false;
    pthread_mutex_lock(&publisher->mutex);
    publisher->has_failed = false;
    pthread_mutex_unlock(&publisher->mutex);
    return true;
}

void publisher_assign(struct publisher *publisher, rd_kafka_consumer_group_metadata_t *metadata,
                      struct slice installation) {
    assert(!publisher->is_busy && publisher->first == NULL);
    transactor_assign(&publisher->transactor, metadata, installation);
}

bool publisher_end_forgotten(struct publisher *publisher, const char *topic, int32_t partition,
                             struct error *err) {
    if (forgotten_end(&publisher->transactor, topic, partition, err))
        return true;
    pthread_mutex_lock(&publisher->mutex);
    publisher->has_failed = true;
    publisher->failure = *err;
    pthread_mutex_unlock(&publisher->mutex);
    return false;
}

void publisher_expect(struct publisher *publisher, struct slice topic, int32_t partition,
                      int64_t committed) {
    transactor_expect(&publisher->transactor, topic, partition, committed);
}

int64_t publisher_committed(struct publisher *publisher, struct slice topic, int32_t partition) {
    return transactor_committed(&publisher->transactor, topic, partition);
}

void publisher_submit(struct publisher *publisher, struct publication *publication) {
    WATCHED(WATCH_WAIT);
    publication->next = NULL;
    pthread_mutex_lock(&publisher->mutex);
    while (!publisher->has_failed && publisher->queued >= QUEUE_MOST)
        pthread_cond_wait(&publisher->changed, &publisher->mutex);
    if (publisher->has_failed) {
        pthread_mutex_unlock(&publisher->mutex);
        publication->release(publication);
        return;
    }
    if (publisher->last == NULL)
        publisher->first = publication;
    else
        publisher->last->next = publication;
    publisher->last = publication;
    publisher->queued++;
    pthread_cond_broadcast(&publisher->changed);
    pthread_mutex_unlock(&publisher->mutex);
}

bool publisher_has_room(struct publisher *publisher, int64_t wait_ms) {
    int64_t until_ms = clock_monotonic_ms() + wait_ms;
    const struct timespec until = {.tv_sec = until_ms / 1000,
                                   .tv_nsec = until_ms % 1000 * 1000 * 1000};
    int waited = 0;
    pthread_mutex_lock(&publisher->mutex);
    while (!publisher->has_failed && publisher->queued >= QUEUE_MOST && waited == 0)
        waited =
            pthread_cond_clockwait(&publisher->changed, &publisher->mutex, CLOCK_MONOTONIC, &until);
    bool has_room = publisher->has_failed || publisher->queued < QUEUE_MOST;
    pthread_mutex_unlock(&publisher->mutex);
    return has_room;
}

bool publisher_drain(struct publisher *publisher, struct error *err) {
    WATCHED(WATCH_WAIT);
    pthread_mutex_lock(&publisher->mutex);
    while (publisher->is_busy || publisher->first != NULL)
        pthread_cond_wait(&publisher->changed, &publisher->mutex);
    bool ok = !publisher->has_failed;
    if (!ok)
        *err = publisher->failure;
    pthread_mutex_unlock(&publisher->mutex);
    return ok;
}

bool publisher_has_failed(struct publisher *publisher, struct error *err) {
    pthread_mutex_lock(&publisher->mutex);
    bool has_failed = publisher->has_failed;
    if (has_failed)
        *err = publisher->failure;
    pthread_mutex_unlock(&publisher->mutex);
    return has_failed;
}

void publisher_take_receipts(struct publisher *publisher, struct receipts *receipts) {
    pthread_mutex_lock(&publisher->mutex);
    receipts_move(receipts, &publisher->receipts);
    pthread_mutex_unlock(&publisher->mutex);
}
