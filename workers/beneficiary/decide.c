#include <assert.h>

#include "common/base/compiler.h"
#include "common/base/email.h"
#include "workers/beneficiary/beneficiary.h"

WORDS(submission_words, "insured_space", "adviser", "post");
WORDS(addition_reason_words, "INSURED_UNKNOWN", "INSURED_NOT_ACTIVE", "UNKNOWN_CONTRACT",
      "CATEGORY_MISMATCH", "CONTRACT_ENDED", "AGE_LIMIT", "PARTNER_ALREADY_COVERED",
      "DUPLICATE_BENEFICIARY", "RELATION_NOT_COVERED", "INVALID_NIR", "EMPLOYER_REFUSED",
      "EMPLOYER_NO_ANSWER", "WITHDRAWN");
WORDS(addition_status_words, "waiting", "held_employer", "held_pmss", "applied", "rejected",
      "refused", "expired", "withdrawn");
WORDS(employer_answer_words, "confirmed", "refused");
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

enum path {
    PATH_WAITING,
    PATH_PMSS_MISSING,
    PATH_CONTACT_MISSING,
    PATH_EMPLOYER_CONFIRMED,
    PATH_EMPLOYER_REFUSED,
    PATH_EMPLOYER_NO_ANSWER,
    PATH_WITHDRAWN,
};
static const struct rule paths[] = {
    [PATH_WAITING] = {"WAITING", "The insured is not known yet: his affiliation may be on its way.",
                      "insurer: order of arrival"},
    [PATH_PMSS_MISSING] = {"PMSS_MISSING",
                           "No PMSS to price a month with: held until one is published.",
                           "the insurer's notice on contributions: their base is the PMSS"},
    [PATH_CONTACT_MISSING] = {"CONTACT_MISSING",
                              "The contract has no contact to write to: the addition stands.",
                              "FAQ question 6"},
    [PATH_EMPLOYER_CONFIRMED] = {"EMPLOYER_CONFIRMED",
                                 "The employer has confirmed: applied from the original dates.",
                                 "FAQ question 6"},
    [PATH_EMPLOYER_REFUSED] = {"EMPLOYER_REFUSED", "The employer has refused the addition.",
                               "FAQ question 6"},
    [PATH_EMPLOYER_NO_ANSWER] = {"EMPLOYER_NO_ANSWER",
                                 "The employer did not answer in time: silence never accepts.",
                                 "FAQ question 6"},
    [PATH_WITHDRAWN] = {"WITHDRAWN", "The insured took the request back before it was applied.",
                        "insurer: additions"},
};

static const struct transition transitions[] = {
    {NULL, "addition requested", "waiting", "The insured is not known yet."},
    {NULL, "addition requested", "held_employer",
     "Affiliated on paper and paid on top: the employer is asked."},
    {NULL, "addition requested", "held_pmss", "A month cannot be priced."},
    {NULL, "addition requested", "applied", "Nobody has to be asked."},
    {NULL, "addition requested", "rejected", "Somebody may not be added."},
    {NULL, "addition requested", "refused", "The employer's refusal came before the request."},
    {NULL, "addition requested", "withdrawn", "The withdrawal came before the request."},
    {"waiting", "insured known", "held_employer", "Decided by the dates of the request."},
    {"waiting", "insured known", "held_pmss", "Decided by the dates of the request."},
    {"waiting", "insured known", "applied", "Decided by the dates of the request."},
    {"waiting", "insured known", "rejected", "Somebody may not be added."},
    {"waiting", "insured known", "refused", "The employer had refused before."},
    {"waiting", "end of the grace", "rejected", "The insured did not come."},
    {"waiting", "withdrawal", "withdrawn", "Taken back in time."},
    {"held_pmss", "PMSS published", "held_employer", "It can be priced: the employer is asked."},
    {"held_pmss", "PMSS published", "applied", "It can be priced."},
    {"held_pmss", "PMSS published", "refused", "The employer had refused before."},
    {"held_pmss", "PMSS published", "rejected", "It may not be added any more."},
    {"held_pmss", "withdrawal", "withdrawn", "Taken back in time."},
    {"held_employer", "employer confirmed", "applied", "From the original dates."},
    {"held_employer", "employer confirmed", "held_pmss", "A month cannot be priced any more."},
    {"held_employer", "employer confirmed", "rejected", "It may not be added any more."},
    {"held_employer", "employer refused", "refused", "Nothing changes."},
    {"held_employer", "end of the time to answer", "expired", "Silence never accepts."},
    {"held_employer", "withdrawal", "withdrawn", "Taken back in time."},
};

const struct transition *addition_transition(size_t index) {
    return index < COUNT_OF(transitions) ? &transitions[index] : NULL;
}

bool addition_is_held(enum addition_status status) {
    return status == ADDITION_HELD_EMPLOYER || status == ADDITION_HELD_PMSS;
}

bool addition_is_open(enum addition_status status) {
    return status == ADDITION_WAITING || addition_is_held(status);
}

const struct rule *addition_rule(size_t index) {
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
            cells[i].formula == facts->contract.formula) {
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
    decision->employer_email = facts->contract.formula == FORMULA_SUPPLEMENT
                                   ? EMPLOYER_EMAIL_SUPPLEMENT
                                   : EMPLOYER_EMAIL_IMPACT;
    take_recipients(&facts->contract, decision);
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

static void compute_amounts(const struct addition_facts *facts,
                            struct addition_decision *decision) {
    struct relative newcomers[LIMIT_BENEFICIARIES];
    size_t count = facts->request.beneficiaries.count;
    int32_t earliest = decision->contribution_from;
    for (size_t i = 0; i < count; i++) {
        const struct beneficiary *person = &facts->request.beneficiaries.items[i];
        const struct addition_person *found = &decision->people[i];
        newcomers[i] = (struct relative){
            .beneficiary_id = person->beneficiary_id,
            .state = RELATIVE_COVERED,
            .relation = person->relation,
            .scheme = person->scheme,
            .coverage_from = found->coverage_from,
            .removed_on = found->covered_until,
            .person = covered_person_of(person),
        };
        earliest = found->contribution_from < earliest ? found->contribution_from : earliest;
    }
    const struct amounts_side before = {.affiliations = facts->affiliations,
                                        .household = facts->household};
    struct amounts_side after = before;
    after.newcomers = (struct relative_list){newcomers, count};
    amounts_compare(&facts->contract, &facts->pmss, &before, &after,
                    (struct amounts_span){decision->contribution_from, earliest, facts->decided_on},
                    &decision->amounts);
}

/* Ends an open request without looking at its people. */
static void end(struct addition_decision *decision, enum addition_status status,
                enum addition_reason reason, enum path path) {
    decision->status = status;
    decision->reasons = REASON_BIT(reason);
    note_rule(decision, paths[path].code);
}

bool addition_decide_end(const struct addition_facts *facts, struct addition_decision *decision) {
    decision_clear(decision);
    bool is_asked = facts->status == ADDITION_HELD_EMPLOYER;
    if (facts->is_withdrawn) {
        end(decision, ADDITION_WITHDRAWN, REASON_WITHDRAWN, PATH_WITHDRAWN);
    } else if (is_asked && facts->now > facts->deadline_at) {
        end(decision, ADDITION_EXPIRED, REASON_EMPLOYER_NO_ANSWER, PATH_EMPLOYER_NO_ANSWER);
    } else if (is_asked && facts->answer == ANSWER_REFUSED) {
        end(decision, ADDITION_REFUSED, REASON_EMPLOYER_REFUSED, PATH_EMPLOYER_REFUSED);
    } else if (!facts->is_insured_known && facts->now < facts->grace_ends_at) {
        decision->status = ADDITION_WAITING;
        note_rule(decision, paths[PATH_WAITING].code);
    } else {
        return false;
    }
    return true;
}

/* Who is told, or asked first. An employer whom the adviser has asked is not written to. */
static void decide_cell(const struct addition_facts *facts, struct addition_decision *decision) {
    const struct cell *cell = cell_of(facts);
    decision->status = ADDITION_APPLIED;
    if (facts->status == ADDITION_HELD_EMPLOYER) {
        note_rule(decision, paths[PATH_EMPLOYER_CONFIRMED].code);
        return;
    }
    note_rule(decision, cell->rule.code);
    if (!cell->is_held) {
        decide_email(facts, cell, decision);
    } else if (facts->answer == ANSWER_REFUSED) {
        end(decision, ADDITION_REFUSED, REASON_EMPLOYER_REFUSED, PATH_EMPLOYER_REFUSED);
    } else if (facts->answer == ANSWER_CONFIRMED) {
        note_rule(decision, paths[PATH_EMPLOYER_CONFIRMED].code);
    } else {
        decision->status = ADDITION_HELD_EMPLOYER;
        decision->deadline_at = facts->now + facts->employer_answer_days * DAY_MS;
    }
}

void beneficiary_decide(const struct addition_facts *facts, struct addition_decision *decision) {
    if (addition_decide_end(facts, decision)) {
        return;
    }
    decision->reasons = eligibility_assess(facts, decision->people);
    if (decision->reasons != 0) {
        decision->status = ADDITION_REJECTED;
        note_reasons(decision);
        return;
    }
    take_dates(facts, decision);
    compute_amounts(facts, decision);
    if (decision->amounts.pmss_status == PMSS_MISSING) {
        decision->status = ADDITION_HELD_PMSS;
        note_rule(decision, paths[PATH_PMSS_MISSING].code);
        return;
    }
    decide_cell(facts, decision);
}
