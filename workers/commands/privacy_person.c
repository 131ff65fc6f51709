#include "workers/commands/privacy_person.h"

#include <string.h>

#include "common/base/date.h"
#include "common/record/json_read.h"
#include "common/runtime/output.h"
#include "workers/commands/statements.h"

struct named_row {
    struct slice siren;
    struct slice named;
};

static const struct column named_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct named_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct named_row, named),
};
static const struct columns named_columns = COLUMNS_OF(struct named_row, named_items);

/* One thing that is kept. */
struct kept_row {
    struct slice section;
    struct slice seal; /* the key's subject; absent: nothing is sealed */
    struct slice outline;
    struct slice content;
    struct slice sealed;
    struct slice outputs;
};

static const struct column kept_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct kept_row, section),
    COLUMN_AT(COLUMN_TEXT, struct kept_row, seal),
    COLUMN_AT(COLUMN_TEXT, struct kept_row, outline),
    COLUMN_AT(COLUMN_TEXT, struct kept_row, content),
    COLUMN_AT(COLUMN_BYTES, struct kept_row, sealed),
    COLUMN_AT(COLUMN_BYTES, struct kept_row, outputs),
};
static const struct columns kept_columns = COLUMNS_OF(struct kept_row, kept_items);

static const char of_insured[] = "insured/";
static const char of_request[] = "request/";

static struct slice without(struct slice text, const char *prefix) {
    const size_t skipped = strlen(prefix);
    return (struct slice){text.data + skipped, text.size - skipped};
}

/* An id as typed may be of either kind; that of an earlier request about personal data stands for
 * whom that named. */
static bool resolve(struct db *db, struct arena *arena, struct slice siren, struct slice id,
                    struct privacy_name *name, struct error *err) {
    struct parameters parameters;
    void *found;
    size_t count;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, siren);
    parameters_add_text(&parameters, id);
    if (!db_query(db, &sql_privacy_named, &parameters, &named_columns, arena, &found, &count,
                  err)) {
        return false;
    }
    struct slice insured_id = id;
    *name = (struct privacy_name){.siren = siren, .request_id = id};
    if (count > 0) {
        const struct slice named = ((const struct named_row *)found)->named;
        const bool is_request = slice_starts_with(named, of_request);
        name->request_id = is_request ? without(named, of_request) : slice_none();
        insured_id = is_request ? slice_none() : without(named, of_insured);
    }
    if (!slice_is_present(insured_id) || !uuid_parse(insured_id, &name->insured_id)) {
        name->insured_id = (struct uuid){{0}};
    }
    return true;
}

bool privacy_person_find(struct db *db, struct arena *arena, const char *text,
                         struct privacy_person *person, struct privacy_request *request,
                         struct error *err) {
    const char *slash = strchr(text, '/');
    if (slash == NULL || slash - text != LIMIT_SIREN || slash[1] == '\0' ||
        strlen(slash + 1) > LIMIT_ID) {
        return error_set(err, ERROR_INVALID, "USAGE", "a person is named as SIREN/ID");
    }
    const struct slice siren = {text, LIMIT_SIREN};
    struct privacy_name name;
    if (!resolve(db, arena, siren, slice_of(slash + 1), &name, err)) {
        return false;
    }
    struct privacy_meaning *meanings;
    size_t count;
    if (!privacy_find(db, arena, &name, 1, &meanings, &count, err)) {
        return false;
    }
    if (count == 0) {
        return error_set(err, ERROR_INVALID, "UNKNOWN", "%.73s: nobody of that id is known", text);
    }
    const struct privacy_meaning *meaning = &meanings[0];
    for (size_t i = 1; i < count; i++) { /* the insured, should a request have the same id */
        if (slice_starts_with(meanings[i].named, of_insured)) {
            meaning = &meanings[i];
        }
    }
    *person = (struct privacy_person){
        .siren = siren, .person = meaning->person, .insured_id = meaning->insured_id};
    *request = (struct privacy_request){.siren = siren, .requested_at = INSTANT_NONE};
    if (slice_starts_with(meaning->named, of_request)) {
        request->request_id = without(meaning->named, of_request);
    } else {
        request->insured_id = without(meaning->named, of_insured);
    }
    return privacy_read_holdings(db, arena, &(struct privacy_person *){person}, 1, err);
}

/* Bytes of somebody else's: text where they are some. */
static json_t *bytes_json(struct slice bytes) {
    json_t *text = slice_is_present(bytes) ? json_stringn(bytes.data, bytes.size) : json_null();
    if (text != NULL) {
        return text;
    }
    static const char digits[] = "0123456789abcdef";
    json_t *numbers = json_object();
    struct arena scratch CLEANUP(arena_fini);
    arena_init(&scratch);
    char *hex = arena_take(&scratch, bytes.size * 2 + 1);
    for (size_t i = 0; i < bytes.size; i++) {
        hex[2 * i] = digits[(unsigned char)bytes.data[i] >> 4];
        hex[2 * i + 1] = digits[(unsigned char)bytes.data[i] & 15];
    }
    json_object_set_new(numbers, "hex", json_stringn(hex, bytes.size * 2));
    return numbers;
}

/* Joins what is in clear with what was sealed. */
static bool join(struct arena *arena, struct document document, json_t **value, struct error *err) {
    struct slice json;
    return document_join(arena, document, NULL, &json, err) && json_parse(json, value, err);
}

static bool outputs_json(struct arena *arena, const struct output *output, json_t *list,
                         struct error *err) {
    for (; output != NULL; output = output->next) {
        const bool is_dead_letter = !slice_is_present(output->type);
        json_t *value = NULL;
        if (is_dead_letter || !slice_is_present(output->value.open)) {
            value = bytes_json(output->value.open);
        } else if (!join(arena, output->value, &value, err)) {
            return false;
        }
        json_t *item = json_object();
        json_object_set_new(item, "topic", bytes_json(output->topic));
        json_object_set_new(item, "type", bytes_json(output->type));
        json_object_set_new(item, "value", value);
        json_array_append_new(list, item);
    }
    return true;
}

static bool row_json(struct arena *arena, const struct keyring *keyring,
                     const struct person_key *key, const struct kept_row *row, json_t *item,
                     struct error *err) {
    struct document document = {.open = row->content};
    struct output *outputs;
    size_t count;
    if (slice_is_present(row->content)) {
        json_t *content;
        if (!keyring_open(keyring, key, row->sealed, &document.personal, err) ||
            !join(arena, document, &content, err)) {
            return false;
        }
        json_object_set_new(item, "content", content);
    }
    if (!output_unpack(arena, keyring, key, row->outputs, &outputs, &count, err)) {
        return false;
    }
    json_t *list = count > 0 ? json_array() : NULL;
    if (list != NULL) {
        json_object_set_new(item, "outputs", list);
    }
    return outputs_json(arena, outputs, list, err);
}

static bool rows_json(struct arena *arena, const struct keyring *keyring,
                      struct person_key *const *keys, const struct kept_row *rows, size_t count,
                      json_t *content, struct error *err) {
    for (size_t i = 0; i < count; i++) {
        const char *section = arena_copy(arena, rows[i].section).data;
        json_t *item = NULL;
        json_t *list = json_object_get(content, section);
        if (!json_parse(rows[i].outline, &item, err)) {
            return false;
        }
        if (list == NULL) {
            list = json_array();
            json_object_set_new(content, section, list);
        }
        json_array_append_new(list, item);
        if (!row_json(arena, keyring, keys[i], &rows[i], item, err)) {
            return false;
        }
    }
    return true;
}

bool privacy_person_content(struct db *db, struct arena *arena, const struct vault *vault,
                            const struct privacy_person *person, json_t **content,
                            struct error *err) {
    static struct person_key none = {.state = PERSON_KEY_ABSENT};
    struct keyring keyring;
    struct parameters parameters;
    void *found;
    size_t count;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, person->siren);
    parameters_add_text(&parameters, person->person);
    if (!db_query(db, &sql_privacy_content, &parameters, &kept_columns, arena, &found, &count,
                  err)) {
        return false;
    }
    const struct kept_row *rows = found;
    struct person_key **keys = arena_array(arena, count, sizeof(struct person_key *));
    keyring_init(&keyring, arena, vault);
    for (size_t i = 0; i < count; i++) {
        keys[i] = slice_is_present(rows[i].seal)
                      ? keyring_ask(&keyring, person->siren, rows[i].seal)
                      : &none;
    }
    json_t *made CLEANUP(json_release) = json_object();
    if (!keyring_load(&keyring, db, err) ||
        !rows_json(arena, &keyring, keys, rows, count, made, err)) {
        return false;
    }
    *content = json_incref(made);
    return true;
}
