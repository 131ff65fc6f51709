/* What was said about settings, as it was said: one list over the file, the environment and the
 * flags, weakest first, so that a later item overrides an earlier one. Nothing is judged here but
 * the form. Private to config.c and its neighbours. */
#ifndef GUICHET_RUNTIME_CONFIG_INPUT_H
#define GUICHET_RUNTIME_CONFIG_INPUT_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/runtime/config.h"

enum config_source { CONFIG_FILE, CONFIG_ENVIRONMENT, CONFIG_FLAG };

struct config_input {
    enum config_source source;
    const char *key;    /* "batch.max_records"; of a variable what follows GUICHET_ */
    const char *value;  /* ends on no white space */
    const char *origin; /* "deploy/guichet.ini:12", "GUICHET_BATCH_MAX_RECORDS", "-o" */
    bool may_be_secret; /* it stands in a file that others cannot read */
    struct config_input *next;
};

struct config_inputs {
    struct arena *arena;
    struct config_input *first;
    struct config_input *last;
    bool is_file_private; /* others than its owner (and, of root's, its group) cannot read it */
};

/* What to do with a secret that stands where others may see it. */
#define CONFIG_SECRET_REMEDY                                                                       \
    "put it into a configuration file of mode 0600, or, if the file is root's, 0640"

struct stat;

/* True if nobody but its owner, or, of root's, a group may read the file, and nobody but the owner
 * may change it. */
bool config_file_is_private(const struct stat *status);

/* Collects all three sources. ERROR_FATAL "CONFIGURATION" for a file that cannot be read or is not
 * INI, for a key that the file sets twice, for an override that is not section.key=value. */
MUST_CHECK bool config_inputs_read(struct config_inputs *inputs, struct arena *arena,
                                   const struct config_sources *sources, struct error *err);

#endif
