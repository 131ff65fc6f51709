#include <stdio.h>
#include <sysexits.h>

#include "common/runtime/migrations.h"
#include "workers/commands/commands.h"
#include "workers/commands/database.h"
#include "workers/commands/options.h"

static bool migrate(const struct settings *settings, struct vault *vault, struct arena *arena,
                    struct error *err) {
    struct db *db CLEANUP(database_close) = NULL;
    size_t applied = 0;
    struct slice_list remarks;
    if (!database_open(settings, &db, err) || !migrations_apply(db, vault, &applied, err) ||
        !migrations_grant(db, arena, &remarks, err)) {
        return false;
    }
    /* They are applied in order, so what was missing is the end of the list. */
    for (size_t i = migrations_count - applied; i < migrations_count; i++) {
        printf("applied %s\n", migrations[i].name);
    }
    if (applied == 0) {
        puts("nothing to apply");
    }
    for (size_t i = 0; i < remarks.count; i++) {
        fprintf(stderr, "guichet: %.*s\n", SLICE_FORMAT(remarks.items[i]));
    }
    return true;
}

int command_migrate(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct options options;
    struct settings settings;
    struct vault vault CLEANUP(vault_close) = {0};
    struct error err;
    if (!options_parse(argc, argv, NULL, 0, 0, &options, &err) ||
        !options_read_settings(&options, &arena, &settings, &err) ||
        !vault_create_files(&settings, &err) || !vault_open(&settings, &vault, &err) ||
        !migrate(&settings, &vault, &arena, &err)) {
        return options_failed(argv[0], &err);
    }
    return EX_OK;
}
