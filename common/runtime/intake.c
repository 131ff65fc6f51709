#include "common/runtime/intake.h"

#include <string.h>

enum { SCRATCH_KEEP_BYTES = 64 * 1024 };

static bool find_partition(const struct loop *loop, const rd_kafka_message_t *message,
                           size_t *index) {
    const char *topic = rd_kafka_topic_name(message->rkt);
    for (size_t i = 0; i < loop->partitions_count; i++)
        if (loop->partitions[i].progress.partition == message->partition &&
            loop->partitions[i].is_consumed && strcmp(loop->partitions[i].topic, topic) == 0) {
            *index = i;
            return true;
        }
    return false;
}

static void read_headers(struct arena *arena, const rd_kafka_message_t *message,
                         struct raw_record *raw) {
    rd_kafka_headers_t *headers = NULL;
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    size_t count = rd_kafka_header_cnt(headers);
    struct header *read = arena_array(arena, count, sizeof(*read));
    for (size_t i = 0; i < count; i++) {
        const char *name = NULL;
        const void *value = NULL;
        size_t size = 0;
        if (rd_kafka_header_get_all(headers, i, &name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
            break;
        read[i].name = slice_of(name);
        read[i].value = value == NULL ? slice_none() : (struct slice){value, size};
        raw->headers_count = i + 1;
    }
    raw->headers = read;
}

/* The document that is hashed is of no further use. */
static void fingerprint(const struct vault *vault, struct arena *scratch, struct record *record) {
    const struct message *message = &record->message;
    const struct document document = document_write(scratch, message->input->shape, message->data);
    vault_fingerprint(vault, document, record->fingerprint);
    arena_reset(scratch, SCRATCH_KEEP_BYTES);
}

void intake_read(const struct worker *worker, const struct vault *vault, struct arena *arena,
                 struct arena *scratch, struct record *record) {
    if (!message_read(arena, worker->inputs, worker->inputs_count, &record->raw, &record->message,
                      &record->fault)) {
        record->has_fault = true;
        return;
    }
    if (record->message.input->id_field != NULL)
        fingerprint(vault, scratch, record);
}

static void decode(struct loop *loop, struct arena *arena, struct arena *scratch,
                   const rd_kafka_message_t *message, size_t partition_index,
                   struct record *record) {
    struct partition *partition = &loop->partitions[partition_index];
    record->partition_index = partition_index;
    record->incarnation = &partition->progress.incarnation;
    record->raw = (struct raw_record){
        .topic = arena_copy(arena, partition->progress.topic),
        .partition = message->partition,
        .offset = message->offset,
        .timestamp_ms = rd_kafka_message_timestamp(message, NULL),
        .key = {message->key, message->key_len},
        .value = {message->payload, message->len},
    };
    read_headers(arena, message, &record->raw);
    intake_read(loop->worker, loop->vault, arena, scratch, record);
}

size_t intake_decode(struct loop *loop, struct memory *memory, struct record **records) {
    struct record *decoded =
        arena_array(&memory->arena, memory->messages_count, sizeof(struct record));
    size_t count = 0;
    struct arena scratch;
    arena_init(&scratch);
    *records = decoded;
    for (size_t i = 0; i < memory->messages_count; i++) {
        size_t index = 0;
        /* Left over from an assignment that has changed since: whoever has it now reads it. */
        if (!find_partition(loop, memory->messages[i], &index) ||
            memory->messages[i]->offset < loop->partitions[index].progress.next_offset)
            continue;
        decode(loop, &memory->arena, &scratch, memory->messages[i], index, &decoded[count++]);
    }
    arena_fini(&scratch);
    return count;
}
