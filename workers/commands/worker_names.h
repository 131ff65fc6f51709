/* Workers named on a command line. */
#ifndef GUICHET_COMMANDS_WORKER_NAMES_H
#define GUICHET_COMMANDS_WORKER_NAMES_H

#include "common/runtime/worker.h"
#include "workers/commands/options.h"

/* The worker of that name. ERROR_INVALID "USAGE", with the names there are, if there is none. */
MUST_CHECK bool worker_named(const char *name, const struct worker **worker, struct error *err);

/* Whether all arguments from `first` on are names of workers; the error as above. */
MUST_CHECK bool worker_names_check(const struct options *options, size_t first, struct error *err);

/* Whether the arguments from `first` on name that worker. Where there are none, all are meant. */
bool worker_names_mean(const struct options *options, size_t first, const struct worker *worker);

#endif
