/* Client accounts: which contracts an employer sees in the client space. An account belongs to one
 * employer and one category; registering it with one contract number attaches that contract and the
 * others of the category that have not ended; accounts of one employer can be merged. This header
 * is the worker's vocabulary: its events, the facts it decides from and the decisions. decide.c
 * holds the rules of registrations and contracts, decide_merge.c those of merges, paths.c what else
 * a decision may say of itself. */
#ifndef GUICHET_ACCOUNT_H
#define GUICHET_ACCOUNT_H

#include "common/base/contract.h"
#include "common/base/rule.h"

/* In the order in which a list of reasons states them. The last three, and the first, refuse a
 * merge. */
enum registration_reason {
    REGISTRATION_INVALID_SIREN = 1,
    REGISTRATION_UNKNOWN_CONTRACT,
    REGISTRATION_CATEGORY_MISMATCH,
    REGISTRATION_CONTRACT_ENDED,
    REGISTRATION_ACCOUNT_TAKEN,
    REGISTRATION_UNKNOWN_ACCOUNT,
    REGISTRATION_SAME_ACCOUNT,
    REGISTRATION_OWNER_MISMATCH,
};
extern const struct words registration_reason_words;

enum attachment_cause { ATTACHMENT_DECLARED = 1, ATTACHMENT_SIBLING, ATTACHMENT_LATE_SIBLING };
extern const struct words attachment_cause_words;
extern const struct words registration_cause_words; /* without late_sibling */

/* What is stored of an event of the same id. */
enum sighting { SIGHTING_NEW = 1, SIGHTING_SAME_CONTENT, SIGHTING_OTHER_CONTENT };
extern const struct words registration_sighting_words;

enum {
    REGISTRATION_REASONS_MAX = REGISTRATION_ACCOUNT_TAKEN,
    MERGE_REASONS_MAX = 4,
    CATEGORIES = CATEGORY_RETRAITE,
    ACCOUNT_RULES_MAX = 8, /* codes that one decision gives */
    /* Contracts that one registration attaches or lists as conflicts: each is an output, beside
     * the answer. What goes beyond comes with the next registration of the account. */
    REGISTRATION_CONTRACTS_MAX = LIMIT_OUTPUTS - 1,
};

/* registration.submitted */
struct registration {
    struct slice registration_id;
    struct slice account_id;
    struct slice siren;
    enum category category;
    struct slice_list contract_ids; /* declared, as typed: may repeat */
    int64_t submitted_at;
};

/* account.merge-requested */
struct merge_request {
    struct slice merge_id;
    struct slice siren;
    struct slice session_account_id; /* logged in with */
    struct slice other_account_id;   /* named by its identifier */
    int64_t requested_at;
};

/* A contract of the employer as it stands, and who holds it. */
struct known_contract {
    struct slice contract_id;
    enum category category;
    int32_t ends_on;                /* last day, or DATE_NONE */
    struct slice holder_account_id; /* absent: nobody; a merged account stands as its survivor */
};

struct known_contract_list {
    const struct known_contract *items;
    size_t count;
};

struct registration_facts {
    struct registration registration;
    enum sighting sighting; /* of the registration id */
    int32_t submitted_on;   /* Paris date of submitted_at */
    int64_t decided_at;
    int64_t grace_ends_at;                /* until then it waits for contracts */
    struct slice owner_siren;             /* who holds the account id; absent: nobody */
    enum category owner_category;         /* 0: nobody */
    struct slice survivor_account_id;     /* what the account id stands for: itself unless merged */
    struct known_contract_list contracts; /* of the employer, by id: those of the category and those
                                             declared */
};

enum registration_outcome {
    REGISTRATION_ACCEPTED = 1,
    REGISTRATION_REJECTED,
    REGISTRATION_WAITING,  /* for a contract; nothing is told yet */
    REGISTRATION_REPEATED, /* nothing to do */
    REGISTRATION_REUSED,   /* the id had another content: no decision */
};
extern const struct words registration_outcome_words; /* the first three */

struct attachment {
    struct slice contract_id;
    enum attachment_cause cause;
};

struct conflict {
    struct slice contract_id;
    struct slice holder_account_id;
};

struct registration_decision {
    enum registration_outcome outcome;
    enum registration_reason reasons[REGISTRATION_REASONS_MAX];
    size_t reasons_count;
    /* Room given by the caller: one of each for every known contract. In both the declared come
     * first, then the siblings, by id. */
    struct attachment *attached;
    struct conflict *conflicts;
    size_t attached_count;
    size_t conflicts_count;
    const char *rules[ACCOUNT_RULES_MAX]; /* codes that fired, in order */
    size_t rules_count;
};

struct contract_facts {
    struct contract contract;       /* contract.upserted */
    int32_t known_revision;         /* the highest stored; 0: none */
    enum sighting sighting;         /* of that revision's content */
    struct slice holder_account_id; /* who holds the contract; absent: nobody */
    struct slice oldest_account_id; /* the employer's oldest account of the category, or what
                                       survived of it; absent: none */
    int32_t decided_on;             /* Paris date of the decision */
};

enum contract_outcome {
    CONTRACT_STORED = 1,
    CONTRACT_STALE,    /* a higher revision is known: nothing to do */
    CONTRACT_REPEATED, /* nothing to do */
    CONTRACT_REUSED,   /* the revision had another content: no decision */
};

struct contract_decision {
    enum contract_outcome outcome;
    struct slice attached_to; /* account that gets it as a late sibling; absent: none */
    const char *rules[ACCOUNT_RULES_MAX];
    size_t rules_count;
};

/* Who holds an account identifier. Which other employer it is is nobody's business. */
enum account_standing { ACCOUNT_UNKNOWN = 1, ACCOUNT_OWN, ACCOUNT_FOREIGN };
extern const struct words account_standing_words;

struct category_list {
    const enum category *items;
    size_t count;
};

struct merge_facts {
    struct merge_request request;
    enum sighting sighting; /* of the merge id */
    enum account_standing session_standing;
    enum account_standing other_standing;
    /* What the two stand for; absent unless they are the employer's own. */
    struct slice session_survivor_id;
    struct slice other_survivor_id;
    /* Of the two and all that was merged into them; the contracts are LIMIT_MERGED_CONTRACTS at
     * most. Sorted by word and by id; empty where nothing is merged. */
    struct category_list categories;
    struct slice_list contract_ids;
};

enum merge_outcome {
    MERGE_DONE = 1,
    MERGE_REJECTED,
    MERGE_TOGETHER, /* they are one already: success, and nothing to tell */
    MERGE_REPEATED, /* nothing to do */
    MERGE_REUSED,   /* the id had another content: no decision */
};
extern const struct words merge_outcome_words; /* the first three */

struct merge_decision {
    enum merge_outcome outcome;
    enum registration_reason reasons[MERGE_REASONS_MAX];
    size_t reasons_count;
    const char *rules[ACCOUNT_RULES_MAX];
    size_t rules_count;
};

/* Decides a registration. A number that is not known yet makes it wait until its grace ends. All
 * reasons are given at once; one bad contract number rejects all. `decision->attached` and
 * `decision->conflicts` are set by the caller, all else here. */
void registration_decide(const struct registration_facts *facts,
                         struct registration_decision *decision);

/* Decides what a published contract changes. */
void contract_decide(const struct contract_facts *facts, struct contract_decision *decision);

/* Decides whether the other account goes up in that of the session. Question 1. */
void merge_decide(const struct merge_facts *facts, struct merge_decision *decision);

/* The rules one by one, the refusals first; NULL past the end. */
const struct rule *account_rule(size_t index);

/* How registrations, accounts and contracts change; NULL past the end. */
const struct transition *account_transition(size_t index);

#endif
