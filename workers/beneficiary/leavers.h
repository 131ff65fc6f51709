/* Those who leave: beneficiaries removed, and insured whose affiliation has ended. */
#ifndef GUICHET_BENEFICIARY_LEAVERS_H
#define GUICHET_BENEFICIARY_LEAVERS_H

#include "workers/beneficiary/store.h"

/* beneficiary.removed: a new one, or the same again. */
void leavers_remove(struct batch *batch, struct record *record);

/* An affiliation has ended, or its end was corrected: tells billing, once. */
void leavers_fire(struct batch *batch, struct record *record, const struct timer *timer);

#endif
