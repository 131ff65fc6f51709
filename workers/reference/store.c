#include "workers/reference/store.h"

#include "common/runtime/rows.h"
#include "workers/reference/messages.h"
#include "workers/reference/statements.h"

const struct statement *const reference_statements[REFERENCE_STATEMENTS] = {
    &sql_reference_pmss_load,
    &sql_reference_calendar_load,
    &sql_reference_pmss_insert,
    &sql_reference_calendar_insert,
};

/* Keys of the reading statements: of the events themselves. */
static const struct column pmss_key_items[] = {
    COLUMN_WORD_AT(struct pmss_published, territory, territory_words),
    COLUMN_AT(COLUMN_DATE, struct pmss_published, valid_from),
};
static const struct columns pmss_key = COLUMNS_OF(struct pmss_published, pmss_key_items);

static const struct column calendar_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct calendar_published, calendar_id),
};
static const struct columns calendar_key =
    COLUMNS_OF(struct calendar_published, calendar_key_items);

/* Rows read and written. */
static const struct column pmss_items[] = {
    COLUMN_WORD_AT(struct stored_pmss, territory, territory_words),
    COLUMN_AT(COLUMN_DATE, struct stored_pmss, valid_from),
    COLUMN_AT(COLUMN_INT32, struct stored_pmss, revision),
    COLUMN_AT(COLUMN_INT32, struct stored_pmss, amount_eur),
    COLUMN_AT(COLUMN_TEXT, struct stored_pmss, legal_reference),
    COLUMN_AT(COLUMN_BYTES, struct stored_pmss, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct stored_pmss, recorded_at),
};
static const struct columns pmss_columns = COLUMNS_OF(struct stored_pmss, pmss_items);

static const struct column calendar_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct stored_calendar, calendar_id),
    COLUMN_AT(COLUMN_INT32, struct stored_calendar, revision),
    COLUMN_AT(COLUMN_BYTES, struct stored_calendar, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct stored_calendar, recorded_at),
};
static const struct columns calendar_columns = COLUMNS_OF(struct stored_calendar, calendar_items);

static const struct column day_items[] = {{"day", COLUMN_DATE, 0, NULL}};
static const struct columns day_columns = COLUMNS_OF(int32_t, day_items);

struct slice reference_pmss_name(struct arena *arena, enum territory territory,
                                 int32_t valid_from) {
    char day[DATE_TEXT_SIZE];
    date_format(valid_from, day);
    return arena_format(arena, "%s:%s", words_text(&territory_words, (int)territory), day);
}

/* Time doesn't run backwards for a value. What was installed was not recorded by a worker's clock,
 * which may be a simulated one. */
static void observe(struct batch *batch, struct slice fingerprint, int64_t recorded_at) {
    if (slice_is_present(fingerprint)) {
        batch_observe(batch, recorded_at);
    }
}

/* The events of that kind, as keys of a statement. */
static const void **events_of(struct batch *batch, enum reference_input kind, size_t *count) {
    const void **events = arena_array(batch->arena, batch->count, sizeof(*events));
    *count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (message->input->kind == (int)kind) {
            events[(*count)++] = message->data;
        }
    }
    return events;
}

static bool load_pmss(struct batch *batch, struct error *err) {
    struct reference_state *state = batch->state;
    size_t asked = 0;
    const void **events = events_of(batch, INPUT_PMSS_PUBLISHED, &asked);
    void *rows;
    size_t count;
    map_init(&state->pmss, batch->arena, asked);
    state->new_pmss = arena_array(batch->arena, asked, sizeof(*state->new_pmss));
    if (!rows_load(batch, &sql_reference_pmss_load, rows_at(&pmss_key, events, asked),
                   &pmss_columns, &rows, &count, err)) {
        return false;
    }
    struct stored_pmss *stored = rows;
    for (size_t i = 0; i < count; i++) {
        observe(batch, stored[i].fingerprint, stored[i].recorded_at);
        map_put(&state->pmss,
                reference_pmss_name(batch->arena, stored[i].territory, stored[i].valid_from),
                slice_none(), &stored[i]);
    }
    return true;
}

static bool load_calendars(struct batch *batch, struct error *err) {
    struct reference_state *state = batch->state;
    size_t asked = 0;
    const void **events = events_of(batch, INPUT_CALENDAR_PUBLISHED, &asked);
    void *rows;
    size_t count;
    map_init(&state->calendars, batch->arena, asked);
    state->new_calendars = arena_array(batch->arena, asked, sizeof(*state->new_calendars));
    if (!rows_load(batch, &sql_reference_calendar_load, rows_at(&calendar_key, events, asked),
                   &calendar_columns, &rows, &count, err)) {
        return false;
    }
    struct stored_calendar *stored = rows;
    for (size_t i = 0; i < count; i++) {
        observe(batch, stored[i].fingerprint, stored[i].recorded_at);
        map_put(&state->calendars, stored[i].calendar_id, slice_none(), &stored[i]);
    }
    return true;
}

bool reference_load(struct batch *batch, struct error *err) {
    return load_pmss(batch, err) && load_calendars(batch, err);
}

void reference_keep_pmss(struct batch *batch, const struct pmss_published *published,
                         struct slice fingerprint) {
    struct reference_state *state = batch->state;
    struct stored_pmss *kept = arena_take(batch->arena, sizeof(*kept));
    *kept = (struct stored_pmss){
        .territory = published->territory,
        .valid_from = published->valid_from,
        .revision = published->revision,
        .amount_eur = published->amount_eur,
        .legal_reference = published->legal_reference,
        .fingerprint = fingerprint,
        .recorded_at = batch->now_ms,
    };
    state->new_pmss[state->new_pmss_count++] = kept;
    map_put(&state->pmss, reference_pmss_name(batch->arena, kept->territory, kept->valid_from),
            slice_none(), kept);
}

void reference_keep_calendar(struct batch *batch, const struct calendar_published *published,
                             struct slice fingerprint) {
    struct reference_state *state = batch->state;
    struct stored_calendar *kept = arena_take(batch->arena, sizeof(*kept));
    *kept = (struct stored_calendar){
        .calendar_id = published->calendar_id,
        .revision = published->revision,
        .base = published->base,
        .extra_closures = published->extra_closures,
        .worked_holidays = published->worked_holidays,
        .fingerprint = fingerprint,
        .recorded_at = batch->now_ms,
    };
    state->new_calendars[state->new_calendars_count++] = kept;
    map_put(&state->calendars, kept->calendar_id, slice_none(), kept);
}

static bool store_pmss(struct batch *batch, struct error *err) {
    const struct reference_state *state = batch->state;
    return rows_store(batch, &sql_reference_pmss_insert,
                      rows_at(&pmss_columns, state->new_pmss, state->new_pmss_count), err);
}

/* One statement a revision: a set of lists is no array, and a calendar changes a few times a year.
 */
static bool store_calendar(struct batch *batch, const struct stored_calendar *calendar,
                           struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_text(&parameters, calendar->calendar_id);
    parameters_add_int32(&parameters, calendar->revision);
    parameters_add_text(&parameters,
                        slice_of(words_text(&calendar_base_words, (int)calendar->base)));
    parameters_add_rows(&parameters, &day_columns, calendar->extra_closures.items,
                        calendar->extra_closures.count);
    parameters_add_rows(&parameters, &day_columns, calendar->worked_holidays.items,
                        calendar->worked_holidays.count);
    parameters_add_bytes(&parameters, calendar->fingerprint);
    parameters_add_instant(&parameters, calendar->recorded_at);
    return db_run(batch->db, &sql_reference_calendar_insert, &parameters, NULL, err);
}

bool reference_store(struct batch *batch, struct error *err) {
    const struct reference_state *state = batch->state;
    for (size_t i = 0; i < state->new_calendars_count; i++) {
        if (!store_calendar(batch, state->new_calendars[i], err)) {
            return false;
        }
    }
    return store_pmss(batch, err);
}
