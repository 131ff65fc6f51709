#include "common/runtime/config.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "common/runtime/bounds.h"
#include "common/runtime/config_input.h"
#include "common/runtime/config_kafka.h"
#include "common/runtime/config_table.h"

enum { KEY_SIZE = 128 };

static const char kafka_section[] = "kafka.";
static const char environment_prefix[] = "GUICHET_";

/* Where keys end up, and what they are looked up in. */
struct reading {
    struct arena *arena;
    struct config_kafka kafka;
    struct settings *settings;
    struct error *err;
};

/* A key as it stands in a variable's name: capitals, with `_` for dots and dashes. */
static void variable_of(const char *key, char variable[KEY_SIZE]) {
    size_t size = strlen(key);
    assert(size < KEY_SIZE);
    for (size_t i = 0; i <= size; i++) {
        bool is_joint = key[i] == '.' || key[i] == '-';
        variable[i] = is_joint ? '_' : (char)toupper((unsigned char)key[i]);
    }
}

/* Calls `visit` with every key there is, until it answers true. */
static bool any_key(const struct reading *reading, bool (*visit)(const char *key, void *context),
                    void *context) {
    static const char *const sides[] = {"", "consumer.", "producer."};
    for (size_t i = 0; i < config_table_count; i++) {
        if (visit(config_table[i].key, context)) {
            return true;
        }
    }
    for (size_t i = 0; i < reading->kafka.names_count; i++) {
        for (size_t side = 0; side < COUNT_OF(sides); side++) {
            char key[KEY_SIZE];
            int length = snprintf(key, sizeof(key), "%s%s%s", kafka_section, sides[side],
                                  reading->kafka.names[i]);
            if (length > 0 && length < KEY_SIZE && visit(key, context)) {
                return true;
            }
        }
    }
    return false;
}

struct resolution {
    const char *variable;
    char key[KEY_SIZE];
};

static bool has_variable(const char *key, void *context) {
    struct resolution *resolution = context;
    char variable[KEY_SIZE];
    variable_of(key, variable);
    if (strcmp(variable, resolution->variable) != 0) {
        return false;
    }
    memcpy(resolution->key, key, strlen(key) + 1);
    return true;
}

static size_t smallest(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein's distance: insertions, deletions and exchanges that make one of the other. Both are
 * shorter than KEY_SIZE. */
static size_t distance(const char *a, const char *b) {
    size_t a_size = strlen(a);
    size_t b_size = strlen(b);
    size_t row[KEY_SIZE];
    assert(b_size < KEY_SIZE);
    for (size_t j = 0; j <= b_size; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t above = row[j];
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_size];
}

struct search {
    const char *wanted;
    bool is_variable;
    size_t best_distance;
    char best[KEY_SIZE];
};

static bool consider(const char *key, void *context) {
    struct search *search = context;
    char candidate[KEY_SIZE];
    if (search->is_variable) {
        variable_of(key, candidate);
    } else {
        memcpy(candidate, key, strlen(key) + 1);
    }
    size_t apart = distance(search->wanted, candidate);
    if (apart < search->best_distance) {
        search->best_distance = apart;
        memcpy(search->best, candidate, sizeof(search->best));
    }
    return false;
}

/* `label` is what the message begins with: origin, and key where the origin does not say it. */
static bool refuse_unknown(const struct reading *reading, const char *label, const char *key,
                           bool is_variable) {
    struct search search = {.wanted = key, .is_variable = is_variable};
    search.best_distance = strlen(key) / 2 + 1; /* farther off is no help */
    if (strlen(key) < KEY_SIZE) {
        any_key(reading, consider, &search);
    }
    if (search.best[0] == '\0') {
        return error_set(reading->err, ERROR_FATAL, "CONFIGURATION", "%s: unknown setting", label);
    }
    return error_set(reading->err, ERROR_FATAL, "CONFIGURATION",
                     "%s: unknown setting; did you mean %s%s?", label,
                     is_variable ? environment_prefix : "", search.best);
}

/* The message's beginning: "deploy/guichet.ini:12: batch.max_records", "-o batch.max_records",
 * "GUICHET_BATCH_MAX_RECORDS". */
static const char *label_of(struct arena *arena, const struct config_input *input) {
    switch (input->source) {
    case CONFIG_FILE:
        return arena_format(arena, "%s: %s", input->origin, input->key).data;
    case CONFIG_FLAG:
        return arena_format(arena, "%s %s", input->origin, input->key).data;
    case CONFIG_ENVIRONMENT:
        break;
    }
    return input->origin;
}

static bool apply_kafka(const struct reading *reading, const struct config_input *input,
                        const char *key, const char *label) {
    const char *name = key + strlen(kafka_section);
    const char *origin = input->source == CONFIG_FILE ? input->origin : label;
    return config_kafka_set(&reading->kafka, name, input, origin, reading->settings,
                            reading->err) ||
           error_prefix(reading->err, "%s", label);
}

static bool apply_setting(const struct reading *reading, const struct config_input *input,
                          const struct setting *setting, const char *label) {
    if (!config_table_set(setting, input->value, reading->settings, reading->err)) {
        return error_prefix(reading->err, "%s", label);
    }
    if (setting->type == SETTING_CONNINFO && !input->may_be_secret &&
        config_conninfo_has_secret(input->value)) {
        return error_set(reading->err, ERROR_FATAL, "CONFIGURATION",
                         "%s: holds a password that others may see; name a file with passfile=… or "
                         "service=…, or " CONFIG_SECRET_REMEDY,
                         label);
    }
    return true;
}

static bool apply(const struct reading *reading, const struct config_input *input) {
    const char *label = label_of(reading->arena, input);
    bool is_variable = input->source == CONFIG_ENVIRONMENT;
    struct resolution resolution = {.variable = input->key};
    const char *key = input->key;
    if (is_variable) {
        if (!any_key(reading, has_variable, &resolution)) {
            return refuse_unknown(reading, label, key, true);
        }
        key = resolution.key;
    }
    const struct setting *setting = config_table_find(key);
    if (setting != NULL) {
        return apply_setting(reading, input, setting, label);
    }
    if (strncmp(key, kafka_section, strlen(kafka_section)) == 0 &&
        config_kafka_knows(&reading->kafka, key + strlen(kafka_section))) {
        return apply_kafka(reading, input, key, label);
    }
    return refuse_unknown(reading, label, key, false);
}

static bool apply_defaults(struct settings *settings, struct error *err) {
    *settings = (struct settings){.kafka_count = 0};
    for (size_t i = 0; i < config_table_count; i++) {
        if (!config_table_set(&config_table[i], config_table[i].initial, settings, err)) {
            return error_prefix(err, "%s: default", config_table[i].key);
        }
    }
    return true;
}

/* Key files that are not set lie in the state folder. */
static void complete_paths(struct arena *arena, struct settings *settings) {
    if (settings->secret_file[0] == '\0') {
        settings->secret_file = arena_format(arena, "%s/secret.key", settings->state_dir).data;
    }
    if (settings->activation_key_file[0] == '\0') {
        settings->activation_key_file =
            arena_format(arena, "%s/activation.key", settings->state_dir).data;
    }
}

/* Else a start or a rate would silently do nothing. */
static bool check_clock(const struct settings *settings, struct error *err) {
    const char *key = settings->clock_start[0] != '\0' ? "clock.start"
                      : settings->clock_rate != 1      ? "clock.rate"
                                                       : NULL;
    if (key == NULL || settings->clock_simulate) {
        return true;
    }
    return error_set(err, ERROR_FATAL, "CONFIGURATION",
                     "%s is set, but clock.simulate is not true: set both or neither", key);
}

bool config_read(const struct config_sources *sources, struct arena *arena,
                 struct settings *settings, struct error *err) {
    struct reading reading = {.arena = arena, .settings = settings, .err = err};
    struct config_inputs inputs;
    if (!apply_defaults(settings, err) || !config_kafka_init(&reading.kafka, arena, err) ||
        !config_inputs_read(&inputs, arena, sources, err)) {
        return false;
    }
    for (const struct config_input *input = inputs.first; input != NULL; input = input->next) {
        if (!apply(&reading, input)) {
            return false;
        }
    }
    complete_paths(arena, settings);
    return check_clock(settings, err) && config_kafka_complete(settings, err) &&
           bounds_check(settings, err);
}
