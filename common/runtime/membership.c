#include "common/runtime/membership.h"

#include <stdio.h>

#include "common/runtime/bus.h"
#include "common/runtime/clock.h"
#include "common/runtime/hooks.h"
#include "common/runtime/log.h"
#include "common/runtime/sabotage.h"

enum { THROWN_OUT_WINDOW_MS = 60000 };

/* Called while polling. Nothing is looked up here: the loop settles afterwards. */
static void rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t code,
                      rd_kafka_topic_partition_list_t *list, void *opaque) {
    struct loop *loop = opaque;
    loop->assignment++;
    status_settling(loop->status);
    auditor_appoint(loop->auditor, false);
    /* What was decided under this assignment is published under it, or, after a failure, by the
     * next owner. */
    if (!hook_is_sabotaged("hasty_revoke"))
        loop_drain(loop);
    loop->partitions_count = 0;
    if (code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        (void)rd_kafka_assign(consumer, NULL);
        return;
    }
    if (loop->metadata != NULL)
        rd_kafka_consumer_group_metadata_destroy(loop->metadata);
    loop->metadata = rd_kafka_consumer_group_metadata(consumer);
    for (int i = 0; i < list->cnt; i++) {
        if (loop->partitions_count == LOOP_PARTITIONS_MOST) {
            loop->is_refused = true;
            (void)error_set(&loop->refusal, ERROR_FATAL, "CONFIGURATION",
                            "the group gives this process %d partitions and it takes %d at most: "
                            "run more processes of worker %s",
                            list->cnt, LOOP_PARTITIONS_MOST, loop->worker->name);
            break;
        }
        struct partition *partition = &loop->partitions[loop->partitions_count++];
        *partition = (struct partition){.progress.partition = list->elems[i].partition};
        (void)snprintf(partition->topic, sizeof(partition->topic), "%s", list->elems[i].topic);
        partition->progress.topic = slice_of(partition->topic);
    }
    /* Answered with nothing to read yet. */
    rd_kafka_topic_partition_list_t *nothing = rd_kafka_topic_partition_list_new(1);
    (void)rd_kafka_assign(consumer, nothing);
    rd_kafka_topic_partition_list_destroy(nothing);
    loop->needs_settling = true;
}

static void complain(rd_kafka_t *consumer UNUSED, int code, const char *reason, void *opaque) {
    struct loop *loop = opaque;
    bus_trouble_note(&loop->trouble, code, reason);
}

bool membership_open(struct loop *loop, struct error *err) {
    char group[BUS_GROUP_SIZE];
    bus_group(loop->worker->name, group);
    return bus_consumer_open(loop->settings, group, rebalance, complain, loop, &loop->consumer,
                             err);
}

bool membership_subscribe(struct loop *loop, struct error *err) {
    WATCHED(WATCH_ASSIGN);
    sabotage_note_consumer(loop->worker->name, loop->consumer);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    for (size_t i = 0; i < topics_count; i++)
        if (topics[i].is_input && topic_has_worker(&topics[i], loop->worker->name))
            (void)rd_kafka_topic_partition_list_add(list, topics[i].name, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(loop->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    return error_set(err, ERROR_FATAL, rd_kafka_err2name(code), "subscribe: %s",
                     rd_kafka_err2str(code));
}

/* A consumer that was thrown out of its place takes it again, as a new one. */
static bool rejoin(struct loop *loop, struct error *err) {
    loop_drain(loop);
    loop_forget_kept(loop);
    loop->partitions_count = 0;
    loop->assignment++;
    status_settling(loop->status);
    auditor_appoint(loop->auditor, false);
    bus_close(&loop->consumer);
    return membership_open(loop, err) && membership_subscribe(loop, err);
}

bool membership_check(struct loop *loop, struct error *err) {
    char text[256];
    rd_kafka_resp_err_t code = rd_kafka_fatal_error(loop->consumer, text, sizeof(text));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    int64_t now_ms = clock_monotonic_ms();
    bool is_again =
        loop->thrown_out_at_ms != 0 && now_ms - loop->thrown_out_at_ms < THROWN_OUT_WINDOW_MS;
    loop->thrown_out_at_ms = now_ms;
    if (!is_again) {
        log_line(LOG_LEVEL_WARNING, loop->worker->name,
                 "lost its place in the group (%s): joins anew", rd_kafka_err2name(code));
        return rejoin(loop, err);
    }
    return error_set(err, ERROR_FATAL, "CONFIGURATION",
                     "another process runs as instance \"%s\" of worker %s: give each its own "
                     "guichet.instance (%s)",
                     loop->settings->instance, loop->worker->name, rd_kafka_err2name(code));
}
