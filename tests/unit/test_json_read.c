/* links: record */
/* JSON text to structs: what is refused, with which reason and path, and what is read. */
#include "common/base/compiler.h"
#include "common/record/json_read.h"
#include "tests/unit/check.h"
#include "tests/unit/sample_record.h"

static struct arena arena;

static int start(void **state UNUSED) {
    arena_init(&arena);
    return 0;
}

static int stop(void **state UNUSED) {
    arena_fini(&arena);
    return 0;
}

#define TEXT(literal) SLICE_LITERAL(literal)

/* Deliberately not terminated strings, since text comes with NULs too. */
static void only_one_json_object_is_json(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *name;
        struct slice text;
        const char *code;     /* NULL: read */
        const char *sentence; /* in the message; NULL: not looked for */
    } rows[] = {
        {"an empty object", TEXT("{}"), NULL, NULL},
        {"white space around", TEXT(" \r\n\t{ } "), NULL, NULL},
        {"nothing", TEXT(""), "NOT_JSON", "empty"},
        {"white space only", TEXT("  "), "NOT_JSON", NULL},
        {"a list", TEXT("[]"), "SCHEMA", "not an object"},
        {"a string", TEXT("\"a\""), "SCHEMA", "not an object"},
        {"words", TEXT("hello"), "NOT_JSON", "not JSON"},
        {"cut short", TEXT("{\"a\":"), "NOT_JSON", "the text ends too early"},
        {"something behind", TEXT("{} x"), "NOT_JSON", "something follows the object"},
        {"a second object", TEXT("{}{}"), "NOT_JSON", NULL},
        {"NUL behind", TEXT("{}\0"), "NOT_JSON", NULL},
        {"single quotes", TEXT("{'a':1}"), "NOT_JSON", NULL},
        {"a comma too many", TEXT("{\"a\":1,}"), "NOT_JSON", NULL},
        {"NaN", TEXT("{\"a\":NaN}"), "NOT_JSON", NULL},
        {"a byte order mark", TEXT("\xef\xbb\xbf{}"), "NOT_JSON", NULL},
        {"a key twice", TEXT("{\"a\":1,\n\"b\":{\"c\":1,\"c\":2}}"), "NOT_JSON",
         "a key that its object already has"},
        {"a key twice, once escaped", TEXT("{\"a\":1,\"\\u0061\":2}"), "NOT_JSON", NULL},
        {"NUL in a string", TEXT("{\"a\":\"b\0c\"}"), "NOT_JSON", NULL},
        {"NUL escaped", TEXT("{\"a\":\"\\u0000\"}"), "NOT_JSON", "a NUL character"},
        {"NUL escaped in a key", TEXT("{\"\\u0000\":1}"), "NOT_JSON", NULL},
        {"a bare line feed in a string", TEXT("{\"a\":\"\n\"}"), "NOT_JSON", NULL},
        {"invalid UTF-8", TEXT("{\"a\":\"\xff\"}"), "NOT_JSON", "invalid UTF-8"},
        {"Latin-1", TEXT("{\"a\":\"\xe9t\xe9\"}"), "NOT_JSON", NULL},
        {"an overlong slash", TEXT("{\"a\":\"\xc0\xaf\"}"), "NOT_JSON", NULL},
        {"a surrogate in UTF-8", TEXT("{\"a\":\"\xed\xa0\x80\"}"), "NOT_JSON", NULL},
        {"half a surrogate pair", TEXT("{\"a\":\"\\ud800\"}"), "NOT_JSON", NULL},
        {"invalid UTF-8 in a key", TEXT("{\"\xff\":1}"), "NOT_JSON", NULL},
        {"a number of more than 64 bits", TEXT("{\"a\":9223372036854775808}"), "SCHEMA",
         "a number of more than 64 bits"},
        {"a real beyond all bounds", TEXT("{\"a\":1e999}"), "SCHEMA", NULL},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        json_t *value CLEANUP(json_release) = NULL;
        struct error err = {0};
        bool is_read = json_parse(rows[i].text, &value, &err);
        check_int(rows[i].name, rows[i].code == NULL, is_read);
        if (!is_read) {
            check_int(rows[i].name, ERROR_INVALID, err.class);
            check_text(rows[i].name, rows[i].code, err.code);
            check_true(rows[i].name,
                       rows[i].sentence == NULL || strstr(err.text, rows[i].sentence) != NULL);
        }
    }
}

static void syntax_errors_name_the_line(void **state UNUSED) {
    json_t *value CLEANUP(json_release) = NULL;
    struct error err = {0};
    assert_false(json_parse(slice_of("{\"a\":1,\n\"b\":x}"), &value, &err));
    assert_int_equal(strncmp(err.text, "line 2 column ", 14), 0);
}

/* {"a":[[[…]]]}: the object is the first level. */
static bool nest(size_t levels, char open, char close, struct error *err) {
    size_t lists = levels - 1;
    char *text = arena_take(&arena, 2 * lists + 16);
    size_t size = 0;
    memcpy(text, "{\"a\":", 5);
    size = 5;
    memset(text + size, open, lists);
    size += lists;
    text[size++] = '1';
    memset(text + size, close, lists);
    size += lists;
    text[size++] = '}';
    json_t *value CLEANUP(json_release) = NULL;
    return json_parse((struct slice){text, size}, &value, err);
}

static void nesting_is_bounded(void **state UNUSED) {
    struct error err = {0};
    assert_true(nest(32, '[', ']', &err));
    assert_false(nest(33, '[', ']', &err));
    assert_string_equal(err.code, "NOT_JSON");
    assert_string_equal(err.text, "more than 32 levels of nesting");
    assert_false(nest(10000, '[', ']', &err));
    assert_string_equal(err.text, "more than 32 levels of nesting");
    assert_false(nest(10000, '{', '}', &err));
    assert_string_equal(err.text, "more than 32 levels of nesting");
    assert_false(nest(1000000, '[', ' ', &err));
    assert_string_equal(err.text, "more than 32 levels of nesting");
}

#define OPEN_30 "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
#define CLOSE_30 "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
#define LISTS "[],[],[],[],[],[],[],[],[],[],"

static void brackets_in_text_are_no_nesting(void **state UNUSED) {
    static const char *const rows[] = {
        "{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}",
        "{\"a\":\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}",
        "{\"a\\\\\":\"\\\\\",\"b\":\"{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{\"}",
        "{\"a\":[" LISTS LISTS LISTS LISTS "[]]}",
        "{\"a\":[" OPEN_30 CLOSE_30 "],\"b\":[],\"c\":[]}", /* 32 levels, and brackets beside */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        json_t *value CLEANUP(json_release) = NULL;
        struct error err = {0};
        check_true(rows[i], json_parse(slice_of(rows[i]), &value, &err));
    }
}

static bool read_sample(const char *text, struct sample *sample, struct error *err) {
    return json_read_text(&arena, &sample_shape, slice_of(text), sample, err);
}

/* Each row adds one member to a sample that is right without it. */
/* clang-format off */
static const struct {
    const char *member;
    const char *error; /* NULL: right */
} wrong_values[] = {
    {"\"digits\":\"12345678\"", "digits: shorter than 9"},
    {"\"digits\":\"1234567890\"", "digits: longer than 9"},
    {"\"digits\":\"12345678x\"", "digits: not digits only"},
    {"\"digits\":123456789", "digits: not a string"},
    {"\"digits\":\"\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5\xd9\xa6\xd9\xa7\xd9\xa8\xd9\xa9\"",
     "digits: not digits only"},
    {"\"text\":\"a\"", "text: shorter than 2"},
    {"\"text\":\"\xc3\xa9\"", "text: shorter than 2"},
    {"\"text\":\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"", NULL},
    {"\"text\":\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9x\"", "text: longer than 5"},
    {"\"text\":\"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\"", NULL},
    {"\"text\":\"abcde\"", NULL},
    {"\"text\":\"abcdef\"", "text: longer than 5"},
    {"\"text\":{}", "text: not a string"},
    {"\"colour\":\"Red\"", "colour: none of red, green"},
    {"\"colour\":\"\"", "colour: none of red, green"},
    {"\"colour\":1", "colour: not a string"},
    {"\"small\":5", NULL},
    {"\"small\":6", "small: more than 5"},
    {"\"small\":-6", "small: less than -5"},
    {"\"small\":1.0", "small: not an integer"},
    {"\"small\":1e0", "small: not an integer"},
    {"\"small\":\"1\"", "small: not an integer"},
    {"\"small\":true", "small: not an integer"},
    {"\"large\":-9223372036854775808", "large: less than -9223372036854775807"},
    {"\"flag\":0", "flag: neither true nor false"},
    {"\"flag\":\"true\"", "flag: neither true nor false"},
    {"\"day\":\"1899-12-31\"", "day: not in the years 1900 to 2199"},
    {"\"day\":\"1900-01-01\"", NULL},
    {"\"day\":\"2199-12-31\"", NULL},
    {"\"day\":\"2200-01-01\"", "day: not in the years 1900 to 2199"},
    {"\"day\":\"2023-02-29\"", "day: not a day YYYY-MM-DD"},
    {"\"day\":\"2023-02-28T00:00:00Z\"", "day: not a day YYYY-MM-DD"},
    {"\"day\":20230228", "day: not a day YYYY-MM-DD"},
    {"\"month\":\"2023-13\"", "month: not a month YYYY-MM"},
    {"\"month\":\"2023-12-01\"", "month: not a month YYYY-MM"},
    {"\"month\":\"2200-01\"", "month: not in the years 1900 to 2199"},
    {"\"at\":\"1999-12-31T23:59:59.999Z\"", "at: not in the years 2000 to 2099"},
    {"\"at\":\"2000-01-01T00:00:00Z\"", NULL},
    {"\"at\":\"2000-01-01T00:59:59+01:00\"", "at: not in the years 2000 to 2099"},
    {"\"at\":\"2099-12-31T23:59:59.999Z\"", NULL},
    {"\"at\":\"2100-01-01T00:00:00Z\"", "at: not in the years 2000 to 2099"},
    {"\"at\":\"2025-01-01T00:00:00\"", "at: not an instant of RFC 3339 with an offset"},
    {"\"at\":1735689600", "at: not an instant of RFC 3339 with an offset"},
    {"\"uuid\":\"46738d33\"", "uuid: not a UUID"},
    {"\"token\":\"azAZ09-_\"", NULL},
    {"\"token\":\"YQ==\"", "token: not base64url without padding"},
    {"\"token\":\"a+/b\"", "token: not base64url without padding"},
    {"\"token\":\"\"", "token: shorter than 1"},
    {"\"token\":1", "token: not a string"},
    {"\"extra\":{}", "extra.label: missing"},
    {"\"extra\":{\"label\":null}", "extra.label: missing"},
    {"\"extra\":[]", "extra: not an object"},
    {"\"extra\":{\"label\":\"a\",\"lines\":[\"b\",\"\"]}", "extra.lines[1]: shorter than 1"},
    {"\"extra\":{\"label\":\"a\",\"lines\":[\"b\",null]}", "extra.lines[1]: not a string"},
    {"\"extra\":{\"label\":\"a\",\"amount\":3}", "extra.amount: three is not wanted"},
    {"\"maybe\":{\"amount\":1}", "maybe.label: missing"},
    {"\"parts\":{}", "parts: not a list"},
    {"\"parts\":[{\"label\":\"a\"},{\"label\":\"abcde\"}]", "parts[1].label: longer than 4"},
    {"\"parts\":[{\"label\":\"a\",\"lines\":[1]}]", "parts[0].lines[0]: not a string"},
    {"\"parts\":[{\"label\":\"a\",\"amount\":3}]", "parts[0].amount: three is not wanted"},
    {"\"parts\":[null]", "parts[0]: not an object"},
    {"\"parts\":[{\"label\":\"a\"},{\"label\":\"b\"},{\"label\":\"c\"},{\"label\":\"d\"}]",
     "parts: more items than 3"},
    {"\"hidden\":[{\"label\":\"a\"}]", "hidden: fewer items than 2"},
    {"\"days\":[\"2025-01-01\",\"2025-01-02\",\"2025-01-03\"]", NULL},
    {"\"days\":[\"2025-01-01\",\"2025-1-1\"]", "days[1]: not a day YYYY-MM-DD"},
    {"\"unknown\":{\"anything\":[1.5,null]}", NULL},
    {"\"text\":null,\"colour\":null,\"small\":null,\"flag\":null,\"day\":null,\"at\":null,"
     "\"extra\":null,\"maybe\":null,\"parts\":null,\"names\":null,\"token\":null",
     NULL},
};
/* clang-format on */

static void wrong_values_are_named_by_path_and_rule(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(wrong_values); i++) {
        struct slice text = arena_format(&arena, "{" SAMPLE_MINIMUM ",%s}", wrong_values[i].member);
        struct sample sample;
        struct error err = {0};
        bool is_read = read_sample(text.data, &sample, &err);
        check_text(wrong_values[i].member, wrong_values[i].error, is_read ? NULL : err.text);
        if (!is_read) {
            check_text(wrong_values[i].member, "SCHEMA", err.code);
            check_int(wrong_values[i].member, ERROR_INVALID, err.class);
        }
    }
}

/* A list of words longer than a message is cut, not written past its end. */
static void many_words_are_cut(void **state UNUSED) {
#define FIVE_WORDS(d)                                                                              \
    "A_WORD_OF_MANY_LETTERS_" d "0", "A_WORD_OF_MANY_LETTERS_" d "1",                              \
        "A_WORD_OF_MANY_LETTERS_" d "2", "A_WORD_OF_MANY_LETTERS_" d "3",                          \
        "A_WORD_OF_MANY_LETTERS_" d "4"
    static const char *const items[] = {NULL, FIVE_WORDS("0"), FIVE_WORDS("1"), FIVE_WORDS("2"),
                                        FIVE_WORDS("3")};
    static const struct words words = {items, COUNT_OF(items)};
    const struct field fields[] = {ROW_ENUM(struct sample, colour, 0, words)};
    const struct shape shape = SHAPE_OF("words", struct sample, fields, NULL);
    static const char start_of_it[] = "colour: none of A_WORD_OF_MANY_LETTERS_00, A_WORD";
    struct sample sample;
    struct error err = {0};
    assert_false(json_read_text(&arena, &shape, slice_of("{\"colour\":\"x\"}"), &sample, &err));
    assert_int_equal(0, strncmp(start_of_it, err.text, sizeof(start_of_it) - 1));
    assert_true(strlen(err.text) < 250);
}

static void what_is_required_must_be_there(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *text;
        const char *error;
    } rows[] = {
        {"{\"met\":true,\"part\":{\"label\":\"a\"}}", "id: missing"},
        {"{\"id\":null,\"met\":true,\"part\":{\"label\":\"a\"}}", "id: missing"},
        {"{\"id\":\"\",\"met\":true,\"part\":{\"label\":\"a\"}}", "id: shorter than 1"},
        {"{\"id\":\"a b\",\"met\":true,\"part\":{\"label\":\"a\"}}",
         "id: not printable ASCII without spaces"},
        {"{\"id\":\"caf\xc3\xa9\",\"met\":true,\"part\":{\"label\":\"a\"}}",
         "id: not printable ASCII without spaces"},
        {"{\"id\":\"A\",\"part\":{\"label\":\"a\"}}", "met: missing"},
        {"{\"id\":\"A\",\"met\":1,\"part\":{\"label\":\"a\"}}", "met: neither true nor false"},
        {"{\"id\":\"A\",\"met\":null}", "part: missing"},
        {"{\"id\":\"A\",\"met\":null,\"part\":{}}", "part.label: missing"},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sample sample;
        struct error err = {0};
        check_true(rows[i].text, !read_sample(rows[i].text, &sample, &err));
        check_text(rows[i].text, rows[i].error, err.text);
    }
}

static void what_is_absent_has_its_absent_value(void **state UNUSED) {
    struct sample sample;
    struct error err = {0};
    memset(&sample, 0x5a, sizeof(sample));
    assert_true(read_sample("{" SAMPLE_MINIMUM "}", &sample, &err));
    check_slice("id", "A-1", sample.id);
    check_slice("digits", NULL, sample.digits);
    check_slice("text", NULL, sample.text);
    check_int("colour", 0, sample.colour);
    check_int("small", -6, sample.small);
    check_int("fallen", 7, sample.fallen);
    check_int("large", INT64_MIN, sample.large);
    check_true("flag", sample.flag);
    check_int("day", DATE_NONE, sample.day);
    check_int("month", DATE_NONE, sample.month);
    check_int("at", INSTANT_NONE, sample.at);
    check_true("uuid", uuid_is_zero(&sample.uuid));
    check_int("met", TRISTATE_NONE, sample.met);
    check_slice("token", NULL, sample.token);
    check_slice("part.label", "a", sample.part.label);
    check_int("part.amount", -1, sample.part.amount);
    check_true("no extra", !sample.has_extra);
    check_slice("maybe.label", NULL, sample.maybe.label);
    check_int("maybe.amount", -1, sample.maybe.amount);
    check_int("parts", 0, sample.parts.count);
    check_int("names", 0, sample.names.count);
}

static void every_type_is_read(void **state UNUSED) {
    struct sample sample;
    struct error err = {0};
    char text[UUID_TEXT_SIZE];
    assert_true(read_sample(sample_full, &sample, &err));
    check_slice("digits", "123456789", sample.digits);
    check_slice("text", "\xc3\xa9t\xc3\xa9", sample.text);
    check_int("colour", COLOUR_GREEN, sample.colour);
    check_int("small", -5, sample.small);
    check_int("fallen", 0, sample.fallen);
    check_int("large", INT64_MAX, sample.large);
    check_true("flag", !sample.flag);
    check_int("day", date_of_civil(2024, 2, 29), sample.day);
    check_int("month", date_of_civil(2025, 12, 1), sample.month);
    check_int("at", INT64_C(1741064767089), sample.at);
    uuid_format(&sample.uuid, text);
    check_text("uuid", "46738d33-0347-5d5b-ab17-cd888350ca1d", text);
    check_int("met", TRISTATE_TRUE, sample.met);
    check_true("extra", sample.has_extra);
    check_int("extra.lines", 2, sample.extra.lines.count);
    check_slice("extra.lines[1]", "two", sample.extra.lines.items[1]);
    check_int("maybe.amount", 10, sample.maybe.amount);
    check_int("parts", 2, sample.parts.count);
    check_int("parts[0].amount", -1, sample.parts.items[0].amount);
    check_slice("parts[1].label", "e", sample.parts.items[1].label);
    check_int("parts[1].amount", 1, sample.parts.items[1].amount);
    check_int("days[0]", FIELD_DATE_MIN, sample.days.items[0]);
    check_int("days[1]", FIELD_DATE_MAX, sample.days.items[1]);
    check_slice("names[0]", "Ana", sample.names.items[0]);
}

static void errors_never_quote_values(void **state UNUSED) {
    static const char *const rows[] = {
        "{" SAMPLE_MINIMUM ",\"text\":\"Secretname\"}",
        "{" SAMPLE_MINIMUM ",\"colour\":\"Secretname\"}",
        "{" SAMPLE_MINIMUM ",\"day\":\"Secretname\"}",
        "{" SAMPLE_MINIMUM ",\"text\":Secretname}",
        "{" SAMPLE_MINIMUM ",\"Secretname\":1,\"Secretname\":2}",
        "{" SAMPLE_MINIMUM ",\"text\":\"Secretname\xff\"}",
        "{" SAMPLE_MINIMUM ",\"text\":\"Secretname",
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sample sample;
        struct error err = {0};
        check_true(rows[i], !read_sample(rows[i], &sample, &err));
        check_true(rows[i], err.text[0] != '\0' && strstr(err.text, "Secret") == NULL);
    }
}

static void text_outlives_the_parsed_value(void **state UNUSED) {
    char text[] = "{" SAMPLE_MINIMUM ",\"text\":\"abc\"}";
    struct sample sample;
    struct error err = {0};
    assert_true(read_sample(text, &sample, &err)); /* the json_t is gone already */
    memset(text, 'x', sizeof(text) - 1);
    check_slice("text", "abc", sample.text);
}

static void the_latest_instant_is_found_at_any_depth(void **state UNUSED) {
    const struct field inner_fields[] = {
        ROW_INSTANT(struct sample, at, FIELD_NOT_FUTURE),
    };
    const struct shape inner = SHAPE_OF("inner", struct sample, inner_fields, NULL);
    struct outer {
        int64_t first_at;
        int64_t ignored_at;
        struct sample one;
        struct {
            const struct sample *items;
            size_t count;
        } many;
    };
    const struct field fields[] = {
        ROW_INSTANT(struct outer, first_at, FIELD_NOT_FUTURE),
        ROW_INSTANT(struct outer, ignored_at, 0),
        ROW_OBJECT(struct outer, one, 0, inner),
        ROW_LIST(struct outer, many, 0, 0, 9, inner),
    };
    const struct shape shape = SHAPE_OF("outer", struct outer, fields, NULL);
    const struct sample many[] = {{.at = 40}, {.at = 50}, {.at = INSTANT_NONE}};
    struct outer outer = {.first_at = 10, .ignored_at = 99, .one.at = 20, .many = {many, 0}};
    const char *name = NULL;
    check_int("in an object", 20, shape_latest_instant(&shape, &outer, &name));
    check_text("in an object", "at", name);
    outer.first_at = 30;
    check_int("at the top", 30, shape_latest_instant(&shape, &outer, &name));
    check_text("at the top", "first_at", name);
    outer.many.count = COUNT_OF(many);
    check_int("in a list", 50, shape_latest_instant(&shape, &outer, &name));
    check_text("in a list", "at", name);
    outer = (struct outer){.first_at = INSTANT_NONE, .one.at = INSTANT_NONE};
    check_int("nowhere", INSTANT_NONE, shape_latest_instant(&shape, &outer, &name));
}

static void bounds_are_the_days_and_instants_they_name(void **state UNUSED) {
    int64_t instant_ms = 0;
    check_int("first day", date_of_civil(1900, 1, 1), FIELD_DATE_MIN);
    check_int("last day", date_of_civil(2199, 12, 31), FIELD_DATE_MAX);
    assert_true(instant_parse(slice_of("2000-01-01T00:00:00Z"), &instant_ms));
    check_int("first instant", instant_ms, FIELD_INSTANT_MIN);
    assert_true(instant_parse(slice_of("2099-12-31T23:59:59.999Z"), &instant_ms));
    check_int("last instant", instant_ms, FIELD_INSTANT_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_one_json_object_is_json),
        cmocka_unit_test(syntax_errors_name_the_line),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(brackets_in_text_are_no_nesting),
        cmocka_unit_test(wrong_values_are_named_by_path_and_rule),
        cmocka_unit_test(many_words_are_cut),
        cmocka_unit_test(what_is_required_must_be_there),
        cmocka_unit_test(what_is_absent_has_its_absent_value),
        cmocka_unit_test(every_type_is_read),
        cmocka_unit_test(errors_never_quote_values),
        cmocka_unit_test(text_outlives_the_parsed_value),
        cmocka_unit_test(the_latest_instant_is_found_at_any_depth),
        cmocka_unit_test(bounds_are_the_days_and_instants_they_name),
    };
    return cmocka_run_group_tests_name("json_read", tests, start, stop);
}
