#include "workers/commands/employer_list.h"

#include <stdio.h>
#include <sysexits.h>

#include "common/base/identifiers.h"
#include "common/runtime/zone_file.h"
#include "workers/commands/database.h"
#include "workers/commands/options.h"

struct list_options {
    struct options options;
    struct slice siren;
    enum listing_form form;
};

static bool read_options(int argc, char **argv, struct list_options *asked, struct error *err) {
    bool is_csv = false;
    bool is_json = false;
    const struct option_flag flags[] = {{"--csv", &is_csv}, {"--json", &is_json}, {NULL, NULL}};
    if (!options_parse(argc, argv, flags, 1, 1, &asked->options, err)) {
        return false;
    }
    asked->siren = slice_of(asked->options.arguments[0]);
    if (!siren_is_valid(asked->siren)) {
        return error_set(err, ERROR_INVALID, "USAGE", "%.32s is no SIREN",
                         asked->options.arguments[0]);
    }
    if (is_csv && is_json) {
        return error_set(err, ERROR_INVALID, "USAGE", "--csv does not go with --json");
    }
    asked->form = is_csv ? LISTING_CSV : is_json ? LISTING_JSON : LISTING_TABLE;
    return true;
}

int employer_list_run(int argc, char **argv, const char *what,
                      bool (*fill)(const struct employer_list *list, struct listing *listing,
                                   struct error *err)) {
    struct arena arena CLEANUP(arena_fini);
    struct db *db CLEANUP(database_close) = NULL;
    arena_init(&arena);
    struct list_options asked;
    struct settings settings;
    struct zone zone;
    struct listing listing;
    struct error err;
    if (!read_options(argc, argv, &asked, &err) ||
        !options_read_settings(&asked.options, &arena, &settings, &err) ||
        !zone_file_read(ZONE_OF_THE_LAW, &zone, &err) || !database_open(&settings, &db, &err)) {
        return options_failed(argv[0], &err);
    }
    const struct employer_list list = {&arena, &settings, &zone, db, asked.siren};
    if (!fill(&list, &listing, &err)) {
        return options_failed(argv[0], &err);
    }
    listing_print(&listing, asked.form);
    if (asked.form == LISTING_TABLE) {
        printf("\n%zu %s\n", listing.rows_count, what);
    }
    return EX_OK;
}
