/* An addition on its way: brought up to now by its own arrival, by a timer, by the insured or the
 * PMSS it waited for, by the employer's answer or by a withdrawal, always by the same steps. What
 * it is woken by says nothing: its state decides, so that a look too many changes nothing. */
#ifndef GUICHET_BENEFICIARY_ADDITIONS_H
#define GUICHET_BENEFICIARY_ADDITIONS_H

#include "workers/beneficiary/store.h"

/* beneficiary.addition-requested: a new one, or the same again. */
void additions_request(struct batch *batch, struct record *record);

/* beneficiary.withdrawal-requested: ends an open one, waits for one that has not come. */
void additions_withdraw(struct batch *batch, struct record *record);

/* beneficiary.employer-decided: the answer to a task; the first counts. */
void additions_answer(struct batch *batch, struct record *record);

/* A timer about one addition: a milestone of its task, or a PMSS was published. */
void additions_fire(struct batch *batch, struct record *record, const struct timer *timer);

/* The person of an open addition was erased: what can't be read can't be decided, and is taken
 * back. */
void additions_fire_erased(struct batch *batch, struct record *record, const struct timer *timer);

/* An insured came, or the grace of what waits for him ended: decides WAITING_PER_WAKE at most. */
void additions_fire_waiting(struct batch *batch, struct record *record, const struct timer *timer);

/* Where what came before an addition lies. */
enum { ADDITIONS_EARLY_KINDS = 2 };
void additions_early_keys(struct slice siren, struct slice addition_id, struct early_key *keys);

/* What happens to events about additions without a decision: NULL past the end. */
const struct rule *additions_rule(size_t index);

#endif
