#include "common/runtime/migrations.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "common/runtime/statements.h"

enum { CHECKSUM_TEXT_SIZE = 2 * crypto_hash_sha256_BYTES + 1 };

/* A row of guichet.schema_migration: a migration that ran. */
struct applied_migration {
    int32_t version;
    struct slice name;
    struct slice checksum;
};

static const struct column applied_items[] = {
    COLUMN_AT(COLUMN_INT32, struct applied_migration, version),
    COLUMN_AT(COLUMN_TEXT, struct applied_migration, name),
    COLUMN_AT(COLUMN_TEXT, struct applied_migration, checksum),
};
static const struct columns applied_columns = COLUMNS_OF(struct applied_migration, applied_items);

/* A row of guichet.installation. */
struct installation {
    struct slice secret_check;
};

static const struct column installation_items[] = {
    COLUMN_AT(COLUMN_BYTES, struct installation, secret_check),
};
static const struct columns installation_columns =
    COLUMNS_OF(struct installation, installation_items);

static const struct column remark_items[] = {
    {"remark", COLUMN_TEXT, 0, NULL}, /* a row is the slice itself */
};
static const struct columns remark_columns = COLUMNS_OF(struct slice, remark_items);

static void compute_checksum(const struct migration *migration, char text[CHECKSUM_TEXT_SIZE]) {
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)migration->text, strlen(migration->text));
    sodium_bin2hex(text, CHECKSUM_TEXT_SIZE, hash, sizeof(hash));
}

/* How many of our migrations the database has. It may have no others, and no changed ones. */
static bool count_applied(struct db *db, struct arena *arena, size_t *count, struct error *err) {
    void *rows;
    if (!db_query(db, &sql_migration_list, NULL, &applied_columns, arena, &rows, count, err)) {
        return false;
    }
    const struct applied_migration *applied = rows;
    for (size_t i = 0; i < *count; i++) {
        char checksum[CHECKSUM_TEXT_SIZE];
        if (i == migrations_count) {
            return error_set(err, ERROR_FATAL, "CONFIGURATION",
                             "the database's schema (%d migrations) is newer than this program "
                             "(%zu): run the program that made it",
                             applied[*count - 1].version, migrations_count);
        }
        compute_checksum(&migrations[i], checksum);
        if (applied[i].version != migrations[i].version ||
            !slice_equal(applied[i].checksum, slice_of(checksum))) {
            return error_set(err, ERROR_FATAL, "CONFIGURATION",
                             "migration %s differs from the one this database ran: a migration is "
                             "never changed, the next one changes what it made",
                             migrations[i].name);
        }
    }
    return true;
}

static bool record_applied(struct db *db, struct arena *arena, const struct migration *migration,
                           struct error *err) {
    struct parameters parameters;
    char checksum[CHECKSUM_TEXT_SIZE];
    compute_checksum(migration, checksum);
    parameters_init(&parameters, arena);
    parameters_add_int32(&parameters, migration->version);
    parameters_add_text(&parameters, slice_of(migration->name));
    parameters_add_text(&parameters, slice_of(checksum));
    return db_run(db, &sql_migration_insert, &parameters, NULL, err);
}

/* Runs the first migration that is missing, within a transaction of the caller. The list is read
 * under the lock: another process may be at the same work. */
static bool apply_next_locked(struct db *db, struct arena *arena, bool *was_missing,
                              struct error *err) {
    size_t count;
    if (!db_script(db, sql_migration_lock.text, err) || !count_applied(db, arena, &count, err)) {
        return false;
    }
    *was_missing = count < migrations_count;
    if (!*was_missing) {
        return true;
    }
    const struct migration *next = &migrations[count];
    return (db_script(db, next->text, err) || error_prefix(err, "migration %s", next->name)) &&
           record_applied(db, arena, next, err);
}

static bool apply_next(struct db *db, struct arena *arena, bool *was_missing, struct error *err) {
    if (!db_begin(db, err)) {
        return false;
    }
    if (!apply_next_locked(db, arena, was_missing, err)) {
        db_rollback(db);
        return false;
    }
    return db_commit(db, err);
}

static bool check_secret(struct db *db, struct arena *arena, const struct vault *vault,
                         struct error *err) {
    unsigned char expected[VAULT_HASH_SIZE];
    void *rows;
    size_t count;
    if (!db_query(db, &sql_installation_secret, NULL, &installation_columns, arena, &rows, &count,
                  err)) {
        return false;
    }
    const struct installation *installation = rows;
    if (count == 0 || installation->secret_check.data == NULL) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "the database isn't ready: run `guichet migrate`");
    }
    vault_check_value(vault, expected);
    if (!slice_equal(installation->secret_check,
                     (struct slice){(const char *)expected, sizeof(expected)})) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "guichet.secret_file is not the file this database was made with: its "
                         "keys can't be read with this one");
    }
    return true;
}

/* The first to come says which secret file the database belongs to. */
static bool claim_secret(struct db *db, struct arena *arena, const struct vault *vault,
                         struct error *err) {
    struct parameters parameters;
    unsigned char value[VAULT_HASH_SIZE];
    vault_check_value(vault, value);
    parameters_init(&parameters, arena);
    parameters_add_bytes(&parameters, (struct slice){(const char *)value, sizeof(value)});
    return db_run(db, &sql_installation_claim, &parameters, NULL, err);
}

bool migrations_apply(struct db *db, const struct vault *vault, size_t *applied,
                      struct error *err) {
    CLEANUP(arena_fini) struct arena arena;
    bool was_missing = true;
    arena_init(&arena);
    *applied = 0;
    /* IF NOT EXISTS still fails for the second of two that make the table at the same moment: then
     * it exists the next time. */
    if (!db_script(db, sql_migration_table.text, NULL) &&
        !db_script(db, sql_migration_table.text, err)) {
        return error_prefix(err, "table of migrations");
    }
    while (was_missing) {
        if (!apply_next(db, &arena, &was_missing, err)) {
            return false;
        }
        *applied += was_missing;
    }
    return claim_secret(db, &arena, vault, err) && check_secret(db, &arena, vault, err);
}

bool migrations_grant(struct db *db, struct arena *arena, struct slice_list *remarks,
                      struct error *err) {
    void *rows;
    if (!db_query(db, &sql_privileges_apply, NULL, &remark_columns, arena, &rows, &remarks->count,
                  err)) {
        return false;
    }
    remarks->items = rows;
    return true;
}

bool migrations_check(struct db *db, const struct vault *vault, struct error *err) {
    static const char undefined_table[] = "42P01";
    CLEANUP(arena_fini) struct arena arena;
    struct error own;
    size_t count = 0;
    arena_init(&arena);
    if (!count_applied(db, &arena, &count, &own) && strcmp(own.code, undefined_table) != 0) {
        if (err != NULL) {
            *err = own;
        }
        return false;
    }
    if (count < migrations_count) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "the database's schema has %zu of %zu migrations: run `guichet migrate`",
                         count, migrations_count);
    }
    return check_secret(db, &arena, vault, err);
}
