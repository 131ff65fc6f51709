#include "common/base/map.h"

#include <assert.h>

enum { MAP_CAPACITY_MIN = 16 };

/* Open addressing with linear probing: without removal there are no tombstones, and a probe ends at
 * the first empty slot. The hash is kept to compare cheaply and to grow without hashing again. */
struct map_slot {
    uint64_t hash;
    struct slice first;
    struct slice second;
    void *value; /* NULL: empty */
};

/* The low bits pick the slot, so the high ones are folded in. */
static uint64_t key_hash(struct slice first, struct slice second) {
    uint64_t hash = slice_hash(first);
    if (second.data != NULL) {
        hash = (hash ^ (slice_hash(second) >> 1)) * 0x9E3779B97F4A7C15U;
    }
    return hash ^ (hash >> 32);
}

/* The slot that holds the key, or the empty one where it belongs. */
static struct map_slot *slot_find(struct map_slot *slots, size_t capacity, uint64_t hash,
                                  struct slice first, struct slice second) {
    size_t mask = capacity - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct map_slot *slot = &slots[i];
        if (slot->value == NULL || (slot->hash == hash && slice_equal(slot->first, first) &&
                                    slice_equal(slot->second, second))) {
            return slot;
        }
    }
}

/* At most three quarters of the slots are ever taken. */
static bool is_full(size_t count, size_t capacity) {
    return count >= capacity / 4 * 3;
}

static void map_grow(struct map *map) {
    size_t capacity = 2 * map->capacity;
    struct map_slot *slots = arena_array(map->arena, capacity, sizeof(*slots));
    for (size_t i = 0; i < map->capacity; i++) {
        const struct map_slot *old = &map->slots[i];
        if (old->value != NULL) {
            *slot_find(slots, capacity, old->hash, old->first, old->second) = *old;
        }
    }
    map->slots = slots;
    map->capacity = capacity;
}

void map_init(struct map *map, struct arena *arena, size_t expected) {
    assert(expected <= SIZE_MAX / 4);
    size_t capacity = MAP_CAPACITY_MIN;
    while (is_full(expected, capacity)) {
        capacity *= 2;
    }
    *map = (struct map){
        .arena = arena,
        .slots = arena_array(arena, capacity, sizeof(struct map_slot)),
        .capacity = capacity,
    };
}

void *map_get(const struct map *map, struct slice first, struct slice second) {
    if (map->count == 0) {
        return NULL; /* often so, and cheaper to tell than by hashing */
    }
    return slot_find(map->slots, map->capacity, key_hash(first, second), first, second)->value;
}

void map_put(struct map *map, struct slice first, struct slice second, void *value) {
    assert(value != NULL);
    if (is_full(map->count, map->capacity)) {
        map_grow(map);
    }
    uint64_t hash = key_hash(first, second);
    struct map_slot *slot = slot_find(map->slots, map->capacity, hash, first, second);
    map->count += slot->value == NULL;
    *slot = (struct map_slot){hash, first, second, value};
}
