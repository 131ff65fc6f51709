/* The employer's list of employees (FAQ question 5), where something other than an acceptance
 * changed it: this worker alone writes the list, the others ask it to look again. */
#ifndef GUICHET_AFFILIATION_ROSTER_H
#define GUICHET_AFFILIATION_ROSTER_H

#include "workers/affiliation/store.h"

/* Whom a timer of the kind `roster_refresh` is about: "<insured_id>/<contract_id>". */
struct roster_subject {
    struct uuid insured_id;
    struct slice contract_id;
};

/* False for a subject of another form. */
MUST_CHECK bool roster_read(struct slice text, struct roster_subject *subject);

/* Writes the entry anew, as it is now; of an erased insured it is withdrawn. */
void roster_fire(struct batch *batch, struct record *record, const struct timer *timer);

#endif
