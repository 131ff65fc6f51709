#include "workers/commands/state.h"

#include <stddef.h>
#include <string.h>

#include "common/base/date.h"
#include "common/runtime/clock_anchor.h"
#include "workers/commands/statements.h"

enum { OVERDUE_MS = 60000, DAY_MS = 24 * 3600 * 1000 };

struct name_row {
    struct slice worker;
};
static const struct column name_rows[] = {COLUMN_AT(COLUMN_TEXT, struct name_row, worker)};
static const struct columns name_columns = COLUMNS_OF(struct name_row, name_rows);

struct timers_row {
    struct slice worker;
    int64_t overdue;
    int64_t oldest;
};
static const struct column timers_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct timers_row, worker),
    COLUMN_AT(COLUMN_INT64, struct timers_row, overdue),
    COLUMN_AT(COLUMN_INSTANT, struct timers_row, oldest),
};
static const struct columns timers_columns = COLUMNS_OF(struct timers_row, timers_rows);

struct count_row {
    struct slice worker;
    int64_t count;
};
static const struct column count_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct count_row, worker),
    COLUMN_AT(COLUMN_INT64, struct count_row, count),
};
static const struct columns count_columns = COLUMNS_OF(struct count_row, count_rows);

struct audit_row {
    struct slice worker;
    int64_t verified_until;
    int64_t mismatches;
};
static const struct column audit_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct audit_row, worker),
    COLUMN_AT(COLUMN_INSTANT, struct audit_row, verified_until),
    COLUMN_AT(COLUMN_INT64, struct audit_row, mismatches),
};
static const struct columns audit_columns = COLUMNS_OF(struct audit_row, audit_rows);

static const struct column refusals_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct refusals, worker),
    COLUMN_AT(COLUMN_TEXT, struct refusals, reason),
    COLUMN_AT(COLUMN_INT64, struct refusals, records),
};
static const struct columns refusals_columns = COLUMNS_OF(struct refusals, refusals_rows);

struct days_row {
    int32_t first_day;
    int32_t last_day;
};
static const struct column days_rows[] = {
    COLUMN_AT(COLUMN_DATE, struct days_row, first_day),
    COLUMN_AT(COLUMN_DATE, struct days_row, last_day),
};
static const struct columns days_columns = COLUMNS_OF(struct days_row, days_rows);

static struct worker_state *find_worker(struct state *state, struct slice name) {
    for (size_t i = 0; i < state->workers_count; i++) {
        if (slice_is(name, state->workers[i].seen.worker->name)) {
            return &state->workers[i];
        }
    }
    return NULL;
}

static bool read_worker(struct state *state, const struct worker *worker, struct error *err) {
    struct worker_state *known = &state->workers[state->workers_count++];
    if (!inspection_look(state->inspection, worker, NULL, 0, &known->seen, err) ||
        !inspection_members(&known->seen, &known->members, err)) {
        return false;
    }
    known->oldest = INSTANT_NONE;
    known->partitions = known->seen.survey.places_count;
    for (size_t i = 0; i < known->partitions; i++) {
        const struct markers *m = &known->seen.survey.places[i].markers;
        known->lag += markers_lag(m);
        known->stopped += verdict_stops(verdict_of(m)) ? 1 : 0;
    }
    state->stopped += known->stopped;
    return true;
}

/* The rows of a statement that takes no parameters. */
static bool read_rows(const struct state *state, const struct statement *statement,
                      const struct columns *columns, void **rows, size_t *count,
                      struct error *err) {
    struct parameters none;
    parameters_init(&none, state->inspection->arena);
    return db_query(state->inspection->db, statement, &none, columns, state->inspection->arena,
                    rows, count, err);
}

static void add_names(struct parameters *parameters, const struct state *state) {
    struct name_row *names =
        arena_array(state->inspection->arena, state->workers_count, sizeof(*names));
    for (size_t i = 0; i < state->workers_count; i++) {
        names[i].worker = slice_of(state->workers[i].seen.worker->name);
    }
    parameters_add_rows(parameters, &name_columns, names, state->workers_count);
}

static bool read_timers(struct state *state, struct error *err) {
    struct arena *arena = state->inspection->arena;
    struct parameters parameters;
    void *read;
    size_t count;
    parameters_init(&parameters, arena);
    add_names(&parameters, state);
    parameters_add_instant(&parameters, state->now_ms - OVERDUE_MS);
    if (!db_query(state->inspection->db, &sql_status_timers, &parameters, &timers_columns, arena,
                  &read, &count, err)) {
        return false;
    }
    const struct timers_row *rows = read;
    for (size_t i = 0; i < count; i++) {
        struct worker_state *worker = find_worker(state, rows[i].worker);
        worker->overdue = rows[i].overdue;
        worker->oldest = rows[i].oldest;
    }
    return true;
}

/* A number that a statement counts of each worker, into the member at `place` of its state. */
static bool read_counts(struct state *state, const struct statement *statement, size_t place,
                        struct error *err) {
    void *read;
    size_t count;
    if (!read_rows(state, statement, &count_columns, &read, &count, err)) {
        return false;
    }
    const struct count_row *rows = read;
    for (size_t i = 0; i < count; i++) {
        struct worker_state *worker = find_worker(state, rows[i].worker);
        if (worker != NULL) {
            memcpy((char *)worker + place, &rows[i].count, sizeof(rows[i].count));
        }
    }
    return true;
}

static bool read_audit(struct state *state, struct error *err) {
    struct arena *arena = state->inspection->arena;
    struct parameters parameters;
    void *read;
    size_t count;
    parameters_init(&parameters, arena);
    add_names(&parameters, state);
    if (!db_query(state->inspection->db, &sql_status_audit, &parameters, &audit_columns, arena,
                  &read, &count, err)) {
        return false;
    }
    const struct audit_row *rows = read;
    for (size_t i = 0; i < count; i++) {
        struct worker_state *worker = find_worker(state, rows[i].worker);
        worker->verified_until = rows[i].verified_until;
        worker->mismatches = rows[i].mismatches;
        state->mismatches += rows[i].mismatches;
    }
    return true;
}

static bool read_refusals(struct state *state, struct error *err) {
    struct arena *arena = state->inspection->arena;
    struct parameters parameters;
    void *read;
    parameters_init(&parameters, arena);
    parameters_add_instant(&parameters, state->now_ms - DAY_MS);
    if (!db_query(state->inspection->db, &sql_status_refusals, &parameters, &refusals_columns,
                  arena, &read, &state->refusals_count, err)) {
        return false;
    }
    state->refusals = read;
    return true;
}

static bool read_days(struct state *state, struct error *err) {
    void *read;
    size_t count;
    if (!read_rows(state, &sql_status_journal, &days_columns, &read, &count, err)) {
        return false;
    }
    const struct days_row *days = read;
    state->first_day = count == 0 ? DATE_NONE : days->first_day;
    state->last_day = count == 0 ? DATE_NONE : days->last_day;
    return true;
}

bool state_read(const struct inspection *inspection, struct state *state, struct error *err) {
    state->inspection = inspection;
    if (!clock_anchor_read(inspection->db, inspection->arena, &state->clock, err)) {
        return false;
    }
    state->now_ms = clock_now_ms(&state->clock);
    for (const struct worker *const *worker = workers; *worker != NULL; worker++) {
        if (!read_worker(state, *worker, err)) {
            return false;
        }
    }
    return read_timers(state, err) &&
           read_counts(state, &sql_status_waiting, offsetof(struct worker_state, waiting), err) &&
           read_counts(state, &sql_status_parked, offsetof(struct worker_state, parked), err) &&
           read_audit(state, err) && read_refusals(state, err) && read_days(state, err);
}

void state_fini(struct state *state) {
    for (size_t i = 0; i < state->workers_count; i++) {
        inspection_leave(&state->workers[i].seen);
    }
}
