#include "workers/termination/store.h"

#include <assert.h>

#include "common/base/words.h"
#include "common/record/json_read.h"
#include "common/runtime/contracts.h"
#include "common/runtime/rows.h"
#include "workers/termination/messages.h"
#include "workers/termination/statements.h"

const char timer_idle[] = "idle";
const char early_withdrawal[] = "withdrawal";

const struct statement *const termination_statements[TERMINATION_STATEMENTS] = {
    &sql_termination_journey_select,
    &sql_termination_standing_select,
    &sql_termination_waiting_select,
    &sql_termination_journey_upsert,
};

static const struct column journey_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct journey, siren),
    COLUMN_AT(COLUMN_TEXT, struct journey, journey_id),
    COLUMN_AT(COLUMN_TEXT, struct journey, contract_id),
    COLUMN_WORD_AT(struct journey, state, journey_state_words),
    COLUMN_AT(COLUMN_INSTANT, struct journey, last_step_at),
    COLUMN_AT(COLUMN_BYTES, struct journey, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct journey, received_at),
    COLUMN_AT(COLUMN_INSTANT, struct journey, grace_ends_at),
    COLUMN_WORD_AT(struct journey, legal_basis, legal_basis_words),
    COLUMN_AT(COLUMN_DATE, struct journey, effective_on),
    COLUMN_AT(COLUMN_INSTANT, struct journey, withdrawn_at),
    COLUMN_AT(COLUMN_INSTANT, struct journey, recorded_at),
    ORIGIN_COLUMNS(struct journey, origin, ""),
    COLUMN_AT(COLUMN_TEXT, struct journey, content),
};
static const struct columns journey_columns = COLUMNS_OF(struct journey, journey_items);

struct journey *journey_standing(const struct termination_state *state, struct slice siren,
                                 struct slice contract_id) {
    struct journey *journey = map_get(&state->standing, siren, contract_id);
    return journey == NULL || journey->state != JOURNEY_NOTIFIED ? NULL : journey;
}

struct journey *journey_add(struct batch *batch, struct slice siren, struct slice journey_id) {
    struct termination_state *state = batch->state;
    struct journey *journey = arena_take(batch->arena, sizeof(*journey));
    *journey = (struct journey){
        .siren = siren,
        .journey_id = journey_id,
        .last_step_at = INSTANT_NONE,
        .received_at = INSTANT_NONE,
        .grace_ends_at = INSTANT_NONE,
        .effective_on = DATE_NONE,
        .withdrawn_at = INSTANT_NONE,
    };
    map_put(&state->journeys, siren, journey_id, journey);
    return journey;
}

void journey_note(struct batch *batch, struct journey *journey) {
    struct termination_state *state = batch->state;
    journey->recorded_at = batch->now_ms;
    if (!journey->is_changed) {
        assert(state->changed_count < state->changed_room);
        journey->is_changed = true;
        state->changed[state->changed_count++] = journey;
    }
}

/* What several statements read stands once in the working set. */
static bool adopt(struct batch *batch, struct journey *row, struct journey **journey,
                  struct error *err) {
    struct termination_state *state = batch->state;
    *journey = map_get(&state->journeys, row->siren, row->journey_id);
    if (*journey != NULL) {
        return true;
    }
    *journey = row;
    map_put(&state->journeys, row->siren, row->journey_id, row);
    batch_observe(batch, row->recorded_at);
    if (row->state != JOURNEY_WAITING) {
        return true;
    }
    struct confirmation *confirmation = arena_take(batch->arena, sizeof(*confirmation));
    row->confirmation = confirmation;
    return json_read_text(batch->arena, &confirmation_shape, row->content, confirmation, err);
}

/* Those that the records and the timers name. */
static bool load_named(struct batch *batch, struct error *err) {
    struct subject_key *wanted =
        arena_array(batch->arena, batch->count + batch->timers_count, sizeof(*wanted));
    size_t wanted_count = 0;
    void *found;
    size_t count;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        wanted[wanted_count++] = (struct subject_key){message->siren, message->business_id};
    }
    for (size_t i = 0; i < batch->timers_count; i++) {
        const struct timer *timer = &batch->timers[i];
        if (slice_is(timer->kind, timer_idle)) {
            wanted[wanted_count++] = (struct subject_key){timer->siren, timer->subject};
        }
    }
    if (!rows_load(batch, &sql_termination_journey_select,
                   rows_of(&subject_key_columns, wanted, wanted_count), &journey_columns, &found,
                   &count, err)) {
        return false;
    }
    struct journey *rows = found;
    for (size_t i = 0; i < count; i++) {
        struct journey *journey;
        if (!adopt(batch, &rows[i], &journey, err)) {
            return false;
        }
    }
    return true;
}

/* Those that wait for the contracts whose timers are due, put in line by contract. */
static bool load_waiting(struct batch *batch, size_t *count, struct error *err) {
    struct termination_state *state = batch->state;
    void *found;
    struct journey *last = NULL;
    if (!rows_load_first(batch, &sql_termination_waiting_select, contracts_all_waited_for(batch),
                         (struct rows_bounds){WAITING_PER_WAKE, WAITING_PER_BATCH},
                         &journey_columns, &found, count, err)) {
        return false;
    }
    struct journey *rows = found;
    for (size_t i = 0; i < *count; i++) {
        struct journey *journey;
        if (!adopt(batch, &rows[i], &journey, err)) {
            return false;
        }
        if (map_get(&state->waiting, journey->siren, journey->contract_id) == NULL) {
            map_put(&state->waiting, journey->siren, journey->contract_id, journey);
        } else {
            assert(last != NULL); /* the rows come contract by contract */
            last->next = journey;
        }
        last = journey;
    }
    state->is_waiting_cut = *count == WAITING_PER_BATCH;
    return true;
}

/* The contracts that may be decided about, and whose notices of them stand. */
static bool load_contracts(struct batch *batch, const struct contract_key *keys, size_t count,
                           struct error *err) {
    struct termination_state *state = batch->state;
    struct subject_key *wanted = arena_array(batch->arena, count, sizeof(*wanted));
    void *found;
    size_t rows_count;
    for (size_t i = 0; i < count; i++) {
        wanted[i] = (struct subject_key){keys[i].siren, keys[i].contract_id};
    }
    if (!contracts_load(batch, keys, count, &state->contracts, err) ||
        !rows_load(batch, &sql_termination_standing_select,
                   rows_of(&subject_key_columns, wanted, count), &journey_columns, &found,
                   &rows_count, err)) {
        return false;
    }
    struct journey *rows = found;
    for (size_t i = 0; i < rows_count; i++) {
        struct journey *journey;
        if (!adopt(batch, &rows[i], &journey, err)) {
            return false;
        }
        map_put(&state->standing, journey->siren, journey->contract_id, journey);
    }
    return true;
}

/* Of the confirmations that came and of those that wait. */
static struct contract_key *want_contracts(struct batch *batch, size_t *count) {
    const struct termination_state *state = batch->state;
    struct contract_key *keys =
        arena_array(batch->arena, 2 * batch->count + batch->timers_count, sizeof(*keys));
    *count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        const struct journey *journey =
            map_get(&state->journeys, message->siren, message->business_id);
        if (message->input->kind == INPUT_CONFIRMED) {
            const struct confirmation *confirmation = message->data;
            keys[(*count)++] = (struct contract_key){message->siren, confirmation->contract_id};
        }
        if (journey != NULL && journey->state == JOURNEY_WAITING) {
            keys[(*count)++] = (struct contract_key){journey->siren, journey->contract_id};
        }
    }
    for (size_t i = 0; i < batch->timers_count; i++) {
        struct slice contract_id;
        if (contracts_waited_for(&batch->timers[i], &contract_id) &&
            map_get(&state->waiting, batch->timers[i].siren, contract_id) != NULL) {
            keys[(*count)++] = (struct contract_key){batch->timers[i].siren, contract_id};
        }
    }
    return keys;
}

/* Withdrawals that came before their confirmation, or that the batch brings too early. */
static bool load_early(struct batch *batch, struct error *err) {
    struct termination_state *state = batch->state;
    struct early_key *keys = arena_array(batch->arena, batch->count, sizeof(*keys));
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (message->input->kind == INPUT_CONFIRMED || message->input->kind == INPUT_WITHDRAWAL) {
            keys[count++] = (struct early_key){message->siren, slice_of(early_withdrawal),
                                               message->business_id};
        }
    }
    return early_load(batch, &state->early, keys, count, count, err);
}

bool termination_load(struct batch *batch, struct error *err) {
    struct termination_state *state = batch->state;
    size_t waiting_count;
    size_t keys_count;
    map_init(&state->journeys, batch->arena, batch->count + batch->timers_count);
    map_init(&state->standing, batch->arena, batch->count);
    map_init(&state->waiting, batch->arena, batch->timers_count);
    if (!load_named(batch, err) || !load_waiting(batch, &waiting_count, err)) {
        return false;
    }
    state->changed_room = batch->count + batch->timers_count + waiting_count;
    state->changed = arena_array(batch->arena, state->changed_room, sizeof(struct journey *));
    const struct contract_key *keys = want_contracts(batch, &keys_count);
    return load_contracts(batch, keys, keys_count, err) && load_early(batch, err);
}

bool termination_store(struct batch *batch, struct error *err) {
    struct termination_state *state = batch->state;
    return rows_store(batch, &sql_termination_journey_upsert,
                      rows_at(&journey_columns, state->changed, state->changed_count), err) &&
           early_store(batch, &state->early, err);
}
