/* links: runtime */
/* A dead letter holds the record as it was, as far as the topic of dead letters takes it. */
#include "common/runtime/batch.h"
#include "tests/unit/check.h"

enum { TOPIC_BYTES_MOST = 2 * 1024 * 1024 };

/* What a record was made of, in bytes, and what of it its dead letter has. */
static const struct letter_case {
    const char *name;
    size_t key_size;
    size_t header_size; /* of its one header */
    size_t value_size;
    bool has_key;
    bool has_header;
    bool has_value;
} cases[] = {
    {"a small one", 9, 20, 1000, true, true, true},
    {"an empty value", 9, 20, 0, true, true, true},
    {"one that just fits", 9, 20, TOPIC_BYTES_MOST - 4096, true, true, true},
    {"as large as its own topic takes", 9, 20, TOPIC_BYTES_MOST - 100, true, true, false},
    {"one that was compressed", 9, 20, 8 * TOPIC_BYTES_MOST, true, true, false},
    {"large headers", 9, TOPIC_BYTES_MOST - 100, 50, true, false, false},
    {"a large key", TOPIC_BYTES_MOST - 100, 20, 50, false, false, false},
};

static struct slice filled(struct arena *arena, size_t size) {
    return (struct slice){arena_take(arena, size + 1), size};
}

static struct slice header_of(const struct output *letter, const char *name) {
    for (size_t i = 0; i < letter->headers_count; i++)
        if (slice_is(letter->headers[i].name, name))
            return letter->headers[i].value;
    return slice_none();
}

static size_t size_of(const struct output *letter) {
    size_t size = letter->key.size + letter->value.open.size;
    for (size_t i = 0; i < letter->headers_count; i++)
        size += letter->headers[i].name.size + letter->headers[i].value.size;
    return size;
}

static void check_letter(const struct letter_case *one, const struct output *letter) {
    char bytes[24];
    (void)snprintf(bytes, sizeof(bytes), "%zu", one->value_size);
    check_true(one->name, size_of(letter) < TOPIC_BYTES_MOST);
    check_int(one->name, one->has_key ? one->key_size : 0, letter->key.size);
    check_int(one->name, one->has_header, slice_is_present(header_of(letter, "original")));
    check_int(one->name, one->has_value ? one->value_size : 0, letter->value.open.size);
    check_int(one->name, one->has_value, slice_is_present(letter->value.open));
    check_slice(one->name, "TOO_LARGE", header_of(letter, "dlq_reason"));
    if (one->has_value) {
        check_true(one->name, !slice_is_present(header_of(letter, "dlq_value_omitted")));
        return;
    }
    check_slice(one->name, "true", header_of(letter, "dlq_value_omitted"));
    check_slice(one->name, bytes, header_of(letter, "dlq_value_bytes"));
    check_int(one->name, 64, header_of(letter, "dlq_value_sha256").size);
}

static void it_holds_what_fits(void **state UNUSED) {
    static const struct worker worker = {.name = "affiliation"};
    static const struct uuid incarnation = {{1}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct letter_case *one = &cases[i];
        struct arena arena;
        arena_init(&arena);
        struct batch batch = {.worker = &worker, .arena = &arena};
        keyring_init(&batch.keyring, &arena, NULL);
        const struct header header = {slice_of("original"), filled(&arena, one->header_size)};
        struct record record = {
            .raw = {.topic = slice_of("affiliation.requests.v1"),
                    .key = filled(&arena, one->key_size),
                    .value = filled(&arena, one->value_size),
                    .headers = &header,
                    .headers_count = 1},
            .incarnation = &incarnation,
        };
        (void)error_set(&record.fault, ERROR_INVALID, "TOO_LARGE", "more than there may be");
        record_bury(&batch, &record);
        check_letter(one, record.outputs_first);
        arena_fini(&arena);
    }
}

/* Computed independently, by sha256sum of 8 MiB of zeros. */
static void what_is_left_out_is_named_by_its_hash(void **state UNUSED) {
    static const struct worker worker = {.name = "affiliation"};
    static const struct uuid incarnation = {{1}};
    struct arena arena;
    arena_init(&arena);
    struct batch batch = {.worker = &worker, .arena = &arena};
    keyring_init(&batch.keyring, &arena, NULL);
    struct record record = {.raw = {.topic = slice_of("affiliation.requests.v1"),
                                    .value = filled(&arena, 8 * 1024 * 1024)},
                            .incarnation = &incarnation};
    (void)error_set(&record.fault, ERROR_INVALID, "TOO_LARGE", "more than there may be");
    record_bury(&batch, &record);
    check_slice("8 MiB of zeros",
                "2daeb1f36095b44b318410b3f4e8b5d989dcc7bb023d1426c492dab0a3053e74",
                header_of(record.outputs_first, "dlq_value_sha256"));
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_holds_what_fits),
        cmocka_unit_test(what_is_left_out_is_named_by_its_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
