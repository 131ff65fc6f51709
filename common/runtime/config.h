/* Where settings come from: one sorted table of keys {section, key, type, default, bounds, place,
 * sentence}; flags over environment over file over defaults. The table also prints itself (README,
 * --help). */
#ifndef GUICHET_RUNTIME_CONFIG_H
#define GUICHET_RUNTIME_CONFIG_H

#include <stdio.h>

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/runtime/settings.h"

/* What the command line said: `--config FILE` (may be NULL) and each `-o section.key=value`. */
struct config_sources {
    const char *file;
    const char *const *overrides;
    size_t overrides_count;
};

/* Fills `settings`; all strings live in the arena. ERROR_FATAL "CONFIGURATION" naming file and
 * line, variable or flag, the key, what is wrong and, for an unknown key, the nearest known one.
 * Variables GUICHET_TEST_* are not settings. Properties of librdkafka that correctness depends on
 * are refused. */
MUST_CHECK bool config_read(const struct config_sources *sources, struct arena *arena,
                            struct settings *settings, struct error *err);

/* The table as Markdown (setting, default, meaning), as it stands in the README. */
void config_print_markdown(FILE *out);

#endif
