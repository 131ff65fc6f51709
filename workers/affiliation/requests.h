/* Reading the requests that a batch is about: those its records and timers name, and those that
 * wait for a contract whose timer is due. What open ones said is opened again. */
#ifndef GUICHET_AFFILIATION_REQUESTS_H
#define GUICHET_AFFILIATION_REQUESTS_H

#include "workers/affiliation/store.h"

/* Fills `requests`, `waiting` and `open`, and the calendars that they are judged by. */
MUST_CHECK bool requests_load(struct batch *batch, struct affiliation_state *state,
                              struct error *err);

#endif
