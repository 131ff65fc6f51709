#include "common/runtime/worker.h"

#include "common/runtime/batch.h"

size_t redecision_rules(const char *const *fired, size_t count, const char **rules) {
    for (size_t i = 0; i < count; i++)
        rules[i] = fired[i];
    return count;
}

void worker_fire(struct batch *batch, struct record *record, const struct timer *timer) {
    const struct worker *worker = batch->worker;
    record->firing = timer;
    for (size_t i = 0; i < worker->firings_count; i++)
        if (slice_is(timer->kind, worker->firings[i].kind))
            worker->firings[i].fire(batch, record, timer);
    record->firing = NULL;
}
