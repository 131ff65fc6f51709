/* Official data that may lie beside the tree, or where GUICHET_SHARED_DATA says. */
#ifndef GUICHET_TESTS_OFFICIAL_DATA_H
#define GUICHET_TESTS_OFFICIAL_DATA_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/check.h"

/* The content of a file, the caller's to release; skips the test with a message if it is absent. */
static inline json_t *official_data(const char *file) {
    const char *directory = getenv("GUICHET_SHARED_DATA");
    char path[1024];
    json_error_t err;
    snprintf(path, sizeof(path), "%s/%s",
             directory != NULL ? directory : SOURCE_DIRECTORY "/../shared/data", file);
    FILE *there = fopen(path, "r");
    if (there == NULL) {
        print_message("%s is not there: skipped\n", path);
        skip();
    }
    json_t *data = json_loadf(there, JSON_REJECT_DUPLICATES, &err);
    fclose(there);
    if (data == NULL) {
        fail_msg("%s:%d: %s", path, err.line, err.text);
    }
    return data;
}

#endif
