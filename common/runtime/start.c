/* The start of a worker: tries until broker and database are there, within the start's limit. */
#include <assert.h>

#include "common/runtime/bus.h"
#include "common/runtime/clock.h"
#include "common/runtime/log.h"
#include "common/runtime/membership.h"
#include "common/runtime/ticker.h"

/* Broker and database must be there within the start's limit; a wrong configuration ends at once.
 */
static bool open_all(struct loop *loop, struct error *err) {
    const char *names[64];
    size_t names_count = 0;
    for (size_t i = 0; i < topics_count; i++)
        if (topic_has_worker(&topics[i], loop->worker->name) || topic_has_worker(&topics[i], "any"))
            names[names_count++] = topics[i].name;
    assert(names_count <= COUNT_OF(names));
    if (loop->consumer == NULL && !membership_open(loop, err))
        return false;
    if (!loop_connect(loop, err) ||
        !bus_check_topics(loop->consumer, loop->settings, names, names_count, 2000, err))
        return false;
    struct publisher *publisher = NULL;
    if (!publisher_open(loop->settings, loop->worker->name, loop->transactional_id,
                        vault_signer(loop->vault), &loop->publisher_watch, &publisher, err))
        return false;
    loop->publisher = publisher;
    return ticker_open(loop, err);
}

/* Before it has subscribed, a consumer has nothing else to say. */
static void serve_complaints(struct loop *loop) {
    WATCHED(WATCH_POLL);
    rd_kafka_message_t *message =
        loop->consumer == NULL ? NULL : rd_kafka_consumer_poll(loop->consumer, 0);
    if (message != NULL)
        rd_kafka_message_destroy(message);
}

bool loop_open(struct loop *loop, struct error *err) {
    int64_t until_ms = clock_monotonic_ms() + (int64_t)loop->settings->start_timeout_seconds * 1000;
    int64_t wait_ms = LOOP_BACKOFF_FIRST_MS;
    while (!open_all(loop, err)) {
        int64_t left_ms = until_ms - clock_monotonic_ms();
        serve_complaints(loop);
        if (!bus_trouble_allows(&loop->trouble, loop->settings, err))
            return false;
        if (err->class == ERROR_FATAL || loop->is_stopping || left_ms <= 0)
            return false;
        wait_ms = wait_ms < left_ms ? wait_ms : left_ms;
        status_failed(loop->status, err);
        log_line(LOG_LEVEL_WARNING, loop->worker->name, "%s; tries again", err->text);
        clock_sleep_ms(wait_ms);
        wait_ms = wait_ms * 2 > LOOP_BACKOFF_MOST_MS ? LOOP_BACKOFF_MOST_MS : wait_ms * 2;
    }
    return membership_subscribe(loop, err);
}
