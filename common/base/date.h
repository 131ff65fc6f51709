/* Civil dates and instants as plain integers. A date is a number of days since 1970-01-01 in the
 * proleptic Gregorian calendar; an instant is milliseconds since 1970-01-01T00:00:00Z. Nothing here
 * knows a time zone (see zone.h) or reads a clock. */
#ifndef GUICHET_BASE_DATE_H
#define GUICHET_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/slice.h"

enum { DATE_NONE = INT32_MIN }; /* absent date */
#define INSTANT_NONE INT64_MIN  /* absent instant, milliseconds */
enum { DATE_TEXT_SIZE = 11, INSTANT_TEXT_SIZE = 32 };

struct civil {
    int year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

/* Days since 1970-01-01 of a civil date that exists (asserted). Years 1..9999. */
int32_t date_of_civil(int year, int month, int day);
struct civil date_civil(int32_t date);
bool date_exists(int year, int month, int day);
int date_days_in_month(int year, int month);

/* 1 = Monday … 7 = Sunday. */
int date_weekday(int32_t date);

int32_t date_first_of_month(int32_t date);
int32_t date_last_of_month(int32_t date);
int32_t date_first_of_next_month(int32_t date);

/* Same day `months` later (or earlier), clamped to the month's end: 31 Aug + 6 = 28 Feb. */
int32_t date_add_months(int32_t date, int months);

/* Birthday number `years`; 29 February falls on 28 February in other years (domain: age limits). */
int32_t date_birthday(int32_t birth, int years);

/* Gregorian Easter Sunday of a year. */
int32_t date_easter(int year);

/* "YYYY-MM-DD" and nothing else, of a day that exists. */
bool date_parse(struct slice text, int32_t *date);
/* Writes 10 characters and a NUL. */
void date_format(int32_t date, char text[DATE_TEXT_SIZE]);

/* "YYYY-MM" → the first of that month. */
bool date_parse_month(struct slice text, int32_t *first);
void date_format_month(int32_t date, char text[DATE_TEXT_SIZE]);

/* RFC 3339 with an offset (Z, z, +hh:mm, -hh:mm), 'T' or 't', any number of fraction digits (what
 * is finer than a millisecond is cut off). No leap second. False if it is anything else. */
bool instant_parse(struct slice text, int64_t *instant_ms);

/* UTC with `Z`; milliseconds only when they are not zero. */
void instant_format(int64_t instant_ms, char text[INSTANT_TEXT_SIZE]);

#endif
