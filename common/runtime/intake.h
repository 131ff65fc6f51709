/* Kafka messages to decoded records: the first step of a batch. */
#ifndef GUICHET_RUNTIME_INTAKE_H
#define GUICHET_RUNTIME_INTAKE_H

#include "common/runtime/loop.h"

/* Decodes the memory's messages into records of its arena, in order; what cannot be decoded has its
 * fault. Those of partitions that are not consumed, or that lie before what is decided, are left
 * out. Returns how many there are. */
size_t intake_decode(struct loop *loop, struct memory *memory, struct record **records);

/* Decodes the one record whose `raw` is given: its message and fingerprint, or its fault. Nothing
 * stays in `scratch`. */
void intake_read(const struct worker *worker, const struct vault *vault, struct arena *arena,
                 struct arena *scratch, struct record *record);

#endif
