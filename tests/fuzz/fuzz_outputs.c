/* links: runtime */
/* Outputs as the journal keeps them. The first byte says what the others are: a whole packing, read
 * without a key, with an erased one and with one that opens nothing; or what lies sealed in one,
 * put there under a key that opens it, of a dead letter or of a document. What is accepted is
 * joined, as for publishing, and has its headers. */
#include "common/base/buffer.h"
#include "common/runtime/output.h"
#include "tests/fuzz/fuzz.h"

enum content { CONTENT_PACKING, CONTENT_DEAD_LETTER, CONTENT_DOCUMENT, CONTENTS_COUNT };

static const struct output_context context = {
    .worker = "affiliation",
    .decided_at_ms = INT64_C(1793000000000),
    .causation_id = SLICE_LITERAL("e-1"),
    .correlation_id = SLICE_LITERAL("c-1"),
};

static void publish(struct arena *arena, const struct output *first, size_t count) {
    size_t found = 0;
    for (const struct output *output = first; output != NULL; output = output->next) {
        const struct header *headers = NULL;
        size_t headers_count = 0;
        struct slice json;
        struct error err;
        output_headers(arena, &context, output, &headers, &headers_count);
        (void)document_join(arena, output->value, NULL, &json, &err);
        found++;
    }
    demand(found == count, "there are as many outputs as are told", NULL);
}

static void unpack(struct arena *arena, const struct keyring *keyring, const struct person_key *key,
                   struct slice packed) {
    struct output *first = NULL;
    size_t count = 0;
    struct error err = {0};
    if (!output_unpack(arena, keyring, key, packed, &first, &count, &err)) {
        demand(err.class == ERROR_FATAL, "what is no packing is refused", &err);
        return;
    }
    publish(arena, first, count);
    packed.size -= packed.size > 0;
    demand(packed.size == 0 || !output_unpack(arena, keyring, key, packed, &first, &count, &err),
           "a packing that is cut short is refused", NULL);
}

static void put(struct buffer *buffer, struct slice s) {
    buffer_append_be32(buffer, slice_is_present(s) ? (uint32_t)s.size : UINT32_MAX);
    buffer_append_slice(buffer, s);
}

/* One output whose sealed part opens to the bytes; of a document, the first line is its open part.
 */
static struct slice packing_of(struct arena *arena, const struct person_key *key,
                               enum content content, struct slice bytes) {
    static const struct uuid id = {{1}};
    bool is_document = content == CONTENT_DOCUMENT;
    struct slice open = is_document ? cut(&bytes, '\n') : slice_none();
    struct buffer buffer;
    buffer_init(&buffer, arena, bytes.size + 256);
    buffer_append_be32(&buffer, 1);
    put(&buffer, slice_of("dead-letters.v1"));
    buffer_append(&buffer, id.bytes, UUID_SIZE);
    put(&buffer, is_document ? slice_of("guichet.roster.entry.v1") : slice_none());
    put(&buffer, slice_none());
    put(&buffer, slice_none());
    put(&buffer, open);
    put(&buffer, vault_seal(arena, key->key, bytes));
    return buffer_slice(&buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) {
        return -1;
    }
    static const struct vault vault = {.wrapping_key = {1}};
    const struct person_key erased = {.state = PERSON_KEY_ABSENT};
    const struct person_key present = {.state = PERSON_KEY_PRESENT, .key = {7}};
    enum content content = data[0] % CONTENTS_COUNT;
    struct slice bytes = {(const char *)data + 1, size - 1};
    struct arena arena;
    struct keyring keyring;
    arena_init(&arena);
    keyring_init(&keyring, &arena, &vault);
    if (content == CONTENT_PACKING) {
        unpack(&arena, &keyring, NULL, bytes);
        unpack(&arena, &keyring, &erased, bytes);
        unpack(&arena, &keyring, &present, bytes);
    } else {
        unpack(&arena, &keyring, &present, packing_of(&arena, &present, content, bytes));
    }
    arena_fini(&arena);
    return 0;
}
