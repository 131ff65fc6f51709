#include "common/base/sha1.h"

#include <string.h>

#include "common/base/uuid.h"

static uint32_t rotate(uint32_t word, int bits) {
    return word << bits | word >> (32 - bits);
}

static uint32_t load_be32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Word `t` of the block's schedule, made in place of the one sixteen before it: a schedule of all
 * eighty words at once takes twice the time. */
static uint32_t scheduled(uint32_t w[16], size_t t) {
    if (t >= 16) {
        w[t % 16] = rotate(w[(t - 3) % 16] ^ w[(t - 8) % 16] ^ w[(t - 14) % 16] ^ w[t % 16], 1);
    }
    return w[t % 16];
}

static void hash_block(uint32_t words[5], const uint8_t block[SHA1_BLOCK_SIZE]) {
    uint32_t w[16];
    for (size_t t = 0; t < 16; t++) {
        w[t] = load_be32(block + 4 * t);
    }
    uint32_t a = words[0];
    uint32_t b = words[1];
    uint32_t c = words[2];
    uint32_t d = words[3];
    uint32_t e = words[4];
    for (size_t t = 0; t < 80; t++) {
        uint32_t mix;
        if (t < 20) {
            mix = ((b & c) | (~b & d)) + 0x5A827999U;
        } else if (t < 40) {
            mix = (b ^ c ^ d) + 0x6ED9EBA1U;
        } else if (t < 60) {
            mix = ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDCU;
        } else {
            mix = (b ^ c ^ d) + 0xCA62C1D6U;
        }
        uint32_t next = rotate(a, 5) + mix + e + scheduled(w, t);
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    words[0] += a;
    words[1] += b;
    words[2] += c;
    words[3] += d;
    words[4] += e;
}

void sha1_init(struct sha1_state *state) {
    *state = (struct sha1_state){
        .words = {0x67452301U, 0xEFCDAB89U, 0x98BADCFEU, 0x10325476U, 0xC3D2E1F0U},
    };
}

void sha1_add(struct sha1_state *state, struct slice bytes) {
    const char *data = bytes.data;
    size_t left = bytes.size;
    while (left > 0) {
        size_t used = state->total_bytes % SHA1_BLOCK_SIZE;
        size_t part = SHA1_BLOCK_SIZE - used < left ? SHA1_BLOCK_SIZE - used : left;
        memcpy(state->block + used, data, part);
        state->total_bytes += part;
        data += part;
        left -= part;
        if (used + part == SHA1_BLOCK_SIZE) {
            hash_block(state->words, state->block);
        }
    }
}

void sha1_finish(struct sha1_state *state, uint8_t digest[SHA1_DIGEST_SIZE]) {
    uint64_t bits = state->total_bytes * 8;
    size_t used = state->total_bytes % SHA1_BLOCK_SIZE;
    /* A one bit, zeros, and the length in bits at a block's end: a further block if it is full. */
    state->block[used++] = 0x80;
    if (used > SHA1_BLOCK_SIZE - sizeof(bits)) {
        memset(state->block + used, 0, SHA1_BLOCK_SIZE - used);
        hash_block(state->words, state->block);
        used = 0;
    }
    memset(state->block + used, 0, SHA1_BLOCK_SIZE - used);
    for (size_t i = 0; i < sizeof(bits); i++) {
        state->block[SHA1_BLOCK_SIZE - 1 - i] = (uint8_t)(bits >> (8 * i));
    }
    hash_block(state->words, state->block);
    for (size_t i = 0; i < SHA1_DIGEST_SIZE; i++) {
        digest[i] = (uint8_t)(state->words[i / 4] >> (24 - 8 * (i % 4)));
    }
}

void sha1(struct slice bytes, uint8_t digest[20]) {
    struct sha1_state state;
    sha1_init(&state);
    sha1_add(&state, bytes);
    sha1_finish(&state, digest);
}
