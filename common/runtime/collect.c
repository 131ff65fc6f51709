/* Records from Kafka: taken one by one into a batch, and how the worker keeps its place in the
 * group while it has to wait for something else. */

#include "common/runtime/bounds.h"
#include "common/runtime/bus.h"
#include "common/runtime/log.h"
#include "common/runtime/loop.h"

enum { KEEP_EVERY_MS = 1000 };

/* What an error of the consumer is about: the topic it names, or else the group. */
static void note_refusal(struct loop *loop, const rd_kafka_message_t *message) {
    char group[BUS_GROUP_SIZE];
    bus_group(loop->worker->name, group);
    bool is_topic = message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    const char *resource = !is_topic              ? group
                           : message->rkt != NULL ? rd_kafka_topic_name(message->rkt)
                                                  : "(not named)";
    if (!loop->is_refused)
        loop->is_refused =
            !bus_right_allows(message->err, resource, loop->settings, &loop->refusal);
}

/* A batch of records whose checksum is wrong, or of a form that nobody knows: librdkafka goes on
 * behind it, and they would be lost. They may be whole when they are read again. */
static void note_damage(struct loop *loop, const rd_kafka_message_t *message) {
    if (message->err != RD_KAFKA_RESP_ERR__BAD_MSG &&
        message->err != RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED)
        return;
    loop->is_refused = true;
    (void)error_set(&loop->refusal, ERROR_FATAL, "LOG_DAMAGED", "%s[%d]: %s",
                    message->rkt != NULL ? rd_kafka_topic_name(message->rkt) : "(not named)",
                    message->partition, rd_kafka_message_errstr(message));
}

rd_kafka_message_t *loop_poll(struct loop *loop, int timeout_ms) {
    WATCHED(WATCH_POLL);
    rd_kafka_message_t *message = rd_kafka_consumer_poll(loop->consumer, timeout_ms);
    if (message == NULL || message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        return message;
    if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
        message->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
        loop->needs_settling = true; /* the log changed under us: the verdict says how */
    note_refusal(loop, message);
    note_damage(loop, message);
    log_line(LOG_LEVEL_WARNING, loop->worker->name, "consumer: %s",
             rd_kafka_err2name(message->err));
    rd_kafka_message_destroy(message);
    return NULL;
}

void loop_forget_kept(struct loop *loop) {
    for (size_t i = loop->kept_taken; i < loop->kept_count; i++)
        rd_kafka_message_destroy(loop->kept[i]);
    loop->kept_count = 0;
    loop->kept_taken = 0;
}

void loop_keep_place(struct loop *loop) {
    int64_t now_ms = clock_monotonic_ms();
    if (loop->kept_assignment != loop->assignment)
        loop_forget_kept(loop);
    if (now_ms - loop->kept_at_ms < KEEP_EVERY_MS || loop->kept_count == LOOP_KEPT_MOST)
        return;
    loop->kept_at_ms = now_ms;
    rd_kafka_message_t *message = loop_poll(loop, 0);
    if (message == NULL)
        return;
    if (loop->kept_assignment != loop->assignment)
        loop_forget_kept(loop); /* the poll has also told of another assignment */
    loop->kept_assignment = loop->assignment;
    loop->kept[loop->kept_count++] = message;
}

/* The next record in order: those that were kept come first. */
static rd_kafka_message_t *next_message(struct loop *loop, int timeout_ms) {
    if (loop->kept_assignment != loop->assignment)
        loop_forget_kept(loop);
    if (loop->kept_taken < loop->kept_count)
        return loop->kept[loop->kept_taken++];
    loop_forget_kept(loop);
    return loop_poll(loop, timeout_ms);
}

struct memory *loop_collect(struct loop *loop) {
    unsigned assignment = loop->assignment;
    rd_kafka_message_t *message = next_message(loop, IDLE_POLL_MS);
    if (message == NULL)
        return NULL;
    struct memory *memory = loop_memory(loop);
    int64_t until_ms = clock_monotonic_ms() + loop->settings->batch_linger_ms;
    size_t bytes = 0;
    size_t most = loop_shrunk(loop, (size_t)loop->settings->batch_max_records);
    while (message != NULL) {
        memory->messages[memory->messages_count++] = message;
        bytes += message->len + message->key_len;
        if (memory->messages_count == most || bytes >= BATCH_BYTES_MOST)
            break;
        int64_t left_ms = until_ms - clock_monotonic_ms();
        message = next_message(loop, left_ms > 0 ? (int)left_ms : 0);
    }
    if (assignment == loop->assignment && !loop->needs_settling)
        return memory;
    memory_release(memory);
    return NULL;
}

void loop_wait(struct loop *loop, int64_t wait_ms) {
    int64_t until_ms = clock_monotonic_ms() + wait_ms;
    while (!loop->is_stopping && clock_monotonic_ms() < until_ms) {
        rd_kafka_message_t *message = loop_poll(loop, IDLE_POLL_MS);
        if (message != NULL)
            rd_kafka_message_destroy(message); /* read again: settling seeks to p */
        loop->needs_settling = loop->needs_settling || message != NULL;
    }
}
