#include "common/base/compiler.h"
#include "common/runtime/contracts.h"
#include "workers/account/messages.h"
#include "workers/account/store.h"

extern const struct worker account_worker;

/* Same id seen before: with the same content? `stored` is absent where the id is new. */
static enum sighting sighting_of(const struct record *record, struct slice stored) {
    if (!slice_is_present(stored)) {
        return SIGHTING_NEW;
    }
    struct slice fingerprint = {(const char *)record->fingerprint, sizeof(record->fingerprint)};
    return slice_equal(fingerprint, stored) ? SIGHTING_SAME_CONTENT : SIGHTING_OTHER_CONTENT;
}

static void emit_attached(struct batch *batch, struct record *record,
                          const struct held_contract *contract) {
    struct contract_attached data = {
        .siren = contract->siren,
        .account_id = contract->holder_account_id,
        .contract_id = contract->contract_id,
        .category = contract->category,
        .cause = contract->cause,
        .trigger_id = contract->trigger_id,
        .at = contract->attached_at,
    };
    record_emit(batch, record, &contract_attached_output, slice_none(), data.contract_id, &data);
}

static void decide_contract(struct batch *batch, struct record *record) {
    const struct account_state *state = batch->state;
    const struct contract *contract = record->message.data;
    const struct held_contract *known =
        map_get(&state->contracts, contract->siren, contract->contract_id);
    struct contract_facts facts = {
        .contract = *contract,
        .known_revision = known == NULL ? 0 : known->revision,
        .sighting = sighting_of(record, known == NULL ? slice_none() : known->fingerprint),
        .holder_account_id = known == NULL ? slice_none() : known->holder_account_id,
        .oldest_account_id = account_oldest(
            map_get(&state->employers, contract->siren, slice_none()), contract->category),
        .decided_on = zone_date(batch->zone, batch->now_ms),
    };
    struct contract_decision decision;
    contract_decide(&facts, &decision);
    if (decision.outcome == CONTRACT_REUSED) {
        record_refuse(batch, record, "ID_REUSED",
                      "contract_id: revision %d was published before with another content",
                      (int)contract->revision);
        return;
    }
    record_set_person(batch, record, contract->siren,
                      contracts_person(batch->arena, contract->contract_id));
    record_explain(batch, record, &contract_facts_shape, &facts, decision.rules,
                   decision.rules_count);
    if (decision.outcome != CONTRACT_STORED) {
        return;
    }
    struct held_contract *held = account_keep_revision(batch, record, contract);
    /* The same name for what waits for the contract and for whose key seals it. */
    batch_wake(batch, contract->siren, contracts_person(batch->arena, contract->contract_id));
    if (slice_is_present(decision.attached_to)) {
        account_attach(batch, held, decision.attached_to, ATTACHMENT_LATE_SIBLING,
                       contract->contract_id);
        emit_attached(batch, record, held);
    }
}

/* What a registration may touch: contracts of its category, and those it names. */
static struct known_contract_list known_contracts(struct batch *batch,
                                                  const struct employer *employer,
                                                  const struct registration *registration) {
    struct known_contract *known =
        arena_array(batch->arena, employer->contracts_count, sizeof(*known));
    size_t count = 0;
    for (const struct held_contract *held = employer->contracts_first; held != NULL;
         held = held->next) {
        if (held->category == registration->category ||
            slice_list_has(registration->contract_ids, held->contract_id)) {
            known[count++] = (struct known_contract){
                .contract_id = held->contract_id,
                .category = held->category,
                .ends_on = held->ends_on,
                .holder_account_id = held->holder_account_id,
            };
        }
    }
    return (struct known_contract_list){known, count};
}

static void accept_registration(struct batch *batch, struct record *record,
                                const struct registration_facts *facts,
                                const struct registration_decision *decision) {
    const struct account_state *state = batch->state;
    const struct registration *registration = &facts->registration;
    struct slice *conflicts =
        arena_array(batch->arena, decision->conflicts_count, sizeof(*conflicts));
    for (size_t i = 0; i < decision->conflicts_count; i++) {
        conflicts[i] = decision->conflicts[i].contract_id;
    }
    struct registration_accepted accepted = {
        .registration_id = registration->registration_id,
        .siren = registration->siren,
        .account_id = facts->survivor_account_id,
        .category = registration->category,
        .attached = {decision->attached, decision->attached_count},
        .conflicts = {conflicts, decision->conflicts_count},
    };
    record_emit(batch, record, &registration_accepted_output, slice_none(),
                registration->registration_id, &accepted);
    account_keep_account(batch, registration);
    for (size_t i = 0; i < decision->attached_count; i++) {
        const struct attachment *attachment = &decision->attached[i];
        struct held_contract *contract =
            map_get(&state->contracts, registration->siren, attachment->contract_id);
        account_attach(batch, contract, facts->survivor_account_id, attachment->cause,
                       registration->registration_id);
        emit_attached(batch, record, contract);
    }
    for (size_t i = 0; i < decision->conflicts_count; i++) {
        struct attachment_conflict conflict = {
            .siren = registration->siren,
            .account_id = facts->survivor_account_id,
            .contract_id = decision->conflicts[i].contract_id,
            .holder_account_id = decision->conflicts[i].holder_account_id,
        };
        record_emit(batch, record, &attachment_conflict_output, slice_none(), conflict.contract_id,
                    &conflict);
    }
    account_keep_registration(batch, record, registration, facts->survivor_account_id,
                              REGISTRATION_ACCEPTED);
}

static void reject_registration(struct batch *batch, struct record *record,
                                const struct registration *registration,
                                const struct registration_decision *decision) {
    struct registration_rejected rejected = {
        .registration_id = registration->registration_id,
        .siren = registration->siren,
        .account_id = registration->account_id,
        .category = registration->category,
        .reasons = {decision->reasons, decision->reasons_count},
    };
    record_emit(batch, record, &registration_rejected_output, slice_none(),
                registration->registration_id, &rejected);
    account_keep_registration(batch, record, registration, registration->account_id,
                              REGISTRATION_REJECTED);
}

static struct registration_facts gather(struct batch *batch, const struct record *record) {
    const struct account_state *state = batch->state;
    const struct registration *registration = record->message.data;
    struct slice siren = registration->siren;
    const struct stored_registration *stored =
        map_get(&state->registrations, siren, registration->registration_id);
    const struct owner *owner = map_get(&state->owners, registration->account_id, slice_none());
    const struct held_account *account = map_get(&state->accounts, siren, registration->account_id);
    return (struct registration_facts){
        .registration = *registration,
        .sighting = sighting_of(record, stored == NULL ? slice_none() : stored->fingerprint),
        .submitted_on = zone_date(batch->zone, registration->submitted_at),
        .owner_siren = owner->siren,
        .owner_category = owner->category,
        .survivor_account_id =
            account == NULL ? registration->account_id : account->survivor_account_id,
        .contracts =
            known_contracts(batch, map_get(&state->employers, siren, slice_none()), registration),
    };
}

static void decide_registration(struct batch *batch, struct record *record) {
    struct registration_facts facts = gather(batch, record);
    struct registration_decision decision = {
        .attached = arena_array(batch->arena, facts.contracts.count, sizeof(struct attachment)),
        .conflicts = arena_array(batch->arena, facts.contracts.count, sizeof(struct conflict)),
    };
    registration_decide(&facts, &decision);
    if (decision.outcome == REGISTRATION_REUSED) {
        record_refuse(batch, record, "ID_REUSED",
                      "registration_id: was submitted before with another content");
        return;
    }
    record_explain(batch, record, &registration_facts_shape, &facts, decision.rules,
                   decision.rules_count);
    if (decision.outcome == REGISTRATION_ACCEPTED) {
        accept_registration(batch, record, &facts, &decision);
    } else if (decision.outcome == REGISTRATION_REJECTED) {
        reject_registration(batch, record, &facts.registration, &decision);
    }
}

static void decide(struct batch *batch, struct record *record) {
    static void (*const deciders[ACCOUNT_INPUTS])(struct batch *, struct record *) = {
        [INPUT_CONTRACT_UPSERTED] = decide_contract,
        [INPUT_REGISTRATION_SUBMITTED] = decide_registration,
    };
    deciders[record->message.input->kind](batch, record);
}

const struct worker account_worker = {
    .name = "account",
    .inputs = account_inputs,
    .inputs_count = ACCOUNT_INPUTS,
    .outputs = account_outputs,
    .outputs_count = ACCOUNT_OUTPUTS,
    .statements = account_statements,
    .statements_count = ACCOUNT_STATEMENTS,
    .rule = account_rule,
    .state_size = sizeof(struct account_state),
    .load = account_load,
    .decide = decide,
    .store = account_store,
};
