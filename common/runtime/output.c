#include "common/runtime/output.h"

#include <string.h>

#include "common/base/buffer.h"
#include "common/base/date.h"

#define ABSENT UINT32_MAX /* length of what is not there */

static const char schema_prefix[] = "https://guichet.example/schemas/";
static const char type_prefix[] = "guichet.";

static void put(struct buffer *buffer, struct slice s) {
    buffer_append_be32(buffer, slice_is_present(s) ? (uint32_t)s.size : ABSENT);
    buffer_append_slice(buffer, s);
}

/* Bytes that put() writes. */
static size_t put_size(struct slice s) {
    return sizeof(uint32_t) + s.size;
}

struct slice output_pack_record(struct arena *arena, struct slice key, struct slice value,
                                const struct header *headers, size_t count) {
    struct buffer buffer;
    buffer_init(&buffer, arena, value.size + key.size + 1024);
    put(&buffer, key);
    put(&buffer, value);
    buffer_append_be32(&buffer, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        put(&buffer, headers[i].name);
        put(&buffer, headers[i].value);
    }
    return buffer_slice(&buffer);
}

/* A dead letter is kept whole: its headers may say as much about a person as its value. */
static struct slice pack_dead_letter(struct arena *arena, const struct output *output) {
    return output_pack_record(arena, output->key, output->value.open, output->headers,
                              output->headers_count);
}

/* Bytes that an output takes when packed; of a dead letter, which is rare, what it takes at least.
 */
static size_t packed_size(const struct output *output) {
    return UUID_SIZE + put_size(output->topic) + put_size(output->type) +
           put_size(output->subject) + put_size(output->key) + put_size(output->value.open) +
           put_size(output->value.personal) + VAULT_SEAL_SIZE;
}

struct slice output_pack(struct arena *arena, const struct keyring *keyring,
                         const struct person_key *key, const struct output *first, size_t count) {
    if (count == 0)
        return slice_none();
    size_t size = sizeof(uint32_t);
    for (const struct output *output = first; output != NULL; output = output->next)
        size += packed_size(output);
    struct buffer buffer;
    buffer_init(&buffer, arena, size);
    buffer_append_be32(&buffer, (uint32_t)count);
    for (const struct output *output = first; output != NULL; output = output->next) {
        bool is_dead_letter = !slice_is_present(output->type);
        struct slice personal =
            is_dead_letter ? pack_dead_letter(arena, output) : output->value.personal;
        put(&buffer, output->topic);
        buffer_append(&buffer, output->id.bytes, UUID_SIZE);
        put(&buffer, output->type);
        put(&buffer, output->subject);
        put(&buffer, is_dead_letter ? slice_none() : output->key);
        put(&buffer, is_dead_letter ? slice_none() : output->value.open);
        put(&buffer, personal.size == 0 ? slice_none() : keyring_seal(keyring, key, personal));
    }
    return buffer_slice(&buffer);
}

struct cursor {
    struct slice bytes;
    size_t at;
    bool is_bad;
};

static uint32_t take_be32(struct cursor *cursor) {
    if (cursor->is_bad || cursor->bytes.size - cursor->at < 4) {
        cursor->is_bad = true;
        return 0;
    }
    const unsigned char *p = (const unsigned char *)cursor->bytes.data + cursor->at;
    cursor->at += 4;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static struct slice take_bytes(struct cursor *cursor, size_t size) {
    if (cursor->is_bad || cursor->bytes.size - cursor->at < size) {
        cursor->is_bad = true;
        return slice_none();
    }
    struct slice taken = {cursor->bytes.data + cursor->at, size};
    cursor->at += size;
    return taken;
}

static struct slice take(struct cursor *cursor) {
    uint32_t size = take_be32(cursor);
    return size == ABSENT ? slice_none() : take_bytes(cursor, size);
}

/* True if all was there, and nothing is left. */
static bool is_at_end(const struct cursor *cursor) {
    return !cursor->is_bad && cursor->at == cursor->bytes.size;
}

static bool unpack_whole(struct arena *arena, struct slice packed, struct raw_record *raw) {
    struct cursor cursor = {packed, 0, false};
    raw->key = take(&cursor);
    raw->value = take(&cursor);
    size_t count = take_be32(&cursor);
    if (cursor.is_bad || count > packed.size)
        return false;
    struct header *headers = arena_array(arena, count, sizeof(*headers));
    for (size_t i = 0; i < count; i++) {
        headers[i].name = take(&cursor);
        headers[i].value = take(&cursor);
    }
    raw->headers = headers;
    raw->headers_count = count;
    return is_at_end(&cursor);
}

bool output_unpack_record(struct arena *arena, struct slice packed, struct raw_record *raw,
                          struct error *err) {
    return unpack_whole(arena, packed, raw)
               ? true
               : error_set(err, ERROR_FATAL, "PARKED", "a stored record cannot be read");
}

static bool unpack_dead_letter(struct arena *arena, struct slice packed, struct output *output) {
    struct raw_record raw = {0};
    if (!slice_is_present(packed))
        return true;
    if (!unpack_whole(arena, packed, &raw))
        return false;
    output->key = raw.key;
    output->value.open = raw.value;
    output->headers = raw.headers;
    output->headers_count = raw.headers_count;
    return true;
}

static bool unpack_one(struct arena *arena, const struct keyring *keyring,
                       const struct person_key *key, struct cursor *cursor, struct output *output,
                       struct error *err) {
    output->topic = take(cursor);
    struct slice id = take_bytes(cursor, UUID_SIZE);
    output->type = take(cursor);
    output->subject = take(cursor);
    output->key = take(cursor);
    output->value.open = take(cursor);
    struct slice sealed = take(cursor);
    if (cursor->is_bad)
        return error_set(err, ERROR_FATAL, "JOURNAL", "stored outputs cannot be read");
    memcpy(output->id.bytes, id.data, UUID_SIZE);
    struct slice personal = slice_none();
    output->is_erased = slice_is_present(sealed) && key != NULL && key->state == PERSON_KEY_ABSENT;
    if (key != NULL && !keyring_open(keyring, key, sealed, &personal, err))
        return false;
    if (slice_is_present(output->type)) {
        output->value.personal = personal;
        return true;
    }
    return unpack_dead_letter(arena, personal, output)
               ? true
               : error_set(err, ERROR_FATAL, "JOURNAL", "a stored dead letter cannot be read");
}

bool output_unpack(struct arena *arena, const struct keyring *keyring, const struct person_key *key,
                   struct slice packed, struct output **first, size_t *count, struct error *err) {
    *first = NULL;
    *count = 0;
    if (!slice_is_present(packed))
        return true;
    struct cursor cursor = {packed, 0, false};
    size_t expected = take_be32(&cursor);
    struct output **end = first;
    for (size_t i = 0; i < expected; i++) {
        struct output *output = arena_take(arena, sizeof(*output));
        if (!unpack_one(arena, keyring, key, &cursor, output, err))
            return false;
        *end = output;
        end = &output->next;
    }
    if (!is_at_end(&cursor))
        return error_set(err, ERROR_FATAL, "JOURNAL", "stored outputs cannot be read");
    *count = expected;
    return true;
}

void output_withdraw_erased(struct output **first, size_t *count) {
    struct output **next = first;
    while (*next != NULL) {
        struct output *output = *next;
        const struct topic *topic = topic_find(output->topic);
        if (!output->is_erased) {
            next = &output->next;
        } else if (topic != NULL && topic->is_compacted) {
            output->value = (struct document){0};
            next = &output->next;
        } else {
            *next = output->next;
            (*count)--;
        }
    }
}

static struct slice schema_of(struct arena *arena, struct slice type) {
    size_t skipped = slice_starts_with(type, type_prefix) ? sizeof(type_prefix) - 1 : 0;
    return arena_format(arena, "%s%.*s", schema_prefix, (int)(type.size - skipped),
                        type.data + skipped);
}

void output_headers(struct arena *arena, const struct output_context *context,
                    const struct output *output, const struct header **headers, size_t *count) {
    if (!slice_is_present(output->type)) {
        *headers = output->headers;
        *count = output->headers_count;
        return;
    }
    char *time = arena_take(arena, INSTANT_TEXT_SIZE);
    char *id = arena_take(arena, UUID_TEXT_SIZE);
    instant_format(context->decided_at_ms, time);
    uuid_format(&output->id, id);
    const struct header all[] = {
        {SLICE_LITERAL("ce_specversion"), SLICE_LITERAL("1.0")},
        {SLICE_LITERAL("ce_id"), slice_of(id)},
        {SLICE_LITERAL("ce_source"), arena_format(arena, "/guichet/%s", context->worker)},
        {SLICE_LITERAL("ce_type"), output->type},
        {SLICE_LITERAL("ce_time"), slice_of(time)},
        {SLICE_LITERAL("ce_subject"), output->subject},
        {SLICE_LITERAL("ce_dataschema"), schema_of(arena, output->type)},
        {SLICE_LITERAL("ce_correlationid"), context->correlation_id},
        {SLICE_LITERAL("ce_causationid"), context->causation_id},
        {SLICE_LITERAL("content-type"),
         slice_is_present(output->value.open) ? slice_of("application/json") : slice_none()},
        {SLICE_LITERAL("traceparent"), context->traceparent},
        {SLICE_LITERAL("tracestate"), context->tracestate},
    };
    struct header *kept = arena_array(arena, COUNT_OF(all), sizeof(*kept));
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (slice_is_present(all[i].value))
            kept[n++] = all[i];
    *headers = kept;
    *count = n;
}
