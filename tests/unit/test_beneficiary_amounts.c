/* links: beneficiary_core */
/* What an addition changes in the contribution: the published examples, to the cent. */
#include "tests/unit/sample_addition.h"

enum { HOUSEHOLD_MAX = 4, PEOPLE_MAX = 3 };
enum { GENERAL = SCHEME_GENERAL, LOCAL = SCHEME_LOCAL };
enum { ONLINE = CHANNEL_ONLINE_SINGLE, PAPER = CHANNEL_PAPER_BIA };
enum { MAIL = EMPLOYER_EMAIL_IMPACT, ALWAYS = EMPLOYER_EMAIL_SUPPLEMENT };
enum { KNOWN = PMSS_KNOWN, PROVISIONAL = PMSS_PROVISIONAL };

static struct addition_decision decision;

/* The days of a request, and from when its people are covered and paid for. */
struct days {
    const char *event_on;
    const char *submitted_on;
    const char *decided_on;
    const char *coverage_from;
    const char *contribution_from;
};

static const struct days married = {"2026-10-17", "2026-11-10", "2026-11-10", "2026-10-17",
                                    "2026-11-01"};
static const struct days new_year = {"2025-12-20", "2025-12-28", "2026-01-05", "2025-12-20",
                                     "2026-01-01"};
static const struct days next_year = {"2026-12-05", "2026-11-23", "2026-11-23", "2026-12-05",
                                      "2027-01-01"};
static const struct days born = {"2026-09-17", "2026-11-10", "2026-11-10", "2026-09-17",
                                 "2026-10-01"};
static const struct days last_day = {"2026-10-17", "2026-10-20", "2026-10-31", "2026-10-17",
                                     "2026-11-01"};
static const struct days first_day = {"2026-10-17", "2026-10-20", "2026-11-01", "2026-10-17",
                                      "2026-11-01"};
static const struct days two_years = {"2025-12-01", "2026-01-10", "2026-01-10", "2025-12-01",
                                      "2025-12-01"};
static const struct days in_time = {"2026-08-31", "2027-02-28", "2027-02-28", "2026-08-31",
                                    "2026-09-01"};
static const struct days too_late = {"2026-08-31", "2027-03-01", "2027-03-01", "2027-04-01",
                                     "2027-04-01"};

/* People by letter: S spouse, O spouse with an income of his own, C child. */
struct amounts_row {
    const char *name;
    const struct pricing *pricing;
    int scheme;
    int channel;
    const char *household;
    const char *people;
    const struct days *days;
    int64_t total_before;
    int64_t before; /* the employer's, like all cents below but `total_after` */
    int64_t total_after;
    int64_t after;
    size_t months;
    int64_t regularisation;
    int pmss_status;
    bool is_changed;
    int email;
};

static const struct amounts_row amounts_rows[] = {
    {"K1 alone, married 17/10, asked 10/11", &k1_pricing, GENERAL, ONLINE, "", "S", &married, 5767,
     2884, 14018, 7009, 1, 4125, KNOWN, true, MAIL},
    {"K1 famille adds a child: nothing changes", &k1_pricing, GENERAL, ONLINE, "S", "C", &married,
     14018, 7009, 14018, 7009, 1, 0, KNOWN, false, 0},
    {"K1 on paper adds a spouse: billing only", &k1_pricing, GENERAL, PAPER, "", "S", &married,
     5767, 2884, 14018, 7009, 1, 4125, KNOWN, true, 0},
    {"K1 local scheme", &k1_pricing, LOCAL, ONLINE, "", "S", &married, 2563, 1282, 6328, 3164, 1,
     1882, KNOWN, true, MAIL},
    {"K1 famille in January: a new PMSS is no impact", &k1_pricing, GENERAL, ONLINE, "S", "C",
     &new_year, 14018, 7009, 14018, 7009, 1, 0, KNOWN, false, 0},
    {"K1 for 01/2027 without its PMSS", &k1_pricing, GENERAL, ONLINE, "", "S", &next_year, 5767,
     2884, 14018, 7009, 0, 0, PROVISIONAL, true, MAIL},
    {"K1 born 17/09, asked 10/11: two months are regularised", &k1_pricing, GENERAL, ONLINE, "",
     "C", &born, 5767, 2884, 14018, 7009, 2, 8250, KNOWN, true, MAIL},
    {"K1 decided on the last day before the month is due", &k1_pricing, GENERAL, ONLINE, "", "S",
     &last_day, 5767, 2884, 14018, 7009, 0, 0, KNOWN, true, MAIL},
    {"K1 decided on its first day: it is regularised", &k1_pricing, GENERAL, ONLINE, "", "S",
     &first_day, 5767, 2884, 14018, 7009, 1, 4125, KNOWN, true, MAIL},
    {"K1 months of two years, each at its PMSS", &k1_pricing, GENERAL, ONLINE, "", "S", &two_years,
     5652, 2826, 13738, 6869, 2, 4043 + 4125, KNOWN, true, MAIL},
    {"K2 adds a child", &k2_pricing, GENERAL, ONLINE, "", "C", &married, 13016, 6508, 13016, 6508,
     1, 0, KNOWN, false, 0},
    {"K2 adds a spouse whom the employee alone pays for", &k2_pricing, GENERAL, ONLINE, "", "O",
     &married, 13016, 6508, 13016 + 7249, 6508, 1, 0, KNOWN, true, 0},
    {"K3 alone adds a child", &k3_pricing, GENERAL, ONLINE, "", "C", &married, 6008, 3605, 10814,
     6488, 1, 2883, KNOWN, true, MAIL},
    {"K3 adds the next child", &k3_pricing, GENERAL, ONLINE, "C", "C", &married, 10814, 6488, 15620,
     9372, 1, 2884, KNOWN, true, MAIL},
    {"K3 adds a third", &k3_pricing, GENERAL, ONLINE, "CC", "C", &married, 15620, 9372, 15620, 9372,
     1, 0, KNOWN, false, 0},
    {"K3 spouse and child in one request", &k3_pricing, GENERAL, ONLINE, "", "SC", &married, 6008,
     3605, 15620, 9372, 1, 5767, KNOWN, true, MAIL},
    {"K4 online adds a spouse", &k4_pricing, GENERAL, ONLINE, "", "S", &married, 5006, 2503, 10573,
     5287, 1, 2784, KNOWN, true, ALWAYS},
    {"K4 third child is free, and the e-mail goes all the same", &k4_pricing, GENERAL, ONLINE, "CC",
     "C", &married, 5006 + 2 * 3244, 2503 + 2 * 1622, 5006 + 2 * 3244, 2503 + 2 * 1622, 1, 0, KNOWN,
     false, ALWAYS},
    {"born 31/08/2026, asked 28/02/2027", &k1_pricing, GENERAL, ONLINE, "", "C", &in_time, 5767,
     2884, 14018, 7009, 6, 6 * 4125, PROVISIONAL, true, MAIL},
    {"born 31/08/2026, asked a day too late", &k1_pricing, GENERAL, ONLINE, "", "C", &too_late,
     5767, 2884, 14018, 7009, 0, 0, PROVISIONAL, true, MAIL},
};

static enum relation relation_of(char letter) {
    switch (letter) {
    case 'S':
        return RELATION_SPOUSE;
    case 'O':
        return RELATION_NON_DEPENDENT_SPOUSE;
    default:
        assert_int_equal('C', letter);
        return RELATION_CHILD;
    }
}

static void decide_row(const struct amounts_row *row) {
    static const struct contact contacts[] = {
        {SLICE_LITERAL("H. Garnier"), SLICE_LITERAL("rh@atelier-garnier.example")}};
    struct contract contract = sample_contract(row->pricing);
    contract.contacts = (struct contact_list){contacts, COUNT_OF(contacts)};
    struct relative household[HOUSEHOLD_MAX];
    size_t household_count = strlen(row->household);
    for (size_t i = 0; i < household_count; i++) {
        household[i] = sample_relative(i, relation_of(row->household[i]));
    }
    struct beneficiary people[PEOPLE_MAX];
    size_t people_count = strlen(row->people);
    for (size_t i = 0; i < people_count; i++) {
        people[i] =
            sample_person(i, relation_of(row->people[i]), "2015-01-01", row->days->event_on);
    }
    struct affiliation affiliation =
        sample_affiliation((enum channel)row->channel, (enum scheme)row->scheme);
    struct addition_facts facts =
        sample_facts(&contract, &affiliation, 1, household, household_count, people, people_count,
                     row->days->submitted_on, row->days->decided_on);
    beneficiary_decide(&facts, &decision);
}

static void price_the_published_examples(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(amounts_rows); i++) {
        const struct amounts_row *row = &amounts_rows[i];
        const struct amounts *amounts = &decision.amounts;
        decide_row(row);
        check_int(row->name, ADDITION_APPLIED, decision.status);
        check_int(row->name, sample_day(row->days->coverage_from), decision.coverage_from);
        check_int(row->name, sample_day(row->days->contribution_from), decision.contribution_from);
        check_int(row->name, row->total_before, amounts->before.total_cents);
        check_int(row->name, row->before, amounts->before.employer_cents);
        check_int(row->name, row->total_after, amounts->after.total_cents);
        check_int(row->name, row->after, amounts->after.employer_cents);
        check_int(row->name, row->months, amounts->regularisations_count);
        check_int(row->name, row->regularisation, amounts->regularisation_cents);
        check_int(row->name, row->pmss_status, amounts->pmss_status);
        check_int(row->name, row->is_changed, amounts->is_changed);
        check_int(row->name, row->email, decision.employer_email);
        check_int(row->name, row->email != 0, decision.recipients_count);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(price_the_published_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
