/* The contracts and the PMSS values that the examples are worked out with. K1 to K3 are of the
 * formula famille, K4 of supplement; all are covered by `event_within_months` 6 and paid by
 * `due_if_covered_on_first`. */
#ifndef GUICHET_TESTS_SAMPLE_CONTRACTS_H
#define GUICHET_TESTS_SAMPLE_CONTRACTS_H

#include "common/base/compiler.h"
#include "common/base/contribution.h"

/* The first of January, in days since 1970; test_pmss.c compares them with the calendar. */
enum {
    JANUARY_2019 = 17897,
    JANUARY_2020 = 18262,
    JANUARY_2021 = 18628,
    JANUARY_2022 = 18993,
    JANUARY_2023 = 19358,
    JANUARY_2024 = 19723,
    JANUARY_2025 = 20089,
    JANUARY_2026 = 20454,
    JANUARY_2027 = 20819,
};

static const struct pmss installed_pmss_items[] = {
    {TERRITORY_METROPOLE, JANUARY_2019, 3377}, {TERRITORY_METROPOLE, JANUARY_2020, 3428},
    {TERRITORY_METROPOLE, JANUARY_2021, 3428}, {TERRITORY_METROPOLE, JANUARY_2022, 3428},
    {TERRITORY_METROPOLE, JANUARY_2023, 3666}, {TERRITORY_METROPOLE, JANUARY_2024, 3864},
    {TERRITORY_METROPOLE, JANUARY_2025, 3925}, {TERRITORY_METROPOLE, JANUARY_2026, 4005},
    {TERRITORY_MAYOTTE, JANUARY_2026, 3022},
};
static const struct pmss_table installed_pmss = {installed_pmss_items,
                                                 COUNT_OF(installed_pmss_items)};

/* Isolé or famille, with prices of the local scheme. */
static const struct tier k1_tiers[] = {
    {1, SCHEME_GENERAL, 14400, AMOUNT_NONE, 500000, JANUARY_2019},
    {2, SCHEME_GENERAL, 35000, AMOUNT_NONE, 500000, JANUARY_2019},
    {1, SCHEME_LOCAL, 6400, AMOUNT_NONE, 500000, JANUARY_2019},
    {2, SCHEME_LOCAL, 15800, AMOUNT_NONE, 500000, JANUARY_2019},
};
static const struct pricing k1_pricing = {.tiers = {k1_tiers, COUNT_OF(k1_tiers)}};

/* One price for all; a spouse with an income of his own is the employee's affair. */
static const struct tier k2_tiers[] = {
    {1, SCHEME_GENERAL, 32500, AMOUNT_NONE, 500000, JANUARY_2019},
};
static const struct person_line k2_lines[] = {
    {RELATION_NON_DEPENDENT_SPOUSE, SCHEME_GENERAL, 18100, AMOUNT_NONE, 0, JANUARY_2019},
};
static const struct pricing k2_pricing = {.tiers = {k2_tiers, COUNT_OF(k2_tiers)},
                                          .persons = {k2_lines, COUNT_OF(k2_lines)},
                                          .free_from_child = 0};

/* Isolé, duo, famille. */
static const struct tier k3_tiers[] = {
    {1, SCHEME_GENERAL, 15000, AMOUNT_NONE, 600000, JANUARY_2019},
    {2, SCHEME_GENERAL, 27000, AMOUNT_NONE, 600000, JANUARY_2019},
    {3, SCHEME_GENERAL, 39000, AMOUNT_NONE, 600000, JANUARY_2019},
};
static const struct pricing k3_pricing = {.tiers = {k3_tiers, COUNT_OF(k3_tiers)}};

/* Each relative is paid on top; the third child and later are free. */
static const struct tier k4_tiers[] = {
    {1, SCHEME_GENERAL, 12500, AMOUNT_NONE, 500000, JANUARY_2019},
};
static const struct person_line k4_lines[] = {
    {RELATION_SPOUSE, SCHEME_GENERAL, 13900, AMOUNT_NONE, 500000, JANUARY_2019},
    {RELATION_CHILD, SCHEME_GENERAL, 8100, AMOUNT_NONE, 500000, JANUARY_2019},
};
static const struct pricing k4_pricing = {.tiers = {k4_tiers, COUNT_OF(k4_tiers)},
                                          .persons = {k4_lines, COUNT_OF(k4_lines)},
                                          .free_from_child = 3};

#endif
