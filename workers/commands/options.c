#include "workers/commands/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static bool usage_error(struct error *err, const char *text, const char *what) {
    return error_set(err, ERROR_INVALID, "USAGE", "%s: %s", text, what);
}

static bool add(const char **items, size_t *count, const char *item, struct error *err) {
    if (*count == OPTIONS_MAX) {
        return usage_error(err, "too many arguments", item);
    }
    items[(*count)++] = item;
    return true;
}

static bool set_flag(const struct option_flag *flags, const char *argument) {
    for (; flags != NULL && flags->name != NULL; flags++) {
        if (strcmp(flags->name, argument) == 0) {
            *flags->is_given = true;
            return true;
        }
    }
    return false;
}

/* Where the value of that option goes; NULL if it is none that takes one. */
static const char **value_place(const struct option_value *values, const char *option) {
    for (; values != NULL && values->name != NULL; values++) {
        if (strcmp(values->name, option) == 0) {
            return values->value;
        }
    }
    return NULL;
}

/* Takes the option at argv[*i], and its value behind it. */
static bool parse_option(int argc, char **argv, int *i, const struct option_flag *flags,
                         const struct option_value *values, struct options *options,
                         struct error *err) {
    const char *option = argv[*i];
    const char **place =
        strcmp(option, "--config") == 0 ? &options->file : value_place(values, option);
    if (place == NULL && strcmp(option, "-o") != 0) {
        return set_flag(flags, option) || usage_error(err, "unknown option", option);
    }
    if (*i + 1 == argc) {
        return usage_error(err, "a value is missing after", option);
    }
    const char *value = argv[++*i];
    if (place != NULL) {
        *place = value;
        return true;
    }
    return add(options->overrides, &options->overrides_count, value, err);
}

bool options_parse(int argc, char **argv, const struct option_flag *flags, size_t min, size_t max,
                   struct options *options, struct error *err) {
    return options_parse_values(argc, argv, flags, NULL, min, max, options, err);
}

bool options_parse_values(int argc, char **argv, const struct option_flag *flags,
                          const struct option_value *values, size_t min, size_t max,
                          struct options *options, struct error *err) {
    *options = (struct options){0};
    bool only_arguments = false;
    for (int i = 1; i < argc; i++) {
        bool is_option = !only_arguments && argv[i][0] == '-' && argv[i][1] != '\0';
        if (is_option && strcmp(argv[i], "--") == 0) {
            only_arguments = true;
        } else if (is_option) {
            if (!parse_option(argc, argv, &i, flags, values, options, err)) {
                return false;
            }
        } else if (!add(options->arguments, &options->arguments_count, argv[i], err)) {
            return false;
        }
    }
    if (options->arguments_count > max) {
        return usage_error(err, "one argument too many", options->arguments[max]);
    }
    if (options->arguments_count < min) {
        return error_set(err, ERROR_INVALID, "USAGE", "an argument is missing");
    }
    return true;
}

bool options_check_uses(const struct options *options, const struct option_use *uses, size_t count,
                        unsigned action, struct error *err) {
    for (size_t i = 0; i < count; i++) {
        if (uses[i].is_given && (uses[i].actions & action) == 0) {
            return error_set(err, ERROR_INVALID, "USAGE", "%s does not go with %s", uses[i].name,
                             options->arguments[0]);
        }
    }
    return true;
}

bool options_number(const char *option, const char *value, int min, int max, int *number,
                    struct error *err) {
    char *end;
    errno = 0;
    long read = strtol(value, &end, 10);
    bool is_number = value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0;
    if (!is_number || read < min || read > max) {
        return error_set(err, ERROR_INVALID, "USAGE", "%s: wants a whole number from %d to %d",
                         option, min, max);
    }
    *number = (int)read;
    return true;
}

bool options_read_settings(const struct options *options, struct arena *arena,
                           struct settings *settings, struct error *err) {
    struct config_sources sources = {
        .file = options->file,
        .overrides = options->overrides,
        .overrides_count = options->overrides_count,
    };
    return config_read(&sources, arena, settings, err);
}

/* The code decides where it says more than the class. */
static int exit_code(const struct error *err) {
    static const struct {
        const char *code;
        int exit_code;
    } by_code[] = {
        {"USAGE", EX_USAGE},
        {"UNAVAILABLE", EX_UNAVAILABLE},
    };
    static const int by_class[] = {
        [ERROR_INVALID] = EX_DATAERR,
        [ERROR_TRANSIENT] = EX_TEMPFAIL,
        [ERROR_FATAL] = EX_CONFIG,
    };
    for (size_t i = 0; i < COUNT_OF(by_code); i++) {
        if (strcmp(by_code[i].code, err->code) == 0) {
            return by_code[i].exit_code;
        }
    }
    return by_class[err->class];
}

int options_failed(const char *command, const struct error *err) {
    fflush(stdout); /* what was done stands before what failed */
    fprintf(stderr, "guichet %s: %s\n", command, err->text);
    return exit_code(err);
}
