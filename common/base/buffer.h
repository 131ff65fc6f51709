/* A growing byte buffer on an arena: for JSON, packed rows and parameters. It grows in place while
 * nothing else is taken from the arena, else by a copy, doubling: what was written stays valid for
 * the arena's lifetime but may move. */
#ifndef GUICHET_BASE_BUFFER_H
#define GUICHET_BASE_BUFFER_H

#include <stdint.h>

#include "common/base/arena.h"

struct buffer {
    struct arena *arena;
    char *data;
    size_t size;
    size_t capacity;
};

/* Starts an empty buffer with room for `capacity` bytes. */
void buffer_init(struct buffer *buffer, struct arena *arena, size_t capacity);

/* Makes room for `size` more bytes and returns where they go; the caller adds to `buffer->size`
 * what he wrote. */
char *buffer_reserve(struct buffer *buffer, size_t size);

void buffer_append(struct buffer *buffer, const void *data, size_t size);
void buffer_append_slice(struct buffer *buffer, struct slice s);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_byte(struct buffer *buffer, char byte);

/* Decimal digits with a minus where needed. */
void buffer_append_int64(struct buffer *buffer, int64_t value);

/* Big-endian (network order), as PostgreSQL's binary formats want it. */
void buffer_append_be32(struct buffer *buffer, uint32_t value);

/* What was written so far. */
struct slice buffer_slice(const struct buffer *buffer);

/* The same when nothing is added any more: room that is left goes back to the arena, if nothing was
 * taken from it since. */
struct slice buffer_close(struct buffer *buffer);

#endif
