/* The machine's time zones for tests: the program itself refuses to start without tzdata. */
#ifndef GUICHET_TESTS_ZONE_FILE_H
#define GUICHET_TESTS_ZONE_FILE_H

#include <stdio.h>

#include "common/base/arena.h"
#include "common/base/compiler.h"
#include "common/base/zone.h"
#include "tests/unit/check.h"

/* The bytes of a zone of /usr/share/zoneinfo, on the arena; fails the test if it is not there. */
static inline struct slice zone_file_read(struct arena *arena, const char *zone_name) {
    enum { ZONE_FILE_MAX = 64 * 1024 };
    struct slice path = arena_format(arena, "/usr/share/zoneinfo/%s", zone_name);
    FILE *file = fopen(path.data, "rb");
    if (file == NULL) {
        fail_msg("%s: cannot be read (Debian package tzdata)", path.data);
    }
    char *bytes = arena_take(arena, ZONE_FILE_MAX);
    size_t size = fread(bytes, 1, ZONE_FILE_MAX, file);
    fclose(file);
    check_true(zone_name, size > 0 && size < ZONE_FILE_MAX);
    /* Room of exactly that size, so that a read beyond it is seen. */
    return arena_copy(arena, (struct slice){bytes, size});
}

static inline void zone_file_parse(const char *zone_name, struct zone *zone) {
    struct arena arena;
    struct error err = {0};
    arena_init(&arena);
    bool parsed = zone_parse(zone_file_read(&arena, zone_name), zone, &err);
    arena_fini(&arena);
    check_text(zone_name, "", err.text);
    check_true(zone_name, parsed);
}

/* The zones to try, with every peculiarity there is; NULL behind the last. */
static inline const char *zone_file_name(size_t index) {
    static const char *const zone_names[] = {
        "Europe/Paris",
        "Europe/London",
        "Europe/Dublin", /* its daylight time is the standard one, less an hour */
        "America/New_York",
        "America/St_Johns",
        "Australia/Sydney",    /* summer over the year's end */
        "Australia/Lord_Howe", /* half an hour */
        "America/Santiago",    /* changes at midnight */
        "America/Nuuk",        /* a rule whose time is negative */
        "America/Sao_Paulo",   /* changed at midnight, until 2019 */
        "Asia/Kathmandu",      /* +05:45, no summer time */
        "Asia/Gaza",           /* a rule beyond 24:00 */
        "Pacific/Apia",        /* left out a whole day in 2011 */
        "Etc/UTC",
        "Asia/Tehran",
        "Asia/Beirut",
    };
    return index < COUNT_OF(zone_names) ? zone_names[index] : NULL;
}

#endif
