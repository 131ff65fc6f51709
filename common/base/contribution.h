/* What a household costs in a month, and from when an added person is covered and paid for.
 * Source: FAQ question 6; the insurer's notice on contributions (PMSS base, tiers, per-person
 * lines). */
#ifndef GUICHET_BASE_CONTRIBUTION_H
#define GUICHET_BASE_CONTRIBUTION_H

#include "common/base/contract.h"

/* One published PMSS value: in force from a day on, in a territory. */
struct pmss {
    enum territory territory;
    int32_t valid_from;
    int32_t amount_eur;
};

/* Reference values, of any order. */
struct pmss_table {
    const struct pmss *items;
    size_t count;
};

enum pmss_status {
    PMSS_KNOWN,       /* a value of that month's calendar year, or earlier in it, is in force */
    PMSS_PROVISIONAL, /* the latest value is of an earlier year: its successor is not published yet
                       */
    PMSS_MISSING,     /* every value begins later, or the territory has none */
};

/* The PMSS in force on the first of `month`; `amount_eur` is written unless PMSS_MISSING. */
enum pmss_status pmss_find(const struct pmss_table *table, enum territory territory, int32_t month,
                           int32_t *amount_eur);

/* Who may have to be priced together: a full household, and those to be added to it. */
enum { CONTRIBUTION_PERSONS_MAX = LIMIT_HOUSEHOLD + LIMIT_BENEFICIARIES };

/* Somebody covered beside the insured. */
struct household_person {
    struct slice beneficiary_id;
    enum relation relation;
    enum scheme scheme;
    int32_t birth_date;
    int32_t coverage_from;
    int32_t removed_on; /* last day covered, or DATE_NONE */
};

/* employee = total − employer. */
struct price {
    int64_t total_cents;
    int64_t employer_cents;
};

/* True if the person has to be paid for in the month that begins on `month` (a first). */
bool contribution_is_due(enum contribution_rule rule, int32_t coverage_from, int32_t removed_on,
                         int32_t month);

/* Price of the household in the month that begins on `month`. Counts exactly the persons given (the
 * caller leaves out those not due); `count` ≤ CONTRIBUTION_PERSONS_MAX (asserted).
 * The insured is always counted and takes `insured_scheme`. */
struct price contribution_price(const struct pricing *pricing, enum scheme insured_scheme,
                                const struct household_person *persons, size_t count, int32_t month,
                                int32_t pmss_eur);

/* Day from which a person added is covered. `event_on` may be DATE_NONE for rules that do not need
 * it (asserted); `submitted_on` is the Paris date of the submission. */
int32_t coverage_from(const struct coverage_rule *rule, int32_t event_on, int32_t submitted_on);

/* First of the month from which a person covered since `covered_from` is paid for. */
int32_t contribution_from(enum contribution_rule rule, int32_t covered_from);

#endif
