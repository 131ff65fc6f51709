/* JSON text to a struct, by descriptor rows. Strict on types and bounds, tolerant of unknown
 * fields, null is the same as absent. Numbers must be JSON integers (1.0 is not one). All text is
 * copied to the arena. Errors name the path: `employee.address.lines[2]: longer than 100`; they
 * never quote values. */
#ifndef GUICHET_RECORD_JSON_READ_H
#define GUICHET_RECORD_JSON_READ_H

#include <jansson.h>

#include "common/base/arena.h"
#include "common/record/shape.h"

/* Parses text into a Jansson object the caller owns (json_decref). ERROR_INVALID "NOT_JSON" for
 * anything that is not one JSON value: syntax, over LIMIT_JSON_DEPTH levels (found before parsing),
 * duplicate keys, invalid UTF-8, trailing bytes, NUL in a string. "SCHEMA" for what is JSON but no
 * data of ours: a value that is no object, a number of more than 64 bits. The message holds line
 * and column, no excerpt. ERROR_FATAL only without memory. */
MUST_CHECK bool json_parse(struct slice text, json_t **value, struct error *err);

/* Reads a parsed object into `value` (shape->size bytes), which is cleared first. ERROR_INVALID
 * "SCHEMA". */
MUST_CHECK bool json_read(struct arena *arena, const struct shape *shape, const json_t *object,
                          void *value, struct error *err);

/* Both at once. */
MUST_CHECK bool json_read_text(struct arena *arena, const struct shape *shape, struct slice text,
                               void *value, struct error *err);

/* cleanup function for CLEANUP(json_release) json_t *. */
void json_release(json_t **value);

#endif
