#include "common/runtime/keyring.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "common/record/json_read.h"
#include "common/runtime/statements.h"

struct data_key_row {
    struct slice siren;
    struct slice subject;
    struct slice wrapped;
};

static const struct column data_key_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct data_key_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct data_key_row, subject),
    COLUMN_AT(COLUMN_BYTES, struct data_key_row, wrapped),
};
static const struct columns data_key_columns = COLUMNS_OF(struct data_key_row, data_key_rows);

/* The first two of these: what a load asks for. */
static const struct columns asked_columns = {data_key_rows, 2, sizeof(struct data_key_row)};

void keyring_init(struct keyring *keyring, struct arena *arena, const struct vault *vault) {
    enum { EXPECTED_KEYS = 64 };
    *keyring = (struct keyring){.arena = arena, .vault = vault};
    map_init(&keyring->keys, arena, EXPECTED_KEYS);
}

struct person_key *keyring_ask(struct keyring *keyring, struct slice siren, struct slice subject) {
    struct person_key *key = map_get(&keyring->keys, siren, subject);
    if (key != NULL) {
        return key;
    }
    key = arena_take(keyring->arena, sizeof(*key));
    key->siren = siren;
    key->subject = subject;
    key->state = PERSON_KEY_ASKED;
    map_put(&keyring->keys, siren, subject, key);
    if (keyring->last == NULL) {
        keyring->first = key;
    } else {
        keyring->last->next = key;
    }
    keyring->last = key;
    keyring->asked_count++;
    return key;
}

/* The asked keys as rows; there are `asked_count` of them. */
static struct data_key_row *asked_rows(const struct keyring *keyring) {
    struct data_key_row *rows = arena_array(keyring->arena, keyring->asked_count, sizeof(*rows));
    size_t count = 0;
    for (const struct person_key *key = keyring->first; key != NULL; key = key->next) {
        if (key->state == PERSON_KEY_ASKED) {
            rows[count++] = (struct data_key_row){.siren = key->siren, .subject = key->subject};
        }
    }
    assert(count == keyring->asked_count);
    return rows;
}

bool keyring_load(struct keyring *keyring, struct db *db, struct error *err) {
    if (keyring->asked_count == 0) {
        return true;
    }
    struct parameters parameters;
    parameters_init(&parameters, keyring->arena);
    parameters_add_rows(&parameters, &asked_columns, asked_rows(keyring), keyring->asked_count);
    void *found;
    size_t count;
    if (!db_query(db, &sql_data_key_load, &parameters, &data_key_columns, keyring->arena, &found,
                  &count, err)) {
        return false;
    }
    const struct data_key_row *rows = found;
    for (size_t i = 0; i < count; i++) {
        struct person_key *key = map_get(&keyring->keys, rows[i].siren, rows[i].subject);
        assert(key != NULL);
        if (!vault_unwrap(keyring->vault, key->siren, key->subject, rows[i].wrapped, key->key,
                          err)) {
            return false;
        }
        key->state = PERSON_KEY_PRESENT;
    }
    for (struct person_key *key = keyring->first; key != NULL; key = key->next) {
        if (key->state == PERSON_KEY_ASKED) {
            key->state = PERSON_KEY_ABSENT;
        }
    }
    keyring->asked_count = 0;
    return true;
}

bool keyring_complete(struct keyring *keyring, struct db *db, struct person_key *const *wanted,
                      size_t count, struct error *err) {
    if (!keyring_load(keyring, db, err)) {
        return false;
    }
    struct data_key_row *rows = arena_array(keyring->arena, count, sizeof(*rows));
    struct person_key **made = arena_array(keyring->arena, count, sizeof(struct person_key *));
    size_t rows_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct person_key *key = wanted[i];
        if (key->state != PERSON_KEY_ABSENT) {
            continue;
        }
        unsigned char *wrapped = arena_take(keyring->arena, VAULT_WRAPPED_SIZE);
        vault_new_key(key->key);
        vault_wrap(keyring->vault, key->siren, key->subject, key->key, wrapped);
        key->state = PERSON_KEY_PRESENT; /* so that a duplicate is passed over */
        made[rows_count] = key;
        rows[rows_count++] = (struct data_key_row){
            key->siren, key->subject, {(const char *)wrapped, VAULT_WRAPPED_SIZE}};
    }
    if (rows_count == 0) {
        return true;
    }
    struct parameters parameters;
    parameters_init(&parameters, keyring->arena);
    parameters_add_rows(&parameters, &data_key_columns, rows, rows_count);
    if (db_run(db, &sql_data_key_insert, &parameters, NULL, err)) {
        return true;
    }
    for (size_t i = 0; i < rows_count; i++) { /* nothing may be sealed under a key not stored */
        made[i]->state = PERSON_KEY_ABSENT;
    }
    return false;
}

struct slice keyring_seal(const struct keyring *keyring, const struct person_key *key,
                          struct slice plain) {
    assert(key->state == PERSON_KEY_PRESENT);
    return vault_seal(keyring->arena, key->key, plain);
}

bool keyring_open(const struct keyring *keyring, const struct person_key *key, struct slice sealed,
                  struct slice *plain, struct error *err) {
    assert(key->state != PERSON_KEY_ASKED);
    if (key->state == PERSON_KEY_ABSENT) {
        *plain = slice_none();
        return true;
    }
    return vault_unseal(keyring->arena, key->key, sealed, plain, err);
}

/* The shape of what is left after erasure: personal fields are optional, and rules over several
 * fields do not apply (they held when it was stored). Lives in the arena. */
static const struct shape *erased_shape(struct arena *arena, const struct shape *shape) {
    struct field *fields = arena_array(arena, shape->fields_count, sizeof(*fields));
    memcpy(fields, shape->fields, shape->fields_count * sizeof(*fields));
    for (size_t i = 0; i < shape->fields_count; i++) {
        if ((fields[i].flags & FIELD_PERSONAL) != 0) {
            fields[i].flags &= ~(unsigned)FIELD_REQUIRED;
        } else if (fields[i].shape != NULL) {
            fields[i].shape = erased_shape(arena, fields[i].shape);
        }
    }
    struct shape *relaxed = arena_take(arena, sizeof(*relaxed));
    *relaxed = *shape;
    relaxed->fields = fields;
    relaxed->check = NULL;
    return relaxed;
}

bool keyring_read(const struct keyring *keyring, const struct person_key *key, struct slice open,
                  struct slice sealed, const struct shape *shape, void *value, bool *erased,
                  struct error *err) {
    const struct token_signer signer = vault_signer(keyring->vault);
    struct document document = {.open = open};
    struct slice json;
    if (!keyring_open(keyring, key, sealed, &document.personal, err) ||
        !document_join(keyring->arena, document, &signer, &json, err)) {
        return false;
    }
    bool was_sealed = sealed.size > 0;
    bool is_whole = !was_sealed || slice_is_present(document.personal);
    if (is_whole && json_read_text(keyring->arena, shape, json, value, err)) {
        *erased = false;
        return true;
    }
    /* The sealed part itself may have been erased, or its key. */
    if (!slice_is_present(document.personal) &&
        json_read_text(keyring->arena, erased_shape(keyring->arena, shape), json, value, err)) {
        *erased = true;
        return true;
    }
    if (err != NULL) { /* what we stored ourselves is no fault of the record that asks for it */
        err->class = ERROR_FATAL;
    }
    return error_prefix(err, "stored %s of %.*s", shape->name, SLICE_FORMAT(key->subject));
}
