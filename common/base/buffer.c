#include "common/base/buffer.h"

#include <assert.h>
#include <string.h>

enum { BUFFER_CAPACITY_MIN = 64, INT64_TEXT_SIZE = 20 }; /* 19 digits and a minus */

void buffer_init(struct buffer *buffer, struct arena *arena, size_t capacity) {
    *buffer = (struct buffer){
        .arena = arena,
        .data = arena_take_raw(arena, capacity),
        .capacity = capacity,
    };
}

/* Kept out of line: appending is hot, growing is rare. */
static void buffer_grow(struct buffer *buffer, size_t size) {
    assert(size <= SIZE_MAX / 2 - buffer->size);
    size_t needed = buffer->size + size;
    size_t capacity =
        buffer->capacity < BUFFER_CAPACITY_MIN ? BUFFER_CAPACITY_MIN : 2 * buffer->capacity;
    capacity = capacity < needed ? needed : capacity;
    if (!arena_resize(buffer->arena, buffer->data, buffer->capacity, capacity)) {
        char *data = arena_take_raw(buffer->arena, capacity);
        memcpy(data, buffer->data, buffer->size);
        buffer->data = data;
    }
    buffer->capacity = capacity;
}

char *buffer_reserve(struct buffer *buffer, size_t size) {
    if (buffer->capacity - buffer->size < size) {
        buffer_grow(buffer, size);
    }
    return buffer->data + buffer->size;
}

void buffer_append(struct buffer *buffer, const void *data, size_t size) {
    if (size == 0) {
        return; /* data may be NULL */
    }
    memcpy(buffer_reserve(buffer, size), data, size);
    buffer->size += size;
}

void buffer_append_slice(struct buffer *buffer, struct slice s) {
    buffer_append(buffer, s.data, s.size);
}

void buffer_append_text(struct buffer *buffer, const char *text) {
    buffer_append(buffer, text, strlen(text));
}

void buffer_append_byte(struct buffer *buffer, char byte) {
    *buffer_reserve(buffer, 1) = byte;
    buffer->size++;
}

void buffer_append_int64(struct buffer *buffer, int64_t value) {
    char digits[INT64_TEXT_SIZE];
    size_t at = sizeof(digits);
    /* Negated as unsigned: INT64_MIN has no positive twin. */
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        digits[--at] = '-';
    }
    buffer_append(buffer, digits + at, sizeof(digits) - at);
}

void buffer_append_be32(struct buffer *buffer, uint32_t value) {
    char *data = buffer_reserve(buffer, sizeof(value));
    for (size_t i = 0; i < sizeof(value); i++) {
        data[i] = (char)(unsigned char)(value >> (24 - 8 * i));
    }
    buffer->size += sizeof(value);
}

struct slice buffer_slice(const struct buffer *buffer) {
    return (struct slice){buffer->data, buffer->size};
}

struct slice buffer_close(struct buffer *buffer) {
    if (arena_resize(buffer->arena, buffer->data, buffer->capacity, buffer->size)) {
        buffer->capacity = buffer->size;
    }
    return buffer_slice(buffer);
}
