#include "common/runtime/parking.h"

#include <assert.h>

#include "common/record/json_read.h"
#include "common/runtime/bounds.h"
#include "common/runtime/rows.h"
#include "common/runtime/statements.h"

struct parked_employer {
    struct slice siren;
    /* The record that all others wait behind: */
    struct slice topic;
    int32_t partition;
    int64_t input_offset;
    int32_t last_position;
};
static const struct column employer_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct parked_employer, siren),
    COLUMN_AT(COLUMN_TEXT, struct parked_employer, topic),
    COLUMN_AT(COLUMN_INT32, struct parked_employer, partition),
    COLUMN_AT(COLUMN_INT64, struct parked_employer, input_offset),
    COLUMN_AT(COLUMN_INT32, struct parked_employer, last_position),
};
static const struct columns employer_columns = COLUMNS_OF(struct parked_employer, employer_rows);

static const struct column parked_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct parked_record, siren),
    COLUMN_AT(COLUMN_INT32, struct parked_record, position),
    COLUMN_AT(COLUMN_TEXT, struct parked_record, topic),
    COLUMN_AT(COLUMN_INT32, struct parked_record, partition),
    COLUMN_AT(COLUMN_INT64, struct parked_record, input_offset),
    COLUMN_AT(COLUMN_UUID, struct parked_record, incarnation),
    COLUMN_AT(COLUMN_INT64, struct parked_record, timestamp_ms),
    COLUMN_AT(COLUMN_TEXT, struct parked_record, event_id),
    COLUMN_AT(COLUMN_TEXT, struct parked_record, event_type),
    COLUMN_AT(COLUMN_TEXT, struct parked_record, subject_id),
    COLUMN_AT(COLUMN_BOOLEAN, struct parked_record, is_refused),
    COLUMN_AT(COLUMN_INT32, struct parked_record, attempts),
    COLUMN_AT(COLUMN_TEXT, struct parked_record, message),
    COLUMN_AT(COLUMN_TEXT, struct parked_record, person),
    COLUMN_AT(COLUMN_BYTES, struct parked_record, sealed),
};
static const struct columns parked_columns = COLUMNS_OF(struct parked_record, parked_rows);

static const struct column key_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct parked_record, siren),
    COLUMN_AT(COLUMN_TEXT, struct parked_record, person),
};
static const struct columns key_columns = COLUMNS_OF(struct parked_record, key_rows);
/* The second of the row's: which of its employer. */
static const struct columns position_columns = {parked_rows + 1, 1, sizeof(struct parked_record)};

static const struct field behind_rows[] = {
    ROW_ID(struct parked_behind, topic, FIELD_REQUIRED),
    ROW_INT32(struct parked_behind, partition, FIELD_REQUIRED, 0, INT32_MAX, -1),
    ROW_INT64(struct parked_behind, offset, FIELD_REQUIRED, 0, INT64_MAX, -1),
};
static const struct shape behind_shape =
    SHAPE_OF("parked_behind", struct parked_behind, behind_rows, NULL);

bool parked_behind_read(struct arena *arena, struct slice facts, struct parked_behind *behind,
                        struct error *err) {
    return json_read_text(arena, &behind_shape, facts, behind, err);
}

bool parking_read(struct batch *batch, const struct slice *sirens, size_t count, size_t most,
                  struct parking *parking, struct error *err) {
    struct parameters parameters;
    void *rows = NULL;
    size_t found = 0;
    if (count == 0)
        return true;
    parameters_init(&parameters, batch->arena);
    parameters_add_text(&parameters, slice_of(batch->worker->name));
    parameters_add_rows(&parameters, &siren_columns, sirens, count);
    if (!db_query(batch->db, &sql_parked_employers, &parameters, &employer_columns, batch->arena,
                  &rows, &found, err))
        return false;
    struct parked_employer *employers = rows;
    map_init(&parking->employers, batch->arena, found);
    for (size_t i = 0; i < found; i++)
        map_put(&parking->employers, employers[i].siren, slice_none(), &employers[i]);
    parking->records = arena_array(batch->arena, most, sizeof(struct record *));
    parking->positions = arena_array(batch->arena, most, sizeof(int32_t));
    return true;
}

static struct parked_employer *find_employer(const struct parking *parking, struct slice siren) {
    return map_get(&parking->employers, siren, slice_none());
}

static void note(struct batch *batch, struct parking *parking, struct record *record,
                 int32_t position) {
    record->person = record_keeper(batch, record);
    parking->positions[parking->count] = position;
    parking->records[parking->count++] = record;
}

bool parking_takes(struct batch *batch, struct parking *parking, struct record *record) {
    struct slice siren = record->message.siren;
    struct parked_employer *employer =
        slice_is_present(siren) ? find_employer(parking, siren) : NULL;
    if (employer == NULL)
        return false;
    const struct parked_behind facts = {employer->topic, employer->partition,
                                        employer->input_offset};
    record->state = RECORD_PARKED;
    record->facts = document_write(batch->arena, &behind_shape, &facts);
    record->facts_shape = &behind_shape;
    (void)error_set(&record->fault, ERROR_INVALID, "PARKED",
                    "waits behind %.*s[%d]@%lld of its employer", SLICE_FORMAT(employer->topic),
                    employer->partition, (long long)employer->input_offset);
    note(batch, parking, record, ++employer->last_position);
    return true;
}

void parking_keep(struct batch *batch, struct parking *parking, struct record *record) {
    /* Of no employer: found under the empty SIREN, where each is the first of its own. */
    struct parked_employer *others = find_employer(parking, slice_of(""));
    bool has_employer = slice_is_present(record->message.siren);
    assert(!has_employer || find_employer(parking, record->message.siren) == NULL);
    note(batch, parking, record, !has_employer && others != NULL ? ++others->last_position : 1);
}

static struct parked_record row_of(struct batch *batch, const struct record *record,
                                   int32_t position) {
    const struct raw_record *raw = &record->raw;
    const struct message *message = &record->message;
    struct slice packed =
        output_pack_record(batch->arena, raw->key, raw->value, raw->headers, raw->headers_count);
    return (struct parked_record){
        .siren = slice_is_present(message->siren) ? message->siren : slice_of(""),
        .position = position,
        .topic = raw->topic,
        .partition = raw->partition,
        .input_offset = raw->offset,
        .incarnation = *record->incarnation,
        .timestamp_ms = raw->timestamp_ms,
        .event_id = message->id,
        .event_type = message->type,
        .subject_id = message->business_id,
        .is_refused = record->is_poison && record->state == RECORD_DEAD,
        .attempts = record->state == RECORD_DEAD ? 1 : 0,
        .message = slice_of(record->fault.text),
        .person = record->person->subject,
        .sealed = keyring_seal(&batch->keyring, record->person, packed),
    };
}

bool parking_store(struct batch *batch, const struct parking *parking, struct error *err) {
    if (parking->count == 0)
        return true;
    struct parked_record *rows = arena_array(batch->arena, parking->count, sizeof(*rows));
    for (size_t i = 0; i < parking->count; i++)
        rows[i] = row_of(batch, parking->records[i], parking->positions[i]);
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_text(&parameters, slice_of(batch->worker->name));
    parameters_add_instant(&parameters, batch->now_ms);
    parameters_add_rows(&parameters, &parked_columns, rows, parking->count);
    return db_run(batch->db, &sql_parked_insert, &parameters, NULL, err);
}

static void begin_place(struct batch *batch, struct parameters *parameters) {
    parameters_init(parameters, batch->arena);
    parameters_add_text(parameters, slice_of(batch->worker->name));
}

static void add_place(struct parameters *parameters, const struct dead_letter_command *command) {
    parameters_add_text(parameters, command->topic);
    parameters_add_int32(parameters, command->partition);
    parameters_add_int64(parameters, command->offset);
}

bool parked_find(struct batch *batch, const struct dead_letter_command *command,
                 struct slice *siren, struct error *err) {
    struct parameters parameters;
    void *rows = NULL;
    size_t count = 0;
    begin_place(batch, &parameters);
    add_place(&parameters, command);
    if (!db_query(batch->db, &sql_parked_find, &parameters, &siren_columns, batch->arena, &rows,
                  &count, err))
        return false;
    *siren = count == 0 ? slice_none() : *(const struct slice *)rows;
    return true;
}

bool parked_load(struct batch *batch, struct slice siren, const struct dead_letter_command *command,
                 size_t most, struct parked_record **rows, size_t *count, struct error *err) {
    struct parameters parameters;
    void *read = NULL;
    begin_place(batch, &parameters);
    parameters_add_text(&parameters, siren);
    add_place(&parameters, command);
    parameters_add_int32(&parameters, (int32_t)most);
    parameters_add_int64(&parameters, BATCH_BYTES_MOST);
    if (!db_query(batch->db, &sql_parked_load, &parameters, &parked_columns, batch->arena, &read,
                  count, err))
        return false;
    *rows = read;
    return true;
}

bool parked_delete(struct batch *batch, const struct parked_record *const *rows, size_t count,
                   const struct parked_record *const *forgotten, size_t forgotten_count,
                   struct error *err) {
    struct parameters parameters;
    if (count == 0)
        return true;
    begin_place(batch, &parameters);
    parameters_add_text(&parameters, rows[0]->siren);
    parameters_add_row_pointers(&parameters, &position_columns, (const void *const *)rows, count);
    if (!db_run(batch->db, &sql_parked_delete, &parameters, NULL, err))
        return false;
    if (forgotten_count == 0)
        return true;
    parameters_init(&parameters, batch->arena);
    parameters_add_row_pointers(&parameters, &key_columns, (const void *const *)forgotten,
                                forgotten_count);
    return db_run(batch->db, &sql_data_key_delete, &parameters, NULL, err);
}

bool parked_refuse(struct batch *batch, const struct parked_record *row, struct slice message,
                   struct error *err) {
    struct parameters parameters;
    begin_place(batch, &parameters);
    parameters_add_text(&parameters, row->siren);
    parameters_add_int32(&parameters, row->position);
    parameters_add_int32(&parameters, row->attempts + 1);
    parameters_add_text(&parameters, message);
    return db_run(batch->db, &sql_parked_refuse, &parameters, NULL, err);
}
