/* Merges in a batch: one account goes up in another of the same employer. */
#ifndef GUICHET_ACCOUNT_MERGES_H
#define GUICHET_ACCOUNT_MERGES_H

#include "workers/account/working_set.h"

/* An account.merge-requested. */
void merges_requested(struct batch *batch, struct record *record);

#endif
