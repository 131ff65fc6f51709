#include "common/record/document.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "common/base/buffer.h"
#include "common/base/date.h"
#include "common/record/place.h"
#include "common/record/quote.h"

enum hole { HOLE_VALUE = 1, HOLE_TOKEN };

enum {
    OPEN_CAPACITY = 1024,
    PERSONAL_CAPACITY = 256,
    HOLE_KIND_OFFSET = 4, /* after u32 position */
    HOLE_SIZE_OFFSET = 5, /* after u8 kind */
    HOLE_HEAD_SIZE = 9,   /* u32 size */
};

static const char null_text[] = "null";
enum { NULL_SIZE = sizeof(null_text) - 1 };

struct writer {
    struct buffer open;
    struct buffer personal;
    struct buffer *out; /* where values go: one of the two */
};

static void write_object(struct writer *writer, const struct shape *shape, const void *value);

/* Text of our own making, which never needs an escape. */
static void write_quoted(struct buffer *out, const char *text) {
    size_t size = strlen(text);
    char *to = buffer_reserve(out, size + 2);
    to[0] = '"';
    memcpy(to + 1, text, size);
    to[size + 1] = '"';
    out->size += size + 2;
}

static void write_instant(struct buffer *out, int64_t instant_ms) {
    char text[INSTANT_TEXT_SIZE];
    instant_format(instant_ms, text);
    write_quoted(out, text);
}

static void write_date(struct buffer *out, enum field_type type, int32_t date) {
    char text[DATE_TEXT_SIZE];
    if (type == FIELD_MONTH) {
        date_format_month(date, text);
    } else {
        date_format(date, text);
    }
    write_quoted(out, text);
}

static void write_uuid(struct buffer *out, struct uuid uuid) {
    char text[UUID_TEXT_SIZE];
    uuid_format(&uuid, text);
    write_quoted(out, text);
}

static void write_list(struct writer *writer, const struct field *field, struct place_list list);

/* Writes what stands at `value` + the field's offset and is not absent. */
static void write_value(struct writer *writer, const struct field *field, const void *value) {
    static const char *const tristates[] = {
        [TRISTATE_NONE] = null_text, [TRISTATE_FALSE] = "false", [TRISTATE_TRUE] = "true"};
    struct buffer *out = writer->out;
    switch (field->type) {
    case FIELD_ID:
    case FIELD_DIGITS:
    case FIELD_TEXT:
        quote_append(out, place_slice(value, field->offset));
        return;
    case FIELD_TOKEN:
        buffer_append_slice(out, place_slice(value, field->offset));
        return;
    case FIELD_ENUM:
        write_quoted(out, words_text(field->words, place_enum(value, field->offset)));
        return;
    case FIELD_INT32:
        buffer_append_int64(out, place_int32(value, field->offset));
        return;
    case FIELD_INT64:
        buffer_append_int64(out, place_int64(value, field->offset));
        return;
    case FIELD_BOOLEAN:
        buffer_append_text(out, place_boolean(value, field->offset) ? "true" : "false");
        return;
    case FIELD_DATE:
    case FIELD_MONTH:
        write_date(out, field->type, place_int32(value, field->offset));
        return;
    case FIELD_INSTANT:
        write_instant(out, place_int64(value, field->offset));
        return;
    case FIELD_UUID:
        write_uuid(out, place_uuid(value, field->offset));
        return;
    case FIELD_TRISTATE:
        buffer_append_text(out, tristates[place_enum(value, field->offset)]);
        return;
    case FIELD_OBJECT:
        write_object(writer, field->shape, place_at(value, field->offset));
        return;
    case FIELD_LIST:
        write_list(writer, field, place_list(value, field->offset));
        return;
    }
}

static void write_list(struct writer *writer, const struct field *field, struct place_list list) {
    size_t size = field_item_size(field);
    buffer_append_byte(writer->out, '[');
    for (size_t i = 0; i < list.count; i++) {
        const void *item = place_at(list.items, i * size);
        if (i > 0) {
            buffer_append_byte(writer->out, ',');
        }
        if (field->shape != NULL) {
            write_object(writer, field->shape, item);
        } else {
            write_value(writer, field->item, item);
        }
    }
    buffer_append_byte(writer->out, ']');
}

/* Leaves null in the open part and writes the value to the personal one. */
static void write_hole(struct writer *writer, const struct field *field, const void *value) {
    struct buffer *personal = &writer->personal;
    size_t head = personal->size;
    assert(writer->open.size <= UINT32_MAX);
    buffer_append_be32(personal, (uint32_t)writer->open.size);
    buffer_append_byte(personal, field->type == FIELD_TOKEN ? HOLE_TOKEN : HOLE_VALUE);
    buffer_append_be32(personal, 0); /* the size, known below */
    buffer_append(&writer->open, null_text, NULL_SIZE);

    writer->out = personal;
    write_value(writer, field, value);
    writer->out = &writer->open;

    size_t size = personal->size - head - HOLE_HEAD_SIZE;
    assert(size <= UINT32_MAX);
    uint32_t size_be = htobe32((uint32_t)size);
    memcpy(personal->data + head + HOLE_SIZE_OFFSET, &size_be, sizeof(size_be));
}

/* Writes `,"name":`; the comma unless it follows the opening brace. */
static void write_name(struct buffer *out, const char *name) {
    size_t size = strlen(name);
    bool is_first = out->data[out->size - 1] == '{';
    char *to = buffer_reserve(out, size + 4);
    char *start = to;
    if (!is_first) {
        *to++ = ',';
    }
    *to++ = '"';
    memcpy(to, name, size);
    to += size;
    *to++ = '"';
    *to++ = ':';
    out->size += (size_t)(to - start);
}

static void write_object(struct writer *writer, const struct shape *shape, const void *value) {
    buffer_append_byte(writer->out, '{');
    for (size_t i = 0; i < shape->fields_count; i++) {
        const struct field *field = &shape->fields[i];
        bool is_inside = writer->out == &writer->personal; /* of something personal as a whole */
        if (field_is_absent(field, value)) {
            assert((field->flags & FIELD_REQUIRED) == 0);
            if ((field->flags & (FIELD_WRITE_NULL | FIELD_WRITE_EMPTY)) != 0) {
                write_name(writer->out, field->name);
                buffer_append_text(writer->out,
                                   (field->flags & FIELD_WRITE_EMPTY) != 0 ? "[]" : null_text);
            }
            continue;
        }
        write_name(writer->out, field->name);
        bool is_token = field->type == FIELD_TOKEN;
        assert(!(is_inside && is_token)); /* a signature can't be put in under a seal */
        if (!is_inside && (is_token || (field->flags & FIELD_PERSONAL) != 0)) {
            write_hole(writer, field, value);
        } else {
            write_value(writer, field, value);
        }
    }
    buffer_append_byte(writer->out, '}');
}

struct document document_write(struct arena *arena, const struct shape *shape, const void *value) {
    struct writer writer;
    /* The open part, mostly the longer one, comes last: it grows in place. */
    buffer_init(&writer.personal, arena, PERSONAL_CAPACITY);
    buffer_init(&writer.open, arena, OPEN_CAPACITY);
    writer.out = &writer.open;
    write_object(&writer, shape, value);
    return (struct document){buffer_close(&writer.open), buffer_close(&writer.personal)};
}

/* One entry of the packed personal part. */
struct hole_entry {
    size_t position; /* of the null in the open part */
    enum hole kind;
    struct slice content;
};

/* Takes the first entry off `rest`. False if it is cut short or of no known kind. */
static bool take_entry(struct slice *rest, struct hole_entry *entry) {
    if (rest->size < HOLE_HEAD_SIZE) {
        return false;
    }
    uint32_t position_be;
    uint32_t size_be;
    memcpy(&position_be, rest->data, sizeof(position_be));
    memcpy(&size_be, rest->data + HOLE_SIZE_OFFSET, sizeof(size_be));
    size_t size = be32toh(size_be);
    entry->position = be32toh(position_be);
    entry->kind = (enum hole)rest->data[HOLE_KIND_OFFSET];
    entry->content = (struct slice){rest->data + HOLE_HEAD_SIZE, size};
    if (size > rest->size - HOLE_HEAD_SIZE ||
        (entry->kind != HOLE_VALUE && entry->kind != HOLE_TOKEN)) {
        return false;
    }
    rest->data += HOLE_HEAD_SIZE + size;
    rest->size -= HOLE_HEAD_SIZE + size;
    return true;
}

static void join_entry(struct buffer *json, const struct hole_entry *entry,
                       const struct token_signer *signer) {
    if (entry->kind == HOLE_VALUE) {
        buffer_append_slice(json, entry->content);
    } else if (signer == NULL) {
        buffer_append(json, null_text, NULL_SIZE);
    } else {
        struct slice token = signer->sign(signer->context, json->arena, entry->content);
        buffer_append_byte(json, '"');
        buffer_append_slice(json, token);
        buffer_append_byte(json, '"');
    }
}

bool document_join(struct arena *arena, struct document document, const struct token_signer *signer,
                   struct slice *json, struct error *err) {
    struct slice open = document.open;
    struct slice rest = document.personal;
    size_t done = 0; /* bytes of `open` that are written */
    if (rest.size == 0) {
        *json = open;
        return true;
    }
    struct buffer joined;
    buffer_init(&joined, arena, open.size + rest.size);
    while (rest.size > 0) {
        struct hole_entry entry;
        if (!take_entry(&rest, &entry) || entry.position < done || open.size < NULL_SIZE ||
            entry.position > open.size - NULL_SIZE ||
            memcmp(open.data + entry.position, null_text, NULL_SIZE) != 0) {
            return error_set(err, ERROR_FATAL, "DOCUMENT",
                             "the personal part of a document does not fit its open part");
        }
        buffer_append(&joined, open.data + done, entry.position - done);
        join_entry(&joined, &entry, signer);
        done = entry.position + NULL_SIZE;
    }
    buffer_append(&joined, open.data + done, open.size - done);
    *json = buffer_slice(&joined);
    return true;
}
