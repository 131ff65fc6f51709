/* The pulse of a worker's clock: looks up whether a timer is due, at most once a second, and then
 * writes a tick to the clock partition that serves it; at most one that is not consumed yet, unless
 * that has been so for a minute: a broker that lost its power may have lost a tick with it. Ticks
 * are written at least once, by a plain idempotent producer: what they cause has the guarantee of
 * any batch (timer.h). Lives on the loop's thread. */
#ifndef GUICHET_RUNTIME_TICKER_H
#define GUICHET_RUNTIME_TICKER_H

#include "common/runtime/loop.h"

/* ERROR_FATAL "CONFIGURATION" for a wrong property; the broker is not asked. */
MUST_CHECK bool ticker_open(struct loop *loop, struct error *err);
void ticker_close(struct loop *loop);

/* After settling: how many partitions the clock has. Forgets the ticks under way. */
MUST_CHECK bool ticker_settle(struct loop *loop, struct error *err);

/* Called in every round of the loop; one look-up a second, none while every tick is under way. */
MUST_CHECK bool ticker_run(struct loop *loop, struct error *err);

#endif
