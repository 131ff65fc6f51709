#include "common/runtime/config_input.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char default_file[] = "/etc/guichet/guichet.ini";

static const char *text_of(struct arena *arena, const char *text, size_t size) {
    return arena_copy(arena, (struct slice){text, size}).data;
}

static size_t trimmed_size(const char *text) {
    size_t size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1])) {
        size--;
    }
    return size;
}

static void add(struct config_inputs *inputs, enum config_source source, const char *key,
                const char *value, const char *origin) {
    while (isspace((unsigned char)*value)) {
        value++;
    }
    struct config_input *input = arena_take(inputs->arena, sizeof(*input));
    *input = (struct config_input){
        .source = source,
        .key = key,
        .value = text_of(inputs->arena, value, trimmed_size(value)),
        .origin = origin,
        .may_be_secret = source == CONFIG_FILE && inputs->is_file_private,
    };
    if (inputs->last == NULL) {
        inputs->first = input;
    } else {
        inputs->last->next = input;
    }
    inputs->last = input;
}

/* inih calls back per line, but as it is commonly built does not tell which: its reader counts. */
struct ini_source {
    FILE *stream;
    const char *path;
    int line;
    bool is_continuation; /* the line begins with white space: more of the value before it */
    bool failed;
    struct config_inputs *inputs;
    struct error *err;
};

static char *read_line(char *line, int capacity, void *context) {
    struct ini_source *source = context;
    if (source->failed || fgets(line, capacity, source->stream) == NULL) {
        return NULL;
    }
    source->line++;
    source->is_continuation = isspace((unsigned char)line[0]) != 0;
    if (strchr(line, '\n') == NULL && !feof(source->stream)) {
        int next = getc(source->stream);
        if (next != EOF) { /* inih would take the rest for a line of its own */
            source->failed = true;
            error_set(source->err, ERROR_FATAL, "CONFIGURATION",
                      "%s:%d: longer than %d characters; go on in a next line that begins with a "
                      "space",
                      source->path, source->line, capacity - 2);
            return NULL;
        }
    }
    return line;
}

static int take_pair(void *context, const char *section, const char *name, const char *value) {
    struct ini_source *source = context;
    struct arena *arena = source->inputs->arena;
    struct config_input *last = source->inputs->last;
    if (source->failed) {
        return 0;
    }
    if (source->is_continuation && last != NULL) {
        last->value =
            arena_format(arena, "%s%s%s", last->value, *last->value == '\0' ? "" : " ", value).data;
        return 1;
    }
    const char *key = arena_format(arena, "%s.%s", section, name).data;
    const char *origin = arena_format(arena, "%s:%d", source->path, source->line).data;
    for (const struct config_input *other = source->inputs->first; other != NULL;
         other = other->next) {
        if (strcmp(other->key, key) == 0) {
            source->failed = true;
            error_set(source->err, ERROR_FATAL, "CONFIGURATION", "%s: %s: is already set at %s",
                      origin, key, other->origin);
            return 0;
        }
    }
    add(source->inputs, CONFIG_FILE, key, value, origin);
    return 1;
}

/* As libpq judges key files: a file of root's may be shared with a group. */
bool config_file_is_private(const struct stat *status) {
    mode_t others = status->st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
    return (status->st_mode & others) == 0;
}

static bool read_file(struct config_inputs *inputs, const char *path, struct error *err) {
    struct ini_source source = {
        .path = path == NULL ? default_file : path, .inputs = inputs, .err = err};
    source.stream = fopen(source.path, "re");
    if (source.stream == NULL && path == NULL && errno == ENOENT) {
        return true; /* all defaults */
    }
    if (source.stream == NULL) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "%s: cannot be opened: %s", source.path,
                         strerror(errno));
    }
    struct stat status;
    inputs->is_file_private =
        fstat(fileno(source.stream), &status) == 0 && config_file_is_private(&status);
    errno = 0;
    int wrong_line = ini_parse_stream(read_line, &source, take_pair, &source);
    bool is_unreadable = ferror(source.stream) != 0;
    int read_errno = errno;
    fclose(source.stream);
    if (source.failed) {
        return false;
    }
    if (is_unreadable) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "%s: cannot be read: %s", source.path,
                         strerror(read_errno));
    }
    if (wrong_line != 0) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "%s:%d: neither [section], nor key = value, nor a comment", source.path,
                         wrong_line);
    }
    return true;
}

static void read_environment(struct config_inputs *inputs) {
    static const char prefix[] = "GUICHET_";
    static const char test_prefix[] = "GUICHET_TEST_"; /* not settings: switches of the tests */
    for (char **variable = environ; variable != NULL && *variable != NULL; variable++) {
        const char *equals = strchr(*variable, '=');
        if (equals == NULL || strncmp(*variable, prefix, strlen(prefix)) != 0 ||
            strncmp(*variable, test_prefix, strlen(test_prefix)) == 0) {
            continue;
        }
        const char *origin = text_of(inputs->arena, *variable, (size_t)(equals - *variable));
        add(inputs, CONFIG_ENVIRONMENT, origin + strlen(prefix), equals + 1, origin);
    }
}

/* A wrong override is not quoted: what stands after it may be a secret. */
static bool read_overrides(struct config_inputs *inputs, const struct config_sources *sources,
                           struct error *err) {
    for (size_t i = 0; i < sources->overrides_count; i++) {
        const char *override = sources->overrides[i];
        const char *equals = strchr(override, '=');
        const char *dot = strchr(override, '.');
        if (equals == NULL || dot == NULL || dot == override || dot > equals) {
            return error_set(err, ERROR_FATAL, "CONFIGURATION",
                             "-o: override %zu is not section.key=value", i + 1);
        }
        add(inputs, CONFIG_FLAG, text_of(inputs->arena, override, (size_t)(equals - override)),
            equals + 1, "-o");
    }
    return true;
}

bool config_inputs_read(struct config_inputs *inputs, struct arena *arena,
                        const struct config_sources *sources, struct error *err) {
    *inputs = (struct config_inputs){.arena = arena};
    if (!read_file(inputs, sources->file, err)) {
        return false;
    }
    read_environment(inputs);
    return read_overrides(inputs, sources, err);
}
