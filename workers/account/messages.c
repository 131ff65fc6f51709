#include "workers/account/messages.h"

#include "common/record/vocabulary.h"
#include "common/runtime/shell_input.h"

/* All that one registration may list is an output of its own, beside the answer. */
enum { LISTED_MAX = REGISTRATION_CONTRACTS_MAX };

static const struct field registration_fields[] = {
    ROW_ID(struct registration, registration_id, FIELD_REQUIRED),
    ROW_ID(struct registration, account_id, FIELD_REQUIRED),
    ROW_DIGITS(struct registration, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ENUM(struct registration, category, FIELD_REQUIRED, category_words),
    ROW_LIST_OF(struct registration, contract_ids, FIELD_REQUIRED, 1, LIMIT_CONTRACT_IDS, item_id),
    ROW_INSTANT(struct registration, submitted_at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
};
const struct shape registration_shape =
    SHAPE_OF("registration.submitted", struct registration, registration_fields, NULL);

static const struct field merge_request_fields[] = {
    ROW_ID(struct merge_request, merge_id, FIELD_REQUIRED),
    ROW_DIGITS(struct merge_request, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct merge_request, session_account_id, FIELD_REQUIRED),
    ROW_ID(struct merge_request, other_account_id, FIELD_REQUIRED),
    ROW_INSTANT(struct merge_request, requested_at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
};
static const struct shape merge_request_shape =
    SHAPE_OF("account.merge-requested", struct merge_request, merge_request_fields, NULL);

const struct input_type account_inputs[ACCOUNT_INPUTS] = {
    SHELL_INPUT_ROWS("account"),
    [INPUT_CONTRACT_UPSERTED] = {.topic = "contract.facts.v1",
                                 .type = "guichet.contract.upserted.v1",
                                 .kind = INPUT_CONTRACT_UPSERTED,
                                 .shape = &contract_shape,
                                 .siren_field = "siren",
                                 .id_field = "contract_id"},
    [INPUT_REGISTRATION_SUBMITTED] = {.topic = "client-space.requests.v1",
                                      .type = "guichet.registration.submitted.v1",
                                      .kind = INPUT_REGISTRATION_SUBMITTED,
                                      .shape = &registration_shape,
                                      .siren_field = "siren",
                                      .id_field = "registration_id"},
    [INPUT_MERGE_REQUESTED] = {.topic = "client-space.requests.v1",
                               .type = "guichet.account.merge-requested.v1",
                               .kind = INPUT_MERGE_REQUESTED,
                               .shape = &merge_request_shape,
                               .siren_field = "siren",
                               .id_field = "merge_id"},
};

static const struct field attachment_fields[] = {
    ROW_ID(struct attachment, contract_id, FIELD_REQUIRED),
    ROW_ENUM(struct attachment, cause, FIELD_REQUIRED, registration_cause_words),
};
static const struct shape attachment_shape =
    SHAPE_OF("attachment", struct attachment, attachment_fields, NULL);

static const struct field registration_accepted_fields[] = {
    ROW_ID(struct registration_accepted, registration_id, FIELD_REQUIRED),
    ROW_DIGITS(struct registration_accepted, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct registration_accepted, account_id, FIELD_REQUIRED),
    ROW_ENUM(struct registration_accepted, category, FIELD_REQUIRED, category_words),
    ROW_LIST(struct registration_accepted, attached, FIELD_REQUIRED, 0, LISTED_MAX,
             attachment_shape),
    ROW_LIST_OF(struct registration_accepted, conflicts, FIELD_REQUIRED, 0, LISTED_MAX, item_id),
};
static const struct shape registration_accepted_shape = SHAPE_OF(
    "registration.accepted", struct registration_accepted, registration_accepted_fields, NULL);

static const struct field item_reason = {
    .name = "reason", .type = FIELD_ENUM, .words = &registration_reason_words};

static const struct field registration_rejected_fields[] = {
    ROW_ID(struct registration_rejected, registration_id, FIELD_REQUIRED),
    ROW_DIGITS(struct registration_rejected, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct registration_rejected, account_id, FIELD_REQUIRED),
    ROW_ENUM(struct registration_rejected, category, FIELD_REQUIRED, category_words),
    ROW_LIST_OF(struct registration_rejected, reasons, FIELD_REQUIRED, 1, LIMIT_REASONS,
                item_reason),
};
static const struct shape registration_rejected_shape = SHAPE_OF(
    "registration.rejected", struct registration_rejected, registration_rejected_fields, NULL);

static const struct field contract_attached_fields[] = {
    ROW_DIGITS(struct contract_attached, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct contract_attached, account_id, FIELD_REQUIRED),
    ROW_ID(struct contract_attached, contract_id, FIELD_REQUIRED),
    ROW_ENUM(struct contract_attached, category, FIELD_REQUIRED, category_words),
    ROW_ENUM(struct contract_attached, cause, FIELD_REQUIRED, attachment_cause_words),
    ROW_ID(struct contract_attached, trigger_id, FIELD_REQUIRED),
    ROW_INSTANT(struct contract_attached, at, FIELD_REQUIRED),
};
static const struct shape contract_attached_shape =
    SHAPE_OF("contract.attached", struct contract_attached, contract_attached_fields, NULL);

static const struct field attachment_conflict_fields[] = {
    ROW_DIGITS(struct attachment_conflict, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct attachment_conflict, account_id, FIELD_REQUIRED),
    ROW_ID(struct attachment_conflict, contract_id, FIELD_REQUIRED),
    ROW_ID(struct attachment_conflict, holder_account_id, FIELD_REQUIRED),
};
static const struct shape attachment_conflict_shape = SHAPE_OF(
    "contract.attachment-conflict", struct attachment_conflict, attachment_conflict_fields, NULL);

static const struct field item_category = {
    .name = "category", .type = FIELD_ENUM, .words = &category_words};

static const struct field account_merged_fields[] = {
    ROW_ID(struct account_merged, merge_id, FIELD_REQUIRED),
    ROW_DIGITS(struct account_merged, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct account_merged, survivor_account_id, FIELD_REQUIRED),
    ROW_ID(struct account_merged, absorbed_account_id, FIELD_REQUIRED),
    ROW_LIST_OF(struct account_merged, categories, FIELD_REQUIRED, 1, CATEGORIES, item_category),
    ROW_LIST_OF(struct account_merged, contract_ids, FIELD_REQUIRED, 0, LIMIT_MERGED_CONTRACTS,
                item_id),
};
static const struct shape account_merged_shape =
    SHAPE_OF("account.merged", struct account_merged, account_merged_fields, NULL);

static const struct field merge_rejected_fields[] = {
    ROW_ID(struct merge_rejected, merge_id, FIELD_REQUIRED),
    ROW_DIGITS(struct merge_rejected, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct merge_rejected, session_account_id, FIELD_REQUIRED),
    ROW_ID(struct merge_rejected, other_account_id, FIELD_REQUIRED),
    ROW_LIST_OF(struct merge_rejected, reasons, FIELD_REQUIRED, 1, LIMIT_REASONS, item_reason),
};
static const struct shape merge_rejected_shape =
    SHAPE_OF("account.merge-rejected", struct merge_rejected, merge_rejected_fields, NULL);

#define OUTPUT_TOPIC "client-space.events.v1"

const struct output_type registration_accepted_output = {
    OUTPUT_TOPIC, "guichet.registration.accepted.v1", &registration_accepted_shape};
const struct output_type registration_rejected_output = {
    OUTPUT_TOPIC, "guichet.registration.rejected.v1", &registration_rejected_shape};
const struct output_type contract_attached_output = {OUTPUT_TOPIC, "guichet.contract.attached.v1",
                                                     &contract_attached_shape};
const struct output_type attachment_conflict_output = {
    OUTPUT_TOPIC, "guichet.contract.attachment-conflict.v1", &attachment_conflict_shape};
const struct output_type account_merged_output = {OUTPUT_TOPIC, "guichet.account.merged.v1",
                                                  &account_merged_shape};
const struct output_type merge_rejected_output = {OUTPUT_TOPIC, "guichet.account.merge-rejected.v1",
                                                  &merge_rejected_shape};

const struct output_type *const account_outputs[ACCOUNT_OUTPUTS] = {
    &registration_accepted_output, &registration_rejected_output, &contract_attached_output,
    &attachment_conflict_output,   &account_merged_output,        &merge_rejected_output,
};

static const struct field known_contract_fields[] = {
    ROW_ID(struct known_contract, contract_id, FIELD_REQUIRED),
    ROW_ENUM(struct known_contract, category, FIELD_REQUIRED, category_words),
    ROW_DATE(struct known_contract, ends_on, 0),
    ROW_ID(struct known_contract, holder_account_id, 0),
};
static const struct shape known_contract_shape =
    SHAPE_OF("known_contract", struct known_contract, known_contract_fields, NULL);

static const struct field registration_facts_fields[] = {
    ROW_OBJECT(struct registration_facts, registration, FIELD_REQUIRED, registration_shape),
    ROW_ENUM(struct registration_facts, sighting, FIELD_REQUIRED, registration_sighting_words),
    ROW_DATE(struct registration_facts, submitted_on, FIELD_REQUIRED),
    ROW_INSTANT(struct registration_facts, decided_at, 0),
    ROW_INSTANT(struct registration_facts, grace_ends_at, 0),
    ROW_DIGITS(struct registration_facts, owner_siren, 0, LIMIT_SIREN),
    ROW_ENUM(struct registration_facts, owner_category, 0, category_words),
    ROW_ID(struct registration_facts, survivor_account_id, FIELD_REQUIRED),
    ROW_LIST(struct registration_facts, contracts, FIELD_WRITE_EMPTY, 0, INT32_MAX,
             known_contract_shape),
};
const struct shape registration_facts_shape =
    SHAPE_OF("registration_facts", struct registration_facts, registration_facts_fields, NULL);

static const struct field contract_facts_fields[] = {
    ROW_OBJECT(struct contract_facts, contract, FIELD_REQUIRED, contract_shape),
    ROW_INT32(struct contract_facts, known_revision, FIELD_REQUIRED, 0, INT32_MAX, 0),
    ROW_ENUM(struct contract_facts, sighting, FIELD_REQUIRED, registration_sighting_words),
    ROW_ID(struct contract_facts, holder_account_id, 0),
    ROW_ID(struct contract_facts, oldest_account_id, 0),
    ROW_DATE(struct contract_facts, decided_on, FIELD_REQUIRED),
};
const struct shape contract_facts_shape =
    SHAPE_OF("contract_facts", struct contract_facts, contract_facts_fields, NULL);

static const struct field merge_facts_fields[] = {
    ROW_OBJECT(struct merge_facts, request, FIELD_REQUIRED, merge_request_shape),
    ROW_ENUM(struct merge_facts, sighting, FIELD_REQUIRED, registration_sighting_words),
    ROW_ENUM(struct merge_facts, session_standing, FIELD_REQUIRED, account_standing_words),
    ROW_ENUM(struct merge_facts, other_standing, FIELD_REQUIRED, account_standing_words),
    ROW_ID(struct merge_facts, session_survivor_id, 0),
    ROW_ID(struct merge_facts, other_survivor_id, 0),
    ROW_LIST_OF(struct merge_facts, categories, FIELD_WRITE_EMPTY, 0, CATEGORIES, item_category),
    ROW_LIST_OF(struct merge_facts, contract_ids, FIELD_WRITE_EMPTY, 0, LIMIT_MERGED_CONTRACTS,
                item_id),
};
const struct shape merge_facts_shape =
    SHAPE_OF("merge_facts", struct merge_facts, merge_facts_fields, NULL);
