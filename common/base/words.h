/* The words of an enumeration: value i (from 1) is written `words[i]`; 0 means absent. One table
 * serves JSON, SQL, logs and the schemas' comparison. */
#ifndef GUICHET_BASE_WORDS_H
#define GUICHET_BASE_WORDS_H

#include <stddef.h>

#include "common/base/slice.h"

struct words {
    const char *const *items; /* items[0] is NULL: absent */
    size_t count;             /* items, the absent one included */
};

/* Defines `const struct words NAME` over the given literals; their order is the enum's. A header
 * may declare it `extern`. */
#define WORDS(name, ...)                                                                           \
    static const char *const name##_items[] = {NULL, __VA_ARGS__};                                 \
    const struct words name = {name##_items, sizeof(name##_items) / sizeof(name##_items[0])}

/* The value of a word, or 0 if there is none such. */
int words_value(const struct words *words, struct slice word);

/* The word of a value; NULL for 0; asserts that the value is in range. */
const char *words_text(const struct words *words, int value);

#endif
