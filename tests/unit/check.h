/* Checks for rows of a table: like cmocka's assertions, but a failure prints the row's name, which
 * is a sentence in domain words. Includes cmocka and what it wants to see before it. */
#ifndef GUICHET_TESTS_CHECK_H
#define GUICHET_TESTS_CHECK_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/slice.h"

/* The condition must hold for the row called `name`. */
#define check_true(name, condition)                                                                \
    check_true_at((name), (condition), #condition, __FILE__, __LINE__)
#define check_int(name, expected, actual)                                                          \
    check_int_at((name), (intmax_t)(expected), (intmax_t)(actual), __FILE__, __LINE__)
/* Terminated strings; NULL equals only NULL. */
#define check_text(name, expected, actual)                                                         \
    check_text_at((name), (expected), (actual), __FILE__, __LINE__)
/* `expected` is a terminated string, or NULL for the absent slice. */
#define check_slice(name, expected, actual)                                                        \
    check_slice_at((name), slice_of(expected), (actual), __FILE__, __LINE__)

static inline void check_true_at(const char *name, bool holds, const char *condition,
                                 const char *file, int line) {
    if (!holds) {
        print_error("%s: not true: %s\n", name, condition);
        _fail(file, line);
    }
}

static inline void check_int_at(const char *name, intmax_t expected, intmax_t actual,
                                const char *file, int line) {
    if (expected != actual) {
        print_error("%s: expected %" PRIdMAX ", got %" PRIdMAX "\n", name, expected, actual);
        _fail(file, line);
    }
}

static inline void check_slice_at(const char *name, struct slice expected, struct slice actual,
                                  const char *file, int line) {
    if (!slice_equal(expected, actual)) {
        print_error("%s: expected %s\"%.*s\", got %s\"%.*s\"\n", name,
                    expected.data == NULL ? "absent " : "", SLICE_FORMAT(expected),
                    actual.data == NULL ? "absent " : "", SLICE_FORMAT(actual));
        _fail(file, line);
    }
}

static inline void check_text_at(const char *name, const char *expected, const char *actual,
                                 const char *file, int line) {
    check_slice_at(name, slice_of(expected), slice_of(actual), file, line);
}

#endif
