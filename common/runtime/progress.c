#include "common/runtime/progress.h"

#include "common/runtime/statements.h"

static const struct column progress_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct progress, topic),
    COLUMN_AT(COLUMN_INT32, struct progress, partition),
    COLUMN_AT(COLUMN_UUID, struct progress, incarnation),
    COLUMN_AT(COLUMN_INT64, struct progress, start_offset),
    COLUMN_AT(COLUMN_INT64, struct progress, next_offset),
    COLUMN_AT(COLUMN_INT64, struct progress, last_offset),
    COLUMN_AT(COLUMN_INT64, struct progress, last_timestamp_ms),
    COLUMN_AT(COLUMN_INT64, struct progress, last_checksum),
    COLUMN_AT(COLUMN_INT64, struct progress, last_committed),
};
static const struct columns progress_columns = COLUMNS_OF(struct progress, progress_rows);

/* The first four of them are what an insert gives. */
static const struct columns insert_columns = {progress_rows, 4, sizeof(struct progress)};

static const struct column span_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct span, topic),
    COLUMN_AT(COLUMN_INT32, struct span, partition),
    COLUMN_AT(COLUMN_INT64, struct span, from_offset),
    COLUMN_AT(COLUMN_INT64, struct span, to_offset),
    COLUMN_AT(COLUMN_INT64, struct span, last_offset),
    COLUMN_AT(COLUMN_INT64, struct span, last_timestamp_ms),
    COLUMN_AT(COLUMN_INT64, struct span, last_checksum),
    COLUMN_AT(COLUMN_INT64, struct span, last_committed),
};
static const struct columns span_columns = COLUMNS_OF(struct span, span_rows);
static const struct columns place_columns = {span_rows, 2, sizeof(struct span)};

struct locked {
    int32_t partition;
};
static const struct column locked_rows[] = {COLUMN_AT(COLUMN_INT32, struct locked, partition)};
static const struct columns locked_columns = COLUMNS_OF(struct locked, locked_rows);

bool progress_load(struct db *db, const char *worker, struct arena *arena, struct progress **rows,
                   size_t *count, struct error *err) {
    struct parameters parameters;
    void *read = NULL;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(worker));
    if (!db_query(db, &sql_progress_load, &parameters, &progress_columns, arena, &read, count, err))
        return false;
    *rows = read;
    return true;
}

bool progress_insert(struct db *db, const char *worker, struct arena *arena,
                     const struct progress *rows, size_t count, struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(worker));
    parameters_add_rows(&parameters, &insert_columns, rows, count);
    return db_run(db, &sql_progress_insert, &parameters, NULL, err);
}

bool progress_swap(struct db *db, const char *worker, struct arena *arena, const struct span *spans,
                   size_t count, bool *swapped, struct error *err) {
    struct parameters parameters;
    void *locked = NULL;
    size_t affected = 0;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(worker));
    parameters_add_rows(&parameters, &place_columns, spans, count);
    if (!db_query(db, &sql_progress_lock, &parameters, &locked_columns, arena, &locked, &affected,
                  err))
        return false;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(worker));
    parameters_add_rows(&parameters, &span_columns, spans, count);
    if (!db_run(db, &sql_progress_swap, &parameters, &affected, err))
        return false;
    *swapped = affected == count;
    return true;
}

bool progress_restart(struct db *db, const char *worker, struct arena *arena,
                      const struct progress *partition, int64_t from, bool *moved,
                      struct error *err) {
    struct parameters parameters;
    size_t affected = 0;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(worker));
    parameters_add_text(&parameters, partition->topic);
    parameters_add_int32(&parameters, partition->partition);
    parameters_add_int64(&parameters, from);
    parameters_add_uuid(&parameters, &partition->incarnation);
    parameters_add_int64(&parameters, partition->start_offset);
    if (!db_run(db, &sql_progress_restart, &parameters, &affected, err))
        return false;
    *moved = affected == 1;
    return true;
}

int64_t progress_checksum(struct slice key, struct slice value) {
    return (int64_t)(slice_hash(key) * 31 + slice_hash(value));
}
