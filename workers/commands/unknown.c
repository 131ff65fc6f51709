#include "workers/commands/unknown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/date.h"
#include "common/base/limits.h"
#include "common/runtime/output_reader.h"
#include "workers/commands/statements.h"
#include "workers/commands/terminal.h"

enum {
    CHUNK_MOST = 1000,       /* events compared at a time */
    MARGIN_MS = 3600 * 1000, /* by which the servers' clocks may differ */
};

/* An event of the worker, read: known by its cause, or by the position of its input. */
struct candidate {
    struct unknown_event event;
    struct slice cause; /* absent: a dead letter, whose input was not decided here */
};

struct reading {
    const struct partition_case *about;
    struct output_reader reader;
    struct arena chunk; /* of the candidates */
    struct candidate candidates[CHUNK_MOST];
    size_t count;
    struct unknown_events *unknown;
};

struct since_row {
    int64_t recorded_at;
};

/* From when on anything unknown can have been published; INSTANT_NONE: from the beginning. */
static bool read_since(const struct partition_case *about, int64_t *since_ms, struct error *err) {
    static const struct column rows[] = {COLUMN_AT(COLUMN_INSTANT, struct since_row, recorded_at)};
    static const struct columns columns = COLUMNS_OF(struct since_row, rows);
    const struct inspection *inspection = about->inspection;
    struct parameters parameters;
    void *read;
    size_t count;
    parameters_init(&parameters, inspection->arena);
    parameters_add_text(&parameters, slice_of(about->worker->name));
    parameters_add_text(&parameters, slice_of(about->topic->name));
    parameters_add_int32(&parameters, about->partition);
    parameters_add_int64(&parameters, about->markers->p);
    if (!db_query(inspection->db, &sql_unknown_since, &parameters, &columns, inspection->arena,
                  &read, &count, err)) {
        return false;
    }
    *since_ms = count == 0 ? INSTANT_NONE : ((struct since_row *)read)->recorded_at - MARGIN_MS;
    return true;
}

/* Reads from there to the ends as of now. */
static bool start_reader(struct reading *reading, int64_t since_ms, struct error *err) {
    const struct inspection *inspection = reading->about->inspection;
    struct output_reader *reader = &reading->reader;
    if (!output_reader_open(reader, inspection->settings, reading->about->worker->name,
                            inspection->arena, err) ||
        !output_reader_ask(reader, err)) {
        return false;
    }
    for (size_t i = 0; i < reader->places_count; i++) {
        struct output_place *place = &reader->places[i];
        place->position = place->low;
        if (since_ms != INSTANT_NONE &&
            !output_reader_since(reader, i, since_ms, &place->position, err)) {
            return false;
        }
    }
    return output_reader_start(reader, err);
}

static struct slice header(const struct reading *reading, const char *name) {
    return output_reader_header(&reading->reader, name);
}

static struct slice keep(struct reading *reading, struct slice text) {
    return arena_copy(&reading->chunk, text);
}

/* Whether the input that a dead letter names was not decided here. */
static bool is_undecided(const struct reading *reading, struct slice topic, struct slice partition,
                         struct slice offset) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    int32_t number =
        (int32_t)strtol(arena_format(&arena, "%.*s", SLICE_FORMAT(partition)).data, NULL, 10);
    int64_t at = strtoll(arena_format(&arena, "%.*s", SLICE_FORMAT(offset)).data, NULL, 10);
    const char *name = arena_format(&arena, "%.*s", SLICE_FORMAT(topic)).data;
    const struct progress *progress = survey_progress(&reading->about->seen.survey, name, number);
    return progress == NULL || at >= progress->next_offset;
}

/* Anybody may have written it: an id that is none is not shown. */
static struct slice id_of(struct reading *reading, const struct output_seen *seen) {
    char text[UUID_TEXT_SIZE];
    uuid_format(&seen->id, text);
    return uuid_is_zero(&seen->id) ? slice_none() : keep(reading, slice_of(text));
}

static void consider_dead_letter(struct reading *reading, const struct output_seen *seen) {
    struct slice topic = header(reading, "dlq_topic");
    struct slice partition = header(reading, "dlq_partition");
    struct slice offset = header(reading, "dlq_offset");
    if (!is_undecided(reading, topic, partition, offset)) {
        return;
    }
    struct candidate *candidate = &reading->candidates[reading->count++];
    candidate->cause = slice_none();
    candidate->event.id = id_of(reading, seen);
    candidate->event.type = arena_format(&reading->chunk, "dead letter %.*s",
                                         SLICE_FORMAT(header(reading, "dlq_reason")));
    candidate->event.subject = arena_format(&reading->chunk, "%.*s/%.*s/%.*s", SLICE_FORMAT(topic),
                                            SLICE_FORMAT(partition), SLICE_FORMAT(offset));
}

/* Keeps what is not seen at once to be known. What is made outside a batch has no cause. */
static void consider(struct reading *reading, const struct output_seen *seen) {
    struct slice cause = seen->cause;
    if (seen->is_dead_letter) {
        consider_dead_letter(reading, seen);
        return;
    }
    if (!slice_is_present(cause)) {
        return;
    }
    struct candidate *candidate = &reading->candidates[reading->count++];
    /* A cause that no event of ours can have is one that is not known. */
    bool is_text = slice_is_utf8(cause) && memchr(cause.data, '\0', cause.size) == NULL;
    candidate->cause = is_text && cause.size <= LIMIT_ID ? keep(reading, cause) : slice_none();
    candidate->event.id = id_of(reading, seen);
    candidate->event.type = keep(reading, header(reading, "ce_type"));
    candidate->event.subject = keep(reading, header(reading, "ce_subject"));
}

struct cause_row {
    struct slice event_id;
};

static bool is_among(const struct cause_row *rows, size_t count, struct slice cause) {
    for (size_t i = 0; i < count; i++) {
        if (slice_equal(rows[i].event_id, cause)) {
            return true;
        }
    }
    return false;
}

static void note_unknown(struct reading *reading, const struct unknown_event *event) {
    struct unknown_events *unknown = reading->unknown;
    struct arena *arena = reading->about->inspection->arena;
    if (unknown->shown_count < UNKNOWN_SHOWN_MOST) {
        unknown->shown[unknown->shown_count++] =
            (struct unknown_event){arena_copy(arena, event->id), arena_copy(arena, event->type),
                                   arena_copy(arena, event->subject)};
    }
    unknown->total++;
}

/* Which of the chunk's causes are not in the journal. */
static bool judge(struct reading *reading, struct error *err) {
    static const struct column rows[] = {COLUMN_AT(COLUMN_TEXT, struct cause_row, event_id)};
    static const struct columns columns = COLUMNS_OF(struct cause_row, rows);
    struct cause_row *asked = arena_array(&reading->chunk, reading->count, sizeof(*asked));
    size_t asked_count = 0;
    struct parameters parameters;
    void *known;
    size_t known_count;
    for (size_t i = 0; i < reading->count; i++) {
        if (slice_is_present(reading->candidates[i].cause)) {
            asked[asked_count++].event_id = reading->candidates[i].cause;
        }
    }
    parameters_init(&parameters, &reading->chunk);
    parameters_add_text(&parameters, slice_of(reading->about->worker->name));
    parameters_add_rows(&parameters, &columns, asked, asked_count);
    if (!db_query(reading->about->inspection->db, &sql_unknown_causes, &parameters, &columns,
                  &reading->chunk, &known, &known_count, err)) {
        return false;
    }
    for (size_t i = 0; i < reading->count; i++) {
        const struct candidate *candidate = &reading->candidates[i];
        if (!slice_is_present(candidate->cause) ||
            !is_among(known, known_count, candidate->cause)) {
            note_unknown(reading, &candidate->event);
        }
    }
    reading->count = 0;
    arena_reset(&reading->chunk, 1 << 20);
    return true;
}

static bool read_all(struct reading *reading, struct error *err) {
    bool found = true;
    while (found) {
        struct output_seen seen;
        if (!output_reader_next_asked(&reading->reader, &seen, &found, err)) {
            return false;
        }
        if (found) {
            consider(reading, &seen);
        }
        if (reading->count == CHUNK_MOST && !judge(reading, err)) {
            return false;
        }
    }
    return judge(reading, err);
}

bool unknown_events_find(const struct partition_case *about, struct unknown_events *unknown,
                         struct error *err) {
    struct reading *reading = calloc(1, sizeof(*reading));
    int64_t since_ms = INSTANT_NONE;
    if (reading == NULL) {
        abort();
    }
    *unknown = (struct unknown_events){0};
    reading->about = about;
    reading->unknown = unknown;
    arena_init(&reading->chunk);
    bool ok = read_since(about, &since_ms, err) && start_reader(reading, since_ms, err) &&
              read_all(reading, err);
    output_reader_close(&reading->reader);
    arena_fini(&reading->chunk);
    free(reading);
    return ok;
}

void unknown_events_print(struct arena *arena, const struct unknown_events *unknown) {
    struct buffer out;
    printf("  unknown   %zu events of this worker were published and are not known here\n",
           unknown->total);
    buffer_init(&out, arena, 4096);
    for (size_t i = 0; i < unknown->shown_count; i++) {
        const struct unknown_event *event = &unknown->shown[i];
        buffer_append_text(&out, "            ");
        terminal_append(&out, event->id);
        buffer_append_text(&out, "  ");
        terminal_append(&out, event->type);
        buffer_append_text(&out, "  ");
        terminal_append(&out, event->subject);
        buffer_append_byte(&out, '\n');
    }
    fwrite(out.data, 1, out.size, stdout);
    if (unknown->total > unknown->shown_count) {
        printf("            and %zu more\n", unknown->total - unknown->shown_count);
    }
}
