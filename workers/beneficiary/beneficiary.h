/* Additions of beneficiaries: the words, the facts a decision is made from, and the decision. Pure:
 * no clock, no store, no JSON. Everything else in this folder serves this page.
 *
 * Source: FAQ question 6, "How am I told of an added beneficiary?": it depends on how the employee
 * was affiliated (online or not) and on the contract's contribution formula. */
#ifndef GUICHET_BENEFICIARY_BENEFICIARY_H
#define GUICHET_BENEFICIARY_BENEFICIARY_H

#include "common/base/contribution.h"
#include "common/base/rule.h"

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

/* An insured's cover by a contract, as the affiliation worker keeps it. */
struct affiliation {
    struct slice contract_id;
    struct slice request_id;
    enum channel channel;
    enum scheme scheme;
    int32_t effective_on;
    int32_t ended_on; /* last day covered, or DATE_NONE */
    int64_t accepted_at;
};

struct affiliation_list {
    const struct affiliation *items;
    size_t count;
};

/* covered: by the contract, now or later; waiting: asked for, the addition is held. Those refused
 * are of no interest to a decision. */
enum relative_state { RELATIVE_COVERED = 1, RELATIVE_WAITING };
extern const struct words relative_state_words;

/* Somebody beside the insured under the contract asked for. */
struct relative {
    struct slice beneficiary_id;
    enum relative_state state;
    enum relation relation;
    enum scheme scheme;
    int32_t coverage_from;
    int32_t removed_on; /* last day covered, or DATE_NONE */
    struct covered_person person;
};

struct relative_list {
    const struct relative *items;
    size_t count;
};

/* All that a decision is made from; the journal keeps it. */
struct addition_facts {
    struct addition_requested request;
    bool is_repeated; /* the same id with the same content was decided before */
    int64_t now;
    int32_t submitted_on; /* Paris dates of `submitted_at` and `now` */
    int32_t decided_on;
    int32_t employer_answer_days; /* of 24 hours */
    bool is_insured_known;
    struct affiliation_list affiliations; /* of the insured at this employer, to any contract */
    const struct contract *contract;      /* the current revision; NULL: unknown */
    int32_t contract_revision;            /* what the journal keeps of it; 0: unknown */
    struct relative_list household;       /* under that contract, in no order */
    struct pmss_table pmss;               /* at least those of the contract's territory */
};

/* What is decided of one person, in the order of the request. Dates are DATE_NONE where nothing can
 * be said (insured or contract unknown). */
struct addition_person {
    int32_t coverage_from;
    int32_t contribution_from;
    int32_t covered_until; /* end of the affiliation or of the contract; DATE_NONE: open */
    uint32_t reasons;      /* of his own */
};

/* The difference in a month already due. */
struct regularisation {
    int32_t month; /* its first day */
    int64_t employer_delta_cents;
    int64_t employee_delta_cents;
};

/* Months from the earliest day of cover (two years before the earliest submission) to the latest
 * instant: 1998 to 2099. */
enum { REGULARISATIONS_MAX = 1224 };

struct addition_amounts {
    struct price before; /* of the household without the new people, in the month of the request */
    struct price after;  /* with them */
    enum pmss_status pmss_status;  /* the worst of the months needed */
    int64_t regularisation_cents;  /* employer's sum */
    bool is_changed;               /* total or employer's part, in any month looked at */
    bool is_employer_part_changed; /* the employer's part, in any month looked at */
    size_t regularisations_count;
    struct regularisation regularisations[REGULARISATIONS_MAX];
};

enum addition_status {
    ADDITION_HELD_EMPLOYER = 1, /* nothing is covered until the employer has confirmed */
    ADDITION_HELD_PMSS,         /* no PMSS to price it with: decided again when one is published */
    ADDITION_APPLIED,
    ADDITION_REJECTED,
};
extern const struct words addition_status_words;

enum employer_email {
    EMPLOYER_EMAIL_NONE,
    EMPLOYER_EMAIL_IMPACT = 1, /* the words of the event's `reason` from here on */
    EMPLOYER_EMAIL_SUPPLEMENT,
};
extern const struct words employer_email_words;

enum { ADDITION_RULES_MAX = REASONS_MAX };

struct addition_decision {
    enum addition_status status; /* 0: repeated, nothing is to be done */
    uint32_t reasons;            /* the union; rejected only */
    struct addition_person people[LIMIT_BENEFICIARIES];
    int32_t coverage_from;              /* the latest of its people's */
    int32_t contribution_from;          /* the latest of its people's, a first of a month */
    int64_t deadline_at;                /* held for the employer, else INSTANT_NONE */
    struct addition_amounts amounts;    /* unless repeated or rejected */
    enum employer_email employer_email; /* applied only */
    size_t recipients_count;            /* 0 with an e-mail due: nobody can be written to */
    struct slice recipients[LIMIT_CONTACTS];
    const char *rules[ADDITION_RULES_MAX]; /* codes that fired, in order */
    size_t rules_count;
};

/* The decision. */
void beneficiary_decide(const struct addition_facts *facts, struct addition_decision *decision);

/* All rules of the worker, for explain: NULL past the end. */
const struct rule *beneficiary_rule(size_t index);

/* --- eligibility.c --- */

/* Dates and reasons of each person (`people` takes one per beneficiary of the request) and the
 * union of all reasons: 0 if everybody may be added. One person who may not refuses the request
 * [choice]. */
uint32_t eligibility_assess(const struct addition_facts *facts, struct addition_person *people);

/* The last day on which a child of that birth date is young enough: of the contract's `age` limit
 * at its boundary. */
int32_t eligibility_last_day(enum age_boundary boundary, int32_t birth_date, int32_t age);

/* End of an affiliation, or of its contract if that is earlier; DATE_NONE: open. */
int32_t eligibility_end_of(const struct contract *contract, const struct affiliation *affiliation);

/* Last day on which a relative is covered: removed, or the end of the affiliation he came under. A
 * rehire starts without the people of an earlier affiliation. */
int32_t eligibility_end_of_relative(const struct addition_facts *facts,
                                    const struct relative *relative);

/* Rules of eligibility, in order of the reasons: NULL past the end. */
const struct rule *eligibility_rule(size_t index);

/* --- amounts.c --- */

/* The counterfactual at `contribution_from` and the months to regularise. Source: FAQ question 6
 * (impact on the employer's contribution); the insurer's notice on contributions. */
void amounts_compute(const struct addition_facts *facts, const struct addition_person *people,
                     int32_t contribution_from, struct addition_amounts *amounts);

#endif
