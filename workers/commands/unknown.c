#include "workers/commands/unknown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/date.h"
#include "common/base/limits.h"
#include "common/runtime/bus.h"
#include "common/runtime/bus_refusal.h"
#include "common/runtime/clock.h"
#include "workers/commands/statements.h"
#include "workers/commands/terminal.h"

enum {
    CHUNK_MOST = 1000, /* events compared at a time */
    SILENCE_MOST_MS = 30000,
    POLL_MS = 200,
    CALL_TIMEOUT_MS = 10000,
    MARGIN_MS = 3600 * 1000, /* by which the servers' clocks may differ */
};

/* An event of the worker, read: known by its cause, or by the position of its input. */
struct candidate {
    struct unknown_event event;
    struct slice cause; /* absent: a dead letter, whose input was not decided here */
};

struct reading {
    const struct partition_case *about;
    rd_kafka_t *consumer;
    rd_kafka_topic_partition_list_t *places; /* that are read */
    bool *has_ended;                         /* of each place */
    int left;                                /* places that have not */
    struct arena chunk;                      /* of the candidates */
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

static bool open_reader(const struct partition_case *about, rd_kafka_t **consumer,
                        struct error *err) {
    const struct bus_property properties[] = {
        {"group.id", about->seen.group},        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},  {"enable.partition.eof", "true"},
        {"isolation.level", "read_committed"},  {"auto.offset.reset", "earliest"},
        {"queued.max.messages.kbytes", "8192"},
    };
    rd_kafka_conf_t *conf;
    char text[256];
    if (!bus_conf(about->inspection->settings, KAFKA_CONSUMER, properties, COUNT_OF(properties),
                  &conf, err)) {
        return false;
    }
    *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof(text));
    if (*consumer == NULL) {
        rd_kafka_conf_destroy(conf);
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "consumer: %s", text);
    }
    (void)rd_kafka_poll_set_consumer(*consumer);
    return true;
}

/* Assigns all partitions of the topics that the worker may write. */
static bool assign_outputs(struct reading *reading, int64_t since_ms, struct error *err) {
    const char *worker = reading->about->worker->name;
    rd_kafka_topic_partition_list_t *places = rd_kafka_topic_partition_list_new(64);
    bool ok = true;
    for (size_t i = 0; ok && i < topics_count; i++) {
        int count = 0;
        if (topics[i].is_input ||
            (!topic_has_worker(&topics[i], worker) && !topic_has_worker(&topics[i], "any"))) {
            continue;
        }
        ok = bus_partitions(reading->consumer, topics[i].name, &count, err);
        for (int partition = 0; ok && partition < count; partition++) {
            rd_kafka_topic_partition_list_add(places, topics[i].name, partition)->offset =
                since_ms == INSTANT_NONE ? RD_KAFKA_OFFSET_BEGINNING : since_ms;
        }
    }
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (ok && since_ms != INSTANT_NONE) {
        code = rd_kafka_offsets_for_times(reading->consumer, places, CALL_TIMEOUT_MS);
    }
    if (ok && code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        code = rd_kafka_assign(reading->consumer, places);
    }
    reading->places = places;
    reading->left = places->cnt;
    reading->has_ended =
        arena_array(reading->about->inspection->arena, (size_t)places->cnt, sizeof(bool));
    return ok && (code == RD_KAFKA_RESP_ERR_NO_ERROR ||
                  error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "output topics: %s",
                            rd_kafka_err2str(code)));
}

static struct slice header(const rd_kafka_message_t *message, const char *name) {
    rd_kafka_headers_t *headers;
    const void *value;
    size_t size;
    if (rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return slice_none();
    }
    return (struct slice){value, size};
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
static struct slice id_of(struct reading *reading, const rd_kafka_message_t *message,
                          const char *name) {
    struct uuid id;
    struct slice text = header(message, name);
    return uuid_parse(text, &id) ? keep(reading, text) : slice_none();
}

/* Keeps what this worker published, and is not seen at once to be known. Alerts outside a batch
 * have no cause. */
static void consider(struct reading *reading, const rd_kafka_message_t *message) {
    const char *worker = reading->about->worker->name;
    struct candidate *candidate = &reading->candidates[reading->count];
    if (slice_is(header(message, "dlq_worker"), worker)) {
        struct slice topic = header(message, "dlq_topic");
        struct slice partition = header(message, "dlq_partition");
        struct slice offset = header(message, "dlq_offset");
        if (!is_undecided(reading, topic, partition, offset)) {
            return;
        }
        candidate->cause = slice_none();
        candidate->event.id = id_of(reading, message, "dlq_id");
        candidate->event.type = arena_format(&reading->chunk, "dead letter %.*s",
                                             SLICE_FORMAT(header(message, "dlq_reason")));
        candidate->event.subject =
            arena_format(&reading->chunk, "%.*s/%.*s/%.*s", SLICE_FORMAT(topic),
                         SLICE_FORMAT(partition), SLICE_FORMAT(offset));
        reading->count++;
        return;
    }
    struct slice cause = header(message, "ce_causationid");
    struct slice source = header(message, "ce_source");
    if (!slice_is_present(cause) || !slice_starts_with(source, "/guichet/") ||
        !slice_is((struct slice){source.data + 9, source.size - 9}, worker)) {
        return;
    }
    /* A cause that no event of ours can have is one that is not known. */
    bool is_text = slice_is_utf8(cause) && memchr(cause.data, '\0', cause.size) == NULL;
    candidate->cause = is_text && cause.size <= LIMIT_ID ? keep(reading, cause) : slice_none();
    candidate->event.id = id_of(reading, message, "ce_id");
    candidate->event.type = keep(reading, header(message, "ce_type"));
    candidate->event.subject = keep(reading, header(message, "ce_subject"));
    reading->count++;
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

/* The end of a place is told again whenever more was written there meanwhile. */
static void note_end(struct reading *reading, const rd_kafka_message_t *message) {
    const rd_kafka_topic_partition_t *place = rd_kafka_topic_partition_list_find(
        reading->places, rd_kafka_topic_name(message->rkt), message->partition);
    bool *has_ended = &reading->has_ended[place - reading->places->elems];
    reading->left -= *has_ended ? 0 : 1;
    *has_ended = true;
}

/* Reads each partition to its end as of now. */
static bool read_all(struct reading *reading, struct error *err) {
    int64_t heard_at_ms = clock_monotonic_ms();
    while (reading->left > 0) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(reading->consumer, POLL_MS);
        if (message == NULL) {
            if (clock_monotonic_ms() - heard_at_ms > SILENCE_MOST_MS) {
                return error_set(err, ERROR_TRANSIENT, "TIMED_OUT",
                                 "the output topics cannot be read to their end");
            }
            continue;
        }
        heard_at_ms = clock_monotonic_ms();
        rd_kafka_resp_err_t code = message->err;
        if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            note_end(reading, message);
        }
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            consider(reading, message);
        }
        rd_kafka_message_destroy(message);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            return bus_right_allows(code, "the output topics", reading->about->inspection->settings,
                                    err) &&
                   error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "output topics: %s",
                             rd_kafka_err2str(code));
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
    bool ok = read_since(about, &since_ms, err) && open_reader(about, &reading->consumer, err) &&
              assign_outputs(reading, since_ms, err) && read_all(reading, err);
    if (reading->places != NULL) {
        rd_kafka_topic_partition_list_destroy(reading->places);
    }
    bus_close(&reading->consumer);
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
