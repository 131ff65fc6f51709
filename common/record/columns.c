#include "common/record/columns.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "common/base/date.h"
#include "common/record/place.h"
#include "common/record/wire.h"

const struct wire wires[] = {
    [COLUMN_TEXT] = {25, WIRE_SIZE_VARIES},
    [COLUMN_BYTES] = {17, WIRE_SIZE_VARIES},
    [COLUMN_WORD] = {25, WIRE_SIZE_VARIES},
    [COLUMN_INT32] = {23, 4},
    [COLUMN_INT64] = {20, 8},
    [COLUMN_BOOLEAN] = {16, 1},
    [COLUMN_DATE] = {1082, 4},
    [COLUMN_INSTANT] = {1184, 8},
    [COLUMN_UUID] = {2950, UUID_SIZE},
};

static bool refuse(struct error *err, const struct column *column, const char *reason) {
    return error_set(err, ERROR_FATAL, "COLUMNS", "column %s of a result: %s", column->name,
                     reason);
}

static uint32_t decode_be32(const char *data) {
    uint32_t bytes;
    memcpy(&bytes, data, sizeof(bytes));
    return be32toh(bytes);
}

static uint64_t decode_be64(const char *data) {
    uint64_t bytes;
    memcpy(&bytes, data, sizeof(bytes));
    return be64toh(bytes);
}

static bool decode_date(const char *data, int32_t *date) {
    int32_t days = (int32_t)decode_be32(data);
    if (days < -WIRE_DATE_MAX || days > WIRE_DATE_MAX) {
        return false; /* infinity */
    }
    *date = days + WIRE_EPOCH_DAYS;
    return true;
}

/* What is finer than a millisecond is cut off towards the past. */
static bool decode_instant(const char *data, int64_t *instant_ms) {
    int64_t micros = (int64_t)decode_be64(data);
    int64_t ms = micros / 1000 - (micros % 1000 < 0);
    if (ms < -WIRE_INSTANT_MAX_MS || ms > WIRE_INSTANT_MAX_MS) {
        return false; /* infinity */
    }
    *instant_ms = ms + WIRE_EPOCH_MS;
    return true;
}

/* Reads a value that is not NULL and has the size of its type. */
static bool decode(struct arena *arena, const struct column *column, struct slice value,
                   void *row) {
    int32_t int32;
    int64_t int64;
    switch (column->type) {
    case COLUMN_TEXT:
    case COLUMN_BYTES: {
        struct slice copy = arena_copy(arena, value);
        PLACE(row, column->offset, copy);
        return true;
    }
    case COLUMN_WORD:
        int32 = words_value(column->words, value);
        PLACE(row, column->offset, int32);
        return int32 != 0;
    case COLUMN_INT32:
        int32 = (int32_t)decode_be32(value.data);
        PLACE(row, column->offset, int32);
        return true;
    case COLUMN_INT64:
        int64 = (int64_t)decode_be64(value.data);
        PLACE(row, column->offset, int64);
        return true;
    case COLUMN_BOOLEAN: {
        bool holds = value.data[0] != 0;
        PLACE(row, column->offset, holds);
        return true;
    }
    case COLUMN_DATE:
        if (!decode_date(value.data, &int32)) {
            return false;
        }
        PLACE(row, column->offset, int32);
        return true;
    case COLUMN_INSTANT:
        if (!decode_instant(value.data, &int64)) {
            return false;
        }
        PLACE(row, column->offset, int64);
        return true;
    case COLUMN_UUID:
        memcpy(place_in(row, column->offset), value.data, UUID_SIZE);
        return true;
    }
    assert(false); /* not a type of column */
    return false;
}

/* NULL: the absent value, which the zeroed row holds already but for these. */
static bool decode_null(const struct column *column, void *row) {
    static const int32_t no_date = DATE_NONE;
    static const int64_t no_instant = INSTANT_NONE;
    switch (column->type) {
    case COLUMN_INT32:
    case COLUMN_INT64:
    case COLUMN_BOOLEAN:
        return false;
    case COLUMN_DATE:
        PLACE(row, column->offset, no_date);
        return true;
    case COLUMN_INSTANT:
        PLACE(row, column->offset, no_instant);
        return true;
    default:
        return true;
    }
}

static bool check_columns(const struct columns *columns, const PGresult *result,
                          struct error *err) {
    int found = PQnfields(result);
    if ((size_t)found != columns->count) {
        return error_set(err, ERROR_FATAL, "COLUMNS", "a result has %d columns instead of %zu",
                         found, columns->count);
    }
    for (int i = 0; i < found; i++) {
        const struct column *column = &columns->items[i];
        if (strcmp(PQfname(result, i), column->name) != 0) {
            return refuse(err, column, "another one stands in its place");
        }
        if (PQftype(result, i) != wires[column->type].oid) {
            return refuse(err, column, "another type");
        }
        if (PQfformat(result, i) != 1) {
            return refuse(err, column, "not in binary");
        }
    }
    return true;
}

/* One column of all rows. */
static bool read_column(struct arena *arena, const struct columns *columns, int index,
                        const PGresult *result, char *rows, struct error *err) {
    const struct column *column = &columns->items[index];
    int size = wires[column->type].size;
    int count = PQntuples(result);
    for (int i = 0; i < count; i++) {
        void *row = rows + (size_t)i * columns->row_size;
        if (PQgetisnull(result, i, index)) {
            if (!decode_null(column, row)) {
                return refuse(err, column, "NULL");
            }
            continue;
        }
        int length = PQgetlength(result, i, index);
        struct slice value = {PQgetvalue(result, i, index), (size_t)length};
        if ((size != WIRE_SIZE_VARIES && length != size) || !decode(arena, column, value, row)) {
            return refuse(err, column, "a value that is not expected there");
        }
    }
    return true;
}

bool columns_read(struct arena *arena, const struct columns *columns, const PGresult *result,
                  void **rows, size_t *count, struct error *err) {
    if (!check_columns(columns, result, err)) {
        return false;
    }
    size_t rows_count = (size_t)PQntuples(result);
    char *read = arena_array(arena, rows_count, columns->row_size);
    for (size_t i = 0; i < columns->count; i++) {
        if (!read_column(arena, columns, (int)i, result, read, err)) {
            return false;
        }
    }
    *rows = read;
    *count = rows_count;
    return true;
}
