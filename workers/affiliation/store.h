/* The working set of a batch: what the requests of its records need to know, loaded set-based,
 * changed by each decision at once so that the next record sees it, and written back set-based.
 * Locks are held on all employers of the batch: nothing here can change beneath it. */
#ifndef GUICHET_AFFILIATION_STORE_H
#define GUICHET_AFFILIATION_STORE_H

#include "common/runtime/early.h"
#include "common/runtime/employer_mail.h"
#include "workers/affiliation/affiliation.h"

/* State of an insured's account, once per insured. */
enum account_state {
    ACCOUNT_STATE_NONE = 1,
    ACCOUNT_STATE_INVITED,
    ACCOUNT_STATE_LETTER_SENT,
    ACCOUNT_STATE_ACTIVE,
};
extern const struct words account_state_words;

/* By which an employee is recognised; absent where the request states none (or no valid NIR). */
struct person_hashes {
    struct slice nir;
    struct slice temporary;
};

/* A request as it is kept: enough to know it again and to answer for it; while it is open, all that
 * it said, too. */
struct request_row {
    struct slice siren;
    struct slice request_id;
    struct slice root_request_id;
    struct slice contract_id;
    enum channel channel;
    enum affiliation_status status;
    struct uuid insured_id;
    struct slice person; /* whose data key seals what is kept of it */
    struct slice fingerprint;
    int64_t submitted_at;
    int64_t first_submitted_at; /* of the first attempt, as told; a first attempt's own */
    int64_t due_at;
    struct slice calendar_id;
    int32_t calendar_revision;
    int64_t decided_at;
    struct slice reasons; /* codes, comma-separated; under review: the doubts */
    int32_t tracking_version;
    int32_t milestones_raised; /* of the clock */
    /* Absent once it is decided. */
    int64_t grace_ends_at;
    struct origin origin;
    struct slice content; /* affiliation_request_shape; the personal part is sealed */
    struct slice sealed;
    /* Not stored as such. */
    const struct affiliation_request *request; /* NULL: decided before the batch */
    struct person_key *key;                    /* seals what it said */
    bool is_erased;
    bool is_new;   /* in this batch */
    bool is_armed; /* a timer may look at it again */
    bool is_changed;
    struct request_row *next; /* waits for the same contract */
};

/* An insured's cover by one contract, in all its affiliations (covers.h), and its roster entry. */
struct cover {
    struct slice siren;
    struct uuid insured_id;
    struct slice contract_id;
    int32_t version; /* of the roster entry */
    /* Not stored here. */
    struct affiliation_row *first; /* in order of acceptance; one at least */
    struct affiliation_row *last;  /* the one that the roster shows */
    size_t affiliations_count;
    struct beneficiary_row *people; /* covered beside the insured and not removed, by all of them */
    bool is_changed;
    struct cover *next; /* of the same insured */
};

/* A person at an employer. */
struct insured {
    struct slice siren;
    struct uuid insured_id;
    struct slice nir_hash;
    struct slice temporary_hash;
    enum account_state account_state;
    struct slice content; /* insured_shape; the personal part is sealed */
    struct slice sealed;
    int64_t recorded_at;
    struct uuid notification_id; /* of the activation e-mail, if there was one */
    int64_t link_expires_at;     /* the link can still be used; INSTANT_NONE: used, bounced, gone */
    struct origin origin;        /* what later events about the account follow from */
    /* Not stored as such. */
    struct insured_identity identity;
    bool is_erased;
    bool is_learnt; /* the identity changed: to be sealed again */
    struct person_key *key;
    struct cover *covers;
    bool is_changed;
};

struct affiliation_row {
    struct slice siren;
    struct uuid insured_id;
    struct slice contract_id;
    struct slice request_id;
    enum channel channel;
    enum scheme scheme;
    struct slice option;
    int32_t effective_on;
    int32_t ended_on; /* last day; DATE_NONE: open; before effective_on: it never began */
    int64_t accepted_at;
    struct origin ended; /* of what ended it: billing follows from it */
    /* Not stored here. */
    int32_t version; /* of the roster entry, as read */
    bool is_changed;
    struct affiliation_row *next; /* of the same cover */
};

struct beneficiary_row {
    struct slice siren;
    struct uuid insured_id;
    struct slice contract_id;
    struct slice beneficiary_id;
    struct slice source_id;
    struct slice state;
    enum relation relation;
    enum scheme scheme;
    int32_t coverage_from;
    struct slice content;
    struct slice sealed;
    /* Sealed when it is stored. */
    const struct person_key *key;
    const struct beneficiary *person;
    struct beneficiary_row *next; /* of the same cover */
};

/* The most requests that one wake-up decides, and all wake-ups of a batch. */
enum { WAITING_PER_WAKE = 40, WAITING_PER_BATCH = 1000 };

struct affiliation_state {
    struct map calendars; /* id → struct calendar */
    struct early_events early;
    struct map contracts;    /* siren, contract_id → struct contract */
    struct map requests;     /* siren, request_id → struct request_row */
    struct map waiting;      /* siren, contract_id → struct request_row: the first by its grace */
    bool is_waiting_cut;     /* there are more that wait than were read */
    struct map by_nir;       /* siren, hash → struct insured */
    struct map by_temporary; /* siren, hash → struct insured */
    struct map by_id;        /* siren, insured_id → struct insured */
    struct map by_notification; /* siren, notification_id → struct insured */
    struct map employer_mails;  /* siren, notification_id → struct employer_mail */
    /* Requests that were open before the batch, as they were read. */
    struct request_row **open;
    size_t open_count;
    /* What the batch makes or changes, with room for all that its records and timers can. */
    struct request_row **requests_changed;
    size_t requests_count;
    struct insured **insured_changed;
    size_t insured_count;
    struct cover **covers_changed;
    size_t covers_count;
    struct affiliation_row **affiliations_changed;
    size_t affiliations_count;
    struct beneficiary_row *beneficiaries_new;
    size_t beneficiaries_count;
};

/* Reads what the batch's records and timers need, with one statement for each table. */
MUST_CHECK bool affiliation_load(struct batch *batch, struct error *err);

/* Open requests of the timer's calendar that were judged by an older revision of it. */
MUST_CHECK bool affiliation_spread(struct batch *batch, const struct timer *timer, size_t most,
                                   struct subject_key **subjects, size_t *count, struct error *err);

/* Seals and writes what changed, with one statement for each table. */
MUST_CHECK bool affiliation_store(struct batch *batch, struct error *err);

/* The columns of the tables, as they are both read and written. */
extern const struct columns request_columns;
extern const struct columns insured_columns;
extern const struct columns affiliation_columns;

enum { AFFILIATION_STATEMENTS = 11 };
extern const struct statement *const affiliation_statements[AFFILIATION_STATEMENTS];

#endif
