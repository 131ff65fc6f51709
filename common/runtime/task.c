#include "common/runtime/task.h"

#include "common/base/limits.h"
#include "common/base/words.h"

WORDS(task_outcome_words, "confirmed", "refused", "expired", "withdrawn", "accepted", "rejected",
      "returned", "cancelled");

static const struct field task_closed_fields[] = {
    ROW_DIGITS(struct task_closed, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_UUID(struct task_closed, task_id, FIELD_REQUIRED),
    ROW_ID(struct task_closed, request_id, 0),
    ROW_ID(struct task_closed, addition_id, 0),
    ROW_ENUM(struct task_closed, outcome, FIELD_REQUIRED, task_outcome_words),
};
static const struct shape task_closed_shape =
    SHAPE_OF("task_closed", struct task_closed, task_closed_fields, NULL);

const struct output_type output_task_closed = {"adviser.tasks.v1", "guichet.adviser.task-closed.v1",
                                               &task_closed_shape};

struct uuid task_id(struct batch *batch, const char *event, struct slice siren,
                    struct slice business_id) {
    return batch_derived_id(batch, "task|%s|%.*s|%.*s|0", event, SLICE_FORMAT(siren),
                            SLICE_FORMAT(business_id));
}
