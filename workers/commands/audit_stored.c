/* The stored side of `guichet audit`: the outputs in the journal. */
#include "workers/commands/audit.h"

#include <string.h>

#include "common/runtime/audit_store.h"
#include "common/runtime/output.h"
#include "workers/commands/statements.h"

enum { ARENA_KEEP_BYTES = 8 * 1024 * 1024, ERASED_CHUNK = 1000 };

struct page_row {
    int64_t recorded_at;
    int64_t decided_at;
    int64_t input_offset;
    int32_t sequence;
    struct slice outputs;
};
static const struct column page_items[] = {
    COLUMN_AT(COLUMN_INSTANT, struct page_row, recorded_at),
    COLUMN_AT(COLUMN_INSTANT, struct page_row, decided_at),
    COLUMN_AT(COLUMN_INT64, struct page_row, input_offset),
    COLUMN_AT(COLUMN_INT32, struct page_row, sequence),
    COLUMN_AT(COLUMN_BYTES, struct page_row, outputs),
};
static const struct columns page_columns = COLUMNS_OF(struct page_row, page_items);

uint64_t audit_share(const struct topic *topic, const struct uuid *id, struct slice key) {
    uint64_t share;
    if (topic->is_compacted) {
        return slice_hash(key);
    }
    memcpy(&share, id->bytes, sizeof(share));
    return share;
}

/* Deleted for its age, or a tombstone that has done its work. */
static bool may_be_gone(const struct audit *audit, const struct topic *topic,
                        const struct page_row *row, const struct output *output) {
    bool is_tombstone = !slice_is_present(output->value.open) && !output->is_erased;
    return topic->retention_ms >= 0 && (!topic->is_compacted || is_tombstone) &&
           row->recorded_at < audit->now_ms - topic->retention_ms;
}

static bool add_output(struct audit *audit, uint64_t pass, size_t input, const struct page_row *row,
                       const struct output *output) {
    const struct topic *topic = topic_find(output->topic);
    if (topic == NULL || topic->is_input ||
        audit_share(topic, &output->id, output->key) % audit->passes != pass) {
        return true;
    }
    const struct stored_id stored = {
        .id = output->id,
        .input_offset = row->input_offset,
        .decided_at = row->decided_at,
        .key_hash = topic->is_compacted ? slice_hash(output->key) : 0,
        .sequence = row->sequence,
        .input = (uint16_t)input,
        .topic = (uint16_t)(topic - topics),
        .is_published = row->input_offset < audit->committed[input],
        .is_compacted = topic->is_compacted,
        .is_personal = output->is_erased,
        .may_be_gone = may_be_gone(audit, topic, row, output),
    };
    return comparison_add_stored(&audit->comparison, &stored);
}

/* Nothing is opened: with an absent key, what is personal only says that it is. */
static bool add_row(struct audit *audit, struct arena *arena, uint64_t pass, size_t input,
                    const struct page_row *row, bool *fits, struct error *err) {
    static const struct person_key nobody = {.state = PERSON_KEY_ABSENT};
    struct keyring keyring;
    struct output *first = NULL;
    size_t count = 0;
    keyring_init(&keyring, arena, NULL);
    if (!output_unpack(arena, &keyring, &nobody, row->outputs, &first, &count, err)) {
        return false;
    }
    for (const struct output *output = first; output != NULL && *fits; output = output->next) {
        *fits = add_output(audit, pass, input, row, output);
    }
    return true;
}

static bool read_input(struct audit *audit, uint64_t pass, size_t input, bool *fits,
                       struct error *err) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    int64_t from = 0;
    while (*fits) {
        struct parameters parameters;
        void *read = NULL;
        size_t count = 0;
        arena_reset(&arena, ARENA_KEEP_BYTES);
        parameters_init(&parameters, &arena);
        parameters_add_text(&parameters, slice_of(audit->worker));
        parameters_add_text(&parameters, audit->inputs[input].topic);
        parameters_add_int32(&parameters, audit->inputs[input].partition);
        parameters_add_int64(&parameters, from);
        if (!db_query(audit->db, &sql_audit_page, &parameters, &page_columns, &arena, &read, &count,
                      err)) {
            return false;
        }
        const struct page_row *rows = read;
        for (size_t i = 0; i < count && *fits; i++) {
            if (!add_row(audit, &arena, pass, input, &rows[i], fits, err)) {
                return false;
            }
        }
        if (count == 0) {
            return true;
        }
        from = rows[count - 1].input_offset + 1;
    }
    return true;
}

bool audit_read_stored(struct audit *audit, uint64_t pass, bool *fits, struct error *err) {
    *fits = true;
    for (size_t i = 0; i < audit->inputs_count && *fits; i++) {
        if (!read_input(audit, pass, i, fits, err)) {
            return false;
        }
    }
    return true;
}

static bool forgive(struct audit *audit, struct stored_id *const *missing, size_t count,
                    struct error *err) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    const struct audit_store store = {audit->db, audit->worker};
    struct audit_position *rows = arena_array(&arena, count, sizeof(*rows));
    for (size_t i = 0; i < count; i++) {
        const struct progress *input = &audit->inputs[missing[i]->input];
        rows[i] = (struct audit_position){.topic = input->topic,
                                          .partition = input->partition,
                                          .input_offset = missing[i]->input_offset,
                                          .sequence = missing[i]->sequence};
    }
    const int32_t *numbers = NULL;
    size_t erased = 0;
    if (!audit_store_erased(&store, &arena, rows, count, &numbers, &erased, err)) {
        return false;
    }
    for (size_t i = 0; i < erased; i++) {
        missing[numbers[i] - 1]->outcome = COMPARISON_EQUAL;
    }
    return true;
}

bool audit_forgive_erased(struct audit *audit, struct error *err) {
    struct stored_id *missing[ERASED_CHUNK];
    size_t count = 0;
    for (size_t i = 0; i < audit->comparison.stored_count; i++) {
        struct stored_id *stored = &audit->comparison.stored[i];
        if (stored->outcome == COMPARISON_MISSING && stored->is_personal) {
            missing[count++] = stored;
        }
        if (count == ERASED_CHUNK) {
            if (!forgive(audit, missing, count, err)) {
                return false;
            }
            count = 0;
        }
    }
    return count == 0 || forgive(audit, missing, count, err);
}
