/* The database's schema: numbered SQL files (schemas/database), built into the program, applied in
 * order, once, each in a transaction with its checksum recorded in guichet.schema_migration. */
#ifndef GUICHET_RUNTIME_MIGRATIONS_H
#define GUICHET_RUNTIME_MIGRATIONS_H

#include "common/runtime/db.h"
#include "common/runtime/vault.h"

struct migration {
    int version;      /* from the file name: 0003_account.sql → 3 */
    const char *name; /* "0003_account" */
    const char *text;
};

extern const struct migration migrations[];
extern const size_t migrations_count;

/* Applies what is missing under a table lock; `applied` gets how many. A recorded checksum that
 * differs from the built-in file is ERROR_FATAL. Also stores (first time) or checks the secret
 * file's check value. */
MUST_CHECK bool migrations_apply(struct db *db, const struct vault *vault, size_t *applied,
                                 struct error *err);

/* Makes the roles, their ownership and their privileges what the schema states (see
 * schemas/database/0012_roles.sql). `remarks` gets a sentence for each thing that this user may not
 * do, in the arena: an administrator is needed for it, but not for the program to run. */
MUST_CHECK bool migrations_grant(struct db *db, struct arena *arena, struct slice_list *remarks,
                                 struct error *err);

/* Refuses a schema this program doesn't know (older: names `guichet migrate`; newer; changed) and a
 * secret file that is not this database's: ERROR_FATAL "CONFIGURATION". */
MUST_CHECK bool migrations_check(struct db *db, const struct vault *vault, struct error *err);

#endif
