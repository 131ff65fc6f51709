#include "workers/affiliation/rules.h"

#include "common/base/compiler.h"
#include "common/base/email.h"
#include "common/base/identifiers.h"

enum { RETROACTIVE_MONTHS = 3 };

/* Grounds of a dispensation: code de la sécurité sociale, art. D911-2 and L911-7 III. */
static const struct dispensation_ground {
    struct slice code;
    bool needs_proof;
} grounds[] = {
    {SLICE_LITERAL("CSS"), true},
    {SLICE_LITERAL("INDIVIDUAL_POLICY"), true},
    {SLICE_LITERAL("COVERED_ELSEWHERE"), true},
    {SLICE_LITERAL("FIXED_TERM_12_PLUS"), true},
    {SLICE_LITERAL("SHORT_CONTRACT"), false},
    {SLICE_LITERAL("FIXED_TERM_UNDER_12"), false},
    {SLICE_LITERAL("PART_TIME_10_PERCENT"), false},
    {SLICE_LITERAL("PRESENT_AT_SETUP"), false},
};

static const struct dispensation_ground *ground_find(struct slice code) {
    for (size_t i = 0; i < COUNT_OF(grounds); i++) {
        if (slice_equal(grounds[i].code, code)) {
            return &grounds[i];
        }
    }
    return NULL;
}

static bool category_is_not_sante(const struct affiliation_facts *facts) {
    return facts->request.category != CATEGORY_SANTE;
}

static bool siren_is_wrong(const struct affiliation_facts *facts) {
    return !siren_is_valid(facts->request.siren);
}

static bool siret_is_wrong(const struct affiliation_facts *facts) {
    const struct slice siret = facts->request.siret;
    const struct slice inside = {siret.data, LIMIT_SIREN};
    return slice_is_present(siret) &&
           (!siret_is_valid(siret) || !slice_equal(inside, facts->request.siren));
}

bool rule_contract_is_unknown(const struct affiliation_facts *facts) {
    return !facts->has_contract && siren_is_valid(facts->request.siren);
}

static bool contract_is_not_sante(const struct affiliation_facts *facts) {
    return facts->has_contract && facts->contract.category != CATEGORY_SANTE;
}

static bool contract_ends_before(const struct affiliation_facts *facts) {
    return facts->has_contract && facts->contract.ends_on != DATE_NONE &&
           facts->contract.ends_on < facts->request.effective_on;
}

static bool contract_starts_after(const struct affiliation_facts *facts) {
    return facts->has_contract && facts->request.effective_on < facts->contract.starts_on;
}

static bool effective_before_hire(const struct affiliation_facts *facts) {
    return facts->request.effective_on < facts->request.hired_on;
}

static bool population_is_unknown(const struct affiliation_facts *facts) {
    return facts->has_contract && facts->contract.populations.count > 0 &&
           !slice_list_has(facts->contract.populations, facts->request.population);
}

static bool option_is_unknown(const struct affiliation_facts *facts) {
    return facts->has_contract && facts->contract.options.count > 0 &&
           slice_is_present(facts->request.option) &&
           !slice_list_has(facts->contract.options, facts->request.option);
}

static bool nir_is_wrong(const struct affiliation_facts *facts) {
    const struct slice nir = facts->request.employee.nir;
    return slice_is_present(nir) && !nir_is_valid(nir);
}

static bool nir_is_of_another_birth(const struct affiliation_facts *facts) {
    const struct insured_identity *employee = &facts->request.employee;
    return slice_is_present(employee->nir) && nir_is_valid(employee->nir) &&
           !nir_matches_birth(employee->nir, employee->birth_date);
}

static bool already_affiliated(const struct affiliation_facts *facts) {
    const struct affiliation_person *person = &facts->person;
    return facts->has_contract && facts->has_person && person->is_affiliated &&
           (person->covered_until == DATE_NONE ||
            person->covered_until >= facts->request.effective_on);
}

static bool dispensation_is_unknown(const struct affiliation_facts *facts) {
    return facts->request.has_dispensation && ground_find(facts->request.dispensation.code) == NULL;
}

bool rule_has_account(const struct affiliation_facts *facts) {
    return facts->has_person && facts->person.has_account;
}

/* Neither the link nor the letter could be sent. */
static bool address_is_missing(const struct affiliation_facts *facts) {
    const struct insured_identity *employee = &facts->request.employee;
    return !facts->request.has_dispensation && !rule_has_account(facts) && !employee->has_address &&
           !email_is_valid(employee->email);
}

static bool proof_is_missing(const struct affiliation_facts *facts) {
    if (!facts->request.has_dispensation || facts->request.dispensation.documents.count > 0) {
        return false;
    }
    const struct dispensation_ground *ground = ground_find(facts->request.dispensation.code);
    return ground != NULL && ground->needs_proof;
}

static bool is_retroactive(const struct affiliation_facts *facts) {
    return facts->request.effective_on < date_add_months(facts->submitted_on, -RETROACTIVE_MONTHS);
}

void affiliation_compare(const struct insured_identity *known, const struct insured_identity *said,
                         struct affiliation_person *person) {
    person->has_other_name =
        slice_is_present(known->family_name) && !slice_equal(known->family_name, said->family_name);
    person->has_other_birth =
        known->birth_date != DATE_NONE && known->birth_date != said->birth_date;
}

/* A NIR we know, under another birth date or family name. */
static bool identity_is_doubtful(const struct affiliation_facts *facts) {
    const struct affiliation_person *person = &facts->person;
    return facts->has_person && person->recognised_by == RECOGNISED_BY_NIR &&
           (person->has_other_name || person->has_other_birth);
}

static bool email_is_malformed(const struct affiliation_facts *facts) {
    const struct slice email = facts->request.employee.email;
    return slice_is_present(email) && !email_is_valid(email);
}

const struct affiliation_rule_row affiliation_rules[] = {
    /* clang-format off */
    {{"AFFILIATION_NOT_REQUIRED", "Prévoyance and retraite cover every employee by themselves.",
      "FAQ question 7"},
     REASON_AFFILIATION_NOT_REQUIRED, category_is_not_sante, REFUSES_OUTRIGHT},
    {{"SERVICE_NOT_AVAILABLE", "So there is no such service for these categories.",
      "FAQ question 7"},
     REASON_SERVICE_NOT_AVAILABLE, category_is_not_sante, REFUSES_OUTRIGHT},
    {{"INVALID_SIREN", "The employer's SIREN has a wrong checksum.", "INSEE, SIREN (Luhn)"},
     REASON_INVALID_SIREN, siren_is_wrong, REJECTS},
    {{"INVALID_SIRET", "The SIRET has a wrong checksum or belongs to another SIREN.",
      "INSEE, SIRET (Luhn; La Poste)"},
     REASON_INVALID_SIRET, siret_is_wrong, REJECTS},
    {{"UNKNOWN_CONTRACT", "No contract of that number is known for that SIREN.",
      "insurer: affiliation"},
     REASON_UNKNOWN_CONTRACT, rule_contract_is_unknown, REJECTS},
    {{"CATEGORY_MISMATCH", "The contract asked for is not a health contract.",
      "insurer: affiliation"},
     REASON_CATEGORY_MISMATCH, contract_is_not_sante, REJECTS},
    {{"CONTRACT_ENDED", "The contract's last day lies before the cover asked for.",
      "insurer: affiliation"},
     REASON_CONTRACT_ENDED, contract_ends_before, REJECTS},
    {{"EFFECTIVE_BEFORE_CONTRACT", "The cover would begin before the contract does.",
      "insurer: affiliation"},
     REASON_EFFECTIVE_BEFORE_CONTRACT, contract_starts_after, REJECTS},
    {{"EFFECTIVE_BEFORE_HIRE", "The cover would begin before the employment does.",
      "insurer: affiliation"},
     REASON_EFFECTIVE_BEFORE_HIRE, effective_before_hire, REJECTS},
    {{"POPULATION_UNKNOWN", "The contract lists populations, and this is none of them.",
      "insurer: affiliation"},
     REASON_POPULATION_UNKNOWN, population_is_unknown, REJECTS},
    {{"OPTION_UNKNOWN", "The contract lists options, and this is none of them.",
      "insurer: affiliation"},
     REASON_OPTION_UNKNOWN, option_is_unknown, REJECTS},
    {{"INVALID_NIR", "The social security number has a wrong form or key.",
      "INSEE, NIR (key of 97)"},
     REASON_INVALID_NIR, nir_is_wrong, REJECTS},
    {{"NIR_BIRTHDATE_MISMATCH", "The social security number names another year or month of birth.",
      "INSEE, NIR"},
     REASON_NIR_BIRTHDATE_MISMATCH, nir_is_of_another_birth, REJECTS},
    {{"ALREADY_AFFILIATED", "The employee is affiliated to that contract on that day or after it.",
      "insurer: affiliation"},
     REASON_ALREADY_AFFILIATED, already_affiliated, REJECTS},
    {{"DISPENSATION_UNKNOWN", "The ground of the dispensation is none that the law knows.",
      "code de la sécurité sociale, art. D911-2"},
     REASON_DISPENSATION_UNKNOWN, dispensation_is_unknown, REJECTS},
    {{"MISSING_ADDRESS", "With neither a valid e-mail nor an address no account can be opened.",
      "FAQ question 3"},
     REASON_MISSING_ADDRESS, address_is_missing, RETURNS},
    {{"MISSING_DOCUMENT", "This dispensation needs a proof.",
      "code de la sécurité sociale, art. D911-2"},
     REASON_MISSING_DOCUMENT, proof_is_missing, RETURNS},
    {{"REVIEW_RETROACTIVE", "The cover begins over three months before the submission.",
      "insurer: affiliation"},
     REASON_REVIEW_RETROACTIVE, is_retroactive, DOUBTS},
    {{"REVIEW_IDENTITY", "The social security number is known under another name or birth date.",
      "insurer: affiliation"},
     REASON_REVIEW_IDENTITY, identity_is_doubtful, DOUBTS},
    {{"INVALID_EMAIL", "The e-mail address can't be written to.", "FAQ question 3"},
     REASON_INVALID_EMAIL, email_is_malformed, WARNS},
    /* clang-format on */
};
