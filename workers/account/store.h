/* The account worker's working set, read before the first record is decided (load.c) and written
 * after the last (store.c). Employers are locked, so nobody else changes these rows meanwhile;
 * account ids, which are unique over all employers, are claimed by inserting them. */
#ifndef GUICHET_ACCOUNT_STORE_H
#define GUICHET_ACCOUNT_STORE_H

#include "workers/account/working_set.h"

enum { ACCOUNT_STATEMENTS = 15 };
extern const struct statement *const account_statements[ACCOUNT_STATEMENTS];

/* The load and store steps of the worker. */
MUST_CHECK bool account_load(struct batch *batch, struct error *err);
MUST_CHECK bool account_store(struct batch *batch, struct error *err);

#endif
