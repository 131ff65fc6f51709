/* links: beneficiary_core */
/* Which months an addition is regularised for, and who is paid for in each. */
#include "tests/unit/sample_addition.h"

static struct addition_decision decision;

/* A child from October, a spouse from December, an affiliation that ends between: K1. */
static void count_each_month_with_the_people_due_in_it(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *ended_on;
        const char *contract_ends_on;
        const char *decided_on;
        int64_t before;
        int64_t after;
        size_t months;
        int64_t regularisation;
        bool is_changed;
    } rows[] = {
        {"nobody leaves", NULL, NULL, "2026-12-05", 2884, 7009, 3, 3 * 4125, true},
        {"left on the first of December", "2026-12-01", NULL, "2026-12-05", 2884, 7009, 3, 3 * 4125,
         true},
        {"left on 30 November: only past months differ", "2026-11-30", NULL, "2026-12-05", 0, 0, 2,
         2 * 4125, true},
        {"the contract ended on 30 November", NULL, "2026-11-30", "2026-12-05", 0, 0, 2, 2 * 4125,
         true},
        {"left on 20 November, decided that month", "2026-11-20", NULL, "2026-11-30", 0, 0, 2,
         2 * 4125, true},
    };
    struct beneficiary people[] = {
        sample_person(0, RELATION_CHILD, "2026-09-17", "2026-09-17"),
        sample_person(1, RELATION_SPOUSE, "1990-01-01", "2026-11-18"),
    };
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_BULK, SCHEME_GENERAL);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract = sample_contract(&k1_pricing);
        contract.ends_on = sample_day(rows[i].contract_ends_on);
        affiliation.ended_on = sample_day(rows[i].ended_on);
        struct addition_facts facts = sample_facts(&contract, &affiliation, 1, NULL, 0, people, 2,
                                                   "2026-11-19", rows[i].decided_on);
        beneficiary_decide(&facts, &decision);
        check_int(rows[i].name, ADDITION_APPLIED, decision.status);
        check_int(rows[i].name, sample_day("2026-12-01"), decision.contribution_from);
        check_int(rows[i].name, rows[i].before, decision.amounts.before.employer_cents);
        check_int(rows[i].name, rows[i].after, decision.amounts.after.employer_cents);
        check_int(rows[i].name, rows[i].months, decision.amounts.regularisations_count);
        check_int(rows[i].name, rows[i].regularisation, decision.amounts.regularisation_cents);
        check_int(rows[i].name, rows[i].is_changed, decision.amounts.is_changed);
        check_int(rows[i].name, EMPLOYER_EMAIL_IMPACT, decision.employer_email);
    }
}

/* Each line: its month, the employer's and the employee's part. K1 in December and January. */
static void print_one_line_a_month(void **state UNUSED) {
    struct contract contract = sample_contract(&k1_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    struct beneficiary person = sample_person(0, RELATION_SPOUSE, "1990-01-01", "2025-12-01");
    struct addition_facts facts =
        sample_facts(&contract, &affiliation, 1, NULL, 0, &person, 1, "2026-01-10", "2026-01-10");
    beneficiary_decide(&facts, &decision);
    assert_int_equal(2, decision.amounts.regularisations_count);
    const struct regularisation *lines = decision.amounts.regularisations;
    assert_int_equal(sample_day("2025-12-01"), lines[0].month);
    assert_int_equal(4043, lines[0].employer_delta_cents);
    assert_int_equal(4043, lines[0].employee_delta_cents);
    assert_int_equal(sample_day("2026-01-01"), lines[1].month);
    assert_int_equal(4125, lines[1].employer_delta_cents);
    assert_int_equal(4126, lines[1].employee_delta_cents);
}

/* Neither who waits nor who has left makes the household larger: K3 alone stays K3 alone. */
static void price_only_those_who_are_covered(void **state UNUSED) {
    struct contract contract = sample_contract(&k3_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    struct beneficiary person = sample_person(0, RELATION_CHILD, "2015-01-01", "2026-10-17");
    struct relative household[] = {
        sample_relative(0, RELATION_CHILD),
        sample_relative(1, RELATION_CHILD),
    };
    household[0].state = RELATIVE_WAITING;
    household[1].removed_on = sample_day("2026-10-31");
    struct addition_facts facts = sample_facts(&contract, &affiliation, 1, household, 2, &person, 1,
                                               "2026-11-10", "2026-11-10");
    beneficiary_decide(&facts, &decision);
    assert_int_equal(3605, decision.amounts.before.employer_cents);
    assert_int_equal(6488, decision.amounts.after.employer_cents);

    household[1].removed_on = sample_day("2026-11-01"); /* still there on the first */
    beneficiary_decide(&facts, &decision);
    assert_int_equal(6488, decision.amounts.before.employer_cents);
    assert_int_equal(9372, decision.amounts.after.employer_cents);
}

/* People of an affiliation that has ended do not come along to the next one. */
static void start_a_rehire_alone(void **state UNUSED) {
    struct contract contract = sample_contract(&k3_pricing);
    struct affiliation affiliations[] = {
        sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL),
        sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL),
    };
    affiliations[0].ended_on = sample_day("2025-06-30");
    affiliations[1].effective_on = sample_day("2026-02-01");
    struct beneficiary person = sample_person(0, RELATION_CHILD, "2015-01-01", "2026-10-17");
    struct relative spouse = sample_relative(0, RELATION_SPOUSE);
    struct addition_facts facts = sample_facts(&contract, affiliations, 2, &spouse, 1, &person, 1,
                                               "2026-11-10", "2026-11-10");
    beneficiary_decide(&facts, &decision);
    assert_int_equal(3605, decision.amounts.before.employer_cents);
    spouse.coverage_from = sample_day("2026-02-01");
    beneficiary_decide(&facts, &decision);
    assert_int_equal(6488, decision.amounts.before.employer_cents);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(count_each_month_with_the_people_due_in_it),
        cmocka_unit_test(print_one_line_a_month),
        cmocka_unit_test(price_only_those_who_are_covered),
        cmocka_unit_test(start_a_rehire_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
