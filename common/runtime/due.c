#include "common/runtime/due.h"

#include "common/base/limits.h"
#include "common/runtime/log.h"
#include "common/runtime/rows.h"

enum { POSTPONED_MS = 3600 * 1000, OUTPUTS_ENOUGH = LIMIT_OUTPUTS / 2 };

bool due_is_tick(const struct record *record) {
    return !record->has_fault && record->message.input != NULL &&
           record->message.input->kind == INPUT_TICK;
}

static int64_t bound_of(const struct record *tick, int64_t now_ms) {
    int64_t instant = ((const struct tick *)tick->message.data)->instant;
    return instant < now_ms ? instant : now_ms;
}

/* What the timer without employer concerns next, as timers of a kind of their own. */
static bool spread(struct batch *batch, struct due *due, size_t most, struct error *err) {
    const struct timer *timer = due->spread_of;
    struct subject_key *subjects = NULL;
    size_t count = 0;
    if (!batch->worker->spread(batch, timer, most, &subjects, &count, err))
        return false;
    due->spread = arena_array(batch->arena, count, sizeof(*due->spread));
    for (size_t i = 0; i < count; i++)
        due->spread[i] = (struct timer){.siren = subjects[i].siren,
                                        .worker = timer->worker,
                                        .kind = slice_of(batch->worker->spread_kind),
                                        .subject = subjects[i].subject,
                                        .lane = timer_lane(subjects[i].siren),
                                        .due_at = timer->due_at};
    due->spread_count = count;
    due->spread_is_full = count >= most;
    return true;
}

/* One timer without employer is spread at a time. */
static bool find_spread(struct batch *batch, struct due *due, struct due_tick *of, size_t most,
                        struct error *err) {
    for (size_t i = 0; i < of->keys_count; i++) {
        if (of->keys[i].siren.size != 0 || batch->worker->spread == NULL)
            continue;
        due->spreading = of;
        due->spread_of = &of->keys[i];
        return spread(batch, due, most, err);
    }
    return true;
}

bool due_find(struct batch *batch, struct record *const *records, size_t count, int32_t partitions,
              int64_t now_ms, size_t most, struct due *due, struct error *err) {
    size_t left = TIMERS_PER_BATCH;
    due->ticks = arena_array(batch->arena, count, sizeof(*due->ticks));
    for (size_t i = 0; i < count; i++) {
        if (!due_is_tick(records[i]) || batch->worker->firings_count == 0)
            continue;
        struct due_tick *of = &due->ticks[due->ticks_count++];
        size_t allowed = most < left ? most : left;
        of->tick = records[i];
        of->has_more = allowed == 0;
        if (allowed == 0)
            continue;
        if (!timer_due(batch, records[i]->message.data, partitions, bound_of(records[i], now_ms),
                       allowed, &of->keys, &of->keys_count, err))
            return false;
        of->has_more = of->keys_count == allowed;
        left -= of->keys_count;
        if (due->spread_of == NULL && !find_spread(batch, due, of, most, err))
            return false;
        left -= due->spreading == of && due->spread_count < left ? due->spread_count : 0;
    }
    return true;
}

size_t due_sirens_most(const struct due *due) {
    size_t most = due->spread_count;
    for (size_t i = 0; i < due->ticks_count; i++)
        most += due->ticks[i].keys_count;
    return most;
}

size_t due_sirens(const struct due *due, struct slice *sirens) {
    size_t used = 0;
    for (size_t i = 0; i < due->ticks_count; i++)
        for (size_t k = 0; k < due->ticks[i].keys_count; k++)
            sirens[used++] = due->ticks[i].keys[k].siren;
    for (size_t i = 0; i < due->spread_count; i++)
        sirens[used++] = due->spread[i].siren;
    return used;
}

/* All that may be fired in one array, for the worker to load. */
static void gather(struct batch *batch, const struct due *due) {
    size_t count = due->wakes_count + due->spread_count;
    for (size_t i = 0; i < due->ticks_count; i++)
        count += due->ticks[i].timers_count;
    struct timer *timers = arena_array(batch->arena, count, sizeof(*timers));
    size_t used = 0;
    for (size_t i = 0; i < due->wakes_count; i++)
        timers[used++] = due->wakes[i];
    for (size_t i = 0; i < due->ticks_count; i++)
        for (size_t k = 0; k < due->ticks[i].timers_count; k++)
            timers[used++] = due->ticks[i].timers[k];
    for (size_t i = 0; i < due->spread_count; i++)
        timers[used++] = due->spread[i];
    batch->timers = timers;
    batch->timers_count = used;
}

/* The same timer among rows read later; NULL if it is not there. */
static const struct timer *find_again(const struct timer *timer, const struct timer *rows,
                                      size_t count) {
    for (size_t i = 0; i < count; i++)
        if (slice_equal(rows[i].siren, timer->siren) && slice_equal(rows[i].kind, timer->kind) &&
            slice_equal(rows[i].subject, timer->subject))
            return &rows[i];
    return NULL;
}

bool due_read(struct batch *batch, struct due *due, const struct slice *sirens, size_t sirens_count,
              struct error *err) {
    for (size_t i = 0; i < due->ticks_count; i++) {
        struct due_tick *of = &due->ticks[i];
        if (of->keys_count > 0 &&
            !timer_load(batch, of->keys, of->keys_count, bound_of(of->tick, batch->now_ms),
                        &of->timers, &of->timers_count, err))
            return false;
        if (due->spreading == of)
            due->spread_of = find_again(due->spread_of, of->timers, of->timers_count);
    }
    if (sirens_count > 0 && batch->worker->firings_count > 0) {
        if (!timer_wakes(batch, sirens, sirens_count, &due->wakes, &due->wakes_count, err))
            return false;
        due->is_woken = arena_array(batch->arena, due->wakes_count, sizeof(bool));
    }
    gather(batch, due);
    return true;
}

/* Of its parts: what it caused so far. */
static size_t outputs_of(const struct record *record) {
    size_t count = 0;
    for (const struct record *part = record->parts_first; part != NULL; part = part->next)
        count += part->outputs_count;
    return count;
}

void due_fire_wakes(struct batch *batch, struct due *due, struct record *record) {
    for (size_t i = 0; i < due->wakes_count; i++) {
        if (due->is_woken[i] || !slice_equal(due->wakes[i].siren, record->message.siren))
            continue;
        if (outputs_of(record) >= OUTPUTS_ENOUGH)
            return; /* the next record, or a tick: they stay due */
        due->is_woken[i] = true;
        if (timer_take(batch, &due->wakes[i]))
            worker_fire(batch, record, &due->wakes[i]);
    }
}

static void fire_tick(struct batch *batch, struct due *due, struct due_tick *of) {
    for (size_t i = 0; i < of->timers_count; i++) {
        const struct timer *timer = &of->timers[i];
        bool is_spread = timer->siren.size == 0 && batch->worker->spread != NULL;
        bool is_finished = !is_spread || (timer == due->spread_of && !due->spread_is_full);
        if (outputs_of(of->tick) >= OUTPUTS_ENOUGH) {
            of->has_more = true;
            return;
        }
        if (is_finished && timer_take(batch, timer) && !is_spread)
            worker_fire(batch, of->tick, timer);
        of->has_more = of->has_more || !is_finished;
    }
}

void due_fire_ticks(struct batch *batch, struct due *due) {
    /* What a timer without employer concerns comes first: only when all of it was fired is the
     * timer itself gone. */
    for (size_t i = 0; i < due->spread_count; i++) {
        if (outputs_of(due->spreading->tick) >= OUTPUTS_ENOUGH) {
            due->spread_is_full = true;
            break;
        }
        worker_fire(batch, due->spreading->tick, &due->spread[i]);
    }
    for (size_t i = 0; i < due->ticks_count; i++)
        fire_tick(batch, due, &due->ticks[i]);
}

static void postpone(struct batch *batch, const struct timer *timer) {
    log_line(LOG_LEVEL_ERROR, batch->worker->name,
             "the store refuses what the deadline %.*s of %.*s causes: tried again in an hour",
             SLICE_FORMAT(timer->kind), SLICE_FORMAT(timer->siren));
    timer_move(batch, timer, batch->now_ms + POSTPONED_MS);
}

void due_postpone(struct batch *batch, struct due *due) {
    for (size_t i = 0; i < due->spread_count; i++)
        postpone(batch, &due->spread[i]);
    if (due->spread_count > 0) {
        due->spreading->has_more = true;
        return;
    }
    for (size_t i = 0; i < due->ticks_count; i++)
        for (size_t k = 0; k < due->ticks[i].timers_count; k++)
            postpone(batch, &due->ticks[i].timers[k]);
}
