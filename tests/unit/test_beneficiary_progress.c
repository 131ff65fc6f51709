/* links: beneficiary_core */
/* What becomes of an addition that waits or is held: the insured comes, the employer answers or
 * does not, the request is taken back, a PMSS is published. */
#include "tests/unit/sample_addition.h"

static struct addition_decision decision;

#define DAY_MS INT64_C(86400000)

/* Asked on 10 November 2026 for a spouse married on 17 October, on paper, under K4. */
static struct addition_facts facts_of(const struct contract *contract,
                                      const struct affiliation *affiliation,
                                      const struct beneficiary *person, const char *decided_on) {
    return sample_facts(contract, affiliation, 1, NULL, 0, person, 1, "2026-11-10", decided_on);
}

static void end_a_held_addition(void **state UNUSED) {
    enum { BEFORE, AT, AFTER };
    static const struct {
        const char *name;
        int status;
        int answer;
        bool is_withdrawn;
        int when; /* against the deadline */
        int expected;
        uint32_t reasons;
        const char *rule;
    } rows[] = {
        {"confirmed", ADDITION_HELD_EMPLOYER, ANSWER_CONFIRMED, false, BEFORE, ADDITION_APPLIED, 0,
         "EMPLOYER_CONFIRMED"},
        {"confirmed at the very end", ADDITION_HELD_EMPLOYER, ANSWER_CONFIRMED, false, AT,
         ADDITION_APPLIED, 0, "EMPLOYER_CONFIRMED"},
        {"confirmed too late", ADDITION_HELD_EMPLOYER, ANSWER_CONFIRMED, false, AFTER,
         ADDITION_EXPIRED, REASON_BIT(REASON_EMPLOYER_NO_ANSWER), "EMPLOYER_NO_ANSWER"},
        {"refused", ADDITION_HELD_EMPLOYER, ANSWER_REFUSED, false, BEFORE, ADDITION_REFUSED,
         REASON_BIT(REASON_EMPLOYER_REFUSED), "EMPLOYER_REFUSED"},
        {"silence is no consent", ADDITION_HELD_EMPLOYER, 0, false, AFTER, ADDITION_EXPIRED,
         REASON_BIT(REASON_EMPLOYER_NO_ANSWER), "EMPLOYER_NO_ANSWER"},
        {"taken back", ADDITION_HELD_EMPLOYER, 0, true, BEFORE, ADDITION_WITHDRAWN,
         REASON_BIT(REASON_WITHDRAWN), "WITHDRAWN"},
        {"taken back while it waits for a PMSS", ADDITION_HELD_PMSS, 0, true, BEFORE,
         ADDITION_WITHDRAWN, REASON_BIT(REASON_WITHDRAWN), "WITHDRAWN"},
        {"taken back before it came", 0, 0, true, BEFORE, ADDITION_WITHDRAWN,
         REASON_BIT(REASON_WITHDRAWN), "WITHDRAWN"},
        {"a PMSS was published: the employer is asked", ADDITION_HELD_PMSS, 0, false, BEFORE,
         ADDITION_HELD_EMPLOYER, 0, "PAPER_SUPPLEMENT"},
        {"answered before it came", 0, ANSWER_REFUSED, false, BEFORE, ADDITION_REFUSED,
         REASON_BIT(REASON_EMPLOYER_REFUSED), "EMPLOYER_REFUSED"},
        {"confirmed before it came", 0, ANSWER_CONFIRMED, false, BEFORE, ADDITION_APPLIED, 0,
         "EMPLOYER_CONFIRMED"},
    };
    struct contract contract = sample_contract(&k4_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_PAPER_BIA, SCHEME_GENERAL);
    struct beneficiary person = sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-10-17");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct addition_facts facts = facts_of(&contract, &affiliation, &person, "2026-12-10");
        facts.status = (enum addition_status)rows[i].status;
        facts.answer = (enum employer_answer)rows[i].answer;
        facts.is_withdrawn = rows[i].is_withdrawn;
        facts.deadline_at = facts.now - (rows[i].when - AT);
        beneficiary_decide(&facts, &decision);
        check_int(rows[i].name, rows[i].expected, decision.status);
        check_int(rows[i].name, rows[i].reasons, decision.reasons);
        check_text(rows[i].name, rows[i].rule, decision.rules[decision.rules_count - 1]);
        check_int(rows[i].name, EMPLOYER_EMAIL_NONE, decision.employer_email);
    }
}

/* Held in November, confirmed in December under a contract whose rule of cover has changed. */
static void keep_the_original_dates(void **state UNUSED) {
    struct contract contract = sample_contract(&k4_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_PAPER_BIA, SCHEME_GENERAL);
    struct beneficiary person = sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-10-17");
    const int32_t held = sample_day("2026-10-17");
    contract.coverage_rule = (struct coverage_rule){COVERAGE_NEXT_MONTH, 0, 0};
    struct addition_facts facts = facts_of(&contract, &affiliation, &person, "2026-12-05");
    facts.status = ADDITION_HELD_EMPLOYER;
    facts.deadline_at = facts.now + DAY_MS;
    facts.answer = ANSWER_CONFIRMED;
    facts.held_coverage = (struct day_list){&held, 1};
    beneficiary_decide(&facts, &decision);
    assert_int_equal(ADDITION_APPLIED, decision.status);
    assert_int_equal(held, decision.coverage_from);
    assert_int_equal(sample_day("2026-11-01"), decision.contribution_from);
    assert_int_equal(2503, decision.amounts.before.employer_cents);
    assert_int_equal(5287, decision.amounts.after.employer_cents);
    /* November and the month of the decision. */
    assert_int_equal(2, decision.amounts.regularisations_count);
    assert_int_equal(2 * 2784, decision.amounts.regularisation_cents);
}

/* A confirmation is no way round the rules. */
static void judge_again_what_was_confirmed(void **state UNUSED) {
    struct contract contract = sample_contract(&k4_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_PAPER_BIA, SCHEME_GENERAL);
    struct beneficiary person = sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-10-17");
    affiliation.ended_on = sample_day("2026-10-16");
    struct addition_facts facts = facts_of(&contract, &affiliation, &person, "2026-11-15");
    facts.status = ADDITION_HELD_EMPLOYER;
    facts.deadline_at = facts.now + DAY_MS;
    facts.answer = ANSWER_CONFIRMED;
    beneficiary_decide(&facts, &decision);
    assert_int_equal(ADDITION_REJECTED, decision.status);
    assert_int_equal(REASON_BIT(REASON_INSURED_NOT_ACTIVE), decision.reasons);
}

/* Asked on paper first, then affiliated online: the adviser was in contact, no e-mail follows. */
static void not_write_to_an_employer_who_was_asked(void **state UNUSED) {
    static const struct contact contacts[] = {
        {SLICE_LITERAL("H. Garnier"), SLICE_LITERAL("rh@atelier-garnier.example")}};
    struct contract contract = sample_contract(&k4_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    struct beneficiary person = sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-10-17");
    contract.contacts = (struct contact_list){contacts, COUNT_OF(contacts)};
    struct addition_facts facts = facts_of(&contract, &affiliation, &person, "2026-11-15");
    facts.status = ADDITION_HELD_EMPLOYER;
    facts.deadline_at = facts.now + DAY_MS;
    facts.answer = ANSWER_CONFIRMED;
    beneficiary_decide(&facts, &decision);
    assert_int_equal(ADDITION_APPLIED, decision.status);
    assert_int_equal(EMPLOYER_EMAIL_NONE, decision.employer_email);
}

static void wait_for_the_insured(void **state UNUSED) {
    static const struct {
        const char *name;
        bool is_insured_known;
        int64_t grace_left_ms;
        int expected;
        const char *coverage_from;
    } rows[] = {
        {"the grace begins", false, 900000, ADDITION_WAITING, NULL},
        {"its last moment", false, 1, ADDITION_WAITING, NULL},
        {"it is over", false, 0, ADDITION_REJECTED, NULL},
        {"he came: by the dates of the request", true, 1, ADDITION_APPLIED, "2026-10-17"},
        {"he came too late, and counts", true, -1, ADDITION_APPLIED, "2026-10-17"},
    };
    struct contract contract = sample_contract(&k1_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_PAPER_BIA, SCHEME_GENERAL);
    struct beneficiary person = sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-10-17");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct addition_facts facts = facts_of(&contract, &affiliation, &person, "2026-11-11");
        facts.is_insured_known = rows[i].is_insured_known;
        facts.grace_ends_at = facts.now + rows[i].grace_left_ms;
        beneficiary_decide(&facts, &decision);
        check_int(rows[i].name, rows[i].expected, decision.status);
        check_int(rows[i].name, sample_day(rows[i].coverage_from), decision.coverage_from);
    }
}

/* What becomes of an addition is what `explain --states` shows: each state it may be in is reached,
 * and each that is open is left. */
static void name_every_change_of_state(void **state UNUSED) {
    for (int status = 1; status <= ADDITION_WITHDRAWN; status++) {
        const char *word = words_text(&addition_status_words, status);
        size_t reached = 0;
        size_t left = 0;
        for (size_t i = 0; addition_transition(i) != NULL; i++) {
            const struct transition *transition = addition_transition(i);
            reached += strcmp(transition->to, word) == 0;
            left += transition->from != NULL && strcmp(transition->from, word) == 0;
        }
        check_true(word, reached > 0);
        check_int(word, addition_is_open((enum addition_status)status), left > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(end_a_held_addition),
        cmocka_unit_test(keep_the_original_dates),
        cmocka_unit_test(judge_again_what_was_confirmed),
        cmocka_unit_test(not_write_to_an_employer_who_was_asked),
        cmocka_unit_test(wait_for_the_insured),
        cmocka_unit_test(name_every_change_of_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
