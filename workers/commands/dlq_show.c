/* `guichet dlq show`: one dead letter, what operators had done about it, and with --reveal the
 * record itself. */
#include <stdio.h>

#include "common/base/date.h"
#include "workers/commands/dlq.h"
#include "workers/commands/paris.h"
#include "workers/commands/statements.h"
#include "workers/commands/terminal.h"

struct action_row {
    int64_t at;
    struct slice by;
    struct slice command;
    struct slice detail;
    struct slice outcome;
};
static const struct column action_items[] = {
    COLUMN_AT(COLUMN_INSTANT, struct action_row, at),
    COLUMN_AT(COLUMN_TEXT, struct action_row, by),
    COLUMN_AT(COLUMN_TEXT, struct action_row, command),
    COLUMN_AT(COLUMN_TEXT, struct action_row, detail),
    COLUMN_AT(COLUMN_TEXT, struct action_row, outcome),
};
static const struct columns action_columns = COLUMNS_OF(struct action_row, action_items);

/* On one line, with nothing that a terminal obeys. */
static void print_line(struct arena *arena, const char *indent, struct slice name,
                       struct slice value) {
    struct buffer out;
    buffer_init(&out, arena, name.size + value.size + 64);
    buffer_append_text(&out, indent);
    terminal_append(&out, name);
    buffer_append_text(&out, ": ");
    if (slice_is_present(value)) {
        terminal_append(&out, value);
    } else {
        buffer_append_text(&out, "null");
    }
    buffer_append_byte(&out, '\n');
    fwrite(out.data, 1, out.size, stdout);
}

static void print_record(const struct dlq_desk *desk, const struct dlq_record *record,
                         bool is_revealed) {
    const struct raw_record *raw = &record->raw;
    if (slice_is_present(record->message)) {
        print_line(desk->arena, "", slice_of("message"), record->message);
    }
    for (size_t i = 0; i < raw->headers_count; i++) {
        if (is_revealed || dlq_is_own_header(&raw->headers[i])) {
            print_line(desk->arena, "header ", raw->headers[i].name, raw->headers[i].value);
        }
    }
    if (is_revealed) {
        print_line(desk->arena, "", slice_of("key"), raw->key);
        print_line(desk->arena, "", slice_of("value"), raw->value);
    } else {
        printf("value: %zu bytes; it, the key and the headers it came with are shown by --reveal\n",
               raw->value.size);
    }
}

static bool print_actions(const struct dlq_desk *desk, struct slice place, struct error *err) {
    struct parameters parameters;
    void *read = NULL;
    size_t count = 0;
    parameters_init(&parameters, desk->arena);
    parameters_add_text(&parameters, place);
    if (!db_query(desk->db, &sql_operator_action_list, &parameters, &action_columns, desk->arena,
                  &read, &count, err)) {
        return false;
    }
    const struct action_row *rows = read;
    for (size_t i = 0; i < count; i++) {
        char at[PARIS_TEXT_SIZE];
        paris_format(&desk->zone, rows[i].at, true, at);
        printf("%s %.*s by %.*s: %.*s\n", at, SLICE_FORMAT(rows[i].command),
               SLICE_FORMAT(rows[i].by), SLICE_FORMAT(rows[i].outcome));
    }
    return true;
}

bool dlq_show(const struct dlq_desk *desk, struct dlq_letter *letter, bool is_revealed,
              struct error *err) {
    struct vault vault CLEANUP(vault_close) = {0};
    struct dlq_record record;
    const struct dlq_letters one = {letter, 1};
    if (!vault_open(desk->settings, &vault, err) || !dlq_open(desk, &vault, letter, &record, err)) {
        return false;
    }
    dlq_print(desk, &one, LISTING_TABLE);
    if (record.is_erased) {
        puts("erased: nothing of it can be read any more");
    } else {
        print_record(desk, &record, is_revealed);
    }
    return print_actions(desk, letter->place, err);
}
