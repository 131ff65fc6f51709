#include "workers/affiliation/people.h"

#include "workers/affiliation/accounts.h"
#include "workers/affiliation/covers.h"
#include "workers/affiliation/working_set.h"

/* A temporary id does not make one person of two whose NIRs are known to differ. */
struct person people_recognise(struct batch *batch, const struct affiliation_request *request) {
    const struct affiliation_state *state = batch->state;
    struct person person = {.hashes = affiliation_hashes(batch, request)};
    const struct person_hashes *hashes = &person.hashes;
    if (slice_is_present(hashes->nir)) {
        person.insured = map_get(&state->by_nir, request->siren, hashes->nir);
        person.by = RECOGNISED_BY_NIR;
    }
    if (person.insured == NULL && slice_is_present(hashes->temporary)) {
        person.insured = map_get(&state->by_temporary, request->siren, hashes->temporary);
        person.by = RECOGNISED_BY_TEMPORARY_ID;
        if (person.insured != NULL && slice_is_present(hashes->nir) &&
            slice_is_present(person.insured->nir_hash)) {
            person.insured = NULL;
        }
    }
    return person;
}

void people_know(struct affiliation_facts *facts, const struct person *person) {
    const struct insured *insured = person->insured;
    facts->has_person = insured != NULL;
    facts->person = (struct affiliation_person){.covered_until = DATE_NONE};
    if (insured == NULL) {
        return;
    }
    const struct cover *cover = insured_cover(insured, facts->request.contract_id);
    facts->person = (struct affiliation_person){
        .insured_id = insured->insured_id,
        .recognised_by = person->by,
        .has_account = insured->account_state != ACCOUNT_STATE_NONE,
        .covered_until = DATE_NONE,
    };
    affiliation_compare(&insured->identity, &facts->request.employee, &facts->person);
    facts->person.is_affiliated =
        cover != NULL && covers_reach(cover, &facts->person.covered_until);
}

/* A new person, named after the request that made him known: no personal data is in the id. */
struct insured *people_add(struct batch *batch, const struct affiliation_request *request) {
    struct affiliation_state *state = batch->state;
    struct insured *insured = arena_take(batch->arena, sizeof(*insured));
    insured->siren = request->siren;
    insured->insured_id = affiliation_insured_id(batch, request);
    insured->account_state = ACCOUNT_STATE_NONE;
    insured->link_expires_at = INSTANT_NONE;
    insured->identity = request->employee;
    insured->key = keyring_ask(&batch->keyring, insured->siren,
                               affiliation_person_subject(batch->arena, &insured->insured_id));
    map_put(&state->by_id, insured->siren, uuid_slice(&insured->insured_id), insured);
    return insured;
}

/* Keeps who he is by the request accepted last, and what it adds: an attribute that is not known
 * yet and names nobody else. */
static void learn(struct affiliation_state *state, struct insured *insured,
                  const struct affiliation_request *request, const struct person_hashes *hashes) {
    const struct insured_identity *employee = &request->employee;
    struct insured_identity *identity = &insured->identity;
    if (insured->is_erased) {
        *identity = *employee;
        insured->is_erased = false;
    }
    /* An agent has accepted it if the same NIR had another name or birth date. */
    identity->family_name = employee->family_name;
    identity->given_names = employee->given_names;
    identity->birth_date = employee->birth_date;
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
        if (covers_has_person(cover, person->beneficiary_id)) {
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
        covers_add_person(cover, row);
    }
}

struct cover *people_affiliate(struct batch *batch, const struct person *person,
                               const struct affiliation_facts *facts,
                               const struct affiliation_decision *decision,
                               const struct origin *origin) {
    struct insured *insured = person->insured;
    struct affiliation_state *state = batch->state;
    const struct affiliation_request *request = &facts->request;
    learn(state, insured, request, &person->hashes);
    accounts_open(batch, insured, decision->account, origin);
    insured->is_learnt = true;
    insured_note(batch, insured);
    struct affiliation_row *row = arena_take(batch->arena, sizeof(*row));
    *row = (struct affiliation_row){
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
        .ended = {slice_none(), slice_none(), slice_none()},
    };
    struct cover *cover = covers_add(batch->arena, insured, row);
    affiliation_note(state, row);
    cover->version++;
    cover_note(state, cover);
    cover_dependants(state, request, insured, cover);
    return cover;
}
