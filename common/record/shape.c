#include "common/record/shape.h"

#include <assert.h>

#include "common/base/date.h"
#include "common/base/limits.h"
#include "common/record/place.h"

_Static_assert(sizeof(enum tristate) == sizeof(int), "enums are read and written as int");

const struct field item_code = {.name = "code", .type = FIELD_TEXT, .min = 1, .max = LIMIT_CODE};
const struct field item_name = {.name = "name", .type = FIELD_TEXT, .min = 1, .max = LIMIT_NAME};
const struct field item_id = {.name = "id", .type = FIELD_ID, .min = 1, .max = LIMIT_ID};
const struct field item_email = {.name = "email", .type = FIELD_TEXT, .min = 1, .max = LIMIT_EMAIL};
const struct field item_date = {.name = "date", .type = FIELD_DATE};

static const size_t field_sizes[] = {
    [FIELD_ID] = sizeof(struct slice),    [FIELD_DIGITS] = sizeof(struct slice),
    [FIELD_TEXT] = sizeof(struct slice),  [FIELD_ENUM] = sizeof(int),
    [FIELD_INT32] = sizeof(int32_t),      [FIELD_INT64] = sizeof(int64_t),
    [FIELD_BOOLEAN] = sizeof(bool),       [FIELD_DATE] = sizeof(int32_t),
    [FIELD_MONTH] = sizeof(int32_t),      [FIELD_INSTANT] = sizeof(int64_t),
    [FIELD_UUID] = sizeof(struct uuid),   [FIELD_TRISTATE] = sizeof(int),
    [FIELD_TOKEN] = sizeof(struct slice),
};

size_t field_item_size(const struct field *field) {
    assert(field->type == FIELD_LIST);
    return field->shape != NULL ? field->shape->size : field_sizes[field->item->type];
}

static bool number_is_absent(const struct field *field, int64_t number) {
    return number == field->fallback && (number < field->min || number > field->max);
}

/* An object without a flag of its own is there if what it must hold is there. */
static bool object_is_absent(const struct field *field, const void *value) {
    if ((field->flags & FIELD_REQUIRED) != 0) {
        return false;
    }
    if (field->presence != NO_PRESENCE) {
        return !place_boolean(value, field->presence);
    }
    const void *object = place_at(value, field->offset);
    for (size_t i = 0; i < field->shape->fields_count; i++) {
        const struct field *inner = &field->shape->fields[i];
        bool counts = (inner->flags & FIELD_REQUIRED) != 0;
        if (counts && inner->type == FIELD_LIST) {
            if (inner->min > 0 && place_list(object, inner->offset).count == 0) {
                return true;
            }
        } else if (counts && field_is_absent(inner, object)) {
            return true;
        }
    }
    return false;
}

bool field_is_absent(const struct field *field, const void *value) {
    switch (field->type) {
    case FIELD_ID:
    case FIELD_DIGITS:
    case FIELD_TEXT:
    case FIELD_TOKEN:
        return place_slice(value, field->offset).data == NULL;
    case FIELD_ENUM:
        return place_enum(value, field->offset) == 0;
    case FIELD_INT32:
        return number_is_absent(field, place_int32(value, field->offset));
    case FIELD_INT64:
        return number_is_absent(field, place_int64(value, field->offset));
    case FIELD_DATE:
    case FIELD_MONTH:
        return place_int32(value, field->offset) == DATE_NONE;
    case FIELD_INSTANT:
        return place_int64(value, field->offset) == INSTANT_NONE;
    case FIELD_UUID: {
        struct uuid uuid = place_uuid(value, field->offset);
        return uuid_is_zero(&uuid);
    }
    case FIELD_OBJECT:
        return object_is_absent(field, value);
    case FIELD_LIST:
        return (field->flags & FIELD_REQUIRED) == 0 && place_list(value, field->offset).count == 0;
    case FIELD_BOOLEAN:
    case FIELD_TRISTATE:
        return false;
    }
    assert(false); /* not a type of field */
    return true;
}

static void clear_field(const struct field *field, void *value) {
    static const int32_t no_date = DATE_NONE;
    static const int64_t no_instant = INSTANT_NONE;
    switch (field->type) {
    case FIELD_ENUM:
    case FIELD_INT32: {
        int32_t number = (int32_t)field->fallback;
        PLACE(value, field->offset, number);
        return;
    }
    case FIELD_INT64:
        PLACE(value, field->offset, field->fallback);
        return;
    case FIELD_BOOLEAN: {
        bool holds = field->fallback != 0;
        PLACE(value, field->offset, holds);
        return;
    }
    case FIELD_DATE:
    case FIELD_MONTH:
        PLACE(value, field->offset, no_date);
        return;
    case FIELD_INSTANT:
        PLACE(value, field->offset, no_instant);
        return;
    case FIELD_OBJECT:
        shape_clear(field->shape, place_in(value, field->offset));
        return;
    case FIELD_ID:
    case FIELD_DIGITS:
    case FIELD_TEXT:
    case FIELD_UUID:
    case FIELD_TRISTATE:
    case FIELD_TOKEN:
    case FIELD_LIST:
        return; /* absent is all zero */
    }
}

void shape_clear(const struct shape *shape, void *value) {
    memset(value, 0, shape->size);
    for (size_t i = 0; i < shape->fields_count; i++) {
        clear_field(&shape->fields[i], value);
    }
}

static void latest_of_list(const struct field *field, const void *value, int64_t *latest,
                           const char **name) {
    struct place_list list = place_list(value, field->offset);
    for (size_t i = 0; i < list.count; i++) {
        const char *inner_name = NULL;
        int64_t instant = shape_latest_instant(
            field->shape, place_at(list.items, i * field->shape->size), &inner_name);
        if (instant > *latest) {
            *latest = instant;
            *name = inner_name;
        }
    }
}

int64_t shape_latest_instant(const struct shape *shape, const void *value, const char **name) {
    int64_t latest = INSTANT_NONE; /* smaller than any instant */
    for (size_t i = 0; i < shape->fields_count; i++) {
        const struct field *field = &shape->fields[i];
        const char *found = field->name;
        int64_t instant = INSTANT_NONE;
        if (field->type == FIELD_INSTANT && (field->flags & FIELD_NOT_FUTURE) != 0) {
            instant = place_int64(value, field->offset);
        } else if (field->type == FIELD_OBJECT) {
            instant = shape_latest_instant(field->shape, place_at(value, field->offset), &found);
        } else if (field->type == FIELD_LIST && field->shape != NULL) {
            latest_of_list(field, value, &latest, name);
        }
        if (instant > latest) {
            latest = instant;
            *name = found;
        }
    }
    return latest;
}

const struct field *shape_field(const struct shape *shape, const char *name) {
    for (size_t i = 0; i < shape->fields_count; i++) {
        if (strcmp(shape->fields[i].name, name) == 0) {
            return &shape->fields[i];
        }
    }
    return NULL;
}
