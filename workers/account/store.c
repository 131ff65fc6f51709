#include "workers/account/store.h"

#include "common/record/vocabulary.h"
#include "workers/account/messages.h"
#include "workers/account/statements.h"

const struct statement *const account_statements[ACCOUNT_STATEMENTS] = {
    &sql_account_contract_load,
    &sql_account_load,
    &sql_account_registration_load,
    &sql_account_directory_claim,
    &sql_account_directory_load,
    &sql_account_directory_hold,
    &sql_account_directory_release,
    &sql_account_contract_insert,
    &sql_account_insert,
    &sql_account_attachment_insert,
    &sql_account_registration_insert,
};

/* Keys of the reading statements. */
static const struct column employer_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct employer, siren),
};
static const struct columns employer_key = COLUMNS_OF(struct employer, employer_key_items);

static const struct column registration_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct registration, siren),
    COLUMN_AT(COLUMN_TEXT, struct registration, registration_id),
};
static const struct columns registration_key =
    COLUMNS_OF(struct registration, registration_key_items);

static const struct column owner_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct owner, account_id),
};
static const struct columns owner_key = COLUMNS_OF(struct owner, owner_key_items);

/* Rows read and written. */
static const struct column held_contract_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct held_contract, siren),
    COLUMN_AT(COLUMN_TEXT, struct held_contract, contract_id),
    COLUMN_AT(COLUMN_INT32, struct held_contract, revision),
    COLUMN_WORD_AT(struct held_contract, category, category_words),
    COLUMN_AT(COLUMN_DATE, struct held_contract, ends_on),
    COLUMN_AT(COLUMN_BYTES, struct held_contract, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct held_contract, recorded_at),
    COLUMN_AT(COLUMN_TEXT, struct held_contract, holder_account_id),
    COLUMN_AT(COLUMN_INSTANT, struct held_contract, attached_at),
};
static const struct columns held_contract_columns =
    COLUMNS_OF(struct held_contract, held_contract_items);

static const struct column attachment_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct held_contract, siren),
    COLUMN_AT(COLUMN_TEXT, struct held_contract, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct held_contract, holder_account_id),
    COLUMN_WORD_AT(struct held_contract, cause, attachment_cause_words),
    COLUMN_AT(COLUMN_TEXT, struct held_contract, trigger_id),
    COLUMN_AT(COLUMN_INSTANT, struct held_contract, attached_at),
};
static const struct columns attachment_columns = COLUMNS_OF(struct held_contract, attachment_items);

static const struct column held_account_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct held_account, siren),
    COLUMN_AT(COLUMN_TEXT, struct held_account, account_id),
    COLUMN_WORD_AT(struct held_account, category, category_words),
    COLUMN_AT(COLUMN_TEXT, struct held_account, survivor_account_id),
    COLUMN_AT(COLUMN_INSTANT, struct held_account, registered_at),
};
static const struct columns held_account_columns =
    COLUMNS_OF(struct held_account, held_account_items);

static const struct column owner_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct owner, account_id),
    COLUMN_AT(COLUMN_TEXT, struct owner, siren),
    COLUMN_WORD_AT(struct owner, category, category_words),
};
static const struct columns owner_columns = COLUMNS_OF(struct owner, owner_items);

static const struct column registration_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct stored_registration, siren),
    COLUMN_AT(COLUMN_TEXT, struct stored_registration, registration_id),
    COLUMN_AT(COLUMN_TEXT, struct stored_registration, account_id),
    COLUMN_WORD_AT(struct stored_registration, category, category_words),
    COLUMN_WORD_AT(struct stored_registration, outcome, registration_outcome_words),
    COLUMN_AT(COLUMN_BYTES, struct stored_registration, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct stored_registration, decided_at),
};
static const struct columns registration_columns =
    COLUMNS_OF(struct stored_registration, registration_items);

static const struct column new_revision_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct new_revision, siren),
    COLUMN_AT(COLUMN_TEXT, struct new_revision, contract_id),
    COLUMN_AT(COLUMN_INT32, struct new_revision, revision),
    COLUMN_WORD_AT(struct new_revision, category, category_words),
    COLUMN_AT(COLUMN_DATE, struct new_revision, starts_on),
    COLUMN_AT(COLUMN_DATE, struct new_revision, ends_on),
    COLUMN_AT(COLUMN_BYTES, struct new_revision, fingerprint),
    COLUMN_AT(COLUMN_TEXT, struct new_revision, content),
    COLUMN_AT(COLUMN_BYTES, struct new_revision, sealed),
    COLUMN_AT(COLUMN_INSTANT, struct new_revision, recorded_at),
};
static const struct columns new_revision_columns =
    COLUMNS_OF(struct new_revision, new_revision_items);

static bool query(struct batch *batch, const struct statement *statement, const struct columns *key,
                  struct row_list keys, const struct columns *columns, void **rows, size_t *count,
                  struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_row_pointers(&parameters, key, keys.items, keys.count);
    return db_query(batch->db, statement, &parameters, columns, batch->arena, rows, count, err);
}

/* Nothing to write: no statement. */
static bool write(struct batch *batch, const struct statement *statement,
                  const struct columns *columns, struct row_list rows, struct error *err) {
    if (rows.count == 0) {
        return true;
    }
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_row_pointers(&parameters, columns, rows.items, rows.count);
    return db_run(batch->db, statement, &parameters, NULL, err);
}

static bool load_accounts(struct batch *batch, struct row_list employers, struct error *err) {
    struct account_state *state = batch->state;
    void *rows;
    size_t count;
    if (!query(batch, &sql_account_load, &employer_key, employers, &held_account_columns, &rows,
               &count, err)) {
        return false;
    }
    struct held_account *accounts = rows;
    map_init(&state->accounts, batch->arena, count);
    for (size_t i = 0; i < count; i++) {
        batch_observe(batch, accounts[i].registered_at);
        account_add_account(state, &accounts[i]);
    }
    return true;
}

static bool load_contracts(struct batch *batch, struct row_list employers, struct error *err) {
    struct account_state *state = batch->state;
    void *rows;
    size_t count;
    if (!query(batch, &sql_account_contract_load, &employer_key, employers, &held_contract_columns,
               &rows, &count, err)) {
        return false;
    }
    struct held_contract *contracts = rows;
    map_init(&state->contracts, batch->arena, count);
    for (size_t i = 0; i < count; i++) {
        struct held_contract *contract = &contracts[i];
        batch_observe(batch, contract->recorded_at);
        if (contract->attached_at != INSTANT_NONE) {
            batch_observe(batch, contract->attached_at);
        }
        const struct held_account *holder =
            map_get(&state->accounts, contract->siren, contract->holder_account_id);
        if (holder != NULL) {
            contract->holder_account_id = holder->survivor_account_id;
        }
        account_add_contract(state, contract);
    }
    return true;
}

static bool load_registrations(struct batch *batch, struct row_list registrations,
                               struct error *err) {
    struct account_state *state = batch->state;
    void *rows;
    size_t count;
    if (!query(batch, &sql_account_registration_load, &registration_key, registrations,
               &registration_columns, &rows, &count, err)) {
        return false;
    }
    struct stored_registration *stored = rows;
    for (size_t i = 0; i < count; i++) {
        batch_observe(batch, stored[i].decided_at);
        map_put(&state->registrations, stored[i].siren, stored[i].registration_id, &stored[i]);
    }
    return true;
}

/* Claims the account ids that nobody has, then reads who has the others: with the claim made, no
 * other worker can take one before this batch is through. */
static bool load_owners(struct batch *batch, struct error *err) {
    struct account_state *state = batch->state;
    if (!write(batch, &sql_account_directory_claim, &owner_key, state->owners_named, err)) {
        return false;
    }
    void *rows;
    size_t count;
    if (!query(batch, &sql_account_directory_load, &owner_key, state->owners_named, &owner_columns,
               &rows, &count, err)) {
        return false;
    }
    const struct owner *stored = rows;
    for (size_t i = 0; i < count; i++) {
        struct owner *owner = map_get(&state->owners, stored[i].account_id, slice_none());
        owner->siren = stored[i].siren;
        owner->category = stored[i].category;
    }
    return true;
}

bool account_load(struct batch *batch, struct error *err) {
    struct account_state *state = batch->state;
    map_init(&state->employers, batch->arena, batch->count);
    map_init(&state->registrations, batch->arena, batch->count);
    map_init(&state->owners, batch->arena, batch->count);
    state->owners_named = row_list_new(batch);
    state->new_revisions = row_list_new(batch);
    state->new_accounts = row_list_new(batch);
    state->new_registrations = row_list_new(batch);
    struct row_list employers = row_list_new(batch);
    struct row_list registrations = row_list_new(batch);
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (map_get(&state->employers, message->siren, slice_none()) == NULL) {
            struct employer *employer = arena_take(batch->arena, sizeof(*employer));
            employer->siren = message->siren;
            map_put(&state->employers, employer->siren, slice_none(), employer);
            row_list_add(&employers, employer);
        }
        if (message->input->kind != INPUT_REGISTRATION_SUBMITTED) {
            continue;
        }
        const struct registration *registration = message->data;
        row_list_add(&registrations, registration);
        if (map_get(&state->owners, registration->account_id, slice_none()) == NULL) {
            struct owner *owner = arena_take(batch->arena, sizeof(*owner));
            owner->account_id = registration->account_id;
            map_put(&state->owners, owner->account_id, slice_none(), owner);
            row_list_add(&state->owners_named, owner);
        }
    }
    if (!load_accounts(batch, employers, err) || !load_contracts(batch, employers, err)) {
        return false;
    }
    return registrations.count == 0 ||
           (load_registrations(batch, registrations, err) && load_owners(batch, err));
}

static bool store_revisions(struct batch *batch, struct error *err) {
    struct account_state *state = batch->state;
    size_t count = state->new_revisions.count;
    if (count == 0) {
        return true;
    }
    struct new_revision **revisions = (struct new_revision **)state->new_revisions.items;
    struct person_key **wanted = arena_array(batch->arena, count, sizeof(struct person_key *));
    for (size_t i = 0; i < count; i++) {
        wanted[i] = revisions[i]->person;
    }
    if (!keyring_complete(&batch->keyring, batch->db, wanted, count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        revisions[i]->sealed =
            keyring_seal(&batch->keyring, revisions[i]->person, revisions[i]->personal);
    }
    return write(batch, &sql_account_contract_insert, &new_revision_columns, state->new_revisions,
                 err);
}

static bool store_attachments(struct batch *batch, struct error *err) {
    const struct account_state *state = batch->state;
    struct row_list attached = {
        .items = arena_array(batch->arena, state->attached_count, sizeof(const void *))};
    for (const struct held_contract *contract = state->attached_first; contract != NULL;
         contract = contract->next_attached) {
        row_list_add(&attached, contract);
    }
    return write(batch, &sql_account_attachment_insert, &attachment_columns, attached, err);
}

/* Claims that were accepted get their owner, the others are given up. */
static bool store_owners(struct batch *batch, struct error *err) {
    const struct account_state *state = batch->state;
    struct row_list held = row_list_new(batch);
    struct row_list released = row_list_new(batch);
    for (size_t i = 0; i < state->owners_named.count; i++) {
        const struct owner *owner = state->owners_named.items[i];
        if (owner->is_new) {
            row_list_add(&held, owner);
        } else if (!slice_is_present(owner->siren)) {
            row_list_add(&released, owner);
        }
    }
    return write(batch, &sql_account_directory_hold, &owner_columns, held, err) &&
           write(batch, &sql_account_directory_release, &owner_key, released, err);
}

bool account_store(struct batch *batch, struct error *err) {
    const struct account_state *state = batch->state;
    return store_revisions(batch, err) && store_owners(batch, err) &&
           write(batch, &sql_account_insert, &held_account_columns, state->new_accounts, err) &&
           store_attachments(batch, err) &&
           write(batch, &sql_account_registration_insert, &registration_columns,
                 state->new_registrations, err);
}
