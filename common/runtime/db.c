/* libpq without its blocking calls: whatever the server does, a call ends within its limit. */
#include "common/runtime/db.h"

#include <assert.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/runtime/clock.h"
#include "common/runtime/connection.h"
#include "common/runtime/statements.h"
#include "common/runtime/watch.h"

enum {
    STATEMENT_LIMIT_MS = 35 * 1000,   /* statement_timeout, and 5 s for it to be reported */
    SCRIPT_LIMIT_MS = 60 * 60 * 1000, /* a migration may rewrite a large table */
    PREPARED_SLOTS = 512,             /* a power of two, several times the statements there are */
};

struct db {
    PGconn *connection;                               /* NULL once it is lost */
    int64_t limit_ms;                                 /* db_limit; 0: none */
    int64_t until_ms;                                 /* of the open transaction; 0: no limit */
    const struct statement *prepared[PREPARED_SLOTS]; /* a hash table by address */
    size_t prepared_count;
};

static void drop_connection(struct db *db) {
    PQfinish(db->connection);
    db->connection = NULL;
}

/* The connection can't be used any more: closes it. */
static bool set_lost(struct db *db, const char *what, struct error *err) {
    const char *text = PQerrorMessage(db->connection);
    error_set(err, ERROR_TRANSIENT, "DATABASE_LOST", "%s: %.*s (%s, port %s)", what,
              connection_message_length(text), text, PQhost(db->connection),
              PQport(db->connection));
    drop_connection(db);
    return false;
}

static bool set_timeout(struct db *db, const char *what, int64_t waited_ms, struct error *err) {
    error_set(err, ERROR_TRANSIENT, "DATABASE_TIMEOUT",
              "%s: no answer within %lld ms%s (%s, port %s)", what, (long long)waited_ms,
              db->until_ms != 0 ? ", the last of its transaction's limit" : "",
              PQhost(db->connection), PQport(db->connection));
    drop_connection(db);
    return false;
}

/* What the server said of a failed statement. The primary message alone is kept, since details
 * quote values; of a data exception (class 22) not even that, for the same reason. */
static bool set_refused(struct db *db, const char *what, const PGresult *result,
                        struct error *err) {
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (sqlstate == NULL) {
        return set_lost(db, what, err); /* libpq's own message: the connection broke */
    }
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (strncmp(sqlstate, "22", 2) == 0 || message == NULL) {
        message = "a value is not accepted";
    }
    error_set(err, db_error_class(sqlstate, constraint != NULL), sqlstate, "%s: %s%s%s", what,
              message, constraint != NULL ? ", constraint " : "",
              constraint != NULL ? constraint : "");
    if (PQstatus(db->connection) == CONNECTION_BAD) {
        drop_connection(db);
    }
    return false;
}

/* Sends what is still unsent and waits until a result can be taken without blocking. */
static bool wait_for_result(struct db *db, const char *what, int limit_ms, struct error *err) {
    int64_t began_ms = clock_monotonic_ms();
    int64_t deadline_ms = began_ms + limit_ms;
    int64_t until_ms = db->until_ms == 0 ? began_ms + db->limit_ms : db->until_ms;
    if (db->limit_ms != 0 && until_ms < deadline_ms) {
        deadline_ms = until_ms;
    }
    for (;;) {
        int unsent = PQflush(db->connection);
        if (unsent < 0) {
            return set_lost(db, what, err);
        }
        if (unsent == 0 && !PQisBusy(db->connection)) {
            return true;
        }
        /* The server may stop reading until we read: be ready to read even while sending. */
        short events = unsent == 0 ? POLLIN : POLLIN | POLLOUT;
        if (!connection_wait(db->connection, events, deadline_ms)) {
            return set_timeout(db, what, clock_monotonic_ms() - began_ms, err);
        }
        if (!PQconsumeInput(db->connection)) {
            return set_lost(db, what, err);
        }
    }
}

static bool succeeded(const PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    assert(status != PGRES_COPY_IN && status != PGRES_COPY_OUT && status != PGRES_COPY_BOTH);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Ends what a PQsend…() of libpq began (`sent` is what that returned): the last result, to be
 * cleared by the caller, or the error of the first one that failed. The limit holds for each
 * result. */
static bool receive(struct db *db, int sent, const char *what, int limit_ms, PGresult **last,
                    struct error *err) {
    WATCHED(WATCH_STATEMENT);
    PGresult *kept = NULL;
    bool ok = true;
    if (db->connection == NULL) {
        return error_set(err, ERROR_TRANSIENT, "DATABASE_LOST", "%s: not connected", what);
    }
    if (!sent) {
        return set_lost(db, what, err);
    }
    for (;;) {
        if (!wait_for_result(db, what, limit_ms, err)) {
            PQclear(kept);
            return false;
        }
        PGresult *result = PQgetResult(db->connection);
        if (result == NULL) {
            break;
        }
        PGresult *other = ok ? kept : result;
        kept = ok ? result : kept;
        PQclear(other);
        ok = ok && succeeded(kept);
    }
    if (!ok) {
        set_refused(db, what, kept, err);
        PQclear(kept);
        return false;
    }
    *last = kept;
    return true;
}

/* Runs SQL text in the simple protocol; `result` as in receive(). */
static bool run_text(struct db *db, const char *text, const char *what, int limit_ms,
                     PGresult **result, struct error *err) {
    return receive(db, PQsendQuery(db->connection, text), what, limit_ms, result, err);
}

/* The place of a statement among the prepared ones, or the free place where it belongs. */
static const struct statement **find_prepared(struct db *db, const struct statement *statement) {
    size_t slot = ((uintptr_t)statement / sizeof(*statement)) % PREPARED_SLOTS;
    while (db->prepared[slot] != NULL && db->prepared[slot] != statement) {
        slot = (slot + 1) % PREPARED_SLOTS;
    }
    return &db->prepared[slot];
}

bool db_prepare(struct db *db, const struct statement *statement, struct error *err) {
    const struct statement **place = find_prepared(db, statement);
    PGresult *result = NULL;
    if (*place != NULL) {
        return true;
    }
    int sent = PQsendPrepare(db->connection, statement->name, statement->text, 0, NULL);
    if (!receive(db, sent, statement->name, STATEMENT_LIMIT_MS, &result, err)) {
        return false;
    }
    PQclear(result);
    *place = statement;
    db->prepared_count++;
    assert(db->prepared_count < PREPARED_SLOTS);
    return true;
}

static bool execute(struct db *db, const struct statement *statement,
                    const struct parameters *parameters, PGresult **result, struct error *err) {
    enum { FORMAT_BINARY = 1 };
    static const struct parameters none;
    if (!db_prepare(db, statement, err)) {
        return false;
    }
    if (parameters == NULL) {
        parameters = &none;
    }
    int sent =
        PQsendQueryPrepared(db->connection, statement->name, parameters->count, parameters->values,
                            parameters->lengths, parameters->formats, FORMAT_BINARY);
    return receive(db, sent, statement->name, STATEMENT_LIMIT_MS, result, err);
}

bool db_run(struct db *db, const struct statement *statement, const struct parameters *parameters,
            size_t *affected, struct error *err) {
    PGresult *result = NULL;
    if (!execute(db, statement, parameters, &result, err)) {
        return false;
    }
    if (affected != NULL) {
        *affected = strtoull(PQcmdTuples(result), NULL, 10); /* "" for what affects no rows: 0 */
    }
    PQclear(result);
    return true;
}

bool db_query(struct db *db, const struct statement *statement, const struct parameters *parameters,
              const struct columns *columns, struct arena *arena, void **rows, size_t *count,
              struct error *err) {
    PGresult *result = NULL;
    if (!execute(db, statement, parameters, &result, err)) {
        return false;
    }
    bool ok = columns_read(arena, columns, result, rows, count, err) ||
              error_prefix(err, "%s", statement->name);
    PQclear(result);
    return ok;
}

bool db_script(struct db *db, const char *script, struct error *err) {
    PGresult *result = NULL;
    if (!run_text(db, script, "script", SCRIPT_LIMIT_MS, &result, err)) {
        return false;
    }
    PQclear(result);
    return true;
}

void db_limit(struct db *db, int64_t limit_ms) {
    db->limit_ms = limit_ms;
}

bool db_begin(struct db *db, struct error *err) {
    PGresult *result = NULL;
    if (!run_text(db, "BEGIN ISOLATION LEVEL READ COMMITTED", "begin", STATEMENT_LIMIT_MS, &result,
                  err)) {
        return false;
    }
    PQclear(result);
    db->until_ms = db->limit_ms == 0 ? 0 : clock_monotonic_ms() + db->limit_ms;
    return true;
}

bool db_commit(struct db *db, struct error *err) {
    PGresult *result = NULL;
    bool was_sent = db_is_open(db); /* else nothing is unknown: it didn't happen */
    db->until_ms = 0;
    if (!run_text(db, "COMMIT", "commit", STATEMENT_LIMIT_MS, &result, err)) {
        if (was_sent && db->connection == NULL && err != NULL) {
            err->class = ERROR_TRANSIENT;
            snprintf(err->code, sizeof(err->code), "COMMIT_UNKNOWN");
        }
        return false;
    }
    /* The server answers COMMIT of a transaction that failed before with "ROLLBACK". */
    bool committed = strcmp(PQcmdStatus(result), "COMMIT") == 0;
    PQclear(result);
    return committed || error_set(err, ERROR_FATAL, "COMMIT_REFUSED",
                                  "commit: a statement of the transaction had failed");
}

void db_rollback(struct db *db) {
    PGresult *result = NULL;
    db->until_ms = 0;
    if (!db_is_open(db) || PQtransactionStatus(db->connection) == PQTRANS_IDLE) {
        return;
    }
    if (run_text(db, "ROLLBACK", "rollback", STATEMENT_LIMIT_MS, &result, NULL)) {
        PQclear(result);
    } else if (db->connection != NULL) {
        drop_connection(db); /* whatever state it is in, the server ends the transaction */
    }
}

bool db_is_open(const struct db *db) {
    return db->connection != NULL && PQstatus(db->connection) == CONNECTION_OK;
}

void db_close(struct db *db) {
    if (db != NULL) {
        drop_connection(db);
        free(db);
    }
}

bool db_open(const char *conninfo, struct db **opened, struct error *err) {
    PGconn *connection = connection_open(conninfo, err);
    *opened = NULL;
    if (connection == NULL) {
        return false;
    }
    struct db *db = calloc(1, sizeof(*db));
    assert(db != NULL);
    db->connection = connection;
    if (!db_run(db, &sql_session, NULL, NULL, err)) {
        db_close(db);
        return false;
    }
    *opened = db;
    return true;
}
