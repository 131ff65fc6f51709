/* What the world hears of a decision: the decision itself, the list of employees, the tracking of
 * requests and the message by which the employee's account opens. */
#ifndef GUICHET_AFFILIATION_EMIT_H
#define GUICHET_AFFILIATION_EMIT_H

#include "workers/affiliation/store.h"

/* All outputs of a decision, in this order: decision, roster (accepted), tracking (online),
 * notification (a new account). `insured` and `cover` are NULL unless accepted; the cover's version
 * is that of the entry to write. `tracking_version` is 0 for an offline request. */
void affiliation_emit(struct batch *batch, struct record *record,
                      const struct affiliation_facts *facts,
                      const struct affiliation_decision *decision, const struct insured *insured,
                      const struct cover *cover, int32_t tracking_version);

/* The first attempt's id: the request's own if it is one. */
struct slice affiliation_root(const struct affiliation_request *request);

#endif
