/* The termination worker's working set: the journeys that a batch is about, loaded set-based,
 * changed by each decision at once, written back set-based. */
#ifndef GUICHET_TERMINATION_STORE_H
#define GUICHET_TERMINATION_STORE_H

#include "common/runtime/early.h"
#include "workers/termination/termination.h"

enum {
    WAITING_PER_WAKE = 100, /* notices that one wake-up of a contract decides; others follow */
    WAITING_PER_BATCH = 1000,
};

/* A row of termination_journey. */
struct journey {
    struct slice siren;
    struct slice journey_id;
    struct slice contract_id;
    enum journey_state state;
    int64_t last_step_at;
    struct slice fingerprint; /* of its confirmation; absent: not confirmed */
    int64_t received_at;
    int64_t grace_ends_at; /* waiting: until then */
    enum legal_basis legal_basis;
    int32_t effective_on;
    int64_t withdrawn_at;
    int64_t recorded_at;
    struct origin origin; /* waiting: of the confirmation */
    struct slice content; /* waiting: the confirmation */
    /* Of this batch only. */
    const struct confirmation *confirmation; /* waiting: read from `content` */
    struct journey *next;                    /* waiting for the same contract, next in line */
    bool is_changed;
};

struct termination_state {
    struct map journeys; /* siren, journey id → struct journey */
    struct map standing; /* siren, contract id → the journey whose notice was the last to stand */
    struct map waiting;  /* siren, contract id → the first in line, of contracts just woken */
    struct map contracts; /* siren, contract id → struct contract */
    struct early_events early;
    struct journey **changed;
    size_t changed_count;
    size_t changed_room;
    bool is_waiting_cut; /* more may wait than were read */
};

enum { TERMINATION_STATEMENTS = 4 };
extern const struct statement *const termination_statements[TERMINATION_STATEMENTS];

/* Timer of a journey that nobody confirmed yet: looked at when it may be idle. */
extern const char timer_idle[];
/* Kind of the withdrawals that are kept for their confirmation. */
extern const char early_withdrawal[];

MUST_CHECK bool termination_load(struct batch *batch, struct error *err);
MUST_CHECK bool termination_store(struct batch *batch, struct error *err);

/* A journey that was not known, in state 0. */
struct journey *journey_add(struct batch *batch, struct slice siren, struct slice journey_id);

/* To be written; once is enough. */
void journey_note(struct batch *batch, struct journey *journey);

/* The journey whose notice of that contract stands, or NULL. */
struct journey *journey_standing(const struct termination_state *state, struct slice siren,
                                 struct slice contract_id);

#endif
