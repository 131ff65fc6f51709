/* Tasks of advisers: how one ends. Each worker has its own events that open a task; all are closed
 * by the same. */
#ifndef GUICHET_RUNTIME_TASK_H
#define GUICHET_RUNTIME_TASK_H

#include "common/base/uuid.h"
#include "common/runtime/batch.h"

enum task_outcome {
    TASK_CONFIRMED = 1,
    TASK_REFUSED,
    TASK_EXPIRED,
    TASK_WITHDRAWN,
    TASK_ACCEPTED,
    TASK_REJECTED,
    TASK_RETURNED,
    TASK_CANCELLED,
};

/* Data of adviser.task-closed. */
struct task_closed {
    struct slice siren;
    struct uuid task_id;
    struct slice request_id;  /* of an affiliation; else absent */
    struct slice addition_id; /* of beneficiaries; else absent */
    enum task_outcome outcome;
};
extern const struct output_type output_task_closed; /* for a worker's list of outputs */

/* The id of the task that an event of that type opens ("adviser.review-requested") about a business
 * id: there is one at most. */
struct uuid task_id(struct batch *batch, const char *event, struct slice siren,
                    struct slice business_id);

#endif
