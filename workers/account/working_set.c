#include "workers/account/working_set.h"

#include <assert.h>
#include <string.h>

#include "common/record/vocabulary.h"

struct row_list row_list_new(struct arena *arena, size_t room) {
    return (struct row_list){.items = arena_array(arena, room, sizeof(const void *))};
}

void row_list_add(struct row_list *list, const void *row) {
    list->items[list->count++] = row;
}

/* Keeps the list by id; rows of the database come in that order, so they end at once. */
void account_add_contract(struct account_state *state, struct held_contract *contract) {
    struct employer *employer = map_get(&state->employers, contract->siren, slice_none());
    struct held_contract **place = &employer->contracts_first;
    struct held_contract *last = employer->contracts_last;
    if (last != NULL && slice_compare(last->contract_id, contract->contract_id) < 0) {
        place = &last->next;
    }
    while (*place != NULL && slice_compare((*place)->contract_id, contract->contract_id) < 0) {
        place = &(*place)->next;
    }
    contract->next = *place;
    *place = contract;
    if (contract->next == NULL) {
        employer->contracts_last = contract;
    }
    employer->contracts_count++;
    map_put(&state->contracts, contract->siren, contract->contract_id, contract);
}

void account_add_account(struct account_state *state, struct held_account *account) {
    struct employer *employer = map_get(&state->employers, account->siren, slice_none());
    if (employer->accounts_last == NULL) {
        employer->accounts_first = account;
    } else {
        employer->accounts_last->next = account;
    }
    employer->accounts_last = account;
    map_put(&state->accounts, account->siren, account->account_id, account);
}

struct slice account_oldest(const struct employer *employer, enum category category) {
    const struct held_account *account = employer->accounts_first;
    while (account != NULL && account->category != category) {
        account = account->next;
    }
    return account == NULL ? slice_none() : account->survivor_account_id;
}

struct held_contract *account_keep_revision(struct batch *batch, const struct record *record,
                                            const struct contract *contract) {
    struct account_state *state = batch->state;
    struct document document = document_write(batch->arena, &contract_shape, contract);
    struct new_revision *revision = arena_take(batch->arena, sizeof(*revision));
    *revision = (struct new_revision){
        .siren = contract->siren,
        .contract_id = contract->contract_id,
        .revision = contract->revision,
        .category = contract->category,
        .starts_on = contract->starts_on,
        .ends_on = contract->ends_on,
        .fingerprint = record_fingerprint(record),
        .content = document.open,
        .recorded_at = batch->now_ms,
        .personal = document.personal,
        .person = record->person,
    };
    row_list_add(&state->new_revisions, revision);
    struct held_contract *held = map_get(&state->contracts, contract->siren, contract->contract_id);
    if (held == NULL) {
        held = arena_take(batch->arena, sizeof(*held));
        held->siren = contract->siren;
        held->contract_id = contract->contract_id;
        held->attached_at = INSTANT_NONE;
        account_add_contract(state, held);
    }
    held->revision = contract->revision;
    held->category = contract->category;
    held->ends_on = contract->ends_on;
    held->fingerprint = revision->fingerprint;
    held->recorded_at = revision->recorded_at;
    return held;
}

void account_attach(struct batch *batch, struct held_contract *contract, struct slice account_id,
                    enum attachment_cause cause, struct slice trigger_id) {
    struct account_state *state = batch->state;
    assert(!slice_is_present(contract->holder_account_id));
    contract->holder_account_id = account_id;
    contract->attached_to = account_id;
    contract->attached_at = batch->now_ms;
    contract->cause = cause;
    contract->trigger_id = trigger_id;
    if (state->attached_last == NULL) {
        state->attached_first = contract;
    } else {
        state->attached_last->next_attached = contract;
    }
    state->attached_last = contract;
    state->attached_count++;
}

/* Accounts of one batch share an instant: the order in which they came is kept beside it. */
static int32_t place_after(const struct held_account *last, int64_t now_ms) {
    return last == NULL || last->registered_at < now_ms ? 0 : last->place + 1;
}

void account_keep_account(struct batch *batch, const struct registration *registration) {
    struct account_state *state = batch->state;
    struct owner *owner = map_get(&state->owners, registration->account_id, slice_none());
    if (slice_is_present(owner->siren)) {
        return;
    }
    owner->siren = registration->siren;
    owner->category = registration->category;
    owner->is_new = true;
    const struct employer *employer = map_get(&state->employers, registration->siren, slice_none());
    struct held_account *account = arena_take(batch->arena, sizeof(*account));
    *account = (struct held_account){
        .siren = registration->siren,
        .account_id = registration->account_id,
        .category = registration->category,
        .survivor_account_id = registration->account_id,
        .registered_at = batch->now_ms,
        .place = place_after(employer->accounts_last, batch->now_ms),
        .is_new = true,
    };
    account_add_account(state, account);
}

void account_note_registration(struct batch *batch, struct stored_registration *stored) {
    struct account_state *state = batch->state;
    if (stored->is_changed) {
        return;
    }
    stored->is_changed = true;
    if (state->changed_last == NULL) {
        state->changed_first = stored;
    } else {
        state->changed_last->next_changed = stored;
    }
    state->changed_last = stored;
    state->changed_count++;
}

void account_add_waiting(struct account_state *state, struct stored_registration *stored) {
    struct employer *employer = map_get(&state->employers, stored->siren, slice_none());
    if (employer->waiting_last == NULL) {
        employer->waiting_first = stored;
    } else {
        employer->waiting_last->next_waiting = stored;
    }
    employer->waiting_last = stored;
    employer->waiting_count++;
}

struct slice account_survivor(const struct account_state *state, struct slice siren,
                              struct slice account_id) {
    const struct held_account *account = map_get(&state->accounts, siren, account_id);
    return account == NULL ? account_id : account->survivor_account_id;
}

void account_absorb(struct account_state *state, struct slice siren, struct slice survivor,
                    struct slice absorbed) {
    const struct employer *employer = map_get(&state->employers, siren, slice_none());
    for (struct held_account *account = employer->accounts_first; account != NULL;
         account = account->next) {
        if (slice_equal(account->survivor_account_id, absorbed)) {
            account->survivor_account_id = survivor;
            account->is_moved = true;
        }
    }
    for (struct held_contract *contract = employer->contracts_first; contract != NULL;
         contract = contract->next) {
        if (slice_equal(contract->holder_account_id, absorbed)) {
            contract->holder_account_id = survivor;
        }
    }
}

/* Sorted by word: what readers see, not the order in which we happen to number them. */
static struct category_list sorted_categories(struct arena *arena, const bool *has) {
    enum category *items = arena_array(arena, CATEGORIES, sizeof(*items));
    size_t count = 0;
    for (int category = 1; category <= CATEGORIES; category++) {
        if (!has[category]) {
            continue;
        }
        const char *word = words_text(&category_words, category);
        size_t place = count++;
        for (; place > 0 && strcmp(word, words_text(&category_words, (int)items[place - 1])) < 0;
             place--) {
            items[place] = items[place - 1];
        }
        items[place] = (enum category)category;
    }
    return (struct category_list){items, count};
}

void account_union(struct arena *arena, const struct employer *employer, struct slice survivor,
                   struct slice absorbed, struct category_list *categories,
                   struct slice_list *contract_ids) {
    bool has[CATEGORIES + 1] = {false};
    for (const struct held_account *account = employer->accounts_first; account != NULL;
         account = account->next) {
        has[account->category] |= slice_equal(account->survivor_account_id, survivor) ||
                                  slice_equal(account->survivor_account_id, absorbed);
    }
    *categories = sorted_categories(arena, has);
    struct slice *ids = arena_array(arena, employer->contracts_count, sizeof(*ids));
    size_t count = 0;
    for (const struct held_contract *contract = employer->contracts_first;
         contract != NULL && count < LIMIT_MERGED_CONTRACTS; contract = contract->next) {
        if (slice_equal(contract->holder_account_id, survivor) ||
            slice_equal(contract->holder_account_id, absorbed)) {
            ids[count++] = contract->contract_id;
        }
    }
    *contract_ids = (struct slice_list){ids, count};
}

void account_keep_merge(struct batch *batch, const struct record *record,
                        const struct merge_request *request, enum merge_outcome outcome) {
    struct account_state *state = batch->state;
    struct stored_merge *stored = arena_take(batch->arena, sizeof(*stored));
    *stored = (struct stored_merge){
        .siren = request->siren,
        .merge_id = request->merge_id,
        .outcome = outcome,
        .session_account_id = request->session_account_id,
        .other_account_id = request->other_account_id,
        .fingerprint = record_fingerprint(record),
        .decided_at = batch->now_ms,
    };
    map_put(&state->merges, stored->siren, stored->merge_id, stored);
    row_list_add(&state->new_merges, stored);
}
