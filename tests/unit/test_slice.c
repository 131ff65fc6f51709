/* Slices: equality, order, UTF-8; and the words of an enumeration. */
#include "common/base/business_time.h"
#include "common/base/compiler.h"
#include "common/base/words.h"
#include "tests/unit/check.h"

static int sign(int value) {
    return (value > 0) - (value < 0);
}

static void equality_and_order(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *a; /* NULL: absent */
        const char *b;
        int order; /* of a before b; 0: equal */
    } rows[] = {
        {"two absent slices are equal", NULL, NULL, 0},
        {"absent and empty differ, absent is first", NULL, "", -1},
        {"absent is before any text", NULL, "a", -1},
        {"empty and empty are equal", "", "", 0},
        {"empty is before any text", "", "a", -1},
        {"the same text is equal", "H-1", "H-1", 0},
        {"another last byte", "H-1", "H-2", -1},
        {"the shorter of two with a common start is first", "H-1", "H-10", -1},
        {"bytes beyond ASCII come after it", "z", "é", -1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct slice a = slice_of(rows[i].a);
        struct slice b = slice_of(rows[i].b);
        check_int(rows[i].name, rows[i].order, sign(slice_compare(a, b)));
        check_int(rows[i].name, -rows[i].order, sign(slice_compare(b, a)));
        check_int(rows[i].name, rows[i].order == 0, slice_equal(a, b));
        check_int(rows[i].name, rows[i].order == 0, slice_equal(b, a));
        check_int(rows[i].name, rows[i].order == 0, slice_is(a, rows[i].b));
        check_int(rows[i].name, rows[i].a != NULL, slice_is_present(a));
    }
}

static void starts(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *text;
        const char *prefix;
        bool expected;
    } rows[] = {
        {"a real start", "guichet.account", "guichet.", true},
        {"the whole text", "guichet", "guichet", true},
        {"one byte short", "guiche", "guichet", false},
        {"another byte", "guichot", "guichet", false},
        {"any text starts with nothing", "", "", true},
        {"an absent one does not", NULL, "", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].name, rows[i].expected,
                  slice_starts_with(slice_of(rows[i].text), rows[i].prefix));
    }
}

static void hashes(void **state UNUSED) {
    static const struct {
        const char *text;
        uint64_t hash;
    } rows[] = {
        /* Published test vectors of FNV-1a, 64 bit. */
        {"", 0xcbf29ce484222325U},
        {"a", 0xaf63dc4c8601ec8cU},
        {"foobar", 0x85944171f73967e8U},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_true(rows[i].text, slice_hash(slice_of(rows[i].text)) == rows[i].hash);
    }
}

/* Each row is tried alone, and behind 0..8 ASCII bytes and before eight more: the check takes eight
 * bytes at a time where it can. */
static void utf8(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *text;
        size_t code_points; /* 0: not well-formed */
    } rows[] = {
        {"ASCII", "A", 1},
        {"DEL is ASCII", "\x7F", 1},
        {"two bytes, the first there is", "\xC2\x80", 1},
        {"two bytes, the last there is", "\xDF\xBF", 1},
        {"three bytes, the first there is", "\xE0\xA0\x80", 1},
        {"just before the surrogates", "\xED\x9F\xBF", 1},
        {"just after the surrogates", "\xEE\x80\x80", 1},
        {"three bytes, the last there is", "\xEF\xBF\xBF", 1},
        {"four bytes, the first there is", "\xF0\x90\x80\x80", 1},
        {"four bytes, the last there is: U+10FFFF", "\xF4\x8F\xBF\xBF", 1},
        {"a French name", "Zo\xC3\xAB L\xE2\x80\x99H\xC3\xA9ritier", 14},
        {"a lone continuation byte", "\x80", 0},
        {"a letter in Latin-1", "Zo\xEB.", 0},
        {"overlong NUL", "\xC0\x80", 0},
        {"overlong in two bytes", "\xC1\xBF", 0},
        {"overlong in three bytes", "\xE0\x9F\xBF", 0},
        {"overlong in four bytes", "\xF0\x8F\xBF\xBF", 0},
        {"first surrogate", "\xED\xA0\x80", 0},
        {"last surrogate", "\xED\xBF\xBF", 0},
        {"beyond U+10FFFF", "\xF4\x90\x80\x80", 0},
        {"a lead byte that no longer exists", "\xF5\x80\x80\x80", 0},
        {"0xFF", "\xFF", 0},
        {"third byte is no continuation", "\xE2\x82\x41", 0},
        {"fourth byte is no continuation", "\xF0\x9F\x98\xC0", 0},
        {"two bytes cut to one", "\xC3", 0},
        {"three bytes cut to two", "\xE2\x82", 0},
        {"four bytes cut to three", "\xF0\x9F\x98", 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t size = strlen(rows[i].text);
        for (size_t before = 0; before <= 8; before++) {
            for (size_t after = 0; after <= 8; after += 8) {
                char text[64];
                memset(text, 'x', sizeof(text));
                memcpy(text + before, rows[i].text, size);
                /* What would complete a sequence lies beyond the end. */
                memset(text + before + size + after, 0x80, 4);
                struct slice s = {text, before + size + after};
                check_int(rows[i].name, rows[i].code_points > 0, slice_is_utf8(s));
                if (rows[i].code_points > 0) {
                    check_int(rows[i].name, rows[i].code_points + before + after,
                              slice_code_points(s));
                }
            }
        }
    }
    check_true("an absent text is well-formed", slice_is_utf8(slice_none()));
    check_int("an absent text has no code points", 0, slice_code_points(slice_none()));
    check_true("NUL is a character", slice_is_utf8((struct slice){"a\0b", 3}));
}

/* Code points are encoded and decoded in all their number. */
static void utf8_all_code_points(void **state UNUSED) {
    for (uint32_t code = 0x80; code < 0x120000; code++) {
        unsigned char bytes[4];
        size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        for (size_t i = size - 1; i > 0; i--) {
            bytes[i] = (unsigned char)(0x80 | ((code >> (6 * (size - 1 - i))) & 0x3F));
        }
        unsigned char mark = size == 2 ? 0xC0 : size == 3 ? 0xE0 : 0xF0;
        bytes[0] = (unsigned char)(mark | code >> (6 * (size - 1)));
        bool expected = (code < 0xD800 || code > 0xDFFF) && code <= 0x10FFFF;
        if (slice_is_utf8((struct slice){(const char *)bytes, size}) != expected) {
            fail_msg("U+%04X is judged wrongly", code);
        }
    }
}

static void lists(void **state UNUSED) {
    static const struct slice populations[] = {SLICE_LITERAL("cadres"), SLICE_LITERAL("ouvriers")};
    struct slice_list list = {populations, COUNT_OF(populations)};
    struct slice_list empty = {NULL, 0};
    check_true("a listed population", slice_list_has(list, slice_of("ouvriers")));
    check_true("another one", !slice_list_has(list, slice_of("ouvrier")));
    check_true("an absent one", !slice_list_has(list, slice_none()));
    check_true("an empty list has nothing", !slice_list_has(empty, slice_of("cadres")));
}

static void lists_compared(void **state UNUSED) {
    static const struct slice items[] = {SLICE_LITERAL("Anna"), SLICE_LITERAL("Luc"),
                                         SLICE_LITERAL("Anna"), SLICE_LITERAL("Lucie")};
    static const struct {
        const char *name;
        size_t first;
        size_t first_count;
        size_t second;
        size_t second_count;
        bool is_equal;
    } rows[] = {
        {"itself", 0, 2, 0, 2, true},
        {"the same text elsewhere", 0, 1, 2, 1, true},
        {"another order", 0, 2, 1, 2, false},
        {"one more", 0, 1, 0, 2, false},
        {"another last one", 0, 2, 2, 2, false},
        {"two empty ones", 0, 0, 3, 0, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct slice_list first = {&items[rows[i].first], rows[i].first_count};
        struct slice_list second = {&items[rows[i].second], rows[i].second_count};
        check_int(rows[i].name, rows[i].is_equal, slice_list_equal(first, second));
        check_int(rows[i].name, rows[i].is_equal, slice_list_equal(second, first));
    }
}

static void words(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *word;
        int value;
    } rows[] = {
        {"first word", "metropole", CALENDAR_BASE_METROPOLE},
        {"last word", "alsace-moselle", CALENDAR_BASE_ALSACE_MOSELLE},
        {"another case is another word", "Metropole", 0},
        {"a word too long", "metropoles", 0},
        {"a word too short", "metropol", 0},
        {"no word", "", 0},
        {"absent", NULL, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int value = words_value(&calendar_base_words, slice_of(rows[i].word));
        check_int(rows[i].name, rows[i].value, value);
        check_text(rows[i].name, rows[i].value == 0 ? NULL : rows[i].word,
                   words_text(&calendar_base_words, value));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equality_and_order),
        cmocka_unit_test(starts),
        cmocka_unit_test(hashes),
        cmocka_unit_test(utf8),
        cmocka_unit_test(utf8_all_code_points),
        cmocka_unit_test(lists),
        cmocka_unit_test(lists_compared),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests_name("slice", tests, NULL, NULL);
}
