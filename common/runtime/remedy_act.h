/* Executing remedies, by the process that owns the partition: while it settles, when all is idle
 * and the evidence is fresh. In three steps, each of which may be the last one before a crash: the
 * database's marker moves, the committed offset follows, the row says so. Whoever settles next goes
 * on where it stopped. */
#ifndef GUICHET_RUNTIME_REMEDY_ACT_H
#define GUICHET_RUNTIME_REMEDY_ACT_H

#include "common/runtime/loop.h"
#include "common/runtime/survey.h"

/* Once a second: is something asked for that a partition of ours is about? Then the loop settles.
 */
MUST_CHECK bool remedy_look(struct loop *loop, struct error *err);

/* Does what is asked for or refuses it: all rows about partitions of ours, which `survey` has just
 * looked at. The publisher must be idle and assigned. `*acted`: what the survey saw is not so any
 * more. */
MUST_CHECK bool remedy_act(struct loop *loop, struct arena *arena, const struct survey *survey,
                           bool *acted, struct error *err);

#endif
