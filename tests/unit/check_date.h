/* Dates and instants of table rows, written as people read them. */
#ifndef GUICHET_TESTS_CHECK_DATE_H
#define GUICHET_TESTS_CHECK_DATE_H

#include "common/base/date.h"
#include "tests/unit/check.h"

/* The date of a row; the row itself is wrong if there is no such day. */
static inline int32_t date_of(const char *text) {
    int32_t date = DATE_NONE;
    check_true(text, date_parse(slice_of(text), &date));
    return date;
}

static inline int64_t instant_of(const char *text) {
    int64_t instant_ms = INSTANT_NONE;
    check_true(text, instant_parse(slice_of(text), &instant_ms));
    return instant_ms;
}

static inline void check_date(const char *name, const char *expected, int32_t date) {
    char text[DATE_TEXT_SIZE];
    date_format(date, text);
    check_text(name, expected, text);
}

/* `expected` may be written in any offset. */
static inline void check_instant(const char *name, const char *expected, int64_t instant_ms) {
    char expected_utc[INSTANT_TEXT_SIZE];
    char text[INSTANT_TEXT_SIZE];
    instant_format(instant_of(expected), expected_utc);
    instant_format(instant_ms, text);
    check_text(name, expected_utc, text);
}

#endif
