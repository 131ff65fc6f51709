#include "common/runtime/evidence.h"

#include <string.h>

#include "common/runtime/bus.h"
#include "common/runtime/bus_refusal.h"
#include "common/runtime/clock.h"
#include "common/runtime/progress.h"
#include "common/runtime/watch.h"

enum { SILENCE_MOST_MS = 10000, POLL_MS = 200 };

/* Nothing is at that offset any more; any other error says nothing about the record. */
static bool is_gone(rd_kafka_resp_err_t code) {
    return code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
           code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE ||
           code == RD_KAFKA_RESP_ERR__PARTITION_EOF;
}

static struct evidence *item_of(struct evidence *items, size_t count,
                                const rd_kafka_message_t *message) {
    for (size_t i = 0; message->rkt != NULL && i < count; i++)
        if (items[i].partition == message->partition &&
            strcmp(items[i].topic, rd_kafka_topic_name(message->rkt)) == 0)
            return &items[i];
    return NULL;
}

/* One that has answered must not be fetched again and again while others wait for their turn. */
static void pause_item(rd_kafka_t *consumer, const struct evidence *item) {
    rd_kafka_topic_partition_list_t *place = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(place, item->topic, item->partition);
    (void)rd_kafka_pause_partitions(consumer, place);
    rd_kafka_topic_partition_list_destroy(place);
}

/* The first that comes of a partition answers it: the record itself, a later one, or the end. */
static bool take(rd_kafka_t *consumer, struct evidence *items, size_t count,
                 const struct settings *settings, const rd_kafka_message_t *message,
                 size_t *answered, struct error *err) {
    struct evidence *item = item_of(items, count, message);
    const char *topic = item == NULL ? "the broker" : item->topic;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !is_gone(message->err))
        return bus_right_allows(message->err, topic, settings, err) &&
               error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(message->err),
                         "evidence of %s: %s", topic, rd_kafka_err2str(message->err));
    if (item == NULL || item->is_answered)
        return true;
    item->is_answered = true;
    ++*answered;
    pause_item(consumer, item);
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && message->offset == item->offset) {
        const struct slice key = {message->key, message->key_len};
        const struct slice value = {message->payload, message->len};
        item->is_found = true;
        item->timestamp_ms = rd_kafka_message_timestamp(message, NULL);
        item->checksum = progress_checksum(key, value);
    }
    return true;
}

static void assign(rd_kafka_t *consumer, const struct evidence *items, size_t count) {
    WATCHED(WATCH_ASSIGN);
    rd_kafka_topic_partition_list_t *places = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(places, items[i].topic, items[i].partition)->offset =
            items[i].offset;
    (void)rd_kafka_assign(consumer, places);
    rd_kafka_topic_partition_list_destroy(places);
}

static void leave(rd_kafka_t *consumer) {
    WATCHED(WATCH_CLOSE);
    (void)rd_kafka_consumer_close(consumer);
}

bool evidence_read(const struct settings *settings, const char *group, struct evidence *items,
                   size_t count, struct error *err) {
    CLEANUP(bus_close) rd_kafka_t *consumer = NULL;
    size_t answered = 0;
    if (count == 0)
        return true;
    if (!bus_onlooker_open(settings, group, &consumer, err))
        return false;
    assign(consumer, items, count);
    int64_t heard_at_ms = clock_monotonic_ms();
    bool ok = true;
    while (ok && answered < count && clock_monotonic_ms() - heard_at_ms < SILENCE_MOST_MS) {
        WATCHED(WATCH_QUESTION);
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, POLL_MS);
        if (message == NULL)
            continue;
        size_t before = answered;
        ok = take(consumer, items, count, settings, message, &answered, err);
        heard_at_ms = answered > before ? clock_monotonic_ms() : heard_at_ms;
        rd_kafka_message_destroy(message);
    }
    leave(consumer);
    if (!ok || answered == count)
        return ok;
    size_t silent = 0;
    while (items[silent].is_answered)
        silent++;
    return error_set(err, ERROR_TRANSIENT, "TIMED_OUT", "%s[%d] cannot be read at %lld",
                     items[silent].topic, items[silent].partition, (long long)items[silent].offset);
}
