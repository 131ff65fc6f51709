#include <string.h>

#include "workers/commands/sla.h"
#include "workers/commands/statements.h"

struct day_total {
    int32_t day; /* DATE_NONE: earlier, open ones only */
    struct slice class;
    int64_t met;
    int64_t late;
    int64_t open;
    int64_t oldest_open;
};

static const struct column total_items[] = {
    COLUMN_AT(COLUMN_DATE, struct day_total, day),
    COLUMN_AT(COLUMN_TEXT, struct day_total, class),
    COLUMN_AT(COLUMN_INT64, struct day_total, met),
    COLUMN_AT(COLUMN_INT64, struct day_total, late),
    COLUMN_AT(COLUMN_INT64, struct day_total, open),
    COLUMN_AT(COLUMN_INSTANT, struct day_total, oldest_open),
};
static const struct columns total_columns = COLUMNS_OF(struct day_total, total_items);

static const struct listing_column total_listing[] = {
    {"day", "submitted on", false, "earlier"},
    {"class", "class", false, NULL},
    {"met", "met", true, NULL},
    {"late", "late", true, NULL},
    {"open", "open", true, NULL},
    {"oldest_open", "oldest open", false, NULL},
};

bool sla_tell_totals(const struct sla_desk *desk, const struct sla_question *question,
                     struct error *err) {
    struct parameters parameters;
    struct listing listing;
    void *rows;
    size_t count;
    int32_t today = zone_date(&desk->zone, desk->now_ms);
    parameters_init(&parameters, desk->arena);
    sla_add_filters(&parameters, question);
    parameters_add_instant(&parameters, zone_midnight_ms(&desk->zone, today - question->days + 1));
    if (!db_query(desk->db, &sql_sla_totals, &parameters, &total_columns, desk->arena, &rows,
                  &count, err)) {
        return false;
    }
    const struct day_total *totals = rows;
    listing_init(&listing, desk->arena, &desk->zone, total_listing, COUNT_OF(total_listing), count);
    for (size_t i = 0; i < count; i++) {
        bool is_earlier = totals[i].day == DATE_NONE;
        const struct cell cells[] = {
            cell_date(totals[i].day),
            cell_text(totals[i].class),
            is_earlier ? (struct cell){.type = CELL_ABSENT} : cell_integer(totals[i].met),
            is_earlier ? (struct cell){.type = CELL_ABSENT} : cell_integer(totals[i].late),
            cell_integer(totals[i].open),
            cell_instant(totals[i].oldest_open),
        };
        _Static_assert(COUNT_OF(cells) == COUNT_OF(total_listing), "one cell a column");
        memcpy(listing_add(&listing), cells, sizeof(cells));
    }
    if (!question->is_json) {
        sla_print_now(desk);
    }
    sla_print_listing(&listing, question->is_json);
    return true;
}
