#include "common/runtime/verdict.h"

#include <assert.h>
#include <inttypes.h>

#include "common/base/buffer.h"
#include "common/base/date.h"

static bool log_truncated(const struct markers *m) {
    return (m->has_p && m->p > m->high) || (m->has_c && m->c > m->high);
}

static bool log_replaced(const struct markers *m) {
    return m->is_other_record || (m->has_c && m->is_other_installation);
}

static bool new_database(const struct markers *m) {
    return !m->has_p && m->has_c;
}

static bool first_start(const struct markers *m) {
    return !m->has_p && !m->has_c && (m->has_progress_elsewhere || m->outputs_are_empty);
}

static bool database_lost(const struct markers *m) {
    return !m->has_p && !m->has_c;
}

static bool commit_start(const struct markers *m) {
    return !m->has_c && m->p == m->start;
}

static bool offsets_lost(const struct markers *m) {
    return !m->has_c;
}

static bool database_older(const struct markers *m) {
    return m->p < m->c;
}

static bool publish(const struct markers *m) {
    return m->p > m->c;
}

static bool continue_at_low(const struct markers *m) {
    return m->is_clock && m->p < m->low;
}

static bool input_deleted(const struct markers *m) {
    return m->p < m->low;
}

static bool consume(const struct markers *m) {
    return m->p == m->c;
}

static const struct verdict_row {
    enum verdict verdict;
    bool (*applies)(const struct markers *markers);
    bool stops;
    const char *name;
    const char *sentence;
} rows[] = {
    {VERDICT_LOG_TRUNCATED, log_truncated, true, "LOG_TRUNCATED",
     "the topic ends before what was already read: it was truncated or recreated"},
    {VERDICT_LOG_REPLACED, log_replaced, true, "LOG_REPLACED",
     "the topic or the committed offset is not the one this database worked with: the topic was "
     "recreated, or another installation uses the same consumer group"},
    {VERDICT_NEW_DATABASE, new_database, true, "NEW_DATABASE",
     "the consumer group has committed offsets this database knows nothing of: restore the "
     "database that belongs to the group, or use a new cluster"},
    {VERDICT_FIRST_START, first_start, false, "FIRST_START",
     "first start: begins at the oldest record"},
    {VERDICT_DATABASE_LOST, database_lost, true, "DATABASE_LOST",
     "neither database nor group know this partition, but the worker's output topics are not "
     "empty: restore the database"},
    {VERDICT_COMMIT_START, commit_start, false, "COMMIT_START",
     "the first offset was not committed yet: commits it"},
    {VERDICT_OFFSETS_LOST, offsets_lost, true, "OFFSETS_LOST",
     "the consumer group has lost its committed offset: it expired or the group was recreated"},
    {VERDICT_DATABASE_OLDER, database_older, true, "DATABASE_OLDER",
     "the database is older than what was published: restore one that is not (standby, archived "
     "WAL)"},
    {VERDICT_PUBLISH, publish, false, "PUBLISH",
     "publishes what was decided and not yet published"},
    {VERDICT_CONTINUE, continue_at_low, false, "CONTINUE",
     "ticks that were deleted are not missed: goes on at the oldest one"},
    {VERDICT_INPUT_DELETED, input_deleted, true, "INPUT_DELETED",
     "retention deleted records that were never read"},
    {VERDICT_CONSUME, consume, false, "CONSUME", "database and group agree"},
};

static const struct verdict_row *row_of(enum verdict verdict) {
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (rows[i].verdict == verdict)
            return &rows[i];
    assert(false && "a verdict without a row");
    return NULL;
}

enum verdict verdict_of(const struct markers *markers) {
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (rows[i].applies(markers))
            return rows[i].verdict;
    assert(false && "no row applies to these markers");
    return VERDICT_LOG_REPLACED;
}

bool verdict_stops(enum verdict verdict) {
    return row_of(verdict)->stops;
}

const char *verdict_name(enum verdict verdict) {
    return row_of(verdict)->name;
}

const char *verdict_sentence(enum verdict verdict) {
    return row_of(verdict)->sentence;
}

static void append_offset(struct buffer *text, const char *what, bool is_known, int64_t offset) {
    buffer_append_text(text, what);
    if (is_known)
        buffer_append_int64(text, offset);
    else
        buffer_append_text(text, "nowhere");
}

/* The record before p, where the log holds another one in its place. */
static void append_record(struct buffer *text, const struct markers *m) {
    char noted[INSTANT_TEXT_SIZE];
    char found[INSTANT_TEXT_SIZE];
    instant_format(m->last_timestamp_ms, noted);
    instant_format(m->found_timestamp_ms, found);
    buffer_append_slice(text,
                        arena_format(text->arena,
                                     "; record %" PRId64 " was of %s with checksum %016" PRIx64
                                     ", now it is of %s with %016" PRIx64,
                                     m->last_offset, noted, (uint64_t)m->last_checksum, found,
                                     (uint64_t)m->found_checksum));
}

int64_t markers_lag(const struct markers *markers) {
    int64_t next = markers->has_p && markers->p > markers->low ? markers->p : markers->low;
    return next < markers->high ? markers->high - next : 0;
}

struct slice verdict_evidence(struct arena *arena, const struct markers *markers) {
    const struct markers *m = markers;
    struct buffer text;
    buffer_init(&text, arena, 256);
    append_offset(&text, "decided up to ", m->has_p, m->p);
    append_offset(&text, ", published up to ", m->has_c, m->c);
    buffer_append_slice(&text,
                        arena_format(arena, ", log %" PRId64 " to %" PRId64, m->low, m->high));
    if (m->is_other_record)
        append_record(&text, m);
    if (m->has_c && m->is_other_installation)
        buffer_append_slice(
            &text, arena_format(arena, "; committed by %s, which is not this installation",
                                m->committed_by[0] == '\0' ? "nobody named" : m->committed_by));
    if (!m->has_c && m->last_committed >= 0)
        buffer_append_slice(&text,
                            arena_format(arena, "; %" PRId64 " was the last committed offset seen",
                                         m->last_committed));
    if (m->has_p && m->p < m->low)
        buffer_append_slice(
            &text,
            arena_format(arena, "; [%" PRId64 ", %" PRId64 ") was deleted unread", m->p, m->low));
    return buffer_slice(&text);
}
