/* Notices: confirmations, withdrawals, and confirmations that wait for their contract. Gathers the
 * facts, asks for the decision, applies and tells what follows. */
#ifndef GUICHET_TERMINATION_NOTICES_H
#define GUICHET_TERMINATION_NOTICES_H

#include "workers/termination/store.h"

/* The record is a termination.confirmed. */
void notices_confirm(struct batch *batch, struct record *record);

/* The record is a termination.withdrawal-requested. */
void notices_withdraw(struct batch *batch, struct record *record);

/* Timer subject_known: decides what waits for that contract, as parts of `record`, if the contract
 * is known now or the wait is over. */
void notices_fire(struct batch *batch, struct record *record, const struct timer *timer);

#endif
