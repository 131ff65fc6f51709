/* Errors: class, code, text, and their bounds. */
#include <stdio.h>

#include "common/base/compiler.h"
#include "common/base/error.h"
#include "tests/unit/check.h"

enum { TEXT_MAX = sizeof(((struct error *)NULL)->text) - 1 };

static void set(void **state UNUSED) {
    struct error err = {0};
    check_true("setting an error is false",
               !error_set(&err, ERROR_TRANSIENT, "08006", "%s is %s", "the database", "away"));
    check_int("class", ERROR_TRANSIENT, err.class);
    check_text("code", "08006", err.code);
    check_text("text", "the database is away", err.text);
    check_true("nothing to keep it in", !error_set(NULL, ERROR_FATAL, "X", "%d", 1));
    check_true("nothing to prefix", !error_prefix(NULL, "%d", 1));
}

static void prefixed(void **state UNUSED) {
    struct error err = {0};
    error_set(&err, ERROR_INVALID, "SCHEMA", "longer than %d", 100);
    check_true("prefixing is false", !error_prefix(&err, "employee.address.lines[%d]", 2));
    check_text("prefix and text", "employee.address.lines[2]: longer than 100", err.text);
    check_text("the code stays", "SCHEMA", err.code);
    check_int("the class stays", ERROR_INVALID, err.class);
}

static void of_itself(void **state UNUSED) {
    struct error err = {0};
    error_set(&err, ERROR_INVALID, "SCHEMA", "missing");
    error_set(&err, ERROR_FATAL, err.code, "at start: %s", err.text);
    check_text("an error may be made of its own text", "at start: missing", err.text);
    check_text("and of its own code", "SCHEMA", err.code);
    error_prefix(&err, "%s", err.text);
    check_text("and prefixed with it", "at start: missing: at start: missing", err.text);
}

static void bounds(void **state UNUSED) {
    char longer[2 * TEXT_MAX];
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    struct error err = {0};
    error_set(&err, ERROR_FATAL, longer, "%s", longer);
    check_int("a code is cut at its bound", sizeof(err.code) - 1, strlen(err.code));
    check_int("a text is cut at its bound", TEXT_MAX, strlen(err.text));
    error_prefix(&err, "where");
    check_int("a prefix pushes the end out", TEXT_MAX, strlen(err.text));
    check_true("and stands before it", strncmp(err.text, "where: xxx", 10) == 0);
    error_prefix(&err, "%s", longer);
    check_int("a prefix of the whole length leaves nothing else", TEXT_MAX, strlen(err.text));
    check_true("only itself", strchr(err.text, ':') == NULL);
    for (size_t room = 0; room <= 4; room++) {
        error_set(&err, ERROR_INVALID, "X", "tail");
        error_prefix(&err, "%.*s", (int)(TEXT_MAX - room), longer);
        check_int("separator and text take what room there is", TEXT_MAX, strlen(err.text));
        check_true("in that order", memcmp(err.text + TEXT_MAX - room, ": ta", room) == 0);
    }
}

/* A cut never leaves half a character: the text goes to JSON. */
static void cut_between_characters(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *character;
    } rows[] = {
        {"one byte", "e"},
        {"two bytes", "\xC3\xA9"},
        {"three bytes", "\xE2\x82\xAC"},
        {"three bytes with the first lead", "\xE0\xA4\x85"},
        {"four bytes", "\xF0\x9F\x98\x80"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t size = strlen(rows[i].character);
        for (size_t before = TEXT_MAX - 5; before <= TEXT_MAX; before++) {
            char text[TEXT_MAX + 8];
            memset(text, 'x', before);
            memcpy(text + before, rows[i].character, size + 1);
            struct error err;
            error_set(&err, ERROR_INVALID, "X", "%s", text);
            check_true(rows[i].name, slice_is_utf8(slice_of(err.text)));
            check_int(rows[i].name, before + size <= TEXT_MAX ? before + size : before,
                      strlen(err.text));
            error_set(&err, ERROR_INVALID, "X", "%s", text + 3);
            error_prefix(&err, "p"); /* and its separator: as long as what was left out */
            check_true(rows[i].name, slice_is_utf8(slice_of(err.text)));
            check_int(rows[i].name, before + size <= TEXT_MAX ? before + size : before,
                      strlen(err.text));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set),
        cmocka_unit_test(prefixed),
        cmocka_unit_test(of_itself),
        cmocka_unit_test(bounds),
        cmocka_unit_test(cut_between_characters),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
