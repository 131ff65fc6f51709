/* What is told of a notice, and to whom: contract administration, the contract's contacts, or an
 * operator where there are none. */
#ifndef GUICHET_TERMINATION_EMIT_H
#define GUICHET_TERMINATION_EMIT_H

#include "workers/termination/store.h"

/* The outputs of a confirmation that was decided, the decision being applied to `journey`; of one
 * that waits, none. */
void termination_emit(struct batch *batch, struct record *record, const struct journey *journey,
                      const struct termination_decision *decision);

/* The notice was taken back. */
void termination_emit_withdrawn(struct batch *batch, struct record *record,
                                const struct journey *journey);

#endif
