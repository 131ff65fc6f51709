/* A record with a field of every type, for the tests of descriptor rows. */
#ifndef GUICHET_TESTS_SAMPLE_RECORD_H
#define GUICHET_TESTS_SAMPLE_RECORD_H

#include "common/base/date.h"
#include "common/base/uuid.h"
#include "common/record/shape.h"

enum colour { COLOUR_RED = 1, COLOUR_GREEN };
WORDS(colour_words, "red", "green");

struct part {
    struct slice label; /* personal */
    int32_t amount;     /* 0..10, or -1: none */
    struct slice_list lines;
};

struct part_list {
    const struct part *items;
    size_t count;
};

struct date_list {
    const int32_t *items;
    size_t count;
};

struct sample {
    struct slice id;
    struct slice digits;
    struct slice text;
    enum colour colour;
    int32_t small;
    int32_t fallen; /* 7 unless given */
    int64_t large;
    bool flag;
    int32_t day;
    int32_t month;
    int64_t at;
    struct uuid uuid;
    enum tristate met;
    struct slice token;
    struct part part;
    bool has_extra;
    struct part extra; /* optional, with a flag */
    struct part maybe; /* optional, there if its label is */
    struct part_list parts;
    struct part_list hidden; /* personal as a whole */
    struct date_list days;
    struct slice_list names;
};

static bool part_check(const void *value, struct error *err) {
    const struct part *part = value;
    if (part->amount == 3) {
        return error_set(err, ERROR_INVALID, "SCHEMA", "amount: three is not wanted");
    }
    return true;
}

static const struct field part_fields[] = {
    ROW_TEXT(struct part, label, FIELD_REQUIRED | FIELD_PERSONAL, 1, 4),
    ROW_INT32(struct part, amount, 0, 0, 10, -1),
    ROW_LIST_OF(struct part, lines, 0, 0, 3, item_name),
};
static const struct shape part_shape = SHAPE_OF("part", struct part, part_fields, part_check);

static const struct field sample_fields[] = {
    ROW_ID(struct sample, id, FIELD_REQUIRED),
    ROW_DIGITS(struct sample, digits, 0, 9),
    ROW_TEXT(struct sample, text, FIELD_WRITE_NULL, 2, 5),
    ROW_ENUM(struct sample, colour, 0, colour_words),
    ROW_INT32(struct sample, small, 0, -5, 5, -6),
    ROW_INT32(struct sample, fallen, 0, 0, 9, 7),
    ROW_INT64(struct sample, large, 0, INT64_MIN + 1, INT64_MAX, INT64_MIN),
    ROW_BOOLEAN(struct sample, flag, 0, true),
    ROW_DATE(struct sample, day, 0),
    ROW_MONTH(struct sample, month, 0),
    ROW_INSTANT(struct sample, at, FIELD_NOT_FUTURE),
    ROW_UUID(struct sample, uuid, 0),
    ROW_TRISTATE(struct sample, met, FIELD_REQUIRED),
    ROW_TOKEN(struct sample, token, 0),
    ROW_OBJECT(struct sample, part, FIELD_REQUIRED, part_shape),
    ROW_OPTIONAL(struct sample, extra, 0, part_shape, has_extra),
    ROW_OBJECT(struct sample, maybe, FIELD_PERSONAL, part_shape),
    ROW_LIST(struct sample, parts, FIELD_WRITE_EMPTY, 0, 3, part_shape),
    ROW_LIST(struct sample, hidden, FIELD_PERSONAL, 2, 3, part_shape),
    ROW_LIST_OF(struct sample, days, 0, 0, 3, item_date),
    ROW_LIST_OF(struct sample, names, 0, 0, 3, item_name),
};
static const struct shape sample_shape = SHAPE_OF("sample", struct sample, sample_fields, NULL);

/* What every sample must have. */
#define SAMPLE_MINIMUM "\"id\":\"A-1\",\"met\":null,\"part\":{\"label\":\"a\"}"

/* A sample with every field. */
static const char sample_full[] =
    "{\"id\":\"A-1\",\"digits\":\"123456789\",\"text\":\"\xc3\xa9t\xc3\xa9\",\"colour\":\"green\","
    "\"small\":-5,\"fallen\":0,\"large\":9223372036854775807,\"flag\":false,"
    "\"day\":\"2024-02-29\",\"month\":\"2025-12\",\"at\":\"2025-03-04T05:06:07.089Z\","
    "\"uuid\":\"46738d33-0347-5d5b-ab17-cd888350ca1d\",\"met\":true,\"token\":\"t\","
    "\"part\":{\"label\":\"a\",\"amount\":0},"
    "\"extra\":{\"label\":\"b\",\"lines\":[\"one\",\"two\"]},"
    "\"maybe\":{\"label\":\"c\",\"amount\":10},"
    "\"parts\":[{\"label\":\"d\"},{\"label\":\"e\",\"amount\":1}],"
    "\"hidden\":[{\"label\":\"f\"},{\"label\":\"g\"}],"
    "\"days\":[\"1900-01-01\",\"2199-12-31\"],\"names\":[\"Ana\"]}";

#endif
