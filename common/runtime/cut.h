/* Where a stored batch may be cut, so that its rows are published in more than one transaction: of
 * each partition a transaction holds all inputs below some offset, each with all its rows. */
#ifndef GUICHET_RUNTIME_CUT_H
#define GUICHET_RUNTIME_CUT_H

#include <stdint.h>

#include "common/base/arena.h"

/* A row of the batch, which are given in the order of deciding. */
struct cut_row {
    size_t place; /* its partition, as a number below `places_count` */
    int64_t offset;
};

/* Zeroed: a batch without rows. */
struct cutting {
    const struct cut_row *rows;
    size_t count;
    size_t taken;     /* rows that are cut off */
    int64_t *behind;  /* for each row the lowest offset of its partition behind it */
    int64_t *highest; /* of each partition, of what is taken */
    bool *is_torn;    /* it may not be cut here */
};

/* Keeps `rows`; all else is in the arena. */
void cutting_init(struct cutting *cutting, struct arena *arena, const struct cut_row *rows,
                  size_t count, size_t places_count);

/* Cuts off so many rows, at least 1, or some more, where the batch may be cut; all that is left if
 * it may not before its end. Returns how many. Mostly the order of deciding is that of the offsets,
 * but a batch's ticks were decided last. */
size_t cutting_next(struct cutting *cutting, size_t enough);

#endif
