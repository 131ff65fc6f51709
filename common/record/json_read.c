#include "common/record/json_read.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "common/base/date.h"
#include "common/record/place.h"

enum { PATH_SIZE = 160, WORDS_SIZE = 200 };

/* Where we are, from the innermost name outwards; only walked when something is wrong. */
struct path {
    const struct path *up;
    const char *name; /* NULL: an item of the list above */
    size_t index;
};

struct reader {
    struct arena *arena;
    struct error *err;
};

/* Appends "employee.address.lines[2]"; what does not fit is cut. Returns the new length. */
static size_t path_format(const struct path *path, char text[PATH_SIZE]) {
    if (path == NULL) {
        text[0] = '\0';
        return 0;
    }
    size_t length = path_format(path->up, text);
    size_t room = PATH_SIZE - length;
    int added = path->name == NULL
                    ? snprintf(text + length, room, "[%zu]", path->index)
                    : snprintf(text + length, room, "%s%s", length > 0 ? "." : "", path->name);
    assert(added >= 0);
    length += (size_t)added;
    return length < PATH_SIZE ? length : PATH_SIZE - 1;
}

static bool refuse(const struct reader *reader, const struct path *path, const char *rule) {
    char text[PATH_SIZE];
    path_format(path, text);
    return error_set(reader->err, ERROR_INVALID, "SCHEMA", "%s: %s", text, rule);
}

static bool refuse_bound(const struct reader *reader, const struct path *path, const char *rule,
                         int64_t bound) {
    char text[PATH_SIZE];
    path_format(path, text);
    return error_set(reader->err, ERROR_INVALID, "SCHEMA", "%s: %s %" PRId64, text, rule, bound);
}

static bool read_object(const struct reader *reader, const struct shape *shape, const json_t *json,
                        void *value, const struct path *path);

/* Each of these reads one JSON value that is not null into its place. */

static bool read_text(const struct reader *reader, const struct field *field, const json_t *json,
                      void *place, const struct path *path) {
    if (!json_is_string(json)) {
        return refuse(reader, path, "not a string");
    }
    struct slice text = {json_string_value(json), json_string_length(json)};
    /* Code points are at most as many as bytes, and at least one if there is a byte. */
    size_t length = text.size;
    if (length > (size_t)field->max || field->min > 1) {
        length = slice_code_points(text);
    }
    if (length > (size_t)field->max) {
        return refuse_bound(reader, path, "longer than", field->max);
    }
    if (length < (size_t)field->min) {
        return refuse_bound(reader, path, "shorter than", field->min);
    }
    text = arena_copy(reader->arena, text);
    memcpy(place, &text, sizeof(text));
    return true;
}

/* A text of bytes within a range of ASCII. */
static bool read_ascii(const struct reader *reader, const struct field *field, const json_t *json,
                       void *place, const struct path *path) {
    bool digits = field->type == FIELD_DIGITS;
    const unsigned char first = digits ? '0' : '!';
    const unsigned char last = digits ? '9' : '~';
    if (!read_text(reader, field, json, place, path)) {
        return false;
    }
    struct slice text = place_slice(place, 0);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte < first || byte > last) {
            return refuse(reader, path,
                          digits ? "not digits only" : "not printable ASCII without spaces");
        }
    }
    return true;
}

/* base64url without padding (RFC 4648 §5). */
static bool read_token(const struct reader *reader, const struct field *field, const json_t *json,
                       void *place, const struct path *path) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if (!read_text(reader, field, json, place, path)) {
        return false;
    }
    struct slice text = place_slice(place, 0);
    for (size_t i = 0; i < text.size; i++) {
        if (memchr(alphabet, text.data[i], sizeof(alphabet) - 1) == NULL) {
            return refuse(reader, path, "not base64url without padding");
        }
    }
    return true;
}

static bool read_enum(const struct reader *reader, const struct field *field, const json_t *json,
                      void *place, const struct path *path) {
    if (!json_is_string(json)) {
        return refuse(reader, path, "not a string");
    }
    struct slice word = {json_string_value(json), json_string_length(json)};
    int value = words_value(field->words, word);
    if (value == 0) {
        char rule[WORDS_SIZE] = "none of";
        size_t length = strlen(rule);
        for (size_t i = 1; i < field->words->count && length < sizeof(rule); i++) {
            length += (size_t)snprintf(rule + length, sizeof(rule) - length, "%s%s",
                                       i > 1 ? ", " : " ", field->words->items[i]);
        }
        return refuse(reader, path, rule);
    }
    memcpy(place, &value, sizeof(value));
    return true;
}

static bool read_integer(const struct reader *reader, const struct field *field, const json_t *json,
                         void *place, const struct path *path) {
    if (!json_is_integer(json)) {
        return refuse(reader, path, "not an integer");
    }
    int64_t value = json_integer_value(json);
    if (value < field->min) {
        return refuse_bound(reader, path, "less than", field->min);
    }
    if (value > field->max) {
        return refuse_bound(reader, path, "more than", field->max);
    }
    if (field->type == FIELD_INT32) {
        int32_t narrow = (int32_t)value; /* the row's bounds are those of an int32_t at most */
        memcpy(place, &narrow, sizeof(narrow));
    } else {
        memcpy(place, &value, sizeof(value));
    }
    return true;
}

static bool read_boolean(const struct reader *reader, const struct field *field, const json_t *json,
                         void *place, const struct path *path) {
    if (!json_is_boolean(json)) {
        return refuse(reader, path, "neither true nor false");
    }
    bool holds = json_is_true(json);
    if (field->type == FIELD_BOOLEAN) {
        memcpy(place, &holds, sizeof(holds));
    } else {
        int tristate = holds ? TRISTATE_TRUE : TRISTATE_FALSE;
        memcpy(place, &tristate, sizeof(tristate));
    }
    return true;
}

static bool read_date(const struct reader *reader, const struct field *field, const json_t *json,
                      void *place, const struct path *path) {
    bool is_month = field->type == FIELD_MONTH;
    struct slice text = {json_string_value(json), json_string_length(json)};
    int32_t date;
    if (!json_is_string(json) ||
        !(is_month ? date_parse_month(text, &date) : date_parse(text, &date))) {
        return refuse(reader, path, is_month ? "not a month YYYY-MM" : "not a day YYYY-MM-DD");
    }
    if (date < FIELD_DATE_MIN || date > FIELD_DATE_MAX) {
        return refuse(reader, path, "not in the years 1900 to 2199");
    }
    memcpy(place, &date, sizeof(date));
    return true;
}

static bool read_instant(const struct reader *reader, const struct field *field UNUSED,
                         const json_t *json, void *place, const struct path *path) {
    struct slice text = {json_string_value(json), json_string_length(json)};
    int64_t instant_ms;
    if (!json_is_string(json) || !instant_parse(text, &instant_ms)) {
        return refuse(reader, path, "not an instant of RFC 3339 with an offset");
    }
    if (instant_ms < FIELD_INSTANT_MIN || instant_ms > FIELD_INSTANT_MAX) {
        return refuse(reader, path, "not in the years 2000 to 2099");
    }
    memcpy(place, &instant_ms, sizeof(instant_ms));
    return true;
}

static bool read_uuid(const struct reader *reader, const struct field *field UNUSED,
                      const json_t *json, void *place, const struct path *path) {
    struct slice text = {json_string_value(json), json_string_length(json)};
    struct uuid uuid;
    if (!json_is_string(json) || !uuid_parse(text, &uuid)) {
        return refuse(reader, path, "not a UUID");
    }
    memcpy(place, &uuid, sizeof(uuid));
    return true;
}

static bool read_nested(const struct reader *reader, const struct field *field, const json_t *json,
                        void *place, const struct path *path) {
    return read_object(reader, field->shape, json, place, path);
}

static bool read_list(const struct reader *reader, const struct field *field, const json_t *json,
                      void *place, const struct path *path);

static bool (*const readers[])(const struct reader *reader, const struct field *field,
                               const json_t *json, void *place, const struct path *path) = {
    [FIELD_ID] = read_ascii,        [FIELD_DIGITS] = read_ascii,  [FIELD_TEXT] = read_text,
    [FIELD_ENUM] = read_enum,       [FIELD_INT32] = read_integer, [FIELD_INT64] = read_integer,
    [FIELD_BOOLEAN] = read_boolean, [FIELD_DATE] = read_date,     [FIELD_MONTH] = read_date,
    [FIELD_INSTANT] = read_instant, [FIELD_UUID] = read_uuid,     [FIELD_TRISTATE] = read_boolean,
    [FIELD_TOKEN] = read_token,     [FIELD_OBJECT] = read_nested, [FIELD_LIST] = read_list,
};

static bool read_list(const struct reader *reader, const struct field *field, const json_t *json,
                      void *place, const struct path *path) {
    if (!json_is_array(json)) {
        return refuse(reader, path, "not a list");
    }
    size_t count = json_array_size(json);
    if (count < (size_t)field->min) {
        return refuse_bound(reader, path, "fewer items than", field->min);
    }
    if (count > (size_t)field->max) {
        return refuse_bound(reader, path, "more items than", field->max);
    }
    if (count == 0) {
        return true;
    }
    size_t size = field_item_size(field);
    char *items = arena_array(reader->arena, count, size);
    for (size_t i = 0; i < count; i++) {
        const struct path item_path = {path, NULL, i};
        const json_t *item = json_array_get(json, i);
        void *item_place = items + i * size;
        if (field->shape != NULL) {
            shape_clear(field->shape, item_place);
            if (!read_object(reader, field->shape, item, item_place, &item_path)) {
                return false;
            }
        } else if (!readers[field->item->type](reader, field->item, item, item_place, &item_path)) {
            return false;
        }
    }
    struct place_list list = {items, count};
    memcpy(place, &list, sizeof(list));
    return true;
}

/* Puts the object's own path before the one that its check reports. */
static bool check_object(const struct reader *reader, const struct shape *shape, const void *value,
                         const struct path *path) {
    struct error inner;
    if (shape->check == NULL || shape->check(value, &inner)) {
        return true;
    }
    char text[PATH_SIZE];
    size_t length = path_format(path, text);
    return error_set(reader->err, inner.class, inner.code, "%s%s%s", text, length > 0 ? "." : "",
                     inner.text);
}

/* The struct holds its absent values already. */
static bool read_object(const struct reader *reader, const struct shape *shape, const json_t *json,
                        void *value, const struct path *path) {
    static const bool is_present = true;
    if (!json_is_object(json)) {
        return refuse(reader, path, "not an object");
    }
    for (size_t i = 0; i < shape->fields_count; i++) {
        const struct field *field = &shape->fields[i];
        const struct path field_path = {path, field->name, 0};
        const json_t *found = json_object_get(json, field->name);
        if (found == NULL || json_is_null(found)) {
            bool may_be_null = field->type == FIELD_TRISTATE && found != NULL;
            if ((field->flags & FIELD_REQUIRED) != 0 && !may_be_null) {
                return refuse(reader, &field_path, "missing");
            }
            continue;
        }
        if (!readers[field->type](reader, field, found, place_in(value, field->offset),
                                  &field_path)) {
            return false;
        }
        if (field->type == FIELD_OBJECT && field->presence != NO_PRESENCE) {
            PLACE(value, field->presence, is_present);
        }
    }
    return check_object(reader, shape, value, path);
}

bool json_read(struct arena *arena, const struct shape *shape, const json_t *object, void *value,
               struct error *err) {
    const struct reader reader = {arena, err};
    if (!json_is_object(object)) {
        return error_set(err, ERROR_INVALID, "SCHEMA", "not an object");
    }
    shape_clear(shape, value);
    return read_object(&reader, shape, object, value, NULL);
}

bool json_read_text(struct arena *arena, const struct shape *shape, struct slice text, void *value,
                    struct error *err) {
    json_t *object CLEANUP(json_release) = NULL;
    return json_parse(text, &object, err) && json_read(arena, shape, object, value, err);
}
