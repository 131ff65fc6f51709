#include "common/runtime/installation.h"

#include "common/runtime/statements.h"

struct installation_row {
    struct uuid installation_id;
};

bool installation_read(struct db *db, struct arena *arena, char text[UUID_TEXT_SIZE],
                       struct error *err) {
    static const struct column rows[] = {
        COLUMN_AT(COLUMN_UUID, struct installation_row, installation_id)};
    static const struct columns columns = COLUMNS_OF(struct installation_row, rows);
    struct parameters none;
    void *read = NULL;
    size_t count = 0;
    parameters_init(&none, arena);
    if (!db_query(db, &sql_installation_load, &none, &columns, arena, &read, &count, err))
        return false;
    if (count != 1)
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "the database names no installation");
    uuid_format(&((struct installation_row *)read)->installation_id, text);
    return true;
}
