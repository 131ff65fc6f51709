/* Rates, shares and how amounts are written. Expected amounts were worked out in decimals. */
#include "common/base/compiler.h"
#include "common/base/limits.h"
#include "common/base/money.h"
#include "tests/unit/check.h"

static void rates(void **state UNUSED) {
    static const struct {
        const char *name;
        int32_t rate_ppm;
        int32_t pmss_eur;
        int64_t cents;
    } rows[] = {
        {"3,25 % of 3666 is 119,145: up", 32500, 3666, 11915},
        {"1,14 % of 3925 is 44,745: up", 11400, 3925, 4475},
        {"1,25 % of 3666 is 45,825: up", 12500, 3666, 4583},
        {"1,50 % of 4005 is 60,075: up", 15000, 4005, 6008},
        {"2,14 % of 3925 is 83,995: up, over the euro", 21400, 3925, 8400},
        {"published 2023: 1,14 %", 11400, 3666, 4179},
        {"published 2023: 1,27 %", 12700, 3666, 4656},
        {"published 2023: 1,41 %", 14100, 3666, 5169},
        {"published 2023, local scheme: 0,60 %", 6000, 3666, 2200},
        {"published 2023, local scheme: 0,70 %", 7000, 3666, 2566},
        {"published 2023, local scheme: 0,72 %", 7200, 3666, 2640},
        {"just under half a cent: down", 4999, 1, 0},
        {"half a cent: up", 5000, 1, 1},
        {"just under one cent and a half: down", 14999, 1, 1},
        {"the whole PMSS", 1000000, 4005, 400500},
        {"a rate of nothing", 0, 4005, 0},
        {"a PMSS of nothing", 32500, 0, 0},
        {"the greatest PMSS that can be published", 1000000, LIMIT_PMSS_EUR, 100000000},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].name, rows[i].cents, money_of_rate(rows[i].pmss_eur, rows[i].rate_ppm));
    }
}

static void shares(void **state UNUSED) {
    static const struct {
        const char *name;
        int64_t cents;
        int32_t share_ppm;
        int64_t share_cents;
    } rows[] = {
        {"half of an even amount", 14018, 500000, 7009},
        {"half of an odd amount, the odd cent", 5767, 500000, 2884},
        {"half of one cent", 1, 500000, 1},
        {"60 % of 60,08 is 36,048: down", 6008, 600000, 3605},
        {"60 % of 108,14 is 64,884: down", 10814, 600000, 6488},
        {"60 % of 156,20 is 93,72", 15620, 600000, 9372},
        {"just under half a cent: down", 1, 499999, 0},
        {"the whole", 12345, 1000000, 12345},
        {"nothing of it", 12345, 0, 0},
        {"a share of nothing", 0, 500000, 0},
        {"a third", 10000, 333333, 3333},
        {"two thirds", 10000, 666667, 6667},
        {"an amount over 32 bits", 1000000000001, 500000, 500000000001},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].name, rows[i].share_cents, money_share(rows[i].cents, rows[i].share_ppm));
    }
}

static void euros(void **state UNUSED) {
    static const struct {
        const char *name;
        int64_t cents;
        bool show_plus;
        const char *text;
    } rows[] = {
        {"nothing", 0, false, "0,00 €"},
        {"a difference of nothing has no sign", 0, true, "0,00 €"},
        {"one cent", 1, false, "0,01 €"},
        {"ninety-nine cents", 99, false, "0,99 €"},
        {"one euro", 100, false, "1,00 €"},
        {"an employer's part", 2884, false, "28,84 €"},
        {"an increase", 4125, true, "+41,25 €"},
        {"an increase, without its sign", 4125, false, "41,25 €"},
        {"a decrease", -4125, true, "-41,25 €"},
        {"a negative amount without plus", -5, false, "-0,05 €"},
        {"three digits of euros", 99999, false, "999,99 €"},
        {"four digits of euros", 100000, false, "1 000,00 €"},
        {"thousands", 123456, false, "1 234,56 €"},
        {"an increase in thousands", 123456, true, "+1 234,56 €"},
        {"a million", 100000005, false, "1 000 000,05 €"},
        {"the greatest", INT64_MAX, true, "+92 233 720 368 547 758,07 €"},
        {"the smallest", INT64_MIN, true, "-92 233 720 368 547 758,08 €"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[EUROS_TEXT_SIZE];
        money_format_euros(rows[i].cents, rows[i].show_plus, text);
        check_text(rows[i].name, rows[i].text, text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates),
        cmocka_unit_test(shares),
        cmocka_unit_test(euros),
    };
    return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
