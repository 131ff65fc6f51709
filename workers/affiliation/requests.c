#include "workers/affiliation/requests.h"

#include "common/runtime/contracts.h"
#include "common/runtime/reference.h"
#include "common/runtime/rows.h"
#include "workers/affiliation/messages.h"
#include "workers/affiliation/progress.h"
#include "workers/affiliation/statements.h"
#include "workers/affiliation/working_set.h"

static bool load_calendar(struct batch *batch, struct affiliation_state *state, struct slice id,
                          struct error *err) {
    struct calendar *calendar = arena_take(batch->arena, sizeof(*calendar));
    const struct slice name = arena_copy(batch->arena, id); /* terminated */
    if (map_get(&state->calendars, id, slice_none()) != NULL) {
        return true;
    }
    if (!reference_load_calendar(batch, name.data, calendar, err)) {
        return false;
    }
    map_put(&state->calendars, name, slice_none(), calendar);
    return true;
}

/* Of the requests read by either statement, each stands once in the working set. */
static void adopt(struct batch *batch, struct affiliation_state *state, struct request_row *row) {
    map_put(&state->requests, row->siren, row->request_id, row);
    batch_observe(batch, row->decided_at);
    row->key = keyring_ask(&batch->keyring, row->siren, row->person);
    if (affiliation_is_open(row->status)) {
        row->is_armed = true;
        state->open[state->open_count++] = row;
    }
}

/* Those that the records and timers name. */
static bool load_named(struct batch *batch, struct request_row **rows, size_t *count,
                       struct error *err) {
    struct subject_key *wanted =
        arena_array(batch->arena, batch->count + batch->timers_count, sizeof(*wanted));
    size_t wanted_count = 0;
    void *found;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (message->input->kind == INPUT_AFFILIATION_REQUESTED ||
            message->input->kind == INPUT_CANCELLATION || message->input->kind == INPUT_REVIEWED) {
            wanted[wanted_count++] = (struct subject_key){message->siren, message->business_id};
        }
    }
    for (size_t i = 0; i < batch->timers_count; i++) {
        const struct timer *timer = &batch->timers[i];
        if (slice_is(timer->kind, timer_request) || slice_is(timer->kind, timer_calendar) ||
            slice_is(timer->kind, timer_tracking_refresh)) {
            wanted[wanted_count++] = (struct subject_key){timer->siren, timer->subject};
        }
    }
    if (!rows_load(batch, &sql_affiliation_request_select,
                   rows_of(&subject_key_columns, wanted, wanted_count), &request_columns, &found,
                   count, err)) {
        return false;
    }
    *rows = found;
    return true;
}

/* Those that wait for the contracts whose timers are due, sorted by contract. */
static bool load_waiting(struct batch *batch, struct request_row **rows, size_t *count,
                         struct error *err) {
    void *found;
    if (!rows_load_first(batch, &sql_affiliation_waiting_select, contracts_all_waited_for(batch),
                         (struct rows_bounds){WAITING_PER_WAKE, WAITING_PER_BATCH},
                         &request_columns, &found, count, err)) {
        return false;
    }
    *rows = found;
    return true;
}

/* Puts those that wait for a contract in a row behind the first of them. */
static void line_up(struct batch *batch, struct affiliation_state *state, struct request_row *rows,
                    size_t count) {
    struct request_row *last = NULL;
    for (size_t i = 0; i < count; i++) {
        struct request_row *row = map_get(&state->requests, rows[i].siren, rows[i].request_id);
        if (row == NULL) {
            row = &rows[i];
            adopt(batch, state, row);
        }
        if (map_get(&state->waiting, row->siren, row->contract_id) == NULL) {
            map_put(&state->waiting, row->siren, row->contract_id, row);
        } else if (last != NULL) {
            last->next = row;
        }
        last = row;
    }
    state->is_waiting_cut = count == WAITING_PER_BATCH;
}

/* What the open ones said; judged by the calendar that each was promised by. */
static bool read_open(struct batch *batch, struct affiliation_state *state, struct error *err) {
    if (!keyring_load(&batch->keyring, batch->db, err)) {
        return false;
    }
    for (size_t i = 0; i < state->open_count; i++) {
        struct request_row *row = state->open[i];
        struct affiliation_request *request = arena_take(batch->arena, sizeof(*request));
        if (!keyring_read(&batch->keyring, row->key, row->content, row->sealed,
                          &affiliation_request_shape, request, &row->is_erased, err)) {
            return false;
        }
        row->request = request;
        if (slice_is_present(row->calendar_id) &&
            !load_calendar(batch, state, row->calendar_id, err)) {
            return false;
        }
    }
    return true;
}

bool requests_load(struct batch *batch, struct affiliation_state *state, struct error *err) {
    struct request_row *named;
    struct request_row *waiting;
    size_t named_count;
    size_t waiting_count;
    map_init(&state->calendars, batch->arena, 1);
    map_init(&state->requests, batch->arena, batch->count);
    map_init(&state->waiting, batch->arena, batch->timers_count);
    if (!load_calendar(batch, state, slice_of(batch->settings->sla_calendar), err) ||
        !load_named(batch, &named, &named_count, err) ||
        !load_waiting(batch, &waiting, &waiting_count, err)) {
        return false;
    }
    state->open =
        arena_array(batch->arena, named_count + waiting_count, sizeof(struct request_row *));
    for (size_t i = 0; i < named_count; i++) {
        adopt(batch, state, &named[i]);
    }
    line_up(batch, state, waiting, waiting_count);
    return read_open(batch, state, err);
}

bool affiliation_spread(struct batch *batch, const struct timer *timer, size_t most,
                        struct subject_key **subjects, size_t *count, struct error *err) {
    struct parameters parameters;
    void *found;
    parameters_init(&parameters, batch->arena);
    parameters_add_text(&parameters, timer->subject);
    parameters_add_int32(&parameters, (int32_t)most);
    if (!db_query(batch->db, &sql_affiliation_rescheduled_select, &parameters, &subject_key_columns,
                  batch->arena, &found, count, err)) {
        return false;
    }
    *subjects = found;
    return true;
}
