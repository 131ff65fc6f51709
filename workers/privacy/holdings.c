#include "workers/privacy/holdings.h"

#include <assert.h>
#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/base/map.h"
#include "workers/privacy/statements.h"

static const struct column person_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct privacy_person, siren),
    COLUMN_AT(COLUMN_TEXT, struct privacy_person, person),
};
const struct columns privacy_person_columns = COLUMNS_OF(struct privacy_person, person_items);

static const struct column name_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct privacy_name, siren),
    COLUMN_AT(COLUMN_UUID, struct privacy_name, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct privacy_name, request_id),
};
static const struct columns name_columns = COLUMNS_OF(struct privacy_name, name_items);

static const struct column meaning_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct privacy_meaning, siren),
    COLUMN_AT(COLUMN_TEXT, struct privacy_meaning, named),
    COLUMN_AT(COLUMN_TEXT, struct privacy_meaning, person),
    COLUMN_AT(COLUMN_UUID, struct privacy_meaning, insured_id),
};
static const struct columns meaning_columns = COLUMNS_OF(struct privacy_meaning, meaning_items);

struct holding_row {
    struct slice siren;
    struct slice person;
    struct privacy_holding holding;
};

static const struct column holding_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct holding_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct holding_row, person),
    {"kind", COLUMN_WORD, offsetof(struct holding_row, holding.kind), &privacy_kind_words},
    {"count", COLUMN_INT32, offsetof(struct holding_row, holding.count), NULL},
    {"since", COLUMN_INSTANT, offsetof(struct holding_row, holding.since), NULL},
};
static const struct columns holding_columns = COLUMNS_OF(struct holding_row, holding_items);

struct slice privacy_named(struct arena *arena, const struct privacy_request *request) {
    struct uuid insured_id;
    char text[UUID_TEXT_SIZE];
    if (slice_is_present(request->request_id)) {
        return arena_format(arena, "request/%.*s", SLICE_FORMAT(request->request_id));
    }
    if (!uuid_parse(request->insured_id, &insured_id)) {
        return slice_none();
    }
    uuid_format(&insured_id, text);
    return arena_format(arena, "insured/%s", text);
}

bool privacy_find(struct db *db, struct arena *arena, const struct privacy_name *names,
                  size_t count, struct privacy_meaning **meanings, size_t *found,
                  struct error *err) {
    struct parameters parameters;
    void *rows;
    parameters_init(&parameters, arena);
    parameters_add_rows(&parameters, &name_columns, names, count);
    if (!db_query(db, &sql_privacy_person_load, &parameters, &meaning_columns, arena, &rows, found,
                  err)) {
        return false;
    }
    *meanings = rows;
    return true;
}

static int compare_kinds(const void *a, const void *b) {
    return (int)((const struct privacy_holding *)a)->kind -
           (int)((const struct privacy_holding *)b)->kind;
}

bool privacy_read_holdings(struct db *db, struct arena *arena, struct privacy_person *const *people,
                           size_t count, struct error *err) {
    struct map by_person;
    struct parameters parameters;
    void *found;
    size_t found_count;
    if (count == 0) {
        return true;
    }
    map_init(&by_person, arena, count);
    for (size_t i = 0; i < count; i++) {
        people[i]->held_count = 0;
        map_put(&by_person, people[i]->siren, people[i]->person, people[i]);
    }
    parameters_init(&parameters, arena);
    parameters_add_row_pointers(&parameters, &privacy_person_columns, (const void *const *)people,
                                count);
    if (!db_query(db, &sql_privacy_holding_load, &parameters, &holding_columns, arena, &found,
                  &found_count, err)) {
        return false;
    }
    const struct holding_row *rows = found;
    for (size_t i = 0; i < found_count; i++) {
        struct privacy_person *person = map_get(&by_person, rows[i].siren, rows[i].person);
        assert(person->held_count < PRIVACY_KINDS);
        person->held[person->held_count++] = rows[i].holding;
    }
    for (size_t i = 0; i < count; i++) {
        qsort(people[i]->held, people[i]->held_count, sizeof(struct privacy_holding),
              compare_kinds);
    }
    return true;
}
