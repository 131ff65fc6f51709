#include "common/runtime/connection.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "common/runtime/clock.h"
#include "common/runtime/db.h"
#include "common/runtime/log.h"
#include "common/runtime/watch.h"

enum {
    CONNECT_LIMIT_MS = 10 * 1000,
    SQLSTATE_SIZE = 5,
};

int connection_message_length(const char *text) {
    return (int)strcspn(text, "\n");
}

bool connection_wait(PGconn *connection, short events, int64_t deadline_ms) {
    struct pollfd watched = {.fd = PQsocket(connection), .events = events};
    for (;;) {
        int64_t left_ms = deadline_ms - clock_monotonic_ms();
        int ready = left_ms > 0 ? poll(&watched, 1, (int)left_ms) : 0;
        if (ready >= 0 || errno != EINTR) {
            return ready != 0;
        }
    }
}

/* Warnings of the server go to the log; without details, as errors do. */
static void log_notice(void *unused UNUSED, const PGresult *notice) {
    const char *sqlstate = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
    if (sqlstate != NULL && message != NULL) {
        log_line(LOG_LEVEL_WARNING, "postgres", "%s (%s)", message, sqlstate);
    }
}

/* libpq gives the SQLSTATE of a refused connection only within its text, and only when it is
 * verbose: "…FATAL:  28P01: password authentication failed…". Of several servers, the last. */
static bool find_sqlstate(const char *text, char sqlstate[SQLSTATE_SIZE + 1]) {
    static const char before[] = ":  ";
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    bool found = false;
    for (const char *at = strstr(text, before); at != NULL; at = strstr(at, before)) {
        at += strlen(before);
        if (strspn(at, alphabet) == SQLSTATE_SIZE && at[SQLSTATE_SIZE] == ':') {
            memcpy(sqlstate, at, SQLSTATE_SIZE);
            sqlstate[SQLSTATE_SIZE] = '\0';
            found = true;
        }
    }
    return found;
}

/* What libpq itself says, without an SQLSTATE, of certificates, keys and passwords that are wrong
 * or not there. */
static bool is_about_settings(const char *text) {
    static const char *const words[] = {
        "certificate", /* "certificate verify failed", "root certificate file … does not exist" */
        "private key file",     /* unreadable, or readable by others */
        "does not support SSL", /* … but SSL was required */
        "alert unknown ca",     "no password supplied",
    };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strstr(text, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Why there is no connection: nobody answers or the server isn't ready (try again), or it knows
 * neither this login nor this database, or one side does not trust the other's certificate
 * (somebody must change a setting). */
static bool set_unavailable(const PGconn *connection, struct error *err) {
    const char *text = PQerrorMessage(connection);
    char sqlstate[SQLSTATE_SIZE + 1];
    bool refused = find_sqlstate(text, sqlstate)
                       ? db_error_class(sqlstate, false) != ERROR_TRANSIENT
                       : is_about_settings(text);
    return error_set(err, refused ? ERROR_FATAL : ERROR_TRANSIENT,
                     refused ? "CONFIGURATION" : "DATABASE_UNAVAILABLE",
                     "postgres.conninfo: host %s, port %s: %.*s", PQhost(connection),
                     PQport(connection), connection_message_length(text), text);
}

/* Drives the connection until it stands. */
static bool connect_within_limit(PGconn *connection, struct error *err) {
    int64_t deadline_ms = clock_monotonic_ms() + CONNECT_LIMIT_MS;
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    if (PQstatus(connection) == CONNECTION_BAD) {
        return set_unavailable(connection, err);
    }
    while (next != PGRES_POLLING_OK) {
        if (!connection_wait(connection, next == PGRES_POLLING_READING ? POLLIN : POLLOUT,
                             deadline_ms)) {
            return error_set(err, ERROR_TRANSIENT, "DATABASE_UNAVAILABLE",
                             "postgres.conninfo: host %s, port %s: no answer within %d s",
                             PQhost(connection), PQport(connection), CONNECT_LIMIT_MS / 1000);
        }
        next = PQconnectPoll(connection);
        if (next == PGRES_POLLING_FAILED) {
            return set_unavailable(connection, err);
        }
    }
    return true;
}

/* Begins to connect. What stands before the caller's conninfo are defaults, what stands after
 * can't be changed by it. NULL for a conninfo that libpq doesn't understand; its message may
 * quote a part of a password, so it isn't shown. */
static PGconn *start_connection(const char *conninfo, struct error *err) {
    static const char *const names[] = {"application_name", "tcp_user_timeout", "dbname",
                                        "client_encoding", NULL};
    const char *const values[] = {"guichet", "10000", conninfo, "UTF8", NULL};
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    if (options == NULL) {
        error_set(err, ERROR_FATAL, "CONFIGURATION",
                  "postgres.conninfo: not a connection string of libpq (key=value … or URI)");
        return NULL;
    }
    PQconninfoFree(options);
    PGconn *connection = PQconnectStartParams(names, values, 1);
    assert(connection != NULL); /* out of memory */
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
    PQsetNoticeReceiver(connection, log_notice, NULL);
    return connection;
}

PGconn *connection_open(const char *conninfo, struct error *err) {
    WATCHED(WATCH_CONNECT);
    PGconn *connection = start_connection(conninfo, err);
    if (connection == NULL) {
        return NULL;
    }
    if (!connect_within_limit(connection, err)) {
        PQfinish(connection);
        return NULL;
    }
    PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
    if (PQsetnonblocking(connection, 1) != 0) {
        set_unavailable(connection, err);
        PQfinish(connection);
        return NULL;
    }
    return connection;
}
