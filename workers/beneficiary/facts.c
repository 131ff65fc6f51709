/* Facts, as the journal keeps them: all that is needed to decide again. */
#include "common/record/vocabulary.h"
#include "workers/beneficiary/messages.h"

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
    ROW_ENUM(struct addition_facts, status, 0, addition_status_words),
    ROW_INSTANT(struct addition_facts, now, FIELD_REQUIRED),
    ROW_DATE(struct addition_facts, submitted_on, FIELD_REQUIRED),
    ROW_DATE(struct addition_facts, decided_on, FIELD_REQUIRED),
    ROW_INSTANT(struct addition_facts, grace_ends_at, 0),
    ROW_INT32(struct addition_facts, employer_answer_days, FIELD_REQUIRED, 0, INT32_MAX, 0),
    ROW_INSTANT(struct addition_facts, deadline_at, 0),
    ROW_ENUM(struct addition_facts, answer, 0, employer_answer_words),
    ROW_BOOLEAN(struct addition_facts, is_withdrawn, FIELD_REQUIRED, false),
    ROW_LIST_OF(struct addition_facts, held_coverage, 0, 0, LIMIT_BENEFICIARIES, item_date),
    ROW_BOOLEAN(struct addition_facts, is_insured_known, FIELD_REQUIRED, false),
    ROW_LIST(struct addition_facts, affiliations, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0, ROWS_MAX,
             affiliation_row_shape),
    ROW_OPTIONAL(struct addition_facts, contract, 0, contract_shape, has_contract),
    ROW_LIST(struct addition_facts, household, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0, ROWS_MAX,
             relative_shape),
    ROW_LIST(struct addition_facts, pmss, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0, ROWS_MAX,
             pmss_shape),
};
const struct shape addition_facts_shape =
    SHAPE_OF("addition_facts", struct addition_facts, addition_facts_fields, NULL);

static const struct field removal_facts_fields[] = {
    ROW_OBJECT(struct removal_facts, request, FIELD_REQUIRED, removal_shape),
    ROW_BOOLEAN(struct removal_facts, is_repeated, FIELD_REQUIRED, false),
    ROW_DATE(struct removal_facts, decided_on, FIELD_REQUIRED),
    ROW_BOOLEAN(struct removal_facts, is_insured_known, FIELD_REQUIRED, false),
    ROW_LIST(struct removal_facts, affiliations, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0, ROWS_MAX,
             affiliation_row_shape),
    ROW_OPTIONAL(struct removal_facts, contract, 0, contract_shape, has_contract),
    ROW_LIST(struct removal_facts, household, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0, ROWS_MAX,
             relative_shape),
    ROW_LIST(struct removal_facts, pmss, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0, ROWS_MAX,
             pmss_shape),
};
const struct shape removal_facts_shape =
    SHAPE_OF("removal_facts", struct removal_facts, removal_facts_fields, NULL);

static const struct field leaver_facts_fields[] = {
    ROW_DIGITS(struct leaver_facts, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct leaver_facts, insured_id, FIELD_REQUIRED),
    ROW_DATE(struct leaver_facts, told_end, 0),
    ROW_DATE(struct leaver_facts, decided_on, FIELD_REQUIRED),
    ROW_OPTIONAL(struct leaver_facts, affiliation, 0, affiliation_row_shape, has_affiliation),
    ROW_OPTIONAL(struct leaver_facts, contract, 0, contract_shape, has_contract),
    ROW_LIST(struct leaver_facts, household, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0, ROWS_MAX,
             relative_shape),
    ROW_LIST(struct leaver_facts, pmss, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0, ROWS_MAX,
             pmss_shape),
};
const struct shape leaver_facts_shape =
    SHAPE_OF("leaver_facts", struct leaver_facts, leaver_facts_fields, NULL);

static const struct field reminder_facts_fields[] = {
    ROW_DIGITS(struct reminder_facts, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct reminder_facts, addition_id, FIELD_REQUIRED),
    ROW_INSTANT(struct reminder_facts, held_at, FIELD_REQUIRED),
    ROW_INSTANT(struct reminder_facts, deadline_at, FIELD_REQUIRED),
    ROW_INT32(struct reminder_facts, reminders, FIELD_REQUIRED, 0, REMINDERS, 0),
    ROW_INSTANT(struct reminder_facts, now, FIELD_REQUIRED),
};
const struct shape reminder_facts_shape =
    SHAPE_OF("reminder_facts", struct reminder_facts, reminder_facts_fields, NULL);

static const struct field signal_fields[] = {
    ROW_DIGITS(struct beneficiary_signal, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct beneficiary_signal, addition_id, FIELD_REQUIRED),
    ROW_INSTANT(struct beneficiary_signal, at, FIELD_REQUIRED),
};
const struct shape beneficiary_signal_shape =
    SHAPE_OF("beneficiary_signal", struct beneficiary_signal, signal_fields, NULL);
