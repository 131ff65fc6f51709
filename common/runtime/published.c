#include "common/runtime/published.h"

#include "common/runtime/clock.h"
#include "common/runtime/statements.h"

enum { IDLE_MS = 1000 };

struct span_row {
    struct slice topic;
    int32_t partition;
    int64_t from_offset;
    int64_t to_offset;
};
static const struct column span_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct span_row, topic),
    COLUMN_AT(COLUMN_INT32, struct span_row, partition),
    COLUMN_AT(COLUMN_INT64, struct span_row, from_offset),
    COLUMN_AT(COLUMN_INT64, struct span_row, to_offset),
};
static const struct columns span_columns = COLUMNS_OF(struct span_row, span_items);

struct fold_row {
    struct slice topic;
    int32_t partition;
    int64_t first_offset;
    int64_t last_offset;
    int32_t records;
    struct uuid ids_xor;
};
static const struct column fold_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct fold_row, topic),
    COLUMN_AT(COLUMN_INT32, struct fold_row, partition),
    COLUMN_AT(COLUMN_INT64, struct fold_row, first_offset),
    COLUMN_AT(COLUMN_INT64, struct fold_row, last_offset),
    COLUMN_AT(COLUMN_INT32, struct fold_row, records),
    COLUMN_AT(COLUMN_UUID, struct fold_row, ids_xor),
};
static const struct columns fold_columns = COLUMNS_OF(struct fold_row, fold_items);

static struct span_row *row_of(struct span_row *rows, size_t count, const struct span *span) {
    for (size_t i = 0; i < count; i++)
        if (rows[i].partition == span->partition && slice_equal(rows[i].topic, span->topic))
            return &rows[i];
    return NULL;
}

/* Adds what a receipt is of to the spans so far, one per partition; false if it does not go on
 * where one of them ends. */
static bool extend_spans(struct span_row *rows, size_t *count, const struct receipt *receipt) {
    for (size_t i = 0; i < receipt->spans_count; i++) {
        const struct span_row *row = row_of(rows, *count, &receipt->spans[i]);
        if (row != NULL && row->to_offset != receipt->spans[i].from_offset)
            return false;
    }
    for (size_t i = 0; i < receipt->spans_count; i++) {
        const struct span *span = &receipt->spans[i];
        struct span_row *row = row_of(rows, *count, span);
        if (row == NULL) {
            row = &rows[(*count)++];
            *row = (struct span_row){span->topic, span->partition, span->from_offset, 0};
        }
        row->to_offset = span->to_offset;
    }
    return true;
}

/* How many of the oldest receipts fit into one statement, and their spans. */
static size_t gather(const struct receipts *receipts, struct arena *arena, struct span_row **spans,
                     size_t *spans_count, size_t *folds_count) {
    size_t most = 0;
    for (const struct receipt *one = receipts->first; one != NULL; one = one->next)
        most += one->spans_count;
    *spans = arena_array(arena, most, sizeof(**spans));
    *spans_count = 0;
    *folds_count = 0;
    size_t taken = 0;
    for (const struct receipt *one = receipts->first; one != NULL; one = one->next) {
        if (!extend_spans(*spans, spans_count, one))
            break;
        *folds_count += one->folds_count;
        taken++;
    }
    return taken;
}

bool published_store(struct loop *loop, struct arena *arena, struct error *err) {
    struct receipts *receipts = &loop->receipts;
    publisher_take_receipts(loop->publisher, receipts);
    loop->receipts_stored = 0;
    if (receipts->count == 0)
        return true;
    struct span_row *spans = NULL;
    size_t spans_count = 0;
    size_t folds_count = 0;
    size_t taken = gather(receipts, arena, &spans, &spans_count, &folds_count);
    struct fold_row *folds = arena_array(arena, folds_count, sizeof(*folds));
    const struct receipt *one = receipts->first;
    size_t used = 0;
    for (size_t i = 0; i < taken; i++, one = one->next)
        for (size_t k = 0; k < one->folds_count; k++) {
            const struct fold *fold = &one->folds[k].fold;
            folds[used++] =
                (struct fold_row){one->folds[k].topic, one->folds[k].partition, fold->first_offset,
                                  fold->last_offset,   fold->records,           fold->ids_xor};
        }
    struct parameters parameters;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(loop->worker->name));
    parameters_add_rows(&parameters, &span_columns, spans, spans_count);
    parameters_add_rows(&parameters, &fold_columns, folds, used);
    if (!db_run(loop->db, &sql_published_store, &parameters, NULL, err)) {
        if (err->class == ERROR_INVALID)
            err->class = ERROR_FATAL; /* not the records of the batch it is stored with */
        return false;
    }
    loop->receipts_stored = taken;
    return true;
}

void published_stored(struct loop *loop) {
    receipts_drop(&loop->receipts, loop->receipts_stored);
    loop->receipts_stored = 0;
}

bool published_record(struct loop *loop, bool at_once, struct error *err) {
    if (loop->db == NULL || !db_is_open(loop->db))
        return true; /* settling opens it, and does this again */
    publisher_take_receipts(loop->publisher, &loop->receipts);
    bool ok = true;
    while (ok && loop->receipts.first != NULL &&
           (at_once || clock_monotonic_ms() - loop->receipts.first->made_at_ms >= IDLE_MS)) {
        struct arena arena;
        arena_init(&arena);
        ok = published_store(loop, &arena, err);
        if (ok)
            published_stored(loop);
        arena_fini(&arena);
    }
    return ok;
}

bool published_settle(struct loop *loop, struct arena *arena, const struct span *spans,
                      size_t count, struct error *err) {
    struct span_row *rows = arena_array(arena, count, sizeof(*rows));
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct span_row){spans[i].topic, spans[i].partition, spans[i].to_offset,
                                    spans[i].to_offset};
    if (count == 0)
        return true;
    struct parameters parameters;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(loop->worker->name));
    parameters_add_rows(&parameters, &span_columns, rows, count);
    return db_run(loop->db, &sql_published_settle, &parameters, NULL, err);
}

bool published_forget_gaps(struct loop *loop, struct arena *arena, struct slice topic,
                           int32_t partition, struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(loop->worker->name));
    parameters_add_text(&parameters, topic);
    parameters_add_int32(&parameters, partition);
    return db_run(loop->db, &sql_published_forget_gaps, &parameters, NULL, err);
}
