#include "common/base/date.h"

#include <assert.h>

enum {
    DAYS_PER_ERA = 146097,      /* 400 years */
    DAYS_BEFORE_EPOCH = 719468, /* from 0000-03-01 to 1970-01-01 */
    MS_PER_SECOND = 1000,
    MS_PER_MINUTE = 60 * MS_PER_SECOND,
    MS_PER_DAY = 86400 * MS_PER_SECOND,
};

/* What can be written in ten characters; results of arithmetic may lie beyond. */
static const struct civil civil_first = {1, 1, 1};
static const struct civil civil_last = {9999, 12, 31};

/* Days since 1970-01-01 of any year. The year is counted from March, so that the leap day is its
 * last; an era is the calendar's period of 400 years (H. Hinnant, days_from_civil). */
static int32_t days_of(int year, int month, int day) {
    int march_year = month <= 2 ? year - 1 : year;
    int era = (march_year >= 0 ? march_year : march_year - 399) / 400;
    int year_of_era = march_year - era * 400;
    int march_month = month > 2 ? month - 3 : month + 9;
    int day_of_year = (153 * march_month + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int32_t)((int64_t)era * DAYS_PER_ERA + day_of_era - DAYS_BEFORE_EPOCH);
}

static bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int date_days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert(month >= 1 && month <= 12);
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool date_exists(int year, int month, int day) {
    return year >= civil_first.year && year <= civil_last.year && month >= 1 && month <= 12 &&
           day >= 1 && day <= date_days_in_month(year, month);
}

int32_t date_of_civil(int year, int month, int day) {
    assert(date_exists(year, month, day));
    return days_of(year, month, day);
}

struct civil date_civil(int32_t date) {
    assert(date != DATE_NONE);
    int64_t days = (int64_t)date + DAYS_BEFORE_EPOCH;
    int era = (int)((days >= 0 ? days : days - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA);
    int day_of_era = (int)(days - (int64_t)era * DAYS_PER_ERA);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    int month = march_month < 10 ? march_month + 3 : march_month - 9;
    return (struct civil){
        .year = era * 400 + year_of_era + (month <= 2),
        .month = month,
        .day = day_of_year - (153 * march_month + 2) / 5 + 1,
    };
}

int date_weekday(int32_t date) {
    assert(date != DATE_NONE);
    int days = date % 7; /* day 0 was a Thursday */
    return (days + 7 + 3) % 7 + 1;
}

int32_t date_first_of_month(int32_t date) {
    return date - (date_civil(date).day - 1);
}

int32_t date_last_of_month(int32_t date) {
    struct civil civil = date_civil(date);
    return date + (date_days_in_month(civil.year, civil.month) - civil.day);
}

int32_t date_first_of_next_month(int32_t date) {
    return date_last_of_month(date) + 1;
}

int32_t date_add_months(int32_t date, int months) {
    struct civil civil = date_civil(date);
    int64_t month_index = (int64_t)civil.year * 12 + (civil.month - 1) + months;
    int year = (int)((month_index >= 0 ? month_index : month_index - 11) / 12);
    int month = (int)(month_index - (int64_t)year * 12) + 1;
    int days_in_month = date_days_in_month(year, month);
    return days_of(year, month, civil.day < days_in_month ? civil.day : days_in_month);
}

int32_t date_birthday(int32_t birth, int years) {
    return date_add_months(birth, 12 * years);
}

/* Computus of Meeus, Jones and Butcher, with the letters under which it was published (Nature,
 * 1876): Golden number, century, epact and the Sunday after the full moon. */
int32_t date_easter(int year) {
    int a = year % 19;
    int b = year / 100;
    int c = year % 100;
    int d = b / 4;
    int e = b % 4;
    int f = (b + 8) / 25;
    int g = (b - f + 1) / 3;
    int h = (19 * a + b - d - g + 15) % 30;
    int i = c / 4;
    int k = c % 4;
    int l = (32 + 2 * e + 2 * i - h - k) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;
    return days_of(year, n / 31, n % 31 + 1);
}

/* Reads exactly `count` digits; false if one is none. */
static bool parse_digits(const char *text, int count, int *value) {
    int result = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        result = result * 10 + (text[i] - '0');
    }
    *value = result;
    return true;
}

static char *format_digits(char *text, int count, int value) {
    for (int i = count - 1; i >= 0; i--) {
        text[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return text + count;
}

bool date_parse(struct slice text, int32_t *date) {
    int year;
    int month;
    int day;
    if (text.size != DATE_TEXT_SIZE - 1 || !parse_digits(text.data, 4, &year) ||
        text.data[4] != '-' || !parse_digits(text.data + 5, 2, &month) || text.data[7] != '-' ||
        !parse_digits(text.data + 8, 2, &day) || !date_exists(year, month, day)) {
        return false;
    }
    *date = days_of(year, month, day);
    return true;
}

/* The year, month and day as written; what lies beyond the years 1..9999 is written as the nearest
 * day of them, since "never ends" plus a month must not end the process. */
static struct civil civil_to_write(int32_t date) {
    struct civil civil = date_civil(date);
    if (civil.year > civil_last.year) {
        return civil_last;
    }
    return civil.year < civil_first.year ? civil_first : civil;
}

static char *format_month(char *text, struct civil civil) {
    text = format_digits(text, 4, civil.year);
    *text++ = '-';
    return format_digits(text, 2, civil.month);
}

static char *format_date(char *text, int32_t date) {
    struct civil civil = civil_to_write(date);
    text = format_month(text, civil);
    *text++ = '-';
    return format_digits(text, 2, civil.day);
}

void date_format(int32_t date, char text[DATE_TEXT_SIZE]) {
    *format_date(text, date) = '\0';
}

bool date_parse_month(struct slice text, int32_t *first) {
    int year;
    int month;
    if (text.size != sizeof("YYYY-MM") - 1 || !parse_digits(text.data, 4, &year) ||
        text.data[4] != '-' || !parse_digits(text.data + 5, 2, &month) ||
        !date_exists(year, month, 1)) {
        return false;
    }
    *first = days_of(year, month, 1);
    return true;
}

void date_format_month(int32_t date, char text[DATE_TEXT_SIZE]) {
    *format_month(text, civil_to_write(date)) = '\0';
}

/* "hh:mm" within a day; used for the time of day and for the offset. */
static bool parse_hours_minutes(const char *text, int *minutes) {
    int hour;
    int minute;
    if (!parse_digits(text, 2, &hour) || text[2] != ':' || !parse_digits(text + 3, 2, &minute) ||
        hour > 23 || minute > 59) {
        return false;
    }
    *minutes = hour * 60 + minute;
    return true;
}

/* ".123…": moves `*at` behind the digits and reads the first three of them. No dot is 0. */
static bool parse_fraction(const char **at, const char *end, int *milliseconds) {
    *milliseconds = 0;
    if (*at == end || **at != '.') {
        return true;
    }
    const char *digits = *at + 1;
    const char *digit = digits;
    int weight = 100;
    for (; digit < end && *digit >= '0' && *digit <= '9'; digit++) {
        *milliseconds += (*digit - '0') * weight;
        weight /= 10;
    }
    *at = digit;
    return digit > digits;
}

/* "Z" or "+hh:mm", up to the end. */
static bool parse_offset(const char *at, const char *end, int *minutes) {
    *minutes = 0;
    if (end - at == 1) {
        return *at == 'Z' || *at == 'z';
    }
    if (end - at != sizeof("+hh:mm") - 1 || (*at != '+' && *at != '-') ||
        !parse_hours_minutes(at + 1, minutes)) {
        return false;
    }
    *minutes = *at == '-' ? -*minutes : *minutes;
    return true;
}

bool instant_parse(struct slice text, int64_t *instant_ms) {
    enum { SECONDS_END = sizeof("YYYY-MM-DDThh:mm:ss") - 1 };
    if (text.size <= SECONDS_END) {
        return false;
    }
    const char *at = text.data;
    const char *end = at + text.size;
    int32_t date;
    int minutes;
    int seconds;
    int milliseconds;
    int offset_minutes;
    if (!date_parse((struct slice){at, DATE_TEXT_SIZE - 1}, &date) ||
        (at[10] != 'T' && at[10] != 't') || !parse_hours_minutes(at + 11, &minutes) ||
        at[16] != ':' || !parse_digits(at + 17, 2, &seconds) || seconds > 59) {
        return false;
    }
    at += SECONDS_END;
    if (!parse_fraction(&at, end, &milliseconds) || !parse_offset(at, end, &offset_minutes)) {
        return false;
    }
    int64_t instant = (int64_t)date * MS_PER_DAY +
                      (int64_t)(minutes - offset_minutes) * MS_PER_MINUTE +
                      seconds * MS_PER_SECOND + milliseconds;
    /* An offset may push it out of the years that UTC can be written in. */
    if (instant < (int64_t)days_of(1, 1, 1) * MS_PER_DAY ||
        instant >= (int64_t)days_of(10000, 1, 1) * MS_PER_DAY) {
        return false;
    }
    *instant_ms = instant;
    return true;
}

void instant_format(int64_t instant_ms, char text[INSTANT_TEXT_SIZE]) {
    int64_t days = instant_ms / MS_PER_DAY;
    int ms_of_day = (int)(instant_ms % MS_PER_DAY);
    if (ms_of_day < 0) {
        days--;
        ms_of_day += MS_PER_DAY;
    }
    assert(days > INT32_MIN && days <= INT32_MAX);
    int seconds = ms_of_day / MS_PER_SECOND;
    int milliseconds = ms_of_day % MS_PER_SECOND;
    text = format_date(text, (int32_t)days);
    *text++ = 'T';
    text = format_digits(text, 2, seconds / 3600);
    *text++ = ':';
    text = format_digits(text, 2, seconds / 60 % 60);
    *text++ = ':';
    text = format_digits(text, 2, seconds % 60);
    if (milliseconds != 0) {
        *text++ = '.';
        text = format_digits(text, 3, milliseconds);
    }
    *text++ = 'Z';
    *text = '\0';
}
