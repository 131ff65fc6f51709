/* How a dead letter holds the record it is about: whole, or without what does not fit its topic. */
#ifndef GUICHET_RUNTIME_DEAD_LETTER_H
#define GUICHET_RUNTIME_DEAD_LETTER_H

#include "common/runtime/output.h"

/* Fills in key, headers and value: those of the original, and after its headers ours. What does not
 * fit is left out: the value, and if that is not enough the original headers and the key too. */
void dead_letter_enclose(struct arena *arena, struct output *output, const struct raw_record *raw,
                         const struct header *added, size_t added_count);

/* The same dead letter for a topic that takes less than it should: without its value, and with
 * headers that say how large that was, and which. The original is left as it is. */
struct output dead_letter_without_value(struct arena *arena, const struct output *whole);

#endif
