/* The working set of a batch: what the requests of its records need to know, loaded set-based,
 * changed by each decision at once so that the next record sees it, and written back set-based.
 * Locks are held on all employers of the batch: nothing here can change beneath it. */
#ifndef GUICHET_AFFILIATION_STORE_H
#define GUICHET_AFFILIATION_STORE_H

#include "common/runtime/batch.h"
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

/* A request as it is kept: enough to know it again and to answer for it. */
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
    int64_t due_at;
    struct slice calendar_id;
    int32_t calendar_revision;
    int64_t decided_at;
    struct slice reasons; /* codes, comma-separated */
    int32_t tracking_version;
};

/* An insured's cover by one contract, in all its affiliations, and its roster entry. */
struct cover {
    struct slice siren;
    struct uuid insured_id;
    struct slice contract_id;
    int32_t covered_until; /* last day; DATE_NONE: open */
    int32_t version;       /* of the roster entry */
    /* Not stored here. */
    struct map beneficiaries; /* ids of the people covered beside the insured and not removed */
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
    /* Not stored as such. */
    struct insured_identity identity;
    bool is_erased;
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
    int32_t ended_on;
    int64_t accepted_at;
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
};

struct affiliation_state {
    struct calendar calendar;
    struct map contracts;    /* siren, contract_id → struct contract */
    struct map requests;     /* siren, request_id → struct request_row */
    struct map by_nir;       /* siren, hash → struct insured */
    struct map by_temporary; /* siren, hash → struct insured */
    struct map by_id;        /* siren, insured_id → struct insured */
    /* What the batch makes or changes, with room for all that its records can. */
    struct request_row *requests_new;
    size_t requests_count;
    struct insured **insured_changed;
    size_t insured_count;
    struct cover **covers_changed;
    size_t covers_count;
    struct affiliation_row *affiliations_new;
    size_t affiliations_count;
    struct beneficiary_row *beneficiaries_new;
    size_t beneficiaries_count;
};

/* Reads what the batch's requests need, with one statement for each table. */
MUST_CHECK bool affiliation_load(struct batch *batch, struct error *err);

/* Seals and writes what changed, with one statement for each table. */
MUST_CHECK bool affiliation_store(struct batch *batch, struct error *err);

/* Hashes of what the request says of its employee, in the batch's arena. */
struct person_hashes affiliation_hashes(struct batch *batch,
                                        const struct affiliation_request *request);

/* "insured/<uuid>": whose key seals what is kept of an insured. */
struct slice affiliation_person_subject(struct arena *arena, const struct uuid *insured_id);

/* The insured's cover by a contract, or NULL. */
struct cover *insured_cover(const struct insured *insured, struct slice contract_id);

/* A cover without anybody else, put to the insured's others. */
struct cover *insured_add_cover(struct batch *batch, struct insured *insured,
                                struct slice contract_id);

/* Key of a map by a UUID; the UUID must live as long as the map. */
struct slice uuid_slice(const struct uuid *uuid);

enum { AFFILIATION_STATEMENTS = 9 };
extern const struct statement *const affiliation_statements[AFFILIATION_STATEMENTS];

#endif
