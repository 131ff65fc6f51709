/* The shell as `guichet run` and `guichet demo` see it: host some workers until a signal. */
#ifndef GUICHET_RUNTIME_RUNTIME_H
#define GUICHET_RUNTIME_RUNTIME_H

#include "common/runtime/settings.h"
#include "common/runtime/worker.h"

/* Runs the workers (NULL-terminated), each in its own threads, until SIGTERM or SIGINT: finishes
 * the batch, publishes, closes. Returns an exit code (sysexits: 0, 69 unavailable, 75 try again, 78
 * configuration) after having said why on stderr. */
int runtime_run(const struct settings *settings, const struct worker *const *list);

/* Asks a running runtime_run of this process to stop, from any thread. */
void runtime_stop(void);

#endif
