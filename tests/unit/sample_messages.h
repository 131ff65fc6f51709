/* Kafka records for the tests of messages: headers as lines of text, and the types read. */
#ifndef GUICHET_TESTS_SAMPLE_MESSAGES_H
#define GUICHET_TESTS_SAMPLE_MESSAGES_H

#include "common/base/compiler.h"
#include "common/record/message.h"
#include "tests/unit/check.h"

struct registration {
    struct slice registration_id;
    struct slice siren;
};

static const struct field registration_fields[] = {
    ROW_ID(struct registration, registration_id, FIELD_REQUIRED),
    ROW_DIGITS(struct registration, siren, FIELD_REQUIRED, LIMIT_SIREN),
};
static const struct shape registration_shape =
    SHAPE_OF("registration", struct registration, registration_fields, NULL);

#define TOPIC "client-space.requests.v1"
#define TYPE "guichet.registration.submitted.v1"

enum { KIND_WITH_SIREN = 7, KIND_WITHOUT };

/* clang-format off */
static const struct input_type inputs[] = {
    {TOPIC, TYPE, KIND_WITH_SIREN, &registration_shape, "siren", "registration_id"},
    {TOPIC, "guichet.pmss.published.v1", KIND_WITHOUT, &registration_shape, NULL, NULL},
};
/* clang-format on */

static struct arena arena;

static int start(void **state UNUSED) {
    arena_init(&arena);
    return 0;
}

static int stop(void **state UNUSED) {
    arena_fini(&arena);
    return 0;
}

enum { HEADERS_MAX = 16 };

/* A record as a row of a table says it; NULL stands for null. */
struct given {
    const char *name;
    const char *headers; /* "name: value" each on a line; "name" alone: a null value */
    const char *key;
    const char *value;
    const char *topic; /* NULL: TOPIC */
};

static struct slice copy(const char *text, size_t size) {
    return arena_copy(&arena, (struct slice){text, size});
}

static size_t split_headers(const char *lines, struct header headers[HEADERS_MAX]) {
    size_t count = 0;
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        size_t name = 0;
        while (name < length && strncmp(lines + name, ": ", 2) != 0) {
            name++;
        }
        assert_true(count < HEADERS_MAX);
        headers[count].name = copy(lines, name);
        headers[count].value =
            name == length ? slice_none() : copy(lines + name + 2, length - name - 2);
        count++;
        lines += length + (lines[length] == '\n');
    }
    return count;
}

static bool read_value(const struct given *given, struct slice value, struct message *message,
                       struct error *err) {
    struct header headers[HEADERS_MAX];
    const struct raw_record raw = {
        .topic = slice_of(given->topic == NULL ? TOPIC : given->topic),
        .partition = 3,
        .offset = 41,
        .key = slice_of(given->key),
        .value = value,
        .headers = headers,
        .headers_count = split_headers(given->headers, headers),
    };
    return message_read(&arena, inputs, COUNT_OF(inputs), &raw, message, err);
}

static bool read_given(const struct given *given, struct message *message, struct error *err) {
    return read_value(given, slice_of(given->value), message, err);
}

#define SIREN "732829320"
#define DATA "{\"registration_id\":\"G-1\",\"siren\":\"" SIREN "\"}"
#define VERSION "ce_specversion: 1.0\n"
#define ID "ce_id: e-1\n"
#define SOURCE "ce_source: /portal\n"
#define OF_TYPE "ce_type: " TYPE "\n"
#define REQUIRED VERSION ID SOURCE OF_TYPE
#define JSON "content-type: application/json\n"
#define STRUCTURED "content-type: application/cloudevents+json\n"
/* A structured event: the attributes, then whatever else is given. */
#define EVENT(members)                                                                             \
    "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/portal\",\"type\":\"" TYPE "\"" members \
    "}"
#define WITH_DATA ",\"data\":" DATA
#define X8 "xxxxxxxx"
#define X64 X8 X8 X8 X8 X8 X8 X8 X8
#define X128 X64 X64
#define X256 X128 X128

#endif
