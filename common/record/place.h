/* One value at an offset of a struct that is only known by its rows. Copying the bytes is the way
 * that C allows for any type, and compilers turn it into a plain load or store. */
#ifndef GUICHET_RECORD_PLACE_H
#define GUICHET_RECORD_PLACE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/base/slice.h"
#include "common/base/uuid.h"

/* Every list of the structs has this form, with `items` of its own type. */
struct place_list {
    const void *items;
    size_t count;
};

static inline const void *place_at(const void *base, size_t offset) {
    return (const char *)base + offset;
}

static inline void *place_in(void *base, size_t offset) {
    return (char *)base + offset;
}

static inline struct slice place_slice(const void *base, size_t offset) {
    struct slice value;
    memcpy(&value, place_at(base, offset), sizeof(value));
    return value;
}

static inline int32_t place_int32(const void *base, size_t offset) {
    int32_t value;
    memcpy(&value, place_at(base, offset), sizeof(value));
    return value;
}

static inline int64_t place_int64(const void *base, size_t offset) {
    int64_t value;
    memcpy(&value, place_at(base, offset), sizeof(value));
    return value;
}

/* Enums of our own have the size of an int. */
static inline int place_enum(const void *base, size_t offset) {
    int value;
    memcpy(&value, place_at(base, offset), sizeof(value));
    return value;
}

static inline bool place_boolean(const void *base, size_t offset) {
    bool value;
    memcpy(&value, place_at(base, offset), sizeof(value));
    return value;
}

static inline struct uuid place_uuid(const void *base, size_t offset) {
    struct uuid value;
    memcpy(&value, place_at(base, offset), sizeof(value));
    return value;
}

static inline struct place_list place_list(const void *base, size_t offset) {
    struct place_list value;
    memcpy(&value, place_at(base, offset), sizeof(value));
    return value;
}

/* Stores a value of any of these types. */
#define PLACE(base, offset, value) memcpy(place_in(base, offset), &(value), sizeof(value))

#endif
