/* One database transaction, in the order that closes every way to lose or repeat an output: move p
 * by compare-and-swap, lock the employers, read the time, load, decide, store; then hand the
 * outputs to the publisher. */
#include <stdlib.h>
#include <string.h>

#include "common/base/limits.h"
#include "common/runtime/clock.h"
#include "common/runtime/due.h"
#include "common/runtime/employer_mail.h"
#include "common/runtime/hooks.h"
#include "common/runtime/journal.h"
#include "common/runtime/parking.h"
#include "common/runtime/published.h"
#include "common/runtime/replay.h"
#include "common/runtime/rows.h"
#include "common/runtime/sabotage.h"
#include "common/runtime/statements.h"
#include "common/runtime/turn.h"

enum { FUTURE_TOLERANCE_MS = 5 * 60 * 1000 };

/* One database transaction: records of the batch, what is due with them, and what came of both. */
struct transaction {
    struct turn *turn;
    struct record *const *records;
    size_t count;
    struct batch batch;
    struct due due;
    struct parking parking;
    struct replay replay;
    struct slice *sirens; /* of the ordinary records and what is replayed, each once */
    size_t sirens_count;
    struct record **decided; /* in the order of deciding, parts before the record they are of */
    size_t decided_count;
};

static struct partition *partition_of(const struct turn *turn, const struct record *record) {
    return &turn->loop->partitions[record->partition_index];
}

static int compare_slices(const void *a, const void *b) {
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* Sorts and leaves each once. */
static size_t sort_distinct(struct slice *sirens, size_t count) {
    if (count == 0)
        return 0;
    qsort(sirens, count, sizeof(*sirens), compare_slices);
    size_t distinct = 1;
    for (size_t i = 1; i < count; i++)
        if (!slice_equal(sirens[i], sirens[distinct - 1]))
            sirens[distinct++] = sirens[i];
    return distinct;
}

/* What belongs to no employer goes under the empty SIREN. */
static struct slice siren_of(const struct record *record) {
    return slice_is_present(record->message.siren) ? record->message.siren : slice_of("");
}

static bool is_ordinary(const struct record *record) {
    return !record->has_fault && !due_is_tick(record) && !replay_is_command(record);
}

/* What the store refused has the employer's others wait. */
static bool concerns_employer(const struct record *record) {
    return record->is_poison || is_ordinary(record);
}

/* Whose records these are, each once. */
static void gather_employers(struct transaction *transaction) {
    struct batch *batch = &transaction->batch;
    transaction->sirens = arena_array(batch->arena, transaction->count + 1, sizeof(struct slice));
    for (size_t i = 0; i < transaction->count; i++)
        if (concerns_employer(transaction->records[i]))
            transaction->sirens[transaction->sirens_count++] = siren_of(transaction->records[i]);
    if (slice_is_present(transaction->replay.siren))
        transaction->sirens[transaction->sirens_count++] = transaction->replay.siren;
    transaction->sirens_count = sort_distinct(transaction->sirens, transaction->sirens_count);
}

/* A lock on a row that does not exist locks nothing: employers come into being first, in the same
 * order in which they are locked. */
static bool lock_employers(struct transaction *transaction, struct error *err) {
    struct batch *batch = &transaction->batch;
    size_t most = transaction->sirens_count + due_sirens_most(&transaction->due);
    struct slice *all = arena_array(batch->arena, most, sizeof(*all));
    if (transaction->sirens_count > 0)
        memcpy(all, transaction->sirens, transaction->sirens_count * sizeof(*all));
    size_t count = transaction->sirens_count;
    count = sort_distinct(all, count + due_sirens(&transaction->due, all + count));
    if (count == 0)
        return true;
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_rows(&parameters, &siren_columns, all, count);
    if (!db_run(batch->db, &sql_employer_insert, &parameters, NULL, err))
        return false;
    void *locked = NULL;
    size_t locked_count = 0;
    return db_query(batch->db, &sql_employer_lock, &parameters, &siren_columns, batch->arena,
                    &locked, &locked_count, err);
}

static struct span *spans_of(struct turn *turn, struct record *const *records, size_t count,
                             size_t *spans_count) {
    struct loop *loop = turn->loop;
    struct span *spans = arena_array(&turn->memory->arena, loop->partitions_count, sizeof(*spans));
    size_t *place = arena_array(&turn->memory->arena, loop->partitions_count, sizeof(*place));
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const struct record *record = records[i];
        size_t *slot = &place[record->partition_index];
        if (*slot == 0) {
            const struct progress *progress = &partition_of(turn, record)->progress;
            spans[used] = (struct span){.topic = record->raw.topic,
                                        .partition = record->raw.partition,
                                        .from_offset = progress->next_offset,
                                        .last_committed = publisher_committed(
                                            loop->publisher, progress->topic, progress->partition)};
            *slot = ++used;
        }
        struct span *span = &spans[*slot - 1];
        span->to_offset = record->raw.offset + 1;
        span->last_offset = record->raw.offset;
        span->last_timestamp_ms = record->raw.timestamp_ms;
    }
    for (size_t i = 0; i < count; i++) {
        const struct record *record = records[i];
        struct span *span = &spans[place[record->partition_index] - 1];
        if (record->raw.offset == span->last_offset)
            span->last_checksum = progress_checksum(record->raw.key, record->raw.value);
    }
    *spans_count = used;
    return spans;
}

/* Back to what decoding left: an earlier attempt at a larger part of the batch may have decided it.
 * Then what can be said of it before it is decided. */
static void prepare_record(struct batch *batch, struct parking *parking, struct record *record) {
    record->state = RECORD_OPEN;
    record->subject_id = record->message.business_id;
    record->person = NULL;
    record->facts = (struct document){0};
    record->facts_shape = NULL;
    record->rules = slice_none();
    record->outputs_first = NULL;
    record->outputs_last = NULL;
    record->outputs_count = 0;
    record->own_count = 0;
    record->parts_first = NULL;
    record->parts_last = NULL;
    record->occasion = NULL;
    if (record->is_poison && parking_takes(batch, parking, record))
        return; /* another one of the employer came to wait meanwhile */
    if (record->has_fault) {
        record_bury(batch, record);
        if (record->is_poison)
            parking_keep(batch, parking, record);
        return;
    }
    const char *name = NULL;
    int64_t latest_ms =
        shape_latest_instant(record->message.input->shape, record->message.data, &name);
    if (latest_ms != INSTANT_NONE && latest_ms > batch->now_ms + FUTURE_TOLERANCE_MS)
        record_refuse(batch, record, "FUTURE_EVENT", "%s: more than 5 minutes ahead of now", name);
    else if (is_ordinary(record))
        (void)parking_takes(batch, parking, record);
}

/* The keys that will seal something: of each record with personal facts or outputs. */
static bool complete_keys(struct batch *batch, struct record *const *records, size_t count,
                          struct error *err) {
    struct person_key **wanted = arena_array(batch->arena, count, sizeof(struct person_key *));
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        struct record *record = records[i];
        bool is_personal = record->facts.personal.size > 0;
        for (const struct output *output = record->outputs_first; output != NULL && !is_personal;
             output = output->next)
            is_personal = output->value.personal.size > 0;
        if (!is_personal && record->state != RECORD_DEAD && record->state != RECORD_PARKED)
            continue; /* a key that was erased is not made anew for nothing */
        if (record->person == NULL)
            record->person = keyring_ask(&batch->keyring, record->message.siren,
                                         arena_format(batch->arena, "request/%.*s",
                                                      SLICE_FORMAT(record->message.business_id)));
        wanted[used++] = record->person;
    }
    return used == 0 || keyring_complete(&batch->keyring, batch->db, wanted, used, err);
}

/* Parts stand before the record they are of. A tick that caused nothing itself is not told. */
static void note_decided(struct transaction *transaction, struct record *record) {
    for (struct record *part = record->parts_first; part != NULL; part = part->next)
        transaction->decided[transaction->decided_count++] = part;
    if (!due_is_tick(record) || record->state == RECORD_DEAD)
        transaction->decided[transaction->decided_count++] = record;
}

static size_t parts_of(const struct record *record) {
    size_t count = 0;
    for (const struct record *part = record->parts_first; part != NULL; part = part->next)
        count++;
    return count;
}

/* In the order of deciding: ordinary records first, then ticks; what a command has decided before
 * the command, with which it alone makes the transaction. */
static void gather_decided(struct transaction *transaction) {
    const struct replay *replay = &transaction->replay;
    size_t most = transaction->count + replay->count;
    for (size_t i = 0; i < transaction->count; i++)
        most += parts_of(transaction->records[i]);
    for (size_t i = 0; i < replay->count; i++)
        most += parts_of(replay->records[i]);
    transaction->decided = arena_array(transaction->batch.arena, most, sizeof(struct record *));
    for (size_t i = 0; i < replay->count; i++)
        note_decided(transaction, replay->records[i]);
    for (size_t i = 0; i < transaction->count; i++)
        if (!due_is_tick(transaction->records[i]))
            note_decided(transaction, transaction->records[i]);
    for (size_t i = 0; i < transaction->count; i++)
        if (due_is_tick(transaction->records[i]))
            note_decided(transaction, transaction->records[i]);
}

/* What the worker is to decide, in order. */
static bool gather_open(struct transaction *transaction, struct error *err) {
    struct batch *batch = &transaction->batch;
    struct replay *replay = &transaction->replay;
    for (size_t i = 0; i < transaction->count; i++)
        prepare_record(batch, &transaction->parking, transaction->records[i]);
    if (replay->command != NULL && replay->command->state == RECORD_OPEN &&
        !replay_read(batch, &transaction->turn->replay, replay, err))
        return false;
    batch->records =
        arena_array(batch->arena, transaction->count + replay->count, sizeof(struct record *));
    for (size_t i = 0; i < transaction->count; i++)
        if (transaction->records[i]->state == RECORD_OPEN && is_ordinary(transaction->records[i]))
            batch->records[batch->count++] = transaction->records[i];
    for (size_t i = 0; i < replay->count; i++)
        if (replay->records[i]->state == RECORD_OPEN)
            batch->records[batch->count++] = replay->records[i];
    return true;
}

static bool decide(struct transaction *transaction, struct error *err) {
    struct batch *batch = &transaction->batch;
    if (!gather_open(transaction, err))
        return false;
    batch->state = arena_take(batch->arena, batch->worker->state_size);
    if (batch->count + batch->timers_count > 0 && !batch->worker->load(batch, err))
        return false;
    hook_pass("loaded");
    if (hook_is_sabotaged("lock_and_load") && !lock_employers(transaction, err))
        return false;
    for (size_t i = 0; i < batch->count; i++) {
        due_fire_wakes(batch, &transaction->due, batch->records[i]);
        batch->worker->decide(batch, batch->records[i]);
    }
    if (transaction->turn->is_postponing)
        due_postpone(batch, &transaction->due);
    else
        due_fire_ticks(batch, &transaction->due);
    replay_finish(batch, &transaction->replay);
    if (transaction->due.ticks_count > 0)
        hook_pass("deadlines_fired");
    gather_decided(transaction);
    return true;
}

static bool store(struct transaction *transaction, struct error *err) {
    struct batch *batch = &transaction->batch;
    return complete_keys(batch, transaction->decided, transaction->decided_count, err) &&
           (batch->count + batch->timers_count == 0 || batch->worker->store(batch, err)) &&
           timer_store(batch, err) && employer_mail_store(batch, err) &&
           parking_store(batch, &transaction->parking, err) &&
           replay_store(batch, &transaction->replay, err) &&
           journal_store(batch, transaction->decided, transaction->decided_count, err);
}

static void submit(struct transaction *transaction, const struct span *spans, size_t spans_count) {
    struct turn *turn = transaction->turn;
    struct batch *batch = &transaction->batch;
    struct publication *publication = loop_publication(turn->memory);
    const struct record_outputs **end = &publication->records;
    for (size_t i = 0; i < transaction->decided_count; i++) {
        const struct record *record = transaction->decided[i];
        if (record->outputs_count == 0)
            continue;
        struct record_outputs *outputs = arena_take(batch->arena, sizeof(*outputs));
        outputs->first = record->outputs_first;
        outputs->context = record_context(batch, record);
        *end = outputs;
        end = &outputs->next;
        publication->outputs_count += record->outputs_count;
    }
    turn->outputs += publication->outputs_count;
    publication->spans = spans;
    publication->spans_count = spans_count;
    publisher_submit(turn->loop->publisher, publication);
}

static void advance(struct turn *turn, const struct span *spans, size_t spans_count) {
    struct loop *loop = turn->loop;
    for (size_t i = 0; i < spans_count; i++)
        for (size_t k = 0; k < loop->partitions_count; k++) {
            struct progress *progress = &loop->partitions[k].progress;
            if (progress->partition == spans[i].partition &&
                slice_equal(progress->topic, spans[i].topic))
                progress->next_offset = spans[i].to_offset;
        }
}

/* Ticks that left something due are followed by another at once. */
static void note_ticks(struct transaction *transaction) {
    struct turn *turn = transaction->turn;
    for (size_t i = 0; i < transaction->due.ticks_count; i++) {
        const struct due_tick *of = &transaction->due.ticks[i];
        turn->fired += parts_of(of->tick);
        metrics_add(METRIC_TIMERS_FIRED, turn->loop->metrics_label, METRIC_NONE,
                    parts_of(of->tick));
        if (of->has_more)
            partition_of(turn, of->tick)->wants_tick = true;
    }
}

/* What is stored is counted; what was halved or repeated before does not count. */
static void count_stored(const struct transaction *transaction) {
    const struct turn *turn = transaction->turn;
    size_t worker = turn->loop->metrics_label;
    size_t outputs = 0;
    for (size_t i = 0; i < transaction->decided_count; i++) {
        const struct record *record = transaction->decided[i];
        outputs += record->outputs_count;
        if (record->state == RECORD_DEAD)
            metrics_add(METRIC_DEAD_LETTERS, worker, metrics_reason(record->fault.code), 1);
    }
    for (size_t i = 0; i < transaction->due.wakes_count; i++)
        if (transaction->due.is_woken[i])
            metrics_add(METRIC_TIMERS_FIRED, worker, METRIC_NONE, 1);
    metrics_add(METRIC_PARKED, worker, METRIC_NONE, transaction->parking.count);
    metrics_add(METRIC_REPLAYED, worker, METRIC_NONE, transaction->replay.count);
    metrics_add(METRIC_RECORDS, worker, METRIC_NONE, transaction->count);
    metrics_add(METRIC_OUTPUTS, worker, METRIC_NONE, outputs);
    metrics_add(METRIC_BATCHES, worker, METRIC_NONE, 1);
    metrics_add(METRIC_TICKS, worker, METRIC_NONE, transaction->due.ticks_count);
    metrics_apply(&transaction->batch.metrics);
}

static bool transact_locked(struct transaction *transaction, struct error *err) {
    struct loop *loop = transaction->turn->loop;
    struct batch *batch = &transaction->batch;
    if (!due_find(batch, transaction->records, transaction->count, loop->clock_partitions,
                  clock_now_ms(&loop->clock), transaction->turn->timers_most, &transaction->due,
                  err) ||
        !replay_find(batch, transaction->records, transaction->count, &transaction->replay, err))
        return false;
    gather_employers(transaction);
    if (!(hook_is_sabotaged("lock_and_load") || lock_employers(transaction, err)) ||
        !loop_read_clock(loop, batch->arena, err))
        return false;
    hook_pass("locked");
    batch->now_ms = clock_now_ms(&loop->clock);
    size_t woken = transaction->turn->is_without_wakes ? 0 : transaction->sirens_count;
    if (!parking_read(batch, transaction->sirens, transaction->sirens_count, transaction->count,
                      &transaction->parking, err) ||
        !due_read(batch, &transaction->due, transaction->sirens, woken, err) ||
        !decide(transaction, err))
        return false;
    hook_pass("decided");
    return store(transaction, err);
}

bool turn_transact(struct turn *turn, struct record *const *records, size_t count,
                   struct error *err) {
    struct loop *loop = turn->loop;
    struct arena *arena = &turn->memory->arena;
    size_t spans_count = 0;
    struct span *spans = spans_of(turn, records, count, &spans_count);
    struct transaction transaction = {
        .turn = turn,
        .records = records,
        .count = count,
        .batch = {.worker = loop->worker,
                  .settings = loop->settings,
                  .zone = loop->zone,
                  .arena = arena,
                  .db = loop->db},
    };
    keyring_init(&transaction.batch.keyring, arena, loop->vault);
    map_init(&transaction.batch.changes.by_key, arena, count);
    bool swapped = false;
    if (!db_begin(loop->db, err) ||
        !progress_swap(loop->db, loop->worker->name, arena, spans, spans_count, &swapped, err))
        return false;
    if (!swapped && !hook_is_sabotaged("no_swap"))
        return error_set(err, ERROR_TRANSIENT, "TAKEN_OVER",
                         "another process took the partition over");
    hook_pass("swapped");
    if (!transact_locked(&transaction, err) || !published_store(loop, arena, err))
        return false;
    bool is_kafka_first = hook_is_sabotaged("kafka_first");
    if (is_kafka_first) {
        submit(&transaction, spans, spans_count);
        loop_drain(loop);
    }
    hook_pass("before_database_commit");
    if (!db_commit(loop->db, err))
        return false;
    hook_pass("after_database_commit");
    published_stored(loop);
    sabotage_commit(loop, spans, spans_count);
    advance(turn, spans, spans_count);
    note_ticks(&transaction);
    turn->parked += transaction.parking.count;
    count_stored(&transaction);
    if (!is_kafka_first)
        submit(&transaction, spans, spans_count);
    return true;
}
