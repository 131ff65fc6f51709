/* A member of a worker's group for a moment: executes the remedies that are asked for about the
 * partitions it is given, and consumes, decides and tells nothing. For a command, where no process
 * runs that worker. */
#ifndef GUICHET_RUNTIME_VISIT_H
#define GUICHET_RUNTIME_VISIT_H

#include "common/runtime/settings.h"
#include "common/runtime/worker.h"

/* Joins, asks `is_done` several times a second until it says so or `timeout_ms` have passed, and
 * leaves. False if it cannot: the worker's log has said why; ERROR_FATAL "CONFIGURATION" for what
 * this machine lacks. */
MUST_CHECK bool visit(const struct settings *settings, const struct worker *worker,
                      bool (*is_done)(void *context), void *context, int64_t timeout_ms,
                      struct error *err);

#endif
