/* Settling: after an assignment or any failure, the two markers of each partition are read afresh
 * and the verdict on them is carried out. Nothing is published from memory here: what is missing in
 * Kafka comes from the store. */
#include <stdio.h>
#include <string.h>

#include "common/base/limits.h"
#include "common/runtime/alert.h"
#include "common/runtime/bus.h"
#include "common/runtime/clock.h"
#include "common/runtime/journal.h"
#include "common/runtime/log.h"
#include "common/runtime/loop.h"
#include "common/runtime/ticker.h"
#include "common/runtime/vault.h"

enum {
    COMMITTED_TIMEOUT_MS = 25000, /* another instance's open transaction holds the answer back */
    REPUBLISH_ROWS = 500,
};

struct settling {
    struct loop *loop;
    struct memory *memory;
    struct progress *progress; /* all of the worker */
    size_t progress_count;
    rd_kafka_topic_partition_list_t *committed;
    bool outputs_are_empty;
};

static const struct progress *progress_of(const struct settling *settling,
                                          const struct partition *partition) {
    for (size_t i = 0; i < settling->progress_count; i++)
        if (settling->progress[i].partition == partition->progress.partition &&
            slice_is(settling->progress[i].topic, partition->topic))
            return &settling->progress[i];
    return NULL;
}

static bool read_committed(struct settling *settling, struct error *err) {
    struct loop *loop = settling->loop;
    settling->committed = rd_kafka_topic_partition_list_new((int)loop->partitions_count);
    for (size_t i = 0; i < loop->partitions_count; i++)
        (void)rd_kafka_topic_partition_list_add(settling->committed, loop->partitions[i].topic,
                                                loop->partitions[i].progress.partition);
    rd_kafka_resp_err_t code =
        rd_kafka_committed(loop->consumer, settling->committed, COMMITTED_TIMEOUT_MS);
    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < settling->committed->cnt; i++)
        code = settling->committed->elems[i].err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    char group[64];
    (void)snprintf(group, sizeof(group), "guichet.%s", loop->worker->name);
    return bus_right_allows(code, group, loop->settings, err) &&
           error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "committed offsets: %s",
                     rd_kafka_err2str(code));
}

/* True if no topic that only this worker writes has ever had a record. */
static bool read_outputs_empty(struct settling *settling, struct error *err) {
    struct loop *loop = settling->loop;
    settling->outputs_are_empty = true;
    for (size_t i = 0; i < topics_count; i++) {
        const struct topic *topic = &topics[i];
        if (topic->is_input || strcmp(topic->workers, loop->worker->name) != 0)
            continue;
        int partitions = 0;
        if (!bus_partitions(loop->consumer, topic->name, &partitions, err))
            return false;
        for (int partition = 0; partition < partitions; partition++) {
            int64_t low = 0;
            int64_t high = 0;
            if (!bus_bounds(loop->consumer, topic->name, partition, &low, &high, err))
                return false;
            settling->outputs_are_empty = settling->outputs_are_empty && high == 0;
        }
    }
    return true;
}

static bool read_evidence(struct settling *settling, const struct partition *partition,
                          const struct progress *progress, struct markers *markers,
                          struct error *err) {
    if (progress->last_offset < 0 || progress->last_offset < markers->low ||
        progress->last_offset >= markers->high)
        return true;
    bool found = false;
    int64_t timestamp_ms = 0;
    int64_t checksum = 0;
    char group[64];
    (void)snprintf(group, sizeof(group), "guichet.%s", settling->loop->worker->name);
    if (!bus_evidence(settling->loop->settings, group, partition->topic, progress->partition,
                      progress->last_offset, &found, &timestamp_ms, &checksum, err))
        return false;
    markers->is_other_record = found && (timestamp_ms != progress->last_timestamp_ms ||
                                         checksum != progress->last_checksum);
    return true;
}

static bool read_markers(struct settling *settling, const struct partition *partition,
                         struct markers *markers, struct error *err) {
    const struct progress *progress = progress_of(settling, partition);
    const rd_kafka_topic_partition_t *committed = rd_kafka_topic_partition_list_find(
        settling->committed, partition->topic, partition->progress.partition);
    *markers =
        (struct markers){.has_progress_elsewhere = settling->progress_count > 0,
                         .outputs_are_empty = settling->outputs_are_empty,
                         .is_clock = strcmp(partition->topic, settling->loop->clock_topic) == 0};
    if (!bus_bounds(settling->loop->consumer, partition->topic, partition->progress.partition,
                    &markers->low, &markers->high, err))
        return false;
    if (committed->offset >= 0) {
        struct slice metadata = {committed->metadata, committed->metadata_size};
        markers->has_c = true;
        markers->c = committed->offset;
        markers->is_other_installation = !slice_equal(metadata, settling->loop->installation);
    }
    if (progress == NULL)
        return true;
    markers->has_p = true;
    markers->p = progress->next_offset;
    markers->start = progress->start_offset;
    return read_evidence(settling, partition, progress, markers, err);
}

/* Takes over what the database knows of a partition. */
static void adopt_progress(struct partition *partition, const struct progress *known) {
    partition->progress = *known;
    partition->progress.topic = slice_of(partition->topic);
}

static bool begin_partition(struct settling *settling, struct partition *partition, int64_t low,
                            struct error *err) {
    struct progress fresh = {.topic = slice_of(partition->topic),
                             .partition = partition->progress.partition,
                             .start_offset = low,
                             .next_offset = low,
                             .last_offset = -1};
    vault_random_uuid(&fresh.incarnation);
    if (!progress_insert(settling->loop->db, settling->loop->worker->name, &settling->memory->arena,
                         &fresh, 1, err))
        return false;
    adopt_progress(partition, &fresh);
    return true;
}

/* Hands [from, to) of a partition with its outputs to the publisher. */
static void publish_span(struct loop *loop, struct memory *memory,
                         const struct partition *partition, int64_t from, int64_t to,
                         const struct record_outputs *records, size_t outputs_count) {
    struct publication *publication = loop_publication(memory);
    struct span *span = arena_take(&memory->arena, sizeof(*span));
    *span = (struct span){.topic = arena_copy(&memory->arena, slice_of(partition->topic)),
                          .partition = partition->progress.partition,
                          .from_offset = from,
                          .to_offset = to};
    publication->spans = span;
    publication->spans_count = 1;
    publication->records = records;
    publication->outputs_count = outputs_count;
    publisher_submit(loop->publisher, publication);
}

static void commit_only(struct loop *loop, const struct partition *partition) {
    struct memory *memory = loop_memory(loop);
    int64_t p = partition->progress.next_offset;
    publish_span(loop, memory, partition, p, p, NULL, 0);
    memory_release(memory);
}

static bool unpack_rows(struct loop *loop, struct memory *memory, struct journal_row *rows,
                        size_t count, const struct record_outputs **records, size_t *outputs_count,
                        struct error *err) {
    struct keyring keyring;
    keyring_init(&keyring, &memory->arena, loop->vault);
    struct person_key **keys = arena_array(&memory->arena, count + 1, sizeof(struct person_key *));
    for (size_t i = 0; i < count; i++)
        if (slice_is_present(rows[i].person))
            keys[i] = keyring_ask(&keyring,
                                  slice_is_present(rows[i].siren) ? rows[i].siren : slice_of(""),
                                  rows[i].person);
    if (!keyring_load(&keyring, loop->db, err))
        return false;
    const struct record_outputs **end = records;
    for (size_t i = 0; i < count; i++) {
        struct record_outputs *record = arena_take(&memory->arena, sizeof(*record));
        struct output *first = NULL;
        size_t unpacked = 0;
        if (!output_unpack(&memory->arena, &keyring, keys[i], rows[i].outputs, &first, &unpacked,
                           err))
            return false;
        output_withdraw_erased(&first, &unpacked);
        record->first = first;
        record->context = journal_context(loop->worker->name, &rows[i]);
        *end = record;
        end = &record->next;
        *outputs_count += unpacked;
    }
    return true;
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
                              .last_offset = -1};
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
    publish_span(loop, settling->memory, partition, span.from_offset, low, NULL, 0);
    progress->next_offset = low;
    return true;
}

/* Publishes [c, p) from the store, in bounded transactions. */
static bool publish_stored(struct loop *loop, const struct partition *partition, int64_t from,
                           struct error *err) {
    int64_t p = partition->progress.next_offset;
    while (from < p) {
        struct memory *memory = loop_memory(loop);
        struct journal_row *rows = NULL;
        const struct record_outputs *records = NULL;
        size_t count = 0;
        size_t outputs_count = 0;
        bool ok = journal_load(loop->db, &memory->arena, loop->worker->name,
                               slice_of(partition->topic), partition->progress.partition, from, p,
                               REPUBLISH_ROWS, &rows, &count, err) &&
                  unpack_rows(loop, memory, rows, count, &records, &outputs_count, err);
        if (ok) {
            int64_t to = count < REPUBLISH_ROWS ? p : rows[count - 1].input_offset + 1;
            publish_span(loop, memory, partition, from, to, records, outputs_count);
            from = to;
        }
        memory_release(memory);
        if (!ok)
            return false;
    }
    return true;
}

static void stop_partition(struct loop *loop, struct partition *partition, enum verdict verdict,
                           const struct markers *markers) {
    partition->is_consumed = false;
    if (partition->verdict == verdict)
        return;
    log_line(LOG_LEVEL_ERROR, loop->worker->name,
             "%s[%d] is stopped: %s: %s (decided up to %lld, published up to %lld, log %lld..%lld)",
             partition->topic, partition->progress.partition, verdict_name(verdict),
             verdict_sentence(verdict), (long long)(markers->has_p ? markers->p : -1),
             (long long)(markers->has_c ? markers->c : -1), (long long)markers->low,
             (long long)markers->high);
    struct memory *memory = loop_memory(loop);
    struct publication *publication = loop_publication(memory);
    publication->records = alert_partition_stopped(
        &memory->arena, loop->worker->name, clock_now_ms(&loop->clock), partition->topic,
        partition->progress.partition, verdict_name(verdict), verdict_sentence(verdict));
    publication->outputs_count = 1;
    publisher_submit(loop->publisher, publication);
    memory_release(memory);
}

static bool settle_partition(struct settling *settling, struct partition *partition,
                             struct error *err) {
    struct loop *loop = settling->loop;
    struct markers markers;
    if (!read_markers(settling, partition, &markers, err))
        return false;
    enum verdict verdict = verdict_of(&markers);
    const struct progress *known = progress_of(settling, partition);
    if (known != NULL)
        adopt_progress(partition, known);
    partition->is_consumed = !verdict_stops(verdict);
    if (!partition->is_consumed) {
        stop_partition(loop, partition, verdict, &markers);
    } else if (verdict == VERDICT_FIRST_START) {
        if (!begin_partition(settling, partition, markers.low, err))
            return false;
        publisher_expect(loop->publisher, slice_of(partition->topic), partition->progress.partition,
                         markers.low);
        commit_only(loop, partition);
    } else {
        int64_t committed = markers.has_c ? markers.c : markers.p;
        publisher_expect(loop->publisher, slice_of(partition->topic), partition->progress.partition,
                         committed);
        if (verdict == VERDICT_COMMIT_START)
            commit_only(loop, partition);
        if (verdict == VERDICT_CONTINUE &&
            !continue_partition(settling, partition, markers.low, err))
            return false;
        if (verdict == VERDICT_PUBLISH) {
            log_line(LOG_LEVEL_INFO, loop->worker->name,
                     "%s[%d]: publishing [%lld, %lld) from the store", partition->topic,
                     partition->progress.partition, (long long)markers.c, (long long)markers.p);
            if (!publish_stored(loop, partition, markers.c, err))
                return false;
        }
    }
    partition->verdict = verdict;
    status_partition(loop->status, partition->topic, partition->progress.partition, verdict,
                     partition->progress.next_offset);
    return true;
}

static bool assign_consumed(struct loop *loop, struct error *err) {
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)loop->partitions_count);
    for (size_t i = 0; i < loop->partitions_count; i++)
        if (loop->partitions[i].is_consumed)
            rd_kafka_topic_partition_list_add(list, loop->partitions[i].topic,
                                              loop->partitions[i].progress.partition)
                ->offset = loop->partitions[i].progress.next_offset;
    rd_kafka_resp_err_t code = rd_kafka_assign(loop->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    return error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "assign: %s",
                     rd_kafka_err2str(code));
}

static bool settle_all(struct settling *settling, struct error *err) {
    struct loop *loop = settling->loop;
    if (!loop_connect(loop, err) ||
        !progress_load(loop->db, loop->worker->name, &settling->memory->arena, &settling->progress,
                       &settling->progress_count, err) ||
        !read_committed(settling, err) || !read_outputs_empty(settling, err))
        return false;
    publisher_assign(loop->publisher, loop->metadata, loop->installation);
    loop->metadata = NULL;
    for (size_t i = 0; i < loop->partitions_count; i++) {
        if (!settle_partition(settling, &loop->partitions[i], err))
            return false;
        /* One at a time, so that what is expected of the next one is said while the publisher is
         * idle. */
        if (!publisher_drain(loop->publisher, err))
            return false;
    }
    return ticker_settle(loop, err) && assign_consumed(loop, err);
}

bool loop_settle(struct loop *loop, struct error *err) {
    struct error ignored;
    (void)rd_kafka_assign(loop->consumer, NULL);
    status_settling(loop->status);
    /* What is queued belongs to the assignment as it was: it may still succeed; if not, it comes
     * from the store. */
    if (!publisher_drain(loop->publisher, &ignored) && !publisher_reset(loop->publisher, err))
        return false;
    if (loop->partitions_count == 0) {
        loop->needs_settling = false;
        status_settled(loop->status);
        return true;
    }
    struct settling settling = {.loop = loop, .memory = loop_memory(loop)};
    bool ok = settle_all(&settling, err);
    if (settling.committed != NULL)
        rd_kafka_topic_partition_list_destroy(settling.committed);
    memory_release(settling.memory);
    loop->needs_settling = !ok;
    if (ok)
        status_settled(loop->status);
    return ok;
}
