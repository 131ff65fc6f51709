#include "common/base/words.h"

#include <assert.h>

int words_value(const struct words *words, struct slice word) {
    for (size_t i = 1; i < words->count; i++) {
        if (slice_is(word, words->items[i])) {
            return (int)i;
        }
    }
    return 0;
}

const char *words_text(const struct words *words, int value) {
    assert(value >= 0 && (size_t)value < words->count);
    return words->items[value];
}
