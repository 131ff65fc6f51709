/* Registrations in a batch: decided when they come, or later, when a contract that they wait for
 * comes or their grace ends. */
#ifndef GUICHET_ACCOUNT_REGISTRATIONS_H
#define GUICHET_ACCOUNT_REGISTRATIONS_H

#include "workers/account/working_set.h"

/* The kind of the timer that ends the grace; its subject is the registration's id. */
extern const char timer_registration[];

/* A registration.submitted. */
void registrations_submitted(struct batch *batch, struct record *record);

/* A contract of that number is known now: decides what waits for it and lacks nothing else, in the
 * order in which it came, as parts of `record`. What is too much for one record is looked at again
 * at once. */
void registrations_contract_known(struct batch *batch, struct record *record, struct slice siren,
                                  struct slice contract_id);

/* The end of a grace. */
void registrations_fire_grace(struct batch *batch, struct record *record,
                              const struct timer *timer);

/* The rest of what a contract wakes. */
void registrations_fire_contract(struct batch *batch, struct record *record,
                                 const struct timer *timer);

#endif
