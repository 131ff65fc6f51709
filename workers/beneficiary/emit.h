/* What the world hears of an addition or of somebody who leaves. */
#ifndef GUICHET_BENEFICIARY_EMIT_H
#define GUICHET_BENEFICIARY_EMIT_H

#include "workers/beneficiary/store.h"

/* An addition that was decided, and the record (or part) that tells of it. */
struct told {
    struct batch *batch;
    struct record *record;
    const struct addition_requested *request;
    const struct contract *contract; /* NULL: unknown */
    const struct insured *insured;   /* NULL: unknown */
    const struct addition_decision *decision;
    enum addition_status before; /* what it was until now; 0: new */
};

/* All outputs of a decision: the decision itself, billing, the employer's e-mail or the adviser's
 * task, and the end of a task that is open. */
void emit_addition(const struct told *told);

/* The reminder of that number (from 1) of the adviser's task. */
void emit_reminder(struct batch *batch, struct record *record, const struct addition_row *row,
                   int32_t reminder);

/* What billing is told of those who leave. `change_of` is the business id of its change. */
struct leaving {
    struct slice siren;
    struct slice contract_id;
    struct uuid insured_id;
    struct slice removal_id; /* absent: the affiliation ended */
    struct slice change_of;
    int32_t sequence; /* of the changes of that business id, from 0 */
    const struct leaving_decision *decision;
};
void emit_leaving(struct batch *batch, struct record *record, const struct leaving *leaving);

#endif
