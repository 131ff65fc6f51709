#include "workers/commands/listing.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/record/quote.h"
#include "workers/commands/paris.h"
#include "workers/commands/terminal.h"

void listing_init(struct listing *listing, struct arena *arena, const struct zone *zone,
                  const struct listing_column *columns, size_t columns_count, size_t rows_max) {
    *listing = (struct listing){
        .arena = arena,
        .zone = zone,
        .columns = columns,
        .columns_count = columns_count,
        .cells = arena_array(arena, rows_max * columns_count, sizeof(struct cell)),
        .rows_max = rows_max,
    };
}

struct cell *listing_add(struct listing *listing) {
    assert(listing->rows_count < listing->rows_max);
    return &listing->cells[listing->rows_count++ * listing->columns_count];
}

struct cell cell_text(struct slice text) {
    return (struct cell){.type = slice_is_present(text) ? CELL_TEXT : CELL_ABSENT, .text = text};
}

struct cell cell_list(struct slice_list list) {
    return (struct cell){.type = CELL_LIST, .list = list};
}

struct cell cell_integer(int64_t number) {
    return (struct cell){.type = CELL_INTEGER, .number = number};
}

struct cell cell_boolean(bool flag) {
    return (struct cell){.type = CELL_BOOLEAN, .flag = flag};
}

struct cell cell_date(int32_t date) {
    return (struct cell){.type = date == DATE_NONE ? CELL_ABSENT : CELL_DATE, .number = date};
}

struct cell cell_instant(int64_t instant_ms) {
    return (struct cell){.type = instant_ms == INSTANT_NONE ? CELL_ABSENT : CELL_INSTANT,
                         .number = instant_ms};
}

struct cell cell_span(int64_t span_ms, bool is_over) {
    return (struct cell){.type = CELL_SPAN, .number = span_ms, .flag = is_over};
}

struct cell cell_codes(struct arena *arena, struct slice codes) {
    size_t most = 1;
    for (size_t i = 0; i < codes.size; i++) {
        most += codes.data[i] == ',';
    }
    struct slice *items = arena_array(arena, most, sizeof(*items));
    size_t count = 0;
    for (size_t begin = 0; begin < codes.size;) {
        const char *comma = memchr(codes.data + begin, ',', codes.size - begin);
        size_t end = comma == NULL ? codes.size : (size_t)(comma - codes.data);
        items[count++] = (struct slice){codes.data + begin, end - begin};
        begin = end + 1;
    }
    return cell_list((struct slice_list){items, count});
}

static struct slice join(struct arena *arena, struct slice_list list) {
    struct buffer out;
    buffer_init(&out, arena, 64);
    for (size_t i = 0; i < list.count; i++) {
        buffer_append_text(&out, i == 0 ? "" : ", ");
        buffer_append_slice(&out, list.items[i]);
    }
    return buffer_slice(&out);
}

static struct slice date_text(struct arena *arena, int64_t date) {
    char text[DATE_TEXT_SIZE];
    date_format((int32_t)date, text);
    return arena_copy(arena, slice_of(text));
}

/* Business time is told in whole minutes, rounded down: nobody is promised more than there is. */
static struct slice span_text(struct arena *arena, const struct cell *cell) {
    enum { MINUTE_MS = 60000 };
    char text[SPAN_TEXT_SIZE];
    span_format(cell->number / MINUTE_MS * MINUTE_MS, cell->flag, text);
    return arena_copy(arena, slice_of(text));
}

static struct slice seconds_text(struct arena *arena, const struct cell *cell) {
    int64_t seconds = cell->number / 1000;
    struct buffer out;
    buffer_init(&out, arena, 24);
    buffer_append_int64(&out, cell->flag ? -seconds : seconds);
    return buffer_slice(&out);
}

/* As a person reads it; in CSV what a spreadsheet can reckon with. */
static struct slice plain_text(const struct listing *listing, const struct cell *cell,
                               bool is_csv) {
    struct arena *arena = listing->arena;
    char text[PARIS_TEXT_SIZE];
    switch (cell->type) {
    case CELL_ABSENT:
        return slice_of("");
    case CELL_TEXT:
        return cell->text;
    case CELL_LIST:
        return join(arena, cell->list);
    case CELL_INTEGER:
        return arena_format(arena, "%lld", (long long)cell->number);
    case CELL_BOOLEAN:
        return is_csv ? slice_of(cell->flag ? "true" : "false")
                      : slice_of(cell->flag ? "yes" : "no");
    case CELL_DATE:
        return date_text(arena, cell->number);
    case CELL_INSTANT:
        paris_format(listing->zone, cell->number, is_csv, text);
        return arena_copy(arena, slice_of(text));
    case CELL_SPAN:
        return is_csv ? seconds_text(arena, cell) : span_text(arena, cell);
    }
    return slice_of("");
}

/* The table: every cell made visible first, since their widths decide on the columns'. */

static struct slice table_text(const struct listing *listing, const struct listing_column *column,
                               const struct cell *cell) {
    struct buffer out;
    if (cell->type == CELL_ABSENT) {
        return slice_of(column->absent == NULL ? "" : column->absent);
    }
    buffer_init(&out, listing->arena, 32);
    terminal_append(&out, plain_text(listing, cell, false));
    return buffer_slice(&out);
}

static size_t width_of(struct slice text) {
    return slice_is_utf8(text) ? slice_code_points(text) : text.size;
}

static void append_spaces(struct buffer *out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        buffer_append_byte(out, ' ');
    }
}

/* One line: two spaces between columns, none at its end. */
static void append_line(struct buffer *out, const struct listing *listing, const size_t *widths,
                        const struct slice *texts) {
    size_t owed = 0; /* spaces, once something follows */
    for (size_t i = 0; i < listing->columns_count; i++) {
        const struct listing_column *column = &listing->columns[i];
        if (column->title == NULL) {
            continue;
        }
        size_t padding = widths[i] - width_of(texts[i]);
        owed += column->is_right ? padding : 0;
        if (texts[i].size > 0) {
            append_spaces(out, owed);
            buffer_append_slice(out, texts[i]);
            owed = 0;
        }
        owed += (column->is_right ? 0 : padding) + 2;
    }
    buffer_append_byte(out, '\n');
}

static void render_table(const struct listing *listing, struct buffer *out) {
    size_t columns = listing->columns_count;
    size_t *widths = arena_array(listing->arena, columns, sizeof(*widths));
    struct slice *texts =
        arena_array(listing->arena, (listing->rows_count + 1) * columns, sizeof(*texts));
    for (size_t i = 0; i < columns; i++) {
        texts[i] = slice_of(listing->columns[i].title == NULL ? "" : listing->columns[i].title);
    }
    for (size_t i = 0; i < listing->rows_count * columns; i++) {
        texts[columns + i] =
            table_text(listing, &listing->columns[i % columns], &listing->cells[i]);
    }
    for (size_t i = 0; i < (listing->rows_count + 1) * columns; i++) {
        size_t width = width_of(texts[i]);
        widths[i % columns] = width > widths[i % columns] ? width : widths[i % columns];
    }
    for (size_t row = 0; row <= listing->rows_count; row++) {
        append_line(out, listing, widths, &texts[row * columns]);
    }
}

/* CSV. */

static bool looks_like_a_formula(struct slice text) {
    return text.size > 0 && memchr("=+-@\t\r", text.data[0], 6) != NULL;
}

static bool wants_quotes(struct slice text) {
    for (size_t i = 0; i < text.size; i++) {
        if (memchr(",\"\r\n", text.data[i], 4) != NULL) {
            return true;
        }
    }
    return false;
}

static void append_field(struct buffer *out, struct slice text, bool is_free_text) {
    bool is_quoted = wants_quotes(text);
    buffer_append_text(out, is_quoted ? "\"" : "");
    buffer_append_text(out, is_free_text && looks_like_a_formula(text) ? "'" : "");
    for (size_t i = 0; i < text.size; i++) {
        buffer_append_text(out, text.data[i] == '"' ? "\"" : "");
        buffer_append_byte(out, text.data[i]);
    }
    buffer_append_text(out, is_quoted ? "\"" : "");
}

static void render_csv(const struct listing *listing, struct buffer *out) {
    size_t columns = listing->columns_count;
    for (size_t i = 0; i < columns; i++) {
        buffer_append_text(out, i == 0 ? "" : ",");
        buffer_append_text(out, listing->columns[i].name);
    }
    for (size_t i = 0; i < listing->rows_count * columns; i++) {
        const struct cell *cell = &listing->cells[i];
        buffer_append_text(out, i % columns == 0 ? "\r\n" : ",");
        append_field(out, plain_text(listing, cell, true),
                     cell->type == CELL_TEXT || cell->type == CELL_LIST);
    }
    buffer_append_text(out, "\r\n");
}

/* JSON. */

static void append_list(struct buffer *out, struct slice_list list) {
    buffer_append_byte(out, '[');
    for (size_t i = 0; i < list.count; i++) {
        buffer_append_text(out, i == 0 ? "" : ", ");
        quote_append(out, list.items[i]);
    }
    buffer_append_byte(out, ']');
}

static void append_value(struct buffer *out, const struct listing *listing,
                         const struct cell *cell) {
    char text[INSTANT_TEXT_SIZE];
    switch (cell->type) {
    case CELL_ABSENT:
        buffer_append_text(out, "null");
        break;
    case CELL_LIST:
        append_list(out, cell->list);
        break;
    case CELL_INSTANT:
        instant_format(cell->number, text);
        quote_append(out, slice_of(text));
        break;
    case CELL_TEXT:
    case CELL_DATE:
        quote_append(out, plain_text(listing, cell, true));
        break;
    case CELL_INTEGER:
    case CELL_BOOLEAN:
    case CELL_SPAN:
        buffer_append_slice(out, plain_text(listing, cell, true));
        break;
    }
}

static void render_json(const struct listing *listing, struct buffer *out) {
    size_t columns = listing->columns_count;
    buffer_append_byte(out, '[');
    for (size_t i = 0; i < listing->rows_count * columns; i++) {
        size_t column = i % columns;
        buffer_append_text(out, column > 0 ? ", " : i == 0 ? "\n{" : "},\n{");
        quote_append(out, slice_of(listing->columns[column].name));
        buffer_append_text(out, ": ");
        append_value(out, listing, &listing->cells[i]);
    }
    buffer_append_text(out, listing->rows_count > 0 ? "}\n]\n" : "]\n");
}

struct slice listing_render(const struct listing *listing, enum listing_form form) {
    static void (*const renderers[])(const struct listing *, struct buffer *) = {
        [LISTING_TABLE] = render_table,
        [LISTING_CSV] = render_csv,
        [LISTING_JSON] = render_json,
    };
    struct buffer out;
    buffer_init(&out, listing->arena, 4096);
    renderers[form](listing, &out);
    return buffer_slice(&out);
}

void listing_print(const struct listing *listing, enum listing_form form) {
    struct slice text = listing_render(listing, form);
    fwrite(text.data, 1, text.size, stdout);
}
