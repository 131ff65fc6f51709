/* The ids of what was read in output topics against those of what is stored: what is missing, not
 * known, or there twice. Pure. */
#ifndef GUICHET_RUNTIME_COMPARISON_H
#define GUICHET_RUNTIME_COMPARISON_H

#include <stddef.h>

#include "common/base/uuid.h"

enum { COMPARISON_MOST = 2000000 /* ids of either side: 250 MiB in all */ };

enum comparison_outcome {
    COMPARISON_EQUAL,    /* read and stored, or not expected */
    COMPARISON_MISSING,  /* stored and published, and nobody can read it */
    COMPARISON_UNKNOWN,  /* read, but not stored */
    COMPARISON_REPEATED, /* read before, at a lower place or offset */
};

struct read_id {
    struct uuid id;
    int64_t offset;
    uint32_t place;        /* index of the output partition */
    bool may_be_forgotten; /* older than what is stored */
    unsigned char outcome; /* enum comparison_outcome */
};

struct stored_id {
    struct uuid id;
    int64_t input_offset;
    int64_t decided_at; /* orders the entries of one key */
    uint64_t key_hash;  /* of an entry of a compacted topic */
    int32_t sequence;
    uint16_t input; /* index of the input partition */
    uint16_t topic; /* index of the output topic */
    bool is_published;
    bool is_compacted; /* of its key only the latest has to be there */
    bool is_personal;  /* not published any more once its person was erased */
    bool may_be_gone;  /* older than what its topic keeps */
    bool is_read;
    unsigned char outcome;
};

struct comparison {
    struct read_id *read;
    size_t read_count;
    size_t read_capacity;
    struct stored_id *stored;
    size_t stored_count;
    size_t stored_capacity;
};

void comparison_fini(struct comparison *comparison);
void comparison_clear(struct comparison *comparison); /* keeps the memory */

/* False if there are COMPARISON_MOST already. */
bool comparison_add_read(struct comparison *comparison, const struct read_id *read);
bool comparison_add_stored(struct comparison *comparison, const struct stored_id *stored);

/* Sets the outcome of each. Changes their order. */
void comparison_match(struct comparison *comparison);

#endif
