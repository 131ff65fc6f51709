/* The working set of a batch: what the store holds about the additions, removals and insured that
 * its records and timers name, and what this batch changes. Each decision changes it at once, so
 * that the next record sees it; all is written set-based at the end. Locks are held on all
 * employers of the batch: nothing here can change beneath it. */
#ifndef GUICHET_BENEFICIARY_STORE_H
#define GUICHET_BENEFICIARY_STORE_H

#include "common/base/business_time.h"
#include "common/runtime/early.h"
#include "workers/beneficiary/messages.h"

/* An addition seen before. */
struct addition_row {
    struct slice siren;
    struct slice addition_id;
    struct slice insured_id; /* as named by the publisher; a UUID in its canonical form */
    struct slice contract_id;
    enum addition_status status;
    struct slice fingerprint;
    int64_t submitted_at;
    int64_t decided_at;
    int64_t deadline_at;   /* held for the employer, else INSTANT_NONE */
    struct slice reasons;  /* codes, comma-separated; empty, never absent */
    int64_t grace_ends_at; /* waiting for the insured, else INSTANT_NONE */
    int64_t held_at;       /* held: since when; else INSTANT_NONE */
    int64_t looked_at;     /* held without a PMSS: when last priced; else INSTANT_NONE */
    int32_t reminders;     /* sent to the adviser */
    enum employer_answer answer;
    struct origin origin; /* of its request, while it is open */
    struct slice content; /* the request, while it is open */
    struct slice sealed;
    /* Not columns. */
    const struct addition_requested *request; /* open ones: its people are missing if erased */
    struct person_key *key;                   /* of an open one: whose key seals the request */
    bool is_erased;                           /* what it said can't be read any more */
    bool is_to_be_sealed;
    bool is_noted;             /* among the changed */
    struct addition_row *next; /* waits for the same insured */
};

/* Somebody covered beside an insured, or waiting to be. */
struct person_row {
    struct slice siren;
    struct uuid insured_id;
    struct slice contract_id;
    struct slice beneficiary_id;
    struct slice source_id; /* the affiliation request or the addition he came with */
    enum relative_state state;
    enum relation relation;
    enum scheme scheme;
    int32_t coverage_from;
    int32_t removed_on;
    struct slice content;
    struct slice sealed;
    struct covered_person person; /* opened; not a column */
    bool is_noted;
    struct person_row *next; /* of the same insured */
};

struct affiliation_row {
    struct slice siren;
    struct uuid insured_id;
    struct affiliation affiliation;
    struct origin ended; /* of the event that ended it */
};

struct insured {
    struct slice siren;
    struct uuid insured_id;
    struct slice content;
    struct slice sealed;
    struct person_key *key;
    bool is_erased; /* then he is unknown: nobody can be added to a cover without a name */
    struct insured_identity identity;
    struct affiliation_list affiliations; /* in order of acceptance */
    const struct origin *ended;           /* of each of them: the event that ended it */
    struct person_row *people_first;
    struct person_row *people_last;
};

struct removal_row {
    struct slice siren;
    struct slice removal_id;
    struct slice fingerprint;
    int64_t decided_at;
};

/* An end of an affiliation that billing was told of; the latest is the one that it knows. */
struct end_row {
    struct slice siren;
    struct uuid insured_id;
    struct slice contract_id;
    struct slice request_id; /* which affiliation */
    int32_t ended_on;
    int32_t times; /* told: more than once if a correction was taken back */
    int64_t decided_at;
    struct end_row *next; /* of the same contract and insured, in order of being told */
};

/* The most that wait for one insured and are decided by one wake-up, and in one batch. */
enum { WAITING_PER_WAKE = 20, WAITING_PER_BATCH = 500 };

struct working_set {
    struct map additions; /* (siren, addition_id) → struct addition_row * */
    struct map waiting; /* (siren, insured_id as stored) → the first of those that wait for him */
    bool is_waiting_cut;  /* there may be more of them */
    struct map removals;  /* (siren, removal_id) → struct removal_row * */
    struct map ends;      /* (siren, "<contract_id>/<insured_id>") → the first struct end_row * */
    struct map insured;   /* (siren, insured_id as canonical text) → struct insured * */
    struct map contracts; /* (siren, contract_id) → struct contract * */
    struct pmss_table pmss;
    struct calendar calendar; /* by which an adviser is reminded */
    struct early_events early;
    struct addition_row **open; /* those loaded that are open */
    size_t open_count;
    struct addition_row **changed_additions;
    size_t changed_additions_count;
    struct person_row **changed_people;
    size_t changed_people_count;
    size_t changed_people_room;
    struct removal_row **new_removals;
    size_t new_removals_count;
    struct end_row **changed_ends;
    size_t changed_ends_count;
};

extern const struct columns addition_columns;
extern const struct columns person_columns;
extern const struct columns removal_columns;
extern const struct columns end_columns;

enum { BENEFICIARY_STATEMENTS = 12 };
extern const struct statement *const beneficiary_statements[BENEFICIARY_STATEMENTS];

/* Reads all that the batch's records and timers need, set-based. Raises the batch's now to what is
 * stored. (load.c) */
MUST_CHECK bool beneficiary_load(struct batch *batch, struct error *err);

/* Writes what changed. */
MUST_CHECK bool beneficiary_store(struct batch *batch, struct error *err);

/* The additions that a published PMSS may concern: all that were last looked at before. */
MUST_CHECK bool beneficiary_spread(struct batch *batch, const struct timer *timer, size_t most,
                                   struct subject_key **subjects, size_t *count, struct error *err);

#endif
