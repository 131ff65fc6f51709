#include "workers/beneficiary/additions_load.h"

#include <assert.h>

#include "workers/beneficiary/outcome.h"
#include "workers/beneficiary/statements.h"
#include "workers/beneficiary/working_set.h"

static const struct column wanted_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct load_wanted, siren),
    COLUMN_AT(COLUMN_TEXT, struct load_wanted, subject),
};
const struct columns load_wanted_columns = COLUMNS_OF(struct load_wanted, wanted_items);

bool load_is_about_an_addition(const struct message *message) {
    return message->input->kind == INPUT_ADDITION_REQUESTED ||
           message->input->kind == INPUT_WITHDRAWAL ||
           message->input->kind == INPUT_EMPLOYER_DECIDED;
}

bool load_query(struct batch *batch, const struct statement *statement,
                const struct columns *key_columns, const void *keys, size_t keys_count,
                const struct columns *row_columns, void **rows, size_t *count, struct error *err) {
    struct parameters parameters;
    *rows = NULL;
    *count = 0;
    if (keys_count == 0) {
        return true;
    }
    parameters_init(&parameters, batch->arena);
    parameters_add_rows(&parameters, key_columns, keys, keys_count);
    return db_query(batch->db, statement, &parameters, row_columns, batch->arena, rows, count, err);
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
    struct load_wanted *wanted =
        arena_array(batch->arena, batch->count + batch->timers_count, sizeof(*wanted));
    size_t wanted_count = 0;
    void *found;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (load_is_about_an_addition(message)) {
            wanted[wanted_count++] = (struct load_wanted){message->siren, message->business_id};
        }
    }
    for (size_t i = 0; i < batch->timers_count; i++) {
        const struct timer *timer = &batch->timers[i];
        if (slice_is(timer->kind, timer_adviser) || slice_is(timer->kind, timer_pmss) ||
            slice_is(timer->kind, timer_addition_erased)) {
            wanted[wanted_count++] = (struct load_wanted){timer->siren, timer->subject};
        }
    }
    if (!load_query(batch, &sql_beneficiary_addition_load, &load_wanted_columns, wanted,
                    wanted_count, &addition_columns, &found, count, err)) {
        return false;
    }
    *rows = found;
    return true;
}

/* Those that wait for the insured whose timers are due, sorted by insured. */
static bool load_waiting(struct batch *batch, struct addition_row **rows, size_t *count,
                         struct error *err) {
    struct load_wanted *wanted = arena_array(batch->arena, batch->timers_count, sizeof(*wanted));
    size_t wanted_count = 0;
    struct parameters parameters;
    void *found;
    *rows = NULL;
    *count = 0;
    for (size_t i = 0; i < batch->timers_count; i++) {
        struct slice insured_id;
        if (working_set_read_waited(&batch->timers[i], &insured_id)) {
            wanted[wanted_count++] = (struct load_wanted){batch->timers[i].siren, insured_id};
        }
    }
    if (wanted_count == 0) {
        return true;
    }
    parameters_init(&parameters, batch->arena);
    parameters_add_rows(&parameters, &load_wanted_columns, wanted, wanted_count);
    parameters_add_int32(&parameters, WAITING_PER_WAKE);
    parameters_add_int32(&parameters, WAITING_PER_BATCH);
    if (!db_query(batch->db, &sql_beneficiary_waiting_load, &parameters, &addition_columns,
                  batch->arena, &found, count, err)) {
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
