/* How large batches are while the database, or the broker, is slow. A batch that ran into a
 * time-out would run into it again, as it is; smaller ones hold their locks for less long and come
 * through, and between two of them the worker polls, so that it keeps its place in the group. */
#include <string.h>

#include "common/runtime/log.h"
#include "common/runtime/loop.h"
#include "common/runtime/publish_failure.h"

enum { STEPS_TO_GROW = 8 /* stored before the next larger size is tried */ };

size_t loop_shrunk(const struct loop *loop, size_t most) {
    size_t shrunk = most >> loop->shrunk;
    return shrunk == 0 ? 1 : shrunk;
}

/* What a smaller batch may mend. */
static bool is_too_slow(const struct error *err) {
    static const char *const codes[] = {
        "57014",            /* statement_timeout */
        "DATABASE_TIMEOUT", /* our own limit */
        "_TIMED_OUT",       /* of a call of librdkafka, or of a record */
        "_MSG_TIMED_OUT",
        PUBLISH_EXPIRED,
    };
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (strcmp(err->code, codes[i]) == 0)
            return true;
    return false;
}

void loop_pace_failed(struct loop *loop, const struct error *err) {
    size_t most = (size_t)loop->settings->batch_max_records;
    bool is_least = loop_shrunk(loop, most) == 1 && loop_shrunk(loop, TIMERS_PER_TICK) == 1;
    if (!is_too_slow(err) || is_least)
        return;
    loop->shrunk++;
    loop->since_shrunk = 0;
    log_line(LOG_LEVEL_WARNING, loop->worker->name,
             "too slow for a batch of this size (%s): at most %zu records in the next one",
             err->code, loop_shrunk(loop, most));
}

void loop_pace_passed(struct loop *loop) {
    if (loop->shrunk == 0 || ++loop->since_shrunk < STEPS_TO_GROW)
        return;
    loop->shrunk--;
    loop->since_shrunk = 0;
    if (loop->shrunk == 0)
        log_line(LOG_LEVEL_INFO, loop->worker->name, "batches are as large again as before");
}
