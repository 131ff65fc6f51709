/* The clock of an open request in the working set (sla.h has its arithmetic): what it is due at,
 * and its milestones, each told once as soon as it has passed. */
#ifndef GUICHET_AFFILIATION_DEADLINES_H
#define GUICHET_AFFILIATION_DEADLINES_H

#include "workers/affiliation/sla.h"
#include "workers/affiliation/store.h"

/* What requests judged by that calendar are measured with; absent: by the one of the settings. */
struct affiliation_promise deadlines_promise(const struct batch *batch, struct slice calendar_id);

/* Gives a new request the instant it is due at; none to those of offline channels. */
void deadlines_start(const struct batch *batch, struct request_row *row);

/* Tells, as a part of `record`, what is past now: first that a new calendar moved the due instant,
 * then milestones that lie strictly before now, in order. A milestone told is never told again, nor
 * taken back. */
void deadlines_advance(struct batch *batch, struct record *record, struct request_row *row);

/* The instant of the next milestone; INSTANT_NONE: all are told, or there is no clock. */
int64_t deadlines_next_ms(const struct batch *batch, const struct request_row *row);

/* Counts a decision on an online request, once the batch is committed. */
void deadlines_measure(struct batch *batch, const struct sla *sla);

#endif
