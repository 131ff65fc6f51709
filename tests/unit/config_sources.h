/* Settings read from what a test says: a file, variables and overrides. */
#ifndef GUICHET_TESTS_CONFIG_SOURCES_H
#define GUICHET_TESTS_CONFIG_SOURCES_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/runtime/config.h"
#include "tests/unit/check.h"

enum { VARIABLES_MAX = 3, OVERRIDES_MAX = 3 };

/* What a row says: text of the file, variables NAME=value, overrides section.key=value. */
struct sources {
    const char *file; /* NULL: an empty one */
    const char *variables[VARIABLES_MAX];
    const char *overrides[OVERRIDES_MAX];
};

static char path[] = "/tmp/guichet-config-XXXXXX";

static inline bool read_sources(const struct sources *sources, struct arena *arena,
                                struct settings *settings, struct error *err) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    if (sources->file != NULL) {
        fputs(sources->file, file);
    }
    assert_int_equal(fclose(file), 0);
    clearenv();
    for (size_t i = 0; i < VARIABLES_MAX && sources->variables[i] != NULL; i++) {
        char variable[512];
        snprintf(variable, sizeof(variable), "%s", sources->variables[i]);
        char *equals = strchr(variable, '=');
        assert_non_null(equals);
        *equals = '\0';
        setenv(variable, equals + 1, 1);
    }
    size_t count = 0;
    while (count < OVERRIDES_MAX && sources->overrides[count] != NULL) {
        count++;
    }
    const struct config_sources said = {path, sources->overrides, count};
    return config_read(&said, arena, settings, err);
}

/* Around all tests: the file that settings are read from. */
static inline int make_file(void **state UNUSED) {
    int descriptor = mkstemp(path);
    return descriptor < 0 ? -1 : close(descriptor);
}

static inline int remove_file(void **state UNUSED) {
    return unlink(path);
}

#endif
