/* Reading of TZif bytes: made by hand, cut short, or garbage. */
#include <stdlib.h>

#include "common/base/buffer.h"
#include "common/base/compiler.h"
#include "tests/unit/check_date.h"
#include "tests/unit/random.h"
#include "tests/unit/zone_file.h"

/* TZif bytes made by hand: version 2, whose first block is empty. */
struct transition {
    int64_t at;
    uint8_t type;
};

static void append_header(struct buffer *bytes, char version, uint32_t transitions, uint32_t types,
                          uint32_t leap_seconds) {
    static const char reserved[15];
    buffer_append_text(bytes, "TZif");
    buffer_append_byte(bytes, version);
    buffer_append(bytes, reserved, sizeof(reserved));
    const uint32_t counts[] = {0, 0, leap_seconds, transitions, types, 4};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        buffer_append_be32(bytes, counts[i]);
    }
}

static void append_types(struct buffer *bytes, const int32_t *offsets, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        buffer_append_be32(bytes, (uint32_t)offsets[i]);
        buffer_append(bytes, "\0\0", 2);
    }
    buffer_append(bytes, "XXX", 4);
}

static struct slice tzif(struct arena *arena, const struct transition *transitions, uint32_t count,
                         const int32_t *offsets, uint32_t types, const char *footer) {
    struct buffer bytes;
    buffer_init(&bytes, arena, 256);
    append_header(&bytes, '2', 0, 1, 0);
    append_types(&bytes, (const int32_t[]){0}, 1);
    append_header(&bytes, '2', count, types, 0);
    for (uint32_t i = 0; i < count; i++) {
        buffer_append_be32(&bytes, (uint32_t)((uint64_t)transitions[i].at >> 32));
        buffer_append_be32(&bytes, (uint32_t)transitions[i].at);
    }
    for (uint32_t i = 0; i < count; i++) {
        buffer_append_byte(&bytes, (char)transitions[i].type);
    }
    append_types(&bytes, offsets, types);
    buffer_append_text(&bytes, footer);
    return arena_copy(arena, buffer_slice(&bytes));
}

static void footers(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *footer;
        bool expected;
        int32_t winter; /* offsets in January and July 2026 */
        int32_t summer;
    } rows[] = {
        {"slim Paris", "\nCET-1CEST,M3.5.0,M10.5.0/3\n", true, 3600, 7200},
        {"no rule: the last offset lasts", "\n\n", true, 1234, 1234},
        {"no summer time", "\nUTC0\n", true, 0, 0},
        {"a quoted name", "\n<+0545>-5:45\n", true, 20700, 20700},
        {"a quoted name with a minus", "\n<-03>3<-02>,M3.5.0/-2,M10.5.0/-1\n", true, -10800, -7200},
        {"an explicit summer offset", "\n<+1030>-10:30<+11>-11,M10.1.0,M4.1.0\n", true, 39600,
         37800},
        {"summer time below standard", "\nIST-1GMT0,M10.5.0,M3.5.0/1\n", true, 0, 3600},
        {"a time beyond the day", "\nEET-2EEST,M3.4.4/50,M10.4.4/50\n", true, 7200, 10800},
        {"seconds in an offset", "\nLMT-0:09:21\n", true, 561, 561},
        {"a plus", "\nEST+5EDT,M3.2.0,M11.1.0\n", true, -18000, -14400},
        {"Julian days", "\nCET-1CEST,J88,J302/3\n", false, 0, 0},
        {"days counted from 0", "\nCET-1CEST,87,301/3\n", false, 0, 0},
        {"summer time without a rule", "\nCET-1CEST\n", false, 0, 0},
        {"one rule only", "\nCET-1CEST,M3.5.0\n", false, 0, 0},
        {"month 13", "\nCET-1CEST,M13.5.0,M10.5.0/3\n", false, 0, 0},
        {"month 0", "\nCET-1CEST,M0.5.0,M10.5.0/3\n", false, 0, 0},
        {"week 0", "\nCET-1CEST,M3.0.0,M10.5.0/3\n", false, 0, 0},
        {"week 6", "\nCET-1CEST,M3.6.0,M10.5.0/3\n", false, 0, 0},
        {"weekday 7", "\nCET-1CEST,M3.5.7,M10.5.0/3\n", false, 0, 0},
        {"a time of 168 hours", "\nCET-1CEST,M3.5.0/168,M10.5.0/3\n", false, 0, 0},
        {"a minute of 60", "\nCET-1:60\n", false, 0, 0},
        {"an offset of a day", "\nCET-24\n", false, 0, 0},
        {"a summer offset of a day", "\nXXX-23XXX,M3.5.0,M10.5.0/3\n", false, 0, 0},
        {"a short name", "\nCE-1\n", false, 0, 0},
        {"an open quote", "\n<+03-3\n", false, 0, 0},
        {"no offset", "\nCET\n", false, 0, 0},
        {"something behind", "\nCET-1CEST,M3.5.0,M10.5.0/3,M1.1.1\n", false, 0, 0},
        {"no line end", "\nCET-1CEST,M3.5.0,M10.5.0/3", false, 0, 0},
        {"no line start", "CET-1CEST,M3.5.0,M10.5.0/3\n", false, 0, 0},
        {"one line end", "\n", false, 0, 0},
        {"nothing", "", false, 0, 0},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct zone zone;
        struct error err = {.class = ERROR_INVALID};
        struct slice bytes = tzif(&arena, NULL, 0, (const int32_t[]){1234}, 1, rows[i].footer);
        check_int(rows[i].name, rows[i].expected, zone_parse(bytes, &zone, &err));
        if (rows[i].expected) {
            int64_t winter_ms = instant_of("2026-01-15T12:00:00Z");
            int64_t summer_ms = instant_of("2026-07-15T12:00:00Z");
            check_int(rows[i].name, rows[i].winter, zone_offset_seconds(&zone, winter_ms));
            check_int(rows[i].name, rows[i].summer, zone_offset_seconds(&zone, summer_ms));
        } else {
            check_int(rows[i].name, ERROR_FATAL, err.class);
            check_true(rows[i].name, err.text[0] != '\0');
        }
    }
    arena_fini(&arena);
}

/* Midnights at a clock change, with transitions at a chosen local time of 2026-06-10. */
static void midnight_at_a_change(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *change;
        int32_t before;
        int32_t after;
        const char *midnight; /* of 2026-06-10 */
    } rows[] = {
        {"00:00 becomes 01:00", "2026-06-10T00:00:00Z", 0, 3600, "2026-06-10T00:00:00Z"},
        {"23:30 becomes 00:30", "2026-06-09T23:30:00Z", 0, 3600, "2026-06-09T23:30:00Z"},
        {"23:00 becomes 00:00", "2026-06-09T23:00:00Z", 0, 3600, "2026-06-09T23:00:00Z"},
        {"22:59:59 becomes 23:59:59", "2026-06-09T22:59:59Z", 0, 3600, "2026-06-09T23:00:00Z"},
        {"24:00 becomes 23:00", "2026-06-10T00:00:00Z", 0, -3600, "2026-06-10T01:00:00Z"},
        {"00:30 becomes 23:30: the first midnight", "2026-06-10T00:30:00Z", 0, -3600,
         "2026-06-10T00:00:00Z"},
        {"01:00 becomes 00:00: the first midnight", "2026-06-10T01:00:00Z", 0, -3600,
         "2026-06-10T00:00:00Z"},
        {"23:30 becomes 22:30", "2026-06-09T23:30:00Z", 0, -3600, "2026-06-10T01:00:00Z"},
    };
    struct arena arena;
    arena_init(&arena);
    int32_t date = date_of_civil(2026, 6, 10);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct transition change = {instant_of(rows[i].change) / 1000, 1};
        const int32_t offsets[] = {rows[i].before, rows[i].after};
        struct zone zone;
        struct error err;
        check_true(rows[i].name,
                   zone_parse(tzif(&arena, &change, 1, offsets, 2, "\n\n"), &zone, &err));
        check_instant(rows[i].name, rows[i].midnight, zone_midnight_ms(&zone, date));
        check_int(rows[i].name, rows[i].before, zone_offset_seconds(&zone, change.at * 1000 - 1));
        check_int(rows[i].name, rows[i].after, zone_offset_seconds(&zone, change.at * 1000));
    }
    arena_fini(&arena);
}

static void unusable_files(void **state UNUSED) {
    static const int32_t offsets[] = {0, 3600, 86400, -86400, INT32_MIN};
    static const struct transition in_order[] = {{100, 1}, {200, 0}};
    static const struct transition twice[] = {{100, 1}, {100, 0}};
    static const struct transition falling[] = {{200, 1}, {100, 0}};
    static const struct transition no_type[] = {{100, 1}, {200, 2}};
    struct arena arena;
    struct zone zone;
    arena_init(&arena);
    static struct transition many[ZONE_TRANSITIONS_MAX + 1];
    static int32_t types[ZONE_TYPES_MAX + 1];
    for (size_t i = 0; i < COUNT_OF(many); i++) {
        many[i].at = (int64_t)i;
    }
    struct buffer leaping;
    buffer_init(&leaping, &arena, 256);
    append_header(&leaping, '2', 0, 1, 0);
    append_types(&leaping, types, 1);
    append_header(&leaping, '2', 0, 1, 1);
    append_types(&leaping, types, 1);
    buffer_append(&leaping, "\0\0\0\0\0\0\0\0\0\0\0\0\nUTC0\n", 18);
    struct slice usable = tzif(&arena, NULL, 0, types, 1, "\n\n");
    char *version_1 = arena_take(&arena, usable.size);
    memcpy(version_1, usable.data, usable.size);
    version_1[4] = '\0';
    const struct {
        const char *name;
        struct slice bytes;
        bool expected;
    } rows[] = {
        {"two transitions in order", tzif(&arena, in_order, 2, offsets, 2, "\n\n"), true},
        {"two transitions at once", tzif(&arena, twice, 2, offsets, 2, "\n\n"), false},
        {"transitions out of order", tzif(&arena, falling, 2, offsets, 2, "\n\n"), false},
        {"a type that is not there", tzif(&arena, no_type, 2, offsets, 2, "\n\n"), false},
        {"no type at all", tzif(&arena, NULL, 0, offsets, 0, "\n\n"), false},
        {"an offset of a day", tzif(&arena, NULL, 0, offsets, 3, "\n\n"), false},
        {"and to the west", tzif(&arena, NULL, 0, offsets + 3, 1, "\n\n"), false},
        {"and beyond all bounds", tzif(&arena, NULL, 0, offsets + 4, 1, "\n\n"), false},
        {"as many transitions as fit", tzif(&arena, many, 512, types, 1, "\n\n"), true},
        {"one more", tzif(&arena, many, 513, types, 1, "\n\n"), false},
        {"as many types as fit", tzif(&arena, NULL, 0, types, 32, "\n\n"), true},
        {"one more type", tzif(&arena, NULL, 0, types, 33, "\n\n"), false},
        {"leap seconds", buffer_slice(&leaping), false},
        {"version 1", {version_1, usable.size}, false},
        {"the same of version 2", usable, true},
        {"another kind of file", slice_of("SQLite format 3"), false},
        {"empty", slice_of(""), false},
        {"absent", slice_none(), false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct error err = {.class = ERROR_INVALID};
        memset(&zone, 0x55, sizeof(zone));
        check_int(rows[i].name, rows[i].expected, zone_parse(rows[i].bytes, &zone, &err));
        if (!rows[i].expected) {
            check_int(rows[i].name, ERROR_FATAL, err.class);
            check_true("a zone is written only when it is usable", zone.first_offset == 0x55555555);
            check_true("nobody may want the error", !zone_parse(rows[i].bytes, &zone, NULL));
        }
    }
    arena_fini(&arena);
}

static void truncated(void **state UNUSED) {
    struct arena arena;
    arena_init(&arena);
    const char *zone_name;
    for (size_t i = 0; (zone_name = zone_file_name(i)) != NULL; i++) {
        struct slice bytes = zone_file_read(&arena, zone_name);
        for (size_t size = 0; size < bytes.size; size++) {
            struct zone zone;
            struct error err = {0};
            /* On memory of exactly that size, so that the sanitizer sees a read beyond it. */
            char *exact = malloc(size + 1);
            memcpy(exact + 1, bytes.data, size);
            bool parsed = zone_parse((struct slice){exact + 1, size}, &zone, &err);
            free(exact);
            if (parsed || err.class != ERROR_FATAL) {
                fail_msg("%s: usable with %zu of %zu bytes", zone_name, size, bytes.size);
            }
        }
        arena_reset(&arena, SIZE_MAX);
    }
    arena_fini(&arena);
}

/* Bytes changed at random: refused, or a zone that can be asked anything. */
static void garbage(void **state UNUSED) {
    enum { ROUNDS = 50000 };
    struct arena arena;
    arena_init(&arena);
    uint64_t seed = 42;
    struct slice paris = zone_file_read(&arena, "Europe/Paris");
    char *bytes = malloc(paris.size);
    int usable = 0;
    for (int round = 0; round < ROUNDS; round++) {
        memcpy(bytes, paris.data, paris.size);
        for (int64_t changes = random_between(&seed, 1, 8); changes > 0; changes--) {
            /* mostly in what has structure: headers and footer */
            int64_t size = (int64_t)paris.size;
            int64_t at = changes % 3 == 0   ? random_between(&seed, 0, 44)
                         : changes % 3 == 1 ? random_between(&seed, size - 30, size)
                                            : random_between(&seed, 0, size);
            bytes[at] = (char)random_next(&seed);
        }
        struct zone zone;
        struct error err;
        if (!zone_parse((struct slice){bytes, paris.size}, &zone, &err)) {
            continue;
        }
        usable++;
        for (int64_t year = 1900; year < 2100; year += 50) {
            int64_t instant_ms = (year - 1970) * INT64_C(31556952000);
            int32_t offset = zone_offset_seconds(&zone, instant_ms);
            check_true("an offset stays below a day", offset > -86400 && offset < 86400);
            (void)zone_midnight_ms(&zone, zone_date(&zone, instant_ms));
        }
    }
    check_true("some were usable", usable > 0);
    free(bytes);
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(footers),        cmocka_unit_test(midnight_at_a_change),
        cmocka_unit_test(unusable_files), cmocka_unit_test(truncated),
        cmocka_unit_test(garbage),
    };
    return cmocka_run_group_tests_name("zone parse", tests, NULL, NULL);
}
