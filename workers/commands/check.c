/* `guichet check`: everything a start needs, looked at once, without changing anything. */
#include <stdio.h>
#include <sysexits.h>

#include "common/runtime/clock_anchor.h"
#include "common/runtime/migrations.h"
#include "common/runtime/reference.h"
#include "common/runtime/topic_admin.h"
#include "common/runtime/zone_file.h"
#include "workers/commands/commands.h"
#include "workers/commands/database.h"
#include "workers/commands/options.h"

/* Somebody waits for the answer: what is away is told soon, whatever a start would wait. */
enum { WAIT_SECONDS_MAX = 5 };

static bool check_keys(const struct settings *settings, struct error *err) {
    struct vault vault CLEANUP(vault_close) = {0};
    return vault_open(settings, &vault, err);
}

static bool check_zone(const struct settings *settings UNUSED, struct error *err) {
    struct zone zone;
    return zone_file_read(ZONE_OF_THE_LAW, &zone, err);
}

static bool check_database(const struct settings *settings, struct error *err) {
    struct vault vault CLEANUP(vault_close) = {0};
    struct db *db CLEANUP(database_close) = NULL;
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    return vault_open(settings, &vault, err) && database_open(settings, &db, err) &&
           migrations_check(db, &vault, err) &&
           reference_check_calendar(db, &arena, settings->sla_calendar, err) &&
           clock_anchor_check(settings, db, &arena, err);
}

static bool check_topics(const struct settings *settings, struct error *err) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct slice_list differences;
    if (!topic_admin_compare(settings, &arena, &differences, err)) {
        return false;
    }
    if (differences.count == 0) {
        return true;
    }
    return error_set(err, ERROR_INVALID, "TOPICS",
                     "%.*s (%zu differences in all: `guichet topics check`)",
                     SLICE_FORMAT(differences.items[0]), differences.count);
}

static const struct {
    const char *name;
    bool (*function)(const struct settings *settings, struct error *err);
} checks[] = {
    {"key files", check_keys},
    {"time zone", check_zone},
    {"database", check_database},
    {"topics", check_topics},
};

int command_check(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct options options;
    struct settings settings;
    struct error err;
    if (!options_parse(argc, argv, NULL, 0, 0, &options, &err) ||
        !options_read_settings(&options, &arena, &settings, &err)) {
        return options_failed(argv[0], &err);
    }
    puts("settings   ok");
    if (settings.start_timeout_seconds > WAIT_SECONDS_MAX) {
        settings.start_timeout_seconds = WAIT_SECONDS_MAX;
    }
    int code = EX_OK;
    for (size_t i = 0; i < COUNT_OF(checks); i++) {
        if (checks[i].function(&settings, &err)) {
            printf("%-10s ok\n", checks[i].name);
            continue;
        }
        printf("%-10s FAILED\n", checks[i].name);
        int failed = options_failed(argv[0], &err);
        code = code == EX_OK ? failed : code; /* the first failure decides */
    }
    return code;
}
