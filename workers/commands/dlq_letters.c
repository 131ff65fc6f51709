/* Dead letters as `guichet dlq` finds and lists them. */
#include <string.h>

#include "common/base/date.h"
#include "common/runtime/output.h"
#include "workers/commands/dlq.h"
#include "workers/commands/statements.h"

static const struct column letter_items[] = {
    COLUMN_AT(COLUMN_INSTANT, struct dlq_letter, decided_at),
    COLUMN_AT(COLUMN_TEXT, struct dlq_letter, worker),
    COLUMN_AT(COLUMN_TEXT, struct dlq_letter, place),
    COLUMN_AT(COLUMN_TEXT, struct dlq_letter, reason),
    COLUMN_AT(COLUMN_TEXT, struct dlq_letter, siren),
    COLUMN_AT(COLUMN_TEXT, struct dlq_letter, subject_id),
    COLUMN_AT(COLUMN_TEXT, struct dlq_letter, event_type),
    COLUMN_AT(COLUMN_INT32, struct dlq_letter, attempts),
    COLUMN_AT(COLUMN_BOOLEAN, struct dlq_letter, is_parked),
    COLUMN_AT(COLUMN_INT32, struct dlq_letter, waiting),
    COLUMN_AT(COLUMN_TEXT, struct dlq_letter, topic),
    COLUMN_AT(COLUMN_INT32, struct dlq_letter, partition),
    COLUMN_AT(COLUMN_INT64, struct dlq_letter, input_offset),
    COLUMN_AT(COLUMN_TEXT, struct dlq_letter, done),
};
static const struct columns letter_columns = COLUMNS_OF(struct dlq_letter, letter_items);

static bool find(const struct dlq_desk *desk, const struct dlq_question *question,
                 const char *place, struct dlq_letters *letters, struct error *err) {
    struct parameters parameters;
    void *rows = NULL;
    parameters_init(&parameters, desk->arena);
    parameters_add_text(&parameters, slice_of(question->worker));
    parameters_add_text(&parameters, slice_of(question->reason));
    parameters_add_text(&parameters, slice_of(question->siren));
    parameters_add_instant(&parameters, question->since);
    parameters_add_text(&parameters, slice_of(place));
    parameters_add_int32(&parameters, question->is_all ? 1 : 0);
    parameters_add_int32(&parameters, question->limit);
    if (!db_query(desk->db, &sql_dlq_list, &parameters, &letter_columns, desk->arena, &rows,
                  &letters->count, err)) {
        return false;
    }
    letters->items = rows;
    return true;
}

bool dlq_find(const struct dlq_desk *desk, const struct dlq_question *question,
              struct dlq_letters *letters, struct error *err) {
    return find(desk, question, NULL, letters, err);
}

bool dlq_find_one(const struct dlq_desk *desk, const char *place, struct dlq_letter *letter,
                  struct error *err) {
    const struct dlq_question any = {.since = INSTANT_NONE, .is_all = true, .limit = 1};
    struct dlq_letters letters;
    if (!find(desk, &any, place, &letters, err)) {
        return false;
    }
    if (letters.count == 0) {
        return error_set(err, ERROR_INVALID, "UNKNOWN",
                         "%.*s: no record that came there is a dead "
                         "letter, or waits",
                         DLQ_PLACE_MAX, place);
    }
    *letter = letters.items[0];
    return true;
}

/* "guichet.affiliation.requested.v1" is known well enough without its ends. */
static struct slice short_type(struct slice type) {
    static const char prefix[] = "guichet.";
    size_t skipped = slice_starts_with(type, prefix) ? sizeof(prefix) - 1 : 0;
    return slice_is_present(type) ? (struct slice){type.data + skipped, type.size - skipped} : type;
}

void dlq_print(const struct dlq_desk *desk, const struct dlq_letters *letters,
               enum listing_form form) {
    static const struct listing_column columns[] = {
        {"at", "when", false, NULL},          {"worker", "worker", false, NULL},
        {"place", "place", false, NULL},      {"reason", "reason", false, NULL},
        {"siren", "employer", false, NULL},   {"subject_id", "subject", false, NULL},
        {"type", "type", false, NULL},        {"waiting", "waiting", true, NULL},
        {"attempts", "attempts", true, NULL}, {"done", "done", false, NULL},
    };
    struct listing listing;
    listing_init(&listing, desk->arena, &desk->zone, columns, COUNT_OF(columns), letters->count);
    for (size_t i = 0; i < letters->count; i++) {
        const struct dlq_letter *letter = &letters->items[i];
        const struct cell cells[] = {
            cell_instant(letter->decided_at),
            cell_text(letter->worker),
            cell_text(letter->place),
            cell_text(letter->reason),
            cell_text(letter->siren),
            cell_text(letter->subject_id),
            cell_text(short_type(letter->event_type)),
            cell_integer(letter->waiting),
            cell_integer(letter->attempts),
            cell_text(letter->done),
        };
        _Static_assert(COUNT_OF(cells) == COUNT_OF(columns), "one cell a column");
        memcpy(listing_add(&listing), cells, sizeof(cells));
    }
    listing_print(&listing, form);
}

bool dlq_is_own_header(const struct header *header) {
    return slice_starts_with(header->name, "dlq_");
}

struct kept_row {
    struct slice siren;
    struct slice person;
    struct slice message;
    struct slice sealed;
    struct slice outputs;
};
static const struct column kept_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct kept_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct kept_row, person),
    COLUMN_AT(COLUMN_TEXT, struct kept_row, message),
    COLUMN_AT(COLUMN_BYTES, struct kept_row, sealed),
    COLUMN_AT(COLUMN_BYTES, struct kept_row, outputs),
};
static const struct columns kept_columns = COLUMNS_OF(struct kept_row, kept_items);

static bool load_kept(const struct dlq_desk *desk, const struct dlq_letter *letter,
                      struct kept_row *kept, struct error *err) {
    struct parameters parameters;
    void *rows = NULL;
    size_t count = 0;
    parameters_init(&parameters, desk->arena);
    parameters_add_text(&parameters, letter->worker);
    parameters_add_text(&parameters, letter->topic);
    parameters_add_int32(&parameters, letter->partition);
    parameters_add_int64(&parameters, letter->input_offset);
    if (!db_query(desk->db, &sql_dlq_record, &parameters, &kept_columns, desk->arena, &rows, &count,
                  err)) {
        return false;
    }
    *kept = count == 0 ? (struct kept_row){0} : *(const struct kept_row *)rows;
    return true;
}

/* The dead letter among the outputs of its refusal. */
static bool read_output(const struct dlq_desk *desk, const struct keyring *keyring,
                        const struct person_key *key, struct slice outputs,
                        struct dlq_record *record, struct error *err) {
    struct output *output = NULL;
    size_t count = 0;
    if (!output_unpack(desk->arena, keyring, key, outputs, &output, &count, err)) {
        return false;
    }
    while (output != NULL && slice_is_present(output->type)) {
        output = output->next;
    }
    record->is_erased = output == NULL || output->is_erased;
    if (!record->is_erased) {
        record->raw.key = output->key;
        record->raw.value = output->value.open;
        record->raw.headers = output->headers;
        record->raw.headers_count = output->headers_count;
    }
    return true;
}

bool dlq_open(const struct dlq_desk *desk, const struct vault *vault,
              const struct dlq_letter *letter, struct dlq_record *record, struct error *err) {
    struct kept_row kept;
    struct keyring keyring;
    struct slice packed;
    *record = (struct dlq_record){.raw = {.topic = letter->topic,
                                          .partition = letter->partition,
                                          .offset = letter->input_offset}};
    if (!load_kept(desk, letter, &kept, err)) {
        return false;
    }
    if (!slice_is_present(kept.person)) {
        record->is_erased = true;
        return true;
    }
    keyring_init(&keyring, desk->arena, vault);
    const struct person_key *key = keyring_ask(&keyring, kept.siren, kept.person);
    record->message = kept.message;
    if (!keyring_load(&keyring, desk->db, err)) {
        return false;
    }
    if (!slice_is_present(kept.sealed)) {
        return read_output(desk, &keyring, key, kept.outputs, record, err);
    }
    record->is_erased = key->state == PERSON_KEY_ABSENT;
    return record->is_erased || (keyring_open(&keyring, key, kept.sealed, &packed, err) &&
                                 output_unpack_record(desk->arena, packed, &record->raw, err));
}
