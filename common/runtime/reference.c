#include "common/runtime/reference.h"

#include "common/runtime/db.h"
#include "common/runtime/statements.h"

static const struct column pmss_items[] = {
    COLUMN_WORD_AT(struct pmss, territory, territory_words),
    COLUMN_AT(COLUMN_DATE, struct pmss, valid_from),
    COLUMN_AT(COLUMN_INT32, struct pmss, amount_eur),
};
static const struct columns pmss_columns = COLUMNS_OF(struct pmss, pmss_items);

static const struct column calendar_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct calendar, calendar_id),
    COLUMN_AT(COLUMN_INT32, struct calendar, revision),
    COLUMN_WORD_AT(struct calendar, base, calendar_base_words),
};
static const struct columns calendar_columns = COLUMNS_OF(struct calendar, calendar_items);

/* A day that a calendar treats otherwise than its base does. */
struct calendar_day {
    int32_t day;
    bool worked; /* a holiday that is worked; else a closure */
};

static const struct column day_items[] = {
    COLUMN_AT(COLUMN_DATE, struct calendar_day, day),
    COLUMN_AT(COLUMN_BOOLEAN, struct calendar_day, worked),
};
static const struct columns day_columns = COLUMNS_OF(struct calendar_day, day_items);

bool reference_load_pmss(struct batch *batch, struct pmss_table *table, struct error *err) {
    void *rows;
    size_t count;
    if (!db_query(batch->db, &sql_reference_pmss, NULL, &pmss_columns, batch->arena, &rows, &count,
                  err)) {
        return false;
    }
    *table = (struct pmss_table){.items = rows, .count = count};
    return true;
}

/* The closures and worked holidays of `calendar`: both sorted, since the statement sorts. */
static bool load_days(struct db *db, struct arena *arena, struct calendar *calendar,
                      struct error *err) {
    struct parameters parameters;
    void *rows;
    size_t count;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, calendar->calendar_id);
    parameters_add_int32(&parameters, calendar->revision);
    if (!db_query(db, &sql_reference_calendar_days, &parameters, &day_columns, arena, &rows, &count,
                  err)) {
        return false;
    }
    const struct calendar_day *days = rows;
    int32_t *dates = arena_array(arena, count, sizeof(*dates));
    size_t closures = 0;
    for (size_t i = 0; i < count; i++) {
        dates[i] = days[i].day;
        closures += !days[i].worked;
    }
    calendar->extra_closures = dates;
    calendar->extra_closures_count = closures;
    calendar->worked_holidays = dates + closures;
    calendar->worked_holidays_count = count - closures;
    return true;
}

static bool find_calendar(struct db *db, struct arena *arena, const struct statement *statement,
                          const struct parameters *parameters, struct calendar *calendar,
                          bool *is_known, struct error *err) {
    void *rows = NULL;
    size_t count = 0;
    if (!db_query(db, statement, parameters, &calendar_columns, arena, &rows, &count, err)) {
        return false;
    }
    *is_known = count > 0;
    if (*is_known) {
        *calendar = *(const struct calendar *)rows;
    }
    return true;
}

static bool find_latest(struct db *db, struct arena *arena, const char *calendar_id,
                        struct calendar *calendar, struct error *err) {
    struct parameters parameters;
    bool is_known;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(calendar_id));
    if (!find_calendar(db, arena, &sql_reference_calendar, &parameters, calendar, &is_known, err)) {
        return false;
    }
    return is_known || error_set(err, ERROR_FATAL, "CONFIGURATION",
                                 "sla.calendar: the database has no calendar \"%s\"", calendar_id);
}

bool reference_check_calendar(struct db *db, struct arena *arena, const char *calendar_id,
                              struct error *err) {
    struct calendar found;
    return find_latest(db, arena, calendar_id, &found, err);
}

bool reference_read_calendar(struct db *db, struct arena *arena, const char *calendar_id,
                             struct calendar *calendar, struct error *err) {
    return find_latest(db, arena, calendar_id, calendar, err) &&
           load_days(db, arena, calendar, err);
}

bool reference_find_calendar(struct db *db, struct arena *arena, struct slice calendar_id,
                             int32_t revision, struct calendar *calendar, bool *is_known,
                             struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, calendar_id);
    parameters_add_int32(&parameters, revision);
    return find_calendar(db, arena, &sql_reference_calendar_revision, &parameters, calendar,
                         is_known, err) &&
           (!*is_known || load_days(db, arena, calendar, err));
}

bool reference_load_calendar(struct batch *batch, const char *calendar_id,
                             struct calendar *calendar, struct error *err) {
    return reference_read_calendar(batch->db, batch->arena, calendar_id, calendar, err);
}
