/* Which PMSS a month is priced with, and whether it is the month's own. */
#include "common/base/date.h"
#include "tests/unit/check.h"
#include "tests/unit/sample_contracts.h"

static void first_days_of_the_samples(void **state UNUSED) {
    static const int32_t januaries[] = {JANUARY_2019, JANUARY_2020, JANUARY_2021,
                                        JANUARY_2022, JANUARY_2023, JANUARY_2024,
                                        JANUARY_2025, JANUARY_2026, JANUARY_2027};
    for (size_t i = 0; i < COUNT_OF(januaries); i++) {
        check_int("a first of January", date_of_civil(2019 + (int)i, 1, 1), januaries[i]);
    }
}

struct month_row {
    const char *name;
    int year;
    int month;
    enum pmss_status status;
    int32_t amount_eur; /* -1: nothing is written */
};

static void check_months(const struct pmss_table *table, enum territory territory,
                         const struct month_row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int32_t amount_eur = -1;
        int32_t month = date_of_civil(rows[i].year, rows[i].month, 1);
        check_int(rows[i].name, rows[i].status, pmss_find(table, territory, month, &amount_eur));
        check_int(rows[i].name, rows[i].amount_eur, amount_eur);
    }
}

static void installed_values(void **state UNUSED) {
    static const struct month_row rows[] = {
        {"the month before the first value", 2018, 12, PMSS_MISSING, -1},
        {"the first month of the first value", 2019, 1, PMSS_KNOWN, 3377},
        {"the last month of 2019", 2019, 12, PMSS_KNOWN, 3377},
        {"2020", 2020, 1, PMSS_KNOWN, 3428},
        {"2021 kept the amount and has a value of its own", 2021, 1, PMSS_KNOWN, 3428},
        {"2022 too", 2022, 1, PMSS_KNOWN, 3428},
        {"the end of 2022", 2022, 12, PMSS_KNOWN, 3428},
        {"2023", 2023, 1, PMSS_KNOWN, 3666},
        {"2024", 2024, 2, PMSS_KNOWN, 3864},
        {"2025", 2025, 12, PMSS_KNOWN, 3925},
        {"2026", 2026, 1, PMSS_KNOWN, 4005},
        {"the end of 2026", 2026, 12, PMSS_KNOWN, 4005},
        {"2027 is not published", 2027, 1, PMSS_PROVISIONAL, 4005},
        {"nor 2028", 2028, 6, PMSS_PROVISIONAL, 4005},
    };
    check_months(&installed_pmss, TERRITORY_METROPOLE, rows, COUNT_OF(rows));
}

static void values_of_mayotte(void **state UNUSED) {
    static const struct month_row rows[] = {
        {"metropole's 2025 is not Mayotte's", 2025, 12, PMSS_MISSING, -1},
        {"Mayotte 2026", 2026, 1, PMSS_KNOWN, 3022},
        {"Mayotte 2027 is not published", 2027, 1, PMSS_PROVISIONAL, 3022},
    };
    check_months(&installed_pmss, TERRITORY_MAYOTTE, rows, COUNT_OF(rows));
}

/* Values are keyed by their date of effect; one may come in the middle of a year or a month. */
static void values_within_a_year(void **state UNUSED) {
    const struct pmss items[] = {
        {TERRITORY_METROPOLE, date_of_civil(2027, 7, 1), 4100},
        {TERRITORY_METROPOLE, date_of_civil(2025, 1, 1), 3925},
        {TERRITORY_MAYOTTE, date_of_civil(2027, 1, 1), 3500},
        {TERRITORY_METROPOLE, date_of_civil(2027, 10, 15), 4200},
        {TERRITORY_METROPOLE, date_of_civil(2026, 1, 1), 4005},
    };
    const struct pmss_table table = {items, COUNT_OF(items)};
    static const struct month_row rows[] = {
        {"before the value of July only 2026's is there", 2027, 6, PMSS_PROVISIONAL, 4005},
        {"the month the value of July begins", 2027, 7, PMSS_KNOWN, 4100},
        {"a value of the 15th is not in force on the first", 2027, 10, PMSS_KNOWN, 4100},
        {"it is on the next first", 2027, 11, PMSS_KNOWN, 4200},
        {"the year after", 2028, 1, PMSS_PROVISIONAL, 4200},
    };
    check_months(&table, TERRITORY_METROPOLE, rows, COUNT_OF(rows));
}

static void no_values(void **state UNUSED) {
    static const struct pmss_table table = {NULL, 0};
    static const struct month_row rows[] = {
        {"an empty table", 2026, 1, PMSS_MISSING, -1},
    };
    check_months(&table, TERRITORY_METROPOLE, rows, COUNT_OF(rows));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_days_of_the_samples),
        cmocka_unit_test(installed_values),
        cmocka_unit_test(values_of_mayotte),
        cmocka_unit_test(values_within_a_year),
        cmocka_unit_test(no_values),
    };
    return cmocka_run_group_tests_name("pmss", tests, NULL, NULL);
}
