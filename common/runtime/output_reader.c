#include "common/runtime/output_reader.h"

#include <stdio.h>
#include <string.h>

#include "common/runtime/bus.h"
#include "common/runtime/bus_refusal.h"
#include "common/runtime/clock.h"
#include "common/runtime/watch.h"

enum {
    CALL_TIMEOUT_MS = 10000,
    POLL_MS = 1000,
    PATIENCE_MS = 60000, /* an open transaction ends within transaction.timeout.ms */
};

/* A consumer that is never a member: the group is the worker's, for which it has the right. */
static bool open_client(const struct output_reader *reader, bool is_asker, rd_kafka_t **client,
                        struct error *err) {
    char group[BUS_GROUP_SIZE];
    char text[256];
    bus_group(reader->worker, group);
    const struct bus_property properties[] = {
        {"group.id", group},
        {"enable.auto.commit", "false"},
        {"isolation.level", is_asker ? "read_uncommitted" : "read_committed"},
        {"auto.offset.reset", "earliest"},
        {"enable.partition.eof", "true"},
        {"fetch.wait.max.ms", "1000"},
        {"queued.max.messages.kbytes", "4096"},
        {"fetch.message.max.bytes", "262144"},
        {"fetch.max.bytes", "4194304"},
    };
    rd_kafka_conf_t *conf = NULL;
    if (!bus_conf(reader->settings, KAFKA_CONSUMER, properties, COUNT_OF(properties), &conf, err))
        return false;
    *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof(text));
    if (*client != NULL) {
        (void)rd_kafka_poll_set_consumer(*client);
        return true;
    }
    rd_kafka_conf_destroy(conf);
    return error_set(err, ERROR_FATAL, "KAFKA", "reader of outputs: %s", text);
}

bool output_reader_open(struct output_reader *reader, const struct settings *settings,
                        const char *worker, struct arena *arena, struct error *err) {
    *reader = (struct output_reader){.settings = settings, .worker = worker};
    (void)snprintf(reader->source, sizeof(reader->source), "/guichet/%s", worker);
    if (!open_client(reader, true, &reader->asker, err) ||
        !open_client(reader, false, &reader->client, err))
        return false;
    int *counts = arena_array(arena, topics_count, sizeof(*counts));
    size_t all = 0;
    for (size_t i = 0; i < topics_count; i++) {
        if (!topic_is_output_of(&topics[i], worker))
            continue;
        if (!bus_partitions(reader->asker, topics[i].name, &counts[i], err))
            return false;
        all += (size_t)counts[i];
    }
    reader->places = arena_array(arena, all, sizeof(*reader->places));
    for (size_t i = 0; i < topics_count; i++)
        for (int32_t partition = 0; partition < counts[i]; partition++)
            reader->places[reader->places_count++] =
                (struct output_place){.topic = &topics[i], .partition = partition};
    return true;
}

static void close_client(rd_kafka_t **client) {
    if (*client != NULL) {
        (void)rd_kafka_consumer_close(*client);
        rd_kafka_destroy(*client);
    }
    *client = NULL;
}

static void forget_message(struct output_reader *reader) {
    if (reader->message != NULL)
        rd_kafka_message_destroy(reader->message);
    reader->message = NULL;
}

void output_reader_close(struct output_reader *reader) {
    WATCHED(WATCH_CLOSE);
    forget_message(reader);
    close_client(&reader->client);
    close_client(&reader->asker);
}

bool output_reader_ask(struct output_reader *reader, struct error *err) {
    for (size_t i = 0; i < reader->places_count; i++) {
        struct output_place *place = &reader->places[i];
        if (!bus_bounds(reader->asker, place->topic->name, place->partition, &place->low,
                        &place->high, err))
            return false;
    }
    return true;
}

bool output_reader_start(struct output_reader *reader, struct error *err) {
    WATCHED(WATCH_ASSIGN);
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)reader->places_count);
    for (size_t i = 0; i < reader->places_count; i++) {
        struct output_place *place = &reader->places[i];
        place->is_at_end = false;
        rd_kafka_topic_partition_list_add(list, place->topic->name, place->partition)->offset =
            place->position;
    }
    rd_kafka_resp_err_t code = rd_kafka_assign(reader->client, list);
    rd_kafka_topic_partition_list_destroy(list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ||
           error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "reading outputs: %s",
                     rd_kafka_err2str(code));
}

void output_reader_pause(struct output_reader *reader) {
    WATCHED(WATCH_ASSIGN);
    forget_message(reader);
    (void)rd_kafka_assign(reader->client, NULL);
}

static struct output_place *place_of(struct output_reader *reader,
                                     const rd_kafka_message_t *message) {
    const char *topic = rd_kafka_topic_name(message->rkt);
    for (size_t n = 0; n < reader->places_count; n++) {
        size_t i = (reader->latest + n) % reader->places_count;
        struct output_place *place = &reader->places[i];
        if (place->partition == message->partition && strcmp(place->topic->name, topic) == 0) {
            reader->latest = i;
            return place;
        }
    }
    return NULL;
}

struct slice output_reader_header(const struct output_reader *reader, const char *name) {
    rd_kafka_headers_t *headers = NULL;
    const void *value = NULL;
    size_t size = 0;
    /* The last one of a name: those before it may be the original's, in a dead letter. */
    if (rd_kafka_message_headers(reader->message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return slice_none();
    return (struct slice){value, value == NULL ? 0 : size};
}

/* An alert that no input caused, such as that of a stopped partition, is in no journal. */
static bool is_of_no_input(const struct output_reader *reader) {
    return slice_is(output_reader_header(reader, "ce_type"), "guichet.operator.alert.v1") &&
           !slice_is_present(output_reader_header(reader, "ce_causationid"));
}

static struct slice place_of_dead(struct output_reader *reader) {
    int size = snprintf(reader->cause, sizeof(reader->cause), "%.*s/%.*s/%.*s\n%.*s",
                        SLICE_FORMAT(output_reader_header(reader, "dlq_topic")),
                        SLICE_FORMAT(output_reader_header(reader, "dlq_partition")),
                        SLICE_FORMAT(output_reader_header(reader, "dlq_offset")),
                        SLICE_FORMAT(output_reader_header(reader, "ce_id")));
    return size > 0 && (size_t)size < sizeof(reader->cause) ? slice_of(reader->cause)
                                                            : slice_none();
}

static bool is_ours(struct output_reader *reader, const struct output_place *place,
                    struct output_seen *seen) {
    const rd_kafka_message_t *message = reader->message;
    bool is_dead_letter = place->topic->types[0] == NULL;
    struct slice writer = output_reader_header(reader, is_dead_letter ? "dlq_worker" : "ce_source");
    if (!slice_is(writer, is_dead_letter ? reader->worker : reader->source) ||
        (!is_dead_letter && is_of_no_input(reader)))
        return false;
    *seen = (struct output_seen){
        .place = reader->latest,
        .offset = message->offset,
        .timestamp_ms = rd_kafka_message_timestamp(message, NULL),
        .is_dead_letter = is_dead_letter,
        .key = {message->key, message->key == NULL ? 0 : message->key_len},
        .cause =
            is_dead_letter ? place_of_dead(reader) : output_reader_header(reader, "ce_causationid"),
    };
    if (!uuid_parse(output_reader_header(reader, is_dead_letter ? "dlq_id" : "ce_id"), &seen->id))
        seen->id = (struct uuid){{0}};
    return true;
}

static bool take_event(struct output_reader *reader, const rd_kafka_message_t *message,
                       struct error *err) {
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        struct output_place *place = place_of(reader, message);
        if (place == NULL)
            return true;
        place->is_at_end = true;
        if (message->offset > place->position)
            place->position = message->offset;
        return true;
    }
    /* What does not forbid reading passes: librdkafka goes on by itself. */
    const char *topic =
        message->rkt == NULL ? "the output topics" : rd_kafka_topic_name(message->rkt);
    return bus_right_allows(message->err, topic, reader->settings, err);
}

bool output_reader_next(struct output_reader *reader, int timeout_ms, struct output_seen *seen,
                        bool *found, struct error *err) {
    WATCHED(WATCH_QUESTION);
    int64_t until_ms = clock_monotonic_ms() + timeout_ms;
    *found = false;
    for (int left_ms = timeout_ms; left_ms >= 0 && !*found;
         left_ms = (int)(until_ms - clock_monotonic_ms())) {
        forget_message(reader);
        rd_kafka_message_t *message = rd_kafka_consumer_poll(reader->client, left_ms);
        reader->message = message;
        if (message == NULL)
            return true;
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            if (!take_event(reader, message, err))
                return false;
            if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
                return true; /* the caller may be at the end */
            continue;
        }
        struct output_place *place = place_of(reader, message);
        if (place == NULL)
            continue;
        place->position = message->offset + 1;
        place->is_at_end = false;
        *found = is_ours(reader, place, seen);
    }
    return true;
}

static int64_t sum_of_positions(const struct output_reader *reader) {
    int64_t sum = 0;
    for (size_t i = 0; i < reader->places_count; i++)
        sum += reader->places[i].position;
    return sum;
}

bool output_reader_next_asked(struct output_reader *reader, struct output_seen *seen, bool *found,
                              struct error *err) {
    int64_t moved_at_ms = clock_monotonic_ms();
    int64_t before = -1;
    do {
        if (!output_reader_next(reader, POLL_MS, seen, found, err))
            return false;
        if (*found && seen->offset < reader->places[seen->place].high)
            return true;
        *found = false; /* written since */
        int64_t positions = sum_of_positions(reader);
        if (positions != before)
            moved_at_ms = clock_monotonic_ms();
        else if (clock_monotonic_ms() - moved_at_ms > PATIENCE_MS)
            return error_set(err, ERROR_TRANSIENT, "UNAVAILABLE",
                             "the output topics of %s cannot be read to their ends",
                             reader->worker);
        before = positions;
    } while (!output_reader_is_done(reader));
    return true;
}

bool output_reader_since(struct output_reader *reader, size_t place, int64_t instant_ms,
                         int64_t *offset, struct error *err) {
    WATCHED(WATCH_QUESTION);
    const struct output_place *of = &reader->places[place];
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, of->topic->name, of->partition)->offset = instant_ms;
    rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(reader->asker, list, CALL_TIMEOUT_MS);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        code = list->elems[0].err;
    *offset = list->elems[0].offset;
    rd_kafka_topic_partition_list_destroy(list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return bus_right_allows(code, of->topic->name, reader->settings, err) &&
               error_set(err, ERROR_TRANSIENT, rd_kafka_err2name(code), "offsets of %s[%d]: %s",
                         of->topic->name, of->partition, rd_kafka_err2str(code));
    int64_t low = 0;
    return *offset >= 0 ||
           bus_bounds(reader->asker, of->topic->name, of->partition, &low, offset, err);
}

bool output_reader_is_done(const struct output_reader *reader) {
    for (size_t i = 0; i < reader->places_count; i++)
        if (reader->places[i].position < reader->places[i].high)
            return false;
    return true;
}
