#include "common/record/quote.h"

#include <stdbool.h>
#include <string.h>

enum { ESCAPE_SIZE = 6 }; /* \u001f */

/* True if none of eight bytes must be escaped in JSON: no control character, quote or backslash.
 * Works on all bytes at once; a set high bit (UTF-8) is no reason. */
static bool eight_are_plain(const char *data) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t highs = ones << 7;
    uint64_t bytes;
    memcpy(&bytes, data, sizeof(bytes));
    uint64_t quotes = bytes ^ (ones * '"');
    uint64_t backslashes = bytes ^ (ones * '\\');
    uint64_t found = ((bytes - ones * ' ') & ~bytes) | ((quotes - ones) & ~quotes) |
                     ((backslashes - ones) & ~backslashes);
    return (found & highs) == 0;
}

static bool is_plain(char byte) {
    return (unsigned char)byte >= ' ' && byte != '"' && byte != '\\';
}

/* Number of bytes at the start that stand in JSON as they are. */
static size_t plain_prefix(struct slice text) {
    size_t size = 0;
    while (size + sizeof(uint64_t) <= text.size && eight_are_plain(text.data + size)) {
        size += sizeof(uint64_t);
    }
    while (size < text.size && is_plain(text.data[size])) {
        size++;
    }
    return size;
}

/* Writes one byte that must be escaped; returns the position after it. */
static char *write_escaped(char *to, char byte) {
    static const char digits[] = "0123456789abcdef";
    /* What has a short form; the position in one is the position in the other. */
    static const char bytes[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    *to++ = '\\';
    const char *short_form = byte == '\0' ? NULL : strchr(bytes, byte);
    if (short_form != NULL) {
        *to++ = letters[short_form - bytes];
        return to;
    }
    memcpy(to, "u00", 3);
    to[3] = digits[(unsigned char)byte >> 4];
    to[4] = digits[byte & 0xf];
    return to + 5;
}

void quote_append(struct buffer *out, struct slice text) {
    size_t plain = plain_prefix(text);
    char *start = buffer_reserve(out, plain + (text.size - plain) * ESCAPE_SIZE + 2);
    char *to = start;
    *to++ = '"';
    if (plain > 0) {
        memcpy(to, text.data, plain);
        to += plain;
    }
    for (size_t i = plain; i < text.size; i++) {
        if (is_plain(text.data[i])) {
            *to++ = text.data[i];
        } else {
            to = write_escaped(to, text.data[i]);
        }
    }
    *to++ = '"';
    out->size += (size_t)(to - start);
}
