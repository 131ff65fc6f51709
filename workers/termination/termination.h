/* Termination: an employer gives notice of a contract, and we say when the contract ends. Read this
 * first: what comes in, what a decision is made from, and the decision. Nothing here touches the
 * world; decide.c and journey.c hold the rules, worker.c and notices.c gather facts and act.
 *
 * A journey leads through « Résilier votre contrat »: started, identified, recap, confirmed. Only
 * the confirmation is a notice. Whatever else a journey does, or leaves undone, leaves the contract
 * alone; and a confirmation counts however the journey went before.
 *
 * Source: FAQ « Votre espace client en 8 questions », question 8 (« J'ai cliqué par erreur sur
 * Résilier votre contrat »). */
#ifndef GUICHET_TERMINATION_H
#define GUICHET_TERMINATION_H

#include "common/base/contract.h"
#include "common/base/rule.h"

/* Where a journey stands; 0: nothing of it has come. The order of the first three is that of the
 * steps. */
enum journey_state {
    JOURNEY_STARTED = 1,
    JOURNEY_IDENTIFIED,
    JOURNEY_RECAP,
    JOURNEY_ABANDONED, /* by the employer, or by silence */
    JOURNEY_WAITING,   /* confirmed, for a contract that is not known yet */
    JOURNEY_NOTIFIED,  /* the notice stands */
    JOURNEY_REJECTED,
    JOURNEY_WITHDRAWN, /* the notice was taken back */
};
extern const struct words journey_state_words;

/* What can happen to a journey that is no notice. */
enum journey_event {
    JOURNEY_EVENT_STARTED = 1,
    JOURNEY_EVENT_IDENTIFIED,
    JOURNEY_EVENT_RECAP,
    JOURNEY_EVENT_ABANDONED,
    JOURNEY_EVENT_IDLE, /* no event: time went by */
};
extern const struct words journey_event_words;

/* In the order in which a decision lists them. */
enum termination_reason {
    TERMINATION_UNKNOWN_CONTRACT = 1,
    TERMINATION_ALREADY_TERMINATED,
    TERMINATION_CONTRACT_ENDED,
};
extern const struct words termination_reason_words;

enum legal_basis { BASIS_INFRA_ANNUAL = 1, BASIS_EXPIRY };
extern const struct words legal_basis_words;

/* Whether the journey was confirmed before, and in the same words. */
enum confirmation_sighting { CONFIRMATION_NEW = 1, CONFIRMATION_SAME, CONFIRMATION_OTHER };
extern const struct words confirmation_sighting_words;

enum { TERMINATION_REASONS_MAX = TERMINATION_CONTRACT_ENDED, TERMINATION_RULES_MAX = 8 };

/* Data of termination.started, .abandoned and .withdrawal-requested. */
struct journey_signal {
    struct slice journey_id;
    struct slice siren;
    struct slice contract_id;
    struct slice user_id;
    int64_t at;
};

/* Data of termination.confirmed: the notice. */
struct confirmation {
    struct slice journey_id;
    struct slice siren;
    struct slice contract_id;
    struct slice user_id;
    int64_t at;
    int64_t received_at; /* counts for every date */
    struct slice motive;
    int32_t event_on;
};

struct journey_facts {
    struct slice siren;
    struct slice journey_id;
    enum journey_event event;
    int64_t at;               /* of the event; of JOURNEY_EVENT_IDLE: now */
    enum journey_state state; /* 0: unknown */
    int64_t last_step_at;     /* the latest instant of its events; absent: unknown */
    int32_t idle_minutes;     /* without a step, after which a journey is abandoned */
};

struct journey_decision {
    enum journey_state state;
    int64_t last_step_at;
    const char *rules[TERMINATION_RULES_MAX]; /* codes that fired, in order */
    size_t rules_count;
};

/* What a decision needs of a contract. */
struct termination_contract {
    int32_t revision;
    enum category category;
    int32_t ends_on; /* last day, or DATE_NONE */
    int32_t first_subscribed_on;
    struct expiry expiry;
    int32_t notice_months;
    struct slice_list emails; /* of its contacts, as typed */
};

struct termination_facts {
    struct confirmation confirmation;
    enum confirmation_sighting sighting;
    int64_t decided_at;
    int64_t grace_ends_at; /* until when it waits for its contract */
    int32_t received_on;   /* Paris date of received_at */
    bool has_contract;
    struct termination_contract contract;
    struct slice standing_journey_id; /* whose notice of the contract stands; absent: none */
    int64_t withdrawn_at;             /* the notice was taken back before; absent: it was not */
    int32_t withdrawn_on;             /* Paris date of it, or DATE_NONE */
};

struct termination_decision {
    enum journey_state state; /* from JOURNEY_WAITING on; 0: confirmed before, nothing happens */
    enum termination_reason reasons[TERMINATION_REASONS_MAX];
    size_t reasons_count;
    enum legal_basis legal_basis;            /* notified and withdrawn with a contract known */
    int32_t effective_on;                    /* when it takes effect; else DATE_NONE */
    struct slice recipients[LIMIT_CONTACTS]; /* of the receipt of a notice that stands */
    size_t recipients_count;
    const char *rules[TERMINATION_RULES_MAX];
    size_t rules_count;
};

struct withdrawal_facts {
    struct journey_signal withdrawal;
    int32_t withdrawn_on;            /* Paris date of its `at` */
    enum journey_state state;        /* of the journey it names; 0: unknown */
    struct slice notice_contract_id; /* of its notice; absent: not confirmed */
    int32_t effective_on;            /* of its notice, or DATE_NONE */
};

enum withdrawal_outcome {
    WITHDRAWAL_KEPT = 1, /* the notice may still come */
    WITHDRAWAL_TAKES_BACK,
    WITHDRAWAL_NO_EFFECT,
};

struct withdrawal_decision {
    enum withdrawal_outcome outcome;
    const char *rules[TERMINATION_RULES_MAX];
    size_t rules_count;
};

/* The notice can still come or be given: nothing has been confirmed. */
bool journey_is_open(enum journey_state state);

/* From when on a journey counts as abandoned if no further step comes. */
int64_t journey_idle_at(int64_t last_step_at, int32_t idle_minutes);

/* Where an event, or the lack of one, leaves a journey. */
void journey_decide(const struct journey_facts *facts, struct journey_decision *decision);

/* Decides a confirmation: when it comes, when its contract becomes known, when the wait is over. */
void termination_decide(const struct termination_facts *facts,
                        struct termination_decision *decision);

/* Decides whether a withdrawal takes a notice back. */
void withdrawal_decide(const struct withdrawal_facts *facts, struct withdrawal_decision *decision);

/* When a notice received on that day (Europe/Paris) takes effect, and by which right: a santé
 * contract of a year or more a month later; any other on the first expiry day that leaves the time
 * of notice. Months are clamped to their end. */
int32_t termination_effective_on(const struct termination_contract *contract, int32_t received_on,
                                 enum legal_basis *basis);

/* The rules one by one, the refusals first; NULL past the end. */
const struct rule *termination_rule(size_t index);

/* How journeys move; NULL past the end. */
const struct transition *termination_transition(size_t index);

#endif
