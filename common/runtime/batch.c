#include "common/runtime/batch.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/buffer.h"
#include "common/base/limits.h"
#include "common/runtime/dead_letter.h"
#include "common/runtime/output.h"

void batch_observe(struct batch *batch, int64_t instant_ms) {
    if (instant_ms != INSTANT_NONE && instant_ms > batch->now_ms)
        batch->now_ms = instant_ms;
}

void record_explain(struct batch *batch, struct record *record, const struct shape *facts_shape,
                    const void *facts, const char *const *rules, size_t rules_count) {
    record->facts_shape = facts == NULL ? NULL : facts_shape;
    if (facts != NULL)
        record->facts = document_write(batch->arena, facts_shape, facts);
    struct buffer buffer;
    buffer_init(&buffer, batch->arena, 64);
    for (size_t i = 0; i < rules_count; i++) {
        if (i > 0)
            buffer_append_byte(&buffer, ',');
        buffer_append_text(&buffer, rules[i]);
    }
    record->rules = rules_count == 0 ? slice_none() : buffer_slice(&buffer);
}

void record_set_person(struct batch *batch, struct record *record, struct slice siren,
                       struct slice subject) {
    record->person = keyring_ask(&batch->keyring, siren, subject);
}

void record_at(struct batch *batch, struct record *part, struct occasion occasion) {
    struct occasion *kept = arena_take(batch->arena, sizeof(*kept));
    *kept = occasion;
    part->occasion = kept;
    part->occasion_count = 0;
}

struct origin record_origin(const struct record *record) {
    const struct message *message = &record->message;
    if (record->firing != NULL && slice_is_present(record->firing->origin.correlation_id))
        return record->firing->origin;
    return (struct origin){message_correlation(message), message->traceparent, message->tracestate};
}

struct record *record_part(struct batch *batch, struct record *record, struct slice siren,
                           struct slice subject_id, const struct origin *origin) {
    const struct origin of =
        slice_is_present(origin->correlation_id) ? *origin : record_origin(record);
    struct record *part = arena_take(batch->arena, sizeof(*part));
    part->raw = record->raw;
    part->message = record->message;
    part->message.siren = siren;
    part->message.business_id = subject_id;
    part->message.data = NULL;
    part->message.correlation_id = of.correlation_id;
    part->message.traceparent = of.traceparent;
    part->message.tracestate = of.tracestate;
    part->incarnation = record->incarnation;
    part->partition_index = record->partition_index;
    part->state = RECORD_OPEN;
    part->subject_id = subject_id;
    part->is_part = true;
    part->command = record->command;
    if (record->parts_last == NULL)
        record->parts_first = part;
    else
        record->parts_last->next = part;
    record->parts_last = part;
    return part;
}

struct slice record_fingerprint(const struct record *record) {
    return (struct slice){(const char *)record->fingerprint, VAULT_HASH_SIZE};
}

struct output_context record_context(const struct batch *batch, const struct record *record) {
    const struct message *message = &record->message;
    return (struct output_context){
        .worker = batch->worker->name,
        .decided_at_ms = batch->now_ms,
        .causation_id = message->id,
        .correlation_id = message_correlation(message),
        .traceparent = message->traceparent,
        .tracestate = message->tracestate,
    };
}

static void append_output(struct record *record, struct output *output) {
    assert(record->outputs_count < LIMIT_OUTPUTS);
    if (record->outputs_last == NULL)
        record->outputs_first = output;
    else
        record->outputs_last->next = output;
    record->outputs_last = output;
    record->outputs_count++;
}

static struct uuid id_at_place(struct batch *batch, const struct record *record, size_t sequence) {
    char incarnation[UUID_TEXT_SIZE];
    uuid_format(record->incarnation, incarnation);
    return batch_derived_id(batch, "%s|%s|%.*s|%" PRId32 "|%" PRId64 "|%zu", incarnation,
                            batch->worker->name, SLICE_FORMAT(record->raw.topic),
                            record->raw.partition, record->raw.offset, sequence);
}

/* The same input gives the same id whenever it is decided; a deadline gives the same one whichever
 * tick or late event raises it. */
static struct uuid output_id(struct batch *batch, struct record *record) {
    const struct occasion *occasion = record->occasion;
    if (occasion != NULL)
        return batch_derived_id(batch, "%s|%.*s|%.*s|%s|%" PRId64 "|%zu", batch->worker->name,
                                SLICE_FORMAT(occasion->siren), SLICE_FORMAT(occasion->subject_id),
                                occasion->kind, occasion->due_at, record->occasion_count++);
    assert(!record->is_part);
    return id_at_place(batch, record, record->own_count++);
}

void record_emit(struct batch *batch, struct record *record, const struct output_type *type,
                 struct slice key, struct slice subject_id, const void *data) {
    struct output *output = arena_take(batch->arena, sizeof(*output));
    struct slice siren = record->message.siren;
    output->id = output_id(batch, record);
    output->topic = slice_of(type->topic);
    output->type = slice_of(type->type);
    output->key = slice_is_present(key) ? key : siren;
    output->subject =
        slice_is_present(siren)
            ? arena_format(batch->arena, "%.*s/%.*s", SLICE_FORMAT(siren), SLICE_FORMAT(subject_id))
            : subject_id;
    if (data != NULL)
        output->value = document_write(batch->arena, type->shape, data);
    append_output(record, output);
}

static struct slice number(struct arena *arena, int64_t value) {
    return arena_format(arena, "%" PRId64, value);
}

static struct slice siren_or_empty(const struct record *record) {
    return slice_is_present(record->message.siren) ? record->message.siren : slice_of("");
}

static struct person_key *keeper_of(struct batch *batch, const struct record *record,
                                    const struct uuid *id) {
    char text[UUID_TEXT_SIZE];
    uuid_format(id, text);
    return keyring_ask(&batch->keyring, siren_or_empty(record),
                       arena_format(batch->arena, "dead-letter/%s", text));
}

struct person_key *record_keeper(struct batch *batch, const struct record *record) {
    struct uuid id = id_at_place(batch, record, 0);
    return keeper_of(batch, record, &id);
}

struct slice record_place(struct arena *arena, const struct raw_record *raw) {
    return arena_format(arena, "%.*s/%" PRId32 "/%" PRId64, SLICE_FORMAT(raw->topic),
                        raw->partition, raw->offset);
}

/* The original bytes, and beside the original headers those that say where from and why. A record
 * that has become one before gets another id: that of an output of the command. */
static void emit_dead_letter(struct batch *batch, struct record *record) {
    struct arena *arena = batch->arena;
    const struct raw_record *raw = &record->raw;
    struct output *output = arena_take(arena, sizeof(*output));
    output->id = output_id(batch, record->attempts > 0 ? record->command : record);
    char *id = arena_take(arena, UUID_TEXT_SIZE);
    char *time = arena_take(arena, INSTANT_TEXT_SIZE);
    uuid_format(&output->id, id);
    instant_format(batch->now_ms, time);
    const struct header added[] = {
        {SLICE_LITERAL("dlq_id"), slice_of(id)},
        {SLICE_LITERAL("dlq_topic"), raw->topic},
        {SLICE_LITERAL("dlq_partition"), number(arena, raw->partition)},
        {SLICE_LITERAL("dlq_offset"), number(arena, raw->offset)},
        {SLICE_LITERAL("dlq_timestamp"), number(arena, raw->timestamp_ms)},
        {SLICE_LITERAL("dlq_worker"), slice_of(batch->worker->name)},
        {SLICE_LITERAL("dlq_stage"), slice_of(message_stage(record->fault.code))},
        {SLICE_LITERAL("dlq_reason"), arena_copy(arena, slice_of(record->fault.code))},
        {SLICE_LITERAL("dlq_message"), arena_copy(arena, slice_of(record->fault.text))},
        {SLICE_LITERAL("dlq_attempts"), number(arena, record->attempts + 1)},
        {SLICE_LITERAL("dlq_time"), slice_of(time)},
    };
    dead_letter_enclose(arena, output, raw, added, COUNT_OF(added));
    output->topic = slice_of("dead-letters.v1");
    append_output(record, output);
    record->person = keeper_of(batch, record, &output->id);
}

static void make_dead(struct batch *batch, struct record *record) {
    record->state = RECORD_DEAD;
    record->outputs_first = NULL;
    record->outputs_last = NULL;
    record->outputs_count = 0;
    record->own_count = 0;
    record->occasion = NULL;
    record->facts = (struct document){0};
    record->facts_shape = NULL;
    record->rules = slice_none();
    emit_dead_letter(batch, record);
}

void record_refuse(struct batch *batch, struct record *record, const char *reason,
                   const char *format, ...) {
    char sentence[sizeof(record->fault.text)];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(sentence, sizeof(sentence), format, values);
    va_end(values);
    (void)error_set(&record->fault, ERROR_INVALID, reason, "%s", sentence);
    make_dead(batch, record);
}

void record_bury(struct batch *batch, struct record *record) {
    make_dead(batch, record);
}

struct uuid batch_derived_id(struct batch *batch, const char *format, ...) {
    char name[512];
    va_list values;
    va_start(values, format);
    int size = vsnprintf(name, sizeof(name), format, values);
    va_end(values);
    assert(size > 0 && (size_t)size < sizeof(name));
    (void)batch;
    return uuid_v5(&uuid_guichet, (struct slice){name, (size_t)size});
}
