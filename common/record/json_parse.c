/* JSON text to Jansson's values: what is refused before the parser sees it, and its messages
 * without the excerpt of the text that it likes to quote. */
#include "common/record/json_read.h"

/* Number of opening brackets, those in text included. */
static size_t count_brackets(struct slice text) {
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        count += (text.data[i] | ' ') == '{'; /* '[' and '{' differ in that bit only */
    }
    return count;
}

/* True if brackets nest deeper than the bound. Text between quotes does not count; whether the rest
 * is JSON at all is the parser's business. */
static bool nests_too_deep(struct slice text) {
    int depth = 0;
    bool is_quoted = false;
    if (count_brackets(text) <= LIMIT_JSON_DEPTH) {
        return false; /* nearly always, and several times faster to find out */
    }
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (byte == '"') {
            is_quoted = !is_quoted;
        } else if (is_quoted) {
            i += byte == '\\'; /* whatever is escaped, a quote above all */
        } else if (byte == '{' || byte == '[') {
            if (++depth > LIMIT_JSON_DEPTH) {
                return true;
            }
        } else if (byte == '}' || byte == ']') {
            depth--;
        }
    }
    return false;
}

static const char *sentence_of(enum json_error_code code) {
    switch (code) {
    case json_error_invalid_utf8:
        return "invalid UTF-8";
    case json_error_premature_end_of_input:
        return "the text ends too early";
    case json_error_end_of_input_expected:
        return "something follows the object";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a NUL character";
    case json_error_duplicate_key:
        return "a key that its object already has";
    default:
        return "not JSON";
    }
}

static bool parse_error(const json_error_t *parser, struct error *err) {
    enum json_error_code code = json_error_code(parser);
    switch (code) {
    case json_error_out_of_memory:
        return error_set(err, ERROR_FATAL, "OUT_OF_MEMORY", "no memory to parse JSON");
    case json_error_numeric_overflow:
        /* JSON all right, but a value out of any field's bounds. */
        return error_set(err, ERROR_INVALID, "SCHEMA",
                         "line %d column %d: a number of more than 64 bits", parser->line,
                         parser->column);
    default:
        return error_set(err, ERROR_INVALID, "NOT_JSON", "line %d column %d: %s", parser->line,
                         parser->column, sentence_of(code));
    }
}

bool json_parse(struct slice text, json_t **value, struct error *err) {
    if (text.data == NULL || text.size == 0) {
        return error_set(err, ERROR_INVALID, "NOT_JSON", "empty");
    }
    if (nests_too_deep(text)) {
        return error_set(err, ERROR_INVALID, "NOT_JSON", "more than %d levels of nesting",
                         LIMIT_JSON_DEPTH);
    }
    json_error_t parser;
    json_t *parsed =
        json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &parser);
    if (parsed == NULL) {
        return parse_error(&parser, err);
    }
    if (!json_is_object(parsed)) {
        json_decref(parsed);
        return error_set(err, ERROR_INVALID, "SCHEMA", "not an object");
    }
    *value = parsed;
    return true;
}

void json_release(json_t **value) {
    json_decref(*value);
    *value = NULL;
}
