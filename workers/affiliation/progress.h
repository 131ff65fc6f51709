/* An open request on its way: brought up to now by its own arrival, by a timer, by the contract it
 * waited for, by the answer to its doubts or by a cancellation, always by the same steps. A new
 * calendar moves what it is due at; milestones of the clock that have passed are told, each once;
 * then it is decided, or waits. What it is woken by says nothing: its state decides, so that a look
 * too many changes nothing. */
#ifndef GUICHET_AFFILIATION_PROGRESS_H
#define GUICHET_AFFILIATION_PROGRESS_H

#include "workers/affiliation/store.h"

/* affiliation.requested: a new one, or the same again. */
void progress_request(struct batch *batch, struct record *record);

/* affiliation.cancellation-requested: ends an open request, waits for one that has not come. */
void progress_cancel(struct batch *batch, struct record *record);

/* affiliation.review-decided: answers the doubts of a request under review; waits for one that has
 * not come or was not looked at yet. */
void progress_review(struct batch *batch, struct record *record);

/* A timer about one request: a milestone, or another calendar. */
void progress_fire_request(struct batch *batch, struct record *record, const struct timer *timer);

/* A contract came, or the grace of what waits for it ended: decides WAITING_PER_WAKE at most. */
void progress_fire_contract(struct batch *batch, struct record *record, const struct timer *timer);

/* Where a cancellation and a review lie that came before this request: writes PROGRESS_EARLY_KEYS
 * keys. */
enum { PROGRESS_EARLY_KEYS = 2 };
void progress_early_keys(const struct affiliation_request *request, struct early_key *keys);

/* The kind that an event of that input waits under for its request; NULL: this input is of none. */
const char *progress_early_kind(int input_kind);

#endif
