/* links: listing */
/* What the listing commands print: spans of business time, Paris time, the three forms. */
#include "common/base/compiler.h"
#include "tests/unit/check_date.h"
#include "tests/unit/zone_file.h"
#include "workers/commands/listing.h"
#include "workers/commands/paris.h"
#include "workers/commands/terminal.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)

static struct arena arena;
static struct zone paris;

static int set_up(void **state UNUSED) {
    arena_init(&arena);
    zone_file_parse("Europe/Paris", &paris);
    return 0;
}

static int tear_down(void **state UNUSED) {
    arena_fini(&arena);
    return 0;
}

static void spans(void **state UNUSED) {
    static const struct {
        const char *name;
        int64_t span_ms;
        bool is_over;
        const char *text;
    } rows[] = {
        {"left on Friday evening", 17 * HOUR_MS + 45 * MINUTE_MS, false, "17h45"},
        {"two hours and ten minutes late", 2 * HOUR_MS + 10 * MINUTE_MS, true, "-2h10"},
        {"minutes have two digits", 5 * MINUTE_MS, false, "0h05"},
        {"due this moment", 0, false, "0h00"},
        {"late, and no business time has passed since", 0, true, "-0h00"},
        {"what is finer than a second is cut off", 999, false, "0h00"},
        {"seconds where there are some", HOUR_MS + 1999, false, "1h00:01"},
        {"days are told in hours", 240 * HOUR_MS, false, "240h00"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[SPAN_TEXT_SIZE];
        span_format(rows[i].span_ms, rows[i].is_over, text);
        check_text(rows[i].name, rows[i].text, text);
    }
}

static void paris_times(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *instant;
        bool has_seconds;
        const char *text;
    } rows[] = {
        {"winter", "2026-11-23T16:20:59Z", false, "2026-11-23 17:20"},
        {"summer", "2026-07-13T07:00:00Z", false, "2026-07-13 09:00"},
        {"midnight is the next day's", "2026-11-16T23:00:00Z", true, "2026-11-17 00:00:00"},
        {"the last second of a day", "2026-11-16T22:59:59.999Z", true, "2026-11-16 23:59:59"},
        {"before the spring change", "2026-03-29T00:59:59Z", true, "2026-03-29 01:59:59"},
        {"after it", "2026-03-29T01:00:00Z", true, "2026-03-29 03:00:00"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[PARIS_TEXT_SIZE];
        paris_format(&paris, instant_of(rows[i].instant), rows[i].has_seconds, text);
        check_text(rows[i].name, rows[i].text, text);
    }
    check_text("23 November 2026", "Mon", weekday_text(date_of("2026-11-23")));
    check_text("the day before", "Sun", weekday_text(date_of("2026-11-22")));
}

/* A listing of one text. */
static struct slice render_text(const char *text, enum listing_form form) {
    static const struct listing_column columns[] = {{"name", "name", false, "(erased)"}};
    struct listing listing;
    listing_init(&listing, &arena, &paris, columns, COUNT_OF(columns), 1);
    *listing_add(&listing) = cell_text(slice_of(text));
    return listing_render(&listing, form);
}

static void csv_texts(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *text;
        const char *csv;
    } rows[] = {
        {"a plain name", "Lefèvre", "name\r\nLefèvre\r\n"},
        {"an absent one", NULL, "name\r\n\r\n"},
        {"a comma wants quotes", "Durand, fils", "name\r\n\"Durand, fils\"\r\n"},
        {"a quote is doubled", "dit \"Jo\"", "name\r\n\"dit \"\"Jo\"\"\"\r\n"},
        {"a line break stays, in quotes", "a\r\nb", "name\r\n\"a\r\nb\"\r\n"},
        {"an equals sign begins a formula", "=1+1", "name\r\n'=1+1\r\n"},
        {"so does a plus", "+33", "name\r\n'+33\r\n"},
        {"a minus", "-X", "name\r\n'-X\r\n"},
        {"an at sign", "@SUM(A1)", "name\r\n'@SUM(A1)\r\n"},
        {"a tab", "\t=1", "name\r\n'\t=1\r\n"},
        {"a carriage return", "\r=1", "name\r\n\"'\r=1\"\r\n"},
        {"guarded within the quotes", "=A1,B1", "name\r\n\"'=A1,B1\"\r\n"},
        {"only at the head", "R-1", "name\r\nR-1\r\n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_slice(rows[i].name, rows[i].csv, render_text(rows[i].text, LISTING_CSV));
    }
}

static void table_texts(void **state UNUSED) {
    check_slice("an absent value says why", "name\n(erased)\n", render_text(NULL, LISTING_TABLE));
    check_slice("a terminal obeys nothing", "name\na\\x1b[2J\n",
                render_text("a\x1b[2J", LISTING_TABLE));
    check_slice("a text may be nothing", "name\n\n", render_text("", LISTING_TABLE));
}

static void visible_bytes(void **state UNUSED) {
    static const struct {
        const char *name;
        struct slice bytes;
        const char *text;
    } rows[] = {
        {"letters stay", SLICE_LITERAL("Zoé"), "Zoé"},
        {"a line break", SLICE_LITERAL("a\nb"), "a\\x0ab"},
        {"a zero", SLICE_LITERAL("a\0b"), "a\\x00b"},
        {"an escape of two bytes",
         SLICE_LITERAL("\xc2\x9b"
                       "2J"),
         "\\xc2\\x9b2J"},
        {"the first letter after those", SLICE_LITERAL("\xc2\xa0"), "\xc2\xa0"},
        {"no UTF-8: each byte beyond ASCII", SLICE_LITERAL("a\xe9"), "a\\xe9"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buffer out;
        buffer_init(&out, &arena, 16);
        terminal_append(&out, rows[i].bytes);
        check_slice(rows[i].name, rows[i].text, buffer_slice(&out));
    }
}

/* One row of each type, and one of absent values. */
static void forms(void **state UNUSED) {
    static const struct listing_column columns[] = {
        {"id", "id", false, NULL},           {"reasons", "reasons", false, NULL},
        {"count", "count", true, NULL},      {"late", NULL, false, NULL},
        {"from", "from", false, NULL},       {"due_at", "due", false, NULL},
        {"left_seconds", "left", true, "?"},
    };
    const struct slice reasons = slice_of("INVALID_NIR,MISSING_ADDRESS");
    const struct cell first[] = {
        cell_text(slice_of("é\"1")),
        cell_codes(&arena, reasons),
        cell_integer(12),
        cell_boolean(true),
        cell_date(date_of("2026-01-31")),
        cell_instant(instant_of("2026-11-16T23:00:05Z")),
        cell_span(2 * HOUR_MS + 10 * MINUTE_MS + 59999, true),
    };
    const struct cell second[] = {
        cell_text(slice_none()), cell_codes(&arena, slice_of("")),
        cell_integer(0),         cell_boolean(false),
        cell_date(DATE_NONE),    cell_instant(INSTANT_NONE),
        {.type = CELL_ABSENT},
    };
    struct listing listing;
    listing_init(&listing, &arena, &paris, columns, COUNT_OF(columns), 2);
    check_slice("no row, as JSON", "[]\n", listing_render(&listing, LISTING_JSON));
    check_slice("no row, as CSV", "id,reasons,count,late,from,due_at,left_seconds\r\n",
                listing_render(&listing, LISTING_CSV));
    memcpy(listing_add(&listing), first, sizeof(first));
    memcpy(listing_add(&listing), second, sizeof(second));
    check_slice("table",
                "id   reasons                       count  from        due                left\n"
                "é\"1  INVALID_NIR, MISSING_ADDRESS     12  2026-01-31  2026-11-17 00:00  -2h10\n"
                "                                       0                                    ?\n",
                listing_render(&listing, LISTING_TABLE));
    check_slice("CSV",
                "id,reasons,count,late,from,due_at,left_seconds\r\n"
                "\"é\"\"1\",\"INVALID_NIR, MISSING_ADDRESS\",12,true,2026-01-31,"
                "2026-11-17 00:00:05,-7859\r\n"
                ",,0,false,,,\r\n",
                listing_render(&listing, LISTING_CSV));
    check_slice("JSON",
                "[\n"
                "{\"id\": \"é\\\"1\", \"reasons\": [\"INVALID_NIR\", \"MISSING_ADDRESS\"], "
                "\"count\": 12, \"late\": true, \"from\": \"2026-01-31\", "
                "\"due_at\": \"2026-11-16T23:00:05Z\", \"left_seconds\": -7859},\n"
                "{\"id\": null, \"reasons\": [], \"count\": 0, \"late\": false, \"from\": null, "
                "\"due_at\": null, \"left_seconds\": null}\n"
                "]\n",
                listing_render(&listing, LISTING_JSON));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans),       cmocka_unit_test(paris_times),   cmocka_unit_test(csv_texts),
        cmocka_unit_test(table_texts), cmocka_unit_test(visible_bytes), cmocka_unit_test(forms),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
