/* links: beneficiary_core */
/* Who leaves, from which month the price falls, and by how much. */
#include "tests/unit/sample_addition.h"
#include "workers/beneficiary/leaving.h"

static struct leaving_decision decision;

static struct removal_facts removal_of(const struct contract *contract,
                                       const struct affiliation *affiliation,
                                       const struct relative *household, size_t household_count,
                                       const struct slice *ids, size_t ids_count,
                                       const char *removed_on, const char *decided_on) {
    return (struct removal_facts){
        .request = {slice_of("X-1"),
                    contract->siren,
                    slice_of("I-1"),
                    contract->contract_id,
                    {ids, ids_count},
                    sample_day(removed_on)},
        .decided_on = sample_day(decided_on),
        .is_insured_known = true,
        .affiliations = {affiliation, 1},
        .has_contract = true,
        .contract = *contract,
        .household = {household, household_count},
        .pmss = installed_pmss,
    };
}

/* K1, a spouse covered since 2024: 140,18 in 2026, 57,67 without; the employer pays half. */
static void find_the_first_month_not_due(void **state UNUSED) {
    static const struct {
        const char *name;
        int rule;
        const char *coverage_from;
        const char *removed_on;
        const char *decided_on;
        const char *from_month;
        size_t months;
        int64_t regularisation;
    } rows[] = {
        {"the last day of a month", 0, "2024-01-01", "2026-10-31", "2026-11-10", "2026-11-01", 1,
         -4125},
        {"the first of a month: that one is due", 0, "2024-01-01", "2026-11-01", "2026-11-10",
         "2026-12-01", 0, 0},
        {"in the middle of a month", 0, "2024-01-01", "2026-09-15", "2026-11-10", "2026-10-01", 2,
         -8250},
        {"the whole month of entry: the month of leaving is due", CONTRIBUTION_FULL_ENTRY_MONTH,
         "2024-01-01", "2026-09-01", "2026-11-10", "2026-10-01", 2, -8250},
        {"in the future", 0, "2024-01-01", "2027-01-31", "2026-11-10", "2027-02-01", 0, 0},
        {"before he was covered: never due", 0, "2026-09-17", "2026-09-16", "2026-11-10",
         "2026-10-01", 2, -8250},
        {"the same where the month of entry is due", CONTRIBUTION_FULL_ENTRY_MONTH, "2026-09-17",
         "2026-09-16", "2026-11-10", "2026-09-01", 3, -12375},
    };
    static const struct slice ids[] = {SLICE_LITERAL("H-0")};
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract = sample_contract(&k1_pricing);
        contract.contribution_rule = rows[i].rule == 0 ? CONTRIBUTION_DUE_IF_COVERED_ON_FIRST
                                                       : CONTRIBUTION_FULL_ENTRY_MONTH;
        struct relative spouse = sample_relative(0, RELATION_SPOUSE);
        spouse.coverage_from = sample_day(rows[i].coverage_from);
        struct removal_facts facts = removal_of(&contract, &affiliation, &spouse, 1, ids, 1,
                                                rows[i].removed_on, rows[i].decided_on);
        removal_decide(&facts, &decision);
        check_true(rows[i].name, decision.has_effect && decision.is_to_be_billed);
        check_int(rows[i].name, sample_day(rows[i].from_month), decision.from_month);
        check_int(rows[i].name, 14018, decision.amounts.before.total_cents);
        check_int(rows[i].name, 5767, decision.amounts.after.total_cents);
        check_int(rows[i].name, rows[i].months, decision.amounts.regularisations_count);
        check_int(rows[i].name, rows[i].regularisation, decision.amounts.regularisation_cents);
    }
}

static void pass_over_who_is_not_there(void **state UNUSED) {
    static const struct slice known[] = {SLICE_LITERAL("H-0")};
    static const struct slice unknown[] = {SLICE_LITERAL("H-9")};
    static const struct slice mixed[] = {SLICE_LITERAL("H-9"), SLICE_LITERAL("H-0"),
                                         SLICE_LITERAL("H-0")};
    static const struct {
        const char *name;
        const struct slice *ids;
        size_t ids_count;
        int state;
        const char *removed_before;
        const char *affiliation_ended_on;
        bool is_insured_known;
        bool has_contract;
        bool is_repeated;
        size_t removed;
        const char *rule;
    } rows[] = {
        {"he is covered", known, 1, RELATIVE_COVERED, NULL, NULL, true, true, false, 1, "REMOVED"},
        {"among others, twice", mixed, 3, RELATIVE_COVERED, NULL, NULL, true, true, false, 1,
         "REMOVED"},
        {"nobody of that id", unknown, 1, RELATIVE_COVERED, NULL, NULL, true, true, false, 0,
         "NOBODY_REMOVED"},
        {"he only waits", known, 1, RELATIVE_WAITING, NULL, NULL, true, true, false, 0,
         "NOBODY_REMOVED"},
        {"he was removed before", known, 1, RELATIVE_COVERED, "2026-12-31", NULL, true, true, false,
         0, "NOBODY_REMOVED"},
        {"the insured had left by then", known, 1, RELATIVE_COVERED, NULL, "2026-10-31", true, true,
         false, 0, "NOBODY_REMOVED"},
        {"the insured leaves the day after", known, 1, RELATIVE_COVERED, NULL, "2026-11-01", true,
         true, false, 1, "REMOVED"},
        {"insured unknown", known, 1, RELATIVE_COVERED, NULL, NULL, false, true, false, 0,
         "NOBODY_REMOVED"},
        {"contract unknown", known, 1, RELATIVE_COVERED, NULL, NULL, true, false, false, 0,
         "NOBODY_REMOVED"},
        {"the same removal again", known, 1, RELATIVE_COVERED, NULL, NULL, true, true, true, 0,
         "REMOVAL_REPEATED"},
    };
    struct contract contract = sample_contract(&k1_pricing);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
        struct relative spouse = sample_relative(0, RELATION_SPOUSE);
        affiliation.ended_on = sample_day(rows[i].affiliation_ended_on);
        spouse.state = (enum relative_state)rows[i].state;
        spouse.removed_on = sample_day(rows[i].removed_before);
        struct removal_facts facts = removal_of(&contract, &affiliation, &spouse, 1, rows[i].ids,
                                                rows[i].ids_count, "2026-10-31", "2026-11-10");
        facts.is_insured_known = rows[i].is_insured_known;
        facts.has_contract = rows[i].has_contract;
        facts.is_repeated = rows[i].is_repeated;
        removal_decide(&facts, &decision);
        check_int(rows[i].name, rows[i].removed, decision.removed_count);
        check_int(rows[i].name, rows[i].removed > 0, decision.has_effect);
        check_text(rows[i].name, rows[i].rule, decision.rules[0]);
    }
}

/* K4: a child costs 0,81 % (32,44), the third is free; it is no longer the third when one leaves.
 */
static void count_the_children_anew(void **state UNUSED) {
    static const struct {
        const char *name;
        size_t children;
        const char *id;
        int64_t total_delta;
    } rows[] = {
        {"one of two", 2, "H-0", -3244},
        {"the first of three: the third pays now", 3, "H-0", 0},
        {"the third, who was free", 3, "H-2", 0},
    };
    struct contract contract = sample_contract(&k4_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct relative household[3];
        const struct slice id = slice_of(rows[i].id);
        for (size_t child = 0; child < rows[i].children; child++) {
            household[child] = sample_relative(child, RELATION_CHILD);
        }
        struct removal_facts facts =
            removal_of(&contract, &affiliation, household, rows[i].children, &id, 1, "2026-10-31",
                       "2026-10-31");
        removal_decide(&facts, &decision);
        check_true(rows[i].name, decision.has_effect);
        check_int(rows[i].name, rows[i].total_delta != 0, decision.is_to_be_billed);
        check_int(rows[i].name, rows[i].total_delta,
                  decision.amounts.after.total_cents - decision.amounts.before.total_cents);
    }
}

static void say_when_it_can_not_be_priced(void **state UNUSED) {
    static const struct slice ids[] = {SLICE_LITERAL("H-0")};
    struct contract contract = sample_contract(&k1_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    struct relative spouse = sample_relative(0, RELATION_SPOUSE);
    contract.territory = TERRITORY_MAYOTTE; /* first value: January 2026 */
    struct removal_facts facts =
        removal_of(&contract, &affiliation, &spouse, 1, ids, 1, "2025-11-30", "2026-02-10");
    removal_decide(&facts, &decision);
    assert_true(decision.has_effect);
    assert_false(decision.is_to_be_billed);
    assert_string_equal("NOT_PRICED", decision.rules[1]);
    facts.request.removed_on = sample_day("2025-12-31");
    removal_decide(&facts, &decision);
    assert_true(decision.is_to_be_billed);
}

static void end_a_contribution_with_the_affiliation(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *effective_on;
        const char *ended_on;
        const char *contract_ends_on;
        bool has_affiliation;
        const char *told_end;
        const char *from_month; /* NULL: nothing is told */
        int64_t total_before;
        int64_t regularisation;
    } rows[] = {
        {"left at the end of October", "2024-01-01", "2026-10-31", NULL, true, NULL, "2026-11-01",
         14018, -7009},
        {"left on the first: that month is due", "2024-01-01", "2026-11-01", NULL, true, NULL,
         "2026-12-01", 14018, 0},
        {"never came: from what would have been the first month", "2026-09-17", "2026-09-16", NULL,
         true, NULL, "2026-10-01", 14018, -14018},
        {"the contract had ended before", "2024-01-01", "2026-10-31", "2026-09-30", true, NULL,
         "2026-11-01", 0, 0},
        {"told before", "2024-01-01", "2026-10-31", NULL, true, "2026-10-31", NULL, 0, 0},
        {"corrected: he had left a month earlier", "2024-01-01", "2026-08-31", NULL, true,
         "2026-09-30", "2026-09-01", 14018, -7009},
        {"no such end", "2024-01-01", "2026-10-31", NULL, false, NULL, NULL, 0, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract = sample_contract(&k1_pricing);
        struct relative spouse = sample_relative(0, RELATION_SPOUSE);
        contract.ends_on = sample_day(rows[i].contract_ends_on);
        struct leaver_facts facts = {
            .siren = contract.siren,
            .insured_id = slice_of("I-1"),
            .told_end = sample_day(rows[i].told_end),
            .decided_on = sample_day("2026-11-10"),
            .has_affiliation = rows[i].has_affiliation,
            .affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL),
            .has_contract = true,
            .contract = contract,
            .household = {&spouse, 1},
            .pmss = installed_pmss,
        };
        facts.affiliation.effective_on = sample_day(rows[i].effective_on);
        facts.affiliation.ended_on = sample_day(rows[i].ended_on);
        spouse.coverage_from = facts.affiliation.effective_on;
        leaver_decide(&facts, &decision);
        check_int(rows[i].name, rows[i].from_month != NULL, decision.has_effect);
        check_int(rows[i].name, sample_day(rows[i].from_month), decision.from_month);
        if (decision.has_effect) {
            check_int(rows[i].name, rows[i].total_before, decision.amounts.before.total_cents);
            check_int(rows[i].name, 0, decision.amounts.after.total_cents);
            check_int(rows[i].name, rows[i].regularisation, decision.amounts.regularisation_cents);
            check_int(rows[i].name, rows[i].total_before != 0, decision.is_to_be_billed);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find_the_first_month_not_due),
        cmocka_unit_test(pass_over_who_is_not_there),
        cmocka_unit_test(count_the_children_anew),
        cmocka_unit_test(say_when_it_can_not_be_priced),
        cmocka_unit_test(end_a_contribution_with_the_affiliation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
