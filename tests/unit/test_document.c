/* links: record */
/* Structs to JSON with what is personal held apart, and the two parts joined again. */
#include "common/base/compiler.h"
#include "common/record/document.h"
#include "common/record/json_read.h"
#include "common/record/quote.h"
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

/* Prints the payload as it stands, after the context's text. */
static struct slice sign_plainly(const void *context, struct arena *where, struct slice payload) {
    return arena_format(where, "%s%.*s", (const char *)context, SLICE_FORMAT(payload));
}

static struct sample read_sample(struct slice text) {
    struct sample sample;
    struct error err = {0};
    if (!json_read_text(&arena, &sample_shape, text, &sample, &err)) {
        fail_msg("%s", err.text);
    }
    return sample;
}

static struct slice join(struct document document, const struct token_signer *signer) {
    struct slice json = slice_none();
    struct error err = {0};
    if (!document_join(&arena, document, signer, &json, &err)) {
        fail_msg("%s", err.text);
    }
    return json;
}

static void joined_document_is_what_was_read(void **state UNUSED) {
    const struct token_signer signer = {sign_plainly, ""};
    const struct sample sample = read_sample(slice_of(sample_full));
    const struct document document = document_write(&arena, &sample_shape, &sample);
    check_slice("all types", sample_full, join(document, &signer));
    const struct sample again = read_sample(join(document, &signer));
    const struct document twice = document_write(&arena, &sample_shape, &again);
    check_true("the same open part", slice_equal(document.open, twice.open));
    check_true("the same personal part", slice_equal(document.personal, twice.personal));
}

/* What anybody may read of the full sample. */
static const char sample_open[] =
    "{\"id\":\"A-1\",\"digits\":\"123456789\",\"text\":\"\xc3\xa9t\xc3\xa9\",\"colour\":\"green\","
    "\"small\":-5,\"fallen\":0,\"large\":9223372036854775807,\"flag\":false,"
    "\"day\":\"2024-02-29\",\"month\":\"2025-12\",\"at\":\"2025-03-04T05:06:07.089Z\","
    "\"uuid\":\"46738d33-0347-5d5b-ab17-cd888350ca1d\",\"met\":true,\"token\":null,"
    "\"part\":{\"label\":null,\"amount\":0},"
    "\"extra\":{\"label\":null,\"lines\":[\"one\",\"two\"]},"
    "\"maybe\":null,"
    "\"parts\":[{\"label\":null},{\"label\":null,\"amount\":1}],"
    "\"hidden\":null,"
    "\"days\":[\"1900-01-01\",\"2199-12-31\"],\"names\":[\"Ana\"]}";

static void personal_values_stand_apart(void **state UNUSED) {
    static const char *const fragments[] = {
        "t",
        "\"a\"",
        "\"b\"",
        "{\"label\":\"c\",\"amount\":10}",
        "\"d\"",
        "\"e\"",
        "[{\"label\":\"f\"},{\"label\":\"g\"}]",
    };
    enum { TOKEN_INDEX = 0 };
    const struct sample sample = read_sample(slice_of(sample_full));
    const struct document document = document_write(&arena, &sample_shape, &sample);
    check_slice("open", sample_open, document.open);
    const unsigned char *at = (const unsigned char *)document.personal.data;
    const unsigned char *end = at + document.personal.size;
    for (size_t i = 0; i < COUNT_OF(fragments); i++) {
        assert_true(end - at >= 9);
        size_t position = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
        size_t size = (size_t)at[5] << 24 | (size_t)at[6] << 16 | (size_t)at[7] << 8 | at[8];
        check_true(fragments[i], memcmp(document.open.data + position, "null", 4) == 0);
        check_int(fragments[i], i == TOKEN_INDEX ? 2 : 1, at[4]);
        const struct slice content = {(const char *)at + 9, size};
        check_slice(fragments[i], fragments[i], content);
        at += 9 + size;
    }
    assert_ptr_equal(at, end);
}

static void erased_document_keeps_its_nulls(void **state UNUSED) {
    const struct token_signer signer = {sign_plainly, ""};
    const struct sample sample = read_sample(slice_of(sample_full));
    struct document document = document_write(&arena, &sample_shape, &sample);
    document.personal = slice_none();
    check_slice("erased", sample_open, join(document, &signer));
}

static void tokens_are_signed_when_joined(void **state UNUSED) {
    const struct token_signer signer = {sign_plainly, "signed-"};
    const struct field fields[] = {ROW_TOKEN(struct sample, token, FIELD_REQUIRED)};
    const struct shape shape = SHAPE_OF("token", struct sample, fields, NULL);
    const struct sample sample = {.token = SLICE_LITERAL("a\"\n\x01")}; /* bytes, not text */
    const struct document document = document_write(&arena, &shape, &sample);
    check_slice("with a signer", "{\"token\":\"signed-a\"\n\x01\"}", join(document, &signer));
    check_slice("without", "{\"token\":null}", join(document, NULL));
}

static void absent_fields_are_left_out_or_null(void **state UNUSED) {
    const struct sample sample = read_sample(slice_of("{" SAMPLE_MINIMUM "}"));
    const struct document document = document_write(&arena, &sample_shape, &sample);
    check_slice("the least",
                "{\"id\":\"A-1\",\"text\":null,\"fallen\":7,\"flag\":true,\"met\":null,"
                "\"part\":{\"label\":\"a\"},\"parts\":[]}",
                join(document, NULL));
}

static void nothing_personal_is_an_empty_part(void **state UNUSED) {
    const struct field fields[] = {ROW_ID(struct sample, id, FIELD_REQUIRED)};
    const struct shape shape = SHAPE_OF("id", struct sample, fields, NULL);
    const struct sample sample = {.id = SLICE_LITERAL("A")};
    const struct document document = document_write(&arena, &shape, &sample);
    check_int("personal", 0, document.personal.size);
    check_slice("joined", "{\"id\":\"A\"}", join(document, NULL));
}

static void text_is_escaped(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *name;
        struct slice text;
        const char *quoted;
    } rows[] = {
        {"empty", SLICE_LITERAL(""), "\"\""},
        {"plain", SLICE_LITERAL("Nathalie"), "\"Nathalie\""},
        {"longer than a word", SLICE_LITERAL("12, rue des Lilas, esc. B"),
         "\"12, rue des Lilas, esc. B\""},
        {"quote and backslash", SLICE_LITERAL("a\"b\\c"), "\"a\\\"b\\\\c\""},
        {"short forms", SLICE_LITERAL("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
        {"control characters", SLICE_LITERAL("\x01\x1f\0"), "\"\\u0001\\u001f\\u0000\""},
        {"DEL, slash, UTF-8 as they are", SLICE_LITERAL("\x7f/\xc3\xa9\xf0\x9f\x98\x80"),
         "\"\x7f/\xc3\xa9\xf0\x9f\x98\x80\""},
        {"late", SLICE_LITERAL("0123456789abcdef\""), "\"0123456789abcdef\\\"\""},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buffer buffer;
        buffer_init(&buffer, &arena, 0);
        quote_append(&buffer, rows[i].text);
        check_slice(rows[i].name, rows[i].quoted, buffer_slice(&buffer));
    }
}

/* Every byte at every place of a word and its neighbour: the fast path must see each. */
static void every_byte_is_escaped_wherever_it_stands(void **state UNUSED) {
    for (size_t place = 0; place < 17; place++) {
        for (int byte = 0; byte < 128; byte++) {
            char text[17];
            struct buffer buffer;
            memset(text, 'a', sizeof(text));
            text[place] = (char)byte;
            buffer_init(&buffer, &arena, 0);
            quote_append(&buffer, (struct slice){text, sizeof(text)});
            bool must_be = byte < 0x20 || byte == '"' || byte == '\\';
            assert_int_equal(must_be, buffer.size > sizeof(text) + 2);
            assert_int_equal(must_be, memchr(buffer.data + 1, '\\', buffer.size - 2) != NULL);
        }
    }
}

static void long_documents_grow(void **state UNUSED) {
    enum { SIZE = 100000 };
    const struct field fields[] = {ROW_TEXT(struct sample, text, FIELD_PERSONAL, 0, SIZE)};
    const struct shape shape = SHAPE_OF("text", struct sample, fields, NULL);
    char *text = arena_take(&arena, SIZE);
    memset(text, '"', SIZE);
    struct sample sample = {.text = {text, SIZE}};
    const struct document document = document_write(&arena, &shape, &sample);
    struct error err = {0};
    struct sample again;
    assert_true(json_read_text(&arena, &shape, join(document, NULL), &again, &err));
    assert_true(slice_equal(sample.text, again.text));
}

/* An entry of four bytes `1234` for the null at `position`. */
#define ENTRY(position)                                                                            \
    "\0\0\0" position "\1\0\0\0\4"                                                                 \
    "1234"

static void parts_that_do_not_fit_are_fatal(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *name;
        const char *open;
        struct slice personal;
        const char *joined; /* NULL: refused */
    } rows[] = {
        {"one", "{\"a\":null}", SLICE_LITERAL(ENTRY("\5")), "{\"a\":1234}"},
        {"two", "[null,null]", SLICE_LITERAL(ENTRY("\1") ENTRY("\6")), "[1234,1234]"},
        {"head cut", "{\"a\":null}", SLICE_LITERAL("\0\0\0\5\1\0\0\0"), NULL},
        {"content cut", "{\"a\":null}",
         SLICE_LITERAL("\0\0\0\5\1\0\0\0\4"
                       "123"),
         NULL},
        {"huge size", "{\"a\":null}",
         SLICE_LITERAL("\0\0\0\5\1\xff\xff\xff\xff"
                       "1"),
         NULL},
        {"unknown kind", "{\"a\":null}",
         SLICE_LITERAL("\0\0\0\5\3\0\0\0\1"
                       "1"),
         NULL},
        {"no null there", "{\"a\":null}", SLICE_LITERAL(ENTRY("\4")), NULL},
        {"behind the end", "{\"a\":null}", SLICE_LITERAL(ENTRY("\x09")), NULL},
        {"far behind the end", "{\"a\":null}",
         SLICE_LITERAL("\xff\xff\xff\xff\1\0\0\0\1"
                       "1"),
         NULL},
        {"twice", "[null,null]", SLICE_LITERAL(ENTRY("\1") ENTRY("\1")), NULL},
        {"descending", "[null,null]", SLICE_LITERAL(ENTRY("\6") ENTRY("\1")), NULL},
        {"open part of nothing", "", SLICE_LITERAL(ENTRY("\0")), NULL},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct document document = {slice_of(rows[i].open), rows[i].personal};
        struct slice json = slice_none();
        struct error err = {0};
        bool is_joined = document_join(&arena, document, NULL, &json, &err);
        check_slice(rows[i].name, rows[i].joined, json);
        check_int(rows[i].name, rows[i].joined != NULL, is_joined);
        if (!is_joined) {
            check_int(rows[i].name, ERROR_FATAL, err.class);
        }
    }
}

/* Whatever is lost at the end, nothing is joined, unless it is just a whole entry. */
static void a_part_cut_anywhere_is_fatal(void **state UNUSED) {
    static const struct slice whole = SLICE_LITERAL(ENTRY("\1") ENTRY("\6"));
    for (size_t size = 1; size <= whole.size; size++) {
        const struct document document = {slice_of("[null,null]"),
                                          arena_copy(&arena, (struct slice){whole.data, size})};
        struct slice json = slice_none();
        struct error err = {0};
        bool is_joined = document_join(&arena, document, NULL, &json, &err);
        assert_int_equal(size == whole.size / 2 || size == whole.size, is_joined);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joined_document_is_what_was_read),
        cmocka_unit_test(personal_values_stand_apart),
        cmocka_unit_test(erased_document_keeps_its_nulls),
        cmocka_unit_test(tokens_are_signed_when_joined),
        cmocka_unit_test(absent_fields_are_left_out_or_null),
        cmocka_unit_test(nothing_personal_is_an_empty_part),
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(every_byte_is_escaped_wherever_it_stands),
        cmocka_unit_test(long_documents_grow),
        cmocka_unit_test(parts_that_do_not_fit_are_fatal),
        cmocka_unit_test(a_part_cut_anywhere_is_fatal),
    };
    return cmocka_run_group_tests_name("document", tests, start, stop);
}
