/* links: affiliation_core */
/* A doubtful request: what an answer of the back office makes of it, and what has changed by then.
 */
#include "tests/unit/sample_request.h"

/* Facts of a request under review for its retroactive cover. */
static struct affiliation_facts doubtful_facts(void) {
    static const enum affiliation_reason doubts[] = {REASON_REVIEW_RETROACTIVE};
    struct affiliation_facts facts = sound_facts();
    set_effective(&facts, "2026-08-22");
    facts.grace_ends_at = INSTANT_NONE;
    facts.doubts = (struct affiliation_reason_list){doubts, COUNT_OF(doubts)};
    return facts;
}

static void answer(struct affiliation_facts *facts, enum review_decision decision) {
    facts->has_review = true;
    facts->review.decision = decision;
}

/* In another order than they are listed in, and one of them twice. */
static const enum affiliation_reason named[] = {
    REASON_REVIEW_IDENTITY, REASON_EFFECTIVE_BEFORE_HIRE, REASON_REVIEW_IDENTITY};

/* Ways in which the facts of a request under review, or its answer, may differ. */
static void as_it_is(struct affiliation_facts *facts UNUSED) {
}
static void with_reasons(struct affiliation_facts *facts) {
    facts->review.reasons = (struct affiliation_reason_list){named, COUNT_OF(named)};
}
static void affiliated_meanwhile(struct affiliation_facts *facts) {
    set_cover(facts, NULL);
}
static void ended_meanwhile(struct affiliation_facts *facts) {
    set_contract_end(facts, "2026-08-21");
}
static void ends_that_day(struct affiliation_facts *facts) {
    set_contract_end(facts, "2026-08-22");
}
static void without_address(struct affiliation_facts *facts) {
    set_email(facts, NULL);
}
static void doubted_once_more(struct affiliation_facts *facts) {
    set_known_name(facts, "Durand");
}
static void no_doubt_any_more(struct affiliation_facts *facts) {
    set_effective(facts, "2026-08-23");
}
static void answered_before_it_came(struct affiliation_facts *facts) {
    facts->doubts.count = 0;
}
static void answered_and_sound(struct affiliation_facts *facts) {
    no_doubt_any_more(facts);
    answered_before_it_came(facts);
}
static void answered_and_waiting(struct affiliation_facts *facts) {
    set_grace_end(facts, "2026-11-23T04:15:02+01:00");
    answered_before_it_came(facts);
}
static void taken_back(struct affiliation_facts *facts) {
    set_cancellation(facts, "2026-11-23T04:00:01+01:00");
}

static void answers_end_a_review(void **state UNUSED) {
    static const struct {
        const char *name;
        int decision; /* 0: none */
        void (*change)(struct affiliation_facts *facts);
        enum affiliation_status outcome;
        const char *reasons;
        const char *warnings;
        const char *rule; /* the first that fired */
    } reviews[] = {
        /* clang-format off */
        {"no answer: it stays, whatever changed", 0, affiliated_meanwhile, STATUS_UNDER_REVIEW,
         "REVIEW_RETROACTIVE", "", "UNDER_REVIEW"},
        {"no answer, and the doubt has gone: it stays", 0, no_doubt_any_more, STATUS_UNDER_REVIEW,
         "REVIEW_RETROACTIVE", "", "UNDER_REVIEW"},
        {"taken back", 0, taken_back, STATUS_CANCELLED, "", "", "CANCELLED"},
        {"accepted: the doubts are warnings", REVIEW_ACCEPT, as_it_is, STATUS_ACCEPTED, "",
         "REVIEW_RETROACTIVE", "REVIEW_ACCEPTED"},
        {"accepted, with reasons nobody needs", REVIEW_ACCEPT, with_reasons, STATUS_ACCEPTED, "",
         "REVIEW_RETROACTIVE", "REVIEW_ACCEPTED"},
        {"accepted, one more doubt by now", REVIEW_ACCEPT, doubted_once_more, STATUS_ACCEPTED, "",
         "REVIEW_RETROACTIVE,REVIEW_IDENTITY", "REVIEW_ACCEPTED"},
        {"accepted, the doubt has gone", REVIEW_ACCEPT, no_doubt_any_more, STATUS_ACCEPTED, "",
         "REVIEW_RETROACTIVE", "REVIEW_ACCEPTED"},
        {"accepted, affiliated meanwhile", REVIEW_ACCEPT, affiliated_meanwhile, STATUS_REJECTED,
         "ALREADY_AFFILIATED", "", "ALREADY_AFFILIATED"},
        {"accepted, the contract ended the day before", REVIEW_ACCEPT, ended_meanwhile,
         STATUS_REJECTED, "CONTRACT_ENDED", "", "CONTRACT_ENDED"},
        {"accepted, the contract ends on that day", REVIEW_ACCEPT, ends_that_day, STATUS_ACCEPTED,
         "", "REVIEW_RETROACTIVE", "REVIEW_ACCEPTED"},
        {"accepted, no address", REVIEW_ACCEPT, without_address, STATUS_RETURNED,
         "MISSING_ADDRESS", "", "MISSING_ADDRESS"},
        {"rejected without reasons: the doubts", REVIEW_REJECT, as_it_is, STATUS_REJECTED,
         "REVIEW_RETROACTIVE", "", "REVIEW_REJECTED"},
        {"rejected with reasons: sorted, each once", REVIEW_REJECT, with_reasons, STATUS_REJECTED,
         "EFFECTIVE_BEFORE_HIRE,REVIEW_IDENTITY", "", "REVIEW_REJECTED"},
        {"rejected, and a rule stands against it too", REVIEW_REJECT, affiliated_meanwhile,
         STATUS_REJECTED, "REVIEW_RETROACTIVE", "", "REVIEW_REJECTED"},
        {"returned without reasons", REVIEW_RETURN, as_it_is, STATUS_RETURNED,
         "REVIEW_RETROACTIVE", "", "REVIEW_RETURNED"},
        {"returned with reasons", REVIEW_RETURN, with_reasons, STATUS_RETURNED,
         "EFFECTIVE_BEFORE_HIRE,REVIEW_IDENTITY", "", "REVIEW_RETURNED"},
        {"rejected before it came", REVIEW_REJECT, answered_before_it_came, STATUS_REJECTED,
         "REVIEW_RETROACTIVE", "", "REVIEW_REJECTED"},
        {"accepted before it came", REVIEW_ACCEPT, answered_before_it_came, STATUS_ACCEPTED, "",
         "REVIEW_RETROACTIVE", "REVIEW_ACCEPTED"},
        {"rejected before it came, and nothing to doubt", REVIEW_REJECT, answered_and_sound,
         STATUS_ACCEPTED, "", "", "ACCOUNT_BY_EMAIL"},
        {"rejected before its contract is known", REVIEW_REJECT, answered_and_waiting,
         STATUS_WAITING, "", "", "WAITING_FOR_CONTRACT"},
        {"answered and taken back", REVIEW_ACCEPT, taken_back, STATUS_CANCELLED, "", "",
         "CANCELLED"},
        /* clang-format on */
    };
    for (size_t i = 0; i < COUNT_OF(reviews); i++) {
        struct affiliation_facts facts = doubtful_facts();
        struct affiliation_decision decision;
        if (reviews[i].decision != 0) {
            answer(&facts, (enum review_decision)reviews[i].decision);
        }
        reviews[i].change(&facts);
        affiliation_decide(&facts, &decision);
        check_int(reviews[i].name, reviews[i].outcome, decision.outcome);
        check_reasons(reviews[i].name, reviews[i].reasons, decision.reasons,
                      decision.reasons_count);
        check_reasons(reviews[i].name, reviews[i].warnings, decision.warnings,
                      decision.warnings_count);
        check_text(reviews[i].name, reviews[i].rule, decision.rules[0]);
        check_true(reviews[i].name,
                   (decision.account != 0) == (reviews[i].outcome == STATUS_ACCEPTED));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(answers_end_a_review)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
