/* What the fuzz targets share. A target takes any bytes, has a parser read them, and then holds
 * what was accepted to a property: it can be written and read again, it answers questions. What is
 * refused must come with the class of error that the parser promises. A broken property ends the
 * process, which libFuzzer reports with the bytes that did it. */
#ifndef GUICHET_TESTS_FUZZ_H
#define GUICHET_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/error.h"
#include "common/base/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says what does not hold, and ends. */
static inline void demand(bool holds, const char *property, const struct error *err) {
    if (!holds) {
        fprintf(stderr, "does not hold: %s (%s: %s)\n", property, err == NULL ? "-" : err->code,
                err == NULL ? "-" : err->text);
        abort();
    }
}

/* Cuts what stands before the separator off `rest`; all of it if there is none. */
static inline struct slice cut(struct slice *rest, char separator) {
    const char *at = rest->size == 0 ? NULL : memchr(rest->data, separator, rest->size);
    struct slice piece = {rest->data, at == NULL ? rest->size : (size_t)(at - rest->data)};
    size_t used = piece.size + (at != NULL);
    *rest = (struct slice){rest->data + used, rest->size - used};
    return piece;
}

#endif
