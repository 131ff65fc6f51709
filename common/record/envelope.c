#include "common/record/envelope.h"

#include <string.h>
#include <strings.h>

#include "common/base/limits.h"

enum { LIMIT_TRACEPARENT = LIMIT_ATTRIBUTE, LIMIT_TRACESTATE = 512 }; /* W3C Trace Context */

/* CloudEvents 1.0, and the two extensions of ours. */
static const struct {
    struct slice name;
    size_t limit; /* bytes */
    bool is_required;
} rows[ATTRIBUTES_COUNT] = {
    [ATTRIBUTE_SPECVERSION] = {SLICE_LITERAL("specversion"), LIMIT_ATTRIBUTE, true},
    [ATTRIBUTE_ID] = {SLICE_LITERAL("id"), LIMIT_ATTRIBUTE, true},
    [ATTRIBUTE_SOURCE] = {SLICE_LITERAL("source"), LIMIT_SOURCE, true},
    [ATTRIBUTE_TYPE] = {SLICE_LITERAL("type"), LIMIT_ATTRIBUTE, true},
    [ATTRIBUTE_TIME] = {SLICE_LITERAL("time"), LIMIT_ATTRIBUTE, false},
    [ATTRIBUTE_SUBJECT] = {SLICE_LITERAL("subject"), LIMIT_SUBJECT, false},
    [ATTRIBUTE_DATASCHEMA] = {SLICE_LITERAL("dataschema"), LIMIT_SOURCE, false},
    [ATTRIBUTE_DATACONTENTTYPE] = {SLICE_LITERAL("datacontenttype"), LIMIT_ATTRIBUTE, false},
    [ATTRIBUTE_CORRELATIONID] = {SLICE_LITERAL("correlationid"), LIMIT_ATTRIBUTE, false},
    [ATTRIBUTE_CAUSATIONID] = {SLICE_LITERAL("causationid"), LIMIT_ATTRIBUTE, false},
};

/* Attributes that we do not know have no name in messages: it is somebody else's text. */
static const char unknown_name[] = "an extension attribute";

static void set_fault(struct envelope *envelope, const char *name, const char *rule) {
    if (envelope->fault_rule == NULL) {
        envelope->fault_name = name;
        envelope->fault_rule = rule;
    }
}

static bool has_only(struct slice text, unsigned char first, unsigned char last) {
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte < first || byte > last) {
            return false;
        }
    }
    return true;
}

/* UTF-8 without control characters: C0, DEL and C1 (U+0080 to U+009F). */
static bool is_clean(struct slice text) {
    if (has_only(text, ' ', '~')) {
        return true;
    }
    if (!slice_is_utf8(text)) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool is_c1 = byte == 0xc2 && (unsigned char)text.data[i + 1] < 0xa0;
        if (byte < ' ' || byte == 0x7f || is_c1) {
            return false;
        }
    }
    return true;
}

static bool check_text(struct envelope *envelope, const char *name, struct slice value,
                       size_t limit) {
    if (value.size > limit) {
        set_fault(envelope, name, "too long");
        return false;
    }
    if (!is_clean(value)) {
        set_fault(envelope, name, "not text without control characters");
        return false;
    }
    return true;
}

/* The attribute of that name, or ATTRIBUTES_COUNT. */
static size_t find_attribute(struct slice name) {
    size_t i = 0;
    while (i < ATTRIBUTES_COUNT && !slice_equal(name, rows[i].name)) {
        i++;
    }
    return i;
}

/* A null or empty value is as good as none. */
static void add_attribute(struct envelope *envelope, struct slice name, struct slice value) {
    if (value.size == 0) {
        return;
    }
    size_t i = find_attribute(name);
    if (i == ATTRIBUTES_COUNT) {
        check_text(envelope, unknown_name, value, LIMIT_ATTRIBUTE);
        return;
    }
    if (envelope->is_given[i]) {
        set_fault(envelope, rows[i].name.data, "there twice");
        return;
    }
    envelope->is_given[i] = true;
    if (check_text(envelope, rows[i].name.data, value, rows[i].limit)) {
        envelope->attributes[i] = value;
    }
}

static void add_content_type(struct envelope *envelope, struct slice value) {
    if (envelope->content_type.data != NULL) {
        set_fault(envelope, "content-type", "there twice");
        return;
    }
    envelope->content_type = value;
}

static void add_trace(struct slice *kept, struct slice value, size_t limit) {
    if (kept->data == NULL && value.size > 0 && value.size <= limit && has_only(value, ' ', '~')) {
        *kept = value;
    }
}

void envelope_read_headers(const struct raw_record *raw, struct envelope *envelope) {
    static const char prefix[] = "ce_";
    static const struct slice content_type = SLICE_LITERAL("content-type");
    const size_t prefix_size = sizeof(prefix) - 1;

    *envelope = (struct envelope){0};
    for (size_t i = 0; i < raw->headers_count; i++) {
        struct slice name = raw->headers[i].name;
        struct slice value = raw->headers[i].value;
        if (slice_starts_with(name, prefix)) {
            struct slice attribute = {name.data + prefix_size, name.size - prefix_size};
            add_attribute(envelope, attribute, value);
        } else if (name.size == content_type.size &&
                   strncasecmp(name.data, content_type.data, name.size) == 0) {
            add_content_type(envelope, value);
        } else if (slice_is(name, "traceparent")) {
            add_trace(&envelope->traceparent, value, LIMIT_TRACEPARENT);
        } else if (slice_is(name, "tracestate")) {
            add_trace(&envelope->tracestate, value, LIMIT_TRACESTATE);
        }
    }
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t';
}

/* True if the value names that media type, whatever its parameters and letter case (RFC 9110). */
static bool is_media_type(struct slice value, const char *type) {
    size_t start = 0;
    size_t end = 0;
    while (end < value.size && value.data[end] != ';') {
        end++;
    }
    while (start < end && is_blank(value.data[start])) {
        start++;
    }
    while (end > start && is_blank(value.data[end - 1])) {
        end--;
    }
    size_t size = strlen(type);
    return end - start == size && strncasecmp(value.data + start, type, size) == 0;
}

bool envelope_says_structured(const struct envelope *envelope) {
    return is_media_type(envelope->content_type, "application/cloudevents+json");
}

void envelope_read_object(struct arena *arena, json_t *object, struct envelope *envelope) {
    *envelope = (struct envelope){
        .content_type = envelope->content_type,
        .traceparent = envelope->traceparent,
        .tracestate = envelope->tracestate,
        .is_structured = true,
    };
    const char *key;
    const json_t *member;
    json_object_foreach(object, key, member) {
        struct slice name = slice_of(key);
        size_t i = find_attribute(name);
        if (slice_is(name, "data") || json_is_null(member)) {
            continue;
        }
        if (slice_is(name, "data_base64")) {
            set_fault(envelope, "data_base64", "not supported");
        } else if (json_is_string(member)) {
            struct slice value = {json_string_value(member), json_string_length(member)};
            add_attribute(envelope, name, arena_copy(arena, value));
        } else if (i < ATTRIBUTES_COUNT) {
            envelope->is_given[i] = true;
            set_fault(envelope, rows[i].name.data, "not a string");
        }
    }
}

static bool check_content_type(const struct envelope *envelope) {
    const struct slice stated[] = {
        envelope->is_structured ? slice_none() : envelope->content_type,
        envelope->attributes[ATTRIBUTE_DATACONTENTTYPE],
    };
    for (size_t i = 0; i < COUNT_OF(stated); i++) {
        if (stated[i].data != NULL && !is_media_type(stated[i], "application/json")) {
            return false;
        }
    }
    return true;
}

bool envelope_check(const struct envelope *envelope, struct error *err) {
    for (size_t i = 0; i < ATTRIBUTES_COUNT; i++) {
        if (rows[i].is_required && !envelope->is_given[i]) {
            return error_set(err, ERROR_INVALID, "NOT_CLOUDEVENT", "the attribute %s is missing",
                             rows[i].name.data);
        }
    }
    if (envelope->fault_rule != NULL) {
        return error_set(err, ERROR_INVALID, "ENVELOPE_UNSUPPORTED", "%s: %s", envelope->fault_name,
                         envelope->fault_rule);
    }
    if (!slice_is(envelope->attributes[ATTRIBUTE_SPECVERSION], "1.0")) {
        return error_set(err, ERROR_INVALID, "ENVELOPE_UNSUPPORTED", "specversion: not 1.0");
    }
    if (!check_content_type(envelope)) {
        return error_set(err, ERROR_INVALID, "ENVELOPE_UNSUPPORTED",
                         "content-type: not application/json");
    }
    return true;
}
