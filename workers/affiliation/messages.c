#include "workers/affiliation/messages.h"

#include "common/base/compiler.h"
#include "common/record/vocabulary.h"
#include "common/runtime/alert.h"
#include "common/runtime/shell_input.h"
#include "common/runtime/task.h"

_Static_assert((int)SLA_OPEN == (int)TRISTATE_NONE && (int)SLA_LATE == (int)TRISTATE_FALSE &&
                   (int)SLA_MET == (int)TRISTATE_TRUE,
               "the decision speaks of a tristate");

#define LIST_FLAGS (FIELD_REQUIRED | FIELD_WRITE_EMPTY)
#define PERSONAL (FIELD_REQUIRED | FIELD_PERSONAL)

static const struct field item_reason = {.type = FIELD_ENUM, .words = &affiliation_reason_words};

#define ROW_REASONS(s, m, lo) ROW_LIST_OF(s, m, LIST_FLAGS, lo, LIMIT_REASONS, item_reason)

/* The inputs. */

static const struct field dispensation_fields[] = {
    ROW_CODE(struct dispensation, code, FIELD_REQUIRED),
    ROW_LIST_OF(struct dispensation, documents, LIST_FLAGS, 0, LIMIT_DOCUMENTS, item_code),
};
static const struct shape dispensation_shape =
    SHAPE_OF("dispensation", struct dispensation, dispensation_fields, NULL);

static const struct field request_fields[] = {
    ROW_ID(struct affiliation_request, request_id, FIELD_REQUIRED),
    ROW_ID(struct affiliation_request, root_request_id, 0),
    ROW_INSTANT(struct affiliation_request, first_submitted_at, FIELD_NOT_FUTURE),
    ROW_ENUM(struct affiliation_request, channel, FIELD_REQUIRED, channel_words),
    ROW_ID(struct affiliation_request, bulk_file_id, 0),
    ROW_INSTANT(struct affiliation_request, submitted_at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
    ROW_ID(struct affiliation_request, submitter_id, 0),
    ROW_DIGITS(struct affiliation_request, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_DIGITS(struct affiliation_request, siret, 0, LIMIT_SIRET),
    ROW_ID(struct affiliation_request, contract_id, FIELD_REQUIRED),
    ROW_ENUM(struct affiliation_request, category, FIELD_REQUIRED, category_words),
    ROW_CODE(struct affiliation_request, population, 0),
    ROW_CODE(struct affiliation_request, option, 0),
    ROW_OBJECT(struct affiliation_request, employee, FIELD_REQUIRED, insured_shape),
    ROW_ENUM(struct affiliation_request, scheme, FIELD_REQUIRED, scheme_words),
    ROW_DATE(struct affiliation_request, hired_on, FIELD_REQUIRED),
    ROW_DATE(struct affiliation_request, effective_on, FIELD_REQUIRED),
    ROW_LIST(struct affiliation_request, dependants, 0, 0, LIMIT_DEPENDANTS, dependant_shape),
    ROW_OPTIONAL(struct affiliation_request, dispensation, 0, dispensation_shape, has_dispensation),
    ROW_LIST_OF(struct affiliation_request, documents, 0, 0, LIMIT_DOCUMENTS, item_code),
};
const struct shape affiliation_request_shape =
    SHAPE_OF("affiliation_requested", struct affiliation_request, request_fields, NULL);

static const struct field cancellation_fields[] = {
    ROW_ID(struct affiliation_cancellation, request_id, FIELD_REQUIRED),
    ROW_DIGITS(struct affiliation_cancellation, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_INSTANT(struct affiliation_cancellation, cancelled_at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
    ROW_CODE(struct affiliation_cancellation, by, FIELD_REQUIRED),
};
const struct shape affiliation_cancellation_shape = SHAPE_OF(
    "affiliation_cancellation", struct affiliation_cancellation, cancellation_fields, NULL);

static const struct field item_review_reason = {.type = FIELD_ENUM, .words = &review_reason_words};

static const struct field review_fields[] = {
    ROW_ID(struct affiliation_review, request_id, FIELD_REQUIRED),
    ROW_DIGITS(struct affiliation_review, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ENUM(struct affiliation_review, decision, FIELD_REQUIRED, review_decision_words),
    ROW_LIST_OF(struct affiliation_review, reasons, 0, 0, LIMIT_REASONS, item_review_reason),
    ROW_ID(struct affiliation_review, agent_id, FIELD_REQUIRED),
    ROW_INSTANT(struct affiliation_review, decided_at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
};
const struct shape affiliation_review_shape =
    SHAPE_OF("affiliation_review", struct affiliation_review, review_fields, NULL);

static const struct field ending_fields[] = {
    ROW_DIGITS(struct affiliation_ending, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct affiliation_ending, insured_id, FIELD_REQUIRED),
    ROW_ID(struct affiliation_ending, contract_id, FIELD_REQUIRED),
    ROW_DATE(struct affiliation_ending, ended_on, FIELD_REQUIRED),
    ROW_CODE(struct affiliation_ending, cause, 0),
};
const struct shape affiliation_ending_shape =
    SHAPE_OF("affiliation_ending", struct affiliation_ending, ending_fields, NULL);

static const struct field activated_fields[] = {
    ROW_DIGITS(struct account_activated, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct account_activated, insured_id, FIELD_REQUIRED),
    ROW_INSTANT(struct account_activated, activated_at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
};
const struct shape account_activated_shape =
    SHAPE_OF("account_activated", struct account_activated, activated_fields, NULL);

static const struct field bounced_fields[] = {
    ROW_DIGITS(struct mail_bounced, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct mail_bounced, notification_id, FIELD_REQUIRED),
    ROW_INSTANT(struct mail_bounced, bounced_at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
    ROW_TEXT(struct mail_bounced, detail, FIELD_PERSONAL, 0, LIMIT_DETAIL),
};
const struct shape mail_bounced_shape =
    SHAPE_OF("mail_bounced", struct mail_bounced, bounced_fields, NULL);

#define REQUESTS "affiliation.requests.v1"
#define REVIEWS "affiliation.reviews.v1"
#define SIGNALS "account.signals.v1"

const struct input_type affiliation_inputs[] = {
    SHELL_INPUT_ROWS("affiliation"),
    {REQUESTS, "guichet.affiliation.requested.v1", INPUT_AFFILIATION_REQUESTED,
     &affiliation_request_shape, "siren", "request_id"},
    {REQUESTS, "guichet.affiliation.cancellation-requested.v1", INPUT_CANCELLATION,
     &affiliation_cancellation_shape, "siren", "request_id"},
    {REQUESTS, "guichet.affiliation.ended.v1", INPUT_ENDED, &affiliation_ending_shape, "siren",
     "insured_id"},
    {REVIEWS, "guichet.affiliation.review-decided.v1", INPUT_REVIEWED, &affiliation_review_shape,
     "siren", "request_id"},
    {SIGNALS, "guichet.employee-account.activated.v1", INPUT_ACTIVATED, &account_activated_shape,
     "siren", "insured_id"},
    {SIGNALS, "guichet.mail.bounced.v1", INPUT_BOUNCED, &mail_bounced_shape, "siren",
     "notification_id"},
};

/* The outputs. */

WORDS(sla_class_words, "online_single", "online_bulk");
WORDS(locale_words, "fr-FR");
WORDS(letter_cause_words, "no_email", "invalid_email", "bounced", "link_expired");

static const struct field sla_fields[] = {
    ROW_ENUM(struct sla, class, FIELD_REQUIRED, sla_class_words),
    ROW_ID(struct sla, calendar_id, FIELD_REQUIRED),
    ROW_INT32(struct sla, calendar_revision, FIELD_REQUIRED, 0, INT32_MAX, 0),
    ROW_INSTANT(struct sla, submitted_at, FIELD_REQUIRED),
    ROW_INSTANT(struct sla, due_at, FIELD_REQUIRED),
    ROW_TRISTATE(struct sla, met, 0),
    ROW_INT64(struct sla, business_seconds, FIELD_REQUIRED, 0, LIMIT_BUSINESS_SECONDS, 0),
};
static const struct shape sla_shape = SHAPE_OF("sla", struct sla, sla_fields, NULL);

/* What all decisions begin with, and end with. */
#define DECISION_HEAD(s)                                                                           \
    ROW_ID(s, request_id, FIELD_REQUIRED), ROW_DIGITS(s, siren, FIELD_REQUIRED, LIMIT_SIREN),      \
        ROW_ID(s, root_request_id, FIELD_REQUIRED), ROW_ID(s, contract_id, FIELD_REQUIRED)
#define ROW_SLA(s) ROW_OPTIONAL(s, sla, FIELD_WRITE_NULL, sla_shape, has_sla)

static const struct field accepted_fields[] = {
    DECISION_HEAD(struct affiliation_accepted),
    ROW_UUID(struct affiliation_accepted, insured_id, FIELD_REQUIRED),
    ROW_ENUM(struct affiliation_accepted, channel, FIELD_REQUIRED, channel_words),
    ROW_DATE(struct affiliation_accepted, effective_on, FIELD_REQUIRED),
    ROW_REASONS(struct affiliation_accepted, warnings, 0),
    ROW_INSTANT(struct affiliation_accepted, decided_at, FIELD_REQUIRED),
    ROW_ENUM(struct affiliation_accepted, account, FIELD_REQUIRED, affiliation_account_words),
    ROW_SLA(struct affiliation_accepted),
};
static const struct shape accepted_shape =
    SHAPE_OF("affiliation_accepted", struct affiliation_accepted, accepted_fields, NULL);

static const struct field refused_fields[] = {
    DECISION_HEAD(struct affiliation_refused),
    ROW_ENUM(struct affiliation_refused, channel, FIELD_REQUIRED, channel_words),
    ROW_REASONS(struct affiliation_refused, reasons, 1),
    ROW_REASONS(struct affiliation_refused, warnings, 0),
    ROW_INSTANT(struct affiliation_refused, decided_at, FIELD_REQUIRED),
    ROW_SLA(struct affiliation_refused),
};
static const struct shape refused_shape =
    SHAPE_OF("affiliation_refused", struct affiliation_refused, refused_fields, NULL);

static const struct field waived_fields[] = {
    DECISION_HEAD(struct affiliation_waived),
    ROW_ENUM(struct affiliation_waived, channel, FIELD_REQUIRED, channel_words),
    ROW_CODE(struct affiliation_waived, dispensation_code, FIELD_REQUIRED),
    ROW_REASONS(struct affiliation_waived, warnings, 0),
    ROW_INSTANT(struct affiliation_waived, decided_at, FIELD_REQUIRED),
    ROW_SLA(struct affiliation_waived),
};
static const struct shape waived_shape =
    SHAPE_OF("affiliation_waived", struct affiliation_waived, waived_fields, NULL);

static const struct field cancelled_fields[] = {
    DECISION_HEAD(struct affiliation_cancelled),
    ROW_ENUM(struct affiliation_cancelled, channel, FIELD_REQUIRED, channel_words),
    ROW_CODE(struct affiliation_cancelled, by, FIELD_REQUIRED),
    ROW_INSTANT(struct affiliation_cancelled, cancelled_at, FIELD_REQUIRED),
    ROW_INSTANT(struct affiliation_cancelled, decided_at, FIELD_REQUIRED),
    ROW_SLA(struct affiliation_cancelled),
};
static const struct shape cancelled_shape =
    SHAPE_OF("affiliation_cancelled", struct affiliation_cancelled, cancelled_fields, NULL);

static const struct field review_requested_fields[] = {
    ROW_DIGITS(struct review_requested, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_UUID(struct review_requested, task_id, FIELD_REQUIRED),
    ROW_ID(struct review_requested, request_id, FIELD_REQUIRED),
    ROW_REASONS(struct review_requested, reasons, 1),
    ROW_INSTANT(struct review_requested, due_at, 0),
};
static const struct shape review_requested_shape =
    SHAPE_OF("review_requested", struct review_requested, review_requested_fields, NULL);

/* What all alerts of the clock begin with. */
#define CLOCK_HEAD(s)                                                                              \
    ROW_DIGITS(s, siren, FIELD_REQUIRED, LIMIT_SIREN), ROW_ID(s, request_id, FIELD_REQUIRED),      \
        ROW_ID(s, contract_id, FIELD_REQUIRED),                                                    \
        ROW_ENUM(s, class, FIELD_REQUIRED, sla_class_words),                                       \
        ROW_INSTANT(s, submitted_at, FIELD_REQUIRED)
#define MILESTONE_HEAD                                                                             \
    CLOCK_HEAD(struct sla_milestone), ROW_INSTANT(struct sla_milestone, due_at, FIELD_REQUIRED),   \
        ROW_INSTANT(struct sla_milestone, reached_at, FIELD_REQUIRED)
#define ROW_SECONDS(s, m) ROW_INT64(s, m, FIELD_REQUIRED, 0, LIMIT_BUSINESS_SECONDS, 0)

static const struct field at_risk_fields[] = {
    MILESTONE_HEAD,
    ROW_SECONDS(struct sla_milestone, remaining_seconds),
};
static const struct shape at_risk_shape =
    SHAPE_OF("sla_at_risk", struct sla_milestone, at_risk_fields, NULL);

static const struct field breached_fields[] = {
    MILESTONE_HEAD,
    ROW_SECONDS(struct sla_milestone, overdue_seconds),
};
static const struct shape breached_shape =
    SHAPE_OF("sla_breached", struct sla_milestone, breached_fields, NULL);

static const struct field escalated_fields[] = {
    MILESTONE_HEAD,
    ROW_SECONDS(struct sla_milestone, overdue_seconds),
    ROW_INT32(struct sla_milestone, level, FIELD_REQUIRED, 1, 2, 0),
};
static const struct shape escalated_shape =
    SHAPE_OF("sla_escalated", struct sla_milestone, escalated_fields, NULL);

static const struct field rescheduled_fields[] = {
    CLOCK_HEAD(struct sla_rescheduled),
    ROW_INSTANT(struct sla_rescheduled, previous_due_at, FIELD_REQUIRED),
    ROW_INSTANT(struct sla_rescheduled, due_at, FIELD_REQUIRED),
    ROW_INT32(struct sla_rescheduled, calendar_revision, FIELD_REQUIRED, 1, INT32_MAX, 0),
};
static const struct shape rescheduled_shape =
    SHAPE_OF("sla_rescheduled", struct sla_rescheduled, rescheduled_fields, NULL);

static const struct field roster_fields[] = {
    ROW_DIGITS(struct roster_entry, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct roster_entry, contract_id, FIELD_REQUIRED),
    ROW_UUID(struct roster_entry, insured_id, FIELD_REQUIRED),
    ROW_TEXT(struct roster_entry, family_name, PERSONAL, 1, LIMIT_NAME),
    ROW_LIST_OF(struct roster_entry, given_names, PERSONAL, 1, LIMIT_GIVEN_NAMES, item_name),
    ROW_ENUM(struct roster_entry, channel, FIELD_REQUIRED, channel_words),
    ROW_DATE(struct roster_entry, effective_on, FIELD_REQUIRED),
    ROW_DATE(struct roster_entry, ended_on, 0),
    ROW_CODE(struct roster_entry, option, 0),
    ROW_INT32(struct roster_entry, beneficiary_count, FIELD_REQUIRED, 0, LIMIT_HOUSEHOLD, 0),
    ROW_INT32(struct roster_entry, version, FIELD_REQUIRED, 1, INT32_MAX, 0),
    ROW_INSTANT(struct roster_entry, as_of, FIELD_REQUIRED),
};
static const struct shape roster_shape =
    SHAPE_OF("roster_entry", struct roster_entry, roster_fields, NULL);

static const struct field tracking_fields[] = {
    ROW_ID(struct tracking_entry, request_id, FIELD_REQUIRED),
    ROW_DIGITS(struct tracking_entry, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct tracking_entry, contract_id, FIELD_REQUIRED),
    ROW_ENUM(struct tracking_entry, channel, FIELD_REQUIRED, channel_words),
    ROW_INSTANT(struct tracking_entry, submitted_at, FIELD_REQUIRED),
    ROW_ENUM(struct tracking_entry, status, FIELD_REQUIRED, affiliation_status_words),
    ROW_REASONS(struct tracking_entry, reasons, 0),
    ROW_INSTANT(struct tracking_entry, due_at, FIELD_REQUIRED),
    ROW_INSTANT(struct tracking_entry, decided_at, 0),
    ROW_TEXT(struct tracking_entry, display_name, PERSONAL, 1, LIMIT_DISPLAY_NAME),
    ROW_INT32(struct tracking_entry, version, FIELD_REQUIRED, 1, INT32_MAX, 0),
};
static const struct shape tracking_shape =
    SHAPE_OF("tracking_entry", struct tracking_entry, tracking_fields, NULL);

static const struct field email_fields[] = {
    ROW_DIGITS(struct activation_email, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_UUID(struct activation_email, notification_id, FIELD_REQUIRED),
    ROW_UUID(struct activation_email, insured_id, FIELD_REQUIRED),
    ROW_TEXT(struct activation_email, to, PERSONAL, 1, LIMIT_EMAIL),
    ROW_TEXT(struct activation_email, display_name, PERSONAL, 1, LIMIT_DISPLAY_NAME),
    {.name = "activation_token",
     .type = FIELD_TOKEN,
     .flags = FIELD_REQUIRED,
     .min = LIMIT_TOKEN,
     .max = LIMIT_TOKEN,
     .offset = offsetof(struct activation_email, activation_token)},
    ROW_INSTANT(struct activation_email, expires_at, FIELD_REQUIRED),
    ROW_ENUM(struct activation_email, locale, FIELD_REQUIRED, locale_words),
};
static const struct shape email_shape =
    SHAPE_OF("activation_email", struct activation_email, email_fields, NULL);

static const struct field letter_fields[] = {
    ROW_DIGITS(struct account_letter, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_UUID(struct account_letter, notification_id, FIELD_REQUIRED),
    ROW_UUID(struct account_letter, insured_id, FIELD_REQUIRED),
    ROW_TEXT(struct account_letter, name, PERSONAL, 1, LIMIT_DISPLAY_NAME),
    ROW_OBJECT(struct account_letter, address, PERSONAL, address_shape),
    ROW_ENUM(struct account_letter, cause, FIELD_REQUIRED, letter_cause_words),
};
static const struct shape letter_shape =
    SHAPE_OF("account_letter", struct account_letter, letter_fields, NULL);

#define DECISIONS "affiliation.decisions.v1"
#define CLOCK "affiliation.sla.v1"
#define NOTIFICATIONS "insured.notifications.v1"

const struct output_type output_affiliation_accepted = {
    DECISIONS, "guichet.affiliation.accepted.v1", &accepted_shape};
const struct output_type output_affiliation_rejected = {
    DECISIONS, "guichet.affiliation.rejected.v1", &refused_shape};
const struct output_type output_affiliation_returned = {
    DECISIONS, "guichet.affiliation.returned.v1", &refused_shape};
const struct output_type output_affiliation_waived = {DECISIONS, "guichet.affiliation.waived.v1",
                                                      &waived_shape};
const struct output_type output_affiliation_cancelled = {
    DECISIONS, "guichet.affiliation.cancelled.v1", &cancelled_shape};
const struct output_type output_affiliation_under_review = {
    DECISIONS, "guichet.affiliation.under-review.v1", &refused_shape};
const struct output_type output_review_requested = {
    "adviser.tasks.v1", "guichet.adviser.review-requested.v1", &review_requested_shape};
const struct output_type output_sla_at_risk = {CLOCK, "guichet.sla.at-risk.v1", &at_risk_shape};
const struct output_type output_sla_breached = {CLOCK, "guichet.sla.breached.v1", &breached_shape};
const struct output_type output_sla_escalated = {CLOCK, "guichet.sla.escalated.v1",
                                                 &escalated_shape};
const struct output_type output_sla_rescheduled = {CLOCK, "guichet.sla.rescheduled.v1",
                                                   &rescheduled_shape};
const struct output_type output_roster_entry = {"affiliation.roster.v1", "guichet.roster.entry.v1",
                                                &roster_shape};
const struct output_type output_tracking_entry = {"affiliation.tracking.v1",
                                                  "guichet.tracking.entry.v1", &tracking_shape};
const struct output_type output_activation_email = {
    NOTIFICATIONS, "guichet.insured.activation-email.v1", &email_shape};
const struct output_type output_account_letter = {
    NOTIFICATIONS, "guichet.insured.account-letter.v1", &letter_shape};

const struct output_type *const affiliation_outputs[] = {
    &output_affiliation_accepted, &output_affiliation_rejected,  &output_affiliation_returned,
    &output_affiliation_waived,   &output_affiliation_cancelled, &output_sla_at_risk,
    &output_sla_breached,         &output_sla_escalated,         &output_sla_rescheduled,
    &output_roster_entry,         &output_tracking_entry,        &output_activation_email,
    &output_account_letter,       &output_operator_alert,        &output_affiliation_under_review,
    &output_review_requested,     &output_task_closed,
};

/* The facts. */

static const struct field known_contract_fields[] = {
    ROW_INT32(struct affiliation_contract, revision, FIELD_REQUIRED, 1, INT32_MAX, 0),
    ROW_ENUM(struct affiliation_contract, category, FIELD_REQUIRED, category_words),
    ROW_DATE(struct affiliation_contract, starts_on, FIELD_REQUIRED),
    ROW_DATE(struct affiliation_contract, ends_on, 0),
    ROW_LIST_OF(struct affiliation_contract, populations, 0, 0, LIMIT_POPULATIONS, item_code),
    ROW_LIST_OF(struct affiliation_contract, options, 0, 0, LIMIT_OPTIONS, item_code),
};
static const struct shape known_contract_shape =
    SHAPE_OF("known_contract", struct affiliation_contract, known_contract_fields, NULL);

static const struct field person_fields[] = {
    ROW_UUID(struct affiliation_person, insured_id, FIELD_REQUIRED),
    ROW_ENUM(struct affiliation_person, recognised_by, FIELD_REQUIRED, recognised_by_words),
    ROW_BOOLEAN(struct affiliation_person, has_other_name, 0, false),
    ROW_BOOLEAN(struct affiliation_person, has_other_birth, 0, false),
    ROW_BOOLEAN(struct affiliation_person, has_account, FIELD_REQUIRED, false),
    ROW_BOOLEAN(struct affiliation_person, is_affiliated, FIELD_REQUIRED, false),
    ROW_DATE(struct affiliation_person, covered_until, 0),
};
static const struct shape person_shape =
    SHAPE_OF("known_person", struct affiliation_person, person_fields, NULL);

static const struct field facts_fields[] = {
    ROW_OBJECT(struct affiliation_facts, request, FIELD_REQUIRED, affiliation_request_shape),
    ROW_INSTANT(struct affiliation_facts, decided_at, FIELD_REQUIRED),
    ROW_INSTANT(struct affiliation_facts, grace_ends_at, 0),
    ROW_DATE(struct affiliation_facts, submitted_on, FIELD_REQUIRED),
    ROW_OPTIONAL(struct affiliation_facts, cancellation, 0, affiliation_cancellation_shape,
                 has_cancellation),
    ROW_LIST_OF(struct affiliation_facts, doubts, 0, 0, LIMIT_REASONS, item_reason),
    ROW_OPTIONAL(struct affiliation_facts, review, 0, affiliation_review_shape, has_review),
    ROW_OPTIONAL(struct affiliation_facts, contract, 0, known_contract_shape, has_contract),
    ROW_OPTIONAL(struct affiliation_facts, person, 0, person_shape, has_person),
    ROW_SLA(struct affiliation_facts),
};
const struct shape affiliation_facts_shape =
    SHAPE_OF("affiliation_facts", struct affiliation_facts, facts_fields, NULL);

static const struct field term_fields[] = {
    ROW_ID(struct affiliation_term, request_id, FIELD_REQUIRED),
    ROW_DATE(struct affiliation_term, effective_on, FIELD_REQUIRED),
    ROW_DATE(struct affiliation_term, ended_on, 0),
};
static const struct shape term_shape =
    SHAPE_OF("affiliation_term", struct affiliation_term, term_fields, NULL);

/* A person is affiliated anew as often as he is hired again: read back whatever was kept. */
enum { TERMS_MOST = INT32_MAX };

static const struct field ending_facts_fields[] = {
    ROW_OBJECT(struct ending_facts, ending, FIELD_REQUIRED, affiliation_ending_shape),
    ROW_LIST(struct ending_facts, terms, LIST_FLAGS, 1, TERMS_MOST, term_shape),
};
const struct shape ending_facts_shape =
    SHAPE_OF("ending_facts", struct ending_facts, ending_facts_fields, NULL);

static const struct field repeat_fields[] = {
    ROW_DIGITS(struct affiliation_repeat, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct affiliation_repeat, request_id, FIELD_REQUIRED),
    ROW_INSTANT(struct affiliation_repeat, first_decided_at, 0),
};
const struct shape affiliation_repeat_shape =
    SHAPE_OF("affiliation_repeat", struct affiliation_repeat, repeat_fields, NULL);

static const struct field progress_fields[] = {
    ROW_DIGITS(struct affiliation_progress, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct affiliation_progress, request_id, FIELD_REQUIRED),
    ROW_INSTANT(struct affiliation_progress, due_at, 0),
    ROW_ID(struct affiliation_progress, calendar_id, 0),
    ROW_INT32(struct affiliation_progress, calendar_revision, FIELD_REQUIRED, 0, INT32_MAX, 0),
    ROW_INT32(struct affiliation_progress, milestones_raised, FIELD_REQUIRED, 0, MILESTONES, 0),
};
const struct shape affiliation_progress_shape =
    SHAPE_OF("affiliation_progress", struct affiliation_progress, progress_fields, NULL);

static const struct field signal_fields[] = {
    ROW_DIGITS(struct affiliation_signal, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_TEXT(struct affiliation_signal, subject_id, FIELD_REQUIRED, 1, LIMIT_SUBJECT),
    ROW_INSTANT(struct affiliation_signal, at, FIELD_REQUIRED),
};
const struct shape affiliation_signal_shape =
    SHAPE_OF("affiliation_signal", struct affiliation_signal, signal_fields, NULL);
