#include "common/runtime/rows.h"

static const struct column subject_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct subject_key, siren),
    COLUMN_AT(COLUMN_TEXT, struct subject_key, subject),
};
const struct columns subject_key_columns = COLUMNS_OF(struct subject_key, subject_key_items);

static const struct column siren_items[] = {{"siren", COLUMN_TEXT, 0, NULL}};
const struct columns siren_columns = COLUMNS_OF(struct slice, siren_items);

struct rows rows_of(const struct columns *columns, const void *items, size_t count) {
    return (struct rows){.columns = columns, .items = items, .count = count};
}

struct rows rows_at(const struct columns *columns, const void *pointers, size_t count) {
    return (struct rows){.columns = columns, .pointers = pointers, .count = count};
}

struct rows rows_waited_for(const struct batch *batch, const char *sort) {
    struct subject_key *keys = arena_array(batch->arena, batch->timers_count, sizeof(*keys));
    size_t count = 0;
    for (size_t i = 0; i < batch->timers_count; i++) {
        keys[count].siren = batch->timers[i].siren;
        count += timer_waited_for(&batch->timers[i], sort, &keys[count].subject);
    }
    return rows_of(&subject_key_columns, keys, count);
}

static void bind(struct parameters *parameters, struct arena *arena, struct rows rows) {
    parameters_init(parameters, arena);
    if (rows.pointers != NULL)
        parameters_add_row_pointers(parameters, rows.columns, rows.pointers, rows.count);
    else
        parameters_add_rows(parameters, rows.columns, rows.items, rows.count);
}

static bool load(struct batch *batch, const struct statement *statement, struct rows keys,
                 const struct rows_bounds *bounds, const struct columns *columns, void **found,
                 size_t *count, struct error *err) {
    *found = NULL;
    *count = 0;
    if (keys.count == 0)
        return true;
    struct parameters parameters;
    bind(&parameters, batch->arena, keys);
    if (bounds != NULL) {
        parameters_add_int32(&parameters, bounds->per_key);
        parameters_add_int32(&parameters, bounds->most);
    }
    return db_query(batch->db, statement, &parameters, columns, batch->arena, found, count, err);
}

bool rows_load(struct batch *batch, const struct statement *statement, struct rows keys,
               const struct columns *columns, void **found, size_t *count, struct error *err) {
    return load(batch, statement, keys, NULL, columns, found, count, err);
}

bool rows_load_first(struct batch *batch, const struct statement *statement, struct rows keys,
                     struct rows_bounds bounds, const struct columns *columns, void **found,
                     size_t *count, struct error *err) {
    return load(batch, statement, keys, &bounds, columns, found, count, err);
}

bool rows_store(struct batch *batch, const struct statement *statement, struct rows rows,
                struct error *err) {
    if (rows.count == 0)
        return true;
    struct arena_mark mark = arena_mark(batch->arena);
    struct parameters parameters;
    bind(&parameters, batch->arena, rows);
    bool ok = db_run(batch->db, statement, &parameters, NULL, err);
    arena_rewind(batch->arena, mark);
    return ok;
}
