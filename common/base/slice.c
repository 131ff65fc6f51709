#include "common/base/slice.h"

#include <string.h>

struct slice slice_none(void) {
    return (struct slice){NULL, 0};
}

struct slice slice_of(const char *text) {
    return (struct slice){text, text == NULL ? 0 : strlen(text)};
}

bool slice_is_present(struct slice s) {
    return s.data != NULL;
}

bool slice_equal(struct slice a, struct slice b) {
    if (a.data == NULL || b.data == NULL) {
        return a.data == b.data;
    }
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

bool slice_is(struct slice s, const char *text) {
    return slice_equal(s, slice_of(text));
}

int slice_compare(struct slice a, struct slice b) {
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);
    if (order != 0) {
        return order;
    }
    if (a.size != b.size) {
        return a.size < b.size ? -1 : 1;
    }
    return (int)(a.data != NULL) - (int)(b.data != NULL);
}

bool slice_starts_with(struct slice s, const char *prefix) {
    size_t size = strlen(prefix);
    return s.data != NULL && s.size >= size && memcmp(s.data, prefix, size) == 0;
}

uint64_t slice_hash(struct slice s) {
    uint64_t hash = 0xCBF29CE484222325U;
    for (size_t i = 0; i < s.size; i++) {
        hash = (hash ^ (unsigned char)s.data[i]) * 0x100000001B3U;
    }
    return hash;
}

size_t slice_code_points(struct slice s) {
    size_t count = 0;
    for (size_t i = 0; i < s.size; i++) {
        count += ((unsigned char)s.data[i] & 0xC0) != 0x80;
    }
    return count;
}

/* What may follow a lead byte: how many continuation bytes, and the narrower range of the first of
 * them that excludes overlong forms, surrogates and what lies beyond U+10FFFF (Unicode table 3-7).
 */
struct utf8_lead {
    unsigned char first;
    unsigned char last;
    unsigned char continuations;
    unsigned char second_min;
    unsigned char second_max;
};

static const struct utf8_lead utf8_leads[] = {
    {0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF}, {0xE1, 0xEC, 2, 0x80, 0xBF},
    {0xED, 0xED, 2, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x80, 0xBF}, {0xF0, 0xF0, 3, 0x90, 0xBF},
    {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F},
};

/* Size of the well-formed sequence of two bytes or more at `at`, or 0. */
static size_t utf8_sequence(const unsigned char *at, size_t left) {
    for (size_t i = 0; i < sizeof(utf8_leads) / sizeof(utf8_leads[0]); i++) {
        const struct utf8_lead *lead = &utf8_leads[i];
        if (at[0] < lead->first || at[0] > lead->last) {
            continue;
        }
        if (left <= lead->continuations || at[1] < lead->second_min || at[1] > lead->second_max) {
            return 0;
        }
        for (size_t k = 2; k <= lead->continuations; k++) {
            if ((at[k] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return (size_t)lead->continuations + 1;
    }
    return 0;
}

bool slice_is_utf8(struct slice s) {
    const uint64_t high_bits = 0x8080808080808080U;
    const unsigned char *bytes = (const unsigned char *)s.data;
    size_t i = 0;
    while (i < s.size) {
        uint64_t eight;
        if (s.size - i >= sizeof(eight)) {
            memcpy(&eight, bytes + i, sizeof(eight));
            if ((eight & high_bits) == 0) {
                i += sizeof(eight);
                continue;
            }
        }
        size_t step = bytes[i] < 0x80 ? 1 : utf8_sequence(bytes + i, s.size - i);
        if (step == 0) {
            return false;
        }
        i += step;
    }
    return true;
}

bool slice_list_has(struct slice_list list, struct slice s) {
    for (size_t i = 0; i < list.count; i++) {
        if (slice_equal(list.items[i], s)) {
            return true;
        }
    }
    return false;
}

bool slice_list_equal(struct slice_list a, struct slice_list b) {
    if (a.count != b.count) {
        return false;
    }
    for (size_t i = 0; i < a.count; i++) {
        if (!slice_equal(a.items[i], b.items[i])) {
            return false;
        }
    }
    return true;
}
