/* Which members of the working set are which columns of the account worker's tables, in the order
 * of its statements. */
#ifndef GUICHET_ACCOUNT_ROWS_H
#define GUICHET_ACCOUNT_ROWS_H

#include "common/record/columns.h"
#include "workers/account/working_set.h"

/* Keys of the reading statements. */
extern const struct columns account_employer_key;     /* struct employer */
extern const struct columns account_registration_key; /* struct stored_registration */
extern const struct columns account_merge_key;        /* struct merge_request */
extern const struct columns account_owner_key;        /* struct owner */

/* Rows read and written. */
extern const struct columns account_columns;              /* struct held_account */
extern const struct columns account_survivor_columns;     /* struct held_account */
extern const struct columns account_contract_columns;     /* struct held_contract */
extern const struct columns account_attachment_columns;   /* struct held_contract */
extern const struct columns account_revision_columns;     /* struct new_revision */
extern const struct columns account_owner_columns;        /* struct owner */
extern const struct columns account_registration_columns; /* struct stored_registration */
extern const struct columns account_merge_columns;        /* struct stored_merge */

#endif
