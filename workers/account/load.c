#include "common/base/compiler.h"
#include "common/record/json_read.h"
#include "common/runtime/contracts.h"
#include "common/runtime/rows.h"
#include "workers/account/messages.h"
#include "workers/account/registrations.h"
#include "workers/account/rows.h"
#include "workers/account/statements.h"
#include "workers/account/store.h"

static void want_employer(struct batch *batch, struct slice siren) {
    struct account_state *state = batch->state;
    struct employer *employer = map_get(&state->employers, siren, slice_none());
    if (employer == NULL) {
        employer = arena_take(batch->arena, sizeof(*employer));
        employer->siren = siren;
        map_put(&state->employers, employer->siren, slice_none(), employer);
        row_list_add(&state->employer_rows, employer);
    }
}

static void want_employers(struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++) {
        want_employer(batch, batch->records[i]->message.siren);
    }
    for (size_t i = 0; i < batch->timers_count; i++) {
        want_employer(batch, batch->timers[i].siren);
    }
}

static bool load_accounts(struct batch *batch, struct error *err) {
    struct account_state *state = batch->state;
    void *rows;
    size_t count;
    if (!rows_load(
            batch, &sql_account_load,
            rows_at(&account_employer_key, state->employer_rows.items, state->employer_rows.count),
            &account_columns, &rows, &count, err)) {
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

static bool load_contracts(struct batch *batch, struct error *err) {
    struct account_state *state = batch->state;
    void *rows;
    size_t count;
    if (!rows_load(
            batch, &sql_account_contract_load,
            rows_at(&account_employer_key, state->employer_rows.items, state->employer_rows.count),
            &account_contract_columns, &rows, &count, err)) {
        return false;
    }
    struct held_contract *contracts = rows;
    map_init(&state->contracts, batch->arena, count);
    for (size_t i = 0; i < count; i++) {
        struct held_contract *contract = &contracts[i];
        batch_observe(batch, contract->recorded_at);
        batch_observe(batch, contract->attached_at);
        if (slice_is_present(contract->holder_account_id)) {
            contract->holder_account_id =
                account_survivor(state, contract->siren, contract->holder_account_id);
        }
        account_add_contract(state, contract);
    }
    return true;
}

/* What one statement found. */
struct registrations {
    struct stored_registration *rows;
    size_t count;
};

/* What waits is read as it came; it was written by us. */
static bool add_registrations(struct batch *batch, const struct registrations *read,
                              struct error *err) {
    struct account_state *state = batch->state;
    for (size_t i = 0; i < read->count; i++) {
        struct stored_registration *row = &read->rows[i];
        batch_observe(batch, row->decided_at);
        if (map_get(&state->registrations, row->siren, row->registration_id) != NULL) {
            continue;
        }
        map_put(&state->registrations, row->siren, row->registration_id, row);
        if (row->outcome == REGISTRATION_WAITING) {
            struct registration *content = arena_take(batch->arena, sizeof(*content));
            if (!json_read_text(batch->arena, &registration_shape, row->content, content, err)) {
                return error_set(err, ERROR_FATAL, "STORED_CONTENT",
                                 "a waiting registration cannot be read");
            }
            row->registration = content;
        }
    }
    return true;
}

/* The contracts that the batch brings, and those that were looked at in part. */
static struct row_list contracts_come(struct batch *batch) {
    struct row_list come = row_list_new(batch->arena, batch->count + batch->timers_count);
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (message->input->kind == INPUT_CONTRACT_UPSERTED) {
            struct contract_key *key = arena_take(batch->arena, sizeof(*key));
            *key = (struct contract_key){message->siren, message->business_id};
            row_list_add(&come, key);
        }
    }
    for (size_t i = 0; i < batch->timers_count; i++) {
        struct contract_key *key = arena_take(batch->arena, sizeof(*key));
        key->siren = batch->timers[i].siren;
        if (contracts_waited_for(&batch->timers[i], &key->contract_id)) {
            row_list_add(&come, key);
        }
    }
    return come;
}

/* The registrations that wait for what the batch brings, each employer's first ones. */
static bool load_waiting(struct batch *batch, struct registrations *read, struct error *err) {
    struct account_state *state = batch->state;
    const struct row_list come = contracts_come(batch);
    if (come.count == 0) {
        return true;
    }
    struct parameters parameters;
    void *rows;
    parameters_init(&parameters, batch->arena);
    parameters_add_row_pointers(&parameters, &contract_key_columns, come.items, come.count);
    parameters_add_int32(&parameters, WAITING_PER_EMPLOYER);
    if (!db_query(batch->db, &sql_account_waiting_load, &parameters, &account_registration_columns,
                  batch->arena, &rows, &read->count, err)) {
        return false;
    }
    read->rows = rows;
    if (!add_registrations(batch, read, err)) {
        return false;
    }
    for (size_t i = 0; i < read->count; i++) {
        account_add_waiting(state, &read->rows[i]);
        struct employer *employer = map_get(&state->employers, read->rows[i].siren, slice_none());
        employer->is_waiting_cut = employer->waiting_count == WAITING_PER_EMPLOYER;
    }
    return true;
}

/* Those that the batch names: by a record, or by the end of their grace. */
static bool load_named(struct batch *batch, struct registrations *read, struct error *err) {
    struct row_list keys = row_list_new(batch->arena, batch->count + batch->timers_count);
    struct stored_registration *named =
        arena_array(batch->arena, batch->count + batch->timers_count, sizeof(*named));
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (message->input->kind == INPUT_REGISTRATION_SUBMITTED) {
            named[keys.count].siren = message->siren;
            named[keys.count].registration_id = message->business_id;
            row_list_add(&keys, &named[keys.count]);
        }
    }
    for (size_t i = 0; i < batch->timers_count; i++) {
        if (slice_is(batch->timers[i].kind, timer_registration)) {
            named[keys.count].siren = batch->timers[i].siren;
            named[keys.count].registration_id = batch->timers[i].subject;
            row_list_add(&keys, &named[keys.count]);
        }
    }
    void *rows;
    if (!rows_load(batch, &sql_account_registration_load,
                   rows_at(&account_registration_key, keys.items, keys.count),
                   &account_registration_columns, &rows, &read->count, err)) {
        return false;
    }
    read->rows = rows;
    return add_registrations(batch, read, err);
}

static bool load_merges(struct batch *batch, struct error *err) {
    struct account_state *state = batch->state;
    struct row_list keys = row_list_new(batch->arena, batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->records[i]->message.input->kind == INPUT_MERGE_REQUESTED) {
            row_list_add(&keys, batch->records[i]->message.data);
        }
    }
    state->new_merges = row_list_new(batch->arena, keys.count);
    map_init(&state->merges, batch->arena, keys.count);
    void *rows;
    size_t count;
    if (!rows_load(batch, &sql_account_merge_load,
                   rows_at(&account_merge_key, keys.items, keys.count), &account_merge_columns,
                   &rows, &count, err)) {
        return false;
    }
    struct stored_merge *merges = rows;
    for (size_t i = 0; i < count; i++) {
        batch_observe(batch, merges[i].decided_at);
        map_put(&state->merges, merges[i].siren, merges[i].merge_id, &merges[i]);
    }
    return true;
}

static void name_owner(struct batch *batch, struct slice account_id, bool is_claimed) {
    struct account_state *state = batch->state;
    struct owner *owner = map_get(&state->owners, account_id, slice_none());
    if (owner == NULL) {
        owner = arena_take(batch->arena, sizeof(*owner));
        owner->account_id = account_id;
        map_put(&state->owners, owner->account_id, slice_none(), owner);
        row_list_add(&state->owner_rows, owner);
    }
    owner->is_claimed |= is_claimed;
}

/* The accounts that may be registered, at once or after waiting, and those to be merged. */
static void name_owners(struct batch *batch, const struct registrations *read, size_t reads_count) {
    struct account_state *state = batch->state;
    size_t room = 2 * batch->count;
    for (size_t i = 0; i < reads_count; i++) {
        room += read[i].count;
    }
    state->owner_rows = row_list_new(batch->arena, room);
    map_init(&state->owners, batch->arena, room);
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (message->input->kind == INPUT_REGISTRATION_SUBMITTED) {
            const struct registration *registration = message->data;
            name_owner(batch, registration->account_id, true);
        } else if (message->input->kind == INPUT_MERGE_REQUESTED) {
            const struct merge_request *request = message->data;
            name_owner(batch, request->session_account_id, false);
            name_owner(batch, request->other_account_id, false);
        }
    }
    for (size_t i = 0; i < reads_count; i++) {
        for (size_t k = 0; k < read[i].count; k++) {
            if (read[i].rows[k].outcome == REGISTRATION_WAITING) {
                name_owner(batch, read[i].rows[k].account_id, true);
            }
        }
    }
}

/* Claims the account ids that nobody has, then reads who has the others: with the claim made, no
 * other worker can take one before this batch is through. */
static bool load_owners(struct batch *batch, struct error *err) {
    struct account_state *state = batch->state;
    struct row_list claimed = row_list_new(batch->arena, state->owner_rows.count);
    for (size_t i = 0; i < state->owner_rows.count; i++) {
        const struct owner *owner = state->owner_rows.items[i];
        if (owner->is_claimed) {
            row_list_add(&claimed, owner);
        }
    }
    if (!rows_store(batch, &sql_account_directory_claim,
                    rows_at(&account_owner_key, claimed.items, claimed.count), err)) {
        return false;
    }
    void *rows;
    size_t count;
    if (!rows_load(batch, &sql_account_directory_load,
                   rows_at(&account_owner_key, state->owner_rows.items, state->owner_rows.count),
                   &account_owner_columns, &rows, &count, err)) {
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
    struct registrations read[2] = {{NULL, 0}, {NULL, 0}}; /* that wait; that are named */
    const size_t subjects = batch->count + batch->timers_count;
    map_init(&state->employers, batch->arena, subjects);
    map_init(&state->registrations, batch->arena, subjects);
    state->employer_rows = row_list_new(batch->arena, subjects);
    state->new_revisions = row_list_new(batch->arena, batch->count);
    want_employers(batch);
    if (!load_accounts(batch, err) || !load_contracts(batch, err) || !load_merges(batch, err) ||
        !load_waiting(batch, &read[0], err) || !load_named(batch, &read[1], err)) {
        return false;
    }
    name_owners(batch, read, COUNT_OF(read));
    return load_owners(batch, err);
}
