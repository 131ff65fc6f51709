/* What became of a request whose person was erased: its entry of the tracking is withdrawn, and if
 * it was open, it ends. It cannot be decided any more, and its clock must not run on. */
#ifndef GUICHET_AFFILIATION_ERASURE_H
#define GUICHET_AFFILIATION_ERASURE_H

#include "workers/affiliation/store.h"

/* The timer of the kind `tracking_refresh`: nothing happens to a request that is not erased. */
void erasure_fire(struct batch *batch, struct record *record, const struct timer *timer);

#endif
