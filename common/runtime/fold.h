/* Records of one partition as four numbers that do not depend on the order in which they are told:
 * what was published, by the delivery reports, is compared with what a reader sees. Pure. */
#ifndef GUICHET_RUNTIME_FOLD_H
#define GUICHET_RUNTIME_FOLD_H

#include "common/base/uuid.h"

/* All zero: no records. */
struct fold {
    int64_t first_offset;
    int64_t last_offset;
    int32_t records;
    struct uuid ids_xor; /* of their ids: two of the same leave no trace but their number */
};

void fold_add(struct fold *fold, int64_t offset, const struct uuid *id);

/* Adds what `other` was told to `fold`. */
void fold_merge(struct fold *fold, const struct fold *other);

/* The same records, as far as can be told: as many, with the same ids. Offsets may differ: the
 * bounds of merged folds are those of all their records. */
bool fold_has_same_records(const struct fold *a, const struct fold *b);

#endif
