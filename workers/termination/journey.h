/* The rules about journeys, for the one list of the worker's rules. */
#ifndef GUICHET_TERMINATION_JOURNEY_H
#define GUICHET_TERMINATION_JOURNEY_H

#include "workers/termination/termination.h"

/* NULL past the end. */
const struct rule *journey_rule(size_t index);

#endif
