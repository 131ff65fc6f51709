#include "workers/account/account.h"

#include "common/base/compiler.h"
#include "common/base/identifiers.h"
#include "workers/account/paths.h"

WORDS(registration_reason_words, "INVALID_SIREN", "UNKNOWN_CONTRACT", "CATEGORY_MISMATCH",
      "CONTRACT_ENDED", "ACCOUNT_TAKEN", "UNKNOWN_ACCOUNT", "SAME_ACCOUNT", "OWNER_MISMATCH");
WORDS(attachment_cause_words, "declared", "sibling", "late_sibling");
WORDS(registration_cause_words, "declared", "sibling");
WORDS(registration_sighting_words, "new", "same_content", "other_content");
WORDS(registration_outcome_words, "accepted", "rejected", "waiting");

static const struct known_contract *find_known(const struct registration_facts *facts,
                                               struct slice contract_id) {
    for (size_t i = 0; i < facts->contracts.count; i++) {
        if (slice_equal(facts->contracts.items[i].contract_id, contract_id)) {
            return &facts->contracts.items[i];
        }
    }
    return NULL;
}

static bool has_ended(const struct registration_facts *facts,
                      const struct known_contract *contract) {
    return contract->ends_on != DATE_NONE && contract->ends_on < facts->submitted_on;
}

static bool is_of_category(const struct registration_facts *facts,
                           const struct known_contract *contract) {
    return contract->category == facts->registration.category;
}

static bool invalid_siren(const struct registration_facts *facts) {
    return !siren_is_valid(facts->registration.siren);
}

/* A mistyped SIREN has no contracts: saying so twice would only hide what is wrong. */
static bool unknown_contract(const struct registration_facts *facts) {
    const struct slice_list *declared = &facts->registration.contract_ids;
    for (size_t i = 0; i < declared->count; i++) {
        if (find_known(facts, declared->items[i]) == NULL) {
            return !invalid_siren(facts);
        }
    }
    return false;
}

static bool category_mismatch(const struct registration_facts *facts) {
    const struct slice_list *declared = &facts->registration.contract_ids;
    for (size_t i = 0; i < declared->count; i++) {
        const struct known_contract *contract = find_known(facts, declared->items[i]);
        if (contract != NULL && !is_of_category(facts, contract)) {
            return true;
        }
    }
    return false;
}

static bool contract_ended(const struct registration_facts *facts) {
    const struct slice_list *declared = &facts->registration.contract_ids;
    for (size_t i = 0; i < declared->count; i++) {
        const struct known_contract *contract = find_known(facts, declared->items[i]);
        if (contract != NULL && has_ended(facts, contract)) {
            return true;
        }
    }
    return false;
}

static bool account_taken(const struct registration_facts *facts) {
    return slice_is_present(facts->owner_siren) &&
           !(slice_equal(facts->owner_siren, facts->registration.siren) &&
             facts->owner_category == facts->registration.category);
}

/* Every way in which a registration is refused, in the order of the reasons. */
static const struct refusal {
    struct rule rule;
    enum registration_reason reason;
    bool (*applies)(const struct registration_facts *facts);
} refusals[] = {
    {{"INVALID_SIREN", "The SIREN does not satisfy its checksum.", "INSEE, Luhn's formula"},
     REGISTRATION_INVALID_SIREN,
     invalid_siren},
    {{"UNKNOWN_CONTRACT", "A declared contract number is not one of this employer.", QUESTION_2},
     REGISTRATION_UNKNOWN_CONTRACT,
     unknown_contract},
    {{"CATEGORY_MISMATCH", "A declared contract is of another category than the account.",
      QUESTION_2},
     REGISTRATION_CATEGORY_MISMATCH,
     category_mismatch},
    {{"CONTRACT_ENDED", "A declared contract ended before the Paris day of the registration.",
      QUESTION_2},
     REGISTRATION_CONTRACT_ENDED,
     contract_ended},
    {{"ACCOUNT_TAKEN", "The account id belongs to another employer or another category.",
      QUESTION_2},
     REGISTRATION_ACCOUNT_TAKEN,
     account_taken},
};
_Static_assert(COUNT_OF(refusals) == REGISTRATION_REASONS_MAX, "a rule for every reason");

const struct rule *registration_refusal(size_t index) {
    return index < COUNT_OF(refusals) ? &refusals[index].rule : NULL;
}

/* An invalid SIREN waits for nothing: no contract of it will ever come. */
static bool still_waits(const struct registration_facts *facts) {
    return facts->grace_ends_at != INSTANT_NONE && facts->decided_at < facts->grace_ends_at &&
           unknown_contract(facts);
}

static void take(struct registration_decision *decision, enum account_path path) {
    decision->rules[decision->rules_count++] = account_paths[path].code;
}

static bool is_declared(const struct registration_facts *facts, struct slice contract_id) {
    return slice_list_has(facts->registration.contract_ids, contract_id);
}

static bool is_full(const struct registration_decision *decision) {
    return decision->attached_count + decision->conflicts_count == REGISTRATION_CONTRACTS_MAX;
}

static void attach_if_free(const struct known_contract *contract, enum attachment_cause cause,
                           struct registration_decision *decision) {
    if (!slice_is_present(contract->holder_account_id) && !is_full(decision)) {
        decision->attached[decision->attached_count++] =
            (struct attachment){contract->contract_id, cause};
    }
}

/* What the account or its merged family holds is no conflict. */
static void conflict_if_held(const struct registration_facts *facts,
                             const struct known_contract *contract,
                             struct registration_decision *decision) {
    if (slice_is_present(contract->holder_account_id) &&
        !slice_equal(contract->holder_account_id, facts->survivor_account_id) &&
        !is_full(decision)) {
        decision->conflicts[decision->conflicts_count++] =
            (struct conflict){contract->contract_id, contract->holder_account_id};
    }
}

/* By which right the registration attaches the contract; 0: it does not. */
static enum attachment_cause cause_of(const struct registration_facts *facts,
                                      const struct known_contract *contract) {
    if (is_declared(facts, contract->contract_id)) {
        return ATTACHMENT_DECLARED;
    }
    return is_of_category(facts, contract) && !has_ended(facts, contract) ? ATTACHMENT_SIBLING : 0;
}

/* Attachments come before conflicts, so that the bound never keeps a contract back for ever. In
 * each list the declared come first, then the siblings, both by id. */
static void accept(const struct registration_facts *facts, struct registration_decision *decision) {
    static const enum attachment_cause causes[] = {ATTACHMENT_DECLARED, ATTACHMENT_SIBLING};
    size_t declared_count = 0;
    decision->outcome = REGISTRATION_ACCEPTED;
    for (size_t i = 0; i < COUNT_OF(causes); i++) {
        declared_count = decision->attached_count; /* when the siblings' turn comes */
        for (size_t j = 0; j < facts->contracts.count; j++) {
            if (cause_of(facts, &facts->contracts.items[j]) == causes[i]) {
                attach_if_free(&facts->contracts.items[j], causes[i], decision);
            }
        }
    }
    for (size_t i = 0; i < COUNT_OF(causes); i++) {
        for (size_t j = 0; j < facts->contracts.count; j++) {
            if (cause_of(facts, &facts->contracts.items[j]) == causes[i]) {
                conflict_if_held(facts, &facts->contracts.items[j], decision);
            }
        }
    }
    const struct {
        enum account_path path;
        bool is_taken;
    } taken[] = {
        {PATH_REGISTERED, true},
        {PATH_DECLARED, declared_count > 0},
        {PATH_SIBLING, decision->attached_count > declared_count},
        {PATH_CONFLICT, decision->conflicts_count > 0},
    };
    for (size_t i = 0; i < COUNT_OF(taken); i++) {
        if (taken[i].is_taken) {
            take(decision, taken[i].path);
        }
    }
}

void registration_decide(const struct registration_facts *facts,
                         struct registration_decision *decision) {
    *decision = (struct registration_decision){
        .attached = decision->attached,
        .conflicts = decision->conflicts,
    };
    if (facts->sighting != SIGHTING_NEW) {
        bool is_same = facts->sighting == SIGHTING_SAME_CONTENT;
        decision->outcome = is_same ? REGISTRATION_REPEATED : REGISTRATION_REUSED;
        take(decision, is_same ? PATH_REPEATED : PATH_ID_REUSED);
        return;
    }
    if (still_waits(facts)) {
        decision->outcome = REGISTRATION_WAITING;
        take(decision, PATH_WAITING);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        if (refusals[i].applies(facts)) {
            decision->outcome = REGISTRATION_REJECTED;
            decision->reasons[decision->reasons_count++] = refusals[i].reason;
            decision->rules[decision->rules_count++] = refusals[i].rule.code;
        }
    }
    if (decision->reasons_count == 0) {
        accept(facts, decision);
    }
}

/* How a revision compares with the highest one known. */
static enum account_path revision_path(const struct contract_facts *facts) {
    if (facts->contract.revision != facts->known_revision) {
        return facts->contract.revision < facts->known_revision ? PATH_STALE_REVISION
                                                                : PATH_NEW_REVISION;
    }
    return facts->sighting == SIGHTING_SAME_CONTENT ? PATH_REPEATED : PATH_ID_REUSED;
}

void contract_decide(const struct contract_facts *facts, struct contract_decision *decision) {
    static const enum contract_outcome outcomes[] = {
        [PATH_STALE_REVISION] = CONTRACT_STALE,
        [PATH_NEW_REVISION] = CONTRACT_STORED,
        [PATH_REPEATED] = CONTRACT_REPEATED,
        [PATH_ID_REUSED] = CONTRACT_REUSED,
    };
    enum account_path path = revision_path(facts);
    *decision = (struct contract_decision){.outcome = outcomes[path]};
    decision->rules[decision->rules_count++] = account_paths[path].code;
    if (decision->outcome == CONTRACT_STORED && !slice_is_present(facts->holder_account_id) &&
        slice_is_present(facts->oldest_account_id) &&
        !contract_has_ended(&facts->contract, facts->decided_on)) {
        decision->attached_to = facts->oldest_account_id;
        decision->rules[decision->rules_count++] = account_paths[PATH_LATE_SIBLING].code;
    }
}
