#include "workers/beneficiary/messages.h"

#include "common/base/compiler.h"
#include "common/record/vocabulary.h"
#include "common/runtime/shell_input.h"

#define CENTS_MAX INT64_C(1000000000000) /* a computed amount */

WORDS(beneficiary_change_words, "addition", "removal", "affiliation_ended");

#define ROW_CENTS(s, m) ROW_INT64(s, m, FIELD_REQUIRED, 0, CENTS_MAX, 0)
#define ROW_DELTA(s, m) ROW_INT64(s, m, FIELD_REQUIRED, -CENTS_MAX, CENTS_MAX, 0)

static const struct field addition_requested_fields[] = {
    ROW_ID(struct addition_requested, addition_id, FIELD_REQUIRED),
    ROW_DIGITS(struct addition_requested, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct addition_requested, insured_id, FIELD_REQUIRED),
    ROW_ID(struct addition_requested, contract_id, FIELD_REQUIRED),
    ROW_INSTANT(struct addition_requested, submitted_at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
    ROW_ENUM(struct addition_requested, submitted_via, FIELD_REQUIRED, submission_words),
    ROW_LIST(struct addition_requested, beneficiaries, FIELD_REQUIRED, 1, LIMIT_BENEFICIARIES,
             beneficiary_shape),
};
const struct shape addition_requested_shape =
    SHAPE_OF("addition_requested", struct addition_requested, addition_requested_fields, NULL);

static const struct field addition_withdrawal_fields[] = {
    ROW_ID(struct addition_withdrawal, addition_id, FIELD_REQUIRED),
    ROW_DIGITS(struct addition_withdrawal, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_INSTANT(struct addition_withdrawal, withdrawn_at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
};
const struct shape addition_withdrawal_shape =
    SHAPE_OF("addition_withdrawal", struct addition_withdrawal, addition_withdrawal_fields, NULL);

static const struct field removal_fields[] = {
    ROW_ID(struct removal, removal_id, FIELD_REQUIRED),
    ROW_DIGITS(struct removal, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct removal, insured_id, FIELD_REQUIRED),
    ROW_ID(struct removal, contract_id, FIELD_REQUIRED),
    ROW_LIST_OF(struct removal, beneficiary_ids, FIELD_REQUIRED, 1, LIMIT_BENEFICIARIES, item_id),
    ROW_DATE(struct removal, removed_on, FIELD_REQUIRED),
};
const struct shape removal_shape = SHAPE_OF("removal", struct removal, removal_fields, NULL);

static const struct field employer_decided_fields[] = {
    ROW_ID(struct employer_decided, addition_id, FIELD_REQUIRED),
    ROW_DIGITS(struct employer_decided, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ENUM(struct employer_decided, decision, FIELD_REQUIRED, employer_answer_words),
    ROW_ID(struct employer_decided, adviser_id, FIELD_REQUIRED),
    ROW_TEXT(struct employer_decided, contact, FIELD_PERSONAL, 1, LIMIT_NAME),
    ROW_INSTANT(struct employer_decided, decided_at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
};
const struct shape employer_decided_shape =
    SHAPE_OF("employer_decided", struct employer_decided, employer_decided_fields, NULL);

static const struct field added_person_fields[] = {
    ROW_ID(struct added_person, beneficiary_id, FIELD_REQUIRED),
    ROW_ENUM(struct added_person, relation, FIELD_REQUIRED, relation_words),
    ROW_DATE(struct added_person, coverage_from, FIELD_REQUIRED),
};
static const struct shape added_person_shape =
    SHAPE_OF("added_person", struct added_person, added_person_fields, NULL);

static const struct field added_fields[] = {
    ROW_ID(struct beneficiary_added, addition_id, FIELD_REQUIRED),
    ROW_DIGITS(struct beneficiary_added, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_UUID(struct beneficiary_added, insured_id, FIELD_REQUIRED),
    ROW_ID(struct beneficiary_added, contract_id, FIELD_REQUIRED),
    ROW_LIST(struct beneficiary_added, beneficiaries, FIELD_REQUIRED, 1, LIMIT_BENEFICIARIES,
             added_person_shape),
    ROW_DATE(struct beneficiary_added, coverage_from, FIELD_REQUIRED),
    ROW_DATE(struct beneficiary_added, contribution_from, FIELD_REQUIRED),
};
static const struct shape added_shape =
    SHAPE_OF("beneficiary_added", struct beneficiary_added, added_fields, NULL);

static const struct field item_reason = {.type = FIELD_ENUM, .words = &addition_reason_words};

static const struct field rejected_person_fields[] = {
    ROW_ID(struct rejected_person, beneficiary_id, FIELD_REQUIRED),
    ROW_LIST_OF(struct rejected_person, reasons, FIELD_REQUIRED, 1, LIMIT_REASONS, item_reason),
};
static const struct shape rejected_person_shape =
    SHAPE_OF("rejected_person", struct rejected_person, rejected_person_fields, NULL);

static const struct field rejected_fields[] = {
    ROW_ID(struct beneficiary_rejected, addition_id, FIELD_REQUIRED),
    ROW_DIGITS(struct beneficiary_rejected, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_LIST_OF(struct beneficiary_rejected, reasons, FIELD_REQUIRED, 1, LIMIT_REASONS,
                item_reason),
    ROW_LIST(struct beneficiary_rejected, beneficiaries, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0,
             LIMIT_BENEFICIARIES, rejected_person_shape),
};
static const struct shape rejected_shape =
    SHAPE_OF("beneficiary_rejected", struct beneficiary_rejected, rejected_fields, NULL);

static const struct field awaiting_fields[] = {
    ROW_ID(struct beneficiary_awaiting_employer, addition_id, FIELD_REQUIRED),
    ROW_DIGITS(struct beneficiary_awaiting_employer, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_INSTANT(struct beneficiary_awaiting_employer, deadline_at, FIELD_REQUIRED),
};
static const struct shape awaiting_shape = SHAPE_OF(
    "beneficiary_awaiting_employer", struct beneficiary_awaiting_employer, awaiting_fields, NULL);

static const struct field ended_fields[] = {
    ROW_ID(struct beneficiary_ended, addition_id, FIELD_REQUIRED),
    ROW_DIGITS(struct beneficiary_ended, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_LIST_OF(struct beneficiary_ended, reasons, FIELD_REQUIRED, 1, LIMIT_REASONS, item_reason),
};
static const struct shape ended_shape =
    SHAPE_OF("beneficiary_ended", struct beneficiary_ended, ended_fields, NULL);

static const struct field confirmation_fields[] = {
    ROW_DIGITS(struct confirmation_requested, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_UUID(struct confirmation_requested, task_id, FIELD_REQUIRED),
    ROW_ID(struct confirmation_requested, addition_id, FIELD_REQUIRED),
    ROW_ID(struct confirmation_requested, contract_id, FIELD_REQUIRED),
    ROW_ID(struct confirmation_requested, adviser_id, 0),
    ROW_INT32(struct confirmation_requested, beneficiary_count, FIELD_REQUIRED, 1,
              LIMIT_BENEFICIARIES, 0),
    ROW_CENTS(struct confirmation_requested, employer_before_cents),
    ROW_CENTS(struct confirmation_requested, employer_after_cents),
    ROW_DELTA(struct confirmation_requested, employer_delta_cents),
    ROW_DELTA(struct confirmation_requested, regularisation_cents),
    ROW_INSTANT(struct confirmation_requested, deadline_at, FIELD_REQUIRED),
};
static const struct shape confirmation_shape =
    SHAPE_OF("confirmation_requested", struct confirmation_requested, confirmation_fields, NULL);

static const struct field reminder_fields[] = {
    ROW_DIGITS(struct confirmation_reminder, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_UUID(struct confirmation_reminder, task_id, FIELD_REQUIRED),
    ROW_ID(struct confirmation_reminder, addition_id, FIELD_REQUIRED),
    ROW_INT32(struct confirmation_reminder, reminder, FIELD_REQUIRED, 1, REMINDERS, 0),
};
static const struct shape reminder_shape =
    SHAPE_OF("confirmation_reminder", struct confirmation_reminder, reminder_fields, NULL);

static const struct field price_parts_fields[] = {
    ROW_CENTS(struct price_parts, total_cents),
    ROW_CENTS(struct price_parts, employer_cents),
    ROW_CENTS(struct price_parts, employee_cents),
};
static const struct shape price_parts_shape =
    SHAPE_OF("price_parts", struct price_parts, price_parts_fields, NULL);

static const struct field regularisation_fields[] = {
    ROW_MONTH(struct regularisation, month, FIELD_REQUIRED),
    ROW_DELTA(struct regularisation, employer_delta_cents),
    ROW_DELTA(struct regularisation, employee_delta_cents),
};
static const struct shape regularisation_shape =
    SHAPE_OF("regularisation", struct regularisation, regularisation_fields, NULL);

static const struct field changed_fields[] = {
    ROW_UUID(struct contribution_changed, change_id, FIELD_REQUIRED),
    ROW_ID(struct contribution_changed, addition_id, 0),
    ROW_ID(struct contribution_changed, removal_id, 0),
    ROW_DIGITS(struct contribution_changed, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct contribution_changed, contract_id, FIELD_REQUIRED),
    ROW_UUID(struct contribution_changed, insured_id, FIELD_REQUIRED),
    ROW_ENUM(struct contribution_changed, cause, FIELD_REQUIRED, beneficiary_change_words),
    ROW_MONTH(struct contribution_changed, from_month, FIELD_REQUIRED),
    ROW_OBJECT(struct contribution_changed, before, FIELD_REQUIRED, price_parts_shape),
    ROW_OBJECT(struct contribution_changed, after, FIELD_REQUIRED, price_parts_shape),
    ROW_BOOLEAN(struct contribution_changed, provisional, FIELD_REQUIRED, false),
    ROW_LIST(struct contribution_changed, regularisations, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0,
             REGULARISATIONS_MAX, regularisation_shape),
};
static const struct shape changed_shape =
    SHAPE_OF("contribution_changed", struct contribution_changed, changed_fields, NULL);

static const struct field employer_fields[] = {
    ROW_DIGITS(struct employer_beneficiary_added, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_UUID(struct employer_beneficiary_added, notification_id, FIELD_REQUIRED),
    ROW_ID(struct employer_beneficiary_added, addition_id, FIELD_REQUIRED),
    ROW_LIST_OF(struct employer_beneficiary_added, to, FIELD_REQUIRED | FIELD_PERSONAL, 1,
                LIMIT_CONTACTS, item_email),
    ROW_ID(struct employer_beneficiary_added, contract_id, FIELD_REQUIRED),
    ROW_TEXT(struct employer_beneficiary_added, insured_display_name,
             FIELD_REQUIRED | FIELD_PERSONAL, 1, LIMIT_DISPLAY_NAME),
    ROW_INT32(struct employer_beneficiary_added, beneficiary_count, FIELD_REQUIRED, 1,
              LIMIT_BENEFICIARIES, 0),
    ROW_DATE(struct employer_beneficiary_added, coverage_from, FIELD_REQUIRED),
    ROW_DATE(struct employer_beneficiary_added, contribution_from, FIELD_REQUIRED),
    ROW_CENTS(struct employer_beneficiary_added, employer_before_cents),
    ROW_CENTS(struct employer_beneficiary_added, employer_after_cents),
    ROW_DELTA(struct employer_beneficiary_added, employer_delta_cents),
    ROW_DELTA(struct employer_beneficiary_added, regularisation_cents),
    ROW_BOOLEAN(struct employer_beneficiary_added, provisional, FIELD_REQUIRED, false),
    ROW_ENUM(struct employer_beneficiary_added, reason, FIELD_REQUIRED, employer_email_words),
};
static const struct shape employer_shape = SHAPE_OF(
    "employer_beneficiary_added", struct employer_beneficiary_added, employer_fields, NULL);

#define REQUESTS "beneficiary.requests.v1"
#define DECISIONS "beneficiary.decisions.v1"
#define TASKS "adviser.tasks.v1"

const struct input_type beneficiary_inputs[BENEFICIARY_INPUTS] = {
    SHELL_INPUT_ROWS("beneficiary"),
    {REQUESTS, "guichet.beneficiary.addition-requested.v1", INPUT_ADDITION_REQUESTED,
     &addition_requested_shape, "siren", "addition_id"},
    {REQUESTS, "guichet.beneficiary.withdrawal-requested.v1", INPUT_WITHDRAWAL,
     &addition_withdrawal_shape, "siren", "addition_id"},
    {REQUESTS, "guichet.beneficiary.removed.v1", INPUT_REMOVED, &removal_shape, "siren",
     "removal_id"},
    {"beneficiary.answers.v1", "guichet.beneficiary.employer-decided.v1", INPUT_EMPLOYER_DECIDED,
     &employer_decided_shape, "siren", "addition_id"},
};

const struct output_type output_beneficiary_added = {DECISIONS, "guichet.beneficiary.added.v1",
                                                     &added_shape};
const struct output_type output_beneficiary_rejected = {
    DECISIONS, "guichet.beneficiary.rejected.v1", &rejected_shape};
const struct output_type output_beneficiary_awaiting_employer = {
    DECISIONS, "guichet.beneficiary.awaiting-employer.v1", &awaiting_shape};
const struct output_type output_beneficiary_refused = {DECISIONS, "guichet.beneficiary.refused.v1",
                                                       &ended_shape};
const struct output_type output_beneficiary_expired = {DECISIONS, "guichet.beneficiary.expired.v1",
                                                       &ended_shape};
const struct output_type output_beneficiary_withdrawn = {
    DECISIONS, "guichet.beneficiary.withdrawn.v1", &ended_shape};
const struct output_type output_contribution_changed = {
    "contribution.changes.v1", "guichet.contribution.changed.v1", &changed_shape};
const struct output_type output_employer_beneficiary_added = {
    "employer.notifications.v1", "guichet.employer.beneficiary-added.v1", &employer_shape};
const struct output_type output_confirmation_requested = {
    TASKS, "guichet.adviser.confirmation-requested.v1", &confirmation_shape};
const struct output_type output_confirmation_reminder = {
    TASKS, "guichet.adviser.confirmation-reminder.v1", &reminder_shape};
const struct output_type *const beneficiary_outputs[BENEFICIARY_OUTPUTS] = {
    &output_beneficiary_added,
    &output_beneficiary_rejected,
    &output_beneficiary_awaiting_employer,
    &output_beneficiary_refused,
    &output_beneficiary_expired,
    &output_beneficiary_withdrawn,
    &output_contribution_changed,
    &output_employer_beneficiary_added,
    &output_confirmation_requested,
    &output_confirmation_reminder,
    &output_task_closed,
    &output_operator_alert,
};
