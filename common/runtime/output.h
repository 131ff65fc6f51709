/* An output event between decision and Kafka, and its packed form in the journal. Everything a
 * reader will see is derived from what is kept here, so that an output published after a restart is
 * the same to the byte. Packed: what is personal is sealed under the person's key of the journal
 * row. */
#ifndef GUICHET_RUNTIME_OUTPUT_H
#define GUICHET_RUNTIME_OUTPUT_H

#include "common/record/document.h"
#include "common/record/message.h"
#include "common/runtime/keyring.h"

struct output {
    struct output *next;
    struct slice topic;
    struct slice key;             /* absent: no key */
    struct uuid id;               /* ce_id */
    struct slice type;            /* absent: a dead letter, which has only its own headers */
    struct slice subject;         /* ce_subject */
    struct document value;        /* of a dead letter: `open` is the original value, or absent */
    const struct header *headers; /* dead letter: the original ones and the dlq_ ones */
    size_t headers_count;
    bool is_erased; /* unpacked: it had a personal part, whose key is gone */
};

/* What all outputs of one input share; in the journal these are columns. */
struct output_context {
    const char *worker;
    int64_t decided_at_ms;
    struct slice causation_id;
    struct slice correlation_id;
    struct slice traceparent;
    struct slice tracestate;
};

/* Packs a list of outputs, sealing personal parts under `key` (PRESENT; may be NULL if nothing is
 * personal). */
struct slice output_pack(struct arena *arena, const struct keyring *keyring,
                         const struct person_key *key, const struct output *first, size_t count);

/* Key, value and headers of a record in one piece, to be kept as it came. */
struct slice output_pack_record(struct arena *arena, struct slice key, struct slice value,
                                const struct header *headers, size_t count);
/* Back to a record; its place is left alone. ERROR_FATAL for bytes that are no packing. */
MUST_CHECK bool output_unpack_record(struct arena *arena, struct slice packed,
                                     struct raw_record *raw, struct error *err);

/* The reverse of output_pack. With an ABSENT key personal parts stay absent, and the outputs that
 * had one are erased. ERROR_FATAL for bytes that are no packing. */
MUST_CHECK bool output_unpack(struct arena *arena, const struct keyring *keyring,
                              const struct person_key *key, struct slice packed,
                              struct output **first, size_t *count, struct error *err);

/* Leaves of unpacked outputs what may still be published: without its personal part an entry of a
 * compacted topic is a tombstone, and anything else (a mail to nobody, an empty dead letter) is
 * left out. `count` is how many are left. */
void output_withdraw_erased(struct output **first, size_t *count);

/* The headers a reader sees, in the arena. */
void output_headers(struct arena *arena, const struct output_context *context,
                    const struct output *output, const struct header **headers, size_t *count);

#endif
