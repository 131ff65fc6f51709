#include "workers/account/merges.h"

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
        account_union(batch->arena, map_get(&state->employers, request->siren, slice_none()),
                      facts.session_survivor_id, facts.other_survivor_id, &facts.categories,
                      &facts.contract_ids);
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
