#include "workers/beneficiary/store.h"

#include "common/record/vocabulary.h"
#include "common/runtime/contracts.h"
#include "common/runtime/reference.h"
#include "workers/beneficiary/statements.h"

struct addition_key {
    struct slice siren;
    struct slice addition_id;
};

struct insured_key {
    struct slice siren;
    struct uuid insured_id;
};

/* What is read back of an addition: enough to tell a repeat from another request. */
struct addition_seen {
    struct slice siren;
    struct slice addition_id;
    struct slice fingerprint;
    int64_t decided_at;
};

static const struct column addition_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct addition_key, siren),
    COLUMN_AT(COLUMN_TEXT, struct addition_key, addition_id),
};
static const struct columns addition_key_columns =
    COLUMNS_OF(struct addition_key, addition_key_items);

static const struct column insured_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct insured_key, siren),
    COLUMN_AT(COLUMN_UUID, struct insured_key, insured_id),
};
static const struct columns insured_key_columns = COLUMNS_OF(struct insured_key, insured_key_items);

static const struct column addition_seen_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct addition_seen, siren),
    COLUMN_AT(COLUMN_TEXT, struct addition_seen, addition_id),
    COLUMN_AT(COLUMN_BYTES, struct addition_seen, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct addition_seen, decided_at),
};
static const struct columns addition_seen_columns =
    COLUMNS_OF(struct addition_seen, addition_seen_items);

static const struct column insured_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct insured, siren),
    COLUMN_AT(COLUMN_UUID, struct insured, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct insured, content),
    COLUMN_AT(COLUMN_BYTES, struct insured, sealed),
};
static const struct columns insured_columns = COLUMNS_OF(struct insured, insured_items);

/* A column of the nested struct, under its own name. */
#define AFFILIATION_AT(type, member)                                                               \
    { #member, type, offsetof(struct affiliation_row, affiliation.member), NULL }
#define AFFILIATION_WORD_AT(member, table)                                                         \
    { #member, COLUMN_WORD, offsetof(struct affiliation_row, affiliation.member), &(table) }

static const struct column affiliation_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct affiliation_row, siren),
    COLUMN_AT(COLUMN_UUID, struct affiliation_row, insured_id),
    AFFILIATION_AT(COLUMN_TEXT, contract_id),
    AFFILIATION_AT(COLUMN_TEXT, request_id),
    AFFILIATION_WORD_AT(channel, channel_words),
    AFFILIATION_WORD_AT(scheme, scheme_words),
    AFFILIATION_AT(COLUMN_DATE, effective_on),
    AFFILIATION_AT(COLUMN_DATE, ended_on),
    AFFILIATION_AT(COLUMN_INSTANT, accepted_at),
};
static const struct columns affiliation_columns =
    COLUMNS_OF(struct affiliation_row, affiliation_items);

static const struct column person_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct person_row, siren),
    COLUMN_AT(COLUMN_UUID, struct person_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct person_row, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct person_row, beneficiary_id),
    COLUMN_AT(COLUMN_TEXT, struct person_row, source_id),
    COLUMN_WORD_AT(struct person_row, state, relative_state_words),
    COLUMN_WORD_AT(struct person_row, relation, relation_words),
    COLUMN_WORD_AT(struct person_row, scheme, scheme_words),
    COLUMN_AT(COLUMN_DATE, struct person_row, coverage_from),
    COLUMN_AT(COLUMN_DATE, struct person_row, removed_on),
    COLUMN_AT(COLUMN_TEXT, struct person_row, content),
    COLUMN_AT(COLUMN_BYTES, struct person_row, sealed),
};
static const struct columns person_columns = COLUMNS_OF(struct person_row, person_items);

static const struct column addition_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct addition_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct addition_row, addition_id),
    COLUMN_AT(COLUMN_TEXT, struct addition_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct addition_row, contract_id),
    COLUMN_WORD_AT(struct addition_row, status, addition_status_words),
    COLUMN_AT(COLUMN_BYTES, struct addition_row, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct addition_row, submitted_at),
    COLUMN_AT(COLUMN_INSTANT, struct addition_row, decided_at),
    COLUMN_AT(COLUMN_INSTANT, struct addition_row, deadline_at),
    COLUMN_AT(COLUMN_TEXT, struct addition_row, reasons),
    COLUMN_AT(COLUMN_TEXT, struct addition_row, content),
    COLUMN_AT(COLUMN_BYTES, struct addition_row, sealed),
};
static const struct columns addition_columns = COLUMNS_OF(struct addition_row, addition_items);

static struct slice uuid_text(struct arena *arena, const struct uuid *uuid) {
    char text[UUID_TEXT_SIZE];
    uuid_format(uuid, text);
    return arena_copy(arena, slice_of(text));
}

static struct insured *insured_find(const struct working_set *set, struct slice siren,
                                    const struct uuid *insured_id) {
    char text[UUID_TEXT_SIZE];
    uuid_format(insured_id, text);
    return map_get(&set->insured, siren, slice_of(text));
}

struct insured *working_set_insured(const struct batch *batch, struct slice siren,
                                    struct slice insured_id) {
    struct uuid uuid;
    if (!uuid_parse(insured_id, &uuid)) {
        return NULL;
    }
    struct insured *insured = insured_find(batch->state, siren, &uuid);
    return insured == NULL || insured->is_erased ? NULL : insured;
}

static void append_person(struct insured *insured, struct person_row *row) {
    if (insured->people_last == NULL) {
        insured->people_first = row;
    } else {
        insured->people_last->next = row;
    }
    insured->people_last = row;
}

void working_set_add_addition(struct batch *batch, struct addition_row *row) {
    struct working_set *set = batch->state;
    set->new_additions[set->new_additions_count++] = row;
    map_put(&set->additions, row->siren, row->addition_id, row);
}

void working_set_add_person(struct batch *batch, struct insured *insured, struct person_row *row) {
    struct working_set *set = batch->state;
    set->new_people[set->new_people_count++] = row;
    append_person(insured, row);
}

/* One statement over the keys of a set; the keys must be distinct. */
static bool query_keys(struct batch *batch, const struct statement *statement,
                       const struct columns *key_columns, const void *keys, size_t keys_count,
                       const struct columns *row_columns, void **rows, size_t *count,
                       struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_rows(&parameters, key_columns, keys, keys_count);
    return db_query(batch->db, statement, &parameters, row_columns, batch->arena, rows, count, err);
}

static bool load_additions(struct batch *batch, struct error *err) {
    struct working_set *set = batch->state;
    struct addition_key *keys = arena_array(batch->arena, batch->count, sizeof(*keys));
    struct map asked;
    map_init(&asked, batch->arena, batch->count);
    size_t keys_count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct addition_requested *request = batch->records[i]->message.data;
        if (map_get(&asked, request->siren, request->addition_id) == NULL) {
            keys[keys_count] = (struct addition_key){request->siren, request->addition_id};
            map_put(&asked, request->siren, request->addition_id, &keys[keys_count++]);
        }
    }
    map_init(&set->additions, batch->arena, batch->count);
    void *rows;
    size_t count;
    if (!query_keys(batch, &sql_beneficiary_addition_load, &addition_key_columns, keys, keys_count,
                    &addition_seen_columns, &rows, &count, err)) {
        return false;
    }
    const struct addition_seen *seen = rows;
    for (size_t i = 0; i < count; i++) {
        struct addition_row *row = arena_take(batch->arena, sizeof(*row));
        row->siren = seen[i].siren;
        row->addition_id = seen[i].addition_id;
        row->fingerprint = seen[i].fingerprint;
        row->decided_at = seen[i].decided_at;
        batch_observe(batch, row->decided_at);
        map_put(&set->additions, row->siren, row->addition_id, row);
    }
    return true;
}

static size_t insured_keys(struct batch *batch, struct insured_key *keys) {
    struct map asked;
    map_init(&asked, batch->arena, batch->count);
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct addition_requested *request = batch->records[i]->message.data;
        struct insured_key key = {.siren = request->siren};
        if (!uuid_parse(request->insured_id, &key.insured_id)) {
            continue;
        }
        struct slice text = uuid_text(batch->arena, &key.insured_id);
        if (map_get(&asked, key.siren, text) == NULL) {
            keys[count] = key;
            map_put(&asked, key.siren, text, &keys[count++]);
        }
    }
    return count;
}

static bool load_insured(struct batch *batch, const struct insured_key *keys, size_t keys_count,
                         struct error *err) {
    struct working_set *set = batch->state;
    void *rows;
    size_t count;
    if (!query_keys(batch, &sql_beneficiary_insured_load, &insured_key_columns, keys, keys_count,
                    &insured_columns, &rows, &count, err)) {
        return false;
    }
    struct insured *insured = rows;
    for (size_t i = 0; i < count; i++) {
        struct slice text = uuid_text(batch->arena, &insured[i].insured_id);
        insured[i].key = keyring_ask(&batch->keyring, insured[i].siren,
                                     arena_format(batch->arena, "insured/%s", text.data));
        map_put(&set->insured, insured[i].siren, text, &insured[i]);
    }
    if (!keyring_load(&batch->keyring, batch->db, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!keyring_read(&batch->keyring, insured[i].key, insured[i].content, insured[i].sealed,
                          &insured_shape, &insured[i].identity, &insured[i].is_erased, err)) {
            return error_prefix(err, "an insured of %.*s", SLICE_FORMAT(insured[i].siren));
        }
    }
    return true;
}

/* The rows come insured by insured: each list is a stretch of one array. */
static bool load_affiliations(struct batch *batch, const struct insured_key *keys,
                              size_t keys_count, struct error *err) {
    void *found;
    size_t count;
    if (!query_keys(batch, &sql_beneficiary_affiliation_load, &insured_key_columns, keys,
                    keys_count, &affiliation_columns, &found, &count, err)) {
        return false;
    }
    const struct affiliation_row *rows = found;
    struct affiliation *items = arena_array(batch->arena, count, sizeof(*items));
    for (size_t i = 0; i < count; i++) {
        struct insured *insured = insured_find(batch->state, rows[i].siren, &rows[i].insured_id);
        items[i] = rows[i].affiliation;
        batch_observe(batch, items[i].accepted_at);
        if (insured == NULL) {
            continue;
        }
        if (insured->affiliations.count == 0) {
            insured->affiliations.items = &items[i];
        }
        insured->affiliations.count++;
    }
    return true;
}

static bool load_people(struct batch *batch, const struct insured_key *keys, size_t keys_count,
                        struct error *err) {
    void *found;
    size_t count;
    if (!query_keys(batch, &sql_beneficiary_person_load, &insured_key_columns, keys, keys_count,
                    &person_columns, &found, &count, err)) {
        return false;
    }
    struct person_row *rows = found;
    for (size_t i = 0; i < count; i++) {
        struct insured *insured = insured_find(batch->state, rows[i].siren, &rows[i].insured_id);
        if (insured == NULL || insured->is_erased) {
            continue;
        }
        bool is_erased; /* has the insured's key, so no */
        if (!keyring_read(&batch->keyring, insured->key, rows[i].content, rows[i].sealed,
                          &covered_person_shape, &rows[i].person, &is_erased, err)) {
            return error_prefix(err, "a covered person of %.*s", SLICE_FORMAT(rows[i].siren));
        }
        append_person(insured, &rows[i]);
    }
    return true;
}

static bool load_contracts(struct batch *batch, struct error *err) {
    struct working_set *set = batch->state;
    struct contract_key *keys = arena_array(batch->arena, batch->count, sizeof(*keys));
    for (size_t i = 0; i < batch->count; i++) {
        const struct addition_requested *request = batch->records[i]->message.data;
        keys[i] = (struct contract_key){request->siren, request->contract_id};
    }
    return contracts_load(batch, keys, batch->count, &set->contracts, err) &&
           reference_load_pmss(batch, &set->pmss, err);
}

bool beneficiary_load(struct batch *batch, struct error *err) {
    struct working_set *set = batch->state;
    struct insured_key *keys = arena_array(batch->arena, batch->count, sizeof(*keys));
    size_t keys_count = insured_keys(batch, keys);
    map_init(&set->insured, batch->arena, keys_count);
    set->new_additions = arena_array(batch->arena, batch->count, sizeof(struct addition_row *));
    set->new_people = arena_array(batch->arena, batch->count * LIMIT_BENEFICIARIES,
                                  sizeof(const struct person_row *));
    return load_additions(batch, err) && load_insured(batch, keys, keys_count, err) &&
           load_affiliations(batch, keys, keys_count, err) &&
           load_people(batch, keys, keys_count, err) && load_contracts(batch, err);
}

static bool insert(struct batch *batch, const struct statement *statement,
                   const struct columns *columns, const void *const *rows, size_t count,
                   struct error *err) {
    if (count == 0) {
        return true;
    }
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_row_pointers(&parameters, columns, rows, count);
    return db_run(batch->db, statement, &parameters, NULL, err);
}

bool beneficiary_store(struct batch *batch, struct error *err) {
    const struct working_set *set = batch->state;
    return insert(batch, &sql_beneficiary_addition_insert, &addition_columns,
                  (const void *const *)set->new_additions, set->new_additions_count, err) &&
           insert(batch, &sql_beneficiary_person_insert, &person_columns,
                  (const void *const *)set->new_people, set->new_people_count, err);
}
