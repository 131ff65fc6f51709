/* links: beneficiary_core */
/* An employee who left and came back: which of his affiliations an addition is about. */
#include "tests/unit/sample_addition.h"

enum { NOT_ACTIVE = REASON_BIT(REASON_INSURED_NOT_ACTIVE) };
enum { GENERAL = SCHEME_GENERAL, LOCAL = SCHEME_LOCAL };

static struct addition_decision decision;

/* Two affiliations to the contract, of which the first has ended. The store gives them in order of
 * acceptance, which need not be that of their beginnings: both orders are tried. */
static void follow_the_affiliation_of_the_day(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *first_ended_on;
        const char *second_effective_on;
        const char *second_ended_on;
        const char *event_on;
        const char *submitted_on;
        uint32_t reasons;
        const char *coverage_from;
        const char *covered_until;
    } rows[] = {
        {"asked while the second runs: covered by it", "2025-06-30", "2026-02-01", NULL,
         "2026-10-17", "2026-11-10", 0, "2026-10-17", NULL},
        {"an event of the first, asked in the second: covered from its beginning", "2026-06-30",
         "2026-09-01", NULL, "2026-06-15", "2026-11-10", 0, "2026-09-01", NULL},
        {"an event between the two", "2026-06-30", "2026-09-01", NULL, "2026-07-14", "2026-07-20",
         0, "2026-09-01", NULL},
        {"asked on the first one's last day, the second known already", "2026-06-30", "2026-09-01",
         NULL, "2026-06-15", "2026-06-30", 0, "2026-06-15", "2026-06-30"},
        {"asked the day after", "2026-06-30", "2026-09-01", NULL, "2026-06-15", "2026-07-01", 0,
         "2026-09-01", NULL},
        {"both have ended: the last one, while it ran", "2026-03-31", "2026-05-01", "2026-10-31",
         "2026-10-17", "2026-11-10", 0, "2026-10-17", "2026-10-31"},
        {"both have ended, and the event is of the first: the last one all the same", "2026-06-30",
         "2026-08-01", "2026-10-31", "2026-06-15", "2026-11-10", 0, "2026-08-01", "2026-10-31"},
        {"both have ended before the day of cover", "2026-03-31", "2026-05-01", "2026-10-16",
         "2026-10-17", "2026-11-10", NOT_ACTIVE, "2026-10-17", NULL},
    };
    struct contract contract = sample_contract(&k1_pricing);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (size_t first = 0; first < 2; first++) {
            struct affiliation affiliations[] = {
                sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL),
                sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL),
            };
            affiliations[first].ended_on = sample_day(rows[i].first_ended_on);
            affiliations[1 - first].effective_on = sample_day(rows[i].second_effective_on);
            affiliations[1 - first].ended_on = sample_day(rows[i].second_ended_on);
            struct beneficiary person =
                sample_person(0, RELATION_SPOUSE, "1990-01-01", rows[i].event_on);
            struct addition_facts facts =
                sample_facts(&contract, affiliations, 2, NULL, 0, &person, 1, rows[i].submitted_on,
                             rows[i].submitted_on);
            beneficiary_decide(&facts, &decision);
            check_int(rows[i].name, rows[i].reasons, decision.reasons);
            check_int(rows[i].name, sample_day(rows[i].coverage_from),
                      decision.people[0].coverage_from);
            check_int(rows[i].name, sample_day(rows[i].covered_until),
                      decision.people[0].covered_until);
        }
    }
}

/* Cover ends with the affiliation or with the contract, whichever is first. */
static void end_with_what_ends_first(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *affiliation_ends_on;
        const char *contract_ends_on;
        const char *covered_until;
    } rows[] = {
        {"neither ends", NULL, NULL, NULL},
        {"the affiliation alone", "2026-12-15", NULL, "2026-12-15"},
        {"the contract alone", NULL, "2026-12-31", "2026-12-31"},
        {"the affiliation first", "2026-12-15", "2026-12-31", "2026-12-15"},
        {"the contract first", "2027-01-15", "2026-12-31", "2026-12-31"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract = sample_contract(&k1_pricing);
        contract.ends_on = sample_day(rows[i].contract_ends_on);
        struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
        affiliation.ended_on = sample_day(rows[i].affiliation_ends_on);
        struct beneficiary person = sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-10-17");
        struct addition_facts facts = sample_facts(&contract, &affiliation, 1, NULL, 0, &person, 1,
                                                   "2026-11-10", "2026-11-10");
        beneficiary_decide(&facts, &decision);
        check_int(rows[i].name, 0, decision.reasons);
        check_int(rows[i].name, sample_day(rows[i].covered_until),
                  decision.people[0].covered_until);
    }
}

/* Left on 15 October, back on the 20th under another scheme. Each month has one price: that of the
 * later affiliation due in it. K1: 57,67 alone under the general scheme, 25,63 under the local. */
static void price_a_month_by_the_later_affiliation(void **state UNUSED) {
    static const struct {
        const char *name;
        int rule;
        int first_scheme;
        int second_scheme;
        const char *contribution_from;
        int64_t total_before;
        int64_t total_after;
    } rows[] = {
        {"the whole month of entry: the second is due in October too",
         CONTRIBUTION_FULL_ENTRY_MONTH, LOCAL, GENERAL, "2026-10-01", 5767, 14018},
        {"and the other way round", CONTRIBUTION_FULL_ENTRY_MONTH, GENERAL, LOCAL, "2026-10-01",
         2563, 6328},
        {"due if covered on the first: the second from November on",
         CONTRIBUTION_DUE_IF_COVERED_ON_FIRST, LOCAL, GENERAL, "2026-11-01", 5767, 14018},
    };
    struct beneficiary person = sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-10-25");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (size_t first = 0; first < 2; first++) {
            struct contract contract = sample_contract(&k1_pricing);
            contract.contribution_rule = (enum contribution_rule)rows[i].rule;
            struct affiliation affiliations[] = {
                sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL),
                sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL),
            };
            affiliations[first].scheme = (enum scheme)rows[i].first_scheme;
            affiliations[first].ended_on = sample_day("2026-10-15");
            affiliations[1 - first].scheme = (enum scheme)rows[i].second_scheme;
            affiliations[1 - first].effective_on = sample_day("2026-10-20");
            struct addition_facts facts = sample_facts(&contract, affiliations, 2, NULL, 0, &person,
                                                       1, "2026-10-28", "2026-10-28");
            beneficiary_decide(&facts, &decision);
            check_int(rows[i].name, sample_day(rows[i].contribution_from),
                      decision.contribution_from);
            check_int(rows[i].name, rows[i].total_before, decision.amounts.before.total_cents);
            check_int(rows[i].name, rows[i].total_after, decision.amounts.after.total_cents);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follow_the_affiliation_of_the_day),
        cmocka_unit_test(end_with_what_ends_first),
        cmocka_unit_test(price_a_month_by_the_later_affiliation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
