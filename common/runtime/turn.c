/* A batch: decoded once (intake.h), then decided and stored (transaction.c). When one record is
 * refused by the store, the batch is halved until it stands alone. A command of an operator stands
 * alone from the beginning. */
#include "common/runtime/turn.h"

#include "common/runtime/bounds.h"
#include "common/runtime/clock.h"
#include "common/runtime/due.h"
#include "common/runtime/hooks.h"
#include "common/runtime/intake.h"
#include "common/runtime/log.h"

enum { POISON_MOST = 10 };

static bool process(struct turn *turn, struct record **records, size_t count, struct error *err);

/* A command, one of whose records the store refuses: fewer at a time, down to the first one, then
 * that one without what it may have woken, and then it is that one, which goes on keeping the
 * others waiting. How many there are says nothing about the store: an operator asked for each. */
static bool process_refused_replay(struct turn *turn, struct record **records, struct error *err) {
    if (turn->replay.most > 1) {
        turn->replay.most = (turn->replay.most + 1) / 2;
    } else if (!turn->is_without_wakes) {
        turn->is_without_wakes = true;
    } else if (turn->replay.refusal == NULL) {
        (void)error_set(&turn->replay_refusal, ERROR_INVALID, "POISON",
                        "the store refused it again (%s)", err->code);
        turn->replay.refusal = &turn->replay_refusal;
        log_line(LOG_LEVEL_WARNING, turn->loop->worker->name,
                 "a parked record is refused by the store: %s", err->text);
    } else {
        return error_set(err, ERROR_FATAL, "POISON",
                         "the store refuses to keep a record that it refused: %s", err->code);
    }
    return process(turn, records, 1, err);
}

/* One record that the store refuses. What it may have woken is left to a tick, and a tick is
 * narrowed down to the one deadline: neither says anything about the record itself. Then it is the
 * record, which becomes a dead letter. */
static bool process_refused(struct turn *turn, struct record **records, struct error *err) {
    struct record *record = records[0];
    if (replay_is_command(record))
        return process_refused_replay(turn, records, err);
    if (due_is_tick(record) && !turn->is_postponing) {
        turn->is_postponing = turn->timers_most == 1;
        turn->timers_most = (turn->timers_most + 1) / 2;
        return process(turn, records, 1, err);
    }
    if (!record->has_fault && !turn->is_without_wakes) {
        turn->is_without_wakes = true;
        return process(turn, records, 1, err);
    }
    if (record->has_fault || ++turn->poisoned > POISON_MOST)
        return error_set(err, ERROR_FATAL, "POISON",
                         "the store refuses too many records of one batch: it isn't the records");
    record->has_fault = record->is_poison = true;
    (void)error_set(&record->fault, ERROR_INVALID, "POISON", "the store refused it (%s)",
                    err->code);
    log_line(LOG_LEVEL_WARNING, turn->loop->worker->name,
             "record refused by the store: %.*s[%d]@%lld: %s", SLICE_FORMAT(record->raw.topic),
             record->raw.partition, (long long)record->raw.offset, err->text);
    return process(turn, records, 1, err);
}

/* What was narrowed down is passed. */
static void begin_part(struct turn *turn) {
    turn->timers_most = loop_shrunk(turn->loop, TIMERS_PER_TICK);
    turn->is_postponing = false;
    turn->is_without_wakes = false;
    turn->replay = (struct replay_bounds){.most = loop_shrunk(turn->loop, REPLAY_MOST)};
}

/* The store refused something in these records: halve until the one stands alone. */
static bool process(struct turn *turn, struct record **records, size_t count, struct error *err) {
    if (count == 0)
        return true;
    if (clock_monotonic_ms() > turn->until_ms)
        return error_set(err, ERROR_TRANSIENT, "DATABASE_TIMEOUT",
                         "the batch has taken too long: its last %zu records are read again",
                         count);
    if (turn_transact(turn, records, count, err)) {
        begin_part(turn);
        return true;
    }
    db_rollback(turn->loop->db);
    if (err->class != ERROR_INVALID)
        return false;
    if (count == 1)
        return process_refused(turn, records, err);
    size_t half = count / 2;
    return process(turn, records, half, err) && process(turn, records + half, count - half, err);
}

/* In order, a command of an operator by itself: what it has decided is narrowed down by itself. */
static bool process_all(struct turn *turn, struct record **records, struct error *err) {
    size_t from = 0;
    while (from < turn->count) {
        size_t to = from + 1;
        while (to < turn->count && !replay_is_command(records[from]) &&
               !replay_is_command(records[to]))
            to++;
        if (!process(turn, records + from, to - from, err))
            return false;
        from = to;
    }
    return true;
}

static void log_turn(const struct turn *turn, int64_t began_ms) {
    size_t dead = 0;
    for (size_t i = 0; i < turn->count; i++) {
        const struct record *record = &turn->records[i];
        if (record->state != RECORD_DEAD)
            continue;
        dead++;
        log_line(LOG_LEVEL_WARNING, turn->loop->worker->name, "refused %.*s[%d]@%lld %s: %s",
                 SLICE_FORMAT(record->raw.topic), record->raw.partition,
                 (long long)record->raw.offset, record->fault.code, record->fault.text);
    }
    if (turn->parked > 0)
        log_line(LOG_LEVEL_WARNING, turn->loop->worker->name,
                 "%zu records wait behind others of their employers that the store refused",
                 turn->parked);
    log_line(LOG_LEVEL_INFO, turn->loop->worker->name,
             "batch records=%zu fired=%zu outputs=%zu refused=%zu took_ms=%lld", turn->count,
             turn->fired, turn->outputs, dead, (long long)(clock_monotonic_ms() - began_ms));
}

bool loop_turn(struct loop *loop, struct memory *memory, struct error *err) {
    int64_t began_ms = clock_monotonic_ms();
    struct turn turn = {.loop = loop, .memory = memory};
    turn.until_ms = began_ms + bounds_transaction_ms(loop->settings);
    begin_part(&turn);
    hook_pass("collected");
    turn.count = intake_decode(loop, memory, &turn.records);
    hook_pass("decoded");
    if (turn.count == (size_t)loop->settings->batch_max_records)
        auditor_note_load(loop->auditor);
    struct record **order = arena_array(&memory->arena, turn.count, sizeof(struct record *));
    for (size_t i = 0; i < turn.count; i++)
        order[i] = &turn.records[i];
    bool ok = process_all(&turn, order, err);
    if (ok && turn.count > 0) {
        metrics_observe(METRIC_BATCH_SECONDS, loop->metrics_label, clock_monotonic_ms() - began_ms);
        log_turn(&turn, began_ms);
    }
    memory_release(memory);
    return ok;
}
