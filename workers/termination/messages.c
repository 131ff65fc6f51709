#include "workers/termination/messages.h"

#include "common/runtime/alert.h"
#include "common/runtime/shell_input.h"

WORDS(journey_step_words, "identified", "recap");

/* What all events of a journey begin with. */
#define JOURNEY_HEAD(s)                                                                            \
    ROW_ID(s, journey_id, FIELD_REQUIRED), ROW_DIGITS(s, siren, FIELD_REQUIRED, LIMIT_SIREN),      \
        ROW_ID(s, contract_id, FIELD_REQUIRED), ROW_ID(s, user_id, FIELD_REQUIRED),                \
        ROW_INSTANT(s, at, FIELD_REQUIRED | FIELD_NOT_FUTURE)

static const struct field signal_fields[] = {JOURNEY_HEAD(struct journey_signal)};
static const struct shape started_shape =
    SHAPE_OF("termination.started", struct journey_signal, signal_fields, NULL);
static const struct shape abandoned_shape =
    SHAPE_OF("termination.abandoned", struct journey_signal, signal_fields, NULL);
const struct shape withdrawal_shape =
    SHAPE_OF("termination.withdrawal-requested", struct journey_signal, signal_fields, NULL);

static const struct field step_fields[] = {
    JOURNEY_HEAD(struct step_completed),
    ROW_ENUM(struct step_completed, step, FIELD_REQUIRED, journey_step_words),
};
static const struct shape step_shape =
    SHAPE_OF("termination.step-completed", struct step_completed, step_fields, NULL);

static const struct field confirmation_fields[] = {
    JOURNEY_HEAD(struct confirmation),
    ROW_INSTANT(struct confirmation, received_at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
    ROW_CODE(struct confirmation, motive, 0),
    ROW_DATE(struct confirmation, event_on, 0),
};
const struct shape confirmation_shape =
    SHAPE_OF("termination.confirmed", struct confirmation, confirmation_fields, NULL);

#define JOURNEYS "termination.journeys.v1"

const struct input_type termination_inputs[TERMINATION_INPUTS] = {
    SHELL_INPUT_ROWS("termination"),
    [INPUT_JOURNEY_STARTED] = {JOURNEYS, "guichet.termination.started.v1", INPUT_JOURNEY_STARTED,
                               &started_shape, "siren", "journey_id"},
    [INPUT_STEP_COMPLETED] = {JOURNEYS, "guichet.termination.step-completed.v1",
                              INPUT_STEP_COMPLETED, &step_shape, "siren", "journey_id"},
    [INPUT_CONFIRMED] = {JOURNEYS, "guichet.termination.confirmed.v1", INPUT_CONFIRMED,
                         &confirmation_shape, "siren", "journey_id"},
    [INPUT_JOURNEY_ABANDONED] = {JOURNEYS, "guichet.termination.abandoned.v1",
                                 INPUT_JOURNEY_ABANDONED, &abandoned_shape, "siren", "journey_id"},
    [INPUT_WITHDRAWAL] = {JOURNEYS, "guichet.termination.withdrawal-requested.v1", INPUT_WITHDRAWAL,
                          &withdrawal_shape, "siren", "journey_id"},
};

#define DECISION_HEAD(s)                                                                           \
    ROW_ID(s, journey_id, FIELD_REQUIRED), ROW_DIGITS(s, siren, FIELD_REQUIRED, LIMIT_SIREN),      \
        ROW_ID(s, contract_id, FIELD_REQUIRED)

static const struct field notified_fields[] = {
    DECISION_HEAD(struct termination_notified),
    ROW_INSTANT(struct termination_notified, received_at, FIELD_REQUIRED),
    ROW_ENUM(struct termination_notified, legal_basis, FIELD_REQUIRED, legal_basis_words),
    ROW_DATE(struct termination_notified, effective_on, FIELD_REQUIRED),
};
static const struct shape notified_shape =
    SHAPE_OF("termination.notified", struct termination_notified, notified_fields, NULL);

static const struct field item_reason = {
    .name = "reason", .type = FIELD_ENUM, .words = &termination_reason_words};

static const struct field rejected_fields[] = {
    DECISION_HEAD(struct termination_rejected),
    ROW_LIST_OF(struct termination_rejected, reasons, FIELD_REQUIRED, 1, LIMIT_REASONS,
                item_reason),
};
static const struct shape rejected_shape =
    SHAPE_OF("termination.rejected", struct termination_rejected, rejected_fields, NULL);

static const struct field withdrawn_fields[] = {
    DECISION_HEAD(struct termination_withdrawn),
    ROW_INSTANT(struct termination_withdrawn, withdrawn_at, FIELD_REQUIRED),
};
static const struct shape withdrawn_shape =
    SHAPE_OF("termination.withdrawn", struct termination_withdrawn, withdrawn_fields, NULL);

static const struct field receipt_fields[] = {
    ROW_DIGITS(struct termination_receipt, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_UUID(struct termination_receipt, notification_id, FIELD_REQUIRED),
    ROW_ID(struct termination_receipt, journey_id, FIELD_REQUIRED),
    ROW_LIST_OF(struct termination_receipt, to, FIELD_REQUIRED | FIELD_PERSONAL, 1, LIMIT_CONTACTS,
                item_email),
    ROW_ID(struct termination_receipt, contract_id, FIELD_REQUIRED),
    ROW_INSTANT(struct termination_receipt, received_at, FIELD_REQUIRED),
    ROW_DATE(struct termination_receipt, effective_on, FIELD_REQUIRED),
    ROW_ENUM(struct termination_receipt, legal_basis, FIELD_REQUIRED, legal_basis_words),
};
static const struct shape receipt_shape =
    SHAPE_OF("employer.termination-receipt", struct termination_receipt, receipt_fields, NULL);

#define DECISIONS "contract.terminations.v1"

const struct output_type output_termination_notified = {
    DECISIONS, "guichet.termination.notified.v1", &notified_shape};
const struct output_type output_termination_rejected = {
    DECISIONS, "guichet.termination.rejected.v1", &rejected_shape};
const struct output_type output_termination_withdrawn = {
    DECISIONS, "guichet.termination.withdrawn.v1", &withdrawn_shape};
const struct output_type output_termination_receipt = {
    "employer.notifications.v1", "guichet.employer.termination-receipt.v1", &receipt_shape};

const struct output_type *const termination_outputs[TERMINATION_OUTPUTS] = {
    &output_termination_notified, &output_termination_rejected, &output_termination_withdrawn,
    &output_termination_receipt,  &output_operator_alert,
};

/* The facts. */

static const struct field journey_facts_fields[] = {
    ROW_DIGITS(struct journey_facts, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct journey_facts, journey_id, FIELD_REQUIRED),
    ROW_ENUM(struct journey_facts, event, FIELD_REQUIRED, journey_event_words),
    ROW_INSTANT(struct journey_facts, at, FIELD_REQUIRED),
    ROW_ENUM(struct journey_facts, state, 0, journey_state_words),
    ROW_INSTANT(struct journey_facts, last_step_at, 0),
    ROW_INT32(struct journey_facts, idle_minutes, FIELD_REQUIRED, 0, INT32_MAX, 0),
};
const struct shape journey_facts_shape =
    SHAPE_OF("journey_facts", struct journey_facts, journey_facts_fields, NULL);

static const struct field expiry_fields[] = {
    ROW_INT32(struct expiry, month, FIELD_REQUIRED, 1, 12, 12),
    ROW_INT32(struct expiry, day, FIELD_REQUIRED, 1, 31, 31),
};
static const struct shape expiry_shape = SHAPE_OF("expiry", struct expiry, expiry_fields, NULL);

static const struct field contract_fields[] = {
    ROW_INT32(struct termination_contract, revision, FIELD_REQUIRED, 1, INT32_MAX, 0),
    ROW_ENUM(struct termination_contract, category, FIELD_REQUIRED, category_words),
    ROW_DATE(struct termination_contract, ends_on, 0),
    ROW_DATE(struct termination_contract, first_subscribed_on, FIELD_REQUIRED),
    ROW_OBJECT(struct termination_contract, expiry, FIELD_REQUIRED, expiry_shape),
    ROW_INT32(struct termination_contract, notice_months, FIELD_REQUIRED, 0, LIMIT_NOTICE_MONTHS,
              0),
    ROW_LIST_OF(struct termination_contract, emails, FIELD_PERSONAL, 0, LIMIT_CONTACTS, item_email),
};
static const struct shape known_contract_shape =
    SHAPE_OF("termination_contract", struct termination_contract, contract_fields, NULL);

static const struct field termination_facts_fields[] = {
    ROW_OBJECT(struct termination_facts, confirmation, FIELD_REQUIRED, confirmation_shape),
    ROW_ENUM(struct termination_facts, sighting, FIELD_REQUIRED, confirmation_sighting_words),
    ROW_INSTANT(struct termination_facts, decided_at, FIELD_REQUIRED),
    ROW_INSTANT(struct termination_facts, grace_ends_at, 0),
    ROW_DATE(struct termination_facts, received_on, FIELD_REQUIRED),
    ROW_OPTIONAL(struct termination_facts, contract, 0, known_contract_shape, has_contract),
    ROW_ID(struct termination_facts, standing_journey_id, 0),
    ROW_INSTANT(struct termination_facts, withdrawn_at, 0),
    ROW_DATE(struct termination_facts, withdrawn_on, 0),
};
const struct shape termination_facts_shape =
    SHAPE_OF("termination_facts", struct termination_facts, termination_facts_fields, NULL);

static const struct field withdrawal_facts_fields[] = {
    ROW_OBJECT(struct withdrawal_facts, withdrawal, FIELD_REQUIRED, withdrawal_shape),
    ROW_DATE(struct withdrawal_facts, withdrawn_on, FIELD_REQUIRED),
    ROW_ENUM(struct withdrawal_facts, state, 0, journey_state_words),
    ROW_ID(struct withdrawal_facts, notice_contract_id, 0),
    ROW_DATE(struct withdrawal_facts, effective_on, 0),
};
const struct shape withdrawal_facts_shape =
    SHAPE_OF("withdrawal_facts", struct withdrawal_facts, withdrawal_facts_fields, NULL);
