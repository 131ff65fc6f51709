#include "common/runtime/audit_store.h"

#include "common/runtime/statements.h"

static const struct column row_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct audit_row, topic),
    COLUMN_AT(COLUMN_INT32, struct audit_row, partition),
    {"first_offset", COLUMN_INT64, offsetof(struct audit_row, fold.first_offset), NULL},
    {"last_offset", COLUMN_INT64, offsetof(struct audit_row, fold.last_offset), NULL},
    {"records", COLUMN_INT32, offsetof(struct audit_row, fold.records), NULL},
    {"ids_xor", COLUMN_UUID, offsetof(struct audit_row, fold.ids_xor), NULL},
    COLUMN_AT(COLUMN_INSTANT, struct audit_row, published_at),
};
static const struct columns row_columns = COLUMNS_OF(struct audit_row, row_items);
static const struct columns row_key = {row_items, 3, sizeof(struct audit_row)};

static const struct column gap_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct audit_gap, topic),
    COLUMN_AT(COLUMN_INT32, struct audit_gap, partition),
    COLUMN_AT(COLUMN_INT64, struct audit_gap, from_offset),
    COLUMN_AT(COLUMN_INT64, struct audit_gap, to_offset),
    COLUMN_AT(COLUMN_INSTANT, struct audit_gap, noted_at),
};
static const struct columns gap_columns = COLUMNS_OF(struct audit_gap, gap_items);

static const struct column input_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct audit_input, topic),
    COLUMN_AT(COLUMN_INT32, struct audit_input, partition),
    COLUMN_AT(COLUMN_INT64, struct audit_input, decided),
    COLUMN_AT(COLUMN_INT64, struct audit_input, published),
    COLUMN_AT(COLUMN_INSTANT, struct audit_input, begun_at),
    COLUMN_AT(COLUMN_INSTANT, struct audit_input, asked_at),
};
static const struct columns input_columns = COLUMNS_OF(struct audit_input, input_items);

static const struct column mark_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct audit_mark, topic),
    COLUMN_AT(COLUMN_INT32, struct audit_mark, partition),
    COLUMN_AT(COLUMN_INT64, struct audit_mark, verified_offset),
};
static const struct columns mark_columns = COLUMNS_OF(struct audit_mark, mark_items);

static const struct column position_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct audit_position, topic),
    COLUMN_AT(COLUMN_INT32, struct audit_position, partition),
    COLUMN_AT(COLUMN_INT64, struct audit_position, input_offset),
    COLUMN_AT(COLUMN_INT32, struct audit_position, sequence),
    COLUMN_AT(COLUMN_BYTES, struct audit_position, outputs),
};
static const struct columns position_columns = COLUMNS_OF(struct audit_position, position_items);
static const struct columns place_key = {position_items, 3, sizeof(struct audit_position)};
static const struct columns position_key = {position_items, 4, sizeof(struct audit_position)};

struct event_row {
    struct slice event_id;
};
static const struct column event_items[] = {COLUMN_AT(COLUMN_TEXT, struct event_row, event_id)};
static const struct columns event_columns = COLUMNS_OF(struct event_row, event_items);

static void begin(const struct audit_store *store, struct arena *arena,
                  struct parameters *parameters) {
    parameters_init(parameters, arena);
    parameters_add_text(parameters, slice_of(store->worker));
}

static bool ask(const struct audit_store *store, struct arena *arena,
                const struct statement *statement, const struct columns *columns, void **rows,
                size_t *count, struct error *err) {
    struct parameters parameters;
    begin(store, arena, &parameters);
    return db_query(store->db, statement, &parameters, columns, arena, rows, count, err);
}

bool audit_store_rows(const struct audit_store *store, struct arena *arena,
                      const struct audit_mark *positions, size_t positions_count,
                      struct audit_row **rows, size_t *count, struct error *err) {
    struct parameters parameters;
    void *read = NULL;
    begin(store, arena, &parameters);
    parameters_add_rows(&parameters, &mark_columns, positions, positions_count);
    if (!db_query(store->db, &sql_audit_rows, &parameters, &row_columns, arena, &read, count, err))
        return false;
    *rows = read;
    return true;
}

bool audit_store_delete_rows(const struct audit_store *store, struct arena *arena,
                             const struct audit_row *rows, size_t count, struct error *err) {
    struct parameters parameters;
    if (count == 0)
        return true;
    begin(store, arena, &parameters);
    parameters_add_rows(&parameters, &row_key, rows, count);
    return db_run(store->db, &sql_audit_rows_delete, &parameters, NULL, err);
}

bool audit_store_gaps(const struct audit_store *store, struct arena *arena, struct audit_gap **gaps,
                      size_t *count, struct error *err) {
    void *read = NULL;
    if (!ask(store, arena, &sql_audit_gaps, &gap_columns, &read, count, err))
        return false;
    *gaps = read;
    return true;
}

bool audit_store_delete_gap(const struct audit_store *store, struct arena *arena,
                            const struct audit_gap *gap, struct error *err) {
    struct parameters parameters;
    begin(store, arena, &parameters);
    parameters_add_text(&parameters, gap->topic);
    parameters_add_int32(&parameters, gap->partition);
    parameters_add_int64(&parameters, gap->from_offset);
    return db_run(store->db, &sql_audit_gap_delete, &parameters, NULL, err);
}

bool audit_store_gap_outputs(const struct audit_store *store, struct arena *arena,
                             const struct audit_gap *gap, int64_t from,
                             struct audit_position **rows, size_t *count, struct error *err) {
    struct parameters parameters;
    void *read = NULL;
    begin(store, arena, &parameters);
    parameters_add_text(&parameters, gap->topic);
    parameters_add_int32(&parameters, gap->partition);
    parameters_add_int64(&parameters, from);
    parameters_add_int64(&parameters, gap->to_offset);
    if (!db_query(store->db, &sql_audit_gap_outputs, &parameters, &position_columns, arena, &read,
                  count, err))
        return false;
    *rows = read;
    return true;
}

bool audit_store_inputs(const struct audit_store *store, struct arena *arena,
                        struct audit_input **inputs, size_t *count, struct error *err) {
    void *read = NULL;
    if (!ask(store, arena, &sql_audit_inputs, &input_columns, &read, count, err))
        return false;
    *inputs = read;
    return true;
}

bool audit_store_marks(const struct audit_store *store, struct arena *arena,
                       struct audit_mark **marks, size_t *count, struct error *err) {
    void *read = NULL;
    if (!ask(store, arena, &sql_audit_marks, &mark_columns, &read, count, err))
        return false;
    *marks = read;
    return true;
}

bool audit_store_keep_marks(const struct audit_store *store, struct arena *arena,
                            const struct audit_mark *marks, size_t count, struct error *err) {
    struct parameters parameters;
    if (count == 0)
        return true;
    begin(store, arena, &parameters);
    parameters_add_rows(&parameters, &mark_columns, marks, count);
    return db_run(store->db, &sql_audit_marks_store, &parameters, NULL, err);
}

struct open_row {
    bool is_open;
};

bool audit_store_is_open(const struct audit_store *store, struct arena *arena, int64_t before,
                         bool *is_open, struct error *err) {
    static const struct column items[] = {COLUMN_AT(COLUMN_BOOLEAN, struct open_row, is_open)};
    static const struct columns columns = COLUMNS_OF(struct open_row, items);
    struct parameters parameters;
    void *read = NULL;
    size_t count = 0;
    begin(store, arena, &parameters);
    parameters_add_instant(&parameters, before);
    if (!db_query(store->db, &sql_audit_open, &parameters, &columns, arena, &read, &count, err))
        return false;
    *is_open = ((const struct open_row *)read)->is_open;
    return true;
}

bool audit_store_keep_verified(const struct audit_store *store, struct arena *arena,
                               int64_t verified_until, struct error *err) {
    struct parameters parameters;
    begin(store, arena, &parameters);
    parameters_add_instant(&parameters, verified_until);
    return db_run(store->db, &sql_audit_verified_store, &parameters, NULL, err);
}

bool audit_store_add_mismatch(const struct audit_store *store, struct arena *arena,
                              const struct audit_mismatch *mismatch, struct error *err) {
    char id[UUID_TEXT_SIZE];
    struct parameters parameters;
    uuid_format(&mismatch->id, id);
    begin(store, arena, &parameters);
    parameters_add_text(&parameters, slice_of(id));
    parameters_add_text(&parameters, mismatch->topic);
    parameters_add_int32(&parameters, mismatch->partition);
    parameters_add_int64(&parameters, mismatch->first_offset);
    parameters_add_int64(&parameters, mismatch->last_offset);
    parameters_add_text(&parameters, mismatch->detail);
    return db_run(store->db, &sql_audit_mismatch_insert, &parameters, NULL, err);
}

struct mismatches_row {
    int64_t mismatches;
};

bool audit_store_mismatches(const struct audit_store *store, struct arena *arena, int64_t *count,
                            struct error *err) {
    static const struct column items[] = {
        COLUMN_AT(COLUMN_INT64, struct mismatches_row, mismatches)};
    static const struct columns columns = COLUMNS_OF(struct mismatches_row, items);
    void *read = NULL;
    size_t rows = 0;
    if (!ask(store, arena, &sql_audit_mismatches, &columns, &read, &rows, err))
        return false;
    *count = ((const struct mismatches_row *)read)->mismatches;
    return true;
}

bool audit_store_outputs(const struct audit_store *store, struct arena *arena,
                         const struct slice *events, size_t events_count,
                         const struct audit_position *places, size_t places_count,
                         struct audit_position **found, size_t *count, struct error *err) {
    struct parameters parameters;
    void *read = NULL;
    begin(store, arena, &parameters);
    parameters_add_rows(&parameters, &event_columns, events, events_count);
    parameters_add_rows(&parameters, &place_key, places, places_count);
    if (!db_query(store->db, &sql_audit_stored, &parameters, &position_columns, arena, &read, count,
                  err))
        return false;
    *found = read;
    return true;
}

struct number_row {
    int32_t number;
};

bool audit_store_erased(const struct audit_store *store, struct arena *arena,
                        const struct audit_position *rows, size_t count, const int32_t **numbers,
                        size_t *numbers_count, struct error *err) {
    static const struct column items[] = {COLUMN_AT(COLUMN_INT32, struct number_row, number)};
    static const struct columns columns = COLUMNS_OF(struct number_row, items);
    struct parameters parameters;
    void *read = NULL;
    begin(store, arena, &parameters);
    parameters_add_rows(&parameters, &position_key, rows, count);
    if (!db_query(store->db, &sql_audit_erased, &parameters, &columns, arena, &read, numbers_count,
                  err))
        return false;
    *numbers = read; /* a row is one number */
    return true;
}
