#include <assert.h>

#include "common/base/compiler.h"
#include "common/base/email.h"
#include "workers/beneficiary/beneficiary.h"

WORDS(submission_words, "insured_space", "adviser", "post");
WORDS(addition_reason_words, "INSURED_UNKNOWN", "INSURED_NOT_ACTIVE", "UNKNOWN_CONTRACT",
      "CATEGORY_MISMATCH", "CONTRACT_ENDED", "AGE_LIMIT", "PARTNER_ALREADY_COVERED",
      "DUPLICATE_BENEFICIARY", "RELATION_NOT_COVERED", "INVALID_NIR", "EMPLOYER_REFUSED",
      "EMPLOYER_NO_ANSWER", "WITHDRAWN");
WORDS(relative_state_words, "covered", "waiting");
WORDS(addition_status_words, "held_employer", "held_pmss", "applied", "rejected");
WORDS(employer_email_words, "impact", "supplement");

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

enum email_policy { EMAIL_NEVER, EMAIL_IF_IMPACT, EMAIL_ALWAYS };

/* The four cells of the promise. */
static const struct cell {
    bool is_online;
    enum formula formula;
    bool is_held; /* until the employer has confirmed */
    enum email_policy email;
    struct rule rule;
} cells[] = {
    {false,
     FORMULA_FAMILLE,
     false,
     EMAIL_NEVER,
     {"PAPER_FAMILLE", "Affiliated on paper, one price per family: between us and the insured.",
      "FAQ question 6"}},
    {false,
     FORMULA_SUPPLEMENT,
     true,
     EMAIL_NEVER,
     {"PAPER_SUPPLEMENT",
      "Affiliated on paper, each addition is paid on top: the employer has to confirm first.",
      "FAQ question 6"}},
    {true,
     FORMULA_FAMILLE,
     false,
     EMAIL_IF_IMPACT,
     {"ONLINE_FAMILLE",
      "Affiliated online, one price per family: the employer gets an e-mail if his part changes.",
      "FAQ question 6"}},
    {true,
     FORMULA_SUPPLEMENT,
     false,
     EMAIL_ALWAYS,
     {"ONLINE_SUPPLEMENT",
      "Affiliated online, each addition is paid on top: the employer always gets an e-mail.",
      "FAQ question 6"}},
};

enum path { PATH_REPEATED, PATH_PMSS_MISSING, PATH_CONTACT_MISSING };
static const struct rule paths[] = {
    [PATH_REPEATED] = {"REPEATED", "The same request was decided before: nothing is done.",
                       "at-least-once delivery"},
    [PATH_PMSS_MISSING] = {"PMSS_MISSING",
                           "No PMSS to price a month with: held until one is published.",
                           "the insurer's notice on contributions: their base is the PMSS"},
    [PATH_CONTACT_MISSING] = {"CONTACT_MISSING",
                              "The contract has no contact to write to: the addition stands.",
                              "FAQ question 6"},
};

const struct rule *beneficiary_rule(size_t index) {
    const struct rule *rule = eligibility_rule(index);
    if (rule != NULL) {
        return rule;
    }
    size_t first_cell = 0;
    while (eligibility_rule(first_cell) != NULL) {
        first_cell++;
    }
    size_t first_path = first_cell + COUNT_OF(cells);
    if (index < first_path) {
        return &cells[index - first_cell].rule;
    }
    return index - first_path < COUNT_OF(paths) ? &paths[index - first_path] : NULL;
}

static void note_rule(struct addition_decision *decision, const char *code) {
    assert(decision->rules_count < ADDITION_RULES_MAX);
    decision->rules[decision->rules_count++] = code;
}

static void note_reasons(struct addition_decision *decision) {
    for (int reason = 1; reason <= REASONS_MAX; reason++) {
        if (decision->reasons & REASON_BIT(reason)) {
            note_rule(decision, words_text(&addition_reason_words, reason));
        }
    }
}

/* Latest in time; of two accepted together the one that begins later, then the greater id. */
static bool is_later(const struct affiliation *a, const struct affiliation *b) {
    if (a->accepted_at != b->accepted_at) {
        return a->accepted_at > b->accepted_at;
    }
    if (a->effective_on != b->effective_on) {
        return a->effective_on > b->effective_on;
    }
    return slice_compare(a->request_id, b->request_id) > 0;
}

/* The channel is that of the employee's latest affiliation at this employer, to whatever contract.
 * There is one: the insured is active. */
static const struct cell *cell_of(const struct addition_facts *facts) {
    assert(facts->affiliations.count > 0);
    const struct affiliation *latest = &facts->affiliations.items[0];
    for (size_t i = 1; i < facts->affiliations.count; i++) {
        if (is_later(&facts->affiliations.items[i], latest)) {
            latest = &facts->affiliations.items[i];
        }
    }
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        if (cells[i].is_online == channel_is_online(latest->channel) &&
            cells[i].formula == facts->contract->formula) {
            return &cells[i];
        }
    }
    assert(false && "a channel and a formula without a cell");
    return NULL;
}

/* The request's dates are the latest of its people's. */
static void take_dates(const struct addition_facts *facts, struct addition_decision *decision) {
    for (size_t i = 0; i < facts->request.beneficiaries.count; i++) {
        const struct addition_person *person = &decision->people[i];
        if (person->coverage_from > decision->coverage_from) {
            decision->coverage_from = person->coverage_from;
        }
        if (person->contribution_from > decision->contribution_from) {
            decision->contribution_from = person->contribution_from;
        }
    }
}

static void take_recipients(const struct contract *contract, struct addition_decision *decision) {
    for (size_t i = 0; i < contract->contacts.count; i++) {
        if (email_is_valid(contract->contacts.items[i].email)) {
            assert(decision->recipients_count < LIMIT_CONTACTS);
            decision->recipients[decision->recipients_count++] = contract->contacts.items[i].email;
        }
    }
}

/* A month already due that costs the employer something else is an impact too, even where the month
 * of the request is not. */
static void decide_email(const struct addition_facts *facts, const struct cell *cell,
                         struct addition_decision *decision) {
    if (cell->email == EMAIL_NEVER ||
        (cell->email == EMAIL_IF_IMPACT && !decision->amounts.is_employer_part_changed)) {
        return;
    }
    decision->employer_email = facts->contract->formula == FORMULA_SUPPLEMENT
                                   ? EMPLOYER_EMAIL_SUPPLEMENT
                                   : EMPLOYER_EMAIL_IMPACT;
    take_recipients(facts->contract, decision);
    if (decision->recipients_count == 0) {
        note_rule(decision, paths[PATH_CONTACT_MISSING].code);
    }
}

/* Not the months: they are many, and their count says how many hold. */
static void decision_clear(struct addition_decision *decision) {
    decision->status = 0;
    decision->reasons = 0;
    decision->coverage_from = decision->contribution_from = DATE_NONE;
    decision->deadline_at = INSTANT_NONE;
    decision->amounts.regularisations_count = 0;
    decision->employer_email = EMPLOYER_EMAIL_NONE;
    decision->recipients_count = 0;
    decision->rules_count = 0;
}

void beneficiary_decide(const struct addition_facts *facts, struct addition_decision *decision) {
    decision_clear(decision);
    if (facts->is_repeated) {
        note_rule(decision, paths[PATH_REPEATED].code);
        return;
    }
    decision->reasons = eligibility_assess(facts, decision->people);
    if (decision->reasons != 0) {
        decision->status = ADDITION_REJECTED;
        note_reasons(decision);
        return;
    }
    take_dates(facts, decision);
    amounts_compute(facts, decision->people, decision->contribution_from, &decision->amounts);
    if (decision->amounts.pmss_status == PMSS_MISSING) {
        decision->status = ADDITION_HELD_PMSS;
        note_rule(decision, paths[PATH_PMSS_MISSING].code);
        return;
    }
    const struct cell *cell = cell_of(facts);
    note_rule(decision, cell->rule.code);
    if (cell->is_held) {
        decision->status = ADDITION_HELD_EMPLOYER;
        decision->deadline_at = facts->now + facts->employer_answer_days * DAY_MS;
        return;
    }
    decision->status = ADDITION_APPLIED;
    decide_email(facts, cell, decision);
}
