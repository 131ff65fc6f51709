/* links: beneficiary_core */
/* Which way an addition takes: the four cells, what holds it, and who is told. */
#include "tests/unit/sample_addition.h"

static struct addition_decision decision;

static const struct contact one_contact[] = {
    {SLICE_LITERAL("H. Garnier"), SLICE_LITERAL("rh@atelier-garnier.example")}};

static void take_the_cell_of_channel_and_formula(void **state UNUSED) {
    static const struct {
        const char *name;
        int channel;
        const struct pricing *pricing;
        int relation;
        int status;
        int email;
        const char *rule;
    } rows[] = {
        {"paper form, famille", CHANNEL_PAPER_BIA, &k1_pricing, RELATION_SPOUSE, ADDITION_APPLIED,
         EMPLOYER_EMAIL_NONE, "PAPER_FAMILLE"},
        {"phone counts as paper", CHANNEL_PHONE, &k1_pricing, RELATION_SPOUSE, ADDITION_APPLIED,
         EMPLOYER_EMAIL_NONE, "PAPER_FAMILLE"},
        {"paper form, supplement", CHANNEL_PAPER_BIA, &k4_pricing, RELATION_SPOUSE,
         ADDITION_HELD_EMPLOYER, EMPLOYER_EMAIL_NONE, "PAPER_SUPPLEMENT"},
        {"another channel, supplement", CHANNEL_OTHER, &k4_pricing, RELATION_SPOUSE,
         ADDITION_HELD_EMPLOYER, EMPLOYER_EMAIL_NONE, "PAPER_SUPPLEMENT"},
        {"online, famille, impact", CHANNEL_ONLINE_SINGLE, &k1_pricing, RELATION_SPOUSE,
         ADDITION_APPLIED, EMPLOYER_EMAIL_IMPACT, "ONLINE_FAMILLE"},
        {"bulk file, famille, no impact", CHANNEL_ONLINE_BULK, &k2_pricing, RELATION_CHILD,
         ADDITION_APPLIED, EMPLOYER_EMAIL_NONE, "ONLINE_FAMILLE"},
        {"online, supplement, impact", CHANNEL_ONLINE_SINGLE, &k4_pricing, RELATION_SPOUSE,
         ADDITION_APPLIED, EMPLOYER_EMAIL_SUPPLEMENT, "ONLINE_SUPPLEMENT"},
        {"bulk file, supplement, no line for him", CHANNEL_ONLINE_BULK, &k4_pricing, RELATION_OTHER,
         ADDITION_APPLIED, EMPLOYER_EMAIL_SUPPLEMENT, "ONLINE_SUPPLEMENT"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract = sample_contract(rows[i].pricing);
        contract.contacts = (struct contact_list){one_contact, 1};
        struct affiliation affiliation =
            sample_affiliation((enum channel)rows[i].channel, SCHEME_GENERAL);
        struct beneficiary person =
            sample_person(0, (enum relation)rows[i].relation, "2015-01-01", "2026-10-17");
        struct addition_facts facts = sample_facts(&contract, &affiliation, 1, NULL, 0, &person, 1,
                                                   "2026-11-10", "2026-11-10");
        beneficiary_decide(&facts, &decision);
        check_int(rows[i].name, rows[i].status, decision.status);
        check_int(rows[i].name, rows[i].email, decision.employer_email);
        check_int(rows[i].name, 1, decision.rules_count);
        check_text(rows[i].name, rows[i].rule, decision.rules[0]);
        check_int(rows[i].name,
                  rows[i].status == ADDITION_HELD_EMPLOYER ? facts.now + INT64_C(2592000000)
                                                           : INSTANT_NONE,
                  decision.deadline_at);
    }
}

/* Of all affiliations at the employer, whatever the contract, the one accepted last says how the
 * employee came. */
static void follow_the_latest_affiliation(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *other_accepted_at;
        const char *other_effective_on;
        const char *other_request_id;
        int status;
    } rows[] = {
        {"the other one is older", "2023-06-01T10:00:00Z", "2025-01-01", "R-2",
         ADDITION_HELD_EMPLOYER},
        {"the other one is newer", "2024-06-01T10:00:00Z", "2023-01-01", "R-0", ADDITION_APPLIED},
        {"accepted together, begins later", "2024-01-02T10:00:00Z", "2025-01-01", "R-0",
         ADDITION_APPLIED},
        {"accepted together, begins earlier", "2024-01-02T10:00:00Z", "2023-01-01", "R-2",
         ADDITION_HELD_EMPLOYER},
        {"alike but for its id, which is greater", "2024-01-02T10:00:00Z", "2024-01-01", "R-2",
         ADDITION_APPLIED},
        {"alike but for its id, which is smaller", "2024-01-02T10:00:00Z", "2024-01-01", "R-0",
         ADDITION_HELD_EMPLOYER},
    };
    struct contract contract = sample_contract(&k4_pricing);
    struct beneficiary person = sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-10-17");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct affiliation affiliations[] = {
            sample_affiliation(CHANNEL_PAPER_BIA, SCHEME_GENERAL),
            sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL),
        };
        affiliations[1].contract_id = slice_of("H2");
        affiliations[1].request_id = slice_of(rows[i].other_request_id);
        affiliations[1].accepted_at = sample_instant(rows[i].other_accepted_at);
        affiliations[1].effective_on = sample_day(rows[i].other_effective_on);
        struct addition_facts facts = sample_facts(&contract, affiliations, 2, NULL, 0, &person, 1,
                                                   "2026-11-10", "2026-11-10");
        beneficiary_decide(&facts, &decision);
        check_int(rows[i].name, rows[i].status, decision.status);
    }
}

static void hold_without_a_pmss(void **state UNUSED) {
    static const struct pmss later[] = {{TERRITORY_METROPOLE, JANUARY_2027, 4100}};
    static const struct tier flat_tiers[] = {
        {1, SCHEME_GENERAL, AMOUNT_NONE, 4000, 500000, JANUARY_2019},
        {2, SCHEME_GENERAL, AMOUNT_NONE, 9000, 500000, JANUARY_2019},
    };
    static const struct pricing flat_pricing = {.tiers = {flat_tiers, COUNT_OF(flat_tiers)}};
    static const struct pricing lines_pricing = {.tiers = {flat_tiers, COUNT_OF(flat_tiers)},
                                                 .persons = {k4_lines, COUNT_OF(k4_lines)}};
    static const struct {
        const char *name;
        const struct pricing *pricing;
        int territory;
        bool has_values;
        bool has_later_value;
        int channel;
        const char *event_on;
        int status;
    } rows[] = {
        {"a value is in force", &k1_pricing, TERRITORY_METROPOLE, true, false,
         CHANNEL_ONLINE_SINGLE, "2026-10-17", ADDITION_APPLIED},
        {"no value for the territory", &k1_pricing, TERRITORY_MAYOTTE, false, true,
         CHANNEL_ONLINE_SINGLE, "2026-10-17", ADDITION_HELD_PMSS},
        {"every value begins later", &k1_pricing, TERRITORY_METROPOLE, false, true,
         CHANNEL_ONLINE_SINGLE, "2026-10-17", ADDITION_HELD_PMSS},
        {"Mayotte, a month before its first value", &k1_pricing, TERRITORY_MAYOTTE, true, false,
         CHANNEL_ONLINE_SINGLE, "2025-12-01", ADDITION_HELD_PMSS},
        {"Mayotte, its first month", &k1_pricing, TERRITORY_MAYOTTE, true, false,
         CHANNEL_ONLINE_SINGLE, "2026-01-01", ADDITION_APPLIED},
        {"before the employer is asked", &k4_pricing, TERRITORY_METROPOLE, false, true,
         CHANNEL_PAPER_BIA, "2026-10-17", ADDITION_HELD_PMSS},
        {"flat amounts need none", &flat_pricing, TERRITORY_METROPOLE, false, true,
         CHANNEL_PAPER_BIA, "2026-10-17", ADDITION_APPLIED},
        {"a rate per person needs one", &lines_pricing, TERRITORY_METROPOLE, false, true,
         CHANNEL_PAPER_BIA, "2026-10-17", ADDITION_HELD_PMSS},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract = sample_contract(rows[i].pricing);
        contract.coverage_rule.months = LIMIT_COVERAGE_MONTHS;
        contract.territory = (enum territory)rows[i].territory;
        struct affiliation affiliation =
            sample_affiliation((enum channel)rows[i].channel, SCHEME_GENERAL);
        struct beneficiary person =
            sample_person(0, RELATION_SPOUSE, "1990-01-01", rows[i].event_on);
        struct addition_facts facts = sample_facts(&contract, &affiliation, 1, NULL, 0, &person, 1,
                                                   "2026-11-10", "2026-11-10");
        if (!rows[i].has_values) {
            facts.pmss = (struct pmss_table){later, rows[i].has_later_value};
        }
        beneficiary_decide(&facts, &decision);
        check_int(rows[i].name, rows[i].status, decision.status);
        check_int(rows[i].name, rows[i].status == ADDITION_HELD_PMSS,
                  strcmp(decision.rules[0], "PMSS_MISSING") == 0);
        check_int(rows[i].name, INSTANT_NONE, decision.deadline_at);
    }
}

static void write_to_the_contacts_that_can_be_written_to(void **state UNUSED) {
    static const struct contact contacts[] = {
        {SLICE_LITERAL("A"), SLICE_LITERAL("rh@")},
        {SLICE_LITERAL("B"), SLICE_LITERAL("rh@chantiers-armor.example")},
        {SLICE_LITERAL("C"), SLICE_LITERAL("pe.roche@chantiers-armor.example")},
    };
    static const struct {
        const char *name;
        size_t contacts_count;
        size_t recipients_count;
        size_t rules_count;
        const char *last_rule;
    } rows[] = {
        {"nobody on the contract", 0, 0, 2, "CONTACT_MISSING"},
        {"a malformed address alone", 1, 0, 2, "CONTACT_MISSING"},
        {"one of two", 2, 1, 1, "ONLINE_FAMILLE"},
        {"two of three", 3, 2, 1, "ONLINE_FAMILLE"},
    };
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    struct beneficiary person = sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-10-17");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract = sample_contract(&k1_pricing);
        contract.contacts = (struct contact_list){contacts, rows[i].contacts_count};
        struct addition_facts facts = sample_facts(&contract, &affiliation, 1, NULL, 0, &person, 1,
                                                   "2026-11-10", "2026-11-10");
        beneficiary_decide(&facts, &decision);
        check_int(rows[i].name, ADDITION_APPLIED, decision.status);
        check_int(rows[i].name, EMPLOYER_EMAIL_IMPACT, decision.employer_email);
        check_int(rows[i].name, rows[i].recipients_count, decision.recipients_count);
        check_int(rows[i].name, rows[i].rules_count, decision.rules_count);
        check_text(rows[i].name, rows[i].last_rule, decision.rules[decision.rules_count - 1]);
        if (decision.recipients_count > 0) {
            check_slice(rows[i].name, "rh@chantiers-armor.example", decision.recipients[0]);
        }
    }
}

/* What a decision can note is what explain can print, and each code once. */
static void list_every_rule_once(void **state UNUSED) {
    static const char *const codes[] = {
        "INSURED_UNKNOWN",
        "INSURED_NOT_ACTIVE",
        "UNKNOWN_CONTRACT",
        "CATEGORY_MISMATCH",
        "CONTRACT_ENDED",
        "AGE_LIMIT",
        "PARTNER_ALREADY_COVERED",
        "DUPLICATE_BENEFICIARY",
        "RELATION_NOT_COVERED",
        "INVALID_NIR",
        "PAPER_FAMILLE",
        "PAPER_SUPPLEMENT",
        "ONLINE_FAMILLE",
        "ONLINE_SUPPLEMENT",
        "WAITING",
        "PMSS_MISSING",
        "CONTACT_MISSING",
        "EMPLOYER_CONFIRMED",
        "EMPLOYER_REFUSED",
        "EMPLOYER_NO_ANSWER",
        "WITHDRAWN",
    };
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        const struct rule *rule = addition_rule(i);
        assert_non_null(rule);
        check_text(codes[i], codes[i], rule->code);
        check_true(codes[i], rule->sentence[0] != '\0' && rule->source[0] != '\0');
    }
    assert_null(addition_rule(COUNT_OF(codes)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(take_the_cell_of_channel_and_formula),
        cmocka_unit_test(follow_the_latest_affiliation),
        cmocka_unit_test(hold_without_a_pmss),
        cmocka_unit_test(write_to_the_contacts_that_can_be_written_to),
        cmocka_unit_test(list_every_rule_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
