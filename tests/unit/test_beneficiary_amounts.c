/* links: beneficiary_core */
/* What an addition changes in the contribution: the published examples, to the cent, and the months
 * around them. */
#include "tests/unit/sample_addition.h"

enum { HOUSEHOLD_MAX = 4, PEOPLE_MAX = 3 };
enum { SPOUSE = RELATION_SPOUSE, OWN_INCOME = RELATION_NON_DEPENDENT_SPOUSE };
enum { CHILD = RELATION_CHILD, LOCAL = SCHEME_LOCAL };
enum { MAIL = EMPLOYER_EMAIL_IMPACT, ALWAYS = EMPLOYER_EMAIL_SUPPLEMENT };

static struct addition_decision decision;

/* Relations: 0 ends the list. Cents are the employer's unless said otherwise. */
struct amounts_row {
    const char *name;
    const struct pricing *pricing;
    int scheme;
    bool is_paper;
    int household[HOUSEHOLD_MAX];
    int people[PEOPLE_MAX];
    const char *event_on;
    const char *submitted_on;
    const char *decided_on;
    const char *coverage_from;
    const char *contribution_from;
    int64_t total_before;
    int64_t before;
    int64_t total_after;
    int64_t after;
    size_t months;
    int64_t regularisation;
    bool is_provisional;
    bool is_changed;
    int email;
};

static const struct amounts_row amounts_rows[] = {
    {"K1 alone, married 17/10, asked 10/11",
     &k1_pricing,
     0,
     false,
     {0},
     {SPOUSE},
     "2026-10-17",
     "2026-11-10",
     "2026-11-10",
     "2026-10-17",
     "2026-11-01",
     5767,
     2884,
     14018,
     7009,
     1,
     4125,
     false,
     true,
     MAIL},
    {"K1 famille adds a child: nothing changes",
     &k1_pricing,
     0,
     false,
     {SPOUSE},
     {CHILD},
     "2026-10-17",
     "2026-11-10",
     "2026-11-10",
     "2026-10-17",
     "2026-11-01",
     14018,
     7009,
     14018,
     7009,
     1,
     0,
     false,
     false,
     0},
    {"K1 on paper adds a spouse: billing only",
     &k1_pricing,
     0,
     true,
     {0},
     {SPOUSE},
     "2026-10-17",
     "2026-11-10",
     "2026-11-10",
     "2026-10-17",
     "2026-11-01",
     5767,
     2884,
     14018,
     7009,
     1,
     4125,
     false,
     true,
     0},
    {"K1 local scheme",
     &k1_pricing,
     LOCAL,
     false,
     {0},
     {SPOUSE},
     "2026-10-17",
     "2026-11-10",
     "2026-11-10",
     "2026-10-17",
     "2026-11-01",
     2563,
     1282,
     6328,
     3164,
     1,
     1882,
     false,
     true,
     MAIL},
    {"K1 famille in January: a new PMSS is no impact",
     &k1_pricing,
     0,
     false,
     {SPOUSE},
     {CHILD},
     "2025-12-20",
     "2025-12-28",
     "2026-01-05",
     "2025-12-20",
     "2026-01-01",
     14018,
     7009,
     14018,
     7009,
     1,
     0,
     false,
     false,
     0},
    {"K1 for 01/2027 without its PMSS",
     &k1_pricing,
     0,
     false,
     {0},
     {SPOUSE},
     "2026-12-05",
     "2026-11-23",
     "2026-11-23",
     "2026-12-05",
     "2027-01-01",
     5767,
     2884,
     14018,
     7009,
     0,
     0,
     true,
     true,
     MAIL},
    {"K1 born 17/09, asked 10/11: two months are regularised",
     &k1_pricing,
     0,
     false,
     {0},
     {CHILD},
     "2026-09-17",
     "2026-11-10",
     "2026-11-10",
     "2026-09-17",
     "2026-10-01",
     5767,
     2884,
     14018,
     7009,
     2,
     8250,
     false,
     true,
     MAIL},
    {"K1 decided on the last day before the month is due",
     &k1_pricing,
     0,
     false,
     {0},
     {SPOUSE},
     "2026-10-17",
     "2026-10-20",
     "2026-10-31",
     "2026-10-17",
     "2026-11-01",
     5767,
     2884,
     14018,
     7009,
     0,
     0,
     false,
     true,
     MAIL},
    {"K1 months of two years, each at its PMSS",
     &k1_pricing,
     0,
     false,
     {0},
     {SPOUSE},
     "2025-12-01",
     "2026-01-10",
     "2026-01-10",
     "2025-12-01",
     "2025-12-01",
     5652,
     2826,
     13738,
     6869,
     2,
     4043 + 4125,
     false,
     true,
     MAIL},
    {"K2 adds a child",
     &k2_pricing,
     0,
     false,
     {0},
     {CHILD},
     "2026-10-17",
     "2026-11-10",
     "2026-11-10",
     "2026-10-17",
     "2026-11-01",
     13016,
     6508,
     13016,
     6508,
     1,
     0,
     false,
     false,
     0},
    {"K2 adds a spouse whom the employee alone pays for",
     &k2_pricing,
     0,
     false,
     {0},
     {OWN_INCOME},
     "2026-10-17",
     "2026-11-10",
     "2026-11-10",
     "2026-10-17",
     "2026-11-01",
     13016,
     6508,
     13016 + 7249,
     6508,
     1,
     0,
     false,
     true,
     0},
    {"K3 alone adds a child",
     &k3_pricing,
     0,
     false,
     {0},
     {CHILD},
     "2026-10-17",
     "2026-11-10",
     "2026-11-10",
     "2026-10-17",
     "2026-11-01",
     6008,
     3605,
     10814,
     6488,
     1,
     2883,
     false,
     true,
     MAIL},
    {"K3 adds the next child",
     &k3_pricing,
     0,
     false,
     {CHILD},
     {CHILD},
     "2026-10-17",
     "2026-11-10",
     "2026-11-10",
     "2026-10-17",
     "2026-11-01",
     10814,
     6488,
     15620,
     9372,
     1,
     2884,
     false,
     true,
     MAIL},
    {"K3 adds a third",
     &k3_pricing,
     0,
     false,
     {CHILD, CHILD},
     {CHILD},
     "2026-10-17",
     "2026-11-10",
     "2026-11-10",
     "2026-10-17",
     "2026-11-01",
     15620,
     9372,
     15620,
     9372,
     1,
     0,
     false,
     false,
     0},
    {"K3 spouse and child in one request",
     &k3_pricing,
     0,
     false,
     {0},
     {SPOUSE, CHILD},
     "2026-10-17",
     "2026-11-10",
     "2026-11-10",
     "2026-10-17",
     "2026-11-01",
     6008,
     3605,
     15620,
     9372,
     1,
     5767,
     false,
     true,
     MAIL},
    {"K4 online adds a spouse",
     &k4_pricing,
     0,
     false,
     {0},
     {SPOUSE},
     "2026-10-17",
     "2026-11-10",
     "2026-11-10",
     "2026-10-17",
     "2026-11-01",
     5006,
     2503,
     10573,
     5287,
     1,
     2784,
     false,
     true,
     ALWAYS},
    {"K4 third child is free, and the e-mail goes all the same",
     &k4_pricing,
     0,
     false,
     {CHILD, CHILD},
     {CHILD},
     "2026-10-17",
     "2026-11-10",
     "2026-11-10",
     "2026-10-17",
     "2026-11-01",
     5006 + 2 * 3244,
     2503 + 2 * 1622,
     5006 + 2 * 3244,
     2503 + 2 * 1622,
     1,
     0,
     false,
     false,
     ALWAYS},
    {"born 31/08/2026, asked 28/02/2027",
     &k1_pricing,
     0,
     false,
     {0},
     {CHILD},
     "2026-08-31",
     "2027-02-28",
     "2027-02-28",
     "2026-08-31",
     "2026-09-01",
     5767,
     2884,
     14018,
     7009,
     6,
     6 * 4125,
     true,
     true,
     MAIL},
    {"born 31/08/2026, asked a day too late",
     &k1_pricing,
     0,
     false,
     {0},
     {CHILD},
     "2026-08-31",
     "2027-03-01",
     "2027-03-01",
     "2027-04-01",
     "2027-04-01",
     5767,
     2884,
     14018,
     7009,
     0,
     0,
     true,
     true,
     MAIL},
};

static void decide_row(const struct amounts_row *row) {
    static const struct contact contacts[] = {
        {SLICE_LITERAL("H. Garnier"), SLICE_LITERAL("rh@atelier-garnier.example")}};
    struct contract contract = sample_contract(row->pricing);
    contract.contacts = (struct contact_list){contacts, COUNT_OF(contacts)};
    struct relative household[HOUSEHOLD_MAX];
    size_t household_count = 0;
    for (; row->household[household_count] != 0; household_count++) {
        household[household_count] =
            sample_relative(household_count, (enum relation)row->household[household_count]);
    }
    struct beneficiary people[PEOPLE_MAX];
    size_t people_count = 0;
    for (; people_count < PEOPLE_MAX && row->people[people_count] != 0; people_count++) {
        people[people_count] = sample_person(people_count, (enum relation)row->people[people_count],
                                             "2015-01-01", row->event_on);
    }
    struct affiliation affiliation =
        sample_affiliation(row->is_paper ? CHANNEL_PAPER_BIA : CHANNEL_ONLINE_SINGLE,
                           row->scheme == 0 ? SCHEME_GENERAL : (enum scheme)row->scheme);
    struct addition_facts facts =
        sample_facts(&contract, &affiliation, 1, household, household_count, people, people_count,
                     row->submitted_on, row->decided_on);
    beneficiary_decide(&facts, &decision);
}

static void price_the_published_examples(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(amounts_rows); i++) {
        const struct amounts_row *row = &amounts_rows[i];
        const struct addition_amounts *amounts = &decision.amounts;
        decide_row(row);
        check_int(row->name, ADDITION_APPLIED, decision.status);
        check_int(row->name, sample_day(row->coverage_from), decision.coverage_from);
        check_int(row->name, sample_day(row->contribution_from), decision.contribution_from);
        check_int(row->name, row->total_before, amounts->before.total_cents);
        check_int(row->name, row->before, amounts->before.employer_cents);
        check_int(row->name, row->total_after, amounts->after.total_cents);
        check_int(row->name, row->after, amounts->after.employer_cents);
        check_int(row->name, row->months, amounts->regularisations_count);
        check_int(row->name, row->regularisation, amounts->regularisation_cents);
        check_int(row->name, row->is_provisional, amounts->pmss_status == PMSS_PROVISIONAL);
        check_int(row->name, row->is_changed, amounts->is_changed);
        check_int(row->name, row->email, decision.employer_email);
        check_int(row->name, row->email != 0, decision.recipients_count);
    }
}

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

/* Each line: its month, the employer's and the employee's part. */
static void print_one_line_a_month(void **state UNUSED) {
    const struct amounts_row *two_years = NULL;
    for (size_t i = 0; i < COUNT_OF(amounts_rows); i++) {
        if (strcmp(amounts_rows[i].name, "K1 months of two years, each at its PMSS") == 0) {
            two_years = &amounts_rows[i];
        }
    }
    assert_non_null(two_years);
    decide_row(two_years);
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
        cmocka_unit_test(price_the_published_examples),
        cmocka_unit_test(count_each_month_with_the_people_due_in_it),
        cmocka_unit_test(print_one_line_a_month),
        cmocka_unit_test(price_only_those_who_are_covered),
        cmocka_unit_test(start_a_rehire_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
