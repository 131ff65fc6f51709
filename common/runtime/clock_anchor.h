/* The anchor of the simulated clock: one row of the database, which every process of the
 * installation follows. */
#ifndef GUICHET_RUNTIME_CLOCK_ANCHOR_H
#define GUICHET_RUNTIME_CLOCK_ANCHOR_H

#include "common/runtime/clock.h"
#include "common/runtime/db.h"
#include "common/runtime/settings.h"

/* At a process's start. Without `clock.simulate`: the real clock; ERROR_FATAL "CONFIGURATION" if
 * the database has an anchor. With it: sets the anchor if there is none, moves it forward for all
 * if `clock.start` or `clock.rate` differ from what it was made with, and says so in the log.
 * ERROR_FATAL "CONFIGURATION" if that start lies before the simulated now. In a transaction of its
 * own. */
MUST_CHECK bool clock_anchor_settle(const struct settings *settings, struct db *db,
                                    struct arena *arena, struct clock *clock, struct error *err);

/* What clock_anchor_settle would refuse, without changing or locking anything. */
MUST_CHECK bool clock_anchor_check(const struct settings *settings, struct db *db,
                                   struct arena *arena, struct error *err);

/* Reads the anchor as it is now, set by whichever process: the simulated clock, or the real one
 * where there is no row. */
MUST_CHECK bool clock_anchor_read(struct db *db, struct arena *arena, struct clock *clock,
                                  struct error *err);

#endif
