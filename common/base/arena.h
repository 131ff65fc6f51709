/* Memory with the lifetime of a batch: taken piece by piece, given back all at once. There is no
 * single free. An arena is not shared between threads. Running out of memory ends the process:
 * there is nothing sensible to do for one batch that the restart would not do better. */
#ifndef GUICHET_BASE_ARENA_H
#define GUICHET_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/compiler.h"
#include "common/base/slice.h"

struct arena_block;

struct arena {
    struct arena_block *first;
    struct arena_block *current;
    size_t used_bytes; /* handed out since the last reset */
};

/* How far an arena was used at some moment. */
struct arena_mark {
    struct arena_block *block;
    size_t used;
    size_t used_bytes;
};

/* An empty arena; takes no memory before the first use. */
void arena_init(struct arena *arena);

/* Gives all memory back to the system. */
void arena_fini(struct arena *arena);

/* Forgets all pieces; keeps up to `keep_bytes` of blocks for the next use. */
void arena_reset(struct arena *arena, size_t keep_bytes);

/* Forgets all pieces taken since the mark was taken, and keeps their blocks. */
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* `size` bytes, aligned for any type, zeroed. Never NULL. */
void *arena_take(struct arena *arena, size_t size);

/* The same with whatever bytes are there: for what is written over at once. */
void *arena_take_raw(struct arena *arena, size_t size);

/* Makes the piece that was taken last larger or smaller where it lies; bytes that come with it hold
 * whatever is there. False, and nothing is changed, if it is not the last one or its block has no
 * room for that. `size`: as it was taken or last resized. */
bool arena_resize(struct arena *arena, const void *piece, size_t size, size_t new_size);

/* Zeroed array of `count` items of `size` bytes; the product must not overflow (asserted). */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A copy of the bytes, followed by a NUL that is not part of the slice; absent stays absent. */
struct slice arena_copy(struct arena *arena, struct slice s);

/* printf into the arena; the result is followed by a NUL that is not part of the slice. */
struct slice arena_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
