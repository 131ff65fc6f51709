/* A Kafka record to a decoded event: CloudEvents envelope (binary and structured mode), size, type,
 * JSON, rows, key: in the order the contract promises, so that a wrong record always gets the same
 * reason. Without a content type, headers with ce_specversion are binary mode; else an object with
 * `specversion` is structured. A null or empty attribute is a missing one. */
#ifndef GUICHET_RECORD_MESSAGE_H
#define GUICHET_RECORD_MESSAGE_H

#include "common/base/arena.h"
#include "common/record/document.h"
#include "common/record/shape.h"
#include "common/record/topics.h"

/* One type a worker reads. `topic` and `type` must agree with the table of topics (tested). */
struct input_type {
    const char *topic;
    const char *type; /* "guichet.affiliation.requested.v1" */
    int kind;         /* the worker's own enum */
    const struct shape *shape;
    const char *siren_field; /* "siren", or NULL: a type without an employer */
    const char *id_field;    /* the event's own business id, e.g. "request_id" */
};

/* One type a worker writes. */
struct output_type {
    const char *topic;
    const char *type;
    const struct shape *shape;
};

struct header {
    struct slice name;
    struct slice value; /* absent: a header with a null value */
};

/* What came from Kafka, untouched; the bytes stay the caller's. */
struct raw_record {
    struct slice topic;
    int32_t partition;
    int64_t offset;
    int64_t timestamp_ms;
    struct slice key;   /* absent: no key */
    struct slice value; /* absent: null */
    const struct header *headers;
    size_t headers_count;
};

/* A decoded event. Slices point into the raw record or the arena. */
struct message {
    const struct input_type *input; /* NULL until the type is known */
    struct slice id;                /* ce_id */
    struct slice source;
    struct slice type;
    struct slice time; /* absent if not given */
    struct slice subject;
    struct slice dataschema;
    struct slice correlation_id; /* absent: the reader uses `id` */
    struct slice causation_id;
    struct slice traceparent; /* plain headers, passed on */
    struct slice tracestate;
    struct slice siren;       /* of the data; absent for types without */
    struct slice business_id; /* of input->id_field */
    void *data;               /* input->shape->size bytes in the arena */
};

/* Reads a record. On false, `err` is ERROR_INVALID with one of the dead-letter reasons as its code
 * (NOT_CLOUDEVENT, ENVELOPE_UNSUPPORTED, TOO_LARGE, TYPE_UNKNOWN, TYPE_NOT_ALLOWED, NOT_JSON,
 * SCHEMA, KEY_MISMATCH) and what could be read of `message` is filled in (for the log and the
 * trace). */
MUST_CHECK bool message_read(struct arena *arena, const struct input_type *inputs,
                             size_t inputs_count, const struct raw_record *raw,
                             struct message *message, struct error *err);

/* The correlation that what follows from the event carries: its own, or its id. */
struct slice message_correlation(const struct message *message);

/* The text dead-letter headers carry as dlq_stage: "envelope", "decode" or "store", from the
 * reason, which must be one (asserted). */
const char *message_stage(const char *reason);

#endif
