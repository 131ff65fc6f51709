#include "workers/affiliation/store.h"

#include "common/base/compiler.h"
#include "common/base/identifiers.h"
#include "common/record/vocabulary.h"
#include "common/runtime/contracts.h"
#include "common/runtime/reference.h"
#include "workers/affiliation/statements.h"

const struct statement *const affiliation_statements[] = {
    &sql_affiliation_request_select,
    &sql_affiliation_insured_select,
    &sql_affiliation_cover_select,
    &sql_affiliation_covered_select,
    &sql_affiliation_request_insert,
    &sql_affiliation_insured_upsert,
    &sql_affiliation_insert,
    &sql_affiliation_roster_upsert,
    &sql_affiliation_beneficiary_insert,
};

WORDS(account_state_words, "none", "invited", "letter_sent", "active");

/* What a request asks the tables for. */
struct wanted_person {
    struct slice siren;
    struct slice nir_hash;
    struct slice temporary_hash;
};

static const struct column wanted_person_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct wanted_person, siren),
    COLUMN_AT(COLUMN_BYTES, struct wanted_person, nir_hash),
    COLUMN_AT(COLUMN_BYTES, struct wanted_person, temporary_hash),
};
static const struct columns wanted_person_columns =
    COLUMNS_OF(struct wanted_person, wanted_person_items);

static const struct column wanted_request_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct request_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct request_row, request_id),
};
static const struct columns wanted_request_columns =
    COLUMNS_OF(struct request_row, wanted_request_items);

static const struct column seen_request_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct request_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct request_row, request_id),
    COLUMN_AT(COLUMN_TEXT, struct request_row, person),
    COLUMN_AT(COLUMN_BYTES, struct request_row, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct request_row, decided_at),
};
static const struct columns seen_request_columns =
    COLUMNS_OF(struct request_row, seen_request_items);

static const struct column request_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct request_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct request_row, request_id),
    COLUMN_AT(COLUMN_TEXT, struct request_row, root_request_id),
    COLUMN_AT(COLUMN_TEXT, struct request_row, contract_id),
    COLUMN_WORD_AT(struct request_row, channel, channel_words),
    COLUMN_WORD_AT(struct request_row, status, affiliation_status_words),
    COLUMN_AT(COLUMN_UUID, struct request_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct request_row, person),
    COLUMN_AT(COLUMN_BYTES, struct request_row, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct request_row, submitted_at),
    COLUMN_AT(COLUMN_INSTANT, struct request_row, due_at),
    COLUMN_AT(COLUMN_TEXT, struct request_row, calendar_id),
    COLUMN_AT(COLUMN_INT32, struct request_row, calendar_revision),
    COLUMN_AT(COLUMN_INSTANT, struct request_row, decided_at),
    COLUMN_AT(COLUMN_TEXT, struct request_row, reasons),
    COLUMN_AT(COLUMN_INT32, struct request_row, tracking_version),
};
static const struct columns request_columns = COLUMNS_OF(struct request_row, request_items);

static const struct column insured_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct insured, siren),
    COLUMN_AT(COLUMN_UUID, struct insured, insured_id),
    COLUMN_AT(COLUMN_BYTES, struct insured, nir_hash),
    COLUMN_AT(COLUMN_BYTES, struct insured, temporary_hash),
    COLUMN_WORD_AT(struct insured, account_state, account_state_words),
    COLUMN_AT(COLUMN_TEXT, struct insured, content),
    COLUMN_AT(COLUMN_BYTES, struct insured, sealed),
    COLUMN_AT(COLUMN_INSTANT, struct insured, recorded_at),
};
static const struct columns insured_columns = COLUMNS_OF(struct insured, insured_items);
/* The first two of these. */
static const struct columns insured_key_columns = {insured_items, 2, sizeof(struct insured)};

static const struct column cover_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct cover, siren),
    COLUMN_AT(COLUMN_UUID, struct cover, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct cover, contract_id),
    COLUMN_AT(COLUMN_DATE, struct cover, covered_until),
    COLUMN_AT(COLUMN_INT32, struct cover, version),
};
static const struct columns cover_columns = COLUMNS_OF(struct cover, cover_items);

static const struct column roster_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct cover, siren),
    COLUMN_AT(COLUMN_UUID, struct cover, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct cover, contract_id),
    COLUMN_AT(COLUMN_INT32, struct cover, version),
};
static const struct columns roster_columns = COLUMNS_OF(struct cover, roster_items);

static const struct column affiliation_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct affiliation_row, siren),
    COLUMN_AT(COLUMN_UUID, struct affiliation_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct affiliation_row, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct affiliation_row, request_id),
    COLUMN_WORD_AT(struct affiliation_row, channel, channel_words),
    COLUMN_WORD_AT(struct affiliation_row, scheme, scheme_words),
    COLUMN_AT(COLUMN_TEXT, struct affiliation_row, option),
    COLUMN_AT(COLUMN_DATE, struct affiliation_row, effective_on),
    COLUMN_AT(COLUMN_DATE, struct affiliation_row, ended_on),
    COLUMN_AT(COLUMN_INSTANT, struct affiliation_row, accepted_at),
};
static const struct columns affiliation_columns =
    COLUMNS_OF(struct affiliation_row, affiliation_items);

static const struct column beneficiary_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, siren),
    COLUMN_AT(COLUMN_UUID, struct beneficiary_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, beneficiary_id),
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, source_id),
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, state),
    COLUMN_WORD_AT(struct beneficiary_row, relation, relation_words),
    COLUMN_WORD_AT(struct beneficiary_row, scheme, scheme_words),
    COLUMN_AT(COLUMN_DATE, struct beneficiary_row, coverage_from),
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, content),
    COLUMN_AT(COLUMN_BYTES, struct beneficiary_row, sealed),
};
static const struct columns beneficiary_columns =
    COLUMNS_OF(struct beneficiary_row, beneficiary_items);
/* The first four of these. */
static const struct columns covered_columns = {beneficiary_items, 4,
                                               sizeof(struct beneficiary_row)};

struct slice uuid_slice(const struct uuid *uuid) {
    return (struct slice){(const char *)uuid->bytes, UUID_SIZE};
}

struct slice affiliation_person_subject(struct arena *arena, const struct uuid *insured_id) {
    char text[UUID_TEXT_SIZE];
    uuid_format(insured_id, text);
    return arena_format(arena, "insured/%s", text);
}

struct person_hashes affiliation_hashes(struct batch *batch,
                                        const struct affiliation_request *request) {
    const struct insured_identity *employee = &request->employee;
    struct person_hashes hashes = {slice_none(), slice_none()};
    if (nir_is_valid(employee->nir)) {
        char canonical[LIMIT_NIR + 1];
        unsigned char *hash = arena_take(batch->arena, VAULT_HASH_SIZE);
        nir_canonical(employee->nir, canonical);
        vault_hash(batch->keyring.vault, "nir", request->siren, slice_of(canonical), hash);
        hashes.nir = (struct slice){(const char *)hash, VAULT_HASH_SIZE};
    }
    if (slice_is_present(employee->temporary_id)) {
        unsigned char *hash = arena_take(batch->arena, VAULT_HASH_SIZE);
        vault_hash(batch->keyring.vault, "temporary_id", request->siren, employee->temporary_id,
                   hash);
        hashes.temporary = (struct slice){(const char *)hash, VAULT_HASH_SIZE};
    }
    return hashes;
}

struct cover *insured_cover(const struct insured *insured, struct slice contract_id) {
    for (struct cover *cover = insured->covers; cover != NULL; cover = cover->next) {
        if (slice_equal(cover->contract_id, contract_id)) {
            return cover;
        }
    }
    return NULL;
}

static void put_cover(struct batch *batch, struct insured *insured, struct cover *cover) {
    map_init(&cover->beneficiaries, batch->arena, LIMIT_DEPENDANTS);
    cover->next = insured->covers;
    insured->covers = cover;
}

struct cover *insured_add_cover(struct batch *batch, struct insured *insured,
                                struct slice contract_id) {
    struct cover *cover = arena_take(batch->arena, sizeof(*cover));
    cover->siren = insured->siren;
    cover->insured_id = insured->insured_id;
    cover->contract_id = contract_id;
    cover->covered_until = DATE_NONE;
    put_cover(batch, insured, cover);
    return cover;
}

/* Runs one statement over arrays of `wanted`. */
static bool query(struct batch *batch, const struct statement *statement,
                  const struct columns *wanted_columns, const void *wanted, size_t wanted_count,
                  const struct columns *columns, void **rows, size_t *count, struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_rows(&parameters, wanted_columns, wanted, wanted_count);
    return db_query(batch->db, statement, &parameters, columns, batch->arena, rows, count, err);
}

static const struct affiliation_request *request_of(const struct batch *batch, size_t index) {
    return batch->records[index]->message.data;
}

static bool load_contracts(struct batch *batch, struct affiliation_state *state,
                           struct error *err) {
    struct contract_key *keys = arena_array(batch->arena, batch->count, sizeof(*keys));
    for (size_t i = 0; i < batch->count; i++) {
        const struct affiliation_request *request = request_of(batch, i);
        keys[i] = (struct contract_key){request->siren, request->contract_id};
    }
    return contracts_load(batch, keys, batch->count, &state->contracts, err);
}

static bool load_requests(struct batch *batch, struct affiliation_state *state, struct error *err) {
    struct request_row *wanted = arena_array(batch->arena, batch->count, sizeof(*wanted));
    void *found;
    size_t count;
    for (size_t i = 0; i < batch->count; i++) {
        const struct affiliation_request *request = request_of(batch, i);
        wanted[i].siren = request->siren;
        wanted[i].request_id = request->request_id;
    }
    if (!query(batch, &sql_affiliation_request_select, &wanted_request_columns, wanted,
               batch->count, &seen_request_columns, &found, &count, err)) {
        return false;
    }
    struct request_row *rows = found;
    for (size_t i = 0; i < count; i++) {
        map_put(&state->requests, rows[i].siren, rows[i].request_id, &rows[i]);
        batch_observe(batch, rows[i].decided_at);
    }
    return true;
}

/* Opens who the insured are: a doubt about an identity is judged by it. */
static bool read_identities(struct batch *batch, struct insured *insured, size_t count,
                            struct error *err) {
    for (size_t i = 0; i < count; i++) {
        insured[i].key =
            keyring_ask(&batch->keyring, insured[i].siren,
                        affiliation_person_subject(batch->arena, &insured[i].insured_id));
    }
    if (!keyring_load(&batch->keyring, batch->db, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!keyring_read(&batch->keyring, insured[i].key, insured[i].content, insured[i].sealed,
                          &insured_shape, &insured[i].identity, &insured[i].is_erased, err)) {
            return false;
        }
    }
    return true;
}

static bool load_insured(struct batch *batch, struct affiliation_state *state,
                         struct insured **insured, size_t *count, struct error *err) {
    struct wanted_person *wanted = arena_array(batch->arena, batch->count, sizeof(*wanted));
    void *found;
    for (size_t i = 0; i < batch->count; i++) {
        const struct affiliation_request *request = request_of(batch, i);
        const struct person_hashes hashes = affiliation_hashes(batch, request);
        wanted[i] = (struct wanted_person){request->siren, hashes.nir, hashes.temporary};
    }
    if (!query(batch, &sql_affiliation_insured_select, &wanted_person_columns, wanted, batch->count,
               &insured_columns, &found, count, err)) {
        return false;
    }
    struct insured *rows = found;
    for (size_t i = 0; i < *count; i++) {
        map_put(&state->by_id, rows[i].siren, uuid_slice(&rows[i].insured_id), &rows[i]);
        if (slice_is_present(rows[i].nir_hash)) {
            map_put(&state->by_nir, rows[i].siren, rows[i].nir_hash, &rows[i]);
        }
        if (slice_is_present(rows[i].temporary_hash)) {
            map_put(&state->by_temporary, rows[i].siren, rows[i].temporary_hash, &rows[i]);
        }
        batch_observe(batch, rows[i].recorded_at);
    }
    *insured = rows;
    return read_identities(batch, rows, *count, err);
}

static bool load_covers(struct batch *batch, struct affiliation_state *state,
                        const struct insured *insured, size_t insured_count, struct error *err) {
    void *found;
    size_t count;
    if (insured_count == 0) {
        return true;
    }
    if (!query(batch, &sql_affiliation_cover_select, &insured_key_columns, insured, insured_count,
               &cover_columns, &found, &count, err)) {
        return false;
    }
    struct cover *covers = found;
    for (size_t i = 0; i < count; i++) {
        put_cover(batch, map_get(&state->by_id, covers[i].siren, uuid_slice(&covers[i].insured_id)),
                  &covers[i]);
    }
    if (!query(batch, &sql_affiliation_covered_select, &insured_key_columns, insured, insured_count,
               &covered_columns, &found, &count, err)) {
        return false;
    }
    struct beneficiary_row *people = found;
    for (size_t i = 0; i < count; i++) {
        const struct insured *of =
            map_get(&state->by_id, people[i].siren, uuid_slice(&people[i].insured_id));
        struct cover *cover = insured_cover(of, people[i].contract_id);
        if (cover != NULL) {
            map_put(&cover->beneficiaries, people[i].beneficiary_id, slice_none(), &people[i]);
        }
    }
    return true;
}

/* Room for all that the batch's requests can bring. */
static void make_room(struct batch *batch, struct affiliation_state *state) {
    size_t dependants = 0;
    for (size_t i = 0; i < batch->count; i++) {
        dependants += request_of(batch, i)->dependants.count;
    }
    struct arena *arena = batch->arena;
    state->requests_new = arena_array(arena, batch->count, sizeof(*state->requests_new));
    state->insured_changed = arena_array(arena, batch->count, sizeof(*state->insured_changed));
    state->covers_changed = arena_array(arena, batch->count, sizeof(*state->covers_changed));
    state->affiliations_new = arena_array(arena, batch->count, sizeof(*state->affiliations_new));
    state->beneficiaries_new = arena_array(arena, dependants, sizeof(*state->beneficiaries_new));
}

bool affiliation_load(struct batch *batch, struct error *err) {
    struct affiliation_state *state = batch->state;
    struct insured *insured = NULL;
    size_t insured_count = 0;
    map_init(&state->requests, batch->arena, batch->count);
    map_init(&state->by_nir, batch->arena, batch->count);
    map_init(&state->by_temporary, batch->arena, batch->count);
    map_init(&state->by_id, batch->arena, batch->count);
    make_room(batch, state);
    return reference_load_calendar(batch, batch->settings->sla_calendar, &state->calendar, err) &&
           load_contracts(batch, state, err) && load_requests(batch, state, err) &&
           load_insured(batch, state, &insured, &insured_count, err) &&
           load_covers(batch, state, insured, insured_count, err);
}

/* Makes the keys that are missing, and seals. */
static bool seal(struct batch *batch, struct affiliation_state *state, struct error *err) {
    struct person_key **wanted =
        arena_array(batch->arena, state->insured_count, sizeof(struct person_key *));
    for (size_t i = 0; i < state->insured_count; i++) {
        wanted[i] = state->insured_changed[i]->key;
    }
    if (!keyring_complete(&batch->keyring, batch->db, wanted, state->insured_count, err)) {
        return false;
    }
    for (size_t i = 0; i < state->insured_count; i++) {
        struct insured *insured = state->insured_changed[i];
        const struct document document =
            document_write(batch->arena, &insured_shape, &insured->identity);
        insured->content = document.open;
        insured->sealed = keyring_seal(&batch->keyring, insured->key, document.personal);
    }
    for (size_t i = 0; i < state->beneficiaries_count; i++) {
        struct beneficiary_row *row = &state->beneficiaries_new[i];
        const struct covered_person person = {row->person->family_name, row->person->given_names,
                                              row->person->birth_date, row->person->nir};
        const struct document document =
            document_write(batch->arena, &covered_person_shape, &person);
        row->content = document.open;
        row->sealed = keyring_seal(&batch->keyring, row->key, document.personal);
    }
    return true;
}

static bool write_rows(struct batch *batch, const struct statement *statement,
                       const struct columns *columns, const void *rows, size_t count,
                       struct error *err) {
    struct parameters parameters;
    if (count == 0) {
        return true;
    }
    parameters_init(&parameters, batch->arena);
    parameters_add_rows(&parameters, columns, rows, count);
    return db_run(batch->db, statement, &parameters, NULL, err);
}

bool affiliation_store(struct batch *batch, struct error *err) {
    struct affiliation_state *state = batch->state;
    struct insured *insured =
        arena_array(batch->arena, state->insured_count, sizeof(struct insured));
    struct cover *covers = arena_array(batch->arena, state->covers_count, sizeof(struct cover));
    if (!seal(batch, state, err)) {
        return false;
    }
    for (size_t i = 0; i < state->insured_count; i++) {
        insured[i] = *state->insured_changed[i];
    }
    for (size_t i = 0; i < state->covers_count; i++) {
        covers[i] = *state->covers_changed[i];
    }
    return write_rows(batch, &sql_affiliation_request_insert, &request_columns, state->requests_new,
                      state->requests_count, err) &&
           write_rows(batch, &sql_affiliation_insured_upsert, &insured_columns, insured,
                      state->insured_count, err) &&
           write_rows(batch, &sql_affiliation_insert, &affiliation_columns, state->affiliations_new,
                      state->affiliations_count, err) &&
           write_rows(batch, &sql_affiliation_roster_upsert, &roster_columns, covers,
                      state->covers_count, err) &&
           write_rows(batch, &sql_affiliation_beneficiary_insert, &beneficiary_columns,
                      state->beneficiaries_new, state->beneficiaries_count, err);
}
