/* The workers of the program, each defined in workers/<name>/worker.c. */
#ifndef GUICHET_WORKERS_WORKERS_H
#define GUICHET_WORKERS_WORKERS_H

#include "common/runtime/worker.h"

extern const struct worker affiliation_worker;
extern const struct worker account_worker;
extern const struct worker beneficiary_worker;
extern const struct worker termination_worker;
extern const struct worker reference_worker;
extern const struct worker privacy_worker;

#endif
