/* What becomes of a notice and of its withdrawal, and when a contract ends. */
#include "common/base/compiler.h"
#include "common/base/email.h"
#include "workers/termination/journey.h"

WORDS(termination_reason_words, "UNKNOWN_CONTRACT", "ALREADY_TERMINATED", "CONTRACT_ENDED");
WORDS(legal_basis_words, "infra_annual", "expiry");
WORDS(confirmation_sighting_words, "new", "same_content", "other_content");

#define QUESTION_8 "FAQ question 8"
#define INSURER "insurer: termination"

enum { MONTHS_OF_A_YEAR = 12 };

/* What is not known is waited for; when the wait is over, it is unknown. */
static bool unknown_contract(const struct termination_facts *facts) {
    return !facts->has_contract;
}

static bool already_terminated(const struct termination_facts *facts) {
    return slice_is_present(facts->standing_journey_id);
}

static bool contract_ended(const struct termination_facts *facts) {
    return facts->has_contract && facts->contract.ends_on != DATE_NONE &&
           facts->contract.ends_on < facts->received_on;
}

/* Every way in which a notice is refused, in the order of the reasons. */
static const struct refusal {
    struct rule rule;
    enum termination_reason reason;
    bool (*applies)(const struct termination_facts *facts);
} refusals[] = {
    {{"UNKNOWN_CONTRACT", "The contract is not one of this employer.", INSURER},
     TERMINATION_UNKNOWN_CONTRACT,
     unknown_contract},
    {{"ALREADY_TERMINATED", "A notice of this contract, by another journey, stands.", INSURER},
     TERMINATION_ALREADY_TERMINATED,
     already_terminated},
    {{"CONTRACT_ENDED", "The contract ended before the Paris day on which the notice came.",
      INSURER},
     TERMINATION_CONTRACT_ENDED,
     contract_ended},
};
_Static_assert(COUNT_OF(refusals) == TERMINATION_REASONS_MAX, "a rule for every reason");

enum path {
    PATH_REPEATED,
    PATH_CONFIRMED_BEFORE,
    PATH_WAITING,
    PATH_INFRA_ANNUAL,
    PATH_EXPIRY,
    PATH_WITHDRAWN_BEFORE,
    PATH_CONTACT_MISSING,
    PATH_WITHDRAWN,
    PATH_KEPT,
    PATH_OTHER_CONTRACT,
    PATH_IN_EFFECT,
    PATH_NOTHING_STANDS,
    PATH_SUBJECT_UNKNOWN,
};

/* The other ways that a decision can take. */
static const struct rule paths[] = {
    [PATH_REPEATED] = {"REPEATED", "The same confirmation came before: nothing happens again.",
                       "delivery at least once"},
    [PATH_CONFIRMED_BEFORE] = {"CONFIRMED_BEFORE",
                               "The journey was confirmed before in other words: the first counts.",
                               INSURER},
    [PATH_WAITING] = {"WAITING_FOR_CONTRACT",
                      "The contract is not known yet: the notice waits for it for a while, and the "
                      "day on which it came stands.",
                      INSURER},
    [PATH_INFRA_ANNUAL] = {"INFRA_ANNUAL",
                           "A santé contract of a year or more ends a month after the notice came.",
                           "loi n° 2019-733; code des assurances, art. L113-15-2"},
    [PATH_EXPIRY] = {"EXPIRY",
                     "The contract ends on the first expiry day that leaves the time of notice.",
                     "code des assurances, art. L113-12"},
    [PATH_WITHDRAWN_BEFORE] = {"WITHDRAWN_BEFORE",
                               "The withdrawal came before the confirmation: no notice is given.",
                               INSURER},
    [PATH_CONTACT_MISSING] = {"CONTACT_MISSING",
                              "The contract has no contact to write to: the notice stands.",
                              INSURER},
    [PATH_WITHDRAWN] = {"WITHDRAWN", "The notice is taken back before it takes effect.", INSURER},
    [PATH_KEPT] = {"KEPT_FOR_ITS_SUBJECT", "There is no notice to take back yet: kept for a while.",
                   INSURER},
    [PATH_OTHER_CONTRACT] = {"OTHER_CONTRACT",
                             "The withdrawal names another contract than the notice: no effect.",
                             INSURER},
    [PATH_IN_EFFECT] = {"IN_EFFECT", "The notice has taken effect: a withdrawal comes too late.",
                        INSURER},
    [PATH_NOTHING_STANDS] = {"NOTHING_STANDS",
                             "The notice was refused or taken back: nothing to take back.",
                             INSURER},
    [PATH_SUBJECT_UNKNOWN] = {"SUBJECT_UNKNOWN", "The notice to take back did not come in time.",
                              INSURER},
};

const struct rule *termination_rule(size_t index) {
    if (index < COUNT_OF(refusals)) {
        return &refusals[index].rule;
    }
    index -= COUNT_OF(refusals);
    if (index < COUNT_OF(paths)) {
        return &paths[index];
    }
    return journey_rule(index - COUNT_OF(paths));
}

static int32_t expiry_in(const struct expiry *expiry, int year) {
    return date_of_civil(year, expiry->month, expiry->day);
}

int32_t termination_effective_on(const struct termination_contract *contract, int32_t received_on,
                                 enum legal_basis *basis) {
    if (contract->category == CATEGORY_SANTE &&
        received_on >= date_add_months(contract->first_subscribed_on, MONTHS_OF_A_YEAR)) {
        *basis = BASIS_INFRA_ANNUAL;
        return date_add_months(received_on, 1);
    }
    *basis = BASIS_EXPIRY;
    int year = date_civil(received_on).year;
    while (received_on >
           date_add_months(expiry_in(&contract->expiry, year), -contract->notice_months)) {
        year++;
    }
    return expiry_in(&contract->expiry, year);
}

static void note(struct termination_decision *decision, enum path path) {
    decision->rules[decision->rules_count++] = paths[path].code;
}

static bool refuse(const struct termination_facts *facts, struct termination_decision *decision) {
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        if (refusals[i].applies(facts)) {
            decision->reasons[decision->reasons_count++] = refusals[i].reason;
            decision->rules[decision->rules_count++] = refusals[i].rule.code;
        }
    }
    return decision->reasons_count > 0;
}

/* Without a contract no day of effect is known, so that a withdrawal always comes before it. */
static bool is_taken_back(const struct termination_facts *facts, int32_t effective_on) {
    return facts->withdrawn_at != INSTANT_NONE &&
           (effective_on == DATE_NONE || facts->withdrawn_on < effective_on);
}

static void choose_recipients(const struct slice_list *emails,
                              struct termination_decision *decision) {
    for (size_t i = 0; i < emails->count && i < LIMIT_CONTACTS; i++) {
        if (email_is_valid(emails->items[i])) {
            decision->recipients[decision->recipients_count++] = emails->items[i];
        }
    }
}

static void give_notice(const struct termination_facts *facts,
                        struct termination_decision *decision) {
    decision->effective_on =
        termination_effective_on(&facts->contract, facts->received_on, &decision->legal_basis);
    note(decision, decision->legal_basis == BASIS_INFRA_ANNUAL ? PATH_INFRA_ANNUAL : PATH_EXPIRY);
    if (is_taken_back(facts, decision->effective_on)) {
        decision->state = JOURNEY_WITHDRAWN;
        note(decision, PATH_WITHDRAWN_BEFORE);
        return;
    }
    decision->state = JOURNEY_NOTIFIED;
    choose_recipients(&facts->contract.emails, decision);
    if (decision->recipients_count == 0) {
        note(decision, PATH_CONTACT_MISSING);
    }
}

void termination_decide(const struct termination_facts *facts,
                        struct termination_decision *decision) {
    *decision = (struct termination_decision){.effective_on = DATE_NONE};
    if (facts->sighting != CONFIRMATION_NEW) {
        note(decision,
             facts->sighting == CONFIRMATION_SAME ? PATH_REPEATED : PATH_CONFIRMED_BEFORE);
    } else if (!facts->has_contract && is_taken_back(facts, DATE_NONE)) {
        decision->state = JOURNEY_WITHDRAWN;
        note(decision, PATH_WITHDRAWN_BEFORE);
    } else if (!facts->has_contract && facts->decided_at < facts->grace_ends_at) {
        decision->state = JOURNEY_WAITING;
        note(decision, PATH_WAITING);
    } else if (refuse(facts, decision)) {
        decision->state = JOURNEY_REJECTED;
    } else {
        give_notice(facts, decision);
    }
}

static enum path withdrawal_path(const struct withdrawal_facts *facts) {
    if (journey_is_open(facts->state)) {
        return PATH_KEPT;
    }
    if (!slice_equal(facts->withdrawal.contract_id, facts->notice_contract_id)) {
        return PATH_OTHER_CONTRACT;
    }
    if (facts->state == JOURNEY_REJECTED || facts->state == JOURNEY_WITHDRAWN) {
        return PATH_NOTHING_STANDS;
    }
    if (facts->effective_on != DATE_NONE && facts->withdrawn_on >= facts->effective_on) {
        return PATH_IN_EFFECT;
    }
    return PATH_WITHDRAWN;
}

void withdrawal_decide(const struct withdrawal_facts *facts, struct withdrawal_decision *decision) {
    const enum path path = withdrawal_path(facts);
    *decision = (struct withdrawal_decision){
        .outcome = path == PATH_KEPT        ? WITHDRAWAL_KEPT
                   : path == PATH_WITHDRAWN ? WITHDRAWAL_TAKES_BACK
                                            : WITHDRAWAL_NO_EFFECT,
        .rules = {paths[path].code},
        .rules_count = 1,
    };
}
