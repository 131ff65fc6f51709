/* Descriptor rows: one row per field says its name, type, bounds and place in the struct. JSON in,
 * JSON out, the contract tests and `guichet rows` all read these rows; nothing else knows field
 * names. The JSON Schemas are the published contract, and a test holds the rows to them.
 * Every date lies in 1900..2199 and every instant in 2000..2099 (UTC), whatever the row. */
#ifndef GUICHET_RECORD_SHAPE_H
#define GUICHET_RECORD_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/words.h"

/* clang-format off */
enum field_type {   /* place in the struct           absent */
    FIELD_ID = 1,   /* struct slice                  data == NULL; printable ASCII, no space */
    FIELD_DIGITS,   /* struct slice                  data == NULL; 0-9 only */
    FIELD_TEXT,     /* struct slice                  data == NULL; min..max code points */
    FIELD_ENUM,     /* an enum (int)                 `fallback`; 0 is never written */
    FIELD_INT32,    /* int32_t                       `fallback` */
    FIELD_INT64,    /* int64_t                       `fallback` */
    FIELD_BOOLEAN,  /* bool                          `fallback` */
    FIELD_DATE,     /* int32_t, days                 DATE_NONE */
    FIELD_MONTH,    /* int32_t, first of the month   DATE_NONE */
    FIELD_INSTANT,  /* int64_t, milliseconds         INSTANT_NONE */
    FIELD_UUID,     /* struct uuid                   all zero */
    FIELD_TRISTATE, /* enum tristate                 TRISTATE_NONE; written true, false, null */
    FIELD_TOKEN,    /* struct slice: an unsigned payload, signed when published (document.h) */
    FIELD_OBJECT,   /* the nested struct in place    its bool at `presence` is false */
    FIELD_LIST,     /* {const T *items; size_t count} absent and empty are the same */
};
/* clang-format on */

/* A number is absent where it equals its `fallback` and the fallback lies outside min..max (-1 for
 * a price that is not given); a fallback inside the bounds is a default, and is written. An
 * optional object without a `presence` is absent where a required field of it is. */

enum tristate { TRISTATE_NONE, TRISTATE_FALSE, TRISTATE_TRUE };

enum field_flags {
    FIELD_REQUIRED = 1,
    FIELD_PERSONAL = 2,   /* sealed wherever it is stored; on an object or list: the whole of it */
    FIELD_NOT_FUTURE = 4, /* an instant of the event: more than 5 minutes ahead is FUTURE_EVENT */
    FIELD_WRITE_NULL = 8, /* written as null when absent (else left out) */
    FIELD_WRITE_EMPTY = 16, /* a list written as [] when empty (else left out) */
};

struct shape;

struct field {
    const char *name;
    enum field_type type;
    unsigned flags;
    int64_t min; /* text: code points · int: value · list: items · else unused */
    int64_t max;
    size_t offset;
    const struct words *words; /* FIELD_ENUM */
    const struct shape *shape; /* FIELD_OBJECT, and FIELD_LIST of objects */
    const struct field *item;  /* FIELD_LIST of scalars: type and bounds of one; its offset is 0 */
    size_t presence;           /* optional FIELD_OBJECT: offset of its bool; else NO_PRESENCE */
    int64_t fallback;          /* value when absent (int32, int64, boolean, enum) */
};

#define NO_PRESENCE SIZE_MAX

enum { FIELD_TOKEN_MAX = 512 }; /* characters of a printed token */

/* Bounds of every date and instant. */
enum { FIELD_DATE_MIN = -25567, FIELD_DATE_MAX = 84005 }; /* 1900-01-01, 2199-12-31 */
#define FIELD_INSTANT_MIN INT64_C(946684800000)           /* 2000-01-01T00:00:00Z */
#define FIELD_INSTANT_MAX INT64_C(4102444799999)          /* 2099-12-31T23:59:59.999Z */

struct shape {
    const char *name;
    size_t size; /* sizeof the struct */
    const struct field *fields;
    size_t fields_count;
    /* Rules over several fields ("months is required for event_within_months"); may be NULL.
     * Reports ERROR_INVALID "SCHEMA" with the path relative to this object. Called after all fields
     * are read. */
    bool (*check)(const void *value, struct error *err);
};

/* True if the struct at `value` holds the absent value for that field. A tristate and an object or
 * list that must be there are never absent. */
bool field_is_absent(const struct field *field, const void *value);

/* Size in bytes of one item of a list field. */
size_t field_item_size(const struct field *field);

/* Fills a struct with the absent value of each field (fallbacks included). */
void shape_clear(const struct shape *shape, void *value);

/* The latest instant among the fields flagged FIELD_NOT_FUTURE, at any depth, or INSTANT_NONE;
 * `name` gets the field's name for the message. */
int64_t shape_latest_instant(const struct shape *shape, const void *value, const char **name);

/* The field of that name at the top of the shape, or NULL. */
const struct field *shape_field(const struct shape *shape, const char *name);

/* Row builders. Only offsets and names; no control flow. */
#define SHAPE_OF(shape_name, struct_type, rows, check_function)                                    \
    { shape_name, sizeof(struct_type), rows, sizeof(rows) / sizeof((rows)[0]), check_function }

#define ROW_ID(s, m, f)                                                                            \
    {                                                                                              \
        .name = #m, .type = FIELD_ID, .flags = (f), .min = 1, .max = LIMIT_ID,                     \
        .offset = offsetof(s, m)                                                                   \
    }
/* A code or a free label. */
#define ROW_CODE(s, m, f) ROW_TEXT(s, m, f, 1, LIMIT_CODE)
/* A social security number as typed; whether it is one is judged by the rules. */
#define ROW_NIR(s, m, f)                                                                           \
    {                                                                                              \
        .name = #m, .type = FIELD_ID, .flags = (f), .min = LIMIT_NIR, .max = LIMIT_NIR,            \
        .offset = offsetof(s, m)                                                                   \
    }
#define ROW_DIGITS(s, m, f, n)                                                                     \
    {                                                                                              \
        .name = #m, .type = FIELD_DIGITS, .flags = (f), .min = (n), .max = (n),                    \
        .offset = offsetof(s, m)                                                                   \
    }
#define ROW_TEXT(s, m, f, lo, hi)                                                                  \
    {                                                                                              \
        .name = #m, .type = FIELD_TEXT, .flags = (f), .min = (lo), .max = (hi),                    \
        .offset = offsetof(s, m)                                                                   \
    }
#define ROW_ENUM(s, m, f, w)                                                                       \
    { .name = #m, .type = FIELD_ENUM, .flags = (f), .words = &(w), .offset = offsetof(s, m) }
/* An optional word with a value `d` when absent. */
#define ROW_ENUM_DEFAULT(s, m, f, w, d)                                                            \
    {                                                                                              \
        .name = #m, .type = FIELD_ENUM, .flags = (f), .words = &(w), .offset = offsetof(s, m),     \
        .fallback = (d)                                                                            \
    }
#define ROW_INT32(s, m, f, lo, hi, d)                                                              \
    {                                                                                              \
        .name = #m, .type = FIELD_INT32, .flags = (f), .min = (lo), .max = (hi),                   \
        .offset = offsetof(s, m), .fallback = (d)                                                  \
    }
#define ROW_INT64(s, m, f, lo, hi, d)                                                              \
    {                                                                                              \
        .name = #m, .type = FIELD_INT64, .flags = (f), .min = (lo), .max = (hi),                   \
        .offset = offsetof(s, m), .fallback = (d)                                                  \
    }
#define ROW_BOOLEAN(s, m, f, d)                                                                    \
    { .name = #m, .type = FIELD_BOOLEAN, .flags = (f), .offset = offsetof(s, m), .fallback = (d) }
#define ROW_DATE(s, m, f)                                                                          \
    { .name = #m, .type = FIELD_DATE, .flags = (f), .offset = offsetof(s, m) }
#define ROW_MONTH(s, m, f)                                                                         \
    { .name = #m, .type = FIELD_MONTH, .flags = (f), .offset = offsetof(s, m) }
#define ROW_INSTANT(s, m, f)                                                                       \
    { .name = #m, .type = FIELD_INSTANT, .flags = (f), .offset = offsetof(s, m) }
#define ROW_UUID(s, m, f)                                                                          \
    { .name = #m, .type = FIELD_UUID, .flags = (f), .offset = offsetof(s, m) }
#define ROW_TRISTATE(s, m, f)                                                                      \
    { .name = #m, .type = FIELD_TRISTATE, .flags = (f), .offset = offsetof(s, m) }
/* Read back it is the printed token, as text: a payload is only ever written. */
#define ROW_TOKEN(s, m, f)                                                                         \
    {                                                                                              \
        .name = #m, .type = FIELD_TOKEN, .flags = (f), .min = 1, .max = FIELD_TOKEN_MAX,           \
        .offset = offsetof(s, m)                                                                   \
    }
#define ROW_OBJECT(s, m, f, sh)                                                                    \
    {                                                                                              \
        .name = #m, .type = FIELD_OBJECT, .flags = (f), .offset = offsetof(s, m), .shape = &(sh),  \
        .presence = NO_PRESENCE                                                                    \
    }
/* The same where `has` is a bool of the struct that says whether the object is there. */
#define ROW_OPTIONAL(s, m, f, sh, has)                                                             \
    {                                                                                              \
        .name = #m, .type = FIELD_OBJECT, .flags = (f), .offset = offsetof(s, m), .shape = &(sh),  \
        .presence = offsetof(s, has)                                                               \
    }
#define ROW_LIST(s, m, f, lo, hi, sh)                                                              \
    {                                                                                              \
        .name = #m, .type = FIELD_LIST, .flags = (f), .min = (lo), .max = (hi),                    \
        .offset = offsetof(s, m), .shape = &(sh)                                                   \
    }
#define ROW_LIST_OF(s, m, f, lo, hi, it)                                                           \
    {                                                                                              \
        .name = #m, .type = FIELD_LIST, .flags = (f), .min = (lo), .max = (hi),                    \
        .offset = offsetof(s, m), .item = &(it)                                                    \
    }

/* Items of scalar lists, used by several shapes. */
extern const struct field item_code;  /* codes and free labels, 1..64 code points */
extern const struct field item_name;  /* 1..80 code points */
extern const struct field item_id;    /* ids 1..64 */
extern const struct field item_email; /* text 1..320 */
extern const struct field item_date;  /* days */

#endif
