#include "common/runtime/republish.h"

#include <assert.h>

#include "common/runtime/cut.h"
#include "common/runtime/journal.h"

enum {
    ROWS_ENOUGH = 500, /* of a transaction, and of a statement */
    ARENA_KEEP_BYTES = 1024 * 1024,
};

/* The stored batch that is published at the moment. */
struct stored_batch {
    struct arena arena; /* of this batch */
    const struct journal_place *rows;
    struct cut_row *cut_rows; /* the same; a place is an index into what is owed */
    struct cutting cutting;
};

/* What goes into one transaction: batches as they were stored, one after the other, and of the last
 * one perhaps only a beginning. */
struct chunk {
    struct loop *loop;
    struct memory *memory;
    const struct record_outputs *records;
    const struct record_outputs **end;
    size_t outputs_count;
    size_t rows_count;
    int64_t *to; /* how far it takes each partition */
};

static struct span span_of(struct memory *memory, const struct partition *partition, int64_t from,
                           int64_t to) {
    return (struct span){.topic = arena_copy(&memory->arena, slice_of(partition->topic)),
                         .partition = partition->progress.partition,
                         .from_offset = from,
                         .to_offset = to};
}

void republish_nothing(struct loop *loop, const struct partition *partition, int64_t from,
                       int64_t to) {
    struct memory *memory = loop_memory(loop);
    struct publication *publication = loop_publication(memory);
    struct span *span = arena_take(&memory->arena, sizeof(*span));
    *span = span_of(memory, partition, from, to);
    publication->spans = span;
    publication->spans_count = 1;
    publisher_submit(loop->publisher, publication);
    memory_release(memory);
}

/* Appends the outputs of these rows. */
static bool append_rows(struct chunk *chunk, const struct journal_place *places, size_t count,
                        struct error *err) {
    struct loop *loop = chunk->loop;
    struct memory *memory = chunk->memory;
    struct journal_row *rows = NULL;
    if (!journal_outputs(loop->db, &memory->arena, loop->worker->name, places, count, &rows, err))
        return false;
    struct keyring keyring;
    keyring_init(&keyring, &memory->arena, loop->vault);
    struct person_key **keys = arena_array(&memory->arena, count + 1, sizeof(struct person_key *));
    for (size_t i = 0; i < count; i++)
        keys[i] = journal_ask_key(&keyring, &rows[i]);
    if (!keyring_load(&keyring, loop->db, err))
        return false;
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
        *chunk->end = record;
        chunk->end = &record->next;
        chunk->outputs_count += unpacked;
    }
    chunk->rows_count += count;
    return true;
}

/* Nothing, if the chunk before it was the last one by chance. */
static void submit(const struct chunk *chunk, const struct owed *owed, size_t count) {
    struct span *spans = arena_array(&chunk->memory->arena, count, sizeof(*spans));
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (owed[i].from < chunk->to[i])
            spans[used++] = span_of(chunk->memory, owed[i].partition, owed[i].from, chunk->to[i]);
    if (used == 0)
        return;
    struct publication *publication = loop_publication(chunk->memory);
    publication->spans = spans;
    publication->spans_count = used;
    publication->records = chunk->records;
    publication->outputs_count = chunk->outputs_count;
    publisher_submit(chunk->loop->publisher, publication);
}

static size_t place_of(const struct owed *owed, size_t count, const struct journal_place *row) {
    size_t i = 0;
    while (i < count && (owed[i].partition->progress.partition != row->partition ||
                         !slice_is(row->topic, owed[i].partition->topic)))
        i++;
    assert(i < count);
    return i;
}

/* Looks for the batch that comes next, of all partitions, from where the chunk takes them. */
static bool next_batch(struct stored_batch *batch, const struct chunk *chunk,
                       const struct owed *owed, size_t count, struct error *err) {
    struct arena *arena = &batch->arena;
    struct journal_place *rows = NULL;
    size_t rows_count = 0;
    arena_reset(arena, ARENA_KEEP_BYTES);
    struct journal_part *parts = arena_array(arena, count, sizeof(*parts));
    for (size_t i = 0; i < count; i++) {
        const struct progress *progress = &owed[i].partition->progress;
        parts[i] = (struct journal_part){.topic = progress->topic,
                                         .partition = progress->partition,
                                         .incarnation = progress->incarnation,
                                         .from_offset = chunk->to[i],
                                         .to_offset = progress->next_offset};
    }
    if (!journal_next(chunk->loop->db, arena, chunk->loop->worker->name, parts, count, &rows,
                      &rows_count, err))
        return false;
    batch->rows = rows;
    batch->cut_rows = arena_array(arena, rows_count, sizeof(*batch->cut_rows));
    for (size_t i = 0; i < rows_count; i++)
        batch->cut_rows[i] = (struct cut_row){.place = place_of(owed, count, &rows[i]),
                                              .offset = rows[i].input_offset};
    cutting_init(&batch->cutting, arena, batch->cut_rows, rows_count, count);
    return true;
}

/* Takes rows of the batch, a transaction's number if there are so many; by parts, since those that
 * belong together may be too many for one statement. */
static bool take_rows(struct chunk *chunk, struct stored_batch *batch, unsigned assignment,
                      struct error *err) {
    size_t most = loop_shrunk(chunk->loop, ROWS_ENOUGH);
    size_t from = batch->cutting.taken;
    size_t to = from + cutting_next(&batch->cutting, most - chunk->rows_count);
    for (size_t i = from; i < to; i++) {
        int64_t *taken_to = &chunk->to[batch->cut_rows[i].place];
        int64_t offset = batch->cut_rows[i].offset;
        *taken_to = offset >= *taken_to ? offset + 1 : *taken_to;
    }
    while (from < to) {
        size_t count = to - from < most ? to - from : most;
        if (!loop_stays(chunk->loop, assignment, err) ||
            !append_rows(chunk, batch->rows + from, count, err))
            return false;
        from += count;
    }
    return true;
}

/* Fills it with what comes next; `*is_last`: nothing comes after it. */
static bool fill(struct chunk *chunk, struct stored_batch *batch, const struct owed *owed,
                 size_t count, unsigned assignment, bool *is_last, struct error *err) {
    size_t enough = loop_shrunk(chunk->loop, ROWS_ENOUGH);
    *is_last = false;
    while (chunk->rows_count < enough && !*is_last) {
        if (batch->cutting.taken == batch->cutting.count) {
            if (!next_batch(batch, chunk, owed, count, err))
                return false;
            *is_last = batch->cutting.count == 0;
        }
        if (!take_rows(chunk, batch, assignment, err))
            return false;
    }
    /* Inputs that left no row end a partition too. */
    for (size_t i = 0; *is_last && i < count; i++)
        chunk->to[i] = owed[i].partition->progress.next_offset;
    return true;
}

static bool publish_next(struct loop *loop, struct stored_batch *batch, struct owed *owed,
                         size_t count, unsigned assignment, bool *is_last, struct error *err) {
    struct memory *memory = loop_memory(loop);
    struct chunk chunk = {
        .loop = loop, .memory = memory, .to = arena_array(&memory->arena, count, sizeof(int64_t))};
    chunk.end = &chunk.records;
    for (size_t i = 0; i < count; i++)
        chunk.to[i] = owed[i].from;
    bool ok = fill(&chunk, batch, owed, count, assignment, is_last, err);
    if (ok)
        submit(&chunk, owed, count);
    for (size_t i = 0; ok && i < count; i++)
        owed[i].from = chunk.to[i];
    memory_release(memory);
    return ok;
}

bool republish(struct loop *loop, struct owed *owed, size_t count, struct error *err) {
    unsigned assignment = loop->assignment;
    struct stored_batch batch = {0};
    bool is_last = count == 0;
    bool ok = true;
    arena_init(&batch.arena);
    while (ok && !is_last) {
        ok = !publisher_has_failed(loop->publisher, err) && loop_stays(loop, assignment, err);
        if (!ok)
            break;
        ok = publish_next(loop, &batch, owed, count, assignment, &is_last, err);
        if (ok)
            loop_pace_passed(loop);
        else
            loop_pace_failed(loop, err);
    }
    arena_fini(&batch.arena);
    return ok;
}
