#include "common/base/compiler.h"
#include "common/runtime/contracts.h"
#include "workers/account/emit.h"
#include "workers/account/merges.h"
#include "workers/account/messages.h"
#include "workers/account/registrations.h"
#include "workers/account/store.h"
#include "workers/workers.h"

static struct contract_facts gather(struct batch *batch, const struct record *record) {
    const struct account_state *state = batch->state;
    const struct contract *contract = record->message.data;
    const struct held_contract *known =
        map_get(&state->contracts, contract->siren, contract->contract_id);
    struct contract_facts facts = {
        .contract = *contract,
        .sighting = SIGHTING_NEW,
        .oldest_account_id = account_oldest(
            map_get(&state->employers, contract->siren, slice_none()), contract->category),
        .decided_on = zone_date(batch->zone, batch->now_ms),
    };
    if (known != NULL) {
        facts.known_revision = known->revision;
        facts.holder_account_id = known->holder_account_id;
        facts.sighting = slice_equal(known->fingerprint, record_fingerprint(record))
                             ? SIGHTING_SAME_CONTENT
                             : SIGHTING_OTHER_CONTENT;
    }
    return facts;
}

static void decide_contract(struct batch *batch, struct record *record) {
    const struct contract_facts facts = gather(batch, record);
    const struct contract *contract = &facts.contract;
    struct slice known_as = contracts_person(batch->arena, contract->contract_id);
    struct contract_decision decision;
    contract_decide(&facts, &decision);
    if (decision.outcome == CONTRACT_REUSED) {
        record_refuse(batch, record, "ID_REUSED",
                      "contract_id: revision %d was published before with another content",
                      (int)contract->revision);
        return;
    }
    record_set_person(batch, record, contract->siren, known_as);
    record_explain(batch, record, &contract_facts_shape, &facts, decision.rules,
                   decision.rules_count);
    if (decision.outcome != CONTRACT_STORED) {
        return;
    }
    struct held_contract *held = account_keep_revision(batch, record, contract);
    if (slice_is_present(decision.attached_to)) {
        account_attach(batch, held, decision.attached_to, ATTACHMENT_LATE_SIBLING,
                       contract->contract_id);
        emit_contract_attached(batch, record, held);
    }
    /* The same name for what waits for the contract and for whose key seals it. A registration
     * that waits comes after the attachment above, as it would if the contract had come first. */
    batch_wake(batch, contract->siren, known_as);
    registrations_contract_known(batch, record, contract->siren, contract->contract_id);
}

static void decide(struct batch *batch, struct record *record) {
    static void (*const deciders[ACCOUNT_INPUTS])(struct batch *, struct record *) = {
        [INPUT_CONTRACT_UPSERTED] = decide_contract,
        [INPUT_REGISTRATION_SUBMITTED] = registrations_submitted,
        [INPUT_MERGE_REQUESTED] = merges_requested,
    };
    deciders[record->message.input->kind](batch, record);
}

static const struct firing firings[] = {
    {timer_registration, registrations_fire_grace},
    {timer_subject_known, registrations_fire_contract},
};

/* The same facts, decided again. */

static size_t redecide_registration(struct arena *arena, const void *facts, const char **rules) {
    const struct registration_facts *registration = facts;
    const size_t count = registration->contracts.count;
    struct registration_decision decision = {
        .attached = arena_array(arena, count, sizeof(struct attachment)),
        .conflicts = arena_array(arena, count, sizeof(struct conflict)),
    };
    registration_decide(registration, &decision);
    return redecision_rules(decision.rules, decision.rules_count, rules);
}

static size_t redecide_contract(struct arena *arena UNUSED, const void *facts, const char **rules) {
    struct contract_decision decision;
    contract_decide(facts, &decision);
    return redecision_rules(decision.rules, decision.rules_count, rules);
}

static size_t redecide_merge(struct arena *arena UNUSED, const void *facts, const char **rules) {
    struct merge_decision decision;
    merge_decide(facts, &decision);
    return redecision_rules(decision.rules, decision.rules_count, rules);
}

static const struct redecision redecisions[] = {
    {&registration_facts_shape, NULL, redecide_registration},
    {&contract_facts_shape, NULL, redecide_contract},
    {&merge_facts_shape, NULL, redecide_merge},
};

const struct worker account_worker = {
    .name = "account",
    .inputs = account_inputs,
    .inputs_count = ACCOUNT_INPUTS,
    .outputs = account_outputs,
    .outputs_count = ACCOUNT_OUTPUTS,
    .statements = account_statements,
    .statements_count = ACCOUNT_STATEMENTS,
    .rule = account_rule,
    .transition = account_transition,
    .redecisions = redecisions,
    .redecisions_count = COUNT_OF(redecisions),
    .state_size = sizeof(struct account_state),
    .load = account_load,
    .decide = decide,
    .firings = firings,
    .firings_count = COUNT_OF(firings),
    .store = account_store,
};
