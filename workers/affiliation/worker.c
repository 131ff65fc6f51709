#include "common/base/buffer.h"
#include "common/base/compiler.h"
#include "workers/affiliation/emit.h"
#include "workers/affiliation/messages.h"
#include "workers/workers.h"

/* The employee as known: by the NIR, else by the temporary id. A temporary id does not make one
 * person of two whose NIRs are known to differ. */
static struct insured *recognise(const struct affiliation_state *state,
                                 const struct affiliation_request *request,
                                 const struct person_hashes *hashes, enum recognised_by *by) {
    struct insured *insured = NULL;
    if (slice_is_present(hashes->nir)) {
        insured = map_get(&state->by_nir, request->siren, hashes->nir);
        *by = RECOGNISED_BY_NIR;
    }
    if (insured == NULL && slice_is_present(hashes->temporary)) {
        insured = map_get(&state->by_temporary, request->siren, hashes->temporary);
        *by = RECOGNISED_BY_TEMPORARY_ID;
        if (insured != NULL && slice_is_present(hashes->nir) &&
            slice_is_present(insured->nir_hash)) {
            insured = NULL;
        }
    }
    return insured;
}

static void know_contract(struct affiliation_facts *facts, const struct contract *contract) {
    facts->has_contract = contract != NULL;
    facts->contract = (struct affiliation_contract){.starts_on = DATE_NONE, .ends_on = DATE_NONE};
    if (contract != NULL) {
        facts->contract = (struct affiliation_contract){
            contract->revision, contract->category,    contract->starts_on,
            contract->ends_on,  contract->populations, contract->options,
        };
    }
}

static void know_person(struct affiliation_facts *facts, const struct insured *insured,
                        enum recognised_by by) {
    facts->has_person = insured != NULL;
    facts->person =
        (struct affiliation_person){.birth_date = DATE_NONE, .covered_until = DATE_NONE};
    if (insured == NULL) {
        return;
    }
    const struct cover *cover = insured_cover(insured, facts->request.contract_id);
    facts->person = (struct affiliation_person){
        .insured_id = insured->insured_id,
        .recognised_by = by,
        .family_name = insured->identity.family_name,
        .birth_date = insured->identity.birth_date,
        .has_account = insured->account_state != ACCOUNT_STATE_NONE,
        .is_affiliated = cover != NULL,
        .covered_until = cover == NULL ? DATE_NONE : cover->covered_until,
    };
}

/* A new person, named after the request that made him known: no personal data is in the id. */
static struct insured *add_insured(struct batch *batch, const struct affiliation_request *request) {
    struct affiliation_state *state = batch->state;
    struct insured *insured = arena_take(batch->arena, sizeof(*insured));
    insured->siren = request->siren;
    insured->insured_id = batch_derived_id(batch, "insured|%.*s|%.*s", SLICE_FORMAT(request->siren),
                                           SLICE_FORMAT(request->request_id));
    insured->account_state = ACCOUNT_STATE_NONE;
    insured->identity = request->employee;
    insured->key = keyring_ask(&batch->keyring, insured->siren,
                               affiliation_person_subject(batch->arena, &insured->insured_id));
    map_put(&state->by_id, insured->siren, uuid_slice(&insured->insured_id), insured);
    return insured;
}

/* Keeps what a request adds: an attribute that is not known yet and names nobody else. */
static void learn(struct affiliation_state *state, struct insured *insured,
                  const struct affiliation_request *request, const struct person_hashes *hashes) {
    const struct insured_identity *employee = &request->employee;
    struct insured_identity *identity = &insured->identity;
    if (insured->is_erased) {
        *identity = *employee;
        insured->is_erased = false;
    }
    if (slice_is_present(hashes->nir) && !slice_is_present(insured->nir_hash) &&
        map_get(&state->by_nir, insured->siren, hashes->nir) == NULL) {
        insured->nir_hash = hashes->nir;
        identity->nir = employee->nir;
        map_put(&state->by_nir, insured->siren, hashes->nir, insured);
    }
    if (slice_is_present(hashes->temporary) && !slice_is_present(insured->temporary_hash) &&
        map_get(&state->by_temporary, insured->siren, hashes->temporary) == NULL) {
        insured->temporary_hash = hashes->temporary;
        identity->temporary_id = employee->temporary_id;
        map_put(&state->by_temporary, insured->siren, hashes->temporary, insured);
    }
    if (!slice_is_present(identity->email)) {
        identity->email = employee->email;
    }
    if (!identity->has_address && employee->has_address) {
        identity->has_address = true;
        identity->address = employee->address;
    }
}

/* The dependants are covered from the first day, each once. */
static void cover_dependants(struct affiliation_state *state,
                             const struct affiliation_request *request,
                             const struct insured *insured, struct cover *cover) {
    for (size_t i = 0; i < request->dependants.count; i++) {
        const struct beneficiary *person = &request->dependants.items[i];
        if (map_get(&cover->beneficiaries, person->beneficiary_id, slice_none()) != NULL) {
            continue;
        }
        struct beneficiary_row *row = &state->beneficiaries_new[state->beneficiaries_count++];
        *row = (struct beneficiary_row){
            .siren = request->siren,
            .insured_id = insured->insured_id,
            .contract_id = request->contract_id,
            .beneficiary_id = person->beneficiary_id,
            .source_id = request->request_id,
            .state = slice_of("covered"),
            .relation = person->relation,
            .scheme = person->scheme,
            .coverage_from = request->effective_on,
            .key = insured->key,
            .person = person,
        };
        map_put(&cover->beneficiaries, person->beneficiary_id, slice_none(), row);
    }
}

/* The effects of an acceptance on the working set; the next record sees them. */
static struct cover *affiliate(struct batch *batch, struct insured *insured,
                               const struct affiliation_facts *facts,
                               const struct affiliation_decision *decision,
                               const struct person_hashes *hashes) {
    struct affiliation_state *state = batch->state;
    const struct affiliation_request *request = &facts->request;
    learn(state, insured, request, hashes);
    if (decision->account == ACCOUNT_ACTIVATION_EMAIL) {
        insured->account_state = ACCOUNT_STATE_INVITED;
    } else if (decision->account == ACCOUNT_LETTER) {
        insured->account_state = ACCOUNT_STATE_LETTER_SENT;
    }
    insured->recorded_at = facts->decided_at;
    if (!insured->is_changed) {
        insured->is_changed = true;
        state->insured_changed[state->insured_count++] = insured;
    }
    struct cover *cover = insured_cover(insured, request->contract_id);
    if (cover == NULL) {
        cover = insured_add_cover(batch, insured, request->contract_id);
    }
    cover->covered_until = DATE_NONE;
    cover->version++;
    if (!cover->is_changed) {
        cover->is_changed = true;
        state->covers_changed[state->covers_count++] = cover;
    }
    state->affiliations_new[state->affiliations_count++] = (struct affiliation_row){
        .siren = request->siren,
        .insured_id = insured->insured_id,
        .contract_id = request->contract_id,
        .request_id = request->request_id,
        .channel = request->channel,
        .scheme = request->scheme,
        .option = request->option,
        .effective_on = request->effective_on,
        .ended_on = DATE_NONE,
        .accepted_at = facts->decided_at,
    };
    cover_dependants(state, request, insured, cover);
    return cover;
}

static struct slice reasons_text(struct arena *arena, const struct affiliation_decision *decision) {
    struct buffer text;
    buffer_init(&text, arena, LIMIT_CODE);
    for (size_t i = 0; i < decision->reasons_count; i++) {
        if (i > 0) {
            buffer_append_byte(&text, ',');
        }
        buffer_append_text(&text, words_text(&affiliation_reason_words, (int)decision->reasons[i]));
    }
    return buffer_slice(&text);
}

/* Keeps the request, so that its repetition is known again. */
static const struct request_row *remember(struct batch *batch, const struct record *record,
                                          const struct affiliation_facts *facts,
                                          const struct affiliation_decision *decision,
                                          const struct insured *insured) {
    struct affiliation_state *state = batch->state;
    const struct affiliation_request *request = &facts->request;
    struct request_row *row = &state->requests_new[state->requests_count++];
    *row = (struct request_row){
        .siren = request->siren,
        .request_id = request->request_id,
        .root_request_id = affiliation_root(request),
        .contract_id = request->contract_id,
        .channel = request->channel,
        .status = decision->outcome,
        .person = insured != NULL ? insured->key->subject
                                  : arena_format(batch->arena, "request/%.*s",
                                                 SLICE_FORMAT(request->request_id)),
        .fingerprint = {(const char *)record->fingerprint, VAULT_HASH_SIZE},
        .submitted_at = request->submitted_at,
        .due_at = decision->sla.due_at,
        .calendar_id = decision->sla.calendar_id,
        .calendar_revision = decision->sla.calendar_revision,
        .decided_at = facts->decided_at,
        .reasons = reasons_text(batch->arena, decision),
        .tracking_version = decision->has_sla ? 1 : 0,
    };
    if (insured != NULL && decision->outcome == STATUS_ACCEPTED) {
        row->insured_id = insured->insured_id;
    }
    map_put(&state->requests, row->siren, row->request_id, row);
    return row;
}

/* A request id seen before: the same content has no effect, other content is refused. */
static void repeat(struct batch *batch, struct record *record, const struct request_row *seen) {
    const struct slice fingerprint = {(const char *)record->fingerprint, VAULT_HASH_SIZE};
    if (!slice_equal(seen->fingerprint, fingerprint)) {
        record_refuse(batch, record, "ID_REUSED", "request_id: seen before with other content");
        return;
    }
    const char *const rules[] = {affiliation_repeated};
    const struct affiliation_repeat facts = {seen->siren, seen->request_id, seen->decided_at};
    record_explain(batch, record, &affiliation_repeat_shape, &facts, rules, COUNT_OF(rules));
}

static void decide(struct batch *batch, struct record *record) {
    struct affiliation_state *state = batch->state;
    const struct affiliation_request *request = record->message.data;
    const struct affiliation_promise promise = {&state->calendar, batch->zone,
                                                batch->settings->online_single_days,
                                                batch->settings->online_bulk_days};
    const struct request_row *seen = map_get(&state->requests, request->siren, request->request_id);
    if (seen != NULL) {
        repeat(batch, record, seen);
        return;
    }
    struct affiliation_facts facts = {.request = *request, .decided_at = batch->now_ms};
    struct affiliation_decision decision;
    struct person_hashes hashes = affiliation_hashes(batch, request);
    enum recognised_by by = 0;
    struct insured *insured = recognise(state, request, &hashes, &by);
    struct cover *cover = NULL;
    know_contract(&facts, map_get(&state->contracts, request->siren, request->contract_id));
    know_person(&facts, insured, by);
    affiliation_measure(&facts, &promise);
    affiliation_decide(&facts, &decision);

    if (decision.outcome == STATUS_ACCEPTED && insured == NULL) {
        insured = add_insured(batch, request);
    }
    if (insured != NULL) {
        record_set_person(batch, record, request->siren, insured->key->subject);
    }
    /* Written before the effects: the facts are what was known then. */
    record_explain(batch, record, &affiliation_facts_shape, &facts, decision.rules,
                   decision.rules_count);
    if (decision.outcome == STATUS_ACCEPTED) {
        cover = affiliate(batch, insured, &facts, &decision, &hashes);
    }
    const struct request_row *row = remember(batch, record, &facts, &decision, insured);
    affiliation_emit(batch, record, &facts, &decision, insured, cover, row->tracking_version);
}

const struct worker affiliation_worker = {
    .name = "affiliation",
    .inputs = affiliation_inputs,
    .inputs_count = AFFILIATION_INPUTS,
    .outputs = affiliation_outputs,
    .outputs_count = AFFILIATION_OUTPUTS,
    .statements = affiliation_statements,
    .statements_count = AFFILIATION_STATEMENTS,
    .rule = affiliation_rule,
    .state_size = sizeof(struct affiliation_state),
    .load = affiliation_load,
    .decide = decide,
    .store = affiliation_store,
};
