/* What every command line has in common: `--config FILE` and `-o section.key=value` anywhere among
 * the arguments, flags of the command itself, `--` before arguments that look like options; and how
 * a command ends when something failed. */
#ifndef GUICHET_COMMANDS_OPTIONS_H
#define GUICHET_COMMANDS_OPTIONS_H

#include "common/runtime/config.h"

enum { OPTIONS_MAX = 64 }; /* of each kind on one command line */

/* A flag without a value; `is_given` is set when it occurs. */
struct option_flag {
    const char *name; /* "--once" */
    bool *is_given;
};

/* An option with a value, which stays a text of the command line; NULL where it was not given. */
struct option_value {
    const char *name; /* "--limit" */
    const char **value;
};

struct options {
    const char *file; /* of settings, or NULL */
    const char *overrides[OPTIONS_MAX];
    size_t overrides_count;
    const char *arguments[OPTIONS_MAX];
    size_t arguments_count;
};

/* `flags` ends with a NULL name; NULL if the command has none. ERROR_INVALID "USAGE" for an unknown
 * option or a number of arguments outside min..max. */
MUST_CHECK bool options_parse(int argc, char **argv, const struct option_flag *flags, size_t min,
                              size_t max, struct options *options, struct error *err);

/* The same for a command that has options with values; `values` ends with a NULL name. */
MUST_CHECK bool options_parse_values(int argc, char **argv, const struct option_flag *flags,
                                     const struct option_value *values, size_t min, size_t max,
                                     struct options *options, struct error *err);

/* An option that goes only with some of the actions of a command. */
struct option_use {
    const char *name; /* "--json" */
    bool is_given;
    unsigned actions; /* bits */
};

/* ERROR_INVALID "USAGE" for an option given that does not go with `action`, one bit, which the
 * first argument names. */
MUST_CHECK bool options_check_uses(const struct options *options, const struct option_use *uses,
                                   size_t count, unsigned action, struct error *err);

/* The whole number that an option's value says. ERROR_INVALID "USAGE" if it is none in min..max. */
MUST_CHECK bool options_number(const char *option, const char *value, int min, int max, int *number,
                               struct error *err);

/* The settings that these options, the environment and the file give (see config_read). */
MUST_CHECK bool options_read_settings(const struct options *options, struct arena *arena,
                                      struct settings *settings, struct error *err);

/* Says on stderr what failed and returns the exit code that goes with it. */
int options_failed(const char *command, const struct error *err);

#endif
