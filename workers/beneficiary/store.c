#include "workers/beneficiary/store.h"

#include "common/base/compiler.h"
#include "common/record/vocabulary.h"
#include "common/runtime/rows.h"
#include "workers/beneficiary/statements.h"

static const struct column person_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct person_row, siren),
    COLUMN_AT(COLUMN_UUID, struct person_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct person_row, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct person_row, beneficiary_id),
    COLUMN_AT(COLUMN_TEXT, struct person_row, source_id),
    COLUMN_WORD_AT(struct person_row, state, relative_state_words),
    COLUMN_WORD_AT(struct person_row, relation, relation_words),
    COLUMN_WORD_AT(struct person_row, scheme, scheme_words),
    COLUMN_AT(COLUMN_DATE, struct person_row, coverage_from),
    COLUMN_AT(COLUMN_DATE, struct person_row, removed_on),
    COLUMN_AT(COLUMN_TEXT, struct person_row, content),
    COLUMN_AT(COLUMN_BYTES, struct person_row, sealed),
};
const struct columns person_columns = COLUMNS_OF(struct person_row, person_items);

static const struct column addition_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct addition_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct addition_row, addition_id),
    COLUMN_AT(COLUMN_TEXT, struct addition_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct addition_row, contract_id),
    COLUMN_WORD_AT(struct addition_row, status, addition_status_words),
    COLUMN_AT(COLUMN_BYTES, struct addition_row, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct addition_row, submitted_at),
    COLUMN_AT(COLUMN_INSTANT, struct addition_row, decided_at),
    COLUMN_AT(COLUMN_INSTANT, struct addition_row, deadline_at),
    COLUMN_AT(COLUMN_TEXT, struct addition_row, reasons),
    COLUMN_AT(COLUMN_INSTANT, struct addition_row, grace_ends_at),
    COLUMN_AT(COLUMN_INSTANT, struct addition_row, held_at),
    COLUMN_AT(COLUMN_INSTANT, struct addition_row, looked_at),
    COLUMN_AT(COLUMN_INT32, struct addition_row, reminders),
    COLUMN_WORD_AT(struct addition_row, answer, employer_answer_words),
    ORIGIN_COLUMNS(struct addition_row, origin, ""),
    COLUMN_AT(COLUMN_TEXT, struct addition_row, content),
    COLUMN_AT(COLUMN_BYTES, struct addition_row, sealed),
};
const struct columns addition_columns = COLUMNS_OF(struct addition_row, addition_items);

static const struct column removal_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct removal_row, siren),
    COLUMN_AT(COLUMN_TEXT, struct removal_row, removal_id),
    COLUMN_AT(COLUMN_BYTES, struct removal_row, fingerprint),
    COLUMN_AT(COLUMN_INSTANT, struct removal_row, decided_at),
};
const struct columns removal_columns = COLUMNS_OF(struct removal_row, removal_items);

static const struct column end_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct end_row, siren),
    COLUMN_AT(COLUMN_UUID, struct end_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct end_row, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct end_row, request_id),
    COLUMN_AT(COLUMN_DATE, struct end_row, ended_on),
    COLUMN_AT(COLUMN_INT32, struct end_row, times),
    COLUMN_AT(COLUMN_INSTANT, struct end_row, decided_at),
};
const struct columns end_columns = COLUMNS_OF(struct end_row, end_items);

const struct statement *const beneficiary_statements[BENEFICIARY_STATEMENTS] = {
    &sql_beneficiary_addition_load,   &sql_beneficiary_waiting_load,
    &sql_beneficiary_removal_load,    &sql_beneficiary_end_load,
    &sql_beneficiary_insured_load,    &sql_beneficiary_affiliation_load,
    &sql_beneficiary_person_load,     &sql_beneficiary_unpriced_select,
    &sql_beneficiary_addition_upsert, &sql_beneficiary_person_upsert,
    &sql_beneficiary_removal_insert,  &sql_beneficiary_end_upsert,
};

bool beneficiary_spread(struct batch *batch, const struct timer *timer, size_t most,
                        struct subject_key **subjects, size_t *count, struct error *err) {
    struct parameters parameters;
    void *found;
    parameters_init(&parameters, batch->arena);
    parameters_add_instant(&parameters, timer->due_at);
    parameters_add_int32(&parameters, (int32_t)most);
    if (!db_query(batch->db, &sql_beneficiary_unpriced_select, &parameters, &subject_key_columns,
                  batch->arena, &found, count, err)) {
        return false;
    }
    *subjects = found;
    return true;
}

/* What an open addition asked for is kept until it is decided, and no longer. */
static bool seal(struct batch *batch, struct error *err) {
    const struct working_set *set = batch->state;
    struct person_key **wanted =
        arena_array(batch->arena, set->changed_additions_count, sizeof(struct person_key *));
    size_t count = 0;
    for (size_t i = 0; i < set->changed_additions_count; i++) {
        if (set->changed_additions[i]->is_to_be_sealed) {
            wanted[count++] = set->changed_additions[i]->key;
        }
    }
    if (!keyring_complete(&batch->keyring, batch->db, wanted, count, err)) {
        return false;
    }
    for (size_t i = 0; i < set->changed_additions_count; i++) {
        struct addition_row *row = set->changed_additions[i];
        if (row->is_to_be_sealed) {
            const struct document document =
                document_write(batch->arena, &addition_requested_shape, row->request);
            row->content = document.open;
            row->sealed = keyring_seal(&batch->keyring, row->key, document.personal);
        }
    }
    return true;
}

bool beneficiary_store(struct batch *batch, struct error *err) {
    struct working_set *set = batch->state;
    return seal(batch, err) &&
           rows_store(
               batch, &sql_beneficiary_addition_upsert,
               rows_at(&addition_columns, set->changed_additions, set->changed_additions_count),
               err) &&
           rows_store(batch, &sql_beneficiary_person_upsert,
                      rows_at(&person_columns, set->changed_people, set->changed_people_count),
                      err) &&
           rows_store(batch, &sql_beneficiary_removal_insert,
                      rows_at(&removal_columns, set->new_removals, set->new_removals_count), err) &&
           rows_store(batch, &sql_beneficiary_end_upsert,
                      rows_at(&end_columns, set->changed_ends, set->changed_ends_count), err) &&
           early_store(batch, &set->early, err);
}
