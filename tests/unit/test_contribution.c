/* The worked examples: what the contracts K1 to K4 cost, and what an addition changes, by the PMSS
 * values installed. Expected amounts were worked out in decimals. */
#include "tests/unit/check.h"
#include "tests/unit/sample_contracts.h"

enum { PEOPLE_MAX = 5 };

/* Short names for the columns of the tables below. */
enum {
    SPOUSE = RELATION_SPOUSE,
    WORKING_SPOUSE = RELATION_NON_DEPENDENT_SPOUSE,
    CHILD = RELATION_CHILD,
    ASCENDANT = RELATION_ASCENDANT,
    GENERAL = SCHEME_GENERAL,
    LOCAL = SCHEME_LOCAL,
};

static int32_t day(const char *text) {
    int32_t date = DATE_NONE;
    check_true(text, date_parse(slice_of(text), &date));
    return date;
}

static int32_t first_of(const char *month) {
    int32_t date = DATE_NONE;
    check_true(month, date_parse_month(slice_of(month), &date));
    return date;
}

/* The insured and his relatives, up to the first 0: all of one scheme, covered one after another.
 * The PMSS of the month must be known or not as `status` says. */
static struct price price_of(const char *name, const struct pricing *pricing, int scheme,
                             const int relatives[PEOPLE_MAX], int32_t month,
                             enum pmss_status status) {
    static const char *const ids[PEOPLE_MAX] = {"B-1", "B-2", "B-3", "B-4", "B-5"};
    struct household_person people[PEOPLE_MAX];
    size_t count = 0;
    for (; count < PEOPLE_MAX && relatives[count] != 0; count++) {
        people[count] = (struct household_person){
            .beneficiary_id = slice_of(ids[count]),
            .relation = (enum relation)relatives[count],
            .scheme = (enum scheme)scheme,
            .birth_date = JANUARY_2019 + (int32_t)count,
            .coverage_from = JANUARY_2020 + (int32_t)count,
            .removed_on = DATE_NONE,
        };
    }
    int32_t pmss_eur = 0;
    check_int(name, status, pmss_find(&installed_pmss, TERRITORY_METROPOLE, month, &pmss_eur));
    return contribution_price(pricing, (enum scheme)scheme, people, count, month, pmss_eur);
}

static void prices_of_the_contracts(void **state UNUSED) {
    static const struct {
        const char *name;
        const struct pricing *pricing;
        int scheme;
        const char *month;
        int relatives[PEOPLE_MAX];
        int64_t total_cents;
        int64_t employer_cents;
    } rows[] = {
        {"K1 alone", &k1_pricing, GENERAL, "2026-11", {0}, 5767, 2884},
        {"K1 duo", &k1_pricing, GENERAL, "2026-11", {SPOUSE}, 14018, 7009},
        {"K1 famille", &k1_pricing, GENERAL, "2026-11", {SPOUSE, CHILD}, 14018, 7009},
        {"K1 end of 2025", &k1_pricing, GENERAL, "2025-12", {SPOUSE}, 13738, 6869},
        {"K1 January 2026", &k1_pricing, GENERAL, "2026-01", {SPOUSE}, 14018, 7009},
        {"K1 alone 2025", &k1_pricing, GENERAL, "2025-12", {0}, 5652, 2826},
        {"K1 alone 2022", &k1_pricing, GENERAL, "2022-06", {0}, 4936, 2468},
        {"K1 local alone", &k1_pricing, LOCAL, "2026-11", {0}, 2563, 1282},
        {"K1 local duo", &k1_pricing, LOCAL, "2026-11", {SPOUSE}, 6328, 3164},
        {"K2 alone", &k2_pricing, GENERAL, "2026-11", {0}, 13016, 6508},
        {"K2 and a child", &k2_pricing, GENERAL, "2026-11", {CHILD}, 13016, 6508},
        {"K2 working spouse", &k2_pricing, GENERAL, "2026-11", {WORKING_SPOUSE}, 20265, 6508},
        {"K2 in 2023", &k2_pricing, GENERAL, "2023-01", {0}, 11915, 5958},
        {"K3 alone", &k3_pricing, GENERAL, "2026-11", {0}, 6008, 3605},
        {"K3 duo", &k3_pricing, GENERAL, "2026-11", {CHILD}, 10814, 6488},
        {"K3 famille", &k3_pricing, GENERAL, "2026-11", {CHILD, CHILD}, 15620, 9372},
        {"K3 one more", &k3_pricing, GENERAL, "2026-11", {CHILD, CHILD, CHILD}, 15620, 9372},
        {"K4 alone", &k4_pricing, GENERAL, "2026-11", {0}, 5006, 2503},
        {"K4 in 2023", &k4_pricing, GENERAL, "2023-01", {0}, 4583, 2292},
        {"K4 and a spouse", &k4_pricing, GENERAL, "2026-11", {SPOUSE}, 10573, 5287},
        {"K4 and a child", &k4_pricing, GENERAL, "2026-11", {CHILD}, 8250, 4125},
        {"K4 two children", &k4_pricing, GENERAL, "2026-11", {CHILD, CHILD}, 11494, 5747},
        {"K4 third free", &k4_pricing, GENERAL, "2026-11", {CHILD, CHILD, CHILD}, 11494, 5747},
        {"K4 no such line", &k4_pricing, GENERAL, "2026-11", {ASCENDANT}, 5006, 2503},
        {"K4 local spouse", &k4_pricing, LOCAL, "2026-11", {SPOUSE}, 5006, 2503},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct price price = price_of(rows[i].name, rows[i].pricing, rows[i].scheme,
                                      rows[i].relatives, first_of(rows[i].month), PMSS_KNOWN);
        check_int(rows[i].name, rows[i].total_cents, price.total_cents);
        check_int(rows[i].name, rows[i].employer_cents, price.employer_cents);
    }
}

/* An impact compares the household with and without the new people in the same month. */
static void what_an_addition_changes(void **state UNUSED) {
    static const struct {
        const char *name;
        const struct pricing *pricing;
        int scheme;
        int covered[2];
        int added[2];
        int64_t total_delta_cents;
        int64_t employer_delta_cents;
    } rows[] = {
        {"K1 a spouse", &k1_pricing, GENERAL, {0}, {SPOUSE}, 8251, 4125},
        {"K1 a child", &k1_pricing, GENERAL, {SPOUSE}, {CHILD}, 0, 0},
        {"K1 local", &k1_pricing, LOCAL, {0}, {SPOUSE}, 3765, 1882},
        {"K2 a child", &k2_pricing, GENERAL, {0}, {CHILD}, 0, 0},
        {"K2 working spouse", &k2_pricing, GENERAL, {0}, {WORKING_SPOUSE}, 7249, 0},
        {"K3 a first child", &k3_pricing, GENERAL, {0}, {CHILD}, 4806, 2883},
        {"K3 a second child", &k3_pricing, GENERAL, {CHILD}, {CHILD}, 4806, 2884},
        {"K3 a third child", &k3_pricing, GENERAL, {CHILD, CHILD}, {CHILD}, 0, 0},
        {"K3 two at once", &k3_pricing, GENERAL, {0}, {SPOUSE, CHILD}, 9612, 5767},
        {"K4 a spouse", &k4_pricing, GENERAL, {0}, {SPOUSE}, 5567, 2784},
        {"K4 a child", &k4_pricing, GENERAL, {SPOUSE}, {CHILD}, 3244, 1622},
        {"K4 a third child", &k4_pricing, GENERAL, {CHILD, CHILD}, {CHILD}, 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t month = first_of("2026-11");
        int before[PEOPLE_MAX] = {rows[i].covered[0], rows[i].covered[1]};
        int after[PEOPLE_MAX] = {rows[i].covered[0], rows[i].covered[1]};
        int covered = (before[0] != 0) + (before[1] != 0);
        memcpy(after + covered, rows[i].added, sizeof(rows[i].added));
        struct price without =
            price_of(rows[i].name, rows[i].pricing, rows[i].scheme, before, month, PMSS_KNOWN);
        struct price with =
            price_of(rows[i].name, rows[i].pricing, rows[i].scheme, after, month, PMSS_KNOWN);
        check_int(rows[i].name, rows[i].total_delta_cents, with.total_cents - without.total_cents);
        check_int(rows[i].name, rows[i].employer_delta_cents,
                  with.employer_cents - without.employer_cents);
    }
}

static void a_month_without_its_own_pmss(void **state UNUSED) {
    static const int alone[PEOPLE_MAX] = {0};
    static const int couple[PEOPLE_MAX] = {SPOUSE};
    const char *name = "K1 for January 2027, priced with 2026's PMSS";
    int32_t month = first_of("2027-01");
    struct price before = price_of(name, &k1_pricing, GENERAL, alone, month, PMSS_PROVISIONAL);
    struct price after = price_of(name, &k1_pricing, GENERAL, couple, month, PMSS_PROVISIONAL);
    check_int(name, 4125, after.employer_cents - before.employer_cents);
}

static void mayotte_has_its_own_pmss(void **state UNUSED) {
    int32_t pmss_eur = 0;
    check_int("Mayotte in 2026", PMSS_KNOWN,
              pmss_find(&installed_pmss, TERRITORY_MAYOTTE, JANUARY_2026, &pmss_eur));
    struct price price =
        contribution_price(&k1_pricing, SCHEME_GENERAL, NULL, 0, JANUARY_2026, pmss_eur);
    check_int("K1 alone in Mayotte", 4352, price.total_cents);
    check_int("K1 alone in Mayotte, employer", 2176, price.employer_cents);
}

/* From the event to the months regularised: K1's insured, alone until then, adds one person. The
 * months run from the first that is paid up to that of the decision. */
static void from_the_event_to_the_months_regularised(void **state UNUSED) {
    static const struct coverage_rule within_6 = {COVERAGE_EVENT_WITHIN_MONTHS, 6, 0};
    enum { FIRST = CONTRIBUTION_DUE_IF_COVERED_ON_FIRST, ENTRY = CONTRIBUTION_FULL_ENTRY_MONTH };
    static const struct {
        const char *name;
        int rule;
        const char *event_on;
        const char *decided_on; /* and submitted */
        const char *paid_from;
        int months;
        int64_t regularisation_cents;
    } rows[] = {
        {"married 17 October", FIRST, "2026-10-17", "2026-11-10", "2026-11-01", 1, 4125},
        {"born 17 September", FIRST, "2026-09-17", "2026-11-10", "2026-10-01", 2, 8250},
        {"full entry month", ENTRY, "2026-09-17", "2026-11-10", "2026-09-01", 3, 12375},
        {"born on a first", FIRST, "2026-09-01", "2026-11-10", "2026-09-01", 3, 12375},
        {"PMSS of 2025, of 2026", FIRST, "2025-11-20", "2026-01-15", "2025-12-01", 2, 8168},
        {"nothing yet: too late", FIRST, "2026-01-05", "2026-11-10", "2026-12-01", 0, 0},
    };
    static const int alone[PEOPLE_MAX] = {0};
    static const int couple[PEOPLE_MAX] = {SPOUSE};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *name = rows[i].name;
        enum contribution_rule rule = (enum contribution_rule)rows[i].rule;
        int32_t decided_on = day(rows[i].decided_on);
        int32_t covered_from = coverage_from(&within_6, day(rows[i].event_on), decided_on);
        int32_t paid_from = contribution_from(rule, covered_from);
        check_int(name, day(rows[i].paid_from), paid_from);
        int months = 0;
        int64_t regularisation_cents = 0;
        for (int32_t month = paid_from; month <= date_first_of_month(decided_on);
             month = date_first_of_next_month(month)) {
            check_true(name, contribution_is_due(rule, covered_from, DATE_NONE, month));
            struct price before = price_of(name, &k1_pricing, GENERAL, alone, month, PMSS_KNOWN);
            struct price after = price_of(name, &k1_pricing, GENERAL, couple, month, PMSS_KNOWN);
            regularisation_cents += after.employer_cents - before.employer_cents;
            months++;
        }
        check_int(name, rows[i].months, months);
        check_int(name, rows[i].regularisation_cents, regularisation_cents);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_of_the_contracts),
        cmocka_unit_test(what_an_addition_changes),
        cmocka_unit_test(a_month_without_its_own_pmss),
        cmocka_unit_test(mayotte_has_its_own_pmss),
        cmocka_unit_test(from_the_event_to_the_months_regularised),
    };
    return cmocka_run_group_tests_name("contribution", tests, NULL, NULL);
}
