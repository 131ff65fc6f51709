/* The promise of one business day (FAQ question 4), as pure arithmetic of instants: when a request
 * is due, and the four milestones of its clock. The clock starts at the submission and stops at the
 * final decision; it never pauses. Offline channels have none. */
#ifndef GUICHET_AFFILIATION_SLA_H
#define GUICHET_AFFILIATION_SLA_H

#include "workers/affiliation/affiliation.h"

/* What the promise is measured with: settings and reference data. */
struct affiliation_promise {
    const struct calendar *calendar;
    const struct zone *zone; /* Europe/Paris */
    int32_t online_single_days;
    int32_t online_bulk_days;
};

/* In the order in which they are reached. */
enum milestone {
    MILESTONE_AT_RISK,     /* three quarters of the time are over */
    MILESTONE_BREACHED,    /* due */
    MILESTONE_ESCALATED_1, /* 8 business hours later */
    MILESTONE_ESCALATED_2, /* 24 business hours later */
};
_Static_assert(MILESTONE_ESCALATED_2 + 1 == MILESTONES, "all of them");

/* The instant by which a request of that class must be decided to keep the promise. */
int64_t sla_due_ms(const struct affiliation_promise *promise, enum channel class,
                   int64_t submitted_at);

/* The instant of a milestone of a request that is due then. */
int64_t sla_milestone_ms(const struct affiliation_promise *promise, enum channel class,
                         int64_t submitted_at, int64_t due_at, enum milestone milestone);

/* A milestone is past strictly after its instant: a decision at that instant is in time. */
bool sla_is_past(int64_t milestone_ms, int64_t now_ms);

/* Whole business seconds from an instant to a later one, rounded down; 0 if it is not later: what
 * remains (now to due) or is overdue (due to now). */
int64_t sla_seconds(const struct affiliation_promise *promise, int64_t from_ms, int64_t to_ms);

/* Fills what follows from the clock: `submitted_on`, `has_sla` and `sla`, from the request and
 * `decided_at`. */
void affiliation_measure(struct affiliation_facts *facts,
                         const struct affiliation_promise *promise);

#endif
