/* The process's own HTTP server, for probes, Prometheus and people on the machine: /livez, /readyz,
 * /metrics, /status and an index at /. It reads what other threads have written (metrics.h,
 * status.h) and asks no broker and no database anything, so that it answers while these are away.
 * Read-only, and without anything personal; it knows no users: it is for a loopback or otherwise
 * private address. */
#ifndef GUICHET_RUNTIME_ADMIN_H
#define GUICHET_RUNTIME_ADMIN_H

#include "common/base/error.h"
#include "common/runtime/status.h"

struct admin_server;

/* Listens on `listen`, "host:port", "[IPv6 address]:port" or "" for no server (then *server is
 * NULL). Serves in a thread of its own, with the caller's signal mask. metrics_start and
 * status_add have been called; the board outlives the server. ERROR_FATAL "CONFIGURATION", naming
 * admin.listen, for anything that prevents it. */
MUST_CHECK bool admin_server_open(const char *listen, struct status_board *board,
                                  struct admin_server **server, struct error *err);

/* Ends the thread and all connections; NULL is fine. */
void admin_server_close(struct admin_server *server);

#endif
