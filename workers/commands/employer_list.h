/* What `guichet roster` and `guichet tracking` have in common: one employer, and a list about it as
 * a table, as CSV or as JSON. */
#ifndef GUICHET_COMMANDS_EMPLOYER_LIST_H
#define GUICHET_COMMANDS_EMPLOYER_LIST_H

#include "common/runtime/db.h"
#include "common/runtime/settings.h"
#include "workers/commands/listing.h"

struct employer_list {
    struct arena *arena;
    const struct settings *settings;
    const struct zone *zone; /* Europe/Paris */
    struct db *db;
    struct slice siren;
};

/* Runs such a command: `fill` begins the listing (listing_init) and adds the rows. `what` names a
 * row for the line below the table: "insured". Returns the exit code. */
int employer_list_run(int argc, char **argv, const char *what,
                      bool (*fill)(const struct employer_list *list, struct listing *listing,
                                   struct error *err));

#endif
