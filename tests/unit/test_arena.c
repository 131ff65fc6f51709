/* Arena, and what lives on it: buffer and map. */
#include <stdalign.h>

#include "common/base/buffer.h"
#include "common/base/compiler.h"
#include "common/base/map.h"
#include "tests/unit/check.h"

static void pieces(void **state UNUSED) {
    static const size_t sizes[] = {0, 1, 7, 16, 17, 4096, 65536, 65537, 3, 3000000, 1, 200000};
    enum { ROUNDS = 20 };
    struct arena arena;
    arena_init(&arena);
    check_true("takes no memory before the first use", arena.first == NULL);
    for (int reset = 0; reset < 3; reset++) {
        unsigned char *taken[ROUNDS][COUNT_OF(sizes)];
        size_t total = 0;
        for (size_t round = 0; round < ROUNDS; round++) {
            for (size_t i = 0; i < COUNT_OF(sizes); i++) {
                unsigned char *piece = arena_take(&arena, sizes[i]);
                check_true("aligned for any type", (uintptr_t)piece % alignof(max_align_t) == 0);
                for (size_t k = 0; k < sizes[i]; k++) {
                    if (piece[k] != 0) {
                        fail_msg("a piece of %zu bytes is not zeroed", sizes[i]);
                    }
                }
                memset(piece, (int)(1 + i + round), sizes[i]);
                taken[round][i] = piece;
                total += sizes[i];
            }
        }
        for (size_t round = 0; round < ROUNDS; round++) {
            for (size_t i = 0; i < COUNT_OF(sizes); i++) {
                for (size_t k = 0; k < sizes[i]; k++) {
                    if (taken[round][i][k] != 1 + i + round) {
                        fail_msg("two pieces share memory");
                    }
                }
            }
        }
        check_true("counts what was handed out",
                   arena.used_bytes >= total && arena.used_bytes < total + total / 10);
        arena_reset(&arena, 5000000);
        check_int("a reset forgets", 0, arena.used_bytes);
    }
    arena_fini(&arena);
    check_true("gives all memory back", arena.first == NULL);
}

static void keeping(void **state UNUSED) {
    struct arena arena;
    arena_init(&arena);
    void *piece = arena_take(&arena, 100);
    arena_reset(&arena, 1024 * 1024);
    check_true("a kept block is used again", arena_take(&arena, 100) == piece);
    arena_take(&arena, 900000);
    arena_reset(&arena, 100000);
    check_true("a block above the bound is given back", arena_take(&arena, 100) == piece);
    arena_reset(&arena, 0);
    check_true("nothing is kept", arena.first == NULL);
    memset(arena_array(&arena, 1000, 48), 1, 48000);
    check_true("an array of nothing is no NULL", arena_array(&arena, 0, 48) != NULL);
    arena_fini(&arena);
}

static void resizing(void **state UNUSED) {
    struct arena arena;
    arena_init(&arena);
    check_true("nothing to resize", !arena_resize(&arena, NULL, 0, 16));
    char *first = arena_take_raw(&arena, 100);
    memset(first, 'a', 100);
    check_true("the last piece grows", arena_resize(&arena, first, 100, 1000));
    memset(first + 100, 'b', 900);
    char *second = arena_take(&arena, 50);
    check_true("what comes next lies behind it", second >= first + 1000);
    check_true("one before the last does not grow", !arena_resize(&arena, first, 1000, 1001));
    check_true("nor does it shrink", !arena_resize(&arena, first, 1000, 10));
    check_true("the last shrinks", arena_resize(&arena, second, 50, 0));
    check_true("and goes back to the arena", arena_take(&arena, 1) == second);
    check_true("no further than its block", !arena_resize(&arena, second, 1, 1024 * 1024));
    check_int("a piece that is left alone", 'b', first[999]);
    check_int("counts what is handed out", 1000 + 8 + 16, arena.used_bytes);
    arena_fini(&arena);
}

static void rewinding(void **state UNUSED) {
    struct arena arena;
    arena_init(&arena);
    struct arena_mark empty = arena_mark(&arena);
    char *first = arena_take(&arena, 100);
    memset(first, 'a', 100);
    struct arena_mark mark = arena_mark(&arena);
    size_t used_bytes = arena.used_bytes;
    for (int round = 0; round < 3; round++) {
        char *small = arena_take(&arena, 10);
        char *large = arena_take(&arena, 3000000);
        check_true("as it was at the mark", small == first + 112);
        memset(small, 'b', 10);
        memset(large, 'c', 3000000);
        arena_rewind(&arena, mark);
        check_int("counts what is left", used_bytes, arena.used_bytes);
    }
    check_int("what was taken before is untouched", 'a', first[99]);
    arena_rewind(&arena, empty);
    check_int("back to the beginning", 0, arena.used_bytes);
    check_true("blocks are kept", arena_take(&arena, 1) == first);
    arena_fini(&arena);
}

static void texts(void **state UNUSED) {
    struct arena arena;
    arena_init(&arena);
    char text[] = "Léa";
    struct slice copy = arena_copy(&arena, slice_of(text));
    text[0] = 'T';
    check_slice("a copy is its own", "Léa", copy);
    check_int("and is terminated", 0, copy.data[copy.size]);
    check_slice("absent stays absent", NULL, arena_copy(&arena, slice_none()));
    check_slice("empty stays empty", "", arena_copy(&arena, slice_of("")));
    check_slice("printf", "insured|732829320|R-1",
                arena_format(&arena, "insured|%s|%c-%d", "732829320", 'R', 1));
    check_slice("printf of nothing", "", arena_format(&arena, "%s", ""));
    for (int size = 250; size < 260; size++) { /* around the size that is formatted in one go */
        struct slice formatted = arena_format(&arena, "%*s", size, "x");
        check_int("printf of any size", size, formatted.size);
        check_int("ends as it should", 'x', formatted.data[size - 1]);
        check_int("and is terminated", 0, formatted.data[size]);
    }
    arena_fini(&arena);
}

static void buffers(void **state UNUSED) {
    struct arena arena;
    struct buffer buffer;
    arena_init(&arena);
    buffer_init(&buffer, &arena, 0);
    check_slice("an empty buffer", "", buffer_slice(&buffer));
    buffer_append_text(&buffer, "{\"cents\":");
    buffer_append_int64(&buffer, 4125);
    buffer_append_byte(&buffer, ',');
    buffer_append_slice(&buffer, slice_of("\"a\""));
    buffer_append_slice(&buffer, slice_none());
    buffer_append(&buffer, "}}", 1);
    check_slice("pieces one after the other", "{\"cents\":4125,\"a\"}", buffer_slice(&buffer));

    struct slice before = buffer_slice(&buffer);
    for (size_t i = 0; i < 100000; i++) {
        buffer_append_byte(&buffer, (char)('a' + i % 26));
    }
    check_int("grows", before.size + 100000, buffer.size);
    check_slice("what was written before stays valid", "{\"cents\":4125,\"a\"}", before);
    for (size_t i = 0; i < 100000; i++) {
        if (buffer.data[before.size + i] != (char)('a' + i % 26)) {
            fail_msg("byte %zu is lost in growing", i);
        }
    }
    memcpy(buffer_reserve(&buffer, 300000), "end", 3);
    buffer.size += 3;
    check_true("room for the caller", memcmp(buffer.data + buffer.size - 3, "end", 3) == 0);
    arena_fini(&arena);
}

static void buffers_side_by_side(void **state UNUSED) {
    struct arena arena;
    struct buffer first;
    struct buffer second;
    arena_init(&arena);
    buffer_init(&first, &arena, 64);
    buffer_append_text(&first, "first");
    const char *place = first.data;
    memset(buffer_reserve(&first, 1000), ' ', 1000);
    check_true("grows where it lies", first.data == place);
    buffer_init(&second, &arena, 64);
    buffer_append_text(&second, "second");
    memset(buffer_reserve(&first, 3000), ' ', 3000);
    check_true("grows past what came after it by a copy", first.data != place);
    check_slice("with what was written", "first", buffer_close(&first));
    buffer_append_text(&second, " and last");
    check_slice("the other one is untouched", "second and last", buffer_close(&second));
    char *next = arena_take(&arena, 1);
    check_true("room that was not used is given back", next == first.data + 16);
    arena_fini(&arena);
}

static void numbers_in_buffers(void **state UNUSED) {
    static const struct {
        const char *decimal;
        int64_t value;
        const char bytes[9];
    } rows[] = {
        {"0", 0, "\0\0\0\0\0\0\0\0"},
        {"1", 1, "\0\0\0\0\0\0\0\1"},
        {"-1", -1, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"},
        {"10", 10, "\0\0\0\0\0\0\0\x0A"},
        {"4294967296", 4294967296, "\0\0\0\1\0\0\0\0"},
        {"81985529216486895", 0x0123456789ABCDEF, "\x01\x23\x45\x67\x89\xAB\xCD\xEF"},
        {"9223372036854775807", INT64_MAX, "\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"},
        {"-9223372036854775808", INT64_MIN, "\x80\0\0\0\0\0\0\0"},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buffer buffer;
        buffer_init(&buffer, &arena, 1);
        buffer_append_int64(&buffer, rows[i].value);
        check_slice("decimal digits", rows[i].decimal, buffer_slice(&buffer));
        buffer_init(&buffer, &arena, 1);
        buffer_append_be32(&buffer, (uint32_t)((uint64_t)rows[i].value >> 32));
        buffer_append_be32(&buffer, (uint32_t)rows[i].value);
        check_int(rows[i].decimal, 8, buffer.size);
        check_true(rows[i].decimal, memcmp(buffer.data, rows[i].bytes, 8) == 0);
    }
    arena_fini(&arena);
}

static void map_keys(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *first;
        const char *second;
    } rows[] = {
        {"an employer", "732829320", NULL},
        {"an employer and an empty name", "732829320", ""},
        {"an employer and a contract", "732829320", "H-1"},
        {"the same contract of another employer", "404833048", "H-1"},
        {"the two the other way round", "H-1", "732829320"},
        {"the same bytes cut elsewhere", "732829320H", "-1"},
        {"the same bytes in one", "732829320H-1", NULL},
        {"nothing at all", NULL, NULL},
        {"empty is not absent", "", NULL},
        {"empty and empty", "", ""},
        {"twice the same", "H-1", "H-1"},
        {"twice another", "H-2", "H-2"},
    };
    struct arena arena;
    struct map map;
    int values[COUNT_OF(rows)];
    int other;
    arena_init(&arena);
    map_init(&map, &arena, 0);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct slice first = slice_of(rows[i].first);
        struct slice second = slice_of(rows[i].second);
        check_true(rows[i].name, map_get(&map, first, second) == NULL);
        map_put(&map, first, second, &values[i]);
    }
    check_int("as many as were put", COUNT_OF(rows), map.count);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_true(rows[i].name,
                   map_get(&map, slice_of(rows[i].first), slice_of(rows[i].second)) == &values[i]);
    }
    map_put(&map, slice_of("H-1"), slice_of("H-1"), &other);
    check_true("a later value replaces", map_get(&map, slice_of("H-1"), slice_of("H-1")) == &other);
    check_int("and counts once", COUNT_OF(rows), map.count);
    arena_fini(&arena);
}

static void map_growth(void **state UNUSED) {
    enum { KEYS = 20000 };
    static const size_t expected[] = {0, 1, 12, KEYS / 2, KEYS};
    struct arena arena;
    arena_init(&arena);
    for (size_t e = 0; e < COUNT_OF(expected); e++) {
        struct map map;
        map_init(&map, &arena, expected[e]);
        size_t capacity = map.capacity;
        int *values = arena_array(&arena, KEYS, sizeof(int));
        for (int i = 0; i < KEYS; i++) {
            map_put(&map, arena_format(&arena, "%09d", i), arena_format(&arena, "H-%d", i % 3),
                    &values[i]);
        }
        check_int("all keys", KEYS, map.count);
        check_true("room for those expected", expected[e] < KEYS || map.capacity == capacity);
        check_true("never full", map.count < map.capacity);
        for (int i = 0; i < KEYS; i++) {
            struct slice first = arena_format(&arena, "%09d", i);
            if (map_get(&map, first, arena_format(&arena, "H-%d", i % 3)) != &values[i] ||
                map_get(&map, first, arena_format(&arena, "H-%d", (i + 1) % 3)) != NULL) {
                fail_msg("key %d is lost or found twice", i);
            }
        }
        arena_reset(&arena, SIZE_MAX);
    }
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces),
        cmocka_unit_test(keeping),
        cmocka_unit_test(resizing),
        cmocka_unit_test(rewinding),
        cmocka_unit_test(texts),
        cmocka_unit_test(buffers),
        cmocka_unit_test(buffers_side_by_side),
        cmocka_unit_test(numbers_in_buffers),
        cmocka_unit_test(map_keys),
        cmocka_unit_test(map_growth),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
