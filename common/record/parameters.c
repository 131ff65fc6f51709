/* Structs to parameters: the writing half of columns.h. */
#include "common/record/columns.h"

#include <assert.h>
#include <endian.h>
#include <limits.h>
#include <string.h>

#include "common/base/buffer.h"
#include "common/base/date.h"
#include "common/record/place.h"
#include "common/record/wire.h"

enum { FIXED_SIZE_MAX = UUID_SIZE };

static struct slice encode_int32(char fixed[FIXED_SIZE_MAX], int32_t value) {
    uint32_t bytes = htobe32((uint32_t)value);
    memcpy(fixed, &bytes, sizeof(bytes));
    return (struct slice){fixed, sizeof(bytes)};
}

static struct slice encode_int64(char fixed[FIXED_SIZE_MAX], int64_t value) {
    uint64_t bytes = htobe64((uint64_t)value);
    memcpy(fixed, &bytes, sizeof(bytes));
    return (struct slice){fixed, sizeof(bytes)};
}

static struct slice encode_date(char fixed[FIXED_SIZE_MAX], int32_t date) {
    if (date == DATE_NONE) {
        return slice_none();
    }
    assert(date >= -WIRE_DATE_MAX && date <= WIRE_DATE_MAX);
    return encode_int32(fixed, date - WIRE_EPOCH_DAYS);
}

static struct slice encode_instant(char fixed[FIXED_SIZE_MAX], int64_t instant_ms) {
    if (instant_ms == INSTANT_NONE) {
        return slice_none();
    }
    assert(instant_ms >= -WIRE_INSTANT_MAX_MS && instant_ms <= WIRE_INSTANT_MAX_MS);
    return encode_int64(fixed, (instant_ms - WIRE_EPOCH_MS) * 1000);
}

static struct slice encode_uuid(char fixed[FIXED_SIZE_MAX], const struct uuid *uuid) {
    if (uuid_is_zero(uuid)) {
        return slice_none();
    }
    memcpy(fixed, uuid->bytes, UUID_SIZE);
    return (struct slice){fixed, UUID_SIZE};
}

/* The value of a row in PostgreSQL's binary form: in `fixed`, or where the row points; absent for
 * NULL. */
static struct slice encode(const struct column *column, const void *row,
                           char fixed[FIXED_SIZE_MAX]) {
    switch (column->type) {
    case COLUMN_TEXT:
    case COLUMN_BYTES:
        return place_slice(row, column->offset);
    case COLUMN_WORD:
        return slice_of(words_text(column->words, place_enum(row, column->offset)));
    case COLUMN_INT32:
        return encode_int32(fixed, place_int32(row, column->offset));
    case COLUMN_INT64:
        return encode_int64(fixed, place_int64(row, column->offset));
    case COLUMN_BOOLEAN:
        fixed[0] = place_boolean(row, column->offset);
        return (struct slice){fixed, 1};
    case COLUMN_DATE:
        return encode_date(fixed, place_int32(row, column->offset));
    case COLUMN_INSTANT:
        return encode_instant(fixed, place_int64(row, column->offset));
    case COLUMN_UUID: {
        struct uuid uuid = place_uuid(row, column->offset);
        return encode_uuid(fixed, &uuid);
    }
    }
    assert(false); /* not a type of column */
    return slice_none();
}

void parameters_init(struct parameters *parameters, struct arena *arena) {
    parameters->arena = arena;
    parameters->count = 0;
}

static void add(struct parameters *parameters, struct slice value) {
    enum { FORMAT_BINARY = 1 };
    int index = parameters->count++;
    assert(index < PARAMETERS_MAX && value.size <= INT_MAX);
    parameters->values[index] = value.data;
    parameters->lengths[index] = (int)value.size;
    parameters->formats[index] = FORMAT_BINARY;
}

void parameters_add_text(struct parameters *parameters, struct slice text) {
    add(parameters, text);
}

void parameters_add_bytes(struct parameters *parameters, struct slice bytes) {
    add(parameters, bytes);
}

void parameters_add_int32(struct parameters *parameters, int32_t value) {
    add(parameters, encode_int32(arena_take(parameters->arena, FIXED_SIZE_MAX), value));
}

void parameters_add_int64(struct parameters *parameters, int64_t value) {
    add(parameters, encode_int64(arena_take(parameters->arena, FIXED_SIZE_MAX), value));
}

void parameters_add_instant(struct parameters *parameters, int64_t instant_ms) {
    add(parameters, encode_instant(arena_take(parameters->arena, FIXED_SIZE_MAX), instant_ms));
}

void parameters_add_uuid(struct parameters *parameters, const struct uuid *uuid) {
    add(parameters, encode_uuid(arena_take(parameters->arena, FIXED_SIZE_MAX), uuid));
}

/* Rows one after the other, or pointers to them. */
struct row_source {
    const void *rows;
    size_t row_size;
    const void *const *pointers; /* NULL: one after the other */
    size_t count;
};

static const void *row_at(const struct row_source *source, size_t index) {
    return source->pointers != NULL ? source->pointers[index]
                                    : place_at(source->rows, index * source->row_size);
}

/* Bytes of the array's items, so that they are copied once; NULLs of fixed size count as values. */
static size_t items_size(const struct column *column, const struct row_source *source) {
    const struct wire *wire = &wires[column->type];
    if (wire->size != WIRE_SIZE_VARIES) {
        return source->count * (sizeof(uint32_t) + (size_t)wire->size);
    }
    size_t size = source->count * sizeof(uint32_t);
    for (size_t i = 0; i < source->count; i++) {
        char fixed[FIXED_SIZE_MAX];
        size += encode(column, row_at(source, i), fixed).size;
    }
    return size;
}

/* A one-dimensional array as array_recv() reads it: dimensions, whether there is a NULL, type of an
 * item; length and lower bound; then each item's size (-1: NULL) and bytes. */
static struct slice encode_array(struct arena *arena, const struct column *column,
                                 const struct row_source *source) {
    enum { HEAD_SIZE = 20, HAS_NULL_OFFSET = 4 };
    const struct wire *wire = &wires[column->type];
    struct buffer array;
    bool has_null = false;

    assert(source->count <= INT32_MAX);
    buffer_init(&array, arena, HEAD_SIZE + items_size(column, source));
    buffer_append_be32(&array, source->count > 0 ? 1 : 0);
    buffer_append_be32(&array, 0);
    buffer_append_be32(&array, wire->oid);
    if (source->count == 0) {
        return buffer_slice(&array);
    }
    buffer_append_be32(&array, (uint32_t)source->count);
    buffer_append_be32(&array, 1);
    for (size_t i = 0; i < source->count; i++) {
        char fixed[FIXED_SIZE_MAX];
        struct slice value = encode(column, row_at(source, i), fixed);
        assert(value.size <= INT_MAX);
        bool is_null = value.data == NULL;
        uint32_t size_be = htobe32(is_null ? UINT32_MAX : (uint32_t)value.size);
        char *to = buffer_reserve(&array, sizeof(size_be) + value.size);
        memcpy(to, &size_be, sizeof(size_be));
        if (!is_null) {
            memcpy(to + sizeof(size_be), value.data, value.size);
        }
        array.size += sizeof(size_be) + value.size;
        has_null |= is_null;
    }
    uint32_t has_null_be = htobe32(has_null);
    memcpy(array.data + HAS_NULL_OFFSET, &has_null_be, sizeof(has_null_be));
    return buffer_close(&array);
}

static void add_arrays(struct parameters *parameters, const struct columns *columns,
                       const struct row_source *source) {
    for (size_t i = 0; i < columns->count; i++) {
        add(parameters, encode_array(parameters->arena, &columns->items[i], source));
    }
}

void parameters_add_rows(struct parameters *parameters, const struct columns *columns,
                         const void *rows, size_t count) {
    const struct row_source source = {.rows = rows, .row_size = columns->row_size, .count = count};
    add_arrays(parameters, columns, &source);
}

void parameters_add_row_pointers(struct parameters *parameters, const struct columns *columns,
                                 const void *const *rows, size_t count) {
    const struct row_source source = {.pointers = rows, .count = count};
    add_arrays(parameters, columns, &source);
}
