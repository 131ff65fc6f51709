/* What the beneficiary worker reads and writes, as structs with descriptor rows. */
#ifndef GUICHET_BENEFICIARY_MESSAGES_H
#define GUICHET_BENEFICIARY_MESSAGES_H

#include "common/base/uuid.h"
#include "common/record/message.h"
#include "common/runtime/alert.h"
#include "common/runtime/shell_input.h"
#include "common/runtime/task.h"
#include "workers/beneficiary/beneficiary.h"
#include "workers/beneficiary/leaving.h"

/* After those of the shell. */
enum beneficiary_input {
    INPUT_ADDITION_REQUESTED = SHELL_INPUTS,
    INPUT_WITHDRAWAL,
    INPUT_REMOVED,
    INPUT_EMPLOYER_DECIDED,
    BENEFICIARY_INPUTS
};

enum { BENEFICIARY_OUTPUTS = 12 };

/* Data of beneficiary.withdrawal-requested. */
struct addition_withdrawal {
    struct slice addition_id;
    struct slice siren;
    int64_t withdrawn_at;
};

/* Data of beneficiary.employer-decided. */
struct employer_decided {
    struct slice addition_id;
    struct slice siren;
    enum employer_answer decision;
    struct slice adviser_id;
    struct slice contact; /* whom the adviser spoke to; may be absent */
    int64_t decided_at;
};

/* What the journal keeps of an event that decides nothing by itself: it came too late, too early or
 * about nothing. */
struct beneficiary_signal {
    struct slice siren;
    struct slice addition_id;
    int64_t at;
};

/* What it keeps of reminders. */
struct reminder_facts {
    struct slice siren;
    struct slice addition_id;
    int64_t held_at;
    int64_t deadline_at;
    int32_t reminders; /* sent so far, this one included */
    int64_t now;
};

struct added_person {
    struct slice beneficiary_id;
    enum relation relation;
    int32_t coverage_from;
};
struct added_person_list {
    const struct added_person *items;
    size_t count;
};

struct beneficiary_added {
    struct slice addition_id;
    struct slice siren;
    struct uuid insured_id;
    struct slice contract_id;
    struct added_person_list beneficiaries;
    int32_t coverage_from;
    int32_t contribution_from;
};

struct reason_list {
    const enum addition_reason *items;
    size_t count;
};
struct rejected_person {
    struct slice beneficiary_id;
    struct reason_list reasons;
};
struct rejected_person_list {
    const struct rejected_person *items;
    size_t count;
};

struct beneficiary_rejected {
    struct slice addition_id;
    struct slice siren;
    struct reason_list reasons;
    struct rejected_person_list beneficiaries; /* only those with reasons of their own */
};

struct beneficiary_awaiting_employer {
    struct slice addition_id;
    struct slice siren;
    int64_t deadline_at;
};

/* Data of beneficiary.refused, .expired and .withdrawn. */
struct beneficiary_ended {
    struct slice addition_id;
    struct slice siren;
    struct reason_list reasons;
};

struct confirmation_requested {
    struct slice siren;
    struct uuid task_id;
    struct slice addition_id;
    struct slice contract_id;
    struct slice adviser_id;
    int32_t beneficiary_count;
    int64_t employer_before_cents;
    int64_t employer_after_cents;
    int64_t employer_delta_cents;
    int64_t regularisation_cents;
    int64_t deadline_at;
};

enum { REMINDERS = 2 };

struct confirmation_reminder {
    struct slice siren;
    struct uuid task_id;
    struct slice addition_id;
    int32_t reminder; /* 1..REMINDERS */
};

enum change_cause { CHANGE_ADDITION = 1, CHANGE_REMOVAL, CHANGE_AFFILIATION_ENDED };

struct price_parts {
    int64_t total_cents;
    int64_t employer_cents;
    int64_t employee_cents;
};
struct regularisation_list {
    const struct regularisation *items;
    size_t count;
};

struct contribution_changed {
    struct uuid change_id;
    struct slice addition_id;
    struct slice removal_id;
    struct slice siren;
    struct slice contract_id;
    struct uuid insured_id;
    enum change_cause cause;
    int32_t from_month;
    struct price_parts before;
    struct price_parts after;
    bool provisional;
    struct regularisation_list regularisations;
};

struct employer_beneficiary_added {
    struct slice siren;
    struct uuid notification_id;
    struct slice addition_id;
    struct slice_list to;
    struct slice contract_id;
    struct slice insured_display_name;
    int32_t beneficiary_count;
    int32_t coverage_from;
    int32_t contribution_from;
    int64_t employer_before_cents;
    int64_t employer_after_cents;
    int64_t employer_delta_cents;
    int64_t regularisation_cents;
    bool provisional;
    enum employer_email reason;
};

extern const struct shape addition_requested_shape;
extern const struct shape addition_withdrawal_shape;
extern const struct shape removal_shape;
extern const struct shape employer_decided_shape;

/* Facts, for the journal (facts.c). */
extern const struct shape addition_facts_shape;     /* struct addition_facts */
extern const struct shape removal_facts_shape;      /* struct removal_facts */
extern const struct shape leaver_facts_shape;       /* struct leaver_facts */
extern const struct shape reminder_facts_shape;     /* struct reminder_facts */
extern const struct shape beneficiary_signal_shape; /* struct beneficiary_signal */

extern const struct input_type beneficiary_inputs[BENEFICIARY_INPUTS];

extern const struct output_type output_beneficiary_added;
extern const struct output_type output_beneficiary_rejected;
extern const struct output_type output_beneficiary_awaiting_employer;
extern const struct output_type output_beneficiary_refused;
extern const struct output_type output_beneficiary_expired;
extern const struct output_type output_beneficiary_withdrawn;
extern const struct output_type output_contribution_changed;
extern const struct output_type output_employer_beneficiary_added;
extern const struct output_type output_confirmation_requested;
extern const struct output_type output_confirmation_reminder;

extern const struct output_type *const beneficiary_outputs[BENEFICIARY_OUTPUTS];

#endif
