/* links: PkgConfig::JANSSON */
/* Public holidays and business days of both calendars. */
#include "common/base/business_time.h"
#include "tests/unit/check_date.h"
#include "tests/unit/official_data.h"

static const struct calendar metropole = {.base = CALENDAR_BASE_METROPOLE};
static const struct calendar alsace_moselle = {.base = CALENDAR_BASE_ALSACE_MOSELLE};

/* Every date of 2006-2031 is a holiday, under that name, exactly if the official list has it. */
static void check_official_holidays(enum calendar_base base, const char *file, size_t expected) {
    json_t *official = official_data(file);
    size_t found = 0;
    int32_t last = date_of_civil(2031, 12, 31);
    for (int32_t date = date_of_civil(2006, 1, 1); date <= last; date++) {
        char text[DATE_TEXT_SIZE];
        date_format(date, text);
        const char *name = json_string_value(json_object_get(official, text));
        check_text(text, name, holiday_name(base, date));
        found += name != NULL;
    }
    check_int("holidays of 26 years", json_object_size(official), found);
    check_int("holidays of 26 years", expected, found);
    json_decref(official);
}

static void official_holidays_metropole(void **state UNUSED) {
    /* 11 a year, and 1 May 2008 is two of them. */
    check_official_holidays(CALENDAR_BASE_METROPOLE, "public-holidays/metropole.json", 11 * 26 - 1);
}

static void official_holidays_alsace_moselle(void **state UNUSED) {
    check_official_holidays(CALENDAR_BASE_ALSACE_MOSELLE, "public-holidays/alsace-moselle.json",
                            13 * 26 - 1);
}

static void holidays(void **state UNUSED) {
    static const struct {
        const char *date;
        const char *metropole; /* NULL: none */
        const char *alsace_moselle;
    } rows[] = {
        {"2026-01-01", "1er janvier", "1er janvier"},
        {"2026-01-02", NULL, NULL},
        {"2026-04-02", NULL, NULL},
        {"2026-04-03", NULL, "Vendredi saint"},
        {"2026-04-05", NULL, NULL}, /* Easter itself is a Sunday and no public holiday */
        {"2026-04-06", "Lundi de Pâques", "Lundi de Pâques"},
        {"2026-04-07", NULL, NULL},
        {"2026-05-01", "1er mai", "1er mai"},
        {"2026-05-08", "8 mai", "8 mai"},
        {"2026-05-13", NULL, NULL},
        {"2026-05-14", "Ascension", "Ascension"},
        {"2026-05-15", NULL, NULL},
        {"2026-05-24", NULL, NULL},
        {"2026-05-25", "Lundi de Pentecôte", "Lundi de Pentecôte"},
        {"2026-05-26", NULL, NULL},
        {"2026-07-14", "14 juillet", "14 juillet"},
        {"2026-08-15", "Assomption", "Assomption"},
        {"2026-11-01", "Toussaint", "Toussaint"},
        {"2026-11-11", "11 novembre", "11 novembre"},
        {"2026-12-24", NULL, NULL},
        {"2026-12-25", "Jour de Noël", "Jour de Noël"},
        {"2026-12-26", NULL, "2ème jour de Noël"},
        {"2026-12-27", NULL, NULL},
        {"2008-05-01", "Ascension", "Ascension"}, /* and 1 May */
        {"1818-03-20", NULL, "Vendredi saint"},   /* the earliest Easter */
        {"1818-03-23", "Lundi de Pâques", "Lundi de Pâques"},
        {"2038-04-26", "Lundi de Pâques", "Lundi de Pâques"}, /* the latest */
        {"2038-06-03", "Ascension", "Ascension"},
        {"2038-06-14", "Lundi de Pentecôte", "Lundi de Pentecôte"},
        {"2100-03-29", "Lundi de Pâques", "Lundi de Pâques"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t date = date_of(rows[i].date);
        check_text(rows[i].date, rows[i].metropole, holiday_name(CALENDAR_BASE_METROPOLE, date));
        check_text(rows[i].date, rows[i].alsace_moselle,
                   holiday_name(CALENDAR_BASE_ALSACE_MOSELLE, date));
    }
}

static void business_days(void **state UNUSED) {
    const int32_t closures[] = {date_of("2026-05-15"), date_of("2026-12-24"),
                                date_of("2026-12-31")};
    const int32_t worked[] = {date_of("2026-05-25"), date_of("2026-08-15"), date_of("2026-12-24")};
    const struct calendar special = {
        .base = CALENDAR_BASE_METROPOLE,
        .extra_closures = closures,
        .extra_closures_count = COUNT_OF(closures),
        .worked_holidays = worked,
        .worked_holidays_count = COUNT_OF(worked),
    };
    const struct {
        const char *name;
        const struct calendar *calendar;
        const char *date;
        bool expected;
    } rows[] = {
        {"a Monday", &metropole, "2026-11-23", true},
        {"a Friday", &metropole, "2026-11-20", true},
        {"a Saturday", &metropole, "2026-11-21", false},
        {"a Sunday", &metropole, "2026-11-22", false},
        {"a holiday", &metropole, "2026-11-11", false},
        {"Good Friday", &metropole, "2026-04-03", true},
        {"Good Friday in Alsace-Moselle", &alsace_moselle, "2026-04-03", false},
        {"no substitute for 15 August on a Saturday: the Friday", &metropole, "2026-08-14", true},
        {"no substitute for 15 August on a Saturday: the Monday", &metropole, "2026-08-17", true},
        {"Whit Monday", &metropole, "2026-05-25", false},
        {"Whit Monday where it is worked", &special, "2026-05-25", true},
        {"the first closure", &special, "2026-05-15", false},
        {"that day elsewhere", &metropole, "2026-05-15", true},
        {"the last closure", &special, "2026-12-31", false},
        {"the day before a closure", &special, "2026-05-13", true},
        {"the day after a closure", &special, "2027-01-04", true},
        {"a Saturday stays one though its holiday is worked", &special, "2026-08-15", false},
        {"closed and worked: worked", &special, "2026-12-24", true},
        {"a holiday that is not worked", &special, "2026-07-14", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].name, rows[i].expected,
                  business_day(rows[i].calendar, date_of(rows[i].date)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holidays),
        cmocka_unit_test(official_holidays_metropole),
        cmocka_unit_test(official_holidays_alsace_moselle),
        cmocka_unit_test(business_days),
    };
    return cmocka_run_group_tests_name("holidays", tests, NULL, NULL);
}
