/* The account worker's working set: what the batch's employers hold, and what the batch adds to it.
 * Each decision changes it at once, so that the next record sees it. Nothing here touches the
 * database: store.h fills the set and writes it back. */
#ifndef GUICHET_ACCOUNT_WORKING_SET_H
#define GUICHET_ACCOUNT_WORKING_SET_H

#include "common/runtime/batch.h"
#include "workers/account/account.h"

/* A contract in its current revision, and the account that holds it. */
struct held_contract {
    struct slice siren;
    struct slice contract_id;
    int32_t revision;
    enum category category;
    int32_t ends_on;
    struct slice fingerprint;
    int64_t recorded_at;
    struct slice holder_account_id; /* the survivor if it was merged; absent: nobody */
    int64_t attached_at;
    /* Of an attachment made in this batch. */
    struct slice attached_to; /* stays what it was, whatever is merged later */
    enum attachment_cause cause;
    struct slice trigger_id;
    struct held_contract *next;          /* of the employer, by id */
    struct held_contract *next_attached; /* in order of attachment */
};

struct held_account {
    struct slice siren;
    struct slice account_id;
    enum category category;
    struct slice survivor_account_id;
    int64_t registered_at;
    int32_t place;             /* among the employer's accounts of that instant, from 0 on */
    bool is_new;               /* since this batch */
    bool is_moved;             /* another survivor since this batch */
    struct held_account *next; /* of the employer, from the oldest on */
};

/* Who an account id belongs to. */
struct owner {
    struct slice account_id;
    struct slice siren; /* absent: nobody yet */
    enum category category;
    bool is_claimed; /* by this batch: what a registration names, so that it may get it */
    bool is_new;     /* since this batch */
};

/* An answer that was given, or a registration that waits. */
struct stored_registration {
    struct slice siren;
    struct slice registration_id;
    struct slice account_id;
    enum category category;
    enum registration_outcome outcome;
    struct slice fingerprint;
    int64_t decided_at; /* INSTANT_NONE while it waits */
    /* Only while it waits. */
    int64_t grace_ends_at;
    struct slice content; /* what it said, as JSON; nothing personal in it */
    struct origin origin;
    const struct registration *registration;  /* the content, read */
    struct stored_registration *next_waiting; /* of the employer, in order of arrival */
    struct stored_registration *next_changed;
    bool is_changed; /* by this batch */
};

struct stored_merge {
    struct slice siren;
    struct slice merge_id;
    enum merge_outcome outcome;
    struct slice session_account_id;
    struct slice other_account_id;
    struct slice fingerprint;
    int64_t decided_at;
};

/* A revision to be stored. Contacts wait unsealed for the contract's key. */
struct new_revision {
    struct slice siren;
    struct slice contract_id;
    int32_t revision;
    enum category category;
    int32_t starts_on;
    int32_t ends_on;
    struct slice fingerprint;
    struct slice content;
    struct slice sealed;
    int64_t recorded_at;
    struct slice personal;
    struct person_key *person;
};

struct employer {
    struct slice siren;
    struct held_contract *contracts_first;
    struct held_contract *contracts_last;
    size_t contracts_count;
    struct held_account *accounts_first;
    struct held_account *accounts_last;
    /* For a contract that the batch brings: those that came first, WAITING_PER_EMPLOYER at most,
     * and all that wait since this batch. */
    struct stored_registration *waiting_first;
    struct stored_registration *waiting_last;
    size_t waiting_count;
    bool is_waiting_cut; /* there may be more */
};

enum { WAITING_PER_EMPLOYER = 100 };

/* Rows of one kind, in room given at the start. */
struct row_list {
    const void **items;
    size_t count;
};

struct account_state {
    struct map employers;     /* siren → struct employer */
    struct map contracts;     /* siren, contract id → struct held_contract */
    struct map accounts;      /* siren, account id → struct held_account */
    struct map registrations; /* siren, registration id → struct stored_registration */
    struct map merges;        /* siren, merge id → struct stored_merge */
    struct map owners;        /* account id → struct owner */
    struct row_list employer_rows;
    struct row_list owner_rows;
    struct row_list new_revisions;
    struct row_list new_merges;
    struct stored_registration *changed_first;
    struct stored_registration *changed_last;
    size_t changed_count;
    struct held_contract *attached_first;
    struct held_contract *attached_last;
    size_t attached_count;
};

/* An empty list with room for so many rows. */
struct row_list row_list_new(struct arena *arena, size_t room);
void row_list_add(struct row_list *list, const void *row);

/* Puts what is stored into the set: a contract anywhere among its employer's, which stay sorted by
 * id; an account behind its employer's others, so from the oldest on. */
void account_add_contract(struct account_state *state, struct held_contract *contract);
void account_add_account(struct account_state *state, struct held_account *account);

/* What the employer's oldest account of the category goes by now; absent if there is none. */
struct slice account_oldest(const struct employer *employer, enum category category);

/* The record's contract becomes the current revision; its person must be set. */
struct held_contract *account_keep_revision(struct batch *batch, const struct record *record,
                                            const struct contract *contract);

/* The contract, held by nobody (asserted), belongs to that account from now on. */
void account_attach(struct batch *batch, struct held_contract *contract, struct slice account_id,
                    enum attachment_cause cause, struct slice trigger_id);

/* The account belongs to the registration's employer and category from now on. */
void account_keep_account(struct batch *batch, const struct registration *registration);

/* The registration, new or not, was changed: it is stored with the batch. */
void account_note_registration(struct batch *batch, struct stored_registration *stored);

/* It waits: the last of its employer's. */
void account_add_waiting(struct account_state *state, struct stored_registration *stored);

/* What the employer's account goes by; the id itself where the employer has no such account. */
struct slice account_survivor(const struct account_state *state, struct slice siren,
                              struct slice account_id);

/* All that went by `absorbed` goes by `survivor` from now on, and its contracts with it. */
void account_absorb(struct account_state *state, struct slice siren, struct slice survivor,
                    struct slice absorbed);

/* What two accounts and all that was merged into them have: the categories of the accounts, sorted
 * by word, and the contracts, by id, LIMIT_MERGED_CONTRACTS at most. */
void account_union(struct arena *arena, const struct employer *employer, struct slice survivor,
                   struct slice absorbed, struct category_list *categories,
                   struct slice_list *contract_ids);

/* The merge's id has been answered. */
void account_keep_merge(struct batch *batch, const struct record *record,
                        const struct merge_request *request, enum merge_outcome outcome);

#endif
