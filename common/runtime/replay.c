#include "common/runtime/replay.h"

#include <assert.h>

#include "common/runtime/intake.h"

bool replay_is_command(const struct record *record) {
    return !record->has_fault && (record->message.input->kind == INPUT_RETRIED ||
                                  record->message.input->kind == INPUT_DROPPED);
}

static const struct dead_letter_command *command_of(const struct replay *replay) {
    return replay->command->message.data;
}

static bool is_drop(const struct replay *replay) {
    return replay->command->message.input->kind == INPUT_DROPPED;
}

bool replay_find(struct batch *batch, struct record *const *records, size_t count,
                 struct replay *replay, struct error *err) {
    if (count == 0 || !replay_is_command(records[0]))
        return true;
    assert(count == 1);
    replay->command = records[0];
    return parked_find(batch, command_of(replay), &replay->siren, err);
}

static bool is_named(const struct dead_letter_command *command, const struct parked_record *row) {
    return row->partition == command->partition && row->input_offset == command->offset &&
           slice_equal(row->topic, command->topic);
}

/* As far as the row alone tells of it. */
static struct record *outline(struct batch *batch, const struct replay *replay,
                              const struct parked_record *row) {
    struct record *record = arena_take(batch->arena, sizeof(*record));
    record->raw = (struct raw_record){.topic = row->topic,
                                      .partition = row->partition,
                                      .offset = row->input_offset,
                                      .timestamp_ms = row->timestamp_ms};
    record->message.id = row->event_id;
    record->message.type = row->event_type;
    if (row->siren.size > 0)
        record->message.siren = row->siren;
    record->subject_id = row->subject_id;
    record->incarnation = &row->incarnation;
    record->partition_index = replay->command->partition_index;
    record->command = replay->command;
    record->attempts = row->attempts;
    return record;
}

static void add(struct replay *replay, struct record *record, const struct parked_record *row) {
    replay->rows[replay->count] = row;
    replay->records[replay->count++] = record;
}

/* Given up, with what tells why. */
static void add_dropped(struct batch *batch, struct replay *replay, const struct parked_record *row,
                        const char *code) {
    struct record *record = outline(batch, replay, row);
    record->state = RECORD_DROPPED;
    (void)error_set(&record->fault, ERROR_INVALID, code, "not decided");
    record->facts_shape = &dead_letter_command_shape;
    record->facts = document_write(batch->arena, &dead_letter_command_shape, command_of(replay));
    add(replay, record, row);
}

/* As it came in, and read like any other: by the rules of today, it may be malformed. */
static bool add_opened(struct batch *batch, const struct replay_bounds *bounds,
                       struct replay *replay, const struct parked_record *row,
                       const struct person_key *key, struct arena *scratch, struct error *err) {
    struct record *record = outline(batch, replay, row);
    struct slice packed;
    if (!keyring_open(&batch->keyring, key, row->sealed, &packed, err) ||
        !output_unpack_record(batch->arena, packed, &record->raw, err))
        return false;
    intake_read(batch->worker, batch->keyring.vault, batch->arena, scratch, record);
    if (!record->has_fault && bounds->refusal != NULL) {
        record->has_fault = record->is_poison = true;
        record->fault = *bounds->refusal;
        replay->refused = row;
    }
    if (record->has_fault)
        record_bury(batch, record);
    else
        record->subject_id = record->message.business_id;
    add(replay, record, row);
    return true;
}

/* The rows from `first` on, `count` of them. What was sealed under a key that is gone cannot be
 * decided by anybody. */
static bool open_rows(struct batch *batch, const struct replay_bounds *bounds,
                      struct replay *replay, const struct parked_record *rows, size_t count,
                      struct error *err) {
    struct person_key **keys = arena_array(batch->arena, count, sizeof(struct person_key *));
    for (size_t i = 0; i < count; i++)
        keys[i] = keyring_ask(&batch->keyring, rows[i].siren, rows[i].person);
    if (!keyring_load(&batch->keyring, batch->db, err))
        return false;
    struct arena scratch;
    bool ok = true;
    arena_init(&scratch);
    for (size_t i = 0; i < count && ok; i++) {
        if (keys[i]->state == PERSON_KEY_ABSENT)
            add_dropped(batch, replay, &rows[i], "ERASED");
        else
            ok = add_opened(batch, bounds, replay, &rows[i], keys[i], &scratch, err);
    }
    arena_fini(&scratch);
    return ok;
}

/* A row without what is sealed is left to a later command. */
static size_t count_taken(const struct parked_record *rows, size_t found) {
    size_t taken = 0;
    while (taken < found && slice_is_present(rows[taken].sealed))
        taken++;
    return taken;
}

bool replay_read(struct batch *batch, const struct replay_bounds *bounds, struct replay *replay,
                 struct error *err) {
    struct parked_record *rows = NULL;
    size_t found = 0;
    if (replay->command == NULL || !slice_is_present(replay->siren))
        return true;
    size_t head = is_drop(replay) ? 1 : 0;
    size_t most = head + bounds->most;
    if (!parked_load(batch, replay->siren, command_of(replay), most, &rows, &found, err))
        return false;
    if (found == 0 || !is_named(command_of(replay), &rows[0]))
        return true;
    replay->records = arena_array(batch->arena, most, sizeof(struct record *));
    replay->rows = arena_array(batch->arena, most, sizeof(struct parked_record *));
    if (is_drop(replay))
        add_dropped(batch, replay, &rows[0], "DROPPED");
    size_t taken = count_taken(rows, found);
    if (!open_rows(batch, bounds, replay, rows + head, taken - head, err))
        return false;
    if (found > taken && replay->refused == NULL)
        replay->next = &rows[taken];
    return true;
}

static struct slice place_of(struct batch *batch, struct slice topic, int32_t partition,
                             int64_t offset) {
    const struct raw_record raw = {.topic = topic, .partition = partition, .offset = offset};
    return record_place(batch->arena, &raw);
}

/* The same wish about the first that is left. Those behind were to be decided either way. */
static void emit_next(struct batch *batch, const struct replay *replay) {
    const struct parked_record *row = replay->next;
    const struct output_type type = {replay->command->message.input->topic,
                                     "guichet.dead-letter.retried.v1", &dead_letter_command_shape};
    struct dead_letter_command next = *command_of(replay);
    next.topic = row->topic;
    next.partition = row->partition;
    next.offset = row->input_offset;
    record_emit(batch, replay->command, &type, replay->siren,
                place_of(batch, row->topic, row->partition, row->input_offset), &next);
}

void replay_finish(struct batch *batch, struct replay *replay) {
    static const char *const not_parked[] = {"NOT_PARKED"};
    struct record *command = replay->command;
    if (command == NULL || command->state != RECORD_OPEN)
        return;
    const struct dead_letter_command *named = command_of(replay);
    command->subject_id = place_of(batch, named->topic, named->partition, named->offset);
    record_explain(batch, command, &dead_letter_command_shape, named, not_parked,
                   replay->count == 0 ? 1 : 0);
    if (replay->next != NULL)
        emit_next(batch, replay);
}

/* Nothing but the parked record is sealed under its key, unless it was a dead letter, or is one
 * now. */
static bool is_forgotten(const struct record *record) {
    return record->attempts == 0 && record->state != RECORD_DEAD;
}

bool replay_store(struct batch *batch, const struct replay *replay, struct error *err) {
    const struct parked_record **gone =
        arena_array(batch->arena, replay->count, sizeof(const struct parked_record *));
    const struct parked_record **forgotten =
        arena_array(batch->arena, replay->count, sizeof(const struct parked_record *));
    size_t gone_count = 0;
    size_t forgotten_count = 0;
    for (size_t i = 0; i < replay->count; i++) {
        if (replay->rows[i] == replay->refused) {
            struct slice message = slice_of(replay->records[i]->fault.text);
            if (!parked_refuse(batch, replay->refused, message, err))
                return false;
            continue;
        }
        gone[gone_count++] = replay->rows[i];
        if (is_forgotten(replay->records[i]))
            forgotten[forgotten_count++] = replay->rows[i];
    }
    return parked_delete(batch, gone, gone_count, forgotten, forgotten_count, err);
}
