/* Affiliation: an employer asks us to cover an employee, and we say yes, no, send it back or record
 * a dispensation. Read this first: what comes in, what a decision is made from, and the decision.
 * Nothing here touches the world; decide.c holds the rules, worker.c gathers facts and acts.
 *
 * Source: FAQ « Votre espace client en 8 questions », questions 3 (account), 4 (one business day),
 * 5 (list and tracking) and 7 (no affiliation to prévoyance). */
#ifndef GUICHET_AFFILIATION_H
#define GUICHET_AFFILIATION_H

#include "common/base/business_time.h"
#include "common/base/contract.h"
#include "common/base/uuid.h"
#include "workers/affiliation/paths.h"

/* In the order in which a decision lists them. */
enum affiliation_reason {
    REASON_AFFILIATION_NOT_REQUIRED = 1,
    REASON_SERVICE_NOT_AVAILABLE,
    REASON_INVALID_SIREN,
    REASON_INVALID_SIRET,
    REASON_UNKNOWN_CONTRACT,
    REASON_CATEGORY_MISMATCH,
    REASON_CONTRACT_ENDED,
    REASON_EFFECTIVE_BEFORE_CONTRACT,
    REASON_EFFECTIVE_BEFORE_HIRE,
    REASON_POPULATION_UNKNOWN,
    REASON_OPTION_UNKNOWN,
    REASON_INVALID_NIR,
    REASON_NIR_BIRTHDATE_MISMATCH,
    REASON_ALREADY_AFFILIATED,
    REASON_DISPENSATION_UNKNOWN,
    REASON_MISSING_ADDRESS,
    REASON_MISSING_DOCUMENT,
    REASON_REVIEW_RETROACTIVE,
    REASON_REVIEW_IDENTITY,
    REASON_INVALID_EMAIL,
    AFFILIATION_REASONS_END,
};
extern const struct words affiliation_reason_words;

/* Those that an answer of the back office may name: all but the mere warning. */
extern const struct words review_reason_words;

struct affiliation_reason_list {
    const enum affiliation_reason *items;
    size_t count;
};

/* States a request reaches, as the tracking shows them. */
enum affiliation_status {
    STATUS_WAITING = 1,
    STATUS_UNDER_REVIEW,
    STATUS_ACCEPTED,
    STATUS_REJECTED,
    STATUS_RETURNED,
    STATUS_WAIVED,
    STATUS_CANCELLED,
};
extern const struct words affiliation_status_words;

/* How the employee's account opens, or that there is one (FAQ question 3). */
enum affiliation_account { ACCOUNT_ACTIVATION_EMAIL = 1, ACCOUNT_LETTER, ACCOUNT_EXISTING };
extern const struct words affiliation_account_words;

/* The employee claims not to have to be affiliated (code de la sécurité sociale, art. D911-2). */
struct dispensation {
    struct slice code;
    struct slice_list documents; /* proof; empty for a mere declaration */
};

/* Data of affiliation.requested. */
struct affiliation_request {
    struct slice request_id;
    struct slice root_request_id; /* absent: a first attempt */
    int64_t first_submitted_at;
    enum channel channel;
    struct slice bulk_file_id;
    int64_t submitted_at; /* starts the clock */
    struct slice submitter_id;
    struct slice siren;
    struct slice siret;
    struct slice contract_id;
    enum category category;
    struct slice population;
    struct slice option;
    struct insured_identity employee;
    enum scheme scheme;
    int32_t hired_on;
    int32_t effective_on;
    struct beneficiary_list dependants;
    bool has_dispensation;
    struct dispensation dispensation;
    struct slice_list documents;
};

/* Data of affiliation.cancellation-requested: the employer takes a request back. */
struct affiliation_cancellation {
    struct slice request_id;
    struct slice siren;
    int64_t cancelled_at;
    struct slice by; /* a free label */
};

/* What an agent of the back office answers about a doubtful request. */
enum review_decision { REVIEW_ACCEPT = 1, REVIEW_REJECT, REVIEW_RETURN };
extern const struct words review_decision_words;

/* Data of affiliation.review-decided. */
struct affiliation_review {
    struct slice request_id;
    struct slice siren;
    enum review_decision decision;
    struct affiliation_reason_list reasons; /* in any order; none: the doubts */
    struct slice agent_id;
    int64_t decided_at;
};

/* What the decision looks at in the contract asked for, in the revision known at that moment. */
struct affiliation_contract {
    int32_t revision;
    enum category category;
    int32_t starts_on;
    int32_t ends_on; /* last day, or DATE_NONE */
    struct slice_list populations;
    struct slice_list options;
};

enum recognised_by { RECOGNISED_BY_NIR = 1, RECOGNISED_BY_TEMPORARY_ID };
extern const struct words recognised_by_words;

/* What is known of the employee from an earlier acceptance by this employer. */
struct affiliation_person {
    struct uuid insured_id;
    enum recognised_by recognised_by;
    bool has_other_name;   /* than the request says; what was erased can't be compared */
    bool has_other_birth;  /* the same of the birth date */
    bool has_account;      /* in any state */
    bool is_affiliated;    /* to the contract asked for, at some time */
    int32_t covered_until; /* last day of that cover; DATE_NONE: open, or never affiliated */
};

/* The promise of one business day (FAQ question 4), measured for one request made online. */
struct sla {
    enum channel class; /* one of the two online channels */
    struct slice calendar_id;
    int32_t calendar_revision;
    int64_t submitted_at;
    int64_t due_at;
    int met;                  /* enum tristate of shape.h: none while open */
    int64_t business_seconds; /* used at the decision, rounded down */
};

enum { SLA_OPEN, SLA_LATE, SLA_MET }; /* values of `met`, those of enum tristate */
enum { MILESTONES = 4 };              /* of its clock (sla.h) */

/* All that a decision is made from; kept in the journal, and enough to decide again. */
struct affiliation_facts {
    struct affiliation_request request;
    int64_t decided_at;    /* now */
    int64_t grace_ends_at; /* until then it waits for a contract that is not known; INSTANT_NONE:
                              it does not wait */
    int32_t submitted_on;  /* Paris date of the submission */
    bool has_cancellation; /* the employer took it back before it was decided */
    struct affiliation_cancellation cancellation;
    struct affiliation_reason_list doubts; /* for which it is under review; none: it is not */
    bool has_review;                       /* somebody answered them */
    struct affiliation_review review;
    bool has_contract; /* known for that SIREN */
    struct affiliation_contract contract;
    bool has_person; /* recognised */
    struct affiliation_person person;
    bool has_sla; /* online channels only; `met` is for the decision to say */
    struct sla sla;
};

enum { AFFILIATION_RULES_MAX = AFFILIATION_REASONS_END + 4 };

struct affiliation_decision {
    enum affiliation_status outcome;
    enum affiliation_reason reasons[AFFILIATION_REASONS_END]; /* of a refusal; doubts to review */
    size_t reasons_count;
    enum affiliation_reason warnings[AFFILIATION_REASONS_END]; /* doubts that were answered */
    size_t warnings_count;
    enum affiliation_account account; /* accepted only, else 0 */
    bool has_sla;
    struct sla sla;
    const char *rules[AFFILIATION_RULES_MAX]; /* codes of the rules that fired, in order */
    size_t rules_count;
};

/* Compares who is known (names and birth date absent: erased) with who is asked for: writes the two
 * results. The facts of a request hold no more of the insured it may be about, since they are
 * sealed under the key of the request: an erasure of that insured would not reach them. */
void affiliation_compare(const struct insured_identity *known, const struct insured_identity *said,
                         struct affiliation_person *person);

/* Decides; writes all of `decision`. Waiting and being under review are outcomes too: nothing is
 * decided for good. A request under review stays so, whatever changes, until it is answered or
 * taken back; an acceptance by the back office answers the doubts only, and all that rejects or
 * returns a request is looked at again as it is then. */
void affiliation_decide(const struct affiliation_facts *facts,
                        struct affiliation_decision *decision);

/* Neither decided nor taken back. */
bool affiliation_is_open(enum affiliation_status status);

/* The rules in the order in which they are tried, then the paths taken; NULL past the end. */
const struct rule *affiliation_rule(size_t index);

/* How requests, accounts and affiliations change; NULL past the end. */
const struct transition *affiliation_transition(size_t index);

#endif
