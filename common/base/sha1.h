/* SHA-1 (FIPS 180-4) of a text that comes in parts. Broken for signatures, and fine here: UUID
 * version 5 is defined by it, and its names are our own. Used by uuid.c alone. */
#ifndef GUICHET_BASE_SHA1_H
#define GUICHET_BASE_SHA1_H

#include <stdint.h>

#include "common/base/slice.h"

enum { SHA1_BLOCK_SIZE = 64, SHA1_DIGEST_SIZE = 20 };

struct sha1_state {
    uint32_t words[5];
    uint64_t total_bytes;
    uint8_t block[SHA1_BLOCK_SIZE]; /* its first total_bytes % 64 bytes wait to be hashed */
};

void sha1_init(struct sha1_state *state);
void sha1_add(struct sha1_state *state, struct slice bytes);
void sha1_finish(struct sha1_state *state, uint8_t digest[SHA1_DIGEST_SIZE]);

#endif
