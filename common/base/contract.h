/* A group contract as contract administration publishes it (`contract.upserted`): what every worker
 * reads to decide. A plain value; its slices and lists live in the batch's arena. */
#ifndef GUICHET_BASE_CONTRACT_H
#define GUICHET_BASE_CONTRACT_H

#include <stdbool.h>

#include "common/base/date.h"
#include "common/base/limits.h"
#include "common/base/person.h"

enum category { CATEGORY_SANTE = 1, CATEGORY_PREVOYANCE, CATEGORY_RETRAITE };
extern const struct words category_words;

enum territory { TERRITORY_METROPOLE = 1, TERRITORY_MAYOTTE };
extern const struct words territory_words;

/* famille: one price for all relatives; supplement: each addition is paid on top. */
enum formula { FORMULA_FAMILLE = 1, FORMULA_SUPPLEMENT };
extern const struct words formula_words;

enum coverage_kind {
    COVERAGE_EVENT_WITHIN_MONTHS = 1,
    COVERAGE_NEXT_MONTH,
    COVERAGE_REQUEST_DATE,
    COVERAGE_CUTOFF_DAY,
};
extern const struct words coverage_kind_words;

enum contribution_rule { CONTRIBUTION_DUE_IF_COVERED_ON_FIRST = 1, CONTRIBUTION_FULL_ENTRY_MONTH };
extern const struct words contribution_rule_words;

enum age_boundary {
    AGE_BEFORE_BIRTHDAY = 1,
    AGE_THROUGH_BIRTHDAY,
    AGE_END_OF_CIVIL_YEAR,
    AGE_END_OF_SCHOOL_YEAR,
};
extern const struct words age_boundary_words;

enum { AMOUNT_NONE = -1 }; /* rate_ppm or amount_cents not given */

/* Price of the household from `from_persons` counted persons on. */
struct tier {
    int32_t from_persons;
    enum scheme scheme;
    int32_t rate_ppm;     /* of the PMSS, or AMOUNT_NONE */
    int32_t amount_cents; /* flat, or AMOUNT_NONE: exactly one of the two */
    int32_t employer_ppm;
    int32_t valid_from; /* date */
};

/* Price of one person of that relation, on top of the tier. */
struct person_line {
    enum relation relation;
    enum scheme scheme;
    int32_t rate_ppm;
    int32_t amount_cents;
    int32_t employer_ppm;
    int32_t valid_from;
};

struct tier_list {
    const struct tier *items;
    size_t count;
};

struct person_line_list {
    const struct person_line *items;
    size_t count;
};

struct pricing {
    struct tier_list tiers;
    struct person_line_list persons;
    int32_t free_from_child; /* 3 = the third child and later cost nothing; 0 = none is free */
};

struct coverage_rule {
    enum coverage_kind kind;
    int32_t months; /* event_within_months: 1..24 */
    int32_t day;    /* cutoff_day: 1..28 */
};

struct eligibility {
    int32_t child_age;
    int32_t student_age;
    enum age_boundary age_boundary;
    int32_t partners_max;
    bool ascendants;
};

struct contact {
    struct slice name;
    struct slice email;
};

struct contact_list {
    const struct contact *items;
    size_t count;
};

/* The yearly day on which the contract can end: its last day. */
struct expiry {
    int32_t month; /* 1..12, default 12 */
    int32_t day;   /* a day that every year has, default 31 */
};

struct contract {
    struct slice siren;
    struct slice contract_id;
    int32_t revision;
    enum category category;
    int32_t starts_on;
    int32_t ends_on; /* last day, or DATE_NONE */
    int32_t first_subscribed_on;
    enum territory territory;
    struct slice_list populations;
    struct slice_list options;
    struct expiry expiry;
    int32_t notice_months;
    struct contact_list contacts;
    struct slice adviser_id;
    /* Required for sante. Otherwise absent (formula 0, no tier, kind 0, age_boundary 0) unless the
     * publisher states it all the same; nothing looks at it then. */
    enum formula formula;
    struct pricing pricing;
    struct coverage_rule coverage_rule;
    enum contribution_rule contribution_rule;
    struct eligibility eligibility;
};

/* The contract covers nothing after that date. */
bool contract_has_ended(const struct contract *contract, int32_t date);

#endif
