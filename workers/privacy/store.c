#include "workers/privacy/store.h"

#include "common/base/compiler.h"
#include "common/runtime/rows.h"
#include "common/runtime/statements.h"
#include "workers/privacy/messages.h"
#include "workers/privacy/statements.h"

const struct statement *const privacy_statements[] = {
    &sql_privacy_request_load,  &sql_privacy_request_insert, &sql_privacy_person_load,
    &sql_privacy_holding_load,  &sql_privacy_trace_load,     &sql_privacy_insured_erase,
    &sql_privacy_request_erase, &sql_privacy_addition_erase, &sql_privacy_beneficiary_erase,
    &sql_data_key_delete,
};

static const struct column row_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct privacy_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct privacy_row, privacy_request_id),
    COLUMN_WORD_AT(struct privacy_row, wish, privacy_wish_words),
    COLUMN_AT(COLUMN_TEXT, struct privacy_row, named),
    COLUMN_AT(COLUMN_TEXT, struct privacy_row, person),
    COLUMN_AT(COLUMN_BYTES, struct privacy_row, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct privacy_row, decided_at),
};
static const struct columns row_columns = COLUMNS_OF(struct privacy_row, row_items);
/* The first two of these: its key. */
static const struct columns row_key = {row_items, 2, sizeof(struct privacy_row)};

WORDS(trace_kind_words, "key", "cover", "request", "addition");

static const struct column trace_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct trace, siren),
    COLUMN_AT(COLUMN_TEXT, struct trace, person),
    COLUMN_WORD_AT(struct trace, kind, trace_kind_words),
    COLUMN_AT(COLUMN_TEXT, struct trace, id),
};
static const struct columns trace_columns = COLUMNS_OF(struct trace, trace_items);

static const struct column key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct trace, siren),
    COLUMN_AT(COLUMN_TEXT, struct trace, id),
};
static const struct columns key_columns = COLUMNS_OF(struct trace, key_items);

static const struct column insured_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct privacy_person, siren),
    COLUMN_AT(COLUMN_UUID, struct privacy_person, insured_id),
};
static const struct columns insured_columns = COLUMNS_OF(struct privacy_person, insured_items);

enum privacy_wish privacy_wish_of(const struct record *record) {
    return record->message.input->kind == INPUT_ERASURE_REQUESTED ? PRIVACY_ERASURE
                                                                  : PRIVACY_ACCESS;
}

static bool load_seen(struct batch *batch, struct privacy_state *state, struct error *err) {
    struct privacy_row *keys = arena_array(batch->arena, batch->count, sizeof(*keys));
    void *found;
    size_t count;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        keys[i].siren = message->siren;
        keys[i].privacy_request_id = message->business_id;
    }
    if (!rows_load(batch, &sql_privacy_request_load, rows_of(&row_key, keys, batch->count),
                   &row_columns, &found, &count, err)) {
        return false;
    }
    struct privacy_row *rows = found;
    for (size_t i = 0; i < count; i++) {
        batch_observe(batch, rows[i].decided_at);
        map_put(&state->seen, rows[i].siren, rows[i].privacy_request_id, &rows[i]);
    }
    return true;
}

/* Of several names that mean the same person there is one person. */
static bool load_people(struct batch *batch, struct privacy_state *state,
                        struct privacy_person ***people, size_t *people_count, struct error *err) {
    struct privacy_name *names = arena_array(batch->arena, batch->count, sizeof(*names));
    struct map by_person;
    struct privacy_meaning *meanings;
    size_t count;
    for (size_t i = 0; i < batch->count; i++) {
        const struct privacy_request *request = batch->records[i]->message.data;
        names[i] =
            (struct privacy_name){.siren = request->siren, .request_id = request->request_id};
        if (!slice_is_present(request->insured_id) ||
            !uuid_parse(request->insured_id, &names[i].insured_id)) {
            names[i].insured_id = (struct uuid){{0}};
        }
    }
    if (!privacy_find(batch->db, batch->arena, names, batch->count, &meanings, &count, err)) {
        return false;
    }
    map_init(&by_person, batch->arena, count);
    *people = arena_array(batch->arena, count, sizeof(struct privacy_person *));
    *people_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct privacy_meaning *meaning = &meanings[i];
        struct privacy_person *person = map_get(&by_person, meaning->siren, meaning->person);
        if (person == NULL) {
            person = arena_take(batch->arena, sizeof(*person));
            person->siren = meaning->siren;
            person->person = meaning->person;
            person->insured_id = meaning->insured_id;
            map_put(&by_person, person->siren, person->person, person);
            (*people)[(*people_count)++] = person;
        }
        map_put(&state->meaning, meaning->siren, meaning->named, person);
    }
    return privacy_read_holdings(batch->db, batch->arena, *people, *people_count, err);
}

/* The rows come person by person. */
static bool load_traces(struct batch *batch, struct privacy_state *state,
                        struct privacy_person *const *people, size_t people_count,
                        struct error *err) {
    void *found;
    size_t count;
    if (!rows_load(batch, &sql_privacy_trace_load,
                   rows_at(&privacy_person_columns, people, people_count), &trace_columns, &found,
                   &count, err)) {
        return false;
    }
    const struct trace *rows = found;
    for (size_t i = 0; i < count; i++) {
        struct trace_list *list = map_get(&state->traces, rows[i].siren, rows[i].person);
        if (list == NULL) {
            list = arena_take(batch->arena, sizeof(*list));
            list->items = &rows[i];
            map_put(&state->traces, rows[i].siren, rows[i].person, list);
        }
        list->count++;
    }
    return true;
}

bool privacy_load(struct batch *batch, struct error *err) {
    struct privacy_state *state = batch->state;
    struct privacy_person **people;
    size_t people_count;
    size_t erasures = 0;
    map_init(&state->seen, batch->arena, batch->count);
    map_init(&state->meaning, batch->arena, batch->count);
    map_init(&state->traces, batch->arena, batch->count);
    state->new_rows = arena_array(batch->arena, batch->count, sizeof(const struct privacy_row *));
    state->erased = arena_array(batch->arena, batch->count, sizeof(const struct privacy_person *));
    for (size_t i = 0; i < batch->count; i++) {
        erasures += privacy_wish_of(batch->records[i]) == PRIVACY_ERASURE;
    }
    return batch->count == 0 || (load_seen(batch, state, err) &&
                                 load_people(batch, state, &people, &people_count, err) &&
                                 (erasures == 0 || people_count == 0 ||
                                  load_traces(batch, state, people, people_count, err)));
}

void privacy_keep(struct batch *batch, const struct record *record,
                  const struct privacy_person *person) {
    struct privacy_state *state = batch->state;
    const struct privacy_request *request = record->message.data;
    struct privacy_row *row = arena_take(batch->arena, sizeof(*row));
    const struct slice named = privacy_named(batch->arena, request);
    *row = (struct privacy_row){
        .siren = request->siren,
        .privacy_request_id = request->privacy_request_id,
        .wish = privacy_wish_of(record),
        .named = slice_is_present(named) ? named
                                         : arena_format(batch->arena, "insured/%.*s",
                                                        SLICE_FORMAT(request->insured_id)),
        .person = person == NULL ? slice_none() : person->person,
        .fingerprint = record_fingerprint(record),
        .decided_at = batch->now_ms,
    };
    state->new_rows[state->new_count++] = row;
    map_put(&state->seen, row->siren, row->privacy_request_id, row);
}

void privacy_erase(struct batch *batch, struct privacy_person *person) {
    struct privacy_state *state = batch->state;
    size_t left = 0;
    for (size_t i = 0; i < person->held_count; i++) {
        if (!privacy_kind_goes(person->held[i].kind)) {
            person->held[left++] = person->held[i];
        }
    }
    person->held_count = left;
    state->erased[state->erased_count++] = person;
}

static bool delete_keys(struct batch *batch, const struct privacy_state *state, struct error *err) {
    size_t most = 0;
    size_t count = 0;
    for (size_t i = 0; i < state->erased_count; i++) {
        const struct trace_list *list =
            map_get(&state->traces, state->erased[i]->siren, state->erased[i]->person);
        most += list == NULL ? 0 : list->count;
    }
    const struct trace **keys = arena_array(batch->arena, most, sizeof(const struct trace *));
    for (size_t i = 0; i < state->erased_count; i++) {
        const struct trace_list *list =
            map_get(&state->traces, state->erased[i]->siren, state->erased[i]->person);
        for (size_t k = 0; list != NULL && k < list->count; k++) {
            if (list->items[k].kind == TRACE_KEY) {
                keys[count++] = &list->items[k];
            }
        }
    }
    return rows_store(batch, &sql_data_key_delete, rows_at(&key_columns, keys, count), err);
}

bool privacy_store(struct batch *batch, struct error *err) {
    const struct privacy_state *state = batch->state;
    const struct privacy_person **insured =
        arena_array(batch->arena, state->erased_count, sizeof(const struct privacy_person *));
    size_t insured_count = 0;
    for (size_t i = 0; i < state->erased_count; i++) {
        if (!uuid_is_zero(&state->erased[i]->insured_id)) {
            insured[insured_count++] = state->erased[i];
        }
    }
    return rows_store(batch, &sql_privacy_request_insert,
                      rows_at(&row_columns, state->new_rows, state->new_count), err) &&
           rows_store(batch, &sql_privacy_insured_erase,
                      rows_at(&insured_columns, insured, insured_count), err) &&
           rows_store(batch, &sql_privacy_beneficiary_erase,
                      rows_at(&insured_columns, insured, insured_count), err) &&
           rows_store(batch, &sql_privacy_request_erase,
                      rows_at(&privacy_person_columns, state->erased, state->erased_count), err) &&
           rows_store(batch, &sql_privacy_addition_erase,
                      rows_at(&privacy_person_columns, state->erased, state->erased_count), err) &&
           delete_keys(batch, state, err);
}
