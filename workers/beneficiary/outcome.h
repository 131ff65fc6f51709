/* What a decision leaves behind: the state of the addition, its people in the household, and when
 * it is to be looked at again. */
#ifndef GUICHET_BENEFICIARY_OUTCOME_H
#define GUICHET_BENEFICIARY_OUTCOME_H

#include "workers/beneficiary/store.h"

/* Changes the working set; `record`: on which it was told. `row` is as it was before the decision;
 * `insured` is NULL if unknown, which an addition that is held or applied is not (asserted). */
void outcome_keep(struct batch *batch, const struct record *record, struct addition_row *row,
                  struct insured *insured, const struct addition_decision *decision);

/* Whose key seals what an open addition asked for: the insured's, if he is known. */
struct slice outcome_person(struct arena *arena, enum addition_status status,
                            struct slice addition_id, struct slice insured_id);

#endif
