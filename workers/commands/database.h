/* The database, as a command that runs once comes to it. */
#ifndef GUICHET_COMMANDS_DATABASE_H
#define GUICHET_COMMANDS_DATABASE_H

#include "common/runtime/db.h"
#include "common/runtime/settings.h"

/* Connects, with a growing pause between tries, for guichet.start_timeout_seconds. ERROR_TRANSIENT
 * "UNAVAILABLE" after that (db_open names the setting); what another try cannot mend is returned at
 * once. */
MUST_CHECK bool database_open(const struct settings *settings, struct db **db, struct error *err);

/* cleanup function for CLEANUP(database_close) struct db *. */
void database_close(struct db **db);

#endif
