#include "workers/affiliation/affiliation.h"

#include <assert.h>
#include <string.h>

#include "common/base/email.h"
#include "workers/affiliation/rules.h"

WORDS(affiliation_reason_words, "AFFILIATION_NOT_REQUIRED", "SERVICE_NOT_AVAILABLE",
      "INVALID_SIREN", "INVALID_SIRET", "UNKNOWN_CONTRACT", "CATEGORY_MISMATCH", "CONTRACT_ENDED",
      "EFFECTIVE_BEFORE_CONTRACT", "EFFECTIVE_BEFORE_HIRE", "POPULATION_UNKNOWN", "OPTION_UNKNOWN",
      "INVALID_NIR", "NIR_BIRTHDATE_MISMATCH", "ALREADY_AFFILIATED", "DISPENSATION_UNKNOWN",
      "MISSING_ADDRESS", "MISSING_DOCUMENT", "REVIEW_RETROACTIVE", "REVIEW_IDENTITY",
      "INVALID_EMAIL");
WORDS(affiliation_status_words, "waiting", "under_review", "accepted", "rejected", "returned",
      "waived", "cancelled");
WORDS(affiliation_account_words, "activation_email", "letter", "existing");
WORDS(recognised_by_words, "nir", "temporary_id");

const struct rule *affiliation_rule(size_t index) {
    if (index < AFFILIATION_RULE_ROWS) {
        return &affiliation_rules[index].rule;
    }
    index -= AFFILIATION_RULE_ROWS;
    return index < AFFILIATION_PATHS ? &affiliation_paths[index] : NULL;
}

/* Tries all rules; keeps those that hold as bits of their reason, by consequence. */
static void try_rules(const struct affiliation_facts *facts, uint32_t found[CONSEQUENCES_COUNT]) {
    for (size_t i = 0; i < AFFILIATION_RULE_ROWS; i++) {
        if (affiliation_rules[i].consequence != REFUSES_OUTRIGHT && found[REFUSES_OUTRIGHT] != 0) {
            return;
        }
        if (affiliation_rules[i].holds(facts)) {
            found[affiliation_rules[i].consequence] |= UINT32_C(1) << affiliation_rules[i].reason;
        }
    }
}

static void fire(struct affiliation_decision *decision, const char *code) {
    assert(decision->rules_count < AFFILIATION_RULES_MAX);
    decision->rules[decision->rules_count++] = code;
}

static void take(struct affiliation_decision *decision, enum affiliation_path path) {
    fire(decision, affiliation_paths[path].code);
}

/* Writes the reasons of a set in order and notes that their rules fired. */
static size_t list_reasons(struct affiliation_decision *decision, uint32_t set,
                           enum affiliation_reason *reasons) {
    size_t count = 0;
    for (size_t i = 0; i < AFFILIATION_RULE_ROWS; i++) {
        if ((set >> affiliation_rules[i].reason & 1) != 0) {
            reasons[count++] = affiliation_rules[i].reason;
            fire(decision, affiliation_rules[i].rule.code);
        }
    }
    return count;
}

static void open_account(const struct affiliation_facts *facts,
                         struct affiliation_decision *decision) {
    if (rule_has_account(facts)) {
        decision->account = ACCOUNT_EXISTING;
        take(decision, PATH_EXISTING);
    } else if (email_is_valid(facts->request.employee.email)) {
        decision->account = ACCOUNT_ACTIVATION_EMAIL;
        take(decision, PATH_EMAIL);
    } else {
        decision->account = ACCOUNT_LETTER;
        take(decision, PATH_LETTER);
    }
}

/* The contract may still be on its way; one of an impossible employer is not, and other categories
 * need none. */
static bool must_wait(const struct affiliation_facts *facts) {
    return facts->request.category == CATEGORY_SANTE && rule_contract_is_unknown(facts) &&
           facts->grace_ends_at != INSTANT_NONE && facts->decided_at < facts->grace_ends_at;
}

/* The outcome that the rules give, with reasons and warnings. */
static void judge(const struct affiliation_facts *facts, struct affiliation_decision *decision) {
    uint32_t found[CONSEQUENCES_COUNT] = {0};
    uint32_t reasons = 0;
    try_rules(facts, found);

    uint32_t warnings = found[WARNS];
    if ((found[REFUSES_OUTRIGHT] | found[REJECTS]) != 0) {
        decision->outcome = STATUS_REJECTED;
        reasons = found[REFUSES_OUTRIGHT] | found[REJECTS];
    } else if (found[RETURNS] != 0) {
        decision->outcome = STATUS_RETURNED;
        reasons = found[RETURNS];
    } else if (facts->request.has_dispensation) {
        decision->outcome = STATUS_WAIVED;
        take(decision, PATH_DISPENSED);
    } else {
        decision->outcome = STATUS_ACCEPTED;
        warnings |= found[DOUBTS];
    }
    decision->reasons_count = list_reasons(decision, reasons, decision->reasons);
    decision->warnings_count = list_reasons(decision, warnings, decision->warnings);
    if (decision->outcome == STATUS_ACCEPTED) {
        open_account(facts, decision);
    }
}

void affiliation_decide(const struct affiliation_facts *facts,
                        struct affiliation_decision *decision) {
    memset(decision, 0, sizeof(*decision));
    if (facts->has_cancellation) {
        decision->outcome = STATUS_CANCELLED;
        take(decision, PATH_CANCELLED);
    } else if (must_wait(facts)) {
        decision->outcome = STATUS_WAITING;
        take(decision, PATH_WAITING);
    } else {
        judge(facts, decision);
    }
    decision->has_sla = facts->has_sla;
    decision->sla = facts->sla;
    if (facts->has_sla && decision->outcome != STATUS_WAITING) {
        decision->sla.met = facts->decided_at <= facts->sla.due_at ? SLA_MET : SLA_LATE;
    }
}
