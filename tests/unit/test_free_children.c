/* `free_from_child`: in which order children are counted, and which children count at all. A child
 * of the general scheme costs 8,00, of the local scheme 5,00 since 2026, a spouse 1,00, the tier
 * nothing: the amount tells who was free. */
#include "tests/unit/check.h"
#include "tests/unit/sample_contracts.h"

/* Short names for the columns of the tables below. */
enum { SPOUSE = RELATION_SPOUSE, CHILD = RELATION_CHILD };
enum { GENERAL = SCHEME_GENERAL, LOCAL = SCHEME_LOCAL };

static const struct tier tiers[] = {
    {1, SCHEME_GENERAL, AMOUNT_NONE, 0, 0, JANUARY_2025},
};
static const struct person_line lines[] = {
    {RELATION_CHILD, SCHEME_GENERAL, AMOUNT_NONE, 800, 0, JANUARY_2025},
    {RELATION_CHILD, SCHEME_LOCAL, AMOUNT_NONE, 500, 0, JANUARY_2026},
    {RELATION_SPOUSE, SCHEME_GENERAL, AMOUNT_NONE, 100, 0, JANUARY_2025},
};

/* Up to the first without an id. */
struct relatives {
    struct {
        const char *id;
        int relation;
        int scheme;
        int32_t birth_date;
        int32_t coverage_from;
    } items[4];
};

static const struct relatives local_later = {
    {{"A", CHILD, LOCAL, 1, 20}, {"B", CHILD, GENERAL, 2, 10}}};
static const struct relatives local_younger = {
    {{"A", CHILD, LOCAL, 2, 10}, {"B", CHILD, GENERAL, 1, 10}}};
static const struct relatives twins_local_b = {
    {{"B", CHILD, LOCAL, 1, 10}, {"A", CHILD, GENERAL, 1, 10}}};
static const struct relatives twins_local_a = {
    {{"A", CHILD, LOCAL, 1, 10}, {"B", CHILD, GENERAL, 1, 10}}};
static const struct relatives local_first = {
    {{"A", CHILD, LOCAL, 1, 10}, {"B", CHILD, GENERAL, 1, 20}}};
static const struct relatives last_stands_first = {
    {{"C", CHILD, GENERAL, 1, 30}, {"B", CHILD, LOCAL, 1, 20}, {"A", CHILD, LOCAL, 1, 10}}};
static const struct relatives spouse_first = {
    {{"S", SPOUSE, GENERAL, 1, 5}, {"A", CHILD, LOCAL, 1, 10}, {"B", CHILD, LOCAL, 1, 20}}};
static const struct relatives spouse_last = {
    {{"A", CHILD, LOCAL, 1, 10}, {"B", CHILD, LOCAL, 1, 20}, {"S", SPOUSE, GENERAL, 1, 30}}};
static const struct relatives four = {{{"A", CHILD, LOCAL, 1, 10},
                                       {"B", CHILD, LOCAL, 1, 20},
                                       {"C", CHILD, LOCAL, 1, 30},
                                       {"D", CHILD, LOCAL, 1, 40}}};

static const struct {
    const char *name;
    const struct relatives *relatives;
    int32_t free_from_child;
    int32_t month;
    int64_t total_cents;
} rows[] = {
    {"the one covered later is free", &local_later, 2, JANUARY_2026, 800},
    {"covered together, the younger is free", &local_younger, 2, JANUARY_2026, 800},
    {"twins, the later id is free", &twins_local_b, 2, JANUARY_2026, 800},
    {"twins, the other one", &twins_local_a, 2, JANUARY_2026, 500},
    {"the third by date, wherever it stands", &last_stands_first, 3, JANUARY_2026, 1000},
    {"a fourth is free as the third is", &four, 3, JANUARY_2026, 1000},
    {"only the fourth is free", &four, 4, JANUARY_2026, 1500},
    {"no child is free", &four, 0, JANUARY_2026, 2000},
    {"every child is free", &four, 1, JANUARY_2026, 0},
    {"a spouse covered first does not count", &spouse_first, 2, JANUARY_2026, 600},
    {"a spouse covered last is not free", &spouse_last, 2, JANUARY_2026, 600},
    {"without a line a child does not count", &local_first, 2, JANUARY_2025, 800},
    {"once it has a line it does", &local_first, 2, JANUARY_2026, 500},
};

static size_t household_of(const struct relatives *relatives,
                           struct household_person people[COUNT_OF(relatives->items)]) {
    size_t count = 0;
    for (; count < COUNT_OF(relatives->items) && relatives->items[count].id != NULL; count++) {
        people[count] = (struct household_person){
            .beneficiary_id = slice_of(relatives->items[count].id),
            .relation = (enum relation)relatives->items[count].relation,
            .scheme = (enum scheme)relatives->items[count].scheme,
            .birth_date = relatives->items[count].birth_date,
            .coverage_from = relatives->items[count].coverage_from,
            .removed_on = DATE_NONE,
        };
    }
    return count;
}

static void order_of_children(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct pricing pricing = {.tiers = {tiers, COUNT_OF(tiers)},
                                        .persons = {lines, COUNT_OF(lines)},
                                        .free_from_child = rows[i].free_from_child};
        struct household_person people[COUNT_OF(rows[i].relatives->items)];
        size_t count = household_of(rows[i].relatives, people);
        struct price price =
            contribution_price(&pricing, SCHEME_GENERAL, people, count, rows[i].month, 0);
        check_int(rows[i].name, rows[i].total_cents, price.total_cents);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_of_children),
    };
    return cmocka_run_group_tests_name("free children", tests, NULL, NULL);
}
