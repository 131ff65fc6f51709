/* An employee leaves (affiliation.ended): the affiliation ends in the working set, the list of
 * employees says so, and the beneficiary worker, which alone tells billing, is asked to. */
#ifndef GUICHET_AFFILIATION_LEAVERS_H
#define GUICHET_AFFILIATION_LEAVERS_H

#include "workers/affiliation/store.h"

/* affiliation.ended */
void leavers_end(struct batch *batch, struct record *record);

/* Where an ending lies that came before its affiliation. Of a record (of affiliation.ended): its
 * own key. Of a request: writes LEAVER_EARLY_KEYS at most, returns how many; the people must have
 * been loaded. */
enum { LEAVER_EARLY_KEYS = 2 };
struct early_key leavers_early_key(struct batch *batch, const struct record *record);
size_t leavers_early_keys(struct batch *batch, const struct affiliation_request *request,
                          struct early_key *keys);

/* The ending that came before this acceptance, if any, as a part of `record`: before the acceptance
 * tells the list, whose entry shows the last day at once. */
void leavers_apply_early(struct batch *batch, struct record *record, const struct insured *insured,
                         struct cover *cover);

#endif
