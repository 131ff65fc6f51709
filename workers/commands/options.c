#include "workers/commands/options.h"

#include <stdio.h>
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

/* Takes the option at argv[*i], and its value behind it. */
static bool parse_option(int argc, char **argv, int *i, const struct option_flag *flags,
                         struct options *options, struct error *err) {
    const char *option = argv[*i];
    bool is_config = strcmp(option, "--config") == 0;
    if (!is_config && strcmp(option, "-o") != 0) {
        return set_flag(flags, option) || usage_error(err, "unknown option", option);
    }
    if (*i + 1 == argc) {
        return usage_error(err, "a value is missing after", option);
    }
    const char *value = argv[++*i];
    if (is_config) {
        options->file = value;
        return true;
    }
    return add(options->overrides, &options->overrides_count, value, err);
}

bool options_parse(int argc, char **argv, const struct option_flag *flags, size_t min, size_t max,
                   struct options *options, struct error *err) {
    *options = (struct options){0};
    bool only_arguments = false;
    for (int i = 1; i < argc; i++) {
        bool is_option = !only_arguments && argv[i][0] == '-' && argv[i][1] != '\0';
        if (is_option && strcmp(argv[i], "--") == 0) {
            only_arguments = true;
        } else if (is_option) {
            if (!parse_option(argc, argv, &i, flags, options, err)) {
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
