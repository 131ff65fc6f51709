#include "workers/commands/journal_search.h"

#include <assert.h>
#include <string.h>

#include "common/record/place.h"
#include "workers/commands/statements.h"

/* The columns of a found_row: its own, then those of every journal row. */
enum { FOUND_COLUMNS_OWN = 2, FOUND_COLUMNS_MAX = 32 };

struct found_columns {
    struct column items[FOUND_COLUMNS_MAX];
    struct columns columns;
};

static void found_columns_init(struct found_columns *found) {
    assert(journal_columns.count + FOUND_COLUMNS_OWN <= FOUND_COLUMNS_MAX);
    found->items[0] = (struct column)COLUMN_AT(COLUMN_TEXT, struct found_row, worker);
    found->items[1] = (struct column)COLUMN_AT(COLUMN_BOOLEAN, struct found_row, is_part);
    for (size_t i = 0; i < journal_columns.count; i++) {
        struct column *column = &found->items[FOUND_COLUMNS_OWN + i];
        *column = journal_columns.items[i];
        column->offset += offsetof(struct found_row, row);
    }
    found->columns = (struct columns){found->items, FOUND_COLUMNS_OWN + journal_columns.count,
                                      sizeof(struct found_row)};
}

/* How far the journal of an input partition was read: the rows from `before_offset` on. */
struct position {
    struct slice worker;
    struct slice topic;
    int32_t partition;
    int64_t before_offset;
    bool is_done;
};

static const struct column position_columns[] = {
    COLUMN_AT(COLUMN_TEXT, struct position, worker),
    COLUMN_AT(COLUMN_TEXT, struct position, topic),
    COLUMN_AT(COLUMN_INT32, struct position, partition),
    {"next_offset", COLUMN_INT64, offsetof(struct position, before_offset), NULL},
};
static const struct columns positions = COLUMNS_OF(struct position, position_columns);

static bool query(struct db *db, const struct statement *statement,
                  const struct parameters *parameters, struct arena *arena, struct found_rows *rows,
                  struct error *err) {
    void *items;
    struct found_columns found;
    found_columns_init(&found);
    if (!db_query(db, statement, parameters, &found.columns, arena, &items, &rows->count, err)) {
        return false;
    }
    rows->items = items;
    return true;
}

static bool find_subject(struct db *db, struct arena *arena, struct slice id,
                         struct found_rows *rows, struct error *err) {
    struct slice siren = slice_none();
    const char *slash = memchr(id.data, '/', id.size);
    if (slash != NULL) {
        siren = (struct slice){id.data, (size_t)(slash - id.data)};
        id = (struct slice){slash + 1, id.size - siren.size - 1};
    }
    struct parameters parameters;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, id);
    parameters_add_text(&parameters, siren);
    return query(db, &sql_explain_subject, &parameters, arena, rows, err);
}

static bool find_event(struct db *db, struct arena *arena, struct slice id, struct found_rows *rows,
                       struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, id);
    return query(db, &sql_explain_event, &parameters, arena, rows, err);
}

static bool row_emitted(const struct found_row *found, struct arena *arena, const struct uuid *id,
                        bool *is_it, struct error *err) {
    const struct person_key unknown = {.state = PERSON_KEY_ABSENT};
    struct keyring keyring;
    struct output *output = NULL;
    size_t count = 0;
    keyring_init(&keyring, arena, NULL); /* ids are not sealed */
    if (slice_is_present(found->row.outputs) &&
        !output_unpack(arena, &keyring, &unknown, found->row.outputs, &output, &count, err)) {
        return false;
    }
    while (output != NULL && !uuid_equal(&output->id, id)) {
        output = output->next;
    }
    *is_it = output != NULL;
    return true;
}

/* A copy of a row of the scratch arena, for the caller to keep. */
static struct found_row *keep_row(struct arena *arena, const struct found_row *row) {
    struct found_columns found;
    found_columns_init(&found);
    struct found_row *kept = arena_take(arena, sizeof(*kept));
    *kept = *row;
    for (size_t i = 0; i < found.columns.count; i++) {
        const struct column *column = &found.items[i];
        if (column->type == COLUMN_TEXT || column->type == COLUMN_BYTES) {
            struct slice value = arena_copy(arena, place_slice(row, column->offset));
            PLACE(kept, column->offset, value);
        }
    }
    return kept;
}

/* Looks through the next page of one partition's journal, going backwards. */
static bool search_page(struct db *db, struct arena *arena, struct arena *scratch,
                        struct position *position, const struct uuid *id, struct found_rows *found,
                        struct error *err) {
    struct parameters parameters;
    struct found_rows page;
    parameters_init(&parameters, scratch);
    parameters_add_text(&parameters, position->worker);
    parameters_add_text(&parameters, position->topic);
    parameters_add_int32(&parameters, position->partition);
    parameters_add_int64(&parameters, position->before_offset);
    if (!query(db, &sql_explain_page, &parameters, scratch, &page, err)) {
        return false;
    }
    for (size_t i = 0; i < page.count && found->count == 0; i++) {
        bool is_it;
        if (!row_emitted(&page.items[i], scratch, id, &is_it, err)) {
            return false;
        }
        if (is_it) {
            *found = (struct found_rows){keep_row(arena, &page.items[i]), 1};
        }
        position->before_offset = page.items[i].row.input_offset;
    }
    position->is_done = page.count == 0;
    return true;
}

/* A page of each partition in turn, so that what is recent is found soon wherever it lies. */
static bool find_emitted(struct db *db, struct arena *arena, const struct uuid *id,
                         struct found_rows *found, struct error *err) {
    enum { KEEP_BYTES = 4 * 1024 * 1024 };
    struct parameters none;
    void *items;
    size_t count;
    parameters_init(&none, arena);
    if (!db_query(db, &sql_explain_positions, &none, &positions, arena, &items, &count, err)) {
        return false;
    }
    struct position *all = items;
    struct arena scratch CLEANUP(arena_fini);
    arena_init(&scratch);
    bool is_any_left = true;
    while (is_any_left && found->count == 0) {
        is_any_left = false;
        for (size_t i = 0; i < count && found->count == 0; i++) {
            arena_reset(&scratch, KEEP_BYTES);
            if (!all[i].is_done && !search_page(db, arena, &scratch, &all[i], id, found, err)) {
                return false;
            }
            is_any_left = is_any_left || !all[i].is_done;
        }
    }
    return true;
}

bool journal_search(struct db *db, struct arena *arena, struct slice id, struct found_rows *rows,
                    struct error *err) {
    struct uuid emitted;
    *rows = (struct found_rows){0};
    if (!find_subject(db, arena, id, rows, err) ||
        (rows->count == 0 && !find_event(db, arena, id, rows, err))) {
        return false;
    }
    if (rows->count > 0 || !uuid_parse(id, &emitted)) {
        return true;
    }
    return find_emitted(db, arena, &emitted, rows, err);
}
