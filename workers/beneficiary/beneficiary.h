/* Additions of beneficiaries: the words, the facts a decision is made from, and the decision. Pure:
 * no clock, no store, no JSON. Everything else in this folder serves this page and leaving.h, which
 * is about those who leave.
 *
 * Source: FAQ question 6, "How am I told of an added beneficiary?": it depends on how the employee
 * was affiliated (online or not) and on the contract's contribution formula. */
#ifndef GUICHET_BENEFICIARY_BENEFICIARY_H
#define GUICHET_BENEFICIARY_BENEFICIARY_H

#include "common/base/rule.h"
#include "workers/beneficiary/amounts.h"

/* How a request reached us. */
enum submission { SUBMISSION_INSURED_SPACE = 1, SUBMISSION_ADVISER, SUBMISSION_POST };
extern const struct words submission_words;

/* Data of beneficiary.addition-requested. */
struct addition_requested {
    struct slice addition_id;
    struct slice siren;
    struct slice insured_id; /* as the publisher names him: a UUID if we know him */
    struct slice contract_id;
    int64_t submitted_at;
    enum submission submitted_via;
    struct beneficiary_list beneficiaries; /* 1..LIMIT_BENEFICIARIES */
};

/* Why an addition is refused, in the order in which reasons are given. */
enum addition_reason {
    REASON_INSURED_UNKNOWN = 1,
    REASON_INSURED_NOT_ACTIVE,
    REASON_UNKNOWN_CONTRACT,
    REASON_CATEGORY_MISMATCH,
    REASON_CONTRACT_ENDED,
    REASON_AGE_LIMIT,
    REASON_PARTNER_ALREADY_COVERED,
    REASON_DUPLICATE_BENEFICIARY,
    REASON_RELATION_NOT_COVERED,
    REASON_INVALID_NIR,
    REASON_EMPLOYER_REFUSED,
    REASON_EMPLOYER_NO_ANSWER,
    REASON_WITHDRAWN,
};
enum { REASONS_MAX = REASON_WITHDRAWN };
extern const struct words addition_reason_words;

/* A set of reasons is an uint32_t with a bit for each. */
#define REASON_BIT(reason) (UINT32_C(1) << (reason))

/* What becomes of a request. Until it is applied or refused it waits or is held; what is told while
 * it does brings it to its end. */
enum addition_status {
    ADDITION_WAITING = 1,   /* the insured may still be on his way to us */
    ADDITION_HELD_EMPLOYER, /* nothing is covered until the employer has confirmed */
    ADDITION_HELD_PMSS,     /* no PMSS to price it with: decided again when one is published */
    ADDITION_APPLIED,
    ADDITION_REJECTED,
    ADDITION_REFUSED,   /* by the employer */
    ADDITION_EXPIRED,   /* the employer did not answer */
    ADDITION_WITHDRAWN, /* by the insured */
};
extern const struct words addition_status_words;

/* Its people stand in the household, as waiting. */
bool addition_is_held(enum addition_status status);
/* Something may still become of it. */
bool addition_is_open(enum addition_status status);

enum employer_answer { ANSWER_CONFIRMED = 1, ANSWER_REFUSED };
extern const struct words employer_answer_words;

struct day_list {
    const int32_t *items;
    size_t count;
};

/* All that a decision is made from; the journal keeps it. */
struct addition_facts {
    struct addition_requested request;
    enum addition_status status; /* what it was until now; 0: new */
    int64_t now;
    int32_t submitted_on; /* Paris dates of `submitted_at` and `now` */
    int32_t decided_on;
    int64_t grace_ends_at;         /* how long it waits for its insured */
    int32_t employer_answer_days;  /* of 24 hours */
    int64_t deadline_at;           /* held for the employer: the end of them; else INSTANT_NONE */
    enum employer_answer answer;   /* 0: none */
    bool is_withdrawn;             /* the insured took it back */
    struct day_list held_coverage; /* first days of cover as told when it was held, in the order of
                                      the request; empty: it was not */
    bool is_insured_known;
    struct affiliation_list affiliations; /* of the insured at this employer, to any contract */
    bool has_contract;
    struct contract contract;       /* the current revision */
    struct relative_list household; /* under that contract, in no order; without its own people */
    struct pmss_table pmss;         /* at least those of the contract's territory */
};

/* What is decided of one person, in the order of the request. Dates are DATE_NONE where nothing can
 * be said (insured or contract unknown). */
struct addition_person {
    int32_t coverage_from;
    int32_t contribution_from;
    int32_t covered_until; /* end of the affiliation or of the contract; DATE_NONE: open */
    uint32_t reasons;      /* of his own */
};

enum employer_email {
    EMPLOYER_EMAIL_NONE,
    EMPLOYER_EMAIL_IMPACT = 1, /* the words of the event's `reason` from here on */
    EMPLOYER_EMAIL_SUPPLEMENT,
};
extern const struct words employer_email_words;

enum { ADDITION_RULES_MAX = REASONS_MAX + 1 };

struct addition_decision {
    enum addition_status status;
    uint32_t reasons; /* why it ended; rejected: the union */
    struct addition_person people[LIMIT_BENEFICIARIES];
    int32_t coverage_from;              /* the latest of its people's */
    int32_t contribution_from;          /* the latest of its people's, a first of a month */
    int64_t deadline_at;                /* held for the employer, else INSTANT_NONE */
    struct amounts amounts;             /* held or applied only */
    enum employer_email employer_email; /* applied only */
    size_t recipients_count;            /* 0 with an e-mail due: nobody can be written to */
    struct slice recipients[LIMIT_CONTACTS];
    const char *rules[ADDITION_RULES_MAX]; /* codes that fired, in order */
    size_t rules_count;
};

/* The decision. */
void beneficiary_decide(const struct addition_facts *facts, struct addition_decision *decision);

/* The part of it that looks at nobody: what ends a request, or lets it wait. False if its people
 * have to be judged. */
bool addition_decide_end(const struct addition_facts *facts, struct addition_decision *decision);

/* All rules about additions: NULL past the end. */
const struct rule *addition_rule(size_t index);

/* How the state of an addition changes: NULL past the end. */
const struct transition *addition_transition(size_t index);

/* --- eligibility.c --- */

/* Dates and reasons of each person (`people` takes one per beneficiary of the request) and the
 * union of all reasons: 0 if everybody may be added. One person who may not refuses the request
 * [choice]. */
uint32_t eligibility_assess(const struct addition_facts *facts, struct addition_person *people);

/* The last day on which a child of that birth date is young enough: of the contract's `age` limit
 * at its boundary. */
int32_t eligibility_last_day(enum age_boundary boundary, int32_t birth_date, int32_t age);

/* Rules of eligibility, in order of the reasons: NULL past the end. */
const struct rule *eligibility_rule(size_t index);

#endif
