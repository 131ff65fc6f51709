/* Kafka messages to decoded records: the first step of a batch. */
#ifndef GUICHET_RUNTIME_INTAKE_H
#define GUICHET_RUNTIME_INTAKE_H

#include "common/runtime/loop.h"

/* Decodes the memory's messages into records of its arena, in order; what cannot be decoded has its
 * fault. Those of partitions that are not consumed, or that lie before what is decided, are left
 * out. Returns how many there are. */
size_t intake_decode(struct loop *loop, struct memory *memory, struct record **records);

#endif
