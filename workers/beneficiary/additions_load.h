/* Reading the additions that the records and timers of a batch are about, and what all reading of
 * this worker shares. */
#ifndef GUICHET_BENEFICIARY_ADDITIONS_LOAD_H
#define GUICHET_BENEFICIARY_ADDITIONS_LOAD_H

#include "workers/beneficiary/store.h"

/* What the records and timers ask the tables for. */
struct load_wanted {
    struct slice siren;
    struct slice subject;
};
extern const struct columns load_wanted_columns;

/* One statement over `keys`; none if there are none. */
MUST_CHECK bool load_query(struct batch *batch, const struct statement *statement,
                           const struct columns *key_columns, const void *keys, size_t keys_count,
                           const struct columns *row_columns, void **rows, size_t *count,
                           struct error *err);

/* True of those events whose business id is an addition's. */
bool load_is_about_an_addition(const struct message *message);

/* Those that the records and timers name, and those that wait for an insured who may have come. */
MUST_CHECK bool additions_load(struct batch *batch, struct error *err);

#endif
