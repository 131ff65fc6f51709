/* links: record */
/* Structs to PostgreSQL's binary parameters, and its binary results to structs. What the parameters
 * hold is fed back as a result, so both halves are held to the same bytes. */
#include <arpa/inet.h>

#include "common/base/compiler.h"
#include "common/base/date.h"
#include "common/record/columns.h"
#include "tests/unit/check.h"

enum colour { COLOUR_RED = 1, COLOUR_GREEN };
WORDS(colour_words, "red", "green");

struct row {
    struct slice text;
    struct slice bytes;
    enum colour colour;
    int32_t small;
    int64_t large;
    bool flag;
    int32_t day;
    int64_t at;
    struct uuid uuid;
};

static const struct column row_columns[] = {
    COLUMN_AT(COLUMN_TEXT, struct row, text),         COLUMN_AT(COLUMN_BYTES, struct row, bytes),
    COLUMN_WORD_AT(struct row, colour, colour_words), COLUMN_AT(COLUMN_INT32, struct row, small),
    COLUMN_AT(COLUMN_INT64, struct row, large),       COLUMN_AT(COLUMN_BOOLEAN, struct row, flag),
    COLUMN_AT(COLUMN_DATE, struct row, day),          COLUMN_AT(COLUMN_INSTANT, struct row, at),
    COLUMN_AT(COLUMN_UUID, struct row, uuid),
};
static const struct columns columns = COLUMNS_OF(struct row, row_columns);

/* pg_type.dat */
static const Oid oids[] = {25, 17, 25, 23, 20, 16, 1082, 1184, 2950};
enum { COLUMNS_COUNT = COUNT_OF(oids) };

static struct arena arena;

static int start(void **state UNUSED) {
    arena_init(&arena);
    return 0;
}

static int stop(void **state UNUSED) {
    arena_fini(&arena);
    return 0;
}

static const struct row samples[] = {
    {
        .text = SLICE_LITERAL("R-1"),
        .bytes = SLICE_LITERAL("\0\xff"),
        .colour = COLOUR_GREEN,
        .small = INT32_MIN,
        .large = INT64_MAX,
        .flag = true,
        .day = 20000,
        .at = INT64_C(1741064767089),
        .uuid = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}},
    },
    {.day = DATE_NONE, .at = INSTANT_NONE},
    {
        .text = SLICE_LITERAL(""),
        .bytes = SLICE_LITERAL(""),
        .colour = COLOUR_RED,
        .small = -1,
        .large = INT64_MIN,
        .day = -25567,
        .at = -1,
        .uuid = {{0xff}},
    },
};
enum { SAMPLES_COUNT = COUNT_OF(samples) };

static int read_be32(const char *at) {
    uint32_t bytes;
    memcpy(&bytes, at, sizeof(bytes));
    return (int)ntohl(bytes);
}

static PGresult *empty_result(void) {
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc attributes[COLUMNS_COUNT] = {0};
    for (size_t i = 0; i < COLUMNS_COUNT; i++) {
        attributes[i] = (PGresAttDesc){.name = (char *)(uintptr_t)row_columns[i].name,
                                       .format = 1,
                                       .typid = oids[i],
                                       .typlen = -1};
    }
    assert_int_equal(1, PQsetResultAttrs(result, COLUMNS_COUNT, attributes));
    return result;
}

static void set_value(PGresult *result, int row, int column, struct slice value) {
    char *data = (char *)(uintptr_t)value.data;
    assert_int_equal(1, PQsetvalue(result, row, column, data, data == NULL ? -1 : (int)value.size));
}

/* The server's part of `SELECT * FROM unnest($1, $2, …)`. */
static PGresult *unnest(const struct parameters *parameters, int count) {
    PGresult *result = empty_result();
    assert_int_equal(COLUMNS_COUNT, parameters->count);
    for (int column = 0; column < COLUMNS_COUNT; column++) {
        const char *at = parameters->values[column];
        const char *end = at + parameters->lengths[column];
        bool has_null = false;
        assert_int_equal(1, parameters->formats[column]);
        assert_int_equal(1, read_be32(at)); /* dimensions */
        assert_int_equal(oids[column], read_be32(at + 8));
        assert_int_equal(count, read_be32(at + 12));
        assert_int_equal(1, read_be32(at + 16)); /* lower bound */
        const int stated_null = read_be32(at + 4);
        at += 20;
        for (int row = 0; row < count; row++) {
            int size = read_be32(at);
            at += 4;
            has_null |= size == -1;
            set_value(result, row, column,
                      size == -1 ? slice_none() : (struct slice){at, (size_t)size});
            at += size == -1 ? 0 : size;
        }
        assert_ptr_equal(end, at);
        assert_int_equal(has_null, stated_null);
    }
    return result;
}

static void check_rows(const PGresult *result) {
    struct error err = {0};
    void *found = NULL;
    size_t count = 0;
    if (!columns_read(&arena, &columns, result, &found, &count, &err)) {
        fail_msg("%s", err.text);
    }
    const struct row *rows = found;
    assert_int_equal(SAMPLES_COUNT, count);
    for (size_t i = 0; i < count; i++) {
        assert_true(slice_equal(samples[i].text, rows[i].text));
        assert_true(slice_equal(samples[i].bytes, rows[i].bytes));
        assert_int_equal(samples[i].colour, rows[i].colour);
        assert_int_equal(samples[i].small, rows[i].small);
        assert_int_equal(samples[i].large, rows[i].large);
        assert_int_equal(samples[i].flag, rows[i].flag);
        assert_int_equal(samples[i].day, rows[i].day);
        assert_int_equal(samples[i].at, rows[i].at);
        assert_true(uuid_equal(&samples[i].uuid, &rows[i].uuid));
    }
}

static void rows_come_back_as_they_went(void **state UNUSED) {
    struct parameters parameters;
    parameters_init(&parameters, &arena);
    parameters_add_rows(&parameters, &columns, samples, SAMPLES_COUNT);
    PGresult *result = unnest(&parameters, SAMPLES_COUNT);
    check_rows(result);
    PQclear(result);
}

static void rows_by_pointer_too(void **state UNUSED) {
    const void *const pointers[] = {&samples[0], &samples[1], &samples[2]};
    struct parameters parameters;
    parameters_init(&parameters, &arena);
    parameters_add_row_pointers(&parameters, &columns, pointers, SAMPLES_COUNT);
    PGresult *result = unnest(&parameters, SAMPLES_COUNT);
    check_rows(result);
    PQclear(result);
}

static void values_outlive_the_result(void **state UNUSED) {
    struct parameters parameters;
    struct error err = {0};
    void *rows = NULL;
    size_t count = 0;
    parameters_init(&parameters, &arena);
    parameters_add_rows(&parameters, &columns, samples, 1);
    PGresult *result = unnest(&parameters, 1);
    assert_true(columns_read(&arena, &columns, result, &rows, &count, &err));
    PQclear(result);
    check_slice("text", "R-1", ((const struct row *)rows)->text);
}

static void an_empty_set_is_an_empty_array(void **state UNUSED) {
    static const char empty_text_array[] = "\0\0\0\0\0\0\0\0\0\0\0\x19";
    struct parameters parameters;
    parameters_init(&parameters, &arena);
    parameters_add_rows(&parameters, &columns, NULL, 0);
    parameters_add_row_pointers(&parameters, &columns, NULL, 0);
    assert_int_equal(2 * COLUMNS_COUNT, parameters.count);
    for (int i = 0; i < parameters.count; i += COLUMNS_COUNT) {
        assert_int_equal(12, parameters.lengths[i]);
        assert_memory_equal(empty_text_array, parameters.values[i], 12);
    }
}

static void an_empty_result_is_no_rows(void **state UNUSED) {
    struct error err = {0};
    void *rows = NULL;
    size_t count = 1;
    PGresult *result = empty_result();
    assert_true(columns_read(&arena, &columns, result, &rows, &count, &err));
    assert_int_equal(0, count);
    PQclear(result);
}

static void check_parameter(const char *name, const struct parameters *parameters, int index,
                            struct slice expected) {
    check_int(name, 1, parameters->formats[index]);
    const struct slice value = {parameters->values[index], (size_t)parameters->lengths[index]};
    check_true(name, slice_equal(expected, value));
}

static void scalars_are_binary(void **state UNUSED) {
    struct parameters p;
    parameters_init(&p, &arena);
    parameters_add_text(&p, slice_of("abc"));
    parameters_add_text(&p, slice_none());
    parameters_add_text(&p, slice_of(""));
    parameters_add_bytes(&p, (struct slice)SLICE_LITERAL("\0\1"));
    parameters_add_int32(&p, -2);
    parameters_add_int64(&p, INT64_C(0x0102030405060708));
    parameters_add_instant(&p, INT64_C(946684800001)); /* 2000-01-01T00:00:00.001Z: 1000 µs */
    parameters_add_instant(&p, INSTANT_NONE);
    check_int("count", 8, p.count);
    check_parameter("text", &p, 0, slice_of("abc"));
    check_parameter("absent text", &p, 1, slice_none());
    check_parameter("empty text", &p, 2, slice_of(""));
    check_parameter("bytes", &p, 3, (struct slice)SLICE_LITERAL("\0\1"));
    check_parameter("integer", &p, 4, (struct slice)SLICE_LITERAL("\xff\xff\xff\xfe"));
    check_parameter("bigint", &p, 5, (struct slice)SLICE_LITERAL("\1\2\3\4\5\6\7\x08"));
    check_parameter("instant", &p, 6, (struct slice)SLICE_LITERAL("\0\0\0\0\0\0\3\xe8"));
    check_parameter("absent instant", &p, 7, slice_none());
}

enum { TEXT, BYTES, COLOUR, SMALL, LARGE, FLAG, DAY, AT, UUID };

/* Each row sets one value of the first sample to something else. */
static void unexpected_values_are_fatal(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *name;
        int column;
        struct slice value;
        bool is_read;
    } rows[] = {
        {"another integer", SMALL, SLICE_LITERAL("\0\0\0\1"), true},
        {"a NULL integer", SMALL, {NULL, 0}, false},
        {"a NULL bigint", LARGE, {NULL, 0}, false},
        {"a NULL boolean", FLAG, {NULL, 0}, false},
        {"a NULL word", COLOUR, {NULL, 0}, true},
        {"an unknown word", COLOUR, SLICE_LITERAL("blue"), false},
        {"an empty word", COLOUR, SLICE_LITERAL(""), false},
        {"an integer of two bytes", SMALL, SLICE_LITERAL("\0\1"), false},
        {"a bigint of four bytes", LARGE, SLICE_LITERAL("\0\0\0\1"), false},
        {"a short UUID", UUID, SLICE_LITERAL("123456789012345"), false},
        {"date infinity", DAY, SLICE_LITERAL("\x7f\xff\xff\xff"), false},
        {"date -infinity", DAY, SLICE_LITERAL("\x80\0\0\0"), false},
        {"instant infinity", AT, SLICE_LITERAL("\x7f\xff\xff\xff\xff\xff\xff\xff"), false},
        {"instant -infinity", AT, SLICE_LITERAL("\x80\0\0\0\0\0\0\0"), false},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct parameters parameters;
        struct error err = {0};
        void *found = NULL;
        size_t count = 0;
        parameters_init(&parameters, &arena);
        parameters_add_rows(&parameters, &columns, samples, 1);
        PGresult *result = unnest(&parameters, 1);
        set_value(result, 0, rows[i].column, rows[i].value);
        bool is_read = columns_read(&arena, &columns, result, &found, &count, &err);
        PQclear(result);
        check_int(rows[i].name, rows[i].is_read, is_read);
        if (!is_read) {
            check_int(rows[i].name, ERROR_FATAL, err.class);
            check_true(rows[i].name, strstr(err.text, row_columns[rows[i].column].name) != NULL);
        }
    }
}

static void microseconds_are_cut_off(void **state UNUSED) {
    static const struct column at_column[] = {COLUMN_AT(COLUMN_INSTANT, struct row, at)};
    static const struct columns at_columns = COLUMNS_OF(struct row, at_column);
    /* clang-format off */
    static const struct {
        const char *name;
        struct slice value;
        int64_t at;
    } rows[] = {
        {"1999 µs after 2000", SLICE_LITERAL("\0\0\0\0\0\0\x07\xcf"), INT64_C(946684800001)},
        {"1 µs before 2000", SLICE_LITERAL("\xff\xff\xff\xff\xff\xff\xff\xff"),
         INT64_C(946684799999)},
        {"1000 µs before 2000", SLICE_LITERAL("\xff\xff\xff\xff\xff\xff\xfc\x18"),
         INT64_C(946684799999)},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        PGresAttDesc attribute = {.name = (char[]){"at"}, .format = 1, .typid = 1184};
        PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
        struct error err = {0};
        void *found = NULL;
        size_t count = 0;
        assert_int_equal(1, PQsetResultAttrs(result, 1, &attribute));
        set_value(result, 0, 0, rows[i].value);
        assert_true(columns_read(&arena, &at_columns, result, &found, &count, &err));
        check_int(rows[i].name, rows[i].at, ((const struct row *)found)->at);
        PQclear(result);
    }
}

#define ATTRIBUTE(text, oid, in_binary)                                                            \
    { .name = (text), .format = (in_binary), .typid = (oid) }

static void another_set_of_columns_is_fatal(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *name;
        int count;
        PGresAttDesc attributes[2];
        bool is_read;
    } rows[] = {
        {"the columns", 2, {ATTRIBUTE("small", 23, 1), ATTRIBUTE("text", 25, 1)}, true},
        {"another order", 2, {ATTRIBUTE("text", 25, 1), ATTRIBUTE("small", 23, 1)}, false},
        {"one less", 1, {ATTRIBUTE("small", 23, 1)}, false},
        {"another type", 2, {ATTRIBUTE("small", 20, 1), ATTRIBUTE("text", 25, 1)}, false},
        {"in text", 2, {ATTRIBUTE("small", 23, 0), ATTRIBUTE("text", 25, 1)}, false},
    };
    /* clang-format on */
    static const struct column pair[] = {
        COLUMN_AT(COLUMN_INT32, struct row, small),
        COLUMN_AT(COLUMN_TEXT, struct row, text),
    };
    static const struct columns pair_columns = COLUMNS_OF(struct row, pair);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        PGresAttDesc attributes[2];
        PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
        struct error err = {0};
        void *found = NULL;
        size_t count = 0;
        memcpy(attributes, rows[i].attributes, sizeof(attributes));
        assert_int_equal(1, PQsetResultAttrs(result, rows[i].count, attributes));
        bool is_read = columns_read(&arena, &pair_columns, result, &found, &count, &err);
        PQclear(result);
        check_int(rows[i].name, rows[i].is_read, is_read);
        if (!is_read) {
            check_int(rows[i].name, ERROR_FATAL, err.class);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_as_they_went),
        cmocka_unit_test(rows_by_pointer_too),
        cmocka_unit_test(values_outlive_the_result),
        cmocka_unit_test(an_empty_set_is_an_empty_array),
        cmocka_unit_test(an_empty_result_is_no_rows),
        cmocka_unit_test(scalars_are_binary),
        cmocka_unit_test(unexpected_values_are_fatal),
        cmocka_unit_test(microseconds_are_cut_off),
        cmocka_unit_test(another_set_of_columns_is_fatal),
    };
    return cmocka_run_group_tests_name("columns", tests, start, stop);
}
