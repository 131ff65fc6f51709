/* A leaver: which of an employee's affiliations to a contract ends, and after which day. Pure; the
 * effects are in leavers.c.
 *
 * An ending has no id of its own, only what it says: the same again has no effect, another last day
 * corrects the one told before. It is about the affiliation that covers its day; else about one
 * that is still open and begins later (which then never begins); else about the latest that began
 * by then (whose last day moves); else about the first. */
#ifndef GUICHET_AFFILIATION_ENDING_H
#define GUICHET_AFFILIATION_ENDING_H

#include "common/base/date.h"
#include "common/base/slice.h"
#include "workers/affiliation/paths.h"

/* Data of affiliation.ended. An id that others send is any id text, also one that is no UUID. */
struct affiliation_ending {
    struct slice siren;
    struct slice insured_id;
    struct slice contract_id;
    int32_t ended_on;   /* last day covered */
    struct slice cause; /* a free label */
};

/* One of the employee's affiliations to the contract. */
struct affiliation_term {
    struct slice request_id;
    int32_t effective_on;
    int32_t ended_on; /* DATE_NONE: open; before effective_on: it never began */
};

struct affiliation_term_list {
    const struct affiliation_term *items;
    size_t count;
};

struct ending_facts {
    struct affiliation_ending ending;
    struct affiliation_term_list terms; /* in order of acceptance; one at least */
};

struct ending_decision {
    bool has_effect;
    size_t index;         /* of the term that it is about */
    const char *rules[2]; /* codes of paths.h */
    size_t rules_count;
};

/* Decides; writes all of `decision`. */
void ending_decide(const struct ending_facts *facts, struct ending_decision *decision);

#endif
