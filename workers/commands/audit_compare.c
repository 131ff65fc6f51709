/* The comparison of `guichet audit`: first what is committed, then where the output topics end,
 * then what they hold, then the journal. So all that has to be there was published before it is
 * looked for, and all that is found was stored before it is asked for, while the workers go on. */
#include "workers/commands/audit.h"

#include <string.h>

#include "common/base/date.h"
#include "common/runtime/bus_refusal.h"
#include "common/runtime/clock.h"
#include "common/runtime/statements.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

enum {
    CALL_TIMEOUT_MS = 10000,
    PASSES_MOST = 4096, /* more do not part what is of one key */
};

struct reach_row {
    int64_t reaches_to;
};
static const struct column reach_items[] = {
    COLUMN_AT(COLUMN_INSTANT, struct reach_row, reaches_to)};
static const struct columns reach_columns = COLUMNS_OF(struct reach_row, reach_items);

/* A record that was published within a day of the oldest that is stored may be of a day that was
 * dropped. */
static bool read_reach(struct audit *audit, struct error *err) {
    struct parameters none;
    void *read = NULL;
    size_t count = 0;
    parameters_init(&none, audit->arena);
    if (!db_query(audit->db, &sql_audit_reach, &none, &reach_columns, audit->arena, &read, &count,
                  err)) {
        return false;
    }
    audit->reach_ms = count == 0 ? INSTANT_NONE : ((struct reach_row *)read)->reaches_to;
    if (audit->reach_ms != INSTANT_NONE) {
        audit->reach_ms += DAY_MS;
    }
    return true;
}

static bool read_committed(struct audit *audit, struct error *err) {
    audit->committed = arena_array(audit->arena, audit->inputs_count, sizeof(int64_t));
    if (audit->inputs_count == 0) {
        return true;
    }
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)audit->inputs_count);
    for (size_t i = 0; i < audit->inputs_count; i++) {
        struct slice topic = arena_copy(audit->arena, audit->inputs[i].topic);
        (void)rd_kafka_topic_partition_list_add(list, topic.data, audit->inputs[i].partition);
    }
    rd_kafka_resp_err_t code = rd_kafka_committed(audit->reader.asker, list, CALL_TIMEOUT_MS);
    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < list->cnt; i++) {
        code = list->elems[i].err;
        audit->committed[i] = list->elems[i].offset < 0 ? 0 : list->elems[i].offset;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ||
           (bus_right_allows(code, audit->worker, audit->settings, err) &&
            error_set(err, ERROR_TRANSIENT, "UNAVAILABLE", "committed offsets of %s: %s",
                      audit->worker, rd_kafka_err2str(code)));
}

/* Counts it; the first ones are shown: the place is still to be said. NULL for the others. */
static struct audit_finding *find(struct audit *audit, enum comparison_outcome outcome,
                                  const struct topic *topic, const struct uuid *id) {
    size_t shown = 0;
    ++audit->tallies[topic - topics].counts[outcome];
    for (size_t i = 0; i < audit->findings_count; i++) {
        shown += audit->findings[i].outcome == outcome ? 1 : 0;
    }
    if (shown == AUDIT_SHOWN) {
        return NULL;
    }
    struct audit_finding *finding = &audit->findings[audit->findings_count++];
    *finding = (struct audit_finding){.outcome = outcome, .topic = topic, .id = *id};
    return finding;
}

static void find_read(struct audit *audit, enum comparison_outcome outcome, size_t place,
                      const struct uuid *id, int64_t offset) {
    const struct output_place *of = &audit->reader.places[place];
    struct audit_finding *finding = find(audit, outcome, of->topic, id);
    if (finding != NULL) {
        finding->place = arena_format(audit->arena, "%s/%d/%lld", of->topic->name, of->partition,
                                      (long long)offset);
    }
}

/* In no journal, and too alike to be parted into shares: counted, and not kept. */
static void count_without_id(struct audit *audit, const struct output_seen *seen) {
    audit->tallies[audit->reader.places[seen->place].topic - topics].read++;
    find_read(audit, COMPARISON_UNKNOWN, seen->place, &seen->id, seen->offset);
}

static bool add_seen(struct audit *audit, uint64_t pass, const struct output_seen *seen) {
    static const struct uuid no_id;
    const struct topic *topic = audit->reader.places[seen->place].topic;
    bool may_be_forgotten = audit->reach_ms != INSTANT_NONE && seen->timestamp_ms < audit->reach_ms;
    if (uuid_equal(&seen->id, &no_id)) {
        if (pass == 0 && !may_be_forgotten) {
            count_without_id(audit, seen);
        }
        return true;
    }
    if (audit_share(topic, &seen->id, seen->key) % audit->passes != pass) {
        return true;
    }
    const struct read_id read = {
        .id = seen->id,
        .offset = seen->offset,
        .place = (uint32_t)seen->place,
        .may_be_forgotten = may_be_forgotten,
    };
    return comparison_add_read(&audit->comparison, &read);
}

static bool read_outputs(struct audit *audit, uint64_t pass, bool *fits, struct error *err) {
    struct output_reader *reader = &audit->reader;
    for (size_t i = 0; i < reader->places_count; i++) {
        reader->places[i].position = reader->places[i].low;
    }
    if (!output_reader_start(reader, err)) {
        return false;
    }
    bool found = true;
    *fits = true;
    while (*fits && found) {
        struct output_seen seen;
        if (!output_reader_next_asked(reader, &seen, &found, err)) {
            return false;
        }
        *fits = !found || add_seen(audit, pass, &seen);
    }
    output_reader_pause(reader);
    return true;
}

static void count_read(struct audit *audit, const struct read_id *read) {
    audit->tallies[audit->reader.places[read->place].topic - topics].read++;
    if (read->outcome != COMPARISON_EQUAL) {
        find_read(audit, read->outcome, read->place, &read->id, read->offset);
    }
}

static void count_stored(struct audit *audit, const struct stored_id *stored) {
    const struct progress *input = &audit->inputs[stored->input];
    audit->tallies[stored->topic].stored += stored->is_published ? 1 : 0;
    if (stored->outcome == COMPARISON_EQUAL) {
        return;
    }
    struct audit_finding *finding =
        find(audit, stored->outcome, &topics[stored->topic], &stored->id);
    if (finding != NULL) {
        finding->place = arena_format(audit->arena, "%.*s/%d/%lld", SLICE_FORMAT(input->topic),
                                      input->partition, (long long)stored->input_offset);
    }
}

/* One share of the ids; `*fits` is false if they are too many at once. */
static bool compare_share(struct audit *audit, uint64_t pass, bool *fits, struct error *err) {
    struct comparison *comparison = &audit->comparison;
    comparison_clear(comparison);
    if (!read_outputs(audit, pass, fits, err)) {
        return false;
    }
    if (!*fits) {
        return true;
    }
    if (!audit_read_stored(audit, pass, fits, err)) {
        return false;
    }
    if (!*fits) {
        return true;
    }
    comparison_match(comparison);
    if (!audit_forgive_erased(audit, err)) {
        return false;
    }
    for (size_t i = 0; i < comparison->read_count; i++) {
        count_read(audit, &comparison->read[i]);
    }
    for (size_t i = 0; i < comparison->stored_count; i++) {
        count_stored(audit, &comparison->stored[i]);
    }
    return true;
}

/* More shares until each fits. */
static bool compare_all(struct audit *audit, struct error *err) {
    uint64_t records = 0;
    for (size_t i = 0; i < audit->reader.places_count; i++) {
        records += (uint64_t)(audit->reader.places[i].high - audit->reader.places[i].low);
    }
    audit->passes = records / COMPARISON_MOST + 1;
    for (bool fits = false; !fits; audit->passes *= fits ? 1 : 2) {
        if (audit->passes > PASSES_MOST) {
            return error_set(err, ERROR_FATAL, "TOO_MANY",
                             "the outputs of %s are too many to be compared", audit->worker);
        }
        memset(audit->tallies, 0, topics_count * sizeof(*audit->tallies));
        audit->findings_count = 0;
        fits = true;
        for (uint64_t pass = 0; pass < audit->passes && fits; pass++) {
            if (!compare_share(audit, pass, &fits, err)) {
                return false;
            }
        }
    }
    return true;
}

bool audit_compare(struct audit *audit, struct error *err) {
    audit->now_ms = clock_real_ms();
    audit->tallies = arena_array(audit->arena, topics_count, sizeof(*audit->tallies));
    return progress_load(audit->db, audit->worker, audit->arena, &audit->inputs,
                         &audit->inputs_count, err) &&
           read_reach(audit, err) &&
           output_reader_open(&audit->reader, audit->settings, audit->worker, audit->arena, err) &&
           read_committed(audit, err) && output_reader_ask(&audit->reader, err) &&
           compare_all(audit, err);
}

void audit_fini(struct audit *audit) {
    output_reader_close(&audit->reader);
    comparison_fini(&audit->comparison);
}
