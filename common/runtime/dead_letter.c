#include "common/runtime/dead_letter.h"

#include <sodium.h>
#include <string.h>

#include "common/runtime/publish_failure.h"

enum {
    /* Bytes of a dead letter, below the 2 MiB that its topic takes with what frames a record. */
    DEAD_LETTER_MOST = PUBLISH_BYTES_MOST - 1024,
    OMITTED_HEADERS = 3,
};

/* The bytes of headers as a record holds them: each stands behind its lengths. */
static size_t headers_size(const struct header *headers, size_t count) {
    enum { LENGTHS_SIZE_MOST = 10 };
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += headers[i].name.size + headers[i].value.size + LENGTHS_SIZE_MOST;
    return size;
}

/* The headers that stand in for a value: how large it was, and which. Returns how many. */
static size_t describe_omitted(struct arena *arena, struct slice value, struct header *headers) {
    enum { HEX_SIZE = 2 * crypto_hash_sha256_BYTES + 1 };
    unsigned char hash[crypto_hash_sha256_BYTES];
    char *hex = arena_take(arena, HEX_SIZE);
    (void)crypto_hash_sha256(hash, (const unsigned char *)value.data, value.size);
    (void)sodium_bin2hex(hex, HEX_SIZE, hash, sizeof(hash));
    headers[0] = (struct header){SLICE_LITERAL("dlq_value_omitted"), slice_of("true")};
    headers[1] =
        (struct header){SLICE_LITERAL("dlq_value_bytes"), arena_format(arena, "%zu", value.size)};
    headers[2] = (struct header){SLICE_LITERAL("dlq_value_sha256"), slice_of(hex)};
    return OMITTED_HEADERS;
}

/* The original key, value and headers, and after those the ones of ours. A record that filled its
 * own topic, or was compressed there, does not fit in ours with them; the broker would refuse the
 * dead letter however often it is tried. What does not fit is left out: the value, and if that is
 * not enough the original headers and the key too. */
void dead_letter_enclose(struct arena *arena, struct output *output, const struct raw_record *raw,
                         const struct header *added, size_t added_count) {
    size_t key_size = raw->key.size;
    size_t originals_size = headers_size(raw->headers, raw->headers_count);
    size_t own_size = headers_size(added, added_count);
    bool has_value = own_size + originals_size + key_size + raw->value.size <= DEAD_LETTER_MOST;
    bool has_originals = own_size + originals_size + key_size <= DEAD_LETTER_MOST;
    bool has_key = has_originals || own_size + key_size <= DEAD_LETTER_MOST;
    size_t originals_count = has_originals ? raw->headers_count : 0;
    size_t count = originals_count + added_count;
    struct header *headers = arena_array(arena, count + OMITTED_HEADERS, sizeof(*headers));
    if (originals_count > 0)
        memcpy(headers, raw->headers, originals_count * sizeof(*headers));
    memcpy(headers + originals_count, added, added_count * sizeof(*headers));
    if (!has_value && slice_is_present(raw->value))
        count += describe_omitted(arena, raw->value, headers + count);
    output->headers = headers;
    output->headers_count = count;
    output->key = has_key ? raw->key : slice_none();
    output->value.open = has_value ? raw->value : slice_none();
}

struct output dead_letter_without_value(struct arena *arena, const struct output *whole) {
    struct output output = *whole;
    struct header *headers =
        arena_array(arena, whole->headers_count + OMITTED_HEADERS, sizeof(*headers));
    if (whole->headers_count > 0)
        memcpy(headers, whole->headers, whole->headers_count * sizeof(*headers));
    output.headers = headers;
    output.headers_count +=
        describe_omitted(arena, whole->value.open, headers + whole->headers_count);
    output.value.open = slice_none();
    return output;
}
