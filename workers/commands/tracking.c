/* `guichet tracking SIREN`: the online requests of an employer and where they stand (FAQ question
 * 5); those on paper are not followed online. */
#include <string.h>

#include "workers/commands/commands.h"
#include "workers/commands/employer_list.h"
#include "workers/commands/statements.h"

struct tracking_row {
    struct slice request_id;
    struct slice contract_id;
    struct slice channel;
    struct slice status;
    struct slice reasons;
    int64_t submitted_at;
    int64_t due_at;
    int64_t decided_at;
};

static const struct column row_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct tracking_row, request_id),
    COLUMN_AT(COLUMN_TEXT, struct tracking_row, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct tracking_row, channel),
    COLUMN_AT(COLUMN_TEXT, struct tracking_row, status),
    COLUMN_AT(COLUMN_TEXT, struct tracking_row, reasons),
    COLUMN_AT(COLUMN_INSTANT, struct tracking_row, submitted_at),
    COLUMN_AT(COLUMN_INSTANT, struct tracking_row, due_at),
    COLUMN_AT(COLUMN_INSTANT, struct tracking_row, decided_at),
};
static const struct columns row_columns = COLUMNS_OF(struct tracking_row, row_items);

static const struct listing_column tracking_columns[] = {
    {"request_id", "request", false, NULL},     {"contract_id", "contract", false, NULL},
    {"channel", "channel", false, NULL},        {"status", "status", false, NULL},
    {"submitted_at", "submitted", false, NULL}, {"due_at", "due", false, NULL},
    {"decided_at", "decided", false, NULL},     {"reasons", "reasons", false, NULL},
};

static bool fill_tracking(const struct employer_list *list, struct listing *listing,
                          struct error *err) {
    struct parameters parameters;
    void *items;
    size_t count;
    parameters_init(&parameters, list->arena);
    parameters_add_text(&parameters, list->siren);
    if (!db_query(list->db, &sql_tracking_list, &parameters, &row_columns, list->arena, &items,
                  &count, err)) {
        return false;
    }
    const struct tracking_row *rows = items;
    listing_init(listing, list->arena, list->zone, tracking_columns, COUNT_OF(tracking_columns),
                 count);
    for (size_t i = 0; i < count; i++) {
        const struct cell cells[] = {
            cell_text(rows[i].request_id),      cell_text(rows[i].contract_id),
            cell_text(rows[i].channel),         cell_text(rows[i].status),
            cell_instant(rows[i].submitted_at), cell_instant(rows[i].due_at),
            cell_instant(rows[i].decided_at),   cell_codes(list->arena, rows[i].reasons),
        };
        _Static_assert(COUNT_OF(cells) == COUNT_OF(tracking_columns), "one cell a column");
        memcpy(listing_add(listing), cells, sizeof(cells));
    }
    return true;
}

int command_tracking(int argc, char **argv) {
    return employer_list_run(argc, argv, "online requests", fill_tracking);
}
