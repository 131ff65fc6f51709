/* A hash table from one or two slices to a pointer, on an arena: the working set's index. Keys are
 * not copied; they must live as long as the map. There is no removal. Iterate over your own array.
 */
#ifndef GUICHET_BASE_MAP_H
#define GUICHET_BASE_MAP_H

#include "common/base/arena.h"

struct map_slot;

struct map {
    struct arena *arena;
    struct map_slot *slots; /* a power of two of them */
    size_t capacity;
    size_t count;
};

/* An empty map with room for about `expected` keys; it grows by itself. */
void map_init(struct map *map, struct arena *arena, size_t expected);

/* The value put under (first, second), or NULL. An absent `second` is a key of its own. */
void *map_get(const struct map *map, struct slice first, struct slice second);

/* Puts or replaces; `value` must not be NULL (asserted). */
void map_put(struct map *map, struct slice first, struct slice second, void *value);

#endif
