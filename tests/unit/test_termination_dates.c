/* links: termination_core */
/* When a notice takes effect: by the Paris day on which it came, the contract's age, its expiry day
 * and its time of notice. */
#include "common/base/compiler.h"
#include "common/base/words.h"
#include "tests/unit/check_date.h"
#include "tests/unit/zone_file.h"
#include "workers/termination/termination.h"

static struct zone paris;

static int read_zone(void **state UNUSED) {
    zone_file_parse("Europe/Paris", &paris);
    return 0;
}

struct row {
    const char *name;
    enum category category;
    const char *first_subscribed_on;
    struct expiry expiry;
    int32_t notice_months;
    const char *received_at;
    const char *basis;
    const char *effective_on;
};

#define SANTE(since) CATEGORY_SANTE, since, {12, 31}, 2
#define PREVOYANCE(month, day, notice) CATEGORY_PREVOYANCE, "2015-01-01", {month, day}, notice

static const struct row rows[] = {
    /* clang-format off */
    /* santé, a year or more after the first subscription: a month later, clamped */
    {"santé on 1 December", SANTE("2024-03-15"), "2026-12-01T10:00:00+01:00",
     "infra_annual", "2027-01-01"},
    {"santé on 31 January", SANTE("2024-03-15"), "2027-01-31T10:00:00+01:00",
     "infra_annual", "2027-02-28"},
    {"santé on 30 January", SANTE("2024-03-15"), "2027-01-30T10:00:00+01:00",
     "infra_annual", "2027-02-28"},
    {"santé on 28 January", SANTE("2024-03-15"), "2027-01-28T10:00:00+01:00",
     "infra_annual", "2027-02-28"},
    {"santé on 27 January", SANTE("2024-03-15"), "2027-01-27T10:00:00+01:00",
     "infra_annual", "2027-02-27"},
    {"santé on 31 January of a leap year", SANTE("2024-03-15"), "2028-01-31T10:00:00+01:00",
     "infra_annual", "2028-02-29"},
    {"santé on 29 February", SANTE("2024-03-15"), "2028-02-29T10:00:00+01:00",
     "infra_annual", "2028-03-29"},
    {"santé on 28 February: not moved to the end", SANTE("2024-03-15"),
     "2027-02-28T10:00:00+01:00", "infra_annual", "2027-03-28"},
    {"santé on 31 May", SANTE("2024-03-15"), "2026-05-31T10:00:00+02:00",
     "infra_annual", "2026-06-30"},
    {"santé over the year's end", SANTE("2024-03-15"), "2026-12-31T10:00:00+01:00",
     "infra_annual", "2027-01-31"},
    /* the anniversary of the first subscription */
    {"santé a day before the year is over", SANTE("2025-11-24"), "2026-11-23T23:59:59+01:00",
     "expiry", "2027-12-31"},
    {"santé on the day of the year", SANTE("2025-11-24"), "2026-11-24T00:00:00+01:00",
     "infra_annual", "2026-12-24"},
    {"santé a day after the year", SANTE("2025-11-24"), "2026-11-25T00:00:00+01:00",
     "infra_annual", "2026-12-25"},
    {"santé subscribed on 29 February: a day before its year", SANTE("2024-02-29"),
     "2025-02-27T12:00:00+01:00", "expiry", "2025-12-31"},
    {"santé subscribed on 29 February: its year is over on the 28th", SANTE("2024-02-29"),
     "2025-02-28T12:00:00+01:00", "infra_annual", "2025-03-28"},
    {"santé in its first year, in time for its expiry", SANTE("2026-02-01"),
     "2026-10-31T23:59:59+01:00", "expiry", "2026-12-31"},
    {"santé in its first year, a day late", SANTE("2026-02-01"),
     "2026-11-01T00:00:00+01:00", "expiry", "2027-12-31"},
    /* prévoyance and retraite: always an expiry day */
    {"prévoyance two months before, to the second", PREVOYANCE(12, 31, 2),
     "2026-10-31T23:59:59+01:00", "expiry", "2026-12-31"},
    {"prévoyance a second later", PREVOYANCE(12, 31, 2),
     "2026-11-01T00:00:00+01:00", "expiry", "2027-12-31"},
    {"prévoyance a second later, as UTC says it", PREVOYANCE(12, 31, 2),
     "2026-10-31T23:00:00Z", "expiry", "2027-12-31"},
    {"prévoyance a day before the last", PREVOYANCE(12, 31, 2),
     "2026-10-30T12:00:00+01:00", "expiry", "2026-12-31"},
    {"prévoyance on the first day of a year", PREVOYANCE(12, 31, 2),
     "2027-01-01T00:00:00+01:00", "expiry", "2027-12-31"},
    {"prévoyance on its expiry day", PREVOYANCE(12, 31, 2),
     "2026-12-31T23:59:59+01:00", "expiry", "2027-12-31"},
    {"retraite after many years", CATEGORY_RETRAITE, "2001-01-01", {12, 31}, 2,
     "2026-12-01T10:00:00+01:00", "expiry", "2027-12-31"},
    /* other expiry days */
    {"expiry on 30 June, in time", PREVOYANCE(6, 30, 2), "2026-04-30T23:59:59+02:00",
     "expiry", "2026-06-30"},
    {"expiry on 30 June, a second late", PREVOYANCE(6, 30, 2), "2026-05-01T00:00:00+02:00",
     "expiry", "2027-06-30"},
    {"expiry on 30 June, the day after it", PREVOYANCE(6, 30, 2), "2026-07-01T00:00:00+02:00",
     "expiry", "2027-06-30"},
    {"expiry on 30 April: its notice ends with February", PREVOYANCE(4, 30, 2),
     "2026-02-28T23:59:59+01:00", "expiry", "2026-04-30"},
    {"expiry on 30 April: 1 March is late", PREVOYANCE(4, 30, 2), "2026-03-01T00:00:00+01:00",
     "expiry", "2027-04-30"},
    {"expiry on 30 April: 29 February is in time", PREVOYANCE(4, 30, 2),
     "2028-02-29T23:59:59+01:00", "expiry", "2028-04-30"},
    {"expiry on 31 March, a month: 28 February", PREVOYANCE(3, 31, 1),
     "2027-02-28T12:00:00+01:00", "expiry", "2027-03-31"},
    {"expiry on 1 January: its notice began the year before", PREVOYANCE(1, 1, 2),
     "2026-11-01T23:59:59+01:00", "expiry", "2027-01-01"},
    {"expiry on 1 January, a second late", PREVOYANCE(1, 1, 2), "2026-11-02T00:00:00+01:00",
     "expiry", "2028-01-01"},
    /* other times of notice */
    {"no notice: on the expiry day itself", PREVOYANCE(12, 31, 0), "2026-12-31T23:59:59+01:00",
     "expiry", "2026-12-31"},
    {"no notice: the day after", PREVOYANCE(12, 31, 0), "2027-01-01T00:00:00+01:00",
     "expiry", "2027-12-31"},
    {"a year's notice, in time", PREVOYANCE(12, 31, 12), "2025-12-31T23:59:59+01:00",
     "expiry", "2026-12-31"},
    {"a year's notice, a second late", PREVOYANCE(12, 31, 12), "2026-01-01T00:00:00+01:00",
     "expiry", "2027-12-31"},
    {"two years' notice leaves the time of notice", PREVOYANCE(12, 31, 24),
     "2026-01-01T00:00:00+01:00", "expiry", "2028-12-31"},
    /* both changes of the clock: 29/03/2026 and 25/10/2026 */
    {"the last second before the spring change", PREVOYANCE(5, 29, 2),
     "2026-03-29T00:59:59Z", "expiry", "2026-05-29"},
    {"the last second of the day of the spring change", PREVOYANCE(5, 29, 2),
     "2026-03-29T21:59:59Z", "expiry", "2026-05-29"},
    {"the day of the spring change is over", PREVOYANCE(5, 29, 2),
     "2026-03-29T22:00:00Z", "expiry", "2027-05-29"},
    {"the hour that comes twice in autumn", PREVOYANCE(12, 25, 2),
     "2026-10-25T01:30:00Z", "expiry", "2026-12-25"},
    {"the last second of the day of the autumn change", PREVOYANCE(12, 25, 2),
     "2026-10-25T22:59:59Z", "expiry", "2026-12-25"},
    {"the day of the autumn change is over", PREVOYANCE(12, 25, 2),
     "2026-10-25T23:00:00Z", "expiry", "2027-12-25"},
    {"santé around midnight of a summer day", SANTE("2024-03-15"), "2026-07-14T22:00:00Z",
     "infra_annual", "2026-08-15"},
    /* clang-format on */
};

static void takes_effect(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct row *row = &rows[i];
        const struct termination_contract contract = {
            .category = row->category,
            .ends_on = DATE_NONE,
            .first_subscribed_on = date_of(row->first_subscribed_on),
            .expiry = row->expiry,
            .notice_months = row->notice_months,
        };
        enum legal_basis basis = 0;
        const int32_t effective_on = termination_effective_on(
            &contract, zone_date(&paris, instant_of(row->received_at)), &basis);
        check_date(row->name, row->effective_on, effective_on);
        check_text(row->name, row->basis, words_text(&legal_basis_words, (int)basis));
    }
}

/* For every day of some years: an expiry day, not too early, and the first that is not. */
static void never_before_its_notice(void **state UNUSED) {
    static const struct expiry expiries[] = {{12, 31}, {1, 1}, {2, 28}, {3, 31}, {8, 31}};
    for (size_t i = 0; i < COUNT_OF(expiries); i++) {
        for (int32_t notice = 0; notice <= LIMIT_NOTICE_MONTHS; notice++) {
            const struct termination_contract contract = {
                .category = CATEGORY_PREVOYANCE,
                .ends_on = DATE_NONE,
                .expiry = expiries[i],
                .notice_months = notice,
            };
            const int32_t last = date_of_civil(2029, 12, 31);
            for (int32_t day = date_of_civil(2026, 1, 1); day <= last; day++) {
                enum legal_basis basis;
                const int32_t effective_on = termination_effective_on(&contract, day, &basis);
                const struct civil civil = date_civil(effective_on);
                const int32_t before =
                    date_of_civil(civil.year - 1, expiries[i].month, expiries[i].day);
                assert_int_equal(civil.month, expiries[i].month);
                assert_int_equal(civil.day, expiries[i].day);
                assert_true(day <= date_add_months(effective_on, -notice));
                assert_true(day > date_add_months(before, -notice));
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_effect),
        cmocka_unit_test(never_before_its_notice),
    };
    return cmocka_run_group_tests(tests, read_zone, NULL);
}
