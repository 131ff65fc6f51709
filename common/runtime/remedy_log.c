#include "common/runtime/remedy_log.h"

#include "common/runtime/statements.h"

WORDS(remedy_state_words, "asked", "begun", "done", "refused");

static const struct column remedy_rows[] = {
    COLUMN_AT(COLUMN_UUID, struct remedy, remedy_id),
    COLUMN_AT(COLUMN_TEXT, struct remedy, topic),
    COLUMN_AT(COLUMN_INT32, struct remedy, partition),
    COLUMN_AT(COLUMN_TEXT, struct remedy, verdict),
    COLUMN_AT(COLUMN_TEXT, struct remedy, evidence),
    COLUMN_WORD_AT(struct remedy, action, remedy_action_words),
    COLUMN_AT(COLUMN_INT64, struct remedy, from_offset),
    COLUMN_AT(COLUMN_TEXT, struct remedy, asked_by),
    COLUMN_AT(COLUMN_INSTANT, struct remedy, asked_at),
    COLUMN_WORD_AT(struct remedy, state, remedy_state_words),
    COLUMN_AT(COLUMN_INT64, struct remedy, seen_c),
    COLUMN_AT(COLUMN_INT64, struct remedy, target_c),
    COLUMN_AT(COLUMN_TEXT, struct remedy, result),
    COLUMN_AT(COLUMN_TEXT, struct remedy, executed_by),
    COLUMN_AT(COLUMN_INSTANT, struct remedy, finished_at),
};
static const struct columns remedy_columns = COLUMNS_OF(struct remedy, remedy_rows);

bool remedy_ask(struct db *db, struct arena *arena, const char *worker, const struct remedy *remedy,
                bool *is_added, struct error *err) {
    struct parameters parameters;
    size_t affected = 0;
    parameters_init(&parameters, arena);
    parameters_add_uuid(&parameters, &remedy->remedy_id);
    parameters_add_text(&parameters, slice_of(worker));
    parameters_add_text(&parameters, remedy->topic);
    parameters_add_int32(&parameters, remedy->partition);
    parameters_add_text(&parameters, remedy->verdict);
    parameters_add_text(&parameters, remedy->evidence);
    parameters_add_text(&parameters,
                        slice_of(words_text(&remedy_action_words, (int)remedy->action)));
    parameters_add_int64(&parameters, remedy->from_offset);
    parameters_add_text(&parameters, remedy->asked_by);
    if (!db_run(db, &sql_remedy_ask, &parameters, &affected, err))
        return false;
    *is_added = affected == 1;
    return true;
}

static bool load(struct db *db, const struct statement *statement,
                 const struct parameters *parameters, struct arena *arena, struct remedy **rows,
                 size_t *count, struct error *err) {
    void *read = NULL;
    if (!db_query(db, statement, parameters, &remedy_columns, arena, &read, count, err))
        return false;
    *rows = read;
    return true;
}

bool remedy_load_open(struct db *db, struct arena *arena, const char *worker, struct remedy **rows,
                      size_t *count, struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(worker));
    return load(db, &sql_remedy_open, &parameters, arena, rows, count, err);
}

bool remedy_load_history(struct db *db, struct arena *arena, const char *worker, struct slice topic,
                         int32_t partition, int32_t most, struct remedy **rows, size_t *count,
                         struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(worker));
    parameters_add_text(&parameters, topic);
    parameters_add_int32(&parameters, partition);
    parameters_add_int32(&parameters, most);
    return load(db, &sql_remedy_history, &parameters, arena, rows, count, err);
}

bool remedy_load(struct db *db, struct arena *arena, const struct uuid *remedy_id,
                 struct remedy **remedy, struct error *err) {
    struct parameters parameters;
    size_t count = 0;
    parameters_init(&parameters, arena);
    parameters_add_uuid(&parameters, remedy_id);
    return load(db, &sql_remedy_load, &parameters, arena, remedy, &count, err) &&
           (count == 1 || error_set(err, ERROR_FATAL, "REMEDY_GONE", "the remedy is gone"));
}

bool remedy_begin(struct db *db, struct arena *arena, const struct uuid *remedy_id, int64_t seen_c,
                  int64_t target_c, struct slice result, const char *executed_by, bool *is_ours,
                  struct error *err) {
    struct parameters parameters;
    size_t affected = 0;
    parameters_init(&parameters, arena);
    parameters_add_uuid(&parameters, remedy_id);
    parameters_add_int64(&parameters, seen_c);
    parameters_add_int64(&parameters, target_c);
    parameters_add_text(&parameters, result);
    parameters_add_text(&parameters, slice_of(executed_by));
    if (!db_run(db, &sql_remedy_begin, &parameters, &affected, err))
        return false;
    *is_ours = affected == 1;
    return true;
}

bool remedy_finish(struct db *db, struct arena *arena, const struct uuid *remedy_id,
                   enum remedy_state before, enum remedy_state state, struct slice result,
                   const char *executed_by, bool *is_ours, struct error *err) {
    struct parameters parameters;
    size_t affected = 0;
    parameters_init(&parameters, arena);
    parameters_add_uuid(&parameters, remedy_id);
    parameters_add_text(&parameters, slice_of(words_text(&remedy_state_words, (int)before)));
    parameters_add_text(&parameters, slice_of(words_text(&remedy_state_words, (int)state)));
    parameters_add_text(&parameters, result);
    parameters_add_text(&parameters, slice_of(executed_by));
    if (!db_run(db, &sql_remedy_finish, &parameters, &affected, err))
        return false;
    *is_ours = affected == 1;
    return true;
}
