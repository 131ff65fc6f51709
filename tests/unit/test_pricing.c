/* Which tier and which lines make up the price of a household in a month. Amounts are flat and all
 * paid by the employer here, so that each one names the line it comes from; test_contribution.c has
 * the rates. */
#include "tests/unit/check.h"
#include "tests/unit/sample_contracts.h"

enum { PEOPLE_MAX = 6, EMPLOYER_ALL = 1000000 };

/* Short names for the columns of the tables below. */
enum {
    SPOUSE = RELATION_SPOUSE,
    CHILD = RELATION_CHILD,
    ASCENDANT = RELATION_ASCENDANT,
    OTHER = RELATION_OTHER,
    GENERAL = SCHEME_GENERAL,
    LOCAL = SCHEME_LOCAL,
};

#define FLAT_TIER(from, scheme, cents, valid_from)                                                 \
    { (from), (scheme), AMOUNT_NONE, (cents), EMPLOYER_ALL, (valid_from) }
#define FLAT_LINE(relation, scheme, cents, valid_from)                                             \
    { (relation), (scheme), AMOUNT_NONE, (cents), EMPLOYER_ALL, (valid_from) }

static int64_t total_of(const struct pricing *pricing, enum scheme insured_scheme,
                        const struct household_person *people, size_t count, int32_t month) {
    enum { PMSS_UNUSED = 0 };
    struct price price =
        contribution_price(pricing, insured_scheme, people, count, month, PMSS_UNUSED);
    return price.total_cents;
}

static struct household_person person_of(int relation, int scheme) {
    return (struct household_person){.relation = (enum relation)relation,
                                     .scheme = (enum scheme)scheme};
}

/* Tiers from 1, 2 and 4 persons; that from 4 begins in 2026. */
static void tier_by_number_of_persons(void **state UNUSED) {
    static const struct tier tiers[] = {
        FLAT_TIER(4, SCHEME_GENERAL, 4000, JANUARY_2026),
        FLAT_TIER(1, SCHEME_GENERAL, 1000, JANUARY_2025),
        FLAT_TIER(2, SCHEME_GENERAL, 2000, JANUARY_2025),
    };
    static const struct pricing pricing = {.tiers = {tiers, COUNT_OF(tiers)}};
    static const struct {
        const char *name;
        size_t relatives;
        int32_t month;
        int64_t total_cents;
    } rows[] = {
        {"alone", 0, JANUARY_2026, 1000},
        {"two persons", 1, JANUARY_2026, 2000},
        {"three persons, the tier from two", 2, JANUARY_2026, 2000},
        {"four persons", 3, JANUARY_2026, 4000},
        {"six persons, the greatest tier", 5, JANUARY_2026, 4000},
        {"four persons a year before that tier begins", 3, JANUARY_2025, 2000},
        {"before any tier begins", 3, JANUARY_2024, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct household_person people[PEOPLE_MAX];
        for (size_t j = 0; j < rows[i].relatives; j++) {
            people[j] = person_of(CHILD, GENERAL);
        }
        int64_t total_cents =
            total_of(&pricing, SCHEME_GENERAL, people, rows[i].relatives, rows[i].month);
        check_int(rows[i].name, rows[i].total_cents, total_cents);
    }
}

/* Each tier has revisions of its own; a new one does not end those of other numbers of persons. */
static void latest_revision_of_a_tier(void **state UNUSED) {
    const struct tier tiers[] = {
        FLAT_TIER(1, SCHEME_GENERAL, 1004, date_of_civil(2026, 4, 1)),
        FLAT_TIER(1, SCHEME_GENERAL, 1000, JANUARY_2025),
        FLAT_TIER(2, SCHEME_GENERAL, 2000, JANUARY_2025),
        FLAT_TIER(1, SCHEME_GENERAL, 1006, date_of_civil(2026, 6, 15)),
    };
    const struct pricing pricing = {.tiers = {tiers, COUNT_OF(tiers)}};
    static const struct {
        const char *name;
        size_t relatives;
        int month; /* of 2026 */
        int64_t total_cents;
    } rows[] = {
        {"the month before a revision", 0, 3, 1000},
        {"the month a revision begins", 0, 4, 1004},
        {"the month after", 0, 5, 1004},
        {"a revision of the 15th does not hold on the first", 0, 6, 1004},
        {"it holds on the next first", 0, 7, 1006},
        {"an older tier of more persons beats a newer one of fewer", 1, 7, 2000},
    };
    const struct household_person spouse = person_of(SPOUSE, GENERAL);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t total_cents = total_of(&pricing, SCHEME_GENERAL, &spouse, rows[i].relatives,
                                       date_of_civil(2026, rows[i].month, 1));
        check_int(rows[i].name, rows[i].total_cents, total_cents);
    }
}

/* Local tiers: from two persons since 2026, for one only since 2027. */
static void tier_of_the_scheme(void **state UNUSED) {
    static const struct tier tiers[] = {
        FLAT_TIER(1, SCHEME_GENERAL, 1000, JANUARY_2025),
        FLAT_TIER(2, SCHEME_GENERAL, 2000, JANUARY_2025),
        FLAT_TIER(2, SCHEME_LOCAL, 1900, JANUARY_2026),
        FLAT_TIER(1, SCHEME_LOCAL, 900, JANUARY_2027),
    };
    static const struct pricing both = {.tiers = {tiers, COUNT_OF(tiers)}};
    static const struct pricing general = {.tiers = {tiers, 2}};
    static const struct pricing local = {.tiers = {tiers + 2, 2}};
    static const struct {
        const char *name;
        const struct pricing *pricing;
        int scheme;
        size_t relatives; /* whose own scheme is nothing to the tier */
        int32_t month;
        int64_t total_cents;
    } rows[] = {
        {"general", &both, GENERAL, 1, JANUARY_2027, 2000},
        {"local", &both, LOCAL, 1, JANUARY_2026, 1900},
        {"local, alone", &both, LOCAL, 0, JANUARY_2027, 900},
        {"local not valid yet: general", &both, LOCAL, 1, JANUARY_2025, 2000},
        {"local for two only: general", &both, LOCAL, 0, JANUARY_2026, 1000},
        {"no local: general", &general, LOCAL, 1, JANUARY_2026, 2000},
        {"local is nothing to general", &local, GENERAL, 1, JANUARY_2027, 0},
        {"neither is valid in the month", &both, LOCAL, 1, JANUARY_2024, 0},
    };
    const struct household_person spouse = person_of(SPOUSE, GENERAL);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t total_cents = total_of(rows[i].pricing, (enum scheme)rows[i].scheme, &spouse,
                                       rows[i].relatives, rows[i].month);
        check_int(rows[i].name, rows[i].total_cents, total_cents);
    }
}

/* A relation that has any line is never counted for tiers, whether the line applies or not. */
static void lines_of_persons(void **state UNUSED) {
    static const struct tier tiers[] = {
        FLAT_TIER(1, SCHEME_GENERAL, 1000, JANUARY_2026),
        FLAT_TIER(2, SCHEME_GENERAL, 2000, JANUARY_2026),
    };
    static const struct person_line lines[] = {
        FLAT_LINE(RELATION_SPOUSE, SCHEME_GENERAL, 300, JANUARY_2025),
        FLAT_LINE(RELATION_SPOUSE, SCHEME_GENERAL, 310, JANUARY_2027),
        FLAT_LINE(RELATION_SPOUSE, SCHEME_GENERAL, 290, JANUARY_2024),
        FLAT_LINE(RELATION_SPOUSE, SCHEME_LOCAL, 200, JANUARY_2025),
        FLAT_LINE(RELATION_ASCENDANT, SCHEME_GENERAL, 700, JANUARY_2027),
        FLAT_LINE(RELATION_OTHER, SCHEME_LOCAL, 50, JANUARY_2025),
    };
    static const struct pricing pricing = {.tiers = {tiers, COUNT_OF(tiers)},
                                           .persons = {lines, COUNT_OF(lines)},
                                           .free_from_child = 0};
    static const struct {
        const char *name;
        int relation;
        int scheme;
        int32_t month;
        int64_t total_cents;
    } rows[] = {
        {"a spouse's line, and the tier from one", SPOUSE, GENERAL, JANUARY_2026, 1300},
        {"the latest line valid on the month", SPOUSE, GENERAL, JANUARY_2027, 1310},
        {"the line of his scheme, not the insured's", SPOUSE, LOCAL, JANUARY_2026, 1200},
        {"a line not valid yet costs nothing", ASCENDANT, GENERAL, JANUARY_2026, 1000},
        {"that line from its first month", ASCENDANT, GENERAL, JANUARY_2027, 1700},
        {"a line of another scheme costs nothing", OTHER, GENERAL, JANUARY_2026, 1000},
        {"without any line the tier counts him", CHILD, GENERAL, JANUARY_2026, 2000},
        {"no tier is valid: only the line", SPOUSE, GENERAL, JANUARY_2025, 300},
        {"neither is valid", SPOUSE, GENERAL, JANUARY_2023, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct household_person person = person_of(rows[i].relation, rows[i].scheme);
        check_int(rows[i].name, rows[i].total_cents,
                  total_of(&pricing, SCHEME_GENERAL, &person, 1, rows[i].month));
    }
    const struct household_person both[] = {person_of(SPOUSE, LOCAL), person_of(CHILD, LOCAL)};
    check_int("a line for the spouse, the tier from two for the child", 2200,
              total_of(&pricing, SCHEME_GENERAL, both, COUNT_OF(both), JANUARY_2026));
}

/* The employer's part of each line is rounded half up, and the parts are added up. */
static void odd_cents(void **state UNUSED) {
    static const struct {
        const char *name;
        int32_t tier_cents;
        int32_t line_cents;
        int32_t employer_ppm;
        int64_t employer_cents;
    } rows[] = {
        {"even amounts, half each", 3000, 1000, 500000, 2000},
        {"an odd cent is the employer's", 3001, 1000, 500000, 2001},
        {"two odd cents are rounded line by line", 3001, 1001, 500000, 2002},
        {"a third of each, rounded down", 100, 100, 333333, 66},
        {"two thirds of each, rounded up", 100, 100, 666667, 134},
        {"all the employer's", 3001, 1001, 1000000, 4002},
        {"all the employee's", 3001, 1001, 0, 0},
        {"flat amounts of nothing", 0, 0, 500000, 0},
    };
    const struct household_person spouse = person_of(SPOUSE, GENERAL);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tier tier = FLAT_TIER(1, SCHEME_GENERAL, rows[i].tier_cents, JANUARY_2026);
        struct person_line line =
            FLAT_LINE(RELATION_SPOUSE, SCHEME_GENERAL, rows[i].line_cents, JANUARY_2026);
        tier.employer_ppm = rows[i].employer_ppm;
        line.employer_ppm = rows[i].employer_ppm;
        struct pricing pricing = {.free_from_child = 0};
        pricing.tiers = (struct tier_list){&tier, 1};
        pricing.persons = (struct person_line_list){&line, 1};
        struct price price =
            contribution_price(&pricing, SCHEME_GENERAL, &spouse, 1, JANUARY_2026, 0);
        check_int(rows[i].name, rows[i].tier_cents + rows[i].line_cents, price.total_cents);
        check_int(rows[i].name, rows[i].employer_cents, price.employer_cents);
    }
}

/* A full household and those to be added to it, each by his own line. */
static void as_many_as_may_be(void **state UNUSED) {
    static const struct tier tiers[] = {FLAT_TIER(1, SCHEME_GENERAL, 1000, JANUARY_2026)};
    static const struct person_line lines[] = {
        FLAT_LINE(RELATION_OTHER, SCHEME_GENERAL, 3, JANUARY_2026)};
    static const struct pricing pricing = {.tiers = {tiers, COUNT_OF(tiers)},
                                           .persons = {lines, COUNT_OF(lines)}};
    struct household_person people[CONTRIBUTION_PERSONS_MAX];
    for (size_t i = 0; i < COUNT_OF(people); i++) {
        people[i] = person_of(OTHER, GENERAL);
    }
    check_int("everybody is paid for", 1000 + 3 * (int)COUNT_OF(people),
              total_of(&pricing, SCHEME_GENERAL, people, COUNT_OF(people), JANUARY_2026));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tier_by_number_of_persons),
        cmocka_unit_test(latest_revision_of_a_tier),
        cmocka_unit_test(tier_of_the_scheme),
        cmocka_unit_test(lines_of_persons),
        cmocka_unit_test(odd_cents),
        cmocka_unit_test(as_many_as_may_be),
    };
    return cmocka_run_group_tests_name("pricing", tests, NULL, NULL);
}
