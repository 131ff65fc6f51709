#include "common/runtime/republish.h"

#include "common/runtime/journal.h"

enum { ROWS_MOST = 500 };

void republish_span(struct loop *loop, struct memory *memory, const struct partition *partition,
                    int64_t from, int64_t to, const struct record_outputs *records,
                    size_t outputs_count) {
    struct publication *publication = loop_publication(memory);
    struct span *span = arena_take(&memory->arena, sizeof(*span));
    *span = (struct span){.topic = arena_copy(&memory->arena, slice_of(partition->topic)),
                          .partition = partition->progress.partition,
                          .from_offset = from,
                          .to_offset = to};
    publication->spans = span;
    publication->spans_count = 1;
    publication->records = records;
    publication->outputs_count = outputs_count;
    publisher_submit(loop->publisher, publication);
}

static bool unpack_rows(struct loop *loop, struct memory *memory, struct journal_row *rows,
                        size_t count, const struct record_outputs **records, size_t *outputs_count,
                        struct error *err) {
    struct keyring keyring;
    keyring_init(&keyring, &memory->arena, loop->vault);
    struct person_key **keys = arena_array(&memory->arena, count + 1, sizeof(struct person_key *));
    for (size_t i = 0; i < count; i++)
        if (slice_is_present(rows[i].person))
            keys[i] = keyring_ask(&keyring,
                                  slice_is_present(rows[i].siren) ? rows[i].siren : slice_of(""),
                                  rows[i].person);
    if (!keyring_load(&keyring, loop->db, err))
        return false;
    const struct record_outputs **end = records;
    for (size_t i = 0; i < count; i++) {
        struct record_outputs *record = arena_take(&memory->arena, sizeof(*record));
        struct output *first = NULL;
        size_t unpacked = 0;
        if (!output_unpack(&memory->arena, &keyring, keys[i], rows[i].outputs, &first, &unpacked,
                           err))
            return false;
        output_withdraw_erased(&first, &unpacked);
        record->first = first;
        record->context = journal_context(loop->worker->name, &rows[i]);
        *end = record;
        end = &record->next;
        *outputs_count += unpacked;
    }
    return true;
}

bool republish_stored(struct loop *loop, const struct partition *partition, int64_t from,
                      struct error *err) {
    int64_t p = partition->progress.next_offset;
    int32_t rows_most = (int32_t)loop_shrunk(loop, ROWS_MOST);
    while (from < p) {
        struct memory *memory = loop_memory(loop);
        struct journal_row *rows = NULL;
        const struct record_outputs *records = NULL;
        size_t count = 0;
        size_t outputs_count = 0;
        bool ok = journal_load(loop->db, &memory->arena, loop->worker->name, &partition->progress,
                               from, p, rows_most, &rows, &count, err) &&
                  unpack_rows(loop, memory, rows, count, &records, &outputs_count, err);
        if (ok) {
            int64_t to = count < (size_t)rows_most ? p : rows[count - 1].input_offset + 1;
            republish_span(loop, memory, partition, from, to, records, outputs_count);
            from = to;
        }
        memory_release(memory);
        if (!ok)
            return false;
    }
    return true;
}
