/* `guichet rows`: the descriptor rows of every type as one JSON object, for the tests that compare
 * them with the schemas. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "common/record/quote.h"
#include "common/record/topics.h"
#include "workers/commands/catalogue.h"
#include "workers/commands/commands.h"
#include "workers/commands/options.h"

/* Type of a row in the schema's words, and whether its bounds mean anything. */
static const struct {
    const char *name;
    bool has_bounds;
} kinds[] = {
    [FIELD_ID] = {"id", true},
    [FIELD_DIGITS] = {"digits", true},
    [FIELD_TEXT] = {"text", true},
    [FIELD_ENUM] = {"enum", false},
    [FIELD_INT32] = {"integer", true},
    [FIELD_INT64] = {"integer", true},
    [FIELD_BOOLEAN] = {"boolean", false},
    [FIELD_DATE] = {"date", false},
    [FIELD_MONTH] = {"month", false},
    [FIELD_INSTANT] = {"instant", false},
    [FIELD_UUID] = {"uuid", false},
    [FIELD_TRISTATE] = {"boolean", false},
    [FIELD_TOKEN] = {"token", true},
    [FIELD_OBJECT] = {"object", false},
    [FIELD_LIST] = {"list", true},
};

static void write_fields(struct buffer *out, const struct shape *shape);

static void write_member(struct buffer *out, const char *name, const char *text) {
    quote_append(out, slice_of(name));
    buffer_append_byte(out, ':');
    quote_append(out, slice_of(text));
}

static void write_number(struct buffer *out, const char *name, int64_t value) {
    buffer_append_byte(out, ',');
    quote_append(out, slice_of(name));
    buffer_append_byte(out, ':');
    buffer_append_int64(out, value);
}

static void write_words(struct buffer *out, const struct words *words) {
    buffer_append_text(out, ",\"words\":[");
    for (size_t i = 1; i < words->count; i++) {
        buffer_append_text(out, i > 1 ? "," : "");
        quote_append(out, slice_of(words->items[i]));
    }
    buffer_append_byte(out, ']');
}

/* What a field and an item of a list have in common, without the braces. */
static void write_kind(struct buffer *out, const struct field *field) {
    write_member(out, "type", kinds[field->type].name);
    if (field->flags & FIELD_REQUIRED) {
        buffer_append_text(out, ",\"required\":true");
    }
    if (field->flags & FIELD_PERSONAL) {
        buffer_append_text(out, ",\"personal\":true");
    }
    if (kinds[field->type].has_bounds) {
        write_number(out, "min", field->min);
        write_number(out, "max", field->max);
    }
    if (field->words != NULL) {
        write_words(out, field->words);
    }
}

static void write_item(struct buffer *out, const struct field *list) {
    buffer_append_text(out, ",\"item\":{");
    if (list->item != NULL) {
        write_kind(out, list->item);
    } else {
        write_member(out, "type", kinds[FIELD_OBJECT].name);
        write_fields(out, list->shape);
    }
    buffer_append_byte(out, '}');
}

/* `,"fields":[...]`, with all below. Shapes do not contain themselves. */
static void write_fields(struct buffer *out, const struct shape *shape) {
    buffer_append_text(out, ",\"fields\":[");
    for (size_t i = 0; i < shape->fields_count; i++) {
        const struct field *field = &shape->fields[i];
        buffer_append_text(out, i > 0 ? ",{" : "{");
        write_member(out, "name", field->name);
        buffer_append_byte(out, ',');
        write_kind(out, field);
        if (field->type == FIELD_LIST) {
            write_item(out, field);
        } else if (field->type == FIELD_OBJECT) {
            write_fields(out, field->shape);
        }
        buffer_append_byte(out, '}');
    }
    buffer_append_byte(out, ']');
}

static void write_use(struct buffer *out, const char *topic, const char *direction,
                      const struct worker *worker) {
    buffer_append_text(out, out->data[out->size - 1] == '[' ? "{" : ",{");
    write_member(out, "topic", topic);
    buffer_append_byte(out, ',');
    write_member(out, "direction", direction);
    buffer_append_byte(out, ',');
    write_member(out, "worker", worker->name);
    buffer_append_byte(out, '}');
}

/* `"uses":[...]`: where each worker reads or writes the type. */
static void write_uses(struct buffer *out, const char *type) {
    buffer_append_text(out, "\"uses\":[");
    for (const struct worker *const *worker = workers; *worker != NULL; worker++) {
        for (size_t i = 0; i < (*worker)->inputs_count; i++) {
            if (strcmp((*worker)->inputs[i].type, type) == 0) {
                write_use(out, (*worker)->inputs[i].topic, "in", *worker);
            }
        }
        for (size_t i = 0; i < (*worker)->outputs_count; i++) {
            if (strcmp((*worker)->outputs[i]->type, type) == 0) {
                write_use(out, (*worker)->outputs[i]->topic, "out", *worker);
            }
        }
    }
    buffer_append_byte(out, ']');
}

static void write_type(struct buffer *out, const char *type, const struct event_type *known) {
    buffer_append_text(out, out->size > 1 ? ",\n" : "\n");
    quote_append(out, slice_of(strchr(type, '.') + 1));
    buffer_append_text(out, ":{");
    write_uses(out, type);
    write_fields(out, known->shape);
    buffer_append_byte(out, '}');
}

int command_rows(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct options options;
    struct error err;
    if (!options_parse(argc, argv, NULL, 0, 0, &options, &err)) {
        return options_failed(argv[0], &err);
    }
    struct buffer out;
    buffer_init(&out, &arena, 64 * 1024);
    buffer_append_byte(&out, '{');
    for (size_t t = 0; t < topics_count; t++) {
        for (const char *const *type = topics[t].types; *type != NULL; type++) {
            struct event_type known;
            bool is_first = topic_of_type(slice_of(*type)) == &topics[t];
            if (is_first && catalogue_find(*type, &known)) {
                write_type(&out, *type, &known);
            }
        }
    }
    buffer_append_text(&out, "\n}\n");
    fwrite(out.data, 1, out.size, stdout);
    return EX_OK;
}
