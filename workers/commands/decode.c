/* `guichet decode TYPE`: what the decoder says of each line of stdin: `ok`, or `invalid:` with path
 * and rule. */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/record/json_read.h"
#include "workers/commands/catalogue.h"
#include "workers/commands/commands.h"
#include "workers/commands/options.h"

/* The name of a type with or without its prefix. */
static bool find_type(struct arena *arena, const char *name, struct event_type *type,
                      struct error *err) {
    if (catalogue_find(name, type) ||
        catalogue_find(arena_format(arena, "guichet.%s", name).data, type)) {
        return true;
    }
    return error_set(err, ERROR_INVALID, "USAGE", "no such event type: %s", name);
}

static bool judge(const struct shape *shape, struct slice line) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct error err;
    void *value = arena_take(&arena, shape->size);
    bool is_valid = json_read_text(&arena, shape, line, value, &err);
    if (is_valid) {
        puts("ok");
    } else {
        printf("invalid: %s\n", err.text);
    }
    return is_valid;
}

int command_decode(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct options options;
    struct event_type type;
    struct error err;
    if (!options_parse(argc, argv, NULL, 1, 1, &options, &err) ||
        !find_type(&arena, options.arguments[0], &type, &err)) {
        return options_failed(argv[0], &err);
    }
    int code = EX_OK;
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    while ((size = getline(&line, &capacity, stdin)) >= 0) {
        struct slice text = {line, (size_t)size};
        text.size -= size > 0 && line[size - 1] == '\n';
        if (!judge(type.shape, text)) {
            code = EX_DATAERR;
        }
    }
    free(line);
    return code;
}
