/* What the world hears of a decision: the decision itself, the list of employees, the tracking of
 * requests and the message by which the employee's account opens. */
#ifndef GUICHET_AFFILIATION_EMIT_H
#define GUICHET_AFFILIATION_EMIT_H

#include "workers/affiliation/messages.h"
#include "workers/affiliation/store.h"

/* All outputs of a decision, in this order: decision (none while it waits), task (opened or
 * closed), roster (accepted), tracking (online), notification (a new account). `insured` and
 * `cover` are NULL unless accepted; the cover's version is that of the entry to write.
 * `tracking_version` is 0 for an offline request. */
void affiliation_emit(struct batch *batch, struct record *record,
                      const struct affiliation_facts *facts,
                      const struct affiliation_decision *decision, const struct insured *insured,
                      const struct cover *cover, int32_t tracking_version);

/* The task of a request that was under review is closed: it is decided. */
void affiliation_close_task(struct batch *batch, struct record *record, struct slice siren,
                            struct slice request_id, enum affiliation_status outcome);

/* An entry of the list of employees, in the cover's version. */
void affiliation_emit_roster(struct batch *batch, struct record *record,
                             const struct insured_identity *person, const struct cover *cover);

/* Withdraws such an entry. */
void affiliation_withdraw_roster(struct batch *batch, struct record *record,
                                 const struct cover *cover);

/* Withdraws a request's entry of the tracking. */
void affiliation_withdraw_tracking(struct batch *batch, struct record *record,
                                   const struct request_row *row);

/* The letter by which an account opens; the person must have an address. */
void affiliation_emit_letter(struct batch *batch, struct record *record,
                             const struct insured *insured, const struct insured_identity *person,
                             enum letter_cause cause);

/* What somebody told us, and the path it took. */
void affiliation_explain(struct batch *batch, struct record *record,
                         const struct affiliation_signal *facts, enum affiliation_path path);

/* The first attempt's id: the request's own if it is one. */
struct slice affiliation_root(const struct affiliation_request *request);

#endif
