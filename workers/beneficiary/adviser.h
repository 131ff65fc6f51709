/* The adviser's task about an addition that is held for the employer: when its adviser is reminded,
 * and when it expires. All is counted from the hold; reminders in business days of the calendar of
 * the promise as it stands, the end in days of 24 hours. */
#ifndef GUICHET_BENEFICIARY_ADVISER_H
#define GUICHET_BENEFICIARY_ADVISER_H

#include "workers/beneficiary/store.h"

/* Sends the reminders that lie before now and were not sent; none after the end. */
void adviser_remind(struct batch *batch, struct record *record, struct addition_row *row);

/* Wants to be looked at again at the next milestone; of an addition that is not held any more, no
 * more. */
void adviser_arm(struct batch *batch, const struct addition_row *row);

#endif
