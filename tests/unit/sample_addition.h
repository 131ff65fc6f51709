/* One insured's household and one request, put together from short words, for the tests of
 * beneficiary additions. Dates are texts: a row of a table reads like the example it comes from. */
#ifndef GUICHET_TESTS_SAMPLE_ADDITION_H
#define GUICHET_TESTS_SAMPLE_ADDITION_H

#include "tests/unit/check.h"
#include "tests/unit/sample_contracts.h"
#include "workers/beneficiary/beneficiary.h"

/* NULL is the absent date. */
static inline int32_t sample_day(const char *text) {
    int32_t date = DATE_NONE;
    check_true(text, text == NULL || date_parse(slice_of(text), &date));
    return date;
}

static inline int64_t sample_instant(const char *text) {
    int64_t instant = INSTANT_NONE;
    check_true(text, instant_parse(slice_of(text), &instant));
    return instant;
}

/* A famille contract K1 to K3, or K4 of supplement. Child 20, student 26, one partner. */
static inline struct contract sample_contract(const struct pricing *pricing) {
    return (struct contract){
        .siren = slice_of("732829320"),
        .contract_id = slice_of("H1"),
        .revision = 1,
        .category = CATEGORY_SANTE,
        .starts_on = JANUARY_2019,
        .ends_on = DATE_NONE,
        .first_subscribed_on = JANUARY_2019,
        .territory = TERRITORY_METROPOLE,
        .formula = pricing == &k4_pricing ? FORMULA_SUPPLEMENT : FORMULA_FAMILLE,
        .pricing = *pricing,
        .coverage_rule = {COVERAGE_EVENT_WITHIN_MONTHS, 6, 0},
        .contribution_rule = CONTRIBUTION_DUE_IF_COVERED_ON_FIRST,
        .eligibility = {20, 26, AGE_BEFORE_BIRTHDAY, 1, false},
    };
}

static const struct slice sample_given_names[] = {SLICE_LITERAL("Anna"), SLICE_LITERAL("Luc"),
                                                  SLICE_LITERAL("Rose"), SLICE_LITERAL("Jean")};

/* Number `index` of the request: B-0, B-1… each with a name of his own. */
static inline struct beneficiary sample_person(size_t index, enum relation relation,
                                               const char *birth_date, const char *event_on) {
    static const char *const ids[] = {"B-0", "B-1", "B-2", "B-3"};
    return (struct beneficiary){
        .beneficiary_id = slice_of(ids[index]),
        .relation = relation,
        .family_name = slice_of("Moreau"),
        .given_names = {&sample_given_names[index], 1},
        .birth_date = sample_day(birth_date),
        .scheme = SCHEME_GENERAL,
        .event = FAMILY_EVENT_OTHER,
        .event_on = sample_day(event_on),
    };
}

/* Somebody covered since before anything in these tests: H-0, H-1… */
static inline struct relative sample_relative(size_t index, enum relation relation) {
    static const char *const ids[] = {"H-0", "H-1", "H-2", "H-3"};
    return (struct relative){
        .beneficiary_id = slice_of(ids[index]),
        .state = RELATIVE_COVERED,
        .relation = relation,
        .scheme = SCHEME_GENERAL,
        .coverage_from = sample_day("2024-01-01"),
        .removed_on = DATE_NONE,
        .person = {slice_of("Garnier"),
                   {&sample_given_names[index], 1},
                   sample_day("2010-05-05") + (int32_t)index,
                   {NULL, 0}},
    };
}

static inline struct affiliation sample_affiliation(enum channel channel, enum scheme scheme) {
    return (struct affiliation){slice_of("H1"),
                                slice_of("R-1"),
                                channel,
                                scheme,
                                sample_day("2024-01-01"),
                                DATE_NONE,
                                sample_instant("2024-01-02T10:00:00Z")};
}

/* Submitted and decided in the morning, Paris, of those days. */
static inline struct addition_facts
sample_facts(const struct contract *contract, const struct affiliation *affiliations,
             size_t affiliations_count, const struct relative *household, size_t household_count,
             const struct beneficiary *people, size_t people_count, const char *submitted_on,
             const char *decided_on) {
    static const int64_t day_ms = INT64_C(86400000);
    return (struct addition_facts){
        .request = {slice_of("A-1"),
                    slice_of("732829320"),
                    slice_of("46738d33-0347-5d5b-ab17-cd888350ca1d"),
                    slice_of("H1"),
                    sample_day(submitted_on) * day_ms + day_ms / 3,
                    SUBMISSION_INSURED_SPACE,
                    {people, people_count}},
        .now = sample_day(decided_on) * day_ms + day_ms / 3,
        .submitted_on = sample_day(submitted_on),
        .decided_on = sample_day(decided_on),
        .grace_ends_at = INSTANT_NONE,
        .employer_answer_days = 30,
        .deadline_at = INSTANT_NONE,
        .is_insured_known = true,
        .affiliations = {affiliations, affiliations_count},
        .has_contract = contract != NULL,
        .contract = contract == NULL ? (struct contract){.revision = 0} : *contract,
        .household = {household, household_count},
        .pmss = installed_pmss,
    };
}

#endif
