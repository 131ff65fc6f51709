#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "common/record/topics.h"
#include "common/runtime/topic_admin.h"
#include "workers/commands/commands.h"
#include "workers/commands/options.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

enum { CELL_SIZE = 24 };

static void print_topic(const struct topic *topic) {
    char partitions[CELL_SIZE] = "n";
    char retention[CELL_SIZE] = "forever";
    if (topic->partitions != 0) {
        snprintf(partitions, sizeof(partitions), "%d", topic->partitions);
    }
    if (topic->retention_ms >= 0) {
        snprintf(retention, sizeof(retention), "%" PRId64 "d", topic->retention_ms / DAY_MS);
    }
    printf("%-29s %-9s %-11s %-10s %-7s %-9s", topic->name, topic->is_input ? "in" : "out",
           topic->workers, partitions, topic->is_compacted ? "compact" : "delete", retention);
    for (const char *const *type = topic->types; *type != NULL; type++) {
        printf("%s%s", type == topic->types ? " " : ",", *type);
    }
    putchar('\n');
}

static bool list_topics(const struct options *options UNUSED, struct error *err UNUSED) {
    printf("%-29s %-9s %-11s %-10s %-7s %-9s %s\n", "topic", "direction", "worker", "partitions",
           "cleanup", "retention", "types");
    for (size_t i = 0; i < topics_count; i++) {
        print_topic(&topics[i]);
    }
    return true;
}

static bool create_topics(const struct options *options, struct error *err) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct settings settings;
    if (!options_read_settings(options, &arena, &settings, err) ||
        !topic_admin_create(&settings, err)) {
        return false;
    }
    printf("%zu topics are there\n", topics_count);
    return true;
}

static bool check_topics(const struct options *options, struct error *err) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct settings settings;
    struct slice_list differences;
    if (!options_read_settings(options, &arena, &settings, err) ||
        !topic_admin_compare(&settings, &arena, &differences, err)) {
        return false;
    }
    for (size_t i = 0; i < differences.count; i++) {
        printf("%.*s\n", SLICE_FORMAT(differences.items[i]));
    }
    if (differences.count > 0) {
        return error_set(err, ERROR_INVALID, "TOPICS", "%zu differences from the table of topics",
                         differences.count);
    }
    printf("%zu topics are as the table says\n", topics_count);
    return true;
}

static const struct {
    const char *name;
    bool (*function)(const struct options *options, struct error *err);
} actions[] = {
    {"list", list_topics},
    {"create", create_topics},
    {"check", check_topics},
};

int command_topics(int argc, char **argv) {
    struct options options;
    struct error err;
    if (!options_parse(argc, argv, NULL, 0, 1, &options, &err)) {
        return options_failed(argv[0], &err);
    }
    const char *name = options.arguments_count > 0 ? options.arguments[0] : actions[0].name;
    for (size_t i = 0; i < COUNT_OF(actions); i++) {
        if (strcmp(name, actions[i].name) == 0) {
            return actions[i].function(&options, &err) ? EX_OK : options_failed(argv[0], &err);
        }
    }
    error_set(&err, ERROR_INVALID, "USAGE", "not one of list, create, check: %s", name);
    return options_failed(argv[0], &err);
}
