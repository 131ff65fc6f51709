/* Rows of typed cells, printed as a table for people, as CSV for spreadsheets or as JSON for
 * programs: the columns are said once, and the three forms follow from them. */
#ifndef GUICHET_COMMANDS_LISTING_H
#define GUICHET_COMMANDS_LISTING_H

#include "common/base/arena.h"
#include "common/base/zone.h"

enum listing_form { LISTING_TABLE, LISTING_CSV, LISTING_JSON };

struct listing_column {
    const char *name;   /* in CSV and JSON */
    const char *title;  /* of the table; NULL: not in it */
    bool is_right;      /* aligned, in the table */
    const char *absent; /* what the table shows for an absent value; NULL: nothing */
};

/* clang-format off */
enum cell_type {       /* table              CSV                JSON */
    CELL_ABSENT,       /* column's `absent`  empty              null */
    CELL_TEXT,         /* as it is           as it is           string */
    CELL_LIST,         /* joined by ", "     the same           array of strings */
    CELL_INTEGER,      /* digits             digits             number */
    CELL_BOOLEAN,      /* yes, no            true, false        true, false */
    CELL_DATE,         /* 2026-11-23         2026-11-23         "2026-11-23" */
    CELL_INSTANT,      /* 2026-11-23 17:20   with seconds       RFC 3339 in UTC */
    CELL_SPAN,         /* 17h45, -2h10       whole seconds      whole seconds */
};
/* clang-format on */

struct cell {
    enum cell_type type;
    struct slice text;
    struct slice_list list;
    int64_t number; /* or date, instant in ms, span in ms */
    bool flag;      /* or: the span is what has passed since the end */
};

struct listing {
    struct arena *arena;
    const struct zone *zone; /* of the table's and the CSV's instants */
    const struct listing_column *columns;
    size_t columns_count;
    struct cell *cells;
    size_t rows_count;
    size_t rows_max;
};

void listing_init(struct listing *listing, struct arena *arena, const struct zone *zone,
                  const struct listing_column *columns, size_t columns_count, size_t rows_max);

/* The cells of one more row (at most rows_max, asserted), all absent. */
struct cell *listing_add(struct listing *listing);

/* Absent values of their types give an absent cell. */
struct cell cell_text(struct slice text);
struct cell cell_list(struct slice_list list); /* empty: an empty list */
struct cell cell_integer(int64_t number);
struct cell cell_boolean(bool flag);
struct cell cell_date(int32_t date);
struct cell cell_instant(int64_t instant_ms);
struct cell cell_span(int64_t span_ms, bool is_over);
/* Codes as they are stored: "A,B"; the list is made in the arena. */
struct cell cell_codes(struct arena *arena, struct slice codes);

/* The whole text, in the listing's arena. The table's first line are the titles; CSV is RFC 4180,
 * the first line are the names, and a text that a spreadsheet would take for a formula (it begins
 * with = + - @, a tab or a carriage return) has an apostrophe before it; JSON is an array with one
 * object a line. */
struct slice listing_render(const struct listing *listing, enum listing_form form);

/* The same, to stdout. */
void listing_print(const struct listing *listing, enum listing_form form);

#endif
