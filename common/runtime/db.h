/* One PostgreSQL connection: prepared statements from sql files, set-based binary parameters,
 * errors classed by one table of SQLSTATEs. Calls block the worker's thread, bounded by
 * statement_timeout and a watch on the socket. Not shared between threads. */
#ifndef GUICHET_RUNTIME_DB_H
#define GUICHET_RUNTIME_DB_H

#include "common/record/columns.h"

/* A statement from a file sql/<name>.sql; made at build time. */
struct statement {
    const char *name;
    const char *text;
};

struct db;

/* Connects (timeout 10 s) and sets the session up (UTC, timeouts, synchronous_commit).
 * ERROR_TRANSIENT if the server cannot be reached or is starting; ERROR_FATAL for a refused login
 * or a missing database. */
MUST_CHECK bool db_open(const char *conninfo, struct db **db, struct error *err);
void db_close(struct db *db); /* NULL is fine */

/* Prepares a statement under its name; a statement is prepared on first use otherwise. */
MUST_CHECK bool db_prepare(struct db *db, const struct statement *statement, struct error *err);

/* From now on, how long a transaction may take from begin to commit, and a statement outside of
 * one; 0, at first: as long as statement_timeout lets them. The statement during which the time
 * ends fails with ERROR_TRANSIENT "DATABASE_TIMEOUT", and the connection is closed. */
void db_limit(struct db *db, int64_t limit_ms);

MUST_CHECK bool db_begin(struct db *db, struct error *err); /* READ COMMITTED */
/* A lost connection here leaves the outcome unknown: ERROR_TRANSIENT with code "COMMIT_UNKNOWN". */
MUST_CHECK bool db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db); /* a connection that is gone is closed: db_is_open tells */
bool db_is_open(const struct db *db);

/* Runs a statement that returns no rows; `affected` may be NULL. */
MUST_CHECK bool db_run(struct db *db, const struct statement *statement,
                       const struct parameters *parameters, size_t *affected, struct error *err);

/* Runs a statement that returns rows and reads them into an array of structs in the arena. */
MUST_CHECK bool db_query(struct db *db, const struct statement *statement,
                         const struct parameters *parameters, const struct columns *columns,
                         struct arena *arena, void **rows, size_t *count, struct error *err);

/* Runs a script of several statements (migrations); nothing comes back. */
MUST_CHECK bool db_script(struct db *db, const char *script, struct error *err);

/* Class of an SQLSTATE, by the one table: 22xxx and 23xxx with a constraint → INVALID (that
 * record); 08, 40, 53, 55P03, 57, 25P03, 58030 → TRANSIENT; all else → FATAL. */
enum error_class db_error_class(const char *sqlstate, bool has_constraint);

#endif
