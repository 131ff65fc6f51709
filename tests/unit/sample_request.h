/* Facts of an affiliation request that is accepted, and one way each to change them. */
#ifndef GUICHET_TESTS_SAMPLE_REQUEST_H
#define GUICHET_TESTS_SAMPLE_REQUEST_H

#include "common/base/compiler.h"
#include "tests/unit/check_date.h"
#include "workers/affiliation/affiliation.h"

static const struct slice populations[] = {SLICE_LITERAL("Cadres")};
static const struct slice options[] = {SLICE_LITERAL("O1"), SLICE_LITERAL("O2")};
static const struct slice proof[] = {SLICE_LITERAL("ATTESTATION")};

/* Facts of an online request that is accepted with an activation e-mail: submitted on 23 November
 * 2026, effective on 1 December. */
static inline struct affiliation_facts sound_facts(void) {
    return (struct affiliation_facts){
        .request =
            {
                .request_id = slice_of("R-1"),
                .channel = CHANNEL_ONLINE_SINGLE,
                .submitted_at = instant_of("2026-11-23T04:00:00+01:00"),
                .siren = slice_of("732829320"),
                .contract_id = slice_of("H1"),
                .category = CATEGORY_SANTE,
                .employee =
                    {
                        .family_name = slice_of("Moreau"),
                        .birth_date = date_of("1995-10-05"),
                        .email = slice_of("camille.moreau@exemple.example"),
                    },
                .scheme = SCHEME_GENERAL,
                .hired_on = date_of("2026-12-01"),
                .effective_on = date_of("2026-12-01"),
            },
        .decided_at = instant_of("2026-11-23T04:00:02+01:00"),
        .grace_ends_at = instant_of("2026-11-23T04:15:02+01:00"),
        .submitted_on = date_of("2026-11-23"),
        .has_contract = true,
        .contract =
            {
                .revision = 1,
                .category = CATEGORY_SANTE,
                .starts_on = date_of("2020-01-01"),
                .ends_on = DATE_NONE,
            },
        .person = {.covered_until = DATE_NONE},
    };
}

/* One way each to change sound facts; `text` is the value of the row. */
static inline void set_category(struct affiliation_facts *facts, const char *text) {
    facts->request.category = (enum category)words_value(&category_words, slice_of(text));
}
static inline void set_siren(struct affiliation_facts *facts, const char *text) {
    facts->request.siren = slice_of(text);
}
static inline void set_siret(struct affiliation_facts *facts, const char *text) {
    facts->request.siret = slice_of(text);
}
static inline void set_unknown_contract(struct affiliation_facts *facts, const char *siren) {
    facts->has_contract = false;
    facts->request.siren = slice_of(siren);
}
/* Unknown when the wait for it ends at that instant, or NULL: when it does not wait at all. */
static inline void set_grace_end(struct affiliation_facts *facts, const char *text) {
    facts->has_contract = false;
    facts->grace_ends_at = text == NULL ? INSTANT_NONE : instant_of(text);
}
static inline void set_other_category_without_contract(struct affiliation_facts *facts,
                                                       const char *text) {
    set_category(facts, text);
    facts->has_contract = false;
}
static inline void set_cancellation(struct affiliation_facts *facts, const char *text) {
    facts->has_cancellation = true;
    facts->cancellation.cancelled_at = instant_of(text);
}
static inline void set_cancellation_without_contract(struct affiliation_facts *facts,
                                                     const char *text) {
    set_cancellation(facts, text);
    facts->has_contract = false;
}
static inline void set_contract_category(struct affiliation_facts *facts, const char *text) {
    facts->contract.category = (enum category)words_value(&category_words, slice_of(text));
}
static inline void set_contract_end(struct affiliation_facts *facts, const char *text) {
    facts->contract.ends_on = date_of(text);
}
static inline void set_contract_start(struct affiliation_facts *facts, const char *text) {
    facts->contract.starts_on = date_of(text);
}
static inline void set_hire(struct affiliation_facts *facts, const char *text) {
    facts->request.hired_on = date_of(text);
}
static inline void set_population(struct affiliation_facts *facts, const char *text) {
    facts->contract.populations = (struct slice_list){populations, COUNT_OF(populations)};
    facts->request.population = slice_of(text);
}
static inline void set_option(struct affiliation_facts *facts, const char *text) {
    facts->contract.options = (struct slice_list){options, COUNT_OF(options)};
    facts->request.option = slice_of(text);
}
/* The contract lists none. */
static inline void set_free_option(struct affiliation_facts *facts, const char *text) {
    facts->request.option = slice_of(text);
}
static inline void set_nir(struct affiliation_facts *facts, const char *text) {
    facts->request.employee.nir = slice_of(text);
}
static inline void set_birth(struct affiliation_facts *facts, const char *text) {
    facts->request.employee.nir = slice_of("295109912611193");
    facts->request.employee.birth_date = date_of(text);
}
/* Affiliated before, and covered until that day; NULL: still. */
static inline void set_cover(struct affiliation_facts *facts, const char *text) {
    facts->has_person = true;
    facts->person.recognised_by = RECOGNISED_BY_NIR;
    facts->person.has_account = true;
    facts->person.is_affiliated = true;
    facts->person.covered_until = text == NULL ? DATE_NONE : date_of(text);
}
static inline void set_elsewhere(struct affiliation_facts *facts, const char *text UNUSED) {
    set_cover(facts, NULL);
    facts->person.is_affiliated = false;
}
static inline void set_dispensation(struct affiliation_facts *facts, const char *code) {
    facts->request.has_dispensation = true;
    facts->request.dispensation.code = slice_of(code);
}
static inline void set_proven_dispensation(struct affiliation_facts *facts, const char *code) {
    set_dispensation(facts, code);
    facts->request.dispensation.documents = (struct slice_list){proof, COUNT_OF(proof)};
}
static inline void set_email(struct affiliation_facts *facts, const char *text) {
    facts->request.employee.email = slice_of(text);
}
static inline void set_email_and_address(struct affiliation_facts *facts, const char *text) {
    set_email(facts, text);
    facts->request.employee.has_address = true;
}
static inline void set_email_and_account(struct affiliation_facts *facts, const char *text) {
    set_elsewhere(facts, NULL);
    set_email(facts, text);
}
static inline void set_email_and_dispensation(struct affiliation_facts *facts, const char *text) {
    set_dispensation(facts, "SHORT_CONTRACT");
    set_email(facts, text);
}
static inline void set_effective(struct affiliation_facts *facts, const char *text) {
    facts->request.hired_on = date_of("2020-01-01");
    facts->request.effective_on = date_of(text);
}
static inline void set_known_birth(struct affiliation_facts *facts, const char *text) {
    struct insured_identity known = {.birth_date = date_of(text)};
    set_elsewhere(facts, NULL);
    affiliation_compare(&known, &facts->request.employee, &facts->person);
}
static inline void set_known_name(struct affiliation_facts *facts, const char *text) {
    struct insured_identity known = {.family_name = slice_of(text), .birth_date = DATE_NONE};
    set_elsewhere(facts, NULL);
    affiliation_compare(&known, &facts->request.employee, &facts->person);
}
static inline void set_known_name_by_temporary_id(struct affiliation_facts *facts,
                                                  const char *text) {
    set_known_name(facts, text);
    facts->person.recognised_by = RECOGNISED_BY_TEMPORARY_ID;
}

/* Codes in their order, parted by commas. */
static inline void check_reasons(const char *name, const char *expected,
                                 const enum affiliation_reason *reasons, size_t count) {
    char text[1024] = "";
    for (size_t i = 0; i < count; i++) {
        (void)strcat(strcat(text, i > 0 ? "," : ""),
                     words_text(&affiliation_reason_words, (int)reasons[i]));
    }
    check_text(name, expected, text);
}

#endif
