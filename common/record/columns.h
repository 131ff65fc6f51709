/* Rows of structs to PostgreSQL parameters and back, by column rows. Everything travels in binary:
 * a set of n structs becomes one array parameter per column (for unnest), a result becomes an array
 * of structs. NULL ↔ the absent value of the type; integers and booleans are never NULL. */
#ifndef GUICHET_RECORD_COLUMNS_H
#define GUICHET_RECORD_COLUMNS_H

#include <libpq-fe.h>

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/uuid.h"
#include "common/base/words.h"

/* clang-format off */
enum column_type {   /* in the struct    in SQL          absent */
    COLUMN_TEXT = 1, /* struct slice     text            data == NULL */
    COLUMN_BYTES,    /* struct slice     bytea           data == NULL */
    COLUMN_WORD,     /* an enum (int)    text            0 */
    COLUMN_INT32,    /* int32_t          integer         - */
    COLUMN_INT64,    /* int64_t          bigint          - */
    COLUMN_BOOLEAN,  /* bool             boolean         - */
    COLUMN_DATE,     /* int32_t, days    date            DATE_NONE */
    COLUMN_INSTANT,  /* int64_t, ms      timestamptz     INSTANT_NONE */
    COLUMN_UUID,     /* struct uuid      uuid            all zero */
};
/* clang-format on */

struct column {
    const char *name; /* as in the statement's result; for parameters only documentation */
    enum column_type type;
    size_t offset;
    const struct words *words; /* COLUMN_WORD */
};

struct columns {
    const struct column *items;
    size_t count;
    size_t row_size;
};

#define COLUMNS_OF(struct_type, rows)                                                              \
    { rows, sizeof(rows) / sizeof((rows)[0]), sizeof(struct_type) }
#define COLUMN_AT(column_type, struct_type, member)                                                \
    { #member, column_type, offsetof(struct_type, member), NULL }
#define COLUMN_WORD_AT(struct_type, member, table)                                                 \
    { #member, COLUMN_WORD, offsetof(struct_type, member), &(table) }

enum { PARAMETERS_MAX = 48 };

/* Parameters of one execution, ready for PQsendQueryPrepared (all binary). */
struct parameters {
    struct arena *arena;
    int count;
    const char *values[PARAMETERS_MAX];
    int lengths[PARAMETERS_MAX];
    int formats[PARAMETERS_MAX];
};

void parameters_init(struct parameters *parameters, struct arena *arena);

/* Scalars; absent becomes NULL. The bytes of a text stay the caller's until they are sent. */
void parameters_add_text(struct parameters *parameters, struct slice text);
void parameters_add_bytes(struct parameters *parameters, struct slice bytes);
void parameters_add_int32(struct parameters *parameters, int32_t value);
void parameters_add_int64(struct parameters *parameters, int64_t value);
void parameters_add_instant(struct parameters *parameters, int64_t instant_ms);
void parameters_add_uuid(struct parameters *parameters, const struct uuid *uuid);

/* One array parameter per column, in the arena, over `count` structs that lie `columns->row_size`
 * apart. */
void parameters_add_rows(struct parameters *parameters, const struct columns *columns,
                         const void *rows, size_t count);

/* The same over an array of pointers to structs. */
void parameters_add_row_pointers(struct parameters *parameters, const struct columns *columns,
                                 const void *const *rows, size_t count);

/* A binary result to an array of structs in the arena. ERROR_FATAL if the result's columns are not
 * those named (same order, same types) or a value has a form that is not expected: that is our own
 * bug or a foreign schema. */
MUST_CHECK bool columns_read(struct arena *arena, const struct columns *columns,
                             const PGresult *result, void **rows, size_t *count, struct error *err);

#endif
