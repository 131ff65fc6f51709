#include "common/runtime/fold.h"

static void widen(struct fold *fold, int64_t first_offset, int64_t last_offset) {
    if (fold->records == 0 || first_offset < fold->first_offset)
        fold->first_offset = first_offset;
    if (fold->records == 0 || last_offset > fold->last_offset)
        fold->last_offset = last_offset;
}

static void mix(struct uuid *all, const struct uuid *more) {
    for (size_t i = 0; i < UUID_SIZE; i++)
        all->bytes[i] ^= more->bytes[i];
}

void fold_add(struct fold *fold, int64_t offset, const struct uuid *id) {
    widen(fold, offset, offset);
    fold->records++;
    mix(&fold->ids_xor, id);
}

void fold_merge(struct fold *fold, const struct fold *other) {
    if (other->records == 0)
        return;
    widen(fold, other->first_offset, other->last_offset);
    fold->records += other->records;
    mix(&fold->ids_xor, &other->ids_xor);
}

bool fold_has_same_records(const struct fold *a, const struct fold *b) {
    return a->records == b->records && uuid_equal(&a->ids_xor, &b->ids_xor);
}
