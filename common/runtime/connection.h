/* Opening a libpq connection, and waiting for one, with a limit: the part below db.h. */
#ifndef GUICHET_RUNTIME_CONNECTION_H
#define GUICHET_RUNTIME_CONNECTION_H

#include <libpq-fe.h>
#include <stdint.h>

#include "common/base/error.h"

/* Connects within 10 s; non-blocking, UTF-8, dead peers noticed after 10 s. NULL: ERROR_TRANSIENT
 * "DATABASE_UNAVAILABLE" if nobody answers or the server isn't ready, ERROR_FATAL "CONFIGURATION"
 * for a conninfo that can't be read, a refused login or a missing database. The caller finishes
 * the connection. */
PGconn *connection_open(const char *conninfo, struct error *err);

/* Waits until the socket is ready for `events` of poll(), or until the deadline by
 * clock_monotonic_ms(). False if the deadline came first; a broken socket counts as ready, since
 * the next call of libpq says so. */
bool connection_wait(PGconn *connection, short events, int64_t deadline_ms);

/* Length of the first line of a message of libpq, for "%.*s": the other lines are hints. */
int connection_message_length(const char *text);

#endif
