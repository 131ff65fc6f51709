/* Civil dates and instants: the calendar, months, Easter, and how they are written. */
#include "common/base/compiler.h"
#include "tests/unit/check_date.h"
#include "tests/unit/random.h"

/* Every day of the years 1..9999, counted one by one. */
static void every_day(void **state UNUSED) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t date = -719162; /* 0001-01-01, a Monday */
    int weekday = 1;
    for (int year = 1; year <= 9999; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            int length = days[month - 1] + (month == 2 && leap);
            int32_t first = date;
            bool right = date_days_in_month(year, month) == length &&
                         date_exists(year, month, length) && !date_exists(year, month, length + 1);
            for (int day = 1; day <= length; day++, date++) {
                struct civil civil = date_civil(date);
                right = right && civil.year == year && civil.month == month && civil.day == day &&
                        date_of_civil(year, month, day) == date && date_weekday(date) == weekday &&
                        date_first_of_month(date) == first &&
                        date_last_of_month(date) == first + length - 1 &&
                        date_first_of_next_month(date) == first + length;
                weekday = weekday % 7 + 1;
            }
            if (!right) {
                fail_msg("%04d-%02d is counted wrongly", year, month);
            }
        }
    }
    check_int("the last day of the year 9999", 2932896, date - 1);
}

static void known_days(void **state UNUSED) {
    static const struct {
        const char *text;
        int32_t date;
        int weekday;
    } rows[] = {
        {"1970-01-01", 0, 4},     {"1969-12-31", -1, 3},     {"2000-02-29", 11016, 2},
        {"2026-11-23", 20780, 1}, {"1900-03-01", -25508, 4}, {"2100-02-28", 47540, 7},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].text, rows[i].date, date_of(rows[i].text));
        check_int(rows[i].text, rows[i].weekday, date_weekday(rows[i].date));
    }
}

static void existence(void **state UNUSED) {
    static const struct {
        const char *name;
        int year;
        int month;
        int day;
        bool expected;
    } rows[] = {
        {"the first day there is", 1, 1, 1, true},
        {"the year before", 0, 12, 31, false},
        {"the last day there is", 9999, 12, 31, true},
        {"the year after", 10000, 1, 1, false},
        {"month 0", 2026, 0, 1, false},
        {"month 13", 2026, 13, 1, false},
        {"day 0", 2026, 1, 0, false},
        {"31 April", 2026, 4, 31, false},
        {"29 February of a leap year", 2024, 2, 29, true},
        {"29 February of a common year", 2026, 2, 29, false},
        {"29 February of a common century", 2100, 2, 29, false},
        {"29 February of a leap century", 2000, 2, 29, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].name, rows[i].expected,
                  date_exists(rows[i].year, rows[i].month, rows[i].day));
    }
}

static void months(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *date;
        int months;
        const char *expected;
    } rows[] = {
        {"31 August and six months is the end of February", "2026-08-31", 6, "2027-02-28"},
        {"or of a longer February", "2027-08-31", 6, "2028-02-29"},
        {"a day that the month has is kept", "2026-08-28", 6, "2027-02-28"},
        {"termination confirmed on 31 January", "2027-01-31", 1, "2027-02-28"},
        {"termination confirmed on 1 December", "2026-12-01", 1, "2027-01-01"},
        {"three months back over the year", "2026-02-28", -3, "2025-11-28"},
        {"three months back to a shorter month", "2026-05-31", -3, "2026-02-28"},
        {"two months before an expiry on 31 December", "2026-12-31", -2, "2026-10-31"},
        {"no month", "2026-05-31", 0, "2026-05-31"},
        {"twelve months", "2024-02-29", 12, "2025-02-28"},
        {"four years", "2024-02-29", 48, "2028-02-29"},
        {"December to December", "2026-12-31", -12, "2025-12-31"},
        {"into the last month there is", "9999-11-30", 1, "9999-12-30"},
        {"beyond the last day: written as that day", "9999-12-31", 1, "9999-12-31"},
        {"beyond the first day: written as that day", "0001-01-31", -1, "0001-01-01"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_date(rows[i].name, rows[i].expected,
                   date_add_months(date_of(rows[i].date), rows[i].months));
    }
    int32_t never = date_of("9999-12-31");
    check_true("arithmetic itself goes on beyond the year 9999",
               date_first_of_next_month(never) == never + 1 &&
                   date_add_months(date_add_months(never, 2400), -2400) == never);
}

static void birthdays(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *birth;
        int years;
        const char *expected;
    } rows[] = {
        {"the twentieth birthday", "2006-11-23", 20, "2026-11-23"},
        {"born on 29 February, in a leap year", "2004-02-29", 20, "2024-02-29"},
        {"born on 29 February, in another year", "2004-02-29", 26, "2030-02-28"},
        {"born on 28 February of a leap year", "2004-02-28", 26, "2030-02-28"},
        {"born on 1 March of a leap year", "2004-03-01", 26, "2030-03-01"},
        {"the day of birth", "2004-02-29", 0, "2004-02-29"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_date(rows[i].name, rows[i].expected,
                   date_birthday(date_of(rows[i].birth), rows[i].years));
    }
}

static void easter_known(void **state UNUSED) {
    static const char *const rows[] = {
        "1583-04-10", "1598-03-22", "1818-03-22", "1886-04-25", "1913-03-23", "1943-04-25",
        "1954-04-18", "1961-04-02", "1981-04-19", "1990-04-15", "1997-03-30", "2000-04-23",
        "2008-03-23", "2011-04-24", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05",
        "2027-03-28", "2038-04-25", "2049-04-18", "2076-04-19", "2100-03-28", "2285-03-22",
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_date("Easter", rows[i], date_easter(date_civil(date_of(rows[i])).year));
    }
}

/* Gauss's method with his two exceptions, another way to the same Sunday. */
static int32_t easter_of_gauss(int year) {
    int century = year / 100;
    int moon = (15 - (13 + 8 * century) / 25 + century - century / 4) % 30;
    int sun = (4 + century - century / 4) % 7;
    int d = (19 * (year % 19) + moon) % 30;
    int e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + sun) % 7;
    if (d == 29 && e == 6) {
        return date_of_civil(year, 4, 19);
    }
    if (d == 28 && e == 6 && (11 * moon + 11) % 30 < 19) {
        return date_of_civil(year, 4, 18);
    }
    return date_of_civil(year, 3, 1) + 21 + d + e;
}

static void easter_any_year(void **state UNUSED) {
    for (int year = 1583; year <= 9999; year++) {
        int32_t easter = date_easter(year);
        if (easter != easter_of_gauss(year) || date_weekday(easter) != 7) {
            fail_msg("Easter %d", year);
        }
    }
}

static void dates_written(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *text;
        bool expected;
    } rows[] = {
        {"a day", "2026-11-23", true},
        {"the first day there is", "0001-01-01", true},
        {"the last day there is", "9999-12-31", true},
        {"a day that does not exist", "2026-02-29", false},
        {"year 0", "0000-01-01", false},
        {"no leading zero", "2026-1-23", false},
        {"basic form", "20261123", false},
        {"with a time", "2026-11-23T00:00:00Z", false},
        {"a space before", " 2026-11-2", false},
        {"a space after", "2026-11-23 ", false},
        {"a sign", "+026-11-23", false},
        {"slashes", "2026/11/23", false},
        {"a slash before the month", "2026/11-23", false},
        {"a slash before the day", "2026-11/23", false},
        {"a letter in the month", "2026-1a-23", false},
        {"day first", "23-11-2026", false},
        {"a letter", "2026-11-2a", false},
        {"just before '0'", "2026-11-2/", false},
        {"just after '9'", "2026-11-2:", false},
        {"a month only", "2026-11", false},
        {"empty", "", false},
        {"absent", NULL, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t date = 12345;
        bool parsed = date_parse(slice_of(rows[i].text), &date);
        check_int(rows[i].name, rows[i].expected, parsed);
        if (parsed) {
            check_date(rows[i].name, rows[i].text, date);
        } else {
            check_int("nothing is written on failure", 12345, date);
        }
    }
}

static void months_written(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *text;
        const char *first; /* NULL: refused */
    } rows[] = {
        {"a month", "2026-11", "2026-11-01"},
        {"December", "2026-12", "2026-12-01"},
        {"month 0", "2026-00", NULL},
        {"month 13", "2026-13", NULL},
        {"year 0", "0000-01", NULL},
        {"a day", "2026-11-01", NULL},
        {"no hyphen", "2026/11", NULL},
        {"no leading zero", "2026-1", NULL},
        {"absent", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t first;
        bool parsed = date_parse_month(slice_of(rows[i].text), &first);
        check_int(rows[i].name, rows[i].first != NULL, parsed);
        if (parsed) {
            char text[DATE_TEXT_SIZE];
            check_date(rows[i].name, rows[i].first, first);
            date_format_month(date_last_of_month(first), text);
            check_text(rows[i].name, rows[i].text, text);
        }
    }
}

static void instants_read(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *text;
        const char *utc; /* NULL: refused */
    } rows[] = {
        {"UTC", "2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"},
        {"small letters", "2026-11-23t08:00:00z", "2026-11-23T08:00:00Z"},
        {"Paris, winter", "2026-11-23T08:00:00+01:00", "2026-11-23T07:00:00Z"},
        {"Paris, summer, over midnight", "2026-07-14T00:30:00+02:00", "2026-07-13T22:30:00Z"},
        {"west of Greenwich, over the year", "2026-12-31T20:00:00-05:30", "2027-01-01T01:30:00Z"},
        {"offset zero", "2026-11-23T08:00:00+00:00", "2026-11-23T08:00:00Z"},
        {"offset unknown (RFC 3339, 4.3)", "2026-11-23T08:00:00-00:00", "2026-11-23T08:00:00Z"},
        {"the largest offset", "2026-11-23T23:59:00+23:59", "2026-11-23T00:00:00Z"},
        {"a tenth", "2026-11-23T08:00:00.5Z", "2026-11-23T08:00:00.500Z"},
        {"a hundredth", "2026-11-23T08:00:00.05Z", "2026-11-23T08:00:00.050Z"},
        {"milliseconds", "2026-11-23T08:00:00.123+01:00", "2026-11-23T07:00:00.123Z"},
        {"zero milliseconds are not written", "2026-11-23T08:00:00.000Z", "2026-11-23T08:00:00Z"},
        {"finer is cut off, not rounded", "2026-11-23T08:00:59.9999999999Z",
         "2026-11-23T08:00:59.999Z"},
        {"so many digits that a number would overflow",
         "2026-11-23T08:00:00.00100000000000000000000000000000000000Z", "2026-11-23T08:00:00.001Z"},
        {"before 1970, with milliseconds", "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
        {"the last second of a day", "2026-12-31T23:59:59Z", "2026-12-31T23:59:59Z"},
        {"a leap day", "2028-02-29T12:00:00Z", "2028-02-29T12:00:00Z"},
        {"the first instant there is", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
        {"the last instant there is", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
        {"before the first, by its offset", "0001-01-01T00:00:00+00:01", NULL},
        {"the first that is too late, by its offset", "9999-12-31T23:59:00-00:01", NULL},
        {"after the last, by its offset", "9999-12-31T23:59:59-00:01", NULL},
        {"no offset", "2026-11-23T08:00:00", NULL},
        {"no offset after a fraction", "2026-11-23T08:00:00.5", NULL},
        {"a date only", "2026-11-23", NULL},
        {"no seconds", "2026-11-23T08:00Z", NULL},
        {"a space for the T", "2026-11-23 08:00:00Z", NULL},
        {"hour 24", "2026-11-23T24:00:00Z", NULL},
        {"minute 60", "2026-11-23T08:60:00Z", NULL},
        {"a leap second", "2016-12-31T23:59:60Z", NULL},
        {"a day that does not exist", "2026-02-29T08:00:00Z", NULL},
        {"a dot without digits", "2026-11-23T08:00:00.Z", NULL},
        {"a comma", "2026-11-23T08:00:00,5Z", NULL},
        {"two fractions", "2026-11-23T08:00:00.5.5Z", NULL},
        {"offset without colon", "2026-11-23T08:00:00+0100", NULL},
        {"offset without minutes", "2026-11-23T08:00:00+01", NULL},
        {"offset of 24 hours", "2026-11-23T08:00:00+24:00", NULL},
        {"offset of 60 minutes", "2026-11-23T08:00:00+01:60", NULL},
        {"offset without sign", "2026-11-23T08:00:00 01:00", NULL},
        {"a typographic minus",
         "2026-11-23T08:00:00\xE2\x88\x92"
         "01:00",
         NULL},
        {"two offsets", "2026-11-23T08:00:00Z+01:00", NULL},
        {"a zone's name", "2026-11-23T08:00:00CET", NULL},
        {"something behind", "2026-11-23T08:00:00Z ", NULL},
        {"something before", " 2026-11-23T08:00:00Z", NULL},
        {"a sign in the hour", "2026-11-23T+8:00:00Z", NULL},
        {"another separator of the time", "2026-11-23T08.00.00Z", NULL},
        {"a week date", "2026-W48-1T08:00:00Z", NULL},
        {"empty", "", NULL},
        {"absent", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t instant_ms = 12345;
        bool parsed = instant_parse(slice_of(rows[i].text), &instant_ms);
        check_int(rows[i].name, rows[i].utc != NULL, parsed);
        if (parsed) {
            char text[INSTANT_TEXT_SIZE];
            instant_format(instant_ms, text);
            check_text(rows[i].name, rows[i].utc, text);
        } else {
            check_int("nothing is written on failure", 12345, instant_ms);
        }
    }
}

static void instants_there_and_back(void **state UNUSED) {
    enum { ROUNDS = 100000 };
    const int64_t first_ms = INT64_C(-62135596800000); /* 0001-01-01T00:00:00Z */
    const int64_t end_ms = INT64_C(253402300800000);   /* 10000-01-01T00:00:00Z */
    uint64_t seed = 20261123;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t instant_ms = random_between(&seed, first_ms, end_ms);
        int64_t again_ms;
        char text[INSTANT_TEXT_SIZE];
        instant_format(instant_ms, text);
        if (!instant_parse(slice_of(text), &again_ms) || again_ms != instant_ms) {
            fail_msg("%s", text);
        }
    }
    int64_t instant_ms;
    check_true("epoch", instant_parse(slice_of("1970-01-01T00:00:00Z"), &instant_ms));
    check_int("epoch", 0, instant_ms);
    check_true("a known instant",
               instant_parse(slice_of("2026-11-23T09:00:00.250+01:00"), &instant_ms));
    check_int("a known instant", INT64_C(1795420800250), instant_ms);
}

/* No prefix of an instant is one, and none is read beyond its end (seen by the sanitizer). */
static void instants_cut(void **state UNUSED) {
    static const char text[] = "2026-11-23T08:00:00.123+01:00";
    for (size_t size = 0; size < sizeof(text) - 1; size++) {
        char exact[sizeof(text)];
        int64_t instant_ms;
        memcpy(exact + sizeof(exact) - size, text, size); /* ends where the array ends */
        struct slice cut = {exact + sizeof(exact) - size, size};
        if (instant_parse(cut, &instant_ms)) {
            fail_msg("read from %zu bytes", size);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day),
        cmocka_unit_test(known_days),
        cmocka_unit_test(existence),
        cmocka_unit_test(months),
        cmocka_unit_test(birthdays),
        cmocka_unit_test(easter_known),
        cmocka_unit_test(easter_any_year),
        cmocka_unit_test(dates_written),
        cmocka_unit_test(months_written),
        cmocka_unit_test(instants_read),
        cmocka_unit_test(instants_there_and_back),
        cmocka_unit_test(instants_cut),
    };
    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
