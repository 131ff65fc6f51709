/* Reading of TZif bytes (RFC 8536) and of the POSIX TZ rule in their footer. */
#include <string.h>

#include "common/base/zone.h"

enum {
    HEADER_SIZE = 44,
    TYPE_SIZE = 6,           /* offset, daylight flag, index of the abbreviation */
    OFFSET_BOUND = 86400,    /* seconds; real ones stay below 16 hours */
    RULE_HOURS_MAX = 167,    /* of a rule's time, either way (version 3) */
    OFFSET_HOURS_MAX = 24,   /* of an offset in the footer */
    RULE_TIME_DEFAULT = 7200 /* 02:00 */
};

/* What is left to read. A read beyond the end gives nothing and sets `failed`. */
struct reader {
    const unsigned char *at;
    size_t left;
    bool failed;
};

static const unsigned char *read_bytes(struct reader *reader, size_t size) {
    if (reader->failed || reader->left < size) {
        reader->failed = true;
        return NULL;
    }
    const unsigned char *bytes = reader->at;
    reader->at += size;
    reader->left -= size;
    return bytes;
}

static uint64_t big_endian(const unsigned char *bytes, size_t size) {
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

/* The counts of a header, in the order in which they stand there. */
struct header {
    char version;
    uint32_t ut_indicators;
    uint32_t standard_indicators;
    uint32_t leap_seconds;
    uint32_t transitions;
    uint32_t types;
    uint32_t abbreviation_bytes;
};

static bool read_header(struct reader *reader, struct header *header) {
    const unsigned char *bytes = read_bytes(reader, HEADER_SIZE);
    if (bytes == NULL || memcmp(bytes, "TZif", 4) != 0) {
        return false;
    }
    *header = (struct header){
        .version = (char)bytes[4],
        .ut_indicators = (uint32_t)big_endian(bytes + 20, 4),
        .standard_indicators = (uint32_t)big_endian(bytes + 24, 4),
        .leap_seconds = (uint32_t)big_endian(bytes + 28, 4),
        .transitions = (uint32_t)big_endian(bytes + 32, 4),
        .types = (uint32_t)big_endian(bytes + 36, 4),
        .abbreviation_bytes = (uint32_t)big_endian(bytes + 40, 4),
    };
    return true;
}

/* Bytes of what follows the transitions and types; counts of 32 bits cannot overflow 64. */
static uint64_t trailer_size(const struct header *header, unsigned time_size) {
    return (uint64_t)header->abbreviation_bytes +
           (uint64_t)header->leap_seconds * (time_size + 4U) + header->standard_indicators +
           header->ut_indicators;
}

/* Skips the block of version 1, whose times have 32 bits only. */
static void skip_version_1(struct reader *reader, const struct header *header) {
    uint64_t size = (uint64_t)header->transitions * (4 + 1) + (uint64_t)header->types * TYPE_SIZE +
                    trailer_size(header, 4);
    read_bytes(reader, size > reader->left ? SIZE_MAX : (size_t)size);
}

static bool read_types(const unsigned char *types, uint32_t count, int32_t *offsets,
                       struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        offsets[i] = (int32_t)(uint32_t)big_endian(types + (size_t)i * TYPE_SIZE, 4);
        if (offsets[i] <= -OFFSET_BOUND || offsets[i] >= OFFSET_BOUND) {
            return error_set(err, ERROR_FATAL, "ZONE", "an offset of a day or more");
        }
    }
    return true;
}

/* The block of version 2 and later: transitions, offsets. */
static bool read_transitions(struct reader *reader, const struct header *header, struct zone *zone,
                             struct error *err) {
    if (header->leap_seconds > 0) {
        return error_set(err, ERROR_FATAL, "ZONE", "counts leap seconds, which UTC here does not");
    }
    if (header->transitions > ZONE_TRANSITIONS_MAX || header->types == 0 ||
        header->types > ZONE_TYPES_MAX) {
        return error_set(err, ERROR_FATAL, "ZONE", "%u transitions and %u types, bounds are %d, %d",
                         header->transitions, header->types, ZONE_TRANSITIONS_MAX, ZONE_TYPES_MAX);
    }
    uint64_t trailer = trailer_size(header, 8);
    const unsigned char *times = read_bytes(reader, (size_t)header->transitions * 8);
    const unsigned char *indexes = read_bytes(reader, header->transitions);
    const unsigned char *types = read_bytes(reader, (size_t)header->types * TYPE_SIZE);
    read_bytes(reader, trailer > reader->left ? SIZE_MAX : (size_t)trailer);
    if (reader->failed) {
        return error_set(err, ERROR_FATAL, "ZONE", "truncated in its transitions");
    }
    int32_t offsets[ZONE_TYPES_MAX];
    if (!read_types(types, header->types, offsets, err)) {
        return false;
    }
    zone->first_offset = offsets[0];
    zone->transitions_count = header->transitions;
    for (size_t i = 0; i < zone->transitions_count; i++) {
        zone->transition_at[i] = (int64_t)big_endian(times + 8 * i, 8);
        if (i > 0 && zone->transition_at[i] <= zone->transition_at[i - 1]) {
            return error_set(err, ERROR_FATAL, "ZONE", "transitions out of order");
        }
        if (indexes[i] >= header->types) {
            return error_set(err, ERROR_FATAL, "ZONE", "a transition to a type that is not there");
        }
        zone->transition_offset[i] = offsets[indexes[i]];
    }
    return true;
}

static bool next_is(const struct reader *reader, char byte) {
    return reader->left > 0 && *reader->at == (unsigned char)byte;
}

/* Reads that byte if it comes next. */
static bool accept(struct reader *reader, char byte) {
    return next_is(reader, byte) && read_bytes(reader, 1) != NULL;
}

static bool is_letter(unsigned char byte) {
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static bool is_digit(unsigned char byte) {
    return byte >= '0' && byte <= '9';
}

/* "CET" or "<+03>": three characters or more, of no further interest. */
static bool read_name(struct reader *reader) {
    bool quoted = accept(reader, '<');
    size_t size = 0;
    while (reader->left > 0 &&
           (is_letter(*reader->at) ||
            (quoted && (is_digit(*reader->at) || next_is(reader, '+') || next_is(reader, '-'))))) {
        read_bytes(reader, 1);
        size++;
    }
    return size >= 3 && (!quoted || accept(reader, '>'));
}

static bool read_number(struct reader *reader, int min, int max, int *value) {
    int result = 0;
    size_t digits = 0;
    for (; digits < 3 && reader->left > 0 && is_digit(*reader->at); digits++) {
        result = result * 10 + (*reader->at - '0');
        read_bytes(reader, 1);
    }
    *value = result;
    return digits > 0 && result >= min && result <= max;
}

/* "[+|-]hh[:mm[:ss]]" in seconds. */
static bool read_time(struct reader *reader, int hours_max, int32_t *seconds) {
    int hour;
    int minute = 0;
    int second = 0;
    bool negative = accept(reader, '-');
    if (!negative) {
        (void)accept(reader, '+');
    }
    if (!read_number(reader, 0, hours_max, &hour)) {
        return false;
    }
    if (accept(reader, ':') && (!read_number(reader, 0, 59, &minute) ||
                                (accept(reader, ':') && !read_number(reader, 0, 59, &second)))) {
        return false;
    }
    int32_t total = hour * 3600 + minute * 60 + second;
    *seconds = negative ? -total : total;
    return true;
}

/* "-1": POSIX counts hours west of Greenwich, we count seconds east. */
static bool read_offset(struct reader *reader, int32_t *offset) {
    int32_t west;
    if (!read_time(reader, OFFSET_HOURS_MAX, &west) || west <= -OFFSET_BOUND ||
        west >= OFFSET_BOUND) {
        return false;
    }
    *offset = -west;
    return true;
}

/* ",M3.5.0/2". */
static bool read_rule(struct reader *reader, struct zone_rule *rule) {
    rule->time_seconds = RULE_TIME_DEFAULT;
    return accept(reader, ',') && accept(reader, 'M') && read_number(reader, 1, 12, &rule->month) &&
           accept(reader, '.') && read_number(reader, 1, 5, &rule->week) && accept(reader, '.') &&
           read_number(reader, 0, 6, &rule->weekday) &&
           (!accept(reader, '/') || read_time(reader, RULE_HOURS_MAX, &rule->time_seconds));
}

/* "CET-1CEST,M3.5.0,M10.5.0/3" or "UTC0". */
static bool read_footer_rule(struct reader *reader, struct zone *zone) {
    if (!read_name(reader) || !read_offset(reader, &zone->standard_offset)) {
        return false;
    }
    if (next_is(reader, '\n')) {
        return true;
    }
    zone->has_rule = true;
    zone->daylight_offset = zone->standard_offset + 3600;
    return read_name(reader) &&
           (next_is(reader, ',') || read_offset(reader, &zone->daylight_offset)) &&
           zone->daylight_offset < OFFSET_BOUND && read_rule(reader, &zone->daylight_starts) &&
           read_rule(reader, &zone->daylight_ends);
}

static bool read_footer(struct reader *reader, struct zone *zone, struct error *err) {
    if (!accept(reader, '\n')) {
        return error_set(err, ERROR_FATAL, "ZONE", "truncated before its footer");
    }
    if (accept(reader, '\n')) {
        /* No rule: the last transition lasts for ever. */
        size_t count = zone->transitions_count;
        zone->standard_offset =
            count == 0 ? zone->first_offset : zone->transition_offset[count - 1];
        return true;
    }
    if (!read_footer_rule(reader, zone) || !accept(reader, '\n')) {
        return error_set(err, ERROR_FATAL, "ZONE",
                         "a footer that is truncated or not of the form "
                         "CET-1CEST,M3.5.0,M10.5.0/3");
    }
    return true;
}

bool zone_parse(struct slice bytes, struct zone *zone, struct error *err) {
    struct reader reader = {(const unsigned char *)bytes.data, bytes.size, false};
    struct header header;
    if (!read_header(&reader, &header)) {
        return error_set(err, ERROR_FATAL, "ZONE", "not a TZif file");
    }
    if (header.version < '2') {
        return error_set(err, ERROR_FATAL, "ZONE", "TZif version 1; version 2 or later is needed");
    }
    skip_version_1(&reader, &header);
    if (!read_header(&reader, &header)) {
        return error_set(err, ERROR_FATAL, "ZONE", "truncated in its first block");
    }
    struct zone parsed = {0};
    if (!read_transitions(&reader, &header, &parsed, err) || !read_footer(&reader, &parsed, err)) {
        return false;
    }
    *zone = parsed;
    return true;
}
