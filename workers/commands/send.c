/* `guichet send FILE`: structured CloudEvents, one a line, to the topics of their types. All lines
 * are judged as a worker would judge them before the first is sent. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "common/base/buffer.h"
#include "common/record/json_read.h"
#include "workers/commands/catalogue.h"
#include "workers/commands/commands.h"
#include "workers/commands/options.h"
#include "workers/commands/outgoing.h"

enum {
    CHUNK_BYTES = 64 * 1024,
    KEEP_BYTES = 1024 * 1024,
    SHOWN_TYPE_MAX = 64,
};

static bool read_file(struct arena *arena, const char *path, struct slice *text,
                      struct error *err) {
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    if (file == NULL) {
        return error_set(err, ERROR_INVALID, "FILE", "%s: %s", path, strerror(errno));
    }
    struct buffer content;
    buffer_init(&content, arena, CHUNK_BYTES);
    size_t size;
    do {
        size = fread(buffer_reserve(&content, CHUNK_BYTES), 1, CHUNK_BYTES, file);
        content.size += size;
    } while (size > 0);
    bool is_read = ferror(file) == 0;
    int cause = errno;
    if (!is_stdin) {
        fclose(file);
    }
    *text = buffer_slice(&content);
    return is_read || error_set(err, ERROR_INVALID, "FILE", "%s: %s", path, strerror(cause));
}

/* The input topic of the event's type; other checks are left to message_read. */
static bool find_topic(struct slice line, const struct topic **topic, struct error *err) {
    json_t *event CLEANUP(json_release) = NULL;
    if (!json_parse(line, &event, err)) {
        return false;
    }
    const json_t *type = json_object_get(event, "type");
    if (!json_is_string(type) || json_string_length(type) == 0) {
        return error_set(err, ERROR_INVALID, "NOT_CLOUDEVENT", "the attribute type is missing");
    }
    struct slice name = {json_string_value(type), json_string_length(type)};
    *topic = topic_of_type(name);
    if (*topic != NULL && topic_is_clock(*topic)) {
        return error_set(err, ERROR_INVALID, "TYPE_NOT_ALLOWED",
                         "%.*s stands on the clock of a worker, which guichet writes itself",
                         SLICE_FORMAT(name));
    }
    if (*topic != NULL && (*topic)->is_input) {
        return true;
    }
    /* Somebody else's text: shown as far as it can be the name of a type. */
    size_t shown = 0;
    while (shown < name.size && shown < SHOWN_TYPE_MAX && name.data[shown] > ' ' &&
           name.data[shown] <= '~') {
        shown++;
    }
    return error_set(err, ERROR_INVALID, "TYPE_UNKNOWN", "no worker reads the type %.*s",
                     (int)shown, name.data);
}

/* What all lines of one file need. */
struct reading {
    struct arena *arena;  /* of what is kept */
    struct arena scratch; /* of one line */
    const struct input_type *inputs;
    size_t inputs_count;
    struct outgoing_list events;
};

static bool read_line(struct reading *reading, struct slice line, struct error *err) {
    const struct topic *topic = NULL;
    if (!find_topic(line, &topic, err)) {
        return false;
    }
    struct header content_type = {slice_of("content-type"), slice_of(outgoing_content_type)};
    struct raw_record raw = {
        .topic = slice_of(topic->name),
        .value = line,
        .headers = &content_type,
        .headers_count = 1,
    };
    struct message message;
    if (!message_read(&reading->scratch, reading->inputs, reading->inputs_count, &raw, &message,
                      err)) {
        return false;
    }
    struct outgoing event = {
        .topic = topic->name, .key = arena_copy(reading->arena, message.siren), .value = line};
    outgoing_append(reading->arena, &reading->events, event);
    arena_reset(&reading->scratch, KEEP_BYTES);
    return true;
}

static bool is_blank(struct slice line) {
    size_t i = 0;
    while (i < line.size && strchr(" \t\r", line.data[i]) != NULL) {
        i++;
    }
    return i == line.size;
}

/* Reads each line that is not blank; the first that is wrong ends it, named by its number. */
static bool read_lines(struct reading *reading, struct slice text, struct error *err) {
    size_t number = 0;
    size_t at = 0;
    while (at < text.size) {
        const char *start = text.data + at;
        const char *newline = memchr(start, '\n', text.size - at);
        size_t size = newline != NULL ? (size_t)(newline - start) : text.size - at;
        struct slice line = {start, size};
        number++;
        at += size + 1;
        if (!is_blank(line) && !read_line(reading, line, err)) {
            return error_prefix(err, "line %zu: %.32s", number, err->code);
        }
    }
    return true;
}

static bool read_events(struct arena *arena, const char *path, struct outgoing_list *events,
                        struct error *err) {
    struct slice text = slice_none();
    if (!read_file(arena, path, &text, err)) {
        return false;
    }
    struct reading reading = {.arena = arena};
    arena_init(&reading.scratch);
    reading.inputs = catalogue_inputs(arena, &reading.inputs_count);
    bool is_read = read_lines(&reading, text, err);
    arena_fini(&reading.scratch);
    *events = reading.events;
    return is_read;
}

int command_send(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct options options;
    struct settings settings;
    struct outgoing_list events;
    struct error err;
    if (!options_parse(argc, argv, NULL, 1, 1, &options, &err) ||
        !options_read_settings(&options, &arena, &settings, &err) ||
        !read_events(&arena, options.arguments[0], &events, &err) ||
        !outgoing_send(&settings, &events, &err)) {
        return options_failed(argv[0], &err);
    }
    printf("%zu events sent\n", events.count);
    return EX_OK;
}
