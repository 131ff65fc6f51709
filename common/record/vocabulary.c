#include "common/record/vocabulary.h"

#include "common/base/limits.h"

enum { REVISION_MAX = INT32_MAX };

/* Same bounds for everybody added to a cover; only the family event differs. */
#define PERSON_ROWS(event_flags)                                                                   \
    ROW_ID(struct beneficiary, beneficiary_id, FIELD_REQUIRED),                                    \
        ROW_ENUM(struct beneficiary, relation, FIELD_REQUIRED, relation_words),                    \
        ROW_TEXT(struct beneficiary, family_name, FIELD_REQUIRED | FIELD_PERSONAL, 1, LIMIT_NAME), \
        ROW_LIST_OF(struct beneficiary, given_names, FIELD_REQUIRED | FIELD_PERSONAL, 1,           \
                    LIMIT_GIVEN_NAMES, item_name),                                                 \
        ROW_DATE(struct beneficiary, birth_date, FIELD_REQUIRED | FIELD_PERSONAL),                 \
        ROW_NIR(struct beneficiary, nir, FIELD_PERSONAL),                                          \
        ROW_ENUM(struct beneficiary, scheme, FIELD_REQUIRED, scheme_words),                        \
        ROW_ENUM(struct beneficiary, situation, 0, situation_words),                               \
        ROW_ENUM(struct beneficiary, event, (event_flags), family_event_words),                    \
        ROW_DATE(struct beneficiary, event_on, (event_flags)),                                     \
        ROW_LIST_OF(struct beneficiary, documents, 0, 0, LIMIT_DOCUMENTS, item_code)

static const struct field beneficiary_fields[] = {PERSON_ROWS(FIELD_REQUIRED)};
const struct shape beneficiary_shape =
    SHAPE_OF("beneficiary", struct beneficiary, beneficiary_fields, NULL);

static const struct field dependant_fields[] = {PERSON_ROWS(0)};
const struct shape dependant_shape =
    SHAPE_OF("dependant", struct beneficiary, dependant_fields, NULL);

static const struct field item_address_line = {
    .type = FIELD_TEXT, .min = 1, .max = LIMIT_ADDRESS_LINE};

static const struct field address_fields[] = {
    ROW_LIST_OF(struct address, lines, FIELD_REQUIRED, 1, LIMIT_ADDRESS_LINES, item_address_line),
    ROW_TEXT(struct address, postal_code, FIELD_REQUIRED, 1, LIMIT_POSTAL_CODE),
    ROW_TEXT(struct address, city, FIELD_REQUIRED, 1, LIMIT_CITY),
    ROW_TEXT(struct address, country, 0, 1, LIMIT_COUNTRY),
};
const struct shape address_shape = SHAPE_OF("address", struct address, address_fields, NULL);

static const struct field insured_fields[] = {
    ROW_TEXT(struct insured_identity, family_name, FIELD_REQUIRED | FIELD_PERSONAL, 1, LIMIT_NAME),
    ROW_LIST_OF(struct insured_identity, given_names, FIELD_REQUIRED | FIELD_PERSONAL, 1,
                LIMIT_GIVEN_NAMES, item_name),
    ROW_DATE(struct insured_identity, birth_date, FIELD_REQUIRED | FIELD_PERSONAL),
    ROW_NIR(struct insured_identity, nir, FIELD_PERSONAL),
    ROW_ID(struct insured_identity, temporary_id, FIELD_PERSONAL),
    ROW_TEXT(struct insured_identity, email, FIELD_PERSONAL, 0, LIMIT_EMAIL),
    ROW_OPTIONAL(struct insured_identity, address, FIELD_PERSONAL, address_shape, has_address),
};
const struct shape insured_shape =
    SHAPE_OF("insured", struct insured_identity, insured_fields, NULL);

static const struct field covered_person_fields[] = {
    ROW_TEXT(struct covered_person, family_name, FIELD_REQUIRED | FIELD_PERSONAL, 1, LIMIT_NAME),
    ROW_LIST_OF(struct covered_person, given_names, FIELD_REQUIRED | FIELD_PERSONAL, 1,
                LIMIT_GIVEN_NAMES, item_name),
    ROW_DATE(struct covered_person, birth_date, FIELD_REQUIRED | FIELD_PERSONAL),
    ROW_NIR(struct covered_person, nir, FIELD_PERSONAL),
};
const struct shape covered_person_shape =
    SHAPE_OF("covered_person", struct covered_person, covered_person_fields, NULL);

/* A price is a rate of the PMSS or a flat amount, never both. */
static bool price_is_one(int32_t rate_ppm, int32_t amount_cents, struct error *err) {
    if ((rate_ppm == AMOUNT_NONE) == (amount_cents == AMOUNT_NONE)) {
        return error_set(err, ERROR_INVALID, "SCHEMA",
                         "rate_ppm: exactly one of rate_ppm and amount_cents is required");
    }
    return true;
}

static bool tier_check(const void *value, struct error *err) {
    const struct tier *tier = value;
    return price_is_one(tier->rate_ppm, tier->amount_cents, err);
}

static bool person_line_check(const void *value, struct error *err) {
    const struct person_line *line = value;
    return price_is_one(line->rate_ppm, line->amount_cents, err);
}

static const struct field tier_fields[] = {
    ROW_INT32(struct tier, from_persons, FIELD_REQUIRED, 1, LIMIT_PERSONS, 0),
    ROW_ENUM(struct tier, scheme, FIELD_REQUIRED, scheme_words),
    ROW_INT32(struct tier, rate_ppm, 0, 0, LIMIT_PPM, AMOUNT_NONE),
    ROW_INT32(struct tier, amount_cents, 0, 0, LIMIT_AMOUNT_CENTS, AMOUNT_NONE),
    ROW_INT32(struct tier, employer_ppm, FIELD_REQUIRED, 0, LIMIT_PPM, 0),
    ROW_DATE(struct tier, valid_from, FIELD_REQUIRED),
};
static const struct shape tier_shape = SHAPE_OF("tier", struct tier, tier_fields, tier_check);

static const struct field person_line_fields[] = {
    ROW_ENUM(struct person_line, relation, FIELD_REQUIRED, relation_words),
    ROW_ENUM(struct person_line, scheme, FIELD_REQUIRED, scheme_words),
    ROW_INT32(struct person_line, rate_ppm, 0, 0, LIMIT_PPM, AMOUNT_NONE),
    ROW_INT32(struct person_line, amount_cents, 0, 0, LIMIT_AMOUNT_CENTS, AMOUNT_NONE),
    ROW_INT32(struct person_line, employer_ppm, FIELD_REQUIRED, 0, LIMIT_PPM, 0),
    ROW_DATE(struct person_line, valid_from, FIELD_REQUIRED),
};
static const struct shape person_line_shape =
    SHAPE_OF("person_line", struct person_line, person_line_fields, person_line_check);

static const struct field pricing_fields[] = {
    ROW_LIST(struct pricing, tiers, FIELD_REQUIRED, 1, LIMIT_TIERS, tier_shape),
    ROW_LIST(struct pricing, persons, 0, 0, LIMIT_PERSON_LINES, person_line_shape),
    ROW_INT32(struct pricing, free_from_child, 0, 1, LIMIT_PERSONS, 0),
};
static const struct shape pricing_shape = SHAPE_OF("pricing", struct pricing, pricing_fields, NULL);

static bool coverage_rule_check(const void *value, struct error *err) {
    const struct coverage_rule *rule = value;
    if (rule->kind == COVERAGE_EVENT_WITHIN_MONTHS && rule->months == 0) {
        return error_set(err, ERROR_INVALID, "SCHEMA",
                         "months: required for the kind event_within_months");
    }
    if (rule->kind == COVERAGE_CUTOFF_DAY && rule->day == 0) {
        return error_set(err, ERROR_INVALID, "SCHEMA", "day: required for the kind cutoff_day");
    }
    return true;
}

static const struct field coverage_rule_fields[] = {
    ROW_ENUM(struct coverage_rule, kind, FIELD_REQUIRED, coverage_kind_words),
    ROW_INT32(struct coverage_rule, months, 0, 1, LIMIT_COVERAGE_MONTHS, 0),
    ROW_INT32(struct coverage_rule, day, 0, 1, LIMIT_CUTOFF_DAY, 0),
};
static const struct shape coverage_rule_shape =
    SHAPE_OF("coverage_rule", struct coverage_rule, coverage_rule_fields, coverage_rule_check);

static const struct field eligibility_fields[] = {
    ROW_INT32(struct eligibility, child_age, FIELD_REQUIRED, 0, LIMIT_AGE, 0),
    ROW_INT32(struct eligibility, student_age, FIELD_REQUIRED, 0, LIMIT_AGE, 0),
    ROW_ENUM(struct eligibility, age_boundary, FIELD_REQUIRED, age_boundary_words),
    ROW_INT32(struct eligibility, partners_max, FIELD_REQUIRED, 0, LIMIT_PARTNERS, 0),
    ROW_BOOLEAN(struct eligibility, ascendants, FIELD_REQUIRED, false),
};
static const struct shape eligibility_shape =
    SHAPE_OF("eligibility", struct eligibility, eligibility_fields, NULL);

/* The day must exist in every year, so 29 February does not do. */
static bool expiry_check(const void *value, struct error *err) {
    enum { A_COMMON_YEAR = 2001 };
    const struct expiry *expiry = value;
    if (!date_exists(A_COMMON_YEAR, expiry->month, expiry->day)) {
        return error_set(err, ERROR_INVALID, "SCHEMA", "day: not a day that every year has");
    }
    return true;
}

static const struct field expiry_fields[] = {
    ROW_INT32(struct expiry, month, FIELD_REQUIRED, 1, 12, 12),
    ROW_INT32(struct expiry, day, FIELD_REQUIRED, 1, 31, 31),
};
static const struct shape expiry_shape =
    SHAPE_OF("expiry", struct expiry, expiry_fields, expiry_check);

static const struct field contact_fields[] = {
    ROW_TEXT(struct contact, name, FIELD_REQUIRED, 1, LIMIT_NAME),
    ROW_TEXT(struct contact, email, FIELD_REQUIRED, 1, LIMIT_EMAIL),
};
static const struct shape contact_shape = SHAPE_OF("contact", struct contact, contact_fields, NULL);

/* Health contracts are the ones that beneficiaries are added to and that we price. */
static bool contract_check(const void *value, struct error *err) {
    const struct contract *contract = value;
    const struct {
        const char *name;
        bool is_given;
    } parts[] = {
        {"formula", contract->formula != 0},
        {"pricing", contract->pricing.tiers.count > 0},
        {"coverage_rule", contract->coverage_rule.kind != 0},
        {"contribution_rule", contract->contribution_rule != 0},
        {"eligibility", contract->eligibility.age_boundary != 0},
    };
    if (contract->category != CATEGORY_SANTE) {
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (!parts[i].is_given) {
            return error_set(err, ERROR_INVALID, "SCHEMA", "%s: required for the category sante",
                             parts[i].name);
        }
    }
    return true;
}

static const struct field contract_fields[] = {
    ROW_DIGITS(struct contract, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct contract, contract_id, FIELD_REQUIRED),
    ROW_INT32(struct contract, revision, FIELD_REQUIRED, 1, REVISION_MAX, 0),
    ROW_ENUM(struct contract, category, FIELD_REQUIRED, category_words),
    ROW_DATE(struct contract, starts_on, FIELD_REQUIRED),
    ROW_DATE(struct contract, ends_on, 0),
    ROW_DATE(struct contract, first_subscribed_on, FIELD_REQUIRED),
    ROW_ENUM_DEFAULT(struct contract, territory, 0, territory_words, TERRITORY_METROPOLE),
    ROW_LIST_OF(struct contract, populations, 0, 0, LIMIT_POPULATIONS, item_code),
    ROW_LIST_OF(struct contract, options, 0, 0, LIMIT_OPTIONS, item_code),
    ROW_OBJECT(struct contract, expiry, 0, expiry_shape),
    ROW_INT32(struct contract, notice_months, 0, 0, LIMIT_NOTICE_MONTHS, 2),
    ROW_LIST(struct contract, contacts, FIELD_REQUIRED | FIELD_PERSONAL, 0, LIMIT_CONTACTS,
             contact_shape),
    ROW_ID(struct contract, adviser_id, 0),
    ROW_ENUM(struct contract, formula, 0, formula_words),
    ROW_OBJECT(struct contract, pricing, 0, pricing_shape),
    ROW_OBJECT(struct contract, coverage_rule, 0, coverage_rule_shape),
    ROW_ENUM(struct contract, contribution_rule, 0, contribution_rule_words),
    ROW_OBJECT(struct contract, eligibility, 0, eligibility_shape),
};
const struct shape contract_shape =
    SHAPE_OF("contract", struct contract, contract_fields, contract_check);
