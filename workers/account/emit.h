/* The account worker's outputs, made of decisions. */
#ifndef GUICHET_ACCOUNT_EMIT_H
#define GUICHET_ACCOUNT_EMIT_H

#include "workers/account/working_set.h"

void emit_registration_accepted(struct batch *batch, struct record *record,
                                const struct registration_facts *facts,
                                const struct registration_decision *decision);
void emit_registration_rejected(struct batch *batch, struct record *record,
                                const struct registration_facts *facts,
                                const struct registration_decision *decision);

/* One event for each contract that the registration leaves with another account. */
void emit_conflicts(struct batch *batch, struct record *record,
                    const struct registration_facts *facts,
                    const struct registration_decision *decision);

/* An attachment that was just made. */
void emit_contract_attached(struct batch *batch, struct record *record,
                            const struct held_contract *contract);

void emit_merged(struct batch *batch, struct record *record, const struct merge_facts *facts);
void emit_merge_rejected(struct batch *batch, struct record *record,
                         const struct merge_facts *facts, const struct merge_decision *decision);

#endif
