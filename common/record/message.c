#include "common/record/message.h"

#include <assert.h>
#include <string.h>

#include "common/base/limits.h"
#include "common/record/envelope.h"
#include "common/record/json_read.h"
#include "common/record/place.h"

/* What the checks pass on to one another. */
struct reading {
    struct arena *arena;
    const struct raw_record *raw;
    struct envelope envelope;
    json_t *root; /* the parsed value, once it is parsed */
};

static void reading_release(struct reading *reading) {
    json_release(&reading->root);
}

static bool check_size(const struct raw_record *raw, struct error *err) {
    if (raw->value.size > LIMIT_VALUE_BYTES) {
        return error_set(err, ERROR_INVALID, "TOO_LARGE", "%zu bytes, more than %d",
                         raw->value.size, LIMIT_VALUE_BYTES);
    }
    return true;
}

/* True if the first byte that counts opens an object. */
static bool looks_like_object(struct slice value) {
    size_t blanks = 0;
    while (blanks < value.size && memchr(" \t\r\n", value.data[blanks], 4) != NULL) {
        blanks++;
    }
    return blanks < value.size && value.data[blanks] == '{';
}

/* Finds out whether the value is a whole event, and if so reads its attributes. Without a content
 * type, an object with `specversion` is one, unless the headers already say what it is; if it
 * can't be parsed there is no envelope to be seen, which the check of the attributes reports. */
static bool read_structured(struct reading *reading, struct error *err) {
    struct envelope *envelope = &reading->envelope;
    bool is_declared = envelope_says_structured(envelope);
    bool is_possible = envelope->content_type.data == NULL &&
                       !envelope->is_given[ATTRIBUTE_SPECVERSION] &&
                       looks_like_object(reading->raw->value);
    if (!is_declared && !is_possible) {
        return true;
    }
    if (!check_size(reading->raw, err)) {
        return false;
    }
    if (!json_parse(reading->raw->value, &reading->root, is_declared ? err : NULL)) {
        return !is_declared;
    }
    if (is_declared || json_object_get(reading->root, "specversion") != NULL) {
        envelope_read_object(reading->arena, reading->root, envelope);
    }
    return true;
}

static void show(const struct envelope *envelope, struct message *message) {
    const struct slice *attributes = envelope->attributes;
    message->id = attributes[ATTRIBUTE_ID];
    message->source = attributes[ATTRIBUTE_SOURCE];
    message->type = attributes[ATTRIBUTE_TYPE];
    message->time = attributes[ATTRIBUTE_TIME];
    message->subject = attributes[ATTRIBUTE_SUBJECT];
    message->dataschema = attributes[ATTRIBUTE_DATASCHEMA];
    message->correlation_id = attributes[ATTRIBUTE_CORRELATIONID];
    message->causation_id = attributes[ATTRIBUTE_CAUSATIONID];
    message->traceparent = envelope->traceparent;
    message->tracestate = envelope->tracestate;
}

static bool find_input(const struct input_type *inputs, size_t inputs_count,
                       struct slice topic_name, struct message *message, struct error *err) {
    for (size_t i = 0; i < inputs_count; i++) {
        if (slice_is(message->type, inputs[i].type) && slice_is(topic_name, inputs[i].topic)) {
            message->input = &inputs[i];
            return true;
        }
    }
    /* A type that the topic may carry but that nobody reads is as unknown as any other. */
    const struct topic *topic = topic_find(topic_name);
    bool is_carried = topic != NULL && topic_carries(topic, message->type);
    if (!is_carried && topic_of_type(message->type) != NULL) {
        return error_set(err, ERROR_INVALID, "TYPE_NOT_ALLOWED",
                         "this topic does not carry the type");
    }
    return error_set(err, ERROR_INVALID, "TYPE_UNKNOWN", "no such type is known here");
}

/* The event's data: the value, or the member of a structured event. */
static bool find_data(struct reading *reading, const json_t **data, struct error *err) {
    if (!reading->envelope.is_structured) {
        if (reading->root == NULL && !json_parse(reading->raw->value, &reading->root, err)) {
            return false;
        }
        *data = reading->root;
        return true;
    }
    *data = json_object_get(reading->root, "data");
    if (*data == NULL || json_is_null(*data)) {
        return error_set(err, ERROR_INVALID, "SCHEMA", "data: missing");
    }
    return true;
}

/* The text of a field at the top of the data; absent for no field. */
static struct slice text_of(const struct input_type *input, const char *name, const void *data) {
    if (name == NULL) {
        return slice_none();
    }
    const struct field *field = shape_field(input->shape, name);
    assert(field != NULL && (field->type == FIELD_ID || field->type == FIELD_DIGITS));
    return place_slice(data, field->offset);
}

static bool read_data(struct reading *reading, struct message *message, struct error *err) {
    const struct input_type *input = message->input;
    const json_t *data;
    if (!find_data(reading, &data, err)) {
        return false;
    }
    void *value = arena_take(reading->arena, input->shape->size);
    if (!json_read(reading->arena, input->shape, data, value, err)) {
        return false;
    }
    message->data = value;
    message->siren = text_of(input, input->siren_field, value);
    message->business_id = text_of(input, input->id_field, value);
    struct slice key = reading->raw->key;
    if (input->siren_field != NULL && key.data != NULL && !slice_equal(key, message->siren)) {
        return error_set(err, ERROR_INVALID, "KEY_MISMATCH", "the key is not the %s of the data",
                         input->siren_field);
    }
    return true;
}

bool message_read(struct arena *arena, const struct input_type *inputs, size_t inputs_count,
                  const struct raw_record *raw, struct message *message, struct error *err) {
    struct reading reading CLEANUP(reading_release) = {.arena = arena, .raw = raw};
    *message = (struct message){0};
    envelope_read_headers(raw, &reading.envelope);
    show(&reading.envelope, message);
    if (raw->value.data == NULL) {
        return error_set(err, ERROR_INVALID, "NOT_CLOUDEVENT", "a null value");
    }
    bool is_read = read_structured(&reading, err);
    show(&reading.envelope, message);
    return is_read && envelope_check(&reading.envelope, err) && check_size(raw, err) &&
           find_input(inputs, inputs_count, raw->topic, message, err) &&
           read_data(&reading, message, err);
}

const char *message_stage(const char *reason) {
    static const struct {
        const char *reason;
        const char *stage;
    } stages[] = {
        {"NOT_CLOUDEVENT", "envelope"},
        {"ENVELOPE_UNSUPPORTED", "envelope"},
        {"TOO_LARGE", "envelope"},
        {"TYPE_UNKNOWN", "envelope"},
        {"TYPE_NOT_ALLOWED", "envelope"},
        {"NOT_JSON", "decode"},
        {"SCHEMA", "decode"},
        {"KEY_MISMATCH", "decode"},
        {"FUTURE_EVENT", "decode"},
        {"ID_REUSED", "store"},
        {"POISON", "store"},
    };
    for (size_t i = 0; i < COUNT_OF(stages); i++) {
        if (strcmp(stages[i].reason, reason) == 0) {
            return stages[i].stage;
        }
    }
    assert(false); /* not a reason of a dead letter */
    return "store";
}

struct slice message_correlation(const struct message *message) {
    return slice_is_present(message->correlation_id) ? message->correlation_id : message->id;
}
