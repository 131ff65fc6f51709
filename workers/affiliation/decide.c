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
const struct words review_reason_words = {affiliation_reason_words_items, REASON_INVALID_EMAIL};
WORDS(review_decision_words, "accept", "reject", "return");
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

/* Writes the reasons of a set in order. */
static size_t list_reasons(uint32_t set, enum affiliation_reason *reasons) {
    size_t count = 0;
    for (size_t i = 0; i < AFFILIATION_RULE_ROWS; i++) {
        if ((set >> affiliation_rules[i].reason & 1) != 0) {
            reasons[count++] = affiliation_rules[i].reason;
        }
    }
    return count;
}

/* Notes that the rules of these reasons fired. */
static void fire_all(struct affiliation_decision *decision, const enum affiliation_reason *reasons,
                     size_t count) {
    for (size_t i = 0; i < count; i++) {
        fire(decision, words_text(&affiliation_reason_words, (int)reasons[i]));
    }
}

static uint32_t set_of(const struct affiliation_reason_list *list) {
    uint32_t set = 0;
    for (size_t i = 0; i < list->count; i++) {
        set |= UINT32_C(1) << list->items[i];
    }
    return set;
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

bool affiliation_is_open(enum affiliation_status status) {
    return status == STATUS_WAITING || status == STATUS_UNDER_REVIEW;
}

/* What an answer of the back office makes of a doubtful request. */
static const struct {
    enum affiliation_status outcome;
    enum affiliation_path path;
} answers[] = {
    [REVIEW_ACCEPT] = {STATUS_ACCEPTED, PATH_REVIEW_ACCEPTED},
    [REVIEW_REJECT] = {STATUS_REJECTED, PATH_REVIEW_REJECTED},
    [REVIEW_RETURN] = {STATUS_RETURNED, PATH_REVIEW_RETURNED},
};

static bool is_refused_by_review(const struct affiliation_facts *facts) {
    return facts->has_review && facts->review.decision != REVIEW_ACCEPT;
}

/* A doubtful request as it was answered, or to be: its reasons. */
static uint32_t review(const struct affiliation_facts *facts, struct affiliation_decision *decision,
                       uint32_t doubts, uint32_t *warnings) {
    const uint32_t named = set_of(&facts->review.reasons);
    if (!facts->has_review) {
        decision->outcome = STATUS_UNDER_REVIEW;
        take(decision, PATH_UNDER_REVIEW);
        return doubts;
    }
    decision->outcome = answers[facts->review.decision].outcome;
    take(decision, answers[facts->review.decision].path);
    if (facts->review.decision == REVIEW_ACCEPT) {
        *warnings |= doubts;
        return 0;
    }
    return named != 0 ? named : doubts;
}

/* The outcome that the rules give, with reasons and warnings. */
static void judge(const struct affiliation_facts *facts, struct affiliation_decision *decision) {
    uint32_t found[CONSEQUENCES_COUNT] = {0};
    uint32_t reasons = 0;
    const uint32_t reviewed = set_of(&facts->doubts);
    try_rules(facts, found);

    const uint32_t doubts = reviewed | found[DOUBTS];
    const uint32_t rejects = found[REFUSES_OUTRIGHT] | found[REJECTS];
    uint32_t warnings = found[WARNS];
    bool is_by_rules = true; /* and not by an agent's word */
    if (reviewed != 0 && is_refused_by_review(facts)) {
        reasons = review(facts, decision, doubts, &warnings);
        is_by_rules = false;
    } else if (rejects != 0) {
        decision->outcome = STATUS_REJECTED;
        reasons = rejects;
    } else if (found[RETURNS] != 0) {
        decision->outcome = STATUS_RETURNED;
        reasons = found[RETURNS];
    } else if (facts->request.has_dispensation) {
        decision->outcome = STATUS_WAIVED;
        take(decision, PATH_DISPENSED);
    } else if (doubts != 0) {
        reasons = review(facts, decision, doubts, &warnings);
        is_by_rules = !is_refused_by_review(facts);
    } else {
        decision->outcome = STATUS_ACCEPTED;
    }
    decision->reasons_count = list_reasons(reasons, decision->reasons);
    decision->warnings_count = list_reasons(warnings, decision->warnings);
    fire_all(decision, decision->reasons, is_by_rules ? decision->reasons_count : 0);
    fire_all(decision, decision->warnings, decision->warnings_count);
    if (decision->outcome == STATUS_ACCEPTED) {
        open_account(facts, decision);
    }
}

/* The agent has not answered: it stays for the doubts that it was put under review for. */
static void stay_under_review(const struct affiliation_facts *facts,
                              struct affiliation_decision *decision) {
    decision->outcome = STATUS_UNDER_REVIEW;
    take(decision, PATH_UNDER_REVIEW);
    decision->reasons_count = list_reasons(set_of(&facts->doubts), decision->reasons);
}

void affiliation_decide(const struct affiliation_facts *facts,
                        struct affiliation_decision *decision) {
    memset(decision, 0, sizeof(*decision));
    if (facts->has_cancellation) {
        decision->outcome = STATUS_CANCELLED;
        take(decision, PATH_CANCELLED);
    } else if (facts->doubts.count > 0 && !facts->has_review) {
        stay_under_review(facts, decision);
    } else if (must_wait(facts)) {
        decision->outcome = STATUS_WAITING;
        take(decision, PATH_WAITING);
    } else {
        judge(facts, decision);
    }
    decision->has_sla = facts->has_sla;
    decision->sla = facts->sla;
    if (facts->has_sla && !affiliation_is_open(decision->outcome)) {
        decision->sla.met = facts->decided_at <= facts->sla.due_at ? SLA_MET : SLA_LATE;
    }
}
