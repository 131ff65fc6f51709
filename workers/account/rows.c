#include "workers/account/rows.h"

/* Keys of the reading statements. */
static const struct column employer_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct employer, siren),
};
const struct columns account_employer_key = COLUMNS_OF(struct employer, employer_key_items);

static const struct column registration_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct stored_registration, siren),
    COLUMN_AT(COLUMN_TEXT, struct stored_registration, registration_id),
};
const struct columns account_registration_key =
    COLUMNS_OF(struct stored_registration, registration_key_items);

static const struct column owner_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct owner, account_id),
};
const struct columns account_owner_key = COLUMNS_OF(struct owner, owner_key_items);

static const struct column merge_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct merge_request, siren),
    COLUMN_AT(COLUMN_TEXT, struct merge_request, merge_id),
};
const struct columns account_merge_key = COLUMNS_OF(struct merge_request, merge_key_items);

/* Rows read and written. */
static const struct column held_contract_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct held_contract, siren),
    COLUMN_AT(COLUMN_TEXT, struct held_contract, contract_id),
    COLUMN_AT(COLUMN_INT32, struct held_contract, revision),
    COLUMN_WORD_AT(struct held_contract, category, category_words),
    COLUMN_AT(COLUMN_DATE, struct held_contract, ends_on),
    COLUMN_AT(COLUMN_BYTES, struct held_contract, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct held_contract, recorded_at),
    COLUMN_AT(COLUMN_TEXT, struct held_contract, holder_account_id),
    COLUMN_AT(COLUMN_INSTANT, struct held_contract, attached_at),
};
const struct columns account_contract_columns =
    COLUMNS_OF(struct held_contract, held_contract_items);

static const struct column attachment_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct held_contract, siren),
    COLUMN_AT(COLUMN_TEXT, struct held_contract, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct held_contract, attached_to),
    COLUMN_WORD_AT(struct held_contract, cause, attachment_cause_words),
    COLUMN_AT(COLUMN_TEXT, struct held_contract, trigger_id),
    COLUMN_AT(COLUMN_INSTANT, struct held_contract, attached_at),
};
const struct columns account_attachment_columns =
    COLUMNS_OF(struct held_contract, attachment_items);

static const struct column held_account_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct held_account, siren),
    COLUMN_AT(COLUMN_TEXT, struct held_account, account_id),
    COLUMN_WORD_AT(struct held_account, category, category_words),
    COLUMN_AT(COLUMN_TEXT, struct held_account, survivor_account_id),
    COLUMN_AT(COLUMN_INSTANT, struct held_account, registered_at),
    COLUMN_AT(COLUMN_INT32, struct held_account, place),
};
const struct columns account_columns = COLUMNS_OF(struct held_account, held_account_items);

static const struct column owner_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct owner, account_id),
    COLUMN_AT(COLUMN_TEXT, struct owner, siren),
    COLUMN_WORD_AT(struct owner, category, category_words),
};
const struct columns account_owner_columns = COLUMNS_OF(struct owner, owner_items);

static const struct column registration_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct stored_registration, siren),
    COLUMN_AT(COLUMN_TEXT, struct stored_registration, registration_id),
    COLUMN_AT(COLUMN_TEXT, struct stored_registration, account_id),
    COLUMN_WORD_AT(struct stored_registration, category, category_words),
    COLUMN_WORD_AT(struct stored_registration, outcome, registration_outcome_words),
    COLUMN_AT(COLUMN_BYTES, struct stored_registration, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct stored_registration, decided_at),
    COLUMN_AT(COLUMN_INSTANT, struct stored_registration, grace_ends_at),
    COLUMN_AT(COLUMN_TEXT, struct stored_registration, content),
    ORIGIN_COLUMNS(struct stored_registration, origin, ""),
};
const struct columns account_registration_columns =
    COLUMNS_OF(struct stored_registration, registration_items);

static const struct column new_revision_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct new_revision, siren),
    COLUMN_AT(COLUMN_TEXT, struct new_revision, contract_id),
    COLUMN_AT(COLUMN_INT32, struct new_revision, revision),
    COLUMN_WORD_AT(struct new_revision, category, category_words),
    COLUMN_AT(COLUMN_DATE, struct new_revision, starts_on),
    COLUMN_AT(COLUMN_DATE, struct new_revision, ends_on),
    COLUMN_AT(COLUMN_BYTES, struct new_revision, fingerprint),
    COLUMN_AT(COLUMN_TEXT, struct new_revision, content),
    COLUMN_AT(COLUMN_BYTES, struct new_revision, sealed),
    COLUMN_AT(COLUMN_INSTANT, struct new_revision, recorded_at),
};
const struct columns account_revision_columns = COLUMNS_OF(struct new_revision, new_revision_items);

static const struct column merge_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct stored_merge, siren),
    COLUMN_AT(COLUMN_TEXT, struct stored_merge, merge_id),
    COLUMN_WORD_AT(struct stored_merge, outcome, merge_outcome_words),
    COLUMN_AT(COLUMN_TEXT, struct stored_merge, session_account_id),
    COLUMN_AT(COLUMN_TEXT, struct stored_merge, other_account_id),
    COLUMN_AT(COLUMN_BYTES, struct stored_merge, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct stored_merge, decided_at),
};
const struct columns account_merge_columns = COLUMNS_OF(struct stored_merge, merge_items);

static const struct column survivor_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct held_account, siren),
    COLUMN_AT(COLUMN_TEXT, struct held_account, account_id),
    COLUMN_AT(COLUMN_TEXT, struct held_account, survivor_account_id),
};
const struct columns account_survivor_columns = COLUMNS_OF(struct held_account, survivor_items);
