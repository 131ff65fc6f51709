#include "workers/account/merges.h"

#include <string.h>

#include "workers/account/emit.h"
#include "workers/account/messages.h"

static enum account_standing standing_of(const struct account_state *state, struct slice siren,
                                         struct slice account_id) {
    const struct owner *owner = map_get(&state->owners, account_id, slice_none());
    if (!slice_is_present(owner->siren)) {
        return ACCOUNT_UNKNOWN;
    }
    return slice_equal(owner->siren, siren) ? ACCOUNT_OWN : ACCOUNT_FOREIGN;
}

static bool is_of_families(const struct merge_facts *facts, struct slice survivor_account_id) {
    return slice_equal(survivor_account_id, facts->session_survivor_id) ||
           slice_equal(survivor_account_id, facts->other_survivor_id);
}

/* Sorted by word: what readers see, not the order in which we happen to number them. */
static struct category_list categories_of(struct arena *arena, const bool *has) {
    enum category *items = arena_array(arena, CATEGORIES, sizeof(*items));
    size_t count = 0;
    for (int category = 1; category <= CATEGORIES; category++) {
        if (!has[category]) {
            continue;
        }
        size_t place = count++;
        for (; place > 0 && strcmp(words_text(&category_words, category),
                                   words_text(&category_words, (int)items[place - 1])) < 0;
             place--) {
            items[place] = items[place - 1];
        }
        items[place] = (enum category)category;
    }
    return (struct category_list){items, count};
}

/* What the two families have together: only asked where they may become one. */
static void unite(struct batch *batch, struct merge_facts *facts) {
    const struct account_state *state = batch->state;
    const struct employer *employer =
        map_get(&state->employers, facts->request.siren, slice_none());
    bool has[CATEGORIES + 1] = {false};
    for (const struct held_account *account = employer->accounts_first; account != NULL;
         account = account->next) {
        has[account->category] |= is_of_families(facts, account->survivor_account_id);
    }
    facts->categories = categories_of(batch->arena, has);
    struct slice *contract_ids =
        arena_array(batch->arena, employer->contracts_count, sizeof(*contract_ids));
    size_t count = 0;
    for (const struct held_contract *contract = employer->contracts_first;
         contract != NULL && count < LIMIT_MERGED_CONTRACTS; contract = contract->next) {
        if (slice_is_present(contract->holder_account_id) &&
            is_of_families(facts, contract->holder_account_id)) {
            contract_ids[count++] = contract->contract_id;
        }
    }
    facts->contract_ids = (struct slice_list){contract_ids, count};
}

static struct merge_facts gather(struct batch *batch, const struct record *record) {
    const struct account_state *state = batch->state;
    const struct merge_request *request = record->message.data;
    const struct stored_merge *stored = map_get(&state->merges, request->siren, request->merge_id);
    struct merge_facts facts = {
        .request = *request,
        .sighting = SIGHTING_NEW,
        .session_standing = standing_of(state, request->siren, request->session_account_id),
        .other_standing = standing_of(state, request->siren, request->other_account_id),
    };
    if (stored != NULL) {
        facts.sighting = slice_equal(stored->fingerprint, record_fingerprint(record))
                             ? SIGHTING_SAME_CONTENT
                             : SIGHTING_OTHER_CONTENT;
    }
    if (facts.session_standing == ACCOUNT_OWN) {
        facts.session_survivor_id =
            account_survivor(state, request->siren, request->session_account_id);
    }
    if (facts.other_standing == ACCOUNT_OWN) {
        facts.other_survivor_id =
            account_survivor(state, request->siren, request->other_account_id);
    }
    if (facts.session_standing == ACCOUNT_OWN && facts.other_standing == ACCOUNT_OWN &&
        !slice_equal(facts.session_survivor_id, facts.other_survivor_id)) {
        unite(batch, &facts);
    }
    return facts;
}

void merges_requested(struct batch *batch, struct record *record) {
    const struct merge_facts facts = gather(batch, record);
    struct merge_decision decision;
    merge_decide(&facts, &decision);
    if (decision.outcome == MERGE_REUSED) {
        record_refuse(batch, record, "ID_REUSED",
                      "merge_id: was requested before with another content");
        return;
    }
    record_explain(batch, record, &merge_facts_shape, &facts, decision.rules, decision.rules_count);
    if (decision.outcome == MERGE_REPEATED) {
        return;
    }
    if (decision.outcome == MERGE_DONE) {
        emit_merged(batch, record, &facts);
        account_absorb(batch->state, facts.request.siren, facts.session_survivor_id,
                       facts.other_survivor_id);
    } else if (decision.outcome == MERGE_REJECTED) {
        emit_merge_rejected(batch, record, &facts, &decision);
    }
    account_keep_merge(batch, record, &facts.request, decision.outcome);
}
