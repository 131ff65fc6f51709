#include "common/base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Under AddressSanitizer, what is not handed out is poisoned: reading past a piece or after a reset
 * is caught although the block is still ours. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#endif
#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(data, size) ((void)(data), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(data, size) ((void)(data), (void)(size))
#endif

enum {
    BLOCK_SIZE_FIRST = 64 * 1024,
    BLOCK_SIZE_MAX = 1024 * 1024,
    ALIGNMENT = _Alignof(max_align_t),
};

/* Blocks form a list in order of use; those after `current` are empty, kept from before a reset. */
struct arena_block {
    struct arena_block *next;
    size_t capacity; /* bytes of data */
    size_t used;
    _Alignas(max_align_t) char data[];
};

static struct arena_block *block_new(size_t capacity) {
    if (capacity > SIZE_MAX - sizeof(struct arena_block)) {
        abort();
    }
    struct arena_block *block = malloc(sizeof(*block) + capacity);
    if (block == NULL) {
        abort();
    }
    block->next = NULL;
    block->capacity = capacity;
    block->used = 0;
    ASAN_POISON_MEMORY_REGION(block->data, capacity);
    return block;
}

static void block_free(struct arena_block *block) {
    ASAN_UNPOISON_MEMORY_REGION(block->data, block->capacity);
    free(block);
}

void arena_init(struct arena *arena) {
    *arena = (struct arena){0};
}

void arena_fini(struct arena *arena) {
    arena_reset(arena, 0);
}

void arena_reset(struct arena *arena, size_t keep_bytes) {
    struct arena_block **link = &arena->first;
    while (*link != NULL) {
        struct arena_block *block = *link;
        if (block->capacity <= keep_bytes) {
            keep_bytes -= block->capacity;
            block->used = 0;
            ASAN_POISON_MEMORY_REGION(block->data, block->capacity);
            link = &block->next;
        } else {
            *link = block->next;
            block_free(block);
        }
    }
    arena->current = arena->first;
    arena->used_bytes = 0;
}

struct arena_mark arena_mark(const struct arena *arena) {
    const struct arena_block *current = arena->current;
    return (struct arena_mark){
        .block = arena->current,
        .used = current == NULL ? 0 : current->used,
        .used_bytes = arena->used_bytes,
    };
}

void arena_rewind(struct arena *arena, struct arena_mark mark) {
    struct arena_block *block = mark.block == NULL ? arena->first : mark.block;
    arena->current = block;
    arena->used_bytes = mark.used_bytes;
    for (size_t used = mark.used; block != NULL; block = block->next, used = 0) {
        block->used = used;
        ASAN_POISON_MEMORY_REGION(block->data + used, block->capacity - used);
    }
}

/* Moves `current` to a block with room for `size` bytes: the next kept one, else a new one. Blocks
 * grow with the arena, so that a large batch asks the system seldom. */
static void arena_advance(struct arena *arena, size_t size) {
    struct arena_block *current = arena->current;
    struct arena_block *next = current == NULL ? arena->first : current->next;
    if (next == NULL || next->capacity < size) {
        size_t capacity = current == NULL ? BLOCK_SIZE_FIRST : 2 * current->capacity;
        capacity = capacity > BLOCK_SIZE_MAX ? BLOCK_SIZE_MAX : capacity;
        struct arena_block *block = block_new(capacity > size ? capacity : size);
        block->next = next;
        if (current == NULL) {
            arena->first = block;
        } else {
            current->next = block;
        }
        next = block;
    }
    arena->current = next;
}

/* Bytes that a piece of that size occupies. */
static size_t step_of(size_t size) {
    if (size > SIZE_MAX - ALIGNMENT) {
        abort();
    }
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *arena_take_raw(struct arena *arena, size_t size) {
    size_t step = step_of(size);
    struct arena_block *block = arena->current;
    if (block == NULL || block->capacity - block->used < step) {
        arena_advance(arena, step);
        block = arena->current;
    }
    char *data = block->data + block->used;
    block->used += step;
    arena->used_bytes += step;
    ASAN_UNPOISON_MEMORY_REGION(data, size);
    return data;
}

bool arena_resize(struct arena *arena, const void *piece, size_t size, size_t new_size) {
    size_t step = step_of(size);
    size_t new_step = step_of(new_size);
    struct arena_block *block = arena->current;
    const char *data = piece;
    if (block == NULL || data + step != block->data + block->used ||
        block->capacity - (block->used - step) < new_step) {
        return false;
    }
    block->used = block->used - step + new_step;
    arena->used_bytes = arena->used_bytes - step + new_step;
    ASAN_POISON_MEMORY_REGION(data, step);
    ASAN_UNPOISON_MEMORY_REGION(data, new_size);
    return true;
}

void *arena_take(struct arena *arena, size_t size) {
    return memset(arena_take_raw(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    assert(size == 0 || count <= SIZE_MAX / size);
    return arena_take(arena, count * size);
}

struct slice arena_copy(struct arena *arena, struct slice s) {
    if (s.data == NULL) {
        return s;
    }
    char *data = arena_take_raw(arena, s.size + 1);
    memcpy(data, s.data, s.size);
    data[s.size] = '\0';
    return (struct slice){data, s.size};
}

struct slice arena_format(struct arena *arena, const char *format, ...) {
    char text[256]; /* nearly always enough: formats once */
    va_list values;
    va_start(values, format);
    int length = vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    assert(length >= 0);
    size_t size = (size_t)length;
    if (size < sizeof(text)) {
        return arena_copy(arena, (struct slice){text, size});
    }
    char *data = arena_take_raw(arena, size + 1);
    va_start(values, format);
    vsnprintf(data, size + 1, format, values);
    va_end(values);
    return (struct slice){data, size};
}
