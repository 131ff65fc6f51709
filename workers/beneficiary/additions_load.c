#include "workers/beneficiary/additions_load.h"

#include <assert.h>

#include "common/runtime/rows.h"
#include "workers/beneficiary/outcome.h"
#include "workers/beneficiary/statements.h"
#include "workers/beneficiary/working_set.h"

bool load_is_about_an_addition(const struct message *message) {
    return message->input->kind == INPUT_ADDITION_REQUESTED ||
           message->input->kind == INPUT_WITHDRAWAL ||
           message->input->kind == INPUT_EMPLOYER_DECIDED;
}

/* Of the additions read by either statement, each stands once in the working set. */
static void adopt(struct batch *batch, struct addition_row *row) {
    struct working_set *set = batch->state;
    map_put(&set->additions, row->siren, row->addition_id, row);
    batch_observe(batch, row->decided_at);
    if (addition_is_open(row->status)) {
        set->open[set->open_count++] = row;
        row->key = keyring_ask(
            &batch->keyring, row->siren,
            outcome_person(batch->arena, row->status, row->addition_id, row->insured_id));
    }
}

/* Those that the records and timers name. */
static bool load_named(struct batch *batch, struct addition_row **rows, size_t *count,
                       struct error *err) {
    struct subject_key *wanted =
        arena_array(batch->arena, batch->count + batch->timers_count, sizeof(*wanted));
    size_t wanted_count = 0;
    void *found;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (load_is_about_an_addition(message)) {
            wanted[wanted_count++] = (struct subject_key){message->siren, message->business_id};
        }
    }
    for (size_t i = 0; i < batch->timers_count; i++) {
        const struct timer *timer = &batch->timers[i];
        if (slice_is(timer->kind, timer_adviser) || slice_is(timer->kind, timer_pmss) ||
            slice_is(timer->kind, timer_addition_erased)) {
            wanted[wanted_count++] = (struct subject_key){timer->siren, timer->subject};
        }
    }
    if (!rows_load(batch, &sql_beneficiary_addition_load,
                   rows_of(&subject_key_columns, wanted, wanted_count), &addition_columns, &found,
                   count, err)) {
        return false;
    }
    *rows = found;
    return true;
}

/* Those that wait for the insured whose timers are due, sorted by insured. */
static bool load_waiting(struct batch *batch, struct addition_row **rows, size_t *count,
                         struct error *err) {
    void *found;
    if (!rows_load_first(batch, &sql_beneficiary_waiting_load, working_set_all_waited(batch),
                         (struct rows_bounds){WAITING_PER_WAKE, WAITING_PER_BATCH},
                         &addition_columns, &found, count, err)) {
        return false;
    }
    *rows = found;
    return true;
}

/* Puts those that wait for an insured in a row behind the first of them. */
static void line_up(struct batch *batch, struct addition_row *rows, size_t count) {
    struct working_set *set = batch->state;
    struct addition_row *last = NULL;
    for (size_t i = 0; i < count; i++) {
        struct addition_row *row = map_get(&set->additions, rows[i].siren, rows[i].addition_id);
        if (row == NULL) {
            row = &rows[i];
            adopt(batch, row);
        }
        if (map_get(&set->waiting, row->siren, row->insured_id) == NULL) {
            map_put(&set->waiting, row->siren, row->insured_id, row);
        } else {
            assert(last != NULL); /* the rows come insured by insured */
            last->next = row;
        }
        last = row;
    }
    set->is_waiting_cut = count == WAITING_PER_BATCH;
}

/* What the open ones asked for. */
static bool read_open(struct batch *batch, struct error *err) {
    struct working_set *set = batch->state;
    if (!keyring_load(&batch->keyring, batch->db, err)) {
        return false;
    }
    for (size_t i = 0; i < set->open_count; i++) {
        struct addition_row *row = set->open[i];
        struct addition_requested *request = arena_take(batch->arena, sizeof(*request));
        if (!keyring_read(&batch->keyring, row->key, row->content, row->sealed,
                          &addition_requested_shape, request, &row->is_erased, err)) {
            return error_prefix(err, "an addition of %.*s", SLICE_FORMAT(row->siren));
        }
        row->request = request;
    }
    return true;
}

bool additions_load(struct batch *batch, struct error *err) {
    struct working_set *set = batch->state;
    struct addition_row *named;
    struct addition_row *waiting;
    size_t named_count;
    size_t waiting_count;
    map_init(&set->additions, batch->arena, batch->count + batch->timers_count);
    map_init(&set->waiting, batch->arena, batch->timers_count);
    if (!load_named(batch, &named, &named_count, err) ||
        !load_waiting(batch, &waiting, &waiting_count, err)) {
        return false;
    }
    set->open =
        arena_array(batch->arena, named_count + waiting_count, sizeof(struct addition_row *));
    set->changed_additions = arena_array(batch->arena, batch->count + named_count + waiting_count,
                                         sizeof(struct addition_row *));
    for (size_t i = 0; i < named_count; i++) {
        adopt(batch, &named[i]);
    }
    line_up(batch, waiting, waiting_count);
    return read_open(batch, err);
}
