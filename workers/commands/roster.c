/* `guichet roster SIREN`: everybody insured of an employer, by contract, whatever the channel (FAQ
 * question 5). Names are sealed in the database: where a person's key was erased they are gone. */
#include <stdlib.h>
#include <string.h>

#include "common/record/vocabulary.h"
#include "common/runtime/keyring.h"
#include "workers/commands/commands.h"
#include "workers/commands/employer_list.h"
#include "workers/commands/statements.h"

struct roster_row {
    struct slice contract_id;
    struct uuid insured_id;
    struct slice channel;
    int32_t effective_on;
    int32_t ended_on;
    struct slice option;
    int32_t beneficiary_count;
    struct slice content;
    struct slice sealed;
    const struct person_key *key;
    bool is_erased;
    struct insured_identity identity;
};

static const struct column row_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct roster_row, contract_id),
    COLUMN_AT(COLUMN_UUID, struct roster_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct roster_row, channel),
    COLUMN_AT(COLUMN_DATE, struct roster_row, effective_on),
    COLUMN_AT(COLUMN_DATE, struct roster_row, ended_on),
    COLUMN_AT(COLUMN_TEXT, struct roster_row, option),
    COLUMN_AT(COLUMN_INT32, struct roster_row, beneficiary_count),
    COLUMN_AT(COLUMN_TEXT, struct roster_row, content),
    COLUMN_AT(COLUMN_BYTES, struct roster_row, sealed),
};
static const struct columns row_columns = COLUMNS_OF(struct roster_row, row_items);

static const struct listing_column roster_columns[] = {
    {"contract_id", "contract", false, NULL},    {"family_name", "name", false, "(erased)"},
    {"given_names", "given names", false, NULL}, {"channel", "channel", false, NULL},
    {"effective_on", "from", false, NULL},       {"ended_on", "until", false, NULL},
    {"option", "option", false, NULL},           {"beneficiary_count", "beneficiaries", true, NULL},
    {"insured_id", "insured", false, NULL},
};

static struct slice id_text(struct arena *arena, const struct uuid *id) {
    char text[UUID_TEXT_SIZE];
    uuid_format(id, text);
    return arena_copy(arena, slice_of(text));
}

/* Opens who they are: all keys with one statement. */
static bool open_names(const struct employer_list *list, const struct vault *vault,
                       struct roster_row *rows, size_t count, struct error *err) {
    struct keyring keyring;
    keyring_init(&keyring, list->arena, vault);
    for (size_t i = 0; i < count; i++) {
        struct slice id = id_text(list->arena, &rows[i].insured_id);
        struct slice subject = arena_format(list->arena, "insured/%.*s", SLICE_FORMAT(id));
        rows[i].key = keyring_ask(&keyring, list->siren, subject);
    }
    if (!keyring_load(&keyring, list->db, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!keyring_read(&keyring, rows[i].key, rows[i].content, rows[i].sealed, &insured_shape,
                          &rows[i].identity, &rows[i].is_erased, err)) {
            return false;
        }
    }
    return true;
}

/* By contract and name; who has none any more comes last. */
static int compare_rows(const void *left, const void *right) {
    const struct roster_row *a = left;
    const struct roster_row *b = right;
    int order = slice_compare(a->contract_id, b->contract_id);
    if (order == 0) {
        order = (int)a->is_erased - (int)b->is_erased;
    }
    if (order == 0) {
        order = slice_compare(a->identity.family_name, b->identity.family_name);
    }
    return order != 0 ? order : memcmp(a->insured_id.bytes, b->insured_id.bytes, UUID_SIZE);
}

static void list_insured(const struct employer_list *list, struct listing *listing,
                         const struct roster_row *row) {
    const struct cell cells[] = {
        cell_text(row->contract_id),
        cell_text(row->identity.family_name),
        cell_list(row->identity.given_names),
        cell_text(row->channel),
        cell_date(row->effective_on),
        cell_date(row->ended_on),
        cell_text(row->option),
        cell_integer(row->beneficiary_count),
        cell_text(id_text(list->arena, &row->insured_id)),
    };
    _Static_assert(COUNT_OF(cells) == COUNT_OF(roster_columns), "one cell a column");
    memcpy(listing_add(listing), cells, sizeof(cells));
}

static bool fill_roster(const struct employer_list *list, struct listing *listing,
                        struct error *err) {
    struct vault vault CLEANUP(vault_close) = {0};
    struct parameters parameters;
    void *items;
    size_t count;
    parameters_init(&parameters, list->arena);
    parameters_add_text(&parameters, list->siren);
    if (!vault_open(list->settings, &vault, err) ||
        !db_query(list->db, &sql_roster_list, &parameters, &row_columns, list->arena, &items,
                  &count, err) ||
        !open_names(list, &vault, items, count, err)) {
        return false;
    }
    struct roster_row *rows = items;
    if (count > 0) {
        qsort(rows, count, sizeof(*rows), compare_rows);
    }
    listing_init(listing, list->arena, list->zone, roster_columns, COUNT_OF(roster_columns), count);
    for (size_t i = 0; i < count; i++) {
        list_insured(list, listing, &rows[i]);
    }
    return true;
}

int command_roster(int argc, char **argv) {
    return employer_list_run(argc, argv, "insured", fill_roster);
}
