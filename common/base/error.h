/* What can go wrong, said once: a class that decides what happens next, a stable code for logs and
 * dead letters, and a sentence for people. A business refusal is never an error: it is a decision.
 * A function either returns an error or logs it, never both. */
#ifndef GUICHET_BASE_ERROR_H
#define GUICHET_BASE_ERROR_H

#include <stdbool.h>

#include "common/base/compiler.h"

enum error_class {
    ERROR_INVALID,   /* this input is wrong: dead letter, go on */
    ERROR_TRANSIENT, /* the world is not ready: try again later */
    ERROR_FATAL,     /* our own assumption is broken: stop */
};

struct error {
    enum error_class class;
    char code[32];  /* e.g. "SCHEMA", an SQLSTATE, a librdkafka error name */
    char text[480]; /* a sentence without personal data */
};

/* Fills `err` (may be NULL: then nothing is kept) and returns false, so that a function can end
 * with `return error_set(err, ERROR_INVALID, "SCHEMA", "%s: missing", path);`. The text is cut at
 * its bound. */
bool error_set(struct error *err, enum error_class class, const char *code, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Puts "prefix: " before the text; the class and the code stay. Returns false. */
bool error_prefix(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
