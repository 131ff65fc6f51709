#include "workers/account/store.h"

#include "common/runtime/rows.h"
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
    return rows_store(
        batch, &sql_account_contract_insert,
        rows_at(&account_revision_columns, state->new_revisions.items, state->new_revisions.count),
        err);
}

static bool store_attachments(struct batch *batch, struct error *err) {
    const struct account_state *state = batch->state;
    struct row_list attached = row_list_new(batch->arena, state->attached_count);
    for (const struct held_contract *contract = state->attached_first; contract != NULL;
         contract = contract->next_attached) {
        row_list_add(&attached, contract);
    }
    return rows_store(batch, &sql_account_attachment_insert,
                      rows_at(&account_attachment_columns, attached.items, attached.count), err);
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
    return rows_store(batch, &sql_account_directory_hold,
                      rows_at(&account_owner_columns, held.items, held.count), err) &&
           rows_store(batch, &sql_account_directory_release,
                      rows_at(&account_owner_key, released.items, released.count), err);
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
    return rows_store(batch, &sql_account_insert,
                      rows_at(&account_columns, new_accounts.items, new_accounts.count), err) &&
           rows_store(batch, &sql_account_survivor_update,
                      rows_at(&account_survivor_columns, moved.items, moved.count), err);
}

static bool store_registrations(struct batch *batch, struct error *err) {
    const struct account_state *state = batch->state;
    struct row_list changed = row_list_new(batch->arena, state->changed_count);
    for (const struct stored_registration *stored = state->changed_first; stored != NULL;
         stored = stored->next_changed) {
        row_list_add(&changed, stored);
    }
    return rows_store(batch, &sql_account_registration_upsert,
                      rows_at(&account_registration_columns, changed.items, changed.count), err);
}

bool account_store(struct batch *batch, struct error *err) {
    const struct account_state *state = batch->state;
    return store_revisions(batch, err) && store_owners(batch, err) && store_accounts(batch, err) &&
           store_attachments(batch, err) && store_registrations(batch, err) &&
           rows_store(
               batch, &sql_account_merge_insert,
               rows_at(&account_merge_columns, state->new_merges.items, state->new_merges.count),
               err);
}
