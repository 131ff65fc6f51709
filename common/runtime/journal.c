#include "common/runtime/journal.h"

#include "common/runtime/statements.h"

static const struct column journal_column_rows[] = {
    COLUMN_AT(COLUMN_INSTANT, struct journal_row, decided_at),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, topic),
    COLUMN_AT(COLUMN_INT32, struct journal_row, partition),
    COLUMN_AT(COLUMN_INT64, struct journal_row, input_offset),
    COLUMN_AT(COLUMN_INT32, struct journal_row, sequence),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, subject_id),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, person),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, event_id),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, event_type),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, correlation_id),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, traceparent),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, tracestate),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, refusal),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, rules),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, facts_shape),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, facts),
    COLUMN_AT(COLUMN_BYTES, struct journal_row, facts_sealed),
    COLUMN_AT(COLUMN_INT32, struct journal_row, outputs_count),
    COLUMN_AT(COLUMN_BYTES, struct journal_row, outputs),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, replay_of),
};
const struct columns journal_columns = COLUMNS_OF(struct journal_row, journal_column_rows);

/* decided_at is one value for the whole batch when writing. */
static const struct columns insert_columns = {
    journal_column_rows + 1, COUNT_OF(journal_column_rows) - 1, sizeof(struct journal_row)};

/* An event that was refused may carry anything in its attributes, an e-mail for an id too: of those
 * only what has the form of an attribute of ours is kept in clear. */
static struct journal_row row_of(struct batch *batch, const struct record *record) {
    const struct message *message = &record->message;
    const struct raw_record *place = record->command == NULL ? &record->raw : &record->command->raw;
    struct journal_row row = {
        .topic = place->topic,
        .partition = place->partition,
        .input_offset = place->offset,
        .siren = message->siren,
        .subject_id = record->subject_id,
        .person = record->person == NULL ? slice_none() : record->person->subject,
        .event_id = message->id,
        .event_type = message->type,
        .correlation_id = message_correlation(message),
        .traceparent = message->traceparent,
        .tracestate = message->tracestate,
        .refusal = record->state == RECORD_OPEN ? slice_none() : slice_of(record->fault.code),
        .rules = record->rules,
        .facts_shape =
            record->facts_shape == NULL ? slice_none() : slice_of(record->facts_shape->name),
        .facts = record->facts.open,
        .outputs_count = (int32_t)record->outputs_count,
    };
    if (record->command != NULL && !record->is_part)
        row.replay_of = record_place(batch->arena, &record->raw);
    if (record->state == RECORD_DEAD && message->input == NULL)
        row.event_id = row.event_type = row.correlation_id = slice_none();
    if (record->facts.personal.size > 0)
        row.facts_sealed = keyring_seal(&batch->keyring, record->person, record->facts.personal);
    row.outputs = output_pack(batch->arena, &batch->keyring, record->person, record->outputs_first,
                              record->outputs_count);
    return row;
}

bool journal_store(struct batch *batch, struct record *const *records, size_t count,
                   struct error *err) {
    if (count == 0)
        return true;
    struct arena_mark mark = arena_mark(batch->arena); /* nothing of what follows is kept */
    struct journal_row *rows = arena_array(batch->arena, count, sizeof(*rows));
    for (size_t i = 0; i < count; i++) {
        rows[i] = row_of(batch, records[i]);
        if (i > 0 && rows[i].input_offset == rows[i - 1].input_offset &&
            rows[i].partition == rows[i - 1].partition &&
            slice_equal(rows[i].topic, rows[i - 1].topic))
            rows[i].sequence = rows[i - 1].sequence + 1;
    }
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_text(&parameters, slice_of(batch->worker->name));
    parameters_add_instant(&parameters, batch->now_ms);
    parameters_add_rows(&parameters, &insert_columns, rows, count);
    bool ok = db_run(batch->db, &sql_journal_insert, &parameters, NULL, err);
    arena_rewind(batch->arena, mark);
    return ok;
}

static const struct column part_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct journal_part, topic),
    COLUMN_AT(COLUMN_INT32, struct journal_part, partition),
    COLUMN_AT(COLUMN_UUID, struct journal_part, incarnation),
    COLUMN_AT(COLUMN_INT64, struct journal_part, from_offset),
    COLUMN_AT(COLUMN_INT64, struct journal_part, to_offset),
};
static const struct columns part_columns = COLUMNS_OF(struct journal_part, part_rows);

static const struct column place_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct journal_place, recorded_at),
    COLUMN_AT(COLUMN_TEXT, struct journal_place, topic),
    COLUMN_AT(COLUMN_INT32, struct journal_place, partition),
    COLUMN_AT(COLUMN_UUID, struct journal_place, incarnation),
    COLUMN_AT(COLUMN_INT64, struct journal_place, input_offset),
    COLUMN_AT(COLUMN_INT32, struct journal_place, sequence),
    COLUMN_AT(COLUMN_INT32, struct journal_place, ordinal),
};
static const struct columns place_columns = COLUMNS_OF(struct journal_place, place_rows);

bool journal_next(struct db *db, struct arena *arena, const char *worker,
                  const struct journal_part *parts, size_t parts_count,
                  struct journal_place **places, size_t *count, struct error *err) {
    struct parameters parameters;
    void *read = NULL;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(worker));
    parameters_add_rows(&parameters, &part_columns, parts, parts_count);
    if (!db_query(db, &sql_journal_next, &parameters, &place_columns, arena, &read, count, err))
        return false;
    *places = read;
    return true;
}

static const struct column outputs_rows[] = {
    COLUMN_AT(COLUMN_INSTANT, struct journal_row, decided_at),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, topic),
    COLUMN_AT(COLUMN_INT32, struct journal_row, partition),
    COLUMN_AT(COLUMN_INT64, struct journal_row, input_offset),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, person),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, event_id),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, correlation_id),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, traceparent),
    COLUMN_AT(COLUMN_TEXT, struct journal_row, tracestate),
    COLUMN_AT(COLUMN_BYTES, struct journal_row, outputs),
};
static const struct columns outputs_columns = COLUMNS_OF(struct journal_row, outputs_rows);
/* All rows of a batch have the same recorded_at. */
static const struct columns asked_columns = {place_rows + 1, COUNT_OF(place_rows) - 1,
                                             sizeof(struct journal_place)};

bool journal_outputs(struct db *db, struct arena *arena, const char *worker,
                     const struct journal_place *places, size_t count, struct journal_row **rows,
                     struct error *err) {
    struct parameters parameters;
    void *read = NULL;
    size_t read_count = 0;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(worker));
    parameters_add_text(&parameters, places[0].recorded_at);
    parameters_add_rows(&parameters, &asked_columns, places, count);
    if (!db_query(db, &sql_journal_outputs, &parameters, &outputs_columns, arena, &read,
                  &read_count, err))
        return false;
    if (read_count != count)
        return error_set(err, ERROR_FATAL, "JOURNAL",
                         "%zu rows of a stored batch, but %zu where they were", count, read_count);
    *rows = read;
    return true;
}

struct reach {
    int64_t input_offset;
};

bool journal_reach(struct db *db, struct arena *arena, const char *worker, struct slice topic,
                   int32_t partition, int64_t *reach, struct error *err) {
    static const struct column rows[] = {COLUMN_AT(COLUMN_INT64, struct reach, input_offset)};
    static const struct columns columns = COLUMNS_OF(struct reach, rows);
    struct parameters parameters;
    void *read = NULL;
    size_t count = 0;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(worker));
    parameters_add_text(&parameters, topic);
    parameters_add_int32(&parameters, partition);
    if (!db_query(db, &sql_journal_reach, &parameters, &columns, arena, &read, &count, err))
        return false;
    *reach = count == 0 ? -1 : ((struct reach *)read)->input_offset;
    return true;
}

struct person_key *journal_ask_key(struct keyring *keyring, const struct journal_row *row) {
    if (!slice_is_present(row->person))
        return NULL;
    return keyring_ask(keyring, slice_is_present(row->siren) ? row->siren : slice_of(""),
                       row->person);
}

struct output_context journal_context(const char *worker, const struct journal_row *row) {
    return (struct output_context){
        .worker = worker,
        .decided_at_ms = row->decided_at,
        .causation_id = row->event_id,
        .correlation_id = row->correlation_id,
        .traceparent = row->traceparent,
        .tracestate = row->tracestate,
    };
}

struct made {
    int32_t made;
};

bool journal_prepare(struct db *db, struct arena *arena, int32_t days, struct error *err) {
    static const struct column rows[] = {COLUMN_AT(COLUMN_INT32, struct made, made)};
    static const struct columns columns = COLUMNS_OF(struct made, rows);
    struct parameters parameters;
    void *read = NULL;
    size_t count = 0;
    parameters_init(&parameters, arena);
    parameters_add_int32(&parameters, days);
    return db_query(db, &sql_journal_prepare, &parameters, &columns, arena, &read, &count, err);
}

struct dropped {
    int32_t dropped;
};

bool journal_drop(struct db *db, struct arena *arena, int32_t retention_days, int32_t *dropped,
                  struct error *err) {
    static const struct column rows[] = {COLUMN_AT(COLUMN_INT32, struct dropped, dropped)};
    static const struct columns columns = COLUMNS_OF(struct dropped, rows);
    struct parameters parameters;
    void *read = NULL;
    size_t count = 0;
    parameters_init(&parameters, arena);
    parameters_add_int32(&parameters, retention_days);
    if (!db_query(db, &sql_journal_drop, &parameters, &columns, arena, &read, &count, err))
        return false;
    *dropped = ((const struct dropped *)read)->dropped;
    return true;
}
