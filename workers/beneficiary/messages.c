#include "workers/beneficiary/messages.h"

#include "common/base/compiler.h"
#include "common/record/vocabulary.h"
#include "common/runtime/timer.h"

#define CENTS_MAX INT64_C(1000000000000) /* a computed amount */
enum { REASON_LIST_MAX = 20, DISPLAY_NAME = 2 * LIMIT_NAME + 1, REVISION_MAX = INT32_MAX };

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
    ROW_LIST_OF(struct rejected_person, reasons, FIELD_REQUIRED, 1, REASON_LIST_MAX, item_reason),
};
static const struct shape rejected_person_shape =
    SHAPE_OF("rejected_person", struct rejected_person, rejected_person_fields, NULL);

static const struct field rejected_fields[] = {
    ROW_ID(struct beneficiary_rejected, addition_id, FIELD_REQUIRED),
    ROW_DIGITS(struct beneficiary_rejected, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_LIST_OF(struct beneficiary_rejected, reasons, FIELD_REQUIRED, 1, REASON_LIST_MAX,
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
             FIELD_REQUIRED | FIELD_PERSONAL, 1, DISPLAY_NAME),
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

/* Facts, as the journal keeps them. The contract is named by its revision: all are kept. */

static const struct field affiliation_fields[] = {
    ROW_ID(struct affiliation, contract_id, FIELD_REQUIRED),
    ROW_ID(struct affiliation, request_id, FIELD_REQUIRED),
    ROW_ENUM(struct affiliation, channel, FIELD_REQUIRED, channel_words),
    ROW_ENUM(struct affiliation, scheme, FIELD_REQUIRED, scheme_words),
    ROW_DATE(struct affiliation, effective_on, FIELD_REQUIRED),
    ROW_DATE(struct affiliation, ended_on, 0),
    ROW_INSTANT(struct affiliation, accepted_at, FIELD_REQUIRED),
};
static const struct shape affiliation_row_shape =
    SHAPE_OF("affiliation", struct affiliation, affiliation_fields, NULL);

static const struct field relative_fields[] = {
    ROW_ID(struct relative, beneficiary_id, FIELD_REQUIRED),
    ROW_ENUM(struct relative, state, FIELD_REQUIRED, relative_state_words),
    ROW_ENUM(struct relative, relation, FIELD_REQUIRED, relation_words),
    ROW_ENUM(struct relative, scheme, FIELD_REQUIRED, scheme_words),
    ROW_DATE(struct relative, coverage_from, FIELD_REQUIRED),
    ROW_DATE(struct relative, removed_on, 0),
    ROW_OBJECT(struct relative, person, FIELD_REQUIRED | FIELD_PERSONAL, covered_person_shape),
};
static const struct shape relative_shape =
    SHAPE_OF("relative", struct relative, relative_fields, NULL);

static const struct field pmss_fields[] = {
    ROW_ENUM(struct pmss, territory, FIELD_REQUIRED, territory_words),
    ROW_DATE(struct pmss, valid_from, FIELD_REQUIRED),
    ROW_INT32(struct pmss, amount_eur, FIELD_REQUIRED, 0, INT32_MAX, 0),
};
static const struct shape pmss_shape = SHAPE_OF("pmss", struct pmss, pmss_fields, NULL);

enum { ROWS_MAX = INT32_MAX }; /* what the store holds has no bound of its own */

static const struct field addition_facts_fields[] = {
    ROW_OBJECT(struct addition_facts, request, FIELD_REQUIRED, addition_requested_shape),
    ROW_BOOLEAN(struct addition_facts, is_repeated, FIELD_REQUIRED, false),
    ROW_INSTANT(struct addition_facts, now, FIELD_REQUIRED),
    ROW_DATE(struct addition_facts, submitted_on, FIELD_REQUIRED),
    ROW_DATE(struct addition_facts, decided_on, FIELD_REQUIRED),
    ROW_INT32(struct addition_facts, employer_answer_days, FIELD_REQUIRED, 0, INT32_MAX, 0),
    ROW_BOOLEAN(struct addition_facts, is_insured_known, FIELD_REQUIRED, false),
    ROW_LIST(struct addition_facts, affiliations, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0, ROWS_MAX,
             affiliation_row_shape),
    ROW_INT32(struct addition_facts, contract_revision, FIELD_REQUIRED, 0, REVISION_MAX, 0),
    ROW_LIST(struct addition_facts, household, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0, ROWS_MAX,
             relative_shape),
    ROW_LIST(struct addition_facts, pmss, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0, ROWS_MAX,
             pmss_shape),
};
const struct shape addition_facts_shape =
    SHAPE_OF("addition_facts", struct addition_facts, addition_facts_fields, NULL);

const struct input_type beneficiary_inputs[BENEFICIARY_INPUTS] = {
    TICK_INPUT("beneficiary"),
    {"beneficiary.requests.v1", "guichet.beneficiary.addition-requested.v1",
     INPUT_ADDITION_REQUESTED, &addition_requested_shape, "siren", "addition_id"},
};

const struct output_type output_beneficiary_added = {"beneficiary.decisions.v1",
                                                     "guichet.beneficiary.added.v1", &added_shape};
const struct output_type output_beneficiary_rejected = {
    "beneficiary.decisions.v1", "guichet.beneficiary.rejected.v1", &rejected_shape};
const struct output_type output_beneficiary_awaiting_employer = {
    "beneficiary.decisions.v1", "guichet.beneficiary.awaiting-employer.v1", &awaiting_shape};
const struct output_type output_contribution_changed = {
    "contribution.changes.v1", "guichet.contribution.changed.v1", &changed_shape};
const struct output_type output_employer_beneficiary_added = {
    "employer.notifications.v1", "guichet.employer.beneficiary-added.v1", &employer_shape};
const struct output_type *const beneficiary_outputs[BENEFICIARY_OUTPUTS] = {
    &output_beneficiary_added,
    &output_beneficiary_rejected,
    &output_beneficiary_awaiting_employer,
    &output_contribution_changed,
    &output_employer_beneficiary_added,
    &output_operator_alert,
};
