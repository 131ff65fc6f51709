#include "workers/affiliation/store.h"

#include "common/base/compiler.h"
#include "common/record/vocabulary.h"
#include "common/runtime/rows.h"
#include "workers/affiliation/messages.h"
#include "workers/affiliation/statements.h"

const struct statement *const affiliation_statements[] = {
    &sql_affiliation_request_select,
    &sql_affiliation_waiting_select,
    &sql_affiliation_rescheduled_select,
    &sql_affiliation_insured_select,
    &sql_affiliation_term_select,
    &sql_affiliation_covered_select,
    &sql_affiliation_request_upsert,
    &sql_affiliation_insured_upsert,
    &sql_affiliation_upsert,
    &sql_affiliation_roster_upsert,
    &sql_affiliation_beneficiary_insert,
};

WORDS(account_state_words, "none", "invited", "letter_sent", "active");

static const struct column request_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct request_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct request_row, request_id),
    COLUMN_AT(COLUMN_TEXT, struct request_row, root_request_id),
    COLUMN_AT(COLUMN_TEXT, struct request_row, contract_id),
    COLUMN_WORD_AT(struct request_row, channel, channel_words),
    COLUMN_WORD_AT(struct request_row, status, affiliation_status_words),
    COLUMN_AT(COLUMN_UUID, struct request_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct request_row, person),
    COLUMN_AT(COLUMN_BYTES, struct request_row, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct request_row, submitted_at),
    COLUMN_AT(COLUMN_INSTANT, struct request_row, first_submitted_at),
    COLUMN_AT(COLUMN_INSTANT, struct request_row, due_at),
    COLUMN_AT(COLUMN_TEXT, struct request_row, calendar_id),
    COLUMN_AT(COLUMN_INT32, struct request_row, calendar_revision),
    COLUMN_AT(COLUMN_INSTANT, struct request_row, decided_at),
    COLUMN_AT(COLUMN_TEXT, struct request_row, reasons),
    COLUMN_AT(COLUMN_INT32, struct request_row, tracking_version),
    COLUMN_AT(COLUMN_INT32, struct request_row, milestones_raised),
    COLUMN_AT(COLUMN_INSTANT, struct request_row, grace_ends_at),
    ORIGIN_COLUMNS(struct request_row, origin, ""),
    COLUMN_AT(COLUMN_TEXT, struct request_row, content),
    COLUMN_AT(COLUMN_BYTES, struct request_row, sealed),
};
const struct columns request_columns = COLUMNS_OF(struct request_row, request_items);

static const struct column insured_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct insured, siren),
    COLUMN_AT(COLUMN_UUID, struct insured, insured_id),
    COLUMN_AT(COLUMN_BYTES, struct insured, nir_hash),
    COLUMN_AT(COLUMN_BYTES, struct insured, temporary_hash),
    COLUMN_WORD_AT(struct insured, account_state, account_state_words),
    COLUMN_AT(COLUMN_TEXT, struct insured, content),
    COLUMN_AT(COLUMN_BYTES, struct insured, sealed),
    COLUMN_AT(COLUMN_INSTANT, struct insured, recorded_at),
    COLUMN_AT(COLUMN_UUID, struct insured, notification_id),
    COLUMN_AT(COLUMN_INSTANT, struct insured, link_expires_at),
    ORIGIN_COLUMNS(struct insured, origin, ""),
};
const struct columns insured_columns = COLUMNS_OF(struct insured, insured_items);

static const struct column roster_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct cover, siren),
    COLUMN_AT(COLUMN_UUID, struct cover, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct cover, contract_id),
    COLUMN_AT(COLUMN_INT32, struct cover, version),
};
static const struct columns roster_columns = COLUMNS_OF(struct cover, roster_items);

static const struct column affiliation_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct affiliation_row, siren),
    COLUMN_AT(COLUMN_UUID, struct affiliation_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct affiliation_row, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct affiliation_row, request_id),
    COLUMN_WORD_AT(struct affiliation_row, channel, channel_words),
    COLUMN_WORD_AT(struct affiliation_row, scheme, scheme_words),
    COLUMN_AT(COLUMN_TEXT, struct affiliation_row, option),
    COLUMN_AT(COLUMN_DATE, struct affiliation_row, effective_on),
    COLUMN_AT(COLUMN_DATE, struct affiliation_row, ended_on),
    COLUMN_AT(COLUMN_INSTANT, struct affiliation_row, accepted_at),
    ORIGIN_COLUMNS(struct affiliation_row, ended, "ended_"),
    COLUMN_AT(COLUMN_INT32, struct affiliation_row, version),
};
const struct columns affiliation_columns = COLUMNS_OF(struct affiliation_row, affiliation_items);
/* All but the version, which belongs to the roster entry. */
static const struct columns affiliation_own_columns = {
    affiliation_items, COUNT_OF(affiliation_items) - 1, sizeof(struct affiliation_row)};

static const struct column beneficiary_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, siren),
    COLUMN_AT(COLUMN_UUID, struct beneficiary_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, beneficiary_id),
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, source_id),
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, state),
    COLUMN_WORD_AT(struct beneficiary_row, relation, relation_words),
    COLUMN_WORD_AT(struct beneficiary_row, scheme, scheme_words),
    COLUMN_AT(COLUMN_DATE, struct beneficiary_row, coverage_from),
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, content),
    COLUMN_AT(COLUMN_BYTES, struct beneficiary_row, sealed),
};
static const struct columns beneficiary_columns =
    COLUMNS_OF(struct beneficiary_row, beneficiary_items);

static void seal_insured(const struct batch *batch, struct insured *insured) {
    const struct document document =
        document_write(batch->arena, &insured_shape, &insured->identity);
    insured->content = document.open;
    insured->sealed = keyring_seal(&batch->keyring, insured->key, document.personal);
}

/* What an open request said is kept until it is decided, and no longer. */
static void seal_request(const struct batch *batch, struct request_row *row) {
    const struct document document =
        document_write(batch->arena, &affiliation_request_shape, row->request);
    row->content = document.open;
    row->sealed = keyring_seal(&batch->keyring, row->key, document.personal);
}

static void seal_beneficiary(const struct batch *batch, struct beneficiary_row *row) {
    const struct covered_person person = covered_person_of(row->person);
    const struct document document = document_write(batch->arena, &covered_person_shape, &person);
    row->content = document.open;
    row->sealed = keyring_seal(&batch->keyring, row->key, document.personal);
}

static bool has_to_be_sealed(const struct request_row *row) {
    return row->is_new && affiliation_is_open(row->status);
}

/* Makes the keys that are missing, and seals. */
static bool seal(struct batch *batch, struct affiliation_state *state, struct error *err) {
    struct person_key **wanted = arena_array(
        batch->arena, state->insured_count + state->requests_count, sizeof(struct person_key *));
    size_t count = 0;
    for (size_t i = 0; i < state->insured_count; i++) {
        if (state->insured_changed[i]->is_learnt) {
            wanted[count++] = state->insured_changed[i]->key;
        }
    }
    for (size_t i = 0; i < state->requests_count; i++) {
        if (has_to_be_sealed(state->requests_changed[i])) {
            wanted[count++] = state->requests_changed[i]->key;
        }
    }
    if (!keyring_complete(&batch->keyring, batch->db, wanted, count, err)) {
        return false;
    }
    for (size_t i = 0; i < state->insured_count; i++) {
        if (state->insured_changed[i]->is_learnt) {
            seal_insured(batch, state->insured_changed[i]);
        }
    }
    for (size_t i = 0; i < state->requests_count; i++) {
        if (has_to_be_sealed(state->requests_changed[i])) {
            seal_request(batch, state->requests_changed[i]);
        }
    }
    for (size_t i = 0; i < state->beneficiaries_count; i++) {
        seal_beneficiary(batch, &state->beneficiaries_new[i]);
    }
    return true;
}

bool affiliation_store(struct batch *batch, struct error *err) {
    struct affiliation_state *state = batch->state;
    return seal(batch, state, err) &&
           rows_store(batch, &sql_affiliation_request_upsert,
                      rows_at(&request_columns, state->requests_changed, state->requests_count),
                      err) &&
           rows_store(batch, &sql_affiliation_insured_upsert,
                      rows_at(&insured_columns, state->insured_changed, state->insured_count),
                      err) &&
           rows_store(batch, &sql_affiliation_upsert,
                      rows_at(&affiliation_own_columns, state->affiliations_changed,
                              state->affiliations_count),
                      err) &&
           rows_store(batch, &sql_affiliation_roster_upsert,
                      rows_at(&roster_columns, state->covers_changed, state->covers_count), err) &&
           rows_store(
               batch, &sql_affiliation_beneficiary_insert,
               rows_of(&beneficiary_columns, state->beneficiaries_new, state->beneficiaries_count),
               err) &&
           early_store(batch, &state->early, err);
}
