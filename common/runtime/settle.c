/* Settling: after an assignment or any failure, the two markers of each partition are read afresh
 * and the verdict on them is carried out. Nothing is published from memory here: what is missing in
 * Kafka comes from the store. */
#include <string.h>

#include "common/runtime/alert.h"
#include "common/runtime/clock.h"
#include "common/runtime/hooks.h"
#include "common/runtime/log.h"
#include "common/runtime/published.h"
#include "common/runtime/remedy_act.h"
#include "common/runtime/republish.h"
#include "common/runtime/ticker.h"
#include "common/runtime/vault.h"

struct settling {
    struct loop *loop;
    struct memory *memory;
    struct survey survey;
    struct span *committed; /* of the partitions that are consumed, as the group had it */
    size_t committed_count;
    struct owed *owed; /* what is to be published from the store */
    size_t owed_count;
};

static bool begin_partition(struct settling *settling, struct partition *partition, int64_t low,
                            struct error *err) {
    struct progress fresh = {.topic = slice_of(partition->topic),
                             .partition = partition->progress.partition,
                             .start_offset = low,
                             .next_offset = low,
                             .last_offset = -1};
    vault_random_uuid(&fresh.incarnation);
    hook_pass("before_first_start");
    if (!progress_insert(settling->loop->db, settling->loop->worker->name, &settling->memory->arena,
                         &fresh, 1, err))
        return false;
    hook_pass("after_first_start");
    partition_know(partition, &fresh);
    return true;
}

static void note_committed(struct settling *settling, const struct partition *partition,
                           int64_t committed) {
    settling->committed[settling->committed_count++] =
        (struct span){.topic = slice_of(partition->topic),
                      .partition = partition->progress.partition,
                      .to_offset = committed};
}

static void commit_only(struct loop *loop, const struct partition *partition) {
    int64_t p = partition->progress.next_offset;
    republish_nothing(loop, partition, p, p);
}

/* A clock whose unread ticks were deleted goes on at the oldest that is left. */
static bool continue_partition(struct settling *settling, struct partition *partition, int64_t low,
                               struct error *err) {
    struct loop *loop = settling->loop;
    struct progress *progress = &partition->progress;
    const struct span span = {.topic = slice_of(partition->topic),
                              .partition = progress->partition,
                              .from_offset = progress->next_offset,
                              .to_offset = low,
                              .last_offset = -1,
                              .last_committed = progress->next_offset};
    bool swapped = false;
    if (!db_begin(loop->db, err) ||
        !progress_swap(loop->db, loop->worker->name, &settling->memory->arena, &span, 1, &swapped,
                       err))
        return false;
    if (!swapped)
        return error_set(err, ERROR_TRANSIENT, "TAKEN_OVER",
                         "another process took the partition over");
    if (!db_commit(loop->db, err))
        return false;
    republish_nothing(loop, partition, span.from_offset, low);
    progress->next_offset = low;
    return true;
}

static void stop_partition(struct loop *loop, struct partition *partition, enum verdict verdict,
                           const struct markers *markers) {
    partition->is_consumed = false;
    if (partition->verdict == verdict)
        return;
    struct memory *memory = loop_memory(loop);
    struct slice evidence = verdict_evidence(&memory->arena, markers);
    log_line(LOG_LEVEL_ERROR, loop->worker->name,
             "%s[%d] is stopped: %s: %s (%.*s); see guichet partition explain %s %s/%d",
             partition->topic, partition->progress.partition, verdict_name(verdict),
             verdict_sentence(verdict), SLICE_FORMAT(evidence), loop->worker->name,
             partition->topic, partition->progress.partition);
    struct publication *publication = loop_publication(memory);
    publication->records = alert_partition_stopped(
        &memory->arena, loop->worker->name, clock_now_ms(&loop->clock), partition->topic,
        partition->progress.partition, verdict_name(verdict), verdict_sentence(verdict), evidence);
    publication->outputs_count = 1;
    publisher_submit(loop->publisher, publication);
    memory_release(memory);
}

/* A verdict counts once what follows from it is published: until then the alert of one that stops
 * the partition is to be made again. */
static bool settle_partition(struct settling *settling, struct partition *partition,
                             struct error *err) {
    struct loop *loop = settling->loop;
    const struct markers *markers =
        survey_markers(&settling->survey, partition->topic, partition->progress.partition);
    enum verdict verdict = verdict_of(markers);
    const struct progress *known =
        survey_progress(&settling->survey, partition->topic, partition->progress.partition);
    if (known != NULL)
        partition_know(partition, known);
    partition->is_consumed = !verdict_stops(verdict);
    if (!partition->is_consumed) {
        stop_partition(loop, partition, verdict, markers);
    } else if (verdict == VERDICT_FIRST_START) {
        if (!begin_partition(settling, partition, markers->low, err))
            return false;
        publisher_expect(loop->publisher, slice_of(partition->topic), partition->progress.partition,
                         markers->low);
        note_committed(settling, partition, markers->low);
        commit_only(loop, partition);
    } else {
        int64_t committed = markers->has_c ? markers->c : markers->p;
        publisher_expect(loop->publisher, slice_of(partition->topic), partition->progress.partition,
                         committed);
        note_committed(settling, partition, committed);
        if (verdict == VERDICT_COMMIT_START)
            commit_only(loop, partition);
        if (verdict == VERDICT_CONTINUE &&
            !continue_partition(settling, partition, markers->low, err))
            return false;
        if (verdict == VERDICT_PUBLISH) {
            log_line(LOG_LEVEL_INFO, loop->worker->name,
                     "%s[%d]: publishing [%lld, %lld) from the store", partition->topic,
                     partition->progress.partition, (long long)markers->c, (long long)markers->p);
            settling->owed[settling->owed_count++] = (struct owed){partition, markers->c};
        }
    }
    status_partition(loop->status, partition->topic, partition->progress.partition, verdict,
                     partition->progress.next_offset);
    /* One at a time, so that what is expected of the next one is said while the publisher is idle.
     */
    if (!publisher_drain(loop->publisher, err))
        return false;
    partition->verdict = verdict;
    return true;
}

/* Those assigned, or of them those that are consumed, each with where it goes on. */
static rd_kafka_topic_partition_list_t *list_partitions(const struct loop *loop,
                                                        bool only_consumed) {
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)loop->partitions_count);
    for (size_t i = 0; i < loop->partitions_count; i++) {
        const struct partition *partition = &loop->partitions[i];
        if (partition->is_consumed || !only_consumed)
            rd_kafka_topic_partition_list_add(list, partition->topic, partition->progress.partition)
                ->offset = partition->progress.next_offset;
    }
    return list;
}

static bool assign_consumed(struct loop *loop, struct error *err) {
    WATCHED(WATCH_ASSIGN);
    rd_kafka_topic_partition_list_t *list = list_partitions(loop, true);
    rd_kafka_resp_err_t code = rd_kafka_assign(loop->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    return error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "assign: %s",
                     rd_kafka_err2str(code));
}

bool loop_stays(struct loop *loop, unsigned assignment, struct error *err) {
    rd_kafka_message_t *message = loop_poll(loop, 0);
    if (message != NULL)
        rd_kafka_message_destroy(message); /* of before: all is read from p on */
    return assignment == loop->assignment ||
           error_set(err, ERROR_TRANSIENT, "REBALANCED", "the partitions were assigned anew");
}

static bool survey_all(struct settling *settling, struct error *err) {
    struct loop *loop = settling->loop;
    survey_fini(&settling->survey);
    settling->survey = (struct survey){.settings = loop->settings,
                                       .worker = loop->worker->name,
                                       .clock_topic = loop->clock_topic,
                                       .installation = loop->installation,
                                       .consumer = loop->consumer};
    return survey_read(&settling->survey, loop->db, &settling->memory->arena,
                       list_partitions(loop, false), err);
}

/* No transaction that somebody still has open holds the committed offsets back for so long. */
static bool look(struct settling *settling, struct error *err) {
    struct loop *loop = settling->loop;
    if (survey_all(settling, err))
        return true;
    if (!settling->survey.is_held_back)
        return false;
    log_line(LOG_LEVEL_WARNING, loop->worker->name,
             "the committed offsets cannot be read: ends what Kafka may have forgotten to end");
    const struct partition *any = &loop->partitions[0];
    return publisher_end_forgotten(loop->publisher, any->topic, any->progress.partition, err) &&
           survey_all(settling, err);
}

/* Of all partitions together: what was decided across them goes out in that order. */
static bool publish_owed(struct settling *settling, struct error *err) {
    if (settling->owed_count == 0)
        return true;
    hook_pass("before_republishing");
    if (!republish(settling->loop, settling->owed, settling->owed_count, err))
        return false;
    hook_pass("republishing");
    return publisher_drain(settling->loop->publisher, err);
}

static bool settle_all(struct settling *settling, struct error *err) {
    struct loop *loop = settling->loop;
    struct arena *arena = &settling->memory->arena;
    bool acted = false;
    settling->committed = arena_array(arena, loop->partitions_count, sizeof(struct span));
    settling->owed = arena_array(arena, loop->partitions_count, sizeof(struct owed));
    if (!loop_connect(loop, err) || !published_record(loop, true, err))
        return false;
    publisher_assign(loop->publisher, loop->metadata, loop->installation);
    loop->metadata = NULL;
    if (!look(settling, err))
        return false;
    hook_pass("surveyed");
    unsigned assignment = loop->assignment;
    if (!remedy_act(loop, arena, &settling->survey, &acted, err))
        return false;
    if (loop->is_visiting)
        return assign_consumed(loop, err); /* none */
    if (acted && (!published_record(loop, true, err) || !look(settling, err)))
        return false;
    for (size_t i = 0; i < loop->partitions_count; i++) {
        if (!settle_partition(settling, &loop->partitions[i], err) ||
            !loop_stays(loop, assignment, err))
            return false;
        hook_pass("partition_settled");
    }
    return published_settle(loop, arena, settling->committed, settling->committed_count, err) &&
           publish_owed(settling, err) && ticker_settle(loop, err) && assign_consumed(loop, err);
}

static void assign_nothing(struct loop *loop) {
    WATCHED(WATCH_ASSIGN);
    (void)rd_kafka_assign(loop->consumer, NULL);
}

/* One process has it, whichever that is. */
static bool has_first_clock(const struct loop *loop) {
    for (size_t i = 0; i < loop->partitions_count; i++)
        if (loop->partitions[i].progress.partition == 0 &&
            strcmp(loop->partitions[i].topic, loop->clock_topic) == 0)
            return true;
    return false;
}

bool loop_settle(struct loop *loop, struct error *err) {
    struct error failure;
    assign_nothing(loop);
    status_settling(loop->status);
    /* What is queued belongs to the assignment as it was: it may still succeed; if not, it comes
     * from the store. */
    if (!publisher_drain(loop->publisher, &failure)) {
        if (failure.class == ERROR_FATAL) {
            *err = failure;
            return false;
        }
        if (!publisher_reset(loop->publisher, err))
            return false;
        loop->is_failure_noted = false;
    }
    if (loop->partitions_count == 0) {
        loop->needs_settling = false;
        status_settled(loop->status);
        return true;
    }
    struct settling settling = {.loop = loop, .memory = loop_memory(loop)};
    bool ok = settle_all(&settling, err);
    survey_fini(&settling.survey);
    memory_release(settling.memory);
    loop->needs_settling = !ok;
    if (ok) {
        status_settled(loop->status);
        auditor_appoint(loop->auditor, !loop->is_visiting && has_first_clock(loop));
    }
    return ok;
}
