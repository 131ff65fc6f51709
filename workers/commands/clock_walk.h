/* How the due instant of a request came about, day by day, for `guichet explain`. */
#ifndef GUICHET_COMMANDS_CLOCK_WALK_H
#define GUICHET_COMMANDS_CLOCK_WALK_H

#include "common/base/zone.h"
#include "common/runtime/db.h"

/* If the facts of a decision hold the clock of an online request: prints each date from the
 * submission to the due instant, the business time that it gave, and why or why not, by the
 * revision of the calendar that the facts name. Prints nothing otherwise. `facts` is JSON. */
MUST_CHECK bool clock_walk_print(struct db *db, struct arena *arena, const struct zone *zone,
                                 struct slice facts, struct error *err);

#endif
