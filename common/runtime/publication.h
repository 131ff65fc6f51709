/* What goes to Kafka in one transaction: outputs of some inputs, and the offsets they take their
 * partitions to. */
#ifndef GUICHET_RUNTIME_PUBLICATION_H
#define GUICHET_RUNTIME_PUBLICATION_H

#include "common/runtime/output.h"
#include "common/runtime/progress.h"

/* The outputs of one input, and what they share. */
struct record_outputs {
    struct output_context context;
    const struct output *first;
    const struct record_outputs *next;
};

/* Owned by the publisher from submit on; `release` gives it back (on the publisher's thread). */
struct publication {
    struct publication *next;
    const struct record_outputs *records;
    size_t outputs_count;
    const struct span *spans;
    size_t spans_count;
    void (*release)(struct publication *publication);
    void *owner;
};

#endif
