/* Sets of rows. What a batch asks of a table, or has changed in it, goes in one statement, one
 * array a column; nothing asked or changed is no statement at all. */
#ifndef GUICHET_RUNTIME_ROWS_H
#define GUICHET_RUNTIME_ROWS_H

#include "common/runtime/batch.h"

/* Structs that lie one after the other (`items`), or scattered (`pointers` to them). */
struct rows {
    const struct columns *columns;
    const void *items;
    const void *const *pointers;
    size_t count;
};

struct rows rows_of(const struct columns *columns, const void *items, size_t count);
/* `pointers`: an array of pointers to them. */
struct rows rows_at(const struct columns *columns, const void *pointers, size_t count);

/* How many rows of a key may be read, and how many of all. */
struct rows_bounds {
    int32_t per_key;
    int32_t most;
};

/* Reads the rows of `keys` into structs in the arena; without keys: none. The statement takes the
 * columns of the keys and nothing else. Errors as of db_query. */
MUST_CHECK bool rows_load(struct batch *batch, const struct statement *statement, struct rows keys,
                          const struct columns *columns, void **found, size_t *count,
                          struct error *err);

/* The same, the first ones of each key: the statement takes the bounds after the keys. */
MUST_CHECK bool rows_load_first(struct batch *batch, const struct statement *statement,
                                struct rows keys, struct rows_bounds bounds,
                                const struct columns *columns, void **found, size_t *count,
                                struct error *err);

/* Writes the rows; the statement takes their columns and nothing else. Errors as of db_run. */
MUST_CHECK bool rows_store(struct batch *batch, const struct statement *statement, struct rows rows,
                           struct error *err);

/* What most tables are asked for: a subject of an employer. */
struct subject_key {
    struct slice siren;
    struct slice subject;
};
extern const struct columns subject_key_columns;

/* The subjects of that sort ("contract/") which the batch's timers say have come, or were waited
 * for long enough: keys without the sort. */
struct rows rows_waited_for(const struct batch *batch, const char *sort);

/* Over slices: SIRENs alone. */
extern const struct columns siren_columns;

#endif
