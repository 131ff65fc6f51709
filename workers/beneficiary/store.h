/* The working set of a batch of additions: what the store holds about the insured they name, and
 * what this batch adds to it. Kept current while the batch is decided, so that a second addition
 * sees the first one's people. */
#ifndef GUICHET_BENEFICIARY_STORE_H
#define GUICHET_BENEFICIARY_STORE_H

#include "common/runtime/batch.h"
#include "workers/beneficiary/messages.h"

/* An addition decided or held. */
struct addition_row {
    struct slice siren;
    struct slice addition_id;
    struct slice insured_id; /* as named by the publisher */
    struct slice contract_id;
    enum addition_status status;
    struct slice fingerprint;
    int64_t submitted_at;
    int64_t decided_at;
    int64_t deadline_at;  /* held for the employer, else INSTANT_NONE */
    struct slice reasons; /* codes, comma-separated; empty, never absent */
    struct slice content; /* the request, while it is held */
    struct slice sealed;
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
    struct person_row *next;      /* of the same insured */
};

struct affiliation_row {
    struct slice siren;
    struct uuid insured_id;
    struct affiliation affiliation;
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
    struct person_row *people_first;
    struct person_row *people_last;
};

struct working_set {
    struct map additions; /* (siren, addition_id) → struct addition_row * */
    struct map insured;   /* (siren, insured_id as canonical text) → struct insured * */
    struct map contracts; /* (siren, contract_id) → struct contract * */
    struct pmss_table pmss;
    struct addition_row **new_additions; /* at most one per record */
    size_t new_additions_count;
    const struct person_row **new_people; /* at most LIMIT_BENEFICIARIES per record */
    size_t new_people_count;
};

/* Reads all that the batch's records need: six statements at most, whatever their number. Raises
 * the batch's now to what is stored. */
MUST_CHECK bool beneficiary_load(struct batch *batch, struct error *err);

/* Writes what was added: two statements. */
MUST_CHECK bool beneficiary_store(struct batch *batch, struct error *err);

/* The insured of that id at that employer; NULL if there is none, if the id is no UUID, or if he
 * was erased. */
struct insured *working_set_insured(const struct batch *batch, struct slice siren,
                                    struct slice insured_id);

/* Adds the row (in the arena) to what the batch writes and to what later records see. */
void working_set_add_addition(struct batch *batch, struct addition_row *row);
void working_set_add_person(struct batch *batch, struct insured *insured, struct person_row *row);

#endif
