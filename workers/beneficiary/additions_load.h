/* Reading the additions that the records and timers of a batch are about. */
#ifndef GUICHET_BENEFICIARY_ADDITIONS_LOAD_H
#define GUICHET_BENEFICIARY_ADDITIONS_LOAD_H

#include "workers/beneficiary/store.h"

/* True of those events whose business id is an addition's. */
bool load_is_about_an_addition(const struct message *message);

/* Those that the records and timers name, and those that wait for an insured who may have come. */
MUST_CHECK bool additions_load(struct batch *batch, struct error *err);

#endif
