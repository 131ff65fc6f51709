/* Where a sequence of rows of several partitions may be cut, so that what is before the cut are, of
 * each partition, all inputs below some offset, each with all its rows. Pure. */
#ifndef GUICHET_RUNTIME_CUT_H
#define GUICHET_RUNTIME_CUT_H

#include "common/base/arena.h"

struct cut_row {
    size_t place; /* which partition, below the number of them */
    int64_t offset;
};

/* How many rows go together: `enough`, or as few more as make a cut; all if there is none. Rows
 * mostly come in the order of their offsets, but a batch's ticks are decided last. */
size_t cut_after(struct arena *arena, const struct cut_row *rows, size_t count, size_t places,
                 size_t enough);

#endif
