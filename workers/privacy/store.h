/* The privacy worker's working set: whom the batch's requests name, what is held of them, and what
 * has to hear of an erasure. The employers' locks keep the other workers from writing about these
 * people meanwhile. */
#ifndef GUICHET_PRIVACY_STORE_H
#define GUICHET_PRIVACY_STORE_H

#include "common/runtime/batch.h"
#include "workers/privacy/holdings.h"

/* Where a person left a trace that others must be told of, or a key. */
enum trace_kind { TRACE_KEY = 1, TRACE_COVER, TRACE_REQUEST, TRACE_ADDITION };

struct trace {
    struct slice siren;
    struct slice person;
    enum trace_kind kind;
    struct slice id; /* a key's subject, a contract, a request or an addition */
};

/* The traces of one person: a stretch of one array. */
struct trace_list {
    const struct trace *items;
    size_t count;
};

/* A request that was answered. */
struct privacy_row {
    struct slice siren;
    struct slice privacy_request_id;
    enum privacy_wish wish;
    struct slice named;
    struct slice person; /* absent: nobody known */
    struct slice fingerprint;
    int64_t decided_at;
};

struct privacy_state {
    struct map seen;    /* siren, privacy_request_id → struct privacy_row */
    struct map meaning; /* siren, named → struct privacy_person */
    struct map traces;  /* siren, person → struct trace_list; of those who may be erased */
    /* What the batch makes. */
    const struct privacy_row **new_rows;
    size_t new_count;
    const struct privacy_person **erased;
    size_t erased_count;
};

enum { PRIVACY_STATEMENTS = 10 };
extern const struct statement *const privacy_statements[PRIVACY_STATEMENTS];

enum privacy_wish privacy_wish_of(const struct record *record);

/* The load and store steps of the worker. */
MUST_CHECK bool privacy_load(struct batch *batch, struct error *err);
MUST_CHECK bool privacy_store(struct batch *batch, struct error *err);

/* The request has an answer now. */
void privacy_keep(struct batch *batch, const struct record *record,
                  const struct privacy_person *person);

/* The person's data goes: the next request of the batch finds what stays. */
void privacy_erase(struct batch *batch, struct privacy_person *person);

#endif
