/* links: runtime */
/* A record that waits is kept as it came, and keeps its name: its dead letter has the same id
 * whenever it becomes one; one that it becomes again has another. */
#include "common/runtime/batch.h"
#include "tests/unit/check.h"

static const struct uuid incarnation = {{7}};

static const struct header headers[] = {
    {SLICE_LITERAL("ce_id"), SLICE_LITERAL("e-1")},
    {SLICE_LITERAL("ce_id"), SLICE_LITERAL("")},
    {SLICE_LITERAL(""), {NULL, 0}},
};

static const struct kept_case {
    const char *name;
    struct slice key;
    struct slice value;
    size_t headers_count;
} kept_cases[] = {
    {"a key, a value, headers", SLICE_LITERAL("732829320"), SLICE_LITERAL("{}"), 3},
    {"no key", {NULL, 0}, SLICE_LITERAL("{}"), 1},
    {"an empty key is a key", SLICE_LITERAL(""), SLICE_LITERAL("{}"), 1},
    {"an empty value, no headers", {NULL, 0}, SLICE_LITERAL(""), 0},
    {"no value", {NULL, 0}, {NULL, 0}, 0},
};

static void check_same(const char *name, struct slice expected, struct slice found) {
    check_true(name, slice_equal(expected, found));
}

static void test_kept_as_it_came(void **state) {
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < COUNT_OF(kept_cases); i++) {
        const struct kept_case *one = &kept_cases[i];
        struct slice packed =
            output_pack_record(&arena, one->key, one->value, headers, one->headers_count);
        struct raw_record raw = {.offset = 17};
        struct error err;
        check_true(one->name, output_unpack_record(&arena, packed, &raw, &err));
        check_same(one->name, one->key, raw.key);
        check_same(one->name, one->value, raw.value);
        check_int(one->name, one->headers_count, raw.headers_count);
        for (size_t k = 0; k < raw.headers_count; k++) {
            check_same(one->name, headers[k].name, raw.headers[k].name);
            check_same(one->name, headers[k].value, raw.headers[k].value);
        }
        check_int(one->name, 17, raw.offset);
    }
    arena_fini(&arena);
}

static void test_half_of_it_is_none(void **state) {
    struct arena arena;
    (void)state;
    arena_init(&arena);
    struct slice packed =
        output_pack_record(&arena, kept_cases[0].key, kept_cases[0].value, headers, 3);
    for (size_t size = 0; size < packed.size; size++) {
        struct raw_record raw = {0};
        struct error err;
        const struct slice half = {packed.data, size};
        check_true("cut", !output_unpack_record(&arena, half, &raw, &err));
        check_int("cut", ERROR_FATAL, err.class);
    }
    arena_fini(&arena);
}

static struct record record_at_offset(int64_t offset) {
    struct record record = {.raw = {.topic = slice_of("affiliation.requests.v1"),
                                    .partition = 3,
                                    .offset = offset,
                                    .value = slice_of("{}")},
                            .incarnation = &incarnation};
    (void)error_set(&record.fault, ERROR_INVALID, "POISON", "the store refused it (23514)");
    return record;
}

static struct slice header_of(const struct record *record, const char *name) {
    for (size_t i = 0; i < record->outputs_first->headers_count; i++)
        if (slice_is(record->outputs_first->headers[i].name, name))
            return record->outputs_first->headers[i].value;
    return slice_none();
}

static const struct worker worker = {.name = "affiliation"};

static void test_its_name_stays(void **state) {
    struct arena arena;
    (void)state;
    arena_init(&arena);
    struct batch batch = {.worker = &worker, .arena = &arena};
    keyring_init(&batch.keyring, &arena, NULL);
    struct record first = record_at_offset(12);
    const struct person_key *keeper = record_keeper(&batch, &first);
    record_bury(&batch, &first);
    check_true("kept under the key of its dead letter", first.person == keeper);
    check_slice("first", "1", header_of(&first, "dlq_attempts"));
    check_slice("place", "affiliation.requests.v1/3/12", record_place(&arena, &first.raw));

    /* It only waited: the same dead letter, though a command makes it one. */
    struct record command = record_at_offset(99);
    struct record waited = record_at_offset(12);
    waited.command = &command;
    record_bury(&batch, &waited);
    check_same("waited", header_of(&first, "dlq_id"), header_of(&waited, "dlq_id"));

    /* It is one already: two more, of two commands. */
    struct record again = record_at_offset(12);
    again.command = &command;
    again.attempts = 1;
    record_bury(&batch, &again);
    check_slice("again", "2", header_of(&again, "dlq_attempts"));
    check_slice("again", "12", header_of(&again, "dlq_offset"));
    check_true("again", !slice_equal(header_of(&first, "dlq_id"), header_of(&again, "dlq_id")));
    check_int("the command has one output more", 1, command.own_count);
    check_int("of another record", 0, command.outputs_count);
    struct record later = record_at_offset(100);
    again.command = &later;
    struct slice before = header_of(&again, "dlq_id");
    record_bury(&batch, &again);
    check_true("later", !slice_equal(before, header_of(&again, "dlq_id")));
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept_as_it_came),
        cmocka_unit_test(test_half_of_it_is_none),
        cmocka_unit_test(test_its_name_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
