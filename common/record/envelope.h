/* The CloudEvents envelope of a record: its attributes from headers (binary mode) or from the JSON
 * object (structured mode), and what is wrong with them. It knows nothing of types and data. */
#ifndef GUICHET_RECORD_ENVELOPE_H
#define GUICHET_RECORD_ENVELOPE_H

#include <jansson.h>

#include "common/record/message.h"

enum attribute {
    ATTRIBUTE_SPECVERSION,
    ATTRIBUTE_ID,
    ATTRIBUTE_SOURCE,
    ATTRIBUTE_TYPE,
    ATTRIBUTE_TIME,
    ATTRIBUTE_SUBJECT,
    ATTRIBUTE_DATASCHEMA,
    ATTRIBUTE_DATACONTENTTYPE,
    ATTRIBUTE_CORRELATIONID,
    ATTRIBUTE_CAUSATIONID,
    ATTRIBUTES_COUNT,
};

struct envelope {
    struct slice attributes[ATTRIBUTES_COUNT]; /* absent if not given, or not fit to be shown */
    bool is_given[ATTRIBUTES_COUNT];           /* fit or not; an empty one is not given */
    struct slice content_type;                 /* the header; absent if there is none */
    struct slice traceparent;                  /* plain headers; absent if malformed, since they */
    struct slice tracestate;                   /* are only passed on */
    bool is_structured;
    /* The first thing that makes the envelope unsupported; NULL if there is none. */
    const char *fault_name;
    const char *fault_rule;
};

/* Reads the record's headers. Slices point into the record. */
void envelope_read_headers(const struct raw_record *raw, struct envelope *envelope);

/* True if the content-type header says that the value is a whole event. */
bool envelope_says_structured(const struct envelope *envelope);

/* Replaces the attributes by those of a structured event, copied to the arena. */
void envelope_read_object(struct arena *arena, json_t *object, struct envelope *envelope);

/* ERROR_INVALID NOT_CLOUDEVENT if a required attribute is missing, else ENVELOPE_UNSUPPORTED for
 * what contracts promise to refuse. */
MUST_CHECK bool envelope_check(const struct envelope *envelope, struct error *err);

#endif
