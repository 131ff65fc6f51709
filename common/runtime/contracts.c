#include "common/runtime/contracts.h"

#include "common/record/vocabulary.h"
#include "common/runtime/statements.h"

static const char contract_sort[] = "contract/";

struct stored_contract {
    struct slice siren;
    struct slice contract_id;
    struct slice content;
    struct slice sealed;
    struct person_key *person;
};

static const struct column key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct contract_key, siren),
    COLUMN_AT(COLUMN_TEXT, struct contract_key, contract_id),
};
const struct columns contract_key_columns = COLUMNS_OF(struct contract_key, key_items);

static const struct column stored_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct stored_contract, siren),
    COLUMN_AT(COLUMN_TEXT, struct stored_contract, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct stored_contract, content),
    COLUMN_AT(COLUMN_BYTES, struct stored_contract, sealed),
};
static const struct columns stored_columns = COLUMNS_OF(struct stored_contract, stored_items);

struct slice contracts_person(struct arena *arena, struct slice contract_id) {
    return arena_format(arena, "%s%.*s", contract_sort, SLICE_FORMAT(contract_id));
}

bool contracts_waited_for(const struct timer *timer, struct slice *contract_id) {
    return timer_waited_for(timer, contract_sort, contract_id);
}

struct rows contracts_all_waited_for(const struct batch *batch) {
    return rows_waited_for(batch, contract_sort);
}

/* Most records of a batch name the same few contracts: each is asked for, and parsed, once. */
static const struct contract_key **keys_once(struct arena *arena, const struct contract_key *keys,
                                             size_t count, size_t *once_count) {
    const struct contract_key **once =
        arena_array(arena, count, sizeof(const struct contract_key *));
    struct map seen;
    map_init(&seen, arena, count);
    *once_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (map_get(&seen, keys[i].siren, keys[i].contract_id) == NULL) {
            map_put(&seen, keys[i].siren, keys[i].contract_id, &seen);
            once[(*once_count)++] = &keys[i];
        }
    }
    return once;
}

static bool contracts_query(struct batch *batch, const struct contract_key *keys, size_t count,
                            struct stored_contract **stored, size_t *stored_count,
                            struct error *err) {
    size_t once_count;
    const struct contract_key **once = keys_once(batch->arena, keys, count, &once_count);
    void *rows;
    if (!rows_load(batch, &sql_contract_load, rows_at(&contract_key_columns, once, once_count),
                   &stored_columns, &rows, stored_count, err)) {
        return false;
    }
    *stored = rows;
    return true;
}

bool contracts_load(struct batch *batch, const struct contract_key *keys, size_t count,
                    struct map *contracts, struct error *err) {
    map_init(contracts, batch->arena, count);
    struct stored_contract *stored;
    size_t stored_count;
    if (!contracts_query(batch, keys, count, &stored, &stored_count, err)) {
        return false;
    }
    for (size_t i = 0; i < stored_count; i++) {
        stored[i].person = keyring_ask(&batch->keyring, stored[i].siren,
                                       contracts_person(batch->arena, stored[i].contract_id));
    }
    if (!keyring_load(&batch->keyring, batch->db, err)) {
        return false;
    }
    for (size_t i = 0; i < stored_count; i++) {
        const struct stored_contract *row = &stored[i];
        struct contract *contract = arena_take(batch->arena, sizeof(*contract));
        bool is_erased; /* then there are no contacts left: all else still holds */
        if (!keyring_read(&batch->keyring, row->person, row->content, row->sealed, &contract_shape,
                          contract, &is_erased, err)) {
            return error_prefix(err, "contract %.*s/%.*s", SLICE_FORMAT(row->siren),
                                SLICE_FORMAT(row->contract_id));
        }
        map_put(contracts, row->siren, row->contract_id, contract);
    }
    return true;
}
