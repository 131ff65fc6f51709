/* links: record */
/* Rows of a result to structs, one column of each type. The bytes: one says what is wrong with the
 * result's columns (0: nothing); then of each value its length, 255 for NULL, and its bytes. What
 * is accepted is bound as parameters again. */
#include <libpq-fe.h>

#include "common/base/compiler.h"
#include "common/record/columns.h"
#include "tests/fuzz/fuzz.h"

enum colour { COLOUR_RED = 1, COLOUR_GREEN };
WORDS(colour_words, "red", "green");

struct row {
    struct slice text;
    struct slice bytes;
    enum colour colour;
    int32_t small;
    int64_t large;
    bool flag;
    int32_t day;
    int64_t at;
    struct uuid uuid;
};

static const struct column items[] = {
    COLUMN_AT(COLUMN_TEXT, struct row, text),         COLUMN_AT(COLUMN_BYTES, struct row, bytes),
    COLUMN_WORD_AT(struct row, colour, colour_words), COLUMN_AT(COLUMN_INT32, struct row, small),
    COLUMN_AT(COLUMN_INT64, struct row, large),       COLUMN_AT(COLUMN_BOOLEAN, struct row, flag),
    COLUMN_AT(COLUMN_DATE, struct row, day),          COLUMN_AT(COLUMN_INSTANT, struct row, at),
    COLUMN_AT(COLUMN_UUID, struct row, uuid),
};
static const struct columns columns = COLUMNS_OF(struct row, items);

/* pg_type.dat */
static const Oid oids[] = {25, 17, 25, 23, 20, 16, 1082, 1184, 2950};

enum { ROWS_MAX = 64, LENGTH_NULL = 255, COLUMNS_COUNT = COUNT_OF(items) };

enum damage { DAMAGE_NONE, DAMAGE_COUNT, DAMAGE_NAME, DAMAGE_TYPE, DAMAGE_FORMAT };

static PGresult *empty_result(enum damage damage, size_t where) {
    PGresAttDesc attributes[COLUMNS_COUNT] = {0};
    for (size_t i = 0; i < COLUMNS_COUNT; i++) {
        bool is_here = i == where;
        const char *name = is_here && damage == DAMAGE_NAME ? "other" : items[i].name;
        attributes[i] = (PGresAttDesc){
            .name = (char *)(uintptr_t)name,
            .format = !(is_here && damage == DAMAGE_FORMAT),
            .typid = is_here && damage == DAMAGE_TYPE ? 700 : oids[i], /* float4 */
            .typlen = -1,
        };
    }
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    int count = damage == DAMAGE_COUNT ? (int)where : COLUMNS_COUNT;
    demand(result != NULL && PQsetResultAttrs(result, count, attributes) != 0, "a result", NULL);
    return result;
}

/* The values that the bytes give, row by row; a row cut short is completed by NULLs. */
static void fill(PGresult *result, struct slice rest) {
    for (int row = 0; row < ROWS_MAX && rest.size > 0; row++) {
        for (int i = 0; i < PQnfields(result); i++) {
            size_t size = rest.size == 0 ? LENGTH_NULL : (unsigned char)rest.data[0];
            size_t left = rest.size == 0 ? 0 : rest.size - 1;
            const char *value = rest.data + (rest.size > 0);
            bool is_null = size == LENGTH_NULL;
            size = is_null ? 0 : size > left ? left : size;
            demand(PQsetvalue(result, row, i, (char *)(uintptr_t)(is_null ? NULL : value),
                              is_null ? -1 : (int)size) != 0,
                   "a value of the result", NULL);
            rest = (struct slice){value + size, left - size};
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) {
        return -1;
    }
    enum damage damage = data[0] % (DAMAGE_FORMAT + 1);
    PGresult *result = empty_result(damage, data[0] / (DAMAGE_FORMAT + 1) % COLUMNS_COUNT);
    if (PQnfields(result) > 0) {
        fill(result, (struct slice){(const char *)data + 1, size - 1});
    }
    struct arena arena;
    struct error err = {0};
    void *rows = NULL;
    size_t count = 0;
    arena_init(&arena);
    bool is_read = columns_read(&arena, &columns, result, &rows, &count, &err);
    demand(!is_read || damage == DAMAGE_NONE, "a foreign result is refused", NULL);
    demand(!is_read || count == (size_t)PQntuples(result), "all rows are read", NULL);
    demand(is_read || err.class == ERROR_FATAL, "a result is refused as our own fault", &err);
    if (is_read) {
        struct parameters parameters;
        parameters_init(&parameters, &arena);
        parameters_add_rows(&parameters, &columns, rows, count);
        demand(parameters.count == COLUMNS_COUNT, "what was read can be bound", NULL);
    }
    PQclear(result);
    arena_fini(&arena);
    return 0;
}
