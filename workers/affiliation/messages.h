/* What affiliation reads and writes, as descriptor rows: the inputs and the outputs with their
 * structs, and the facts the journal keeps. Names and bounds are those of schemas/messages
 * (tested). */
#ifndef GUICHET_AFFILIATION_MESSAGES_H
#define GUICHET_AFFILIATION_MESSAGES_H

#include "common/record/message.h"
#include "common/runtime/shell_input.h"
#include "workers/affiliation/affiliation.h"
#include "workers/affiliation/ending.h"

/* Data of employee-account.activated: the link was used. An id that others send is any id text: one
 * that is no UUID is well formed and about nobody we know, so it is not read as a UUID. */
struct account_activated {
    struct slice siren;
    struct slice insured_id;
    int64_t activated_at;
};

/* Data of mail.bounced; the id as above. `detail` is the mail server's answer, which may quote the
 * address: personal, so it is left out of whatever is kept unsealed. */
struct mail_bounced {
    struct slice siren;
    struct slice notification_id;
    int64_t bounced_at;
    struct slice detail;
};

struct affiliation_accepted {
    struct slice request_id;
    struct slice siren;
    struct slice root_request_id;
    struct slice contract_id;
    struct uuid insured_id;
    enum channel channel;
    int32_t effective_on;
    struct affiliation_reason_list warnings;
    int64_t decided_at;
    enum affiliation_account account;
    bool has_sla;
    struct sla sla;
};

/* Data of rejected, of returned and of under-review, whose reasons are the doubts. */
struct affiliation_refused {
    struct slice request_id;
    struct slice siren;
    struct slice root_request_id;
    struct slice contract_id;
    enum channel channel;
    struct affiliation_reason_list reasons;
    struct affiliation_reason_list warnings;
    int64_t decided_at;
    bool has_sla;
    struct sla sla;
};

struct affiliation_waived {
    struct slice request_id;
    struct slice siren;
    struct slice root_request_id;
    struct slice contract_id;
    enum channel channel;
    struct slice dispensation_code;
    struct affiliation_reason_list warnings;
    int64_t decided_at;
    bool has_sla;
    struct sla sla;
};

struct affiliation_cancelled {
    struct slice request_id;
    struct slice siren;
    struct slice root_request_id;
    struct slice contract_id;
    enum channel channel;
    struct slice by;
    int64_t cancelled_at;
    int64_t decided_at;
    bool has_sla;
    struct sla sla;
};

/* Data of adviser.review-requested: an agent is asked to look at a doubtful request. */
struct review_requested {
    struct slice siren;
    struct uuid task_id;
    struct slice request_id;
    struct affiliation_reason_list reasons;
    int64_t due_at; /* absent: of an offline channel, no clock */
};

/* A milestone of the clock that an open request has passed: data of sla.at-risk, which tells
 * `remaining_seconds`, and of sla.breached and sla.escalated, which tell `overdue_seconds`. Both
 * are business seconds at the event's time, rounded down, never below 0. */
struct sla_milestone {
    struct slice siren;
    struct slice request_id;
    struct slice contract_id;
    enum channel class; /* one of the two online channels */
    int64_t submitted_at;
    int64_t due_at;
    int64_t reached_at; /* the milestone's instant */
    int64_t remaining_seconds;
    int64_t overdue_seconds;
    int32_t level; /* of an escalation: 1, 2 */
};

/* Another revision of the calendar moved the due instant of an open request. */
struct sla_rescheduled {
    struct slice siren;
    struct slice request_id;
    struct slice contract_id;
    enum channel class;
    int64_t submitted_at;
    int64_t previous_due_at;
    int64_t due_at;
    int32_t calendar_revision; /* the new one */
};

/* One employee in the list of employees (FAQ question 5). */
struct roster_entry {
    struct slice siren;
    struct slice contract_id;
    struct uuid insured_id;
    struct slice family_name;
    struct slice_list given_names;
    enum channel channel;
    int32_t effective_on;
    int32_t ended_on;
    struct slice option;
    int32_t beneficiary_count;
    int32_t version;
    int64_t as_of;
};

/* One online request in the tracking of requests (FAQ question 5). */
struct tracking_entry {
    struct slice request_id;
    struct slice siren;
    struct slice contract_id;
    enum channel channel;
    int64_t submitted_at;
    enum affiliation_status status;
    struct affiliation_reason_list reasons;
    int64_t due_at;
    int64_t decided_at;
    struct slice display_name;
    int32_t version;
};

enum locale { LOCALE_FR_FR = 1 };
extern const struct words locale_words;

struct activation_email {
    struct slice siren;
    struct uuid notification_id;
    struct uuid insured_id;
    struct slice to;
    struct slice display_name;
    struct slice activation_token; /* the payload; signed when published */
    int64_t expires_at;
    enum locale locale;
};

enum letter_cause {
    LETTER_NO_EMAIL = 1,
    LETTER_INVALID_EMAIL,
    LETTER_BOUNCED,
    LETTER_LINK_EXPIRED,
};
extern const struct words letter_cause_words;

extern const struct words sla_class_words; /* the two online channels */

struct account_letter {
    struct slice siren;
    struct uuid notification_id;
    struct uuid insured_id;
    struct slice name;
    struct address address;
    enum letter_cause cause;
};

/* Facts of a request that was seen before: who it is about is not kept a second time. */
struct affiliation_repeat {
    struct slice siren;
    struct slice request_id;
    int64_t first_decided_at; /* absent: still open */
};

/* Facts of a look at an open request that did not decide it. The due instant and the calendar are
 * absent for the channels without a clock. */
struct affiliation_progress {
    struct slice siren;
    struct slice request_id;
    int64_t due_at;
    struct slice calendar_id;
    int32_t calendar_revision;
    int32_t milestones_raised; /* 0..4 */
};

/* Facts of what somebody else told about a subject: a cancellation, an activation, a bounce; and of
 * a link that expired. */
struct affiliation_signal {
    struct slice siren;
    struct slice subject_id;
    int64_t at; /* when it happened */
};

/* After those of the shell. */
enum affiliation_input {
    INPUT_AFFILIATION_REQUESTED = SHELL_INPUTS,
    INPUT_CANCELLATION,
    INPUT_ENDED,
    INPUT_REVIEWED,
    INPUT_ACTIVATED,
    INPUT_BOUNCED,
};

enum { AFFILIATION_INPUTS = 9, AFFILIATION_OUTPUTS = 17 };
extern const struct input_type affiliation_inputs[AFFILIATION_INPUTS];
extern const struct output_type *const affiliation_outputs[AFFILIATION_OUTPUTS];

extern const struct output_type output_affiliation_accepted;
extern const struct output_type output_affiliation_rejected;
extern const struct output_type output_affiliation_returned;
extern const struct output_type output_affiliation_waived;
extern const struct output_type output_affiliation_cancelled;
extern const struct output_type output_affiliation_under_review; /* struct affiliation_refused */
extern const struct output_type output_review_requested;
extern const struct output_type output_sla_at_risk;     /* struct sla_milestone */
extern const struct output_type output_sla_breached;    /* struct sla_milestone */
extern const struct output_type output_sla_escalated;   /* struct sla_milestone */
extern const struct output_type output_sla_rescheduled; /* struct sla_rescheduled */
extern const struct output_type output_roster_entry;
extern const struct output_type output_tracking_entry;
extern const struct output_type output_activation_email;
extern const struct output_type output_account_letter;

/* Of the inputs that may have to wait, to read back what was kept of them. */
extern const struct shape affiliation_request_shape;
extern const struct shape affiliation_cancellation_shape;
extern const struct shape affiliation_review_shape;
extern const struct shape affiliation_ending_shape;
extern const struct shape account_activated_shape;
extern const struct shape mail_bounced_shape;

extern const struct shape affiliation_facts_shape;    /* struct affiliation_facts */
extern const struct shape ending_facts_shape;         /* struct ending_facts */
extern const struct shape affiliation_repeat_shape;   /* struct affiliation_repeat */
extern const struct shape affiliation_progress_shape; /* struct affiliation_progress */
extern const struct shape affiliation_signal_shape;   /* struct affiliation_signal */

#endif
