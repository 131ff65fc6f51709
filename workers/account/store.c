#include "workers/account/store.h"

#include "workers/account/rows.h"
#include "workers/account/statements.h"

const struct statement *const account_statements[ACCOUNT_STATEMENTS] = {
    &sql_account_contract_load,
    &sql_account_load,
    &sql_account_registration_load,
    &sql_account_waiting_load,
    &sql_account_merge_load,
    &sql_account_directory_claim,
    &sql_account_directory_load,
    &sql_account_directory_hold,
    &sql_account_directory_release,
    &sql_account_contract_insert,
    &sql_account_insert,
    &sql_account_survivor_update,
    &sql_account_attachment_insert,
    &sql_account_registration_upsert,
    &sql_account_merge_insert,
};

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
    return write(batch, &sql_account_contract_insert, &account_revision_columns,
                 state->new_revisions, err);
}

static bool store_attachments(struct batch *batch, struct error *err) {
    const struct account_state *state = batch->state;
    struct row_list attached = row_list_new(batch->arena, state->attached_count);
    for (const struct held_contract *contract = state->attached_first; contract != NULL;
         contract = contract->next_attached) {
        row_list_add(&attached, contract);
    }
    return write(batch, &sql_account_attachment_insert, &account_attachment_columns, attached, err);
}

/* Claims that were accepted get their owner, the others are given up. */
static bool store_owners(struct batch *batch, struct error *err) {
    const struct account_state *state = batch->state;
    struct row_list held = row_list_new(batch->arena, state->owner_rows.count);
    struct row_list released = row_list_new(batch->arena, state->owner_rows.count);
    for (size_t i = 0; i < state->owner_rows.count; i++) {
        const struct owner *owner = state->owner_rows.items[i];
        if (owner->is_new) {
            row_list_add(&held, owner);
        } else if (owner->is_claimed && !slice_is_present(owner->siren)) {
            row_list_add(&released, owner);
        }
    }
    return write(batch, &sql_account_directory_hold, &account_owner_columns, held, err) &&
           write(batch, &sql_account_directory_release, &account_owner_key, released, err);
}

/* New accounts as they stand at the end of the batch; of the others, what they go by now. */
static bool store_accounts(struct batch *batch, struct error *err) {
    const struct account_state *state = batch->state;
    struct row_list new_accounts = row_list_new(batch->arena, state->accounts.count);
    struct row_list moved = row_list_new(batch->arena, state->accounts.count);
    for (size_t i = 0; i < state->employer_rows.count; i++) {
        const struct employer *employer = state->employer_rows.items[i];
        for (const struct held_account *account = employer->accounts_first; account != NULL;
             account = account->next) {
            if (account->is_new) {
                row_list_add(&new_accounts, account);
            } else if (account->is_moved) {
                row_list_add(&moved, account);
            }
        }
    }
    return write(batch, &sql_account_insert, &account_columns, new_accounts, err) &&
           write(batch, &sql_account_survivor_update, &account_survivor_columns, moved, err);
}

static bool store_registrations(struct batch *batch, struct error *err) {
    const struct account_state *state = batch->state;
    struct row_list changed = row_list_new(batch->arena, state->changed_count);
    for (const struct stored_registration *stored = state->changed_first; stored != NULL;
         stored = stored->next_changed) {
        row_list_add(&changed, stored);
    }
    return write(batch, &sql_account_registration_upsert, &account_registration_columns, changed,
                 err);
}

bool account_store(struct batch *batch, struct error *err) {
    const struct account_state *state = batch->state;
    return store_revisions(batch, err) && store_owners(batch, err) && store_accounts(batch, err) &&
           store_attachments(batch, err) && store_registrations(batch, err) &&
           write(batch, &sql_account_merge_insert, &account_merge_columns, state->new_merges, err);
}
