/* Seeded random numbers for property tests: the same run every time (splitmix64). */
#ifndef GUICHET_TESTS_RANDOM_H
#define GUICHET_TESTS_RANDOM_H

#include <stdint.h>

static inline uint64_t random_next(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

/* At least `min`, less than `end`. */
static inline int64_t random_between(uint64_t *state, int64_t min, int64_t end) {
    return min + (int64_t)(random_next(state) % (uint64_t)(end - min));
}

#endif
