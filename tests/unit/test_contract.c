/* The words of people and contracts, and when a contract has ended. */
#include "common/base/compiler.h"
#include "common/base/contract.h"
#include "tests/unit/check.h"

/* The words are published; their order is that of the enumerations. */
static void words_of_people_and_contracts(void **state UNUSED) {
    static const struct {
        const struct words *words;
        int value;
        const char *word;
    } rows[] = {
        {&scheme_words, SCHEME_GENERAL, "general"},
        {&scheme_words, SCHEME_LOCAL, "local"},
        {&relation_words, RELATION_SPOUSE, "spouse"},
        {&relation_words, RELATION_NON_DEPENDENT_SPOUSE, "non_dependent_spouse"},
        {&relation_words, RELATION_CHILD, "child"},
        {&relation_words, RELATION_ASCENDANT, "ascendant"},
        {&relation_words, RELATION_OTHER, "other"},
        {&situation_words, SITUATION_STUDENT, "student"},
        {&situation_words, SITUATION_APPRENTICE, "apprentice"},
        {&situation_words, SITUATION_JOBSEEKER, "jobseeker"},
        {&situation_words, SITUATION_DISABLED, "disabled"},
        {&family_event_words, FAMILY_EVENT_BIRTH, "birth"},
        {&family_event_words, FAMILY_EVENT_ADOPTION, "adoption"},
        {&family_event_words, FAMILY_EVENT_MARRIAGE, "marriage"},
        {&family_event_words, FAMILY_EVENT_PACS, "pacs"},
        {&family_event_words, FAMILY_EVENT_CONCUBINAGE, "concubinage"},
        {&family_event_words, FAMILY_EVENT_OTHER, "other"},
        {&channel_words, CHANNEL_ONLINE_SINGLE, "online_single"},
        {&channel_words, CHANNEL_ONLINE_BULK, "online_bulk"},
        {&channel_words, CHANNEL_PAPER_BIA, "paper_bia"},
        {&channel_words, CHANNEL_PHONE, "phone"},
        {&channel_words, CHANNEL_OTHER, "other"},
        {&category_words, CATEGORY_SANTE, "sante"},
        {&category_words, CATEGORY_PREVOYANCE, "prevoyance"},
        {&category_words, CATEGORY_RETRAITE, "retraite"},
        {&territory_words, TERRITORY_METROPOLE, "metropole"},
        {&territory_words, TERRITORY_MAYOTTE, "mayotte"},
        {&formula_words, FORMULA_FAMILLE, "famille"},
        {&formula_words, FORMULA_SUPPLEMENT, "supplement"},
        {&coverage_kind_words, COVERAGE_EVENT_WITHIN_MONTHS, "event_within_months"},
        {&coverage_kind_words, COVERAGE_NEXT_MONTH, "next_month"},
        {&coverage_kind_words, COVERAGE_REQUEST_DATE, "request_date"},
        {&coverage_kind_words, COVERAGE_CUTOFF_DAY, "cutoff_day"},
        {&contribution_rule_words, CONTRIBUTION_DUE_IF_COVERED_ON_FIRST, "due_if_covered_on_first"},
        {&contribution_rule_words, CONTRIBUTION_FULL_ENTRY_MONTH, "full_entry_month"},
        {&age_boundary_words, AGE_BEFORE_BIRTHDAY, "before_birthday"},
        {&age_boundary_words, AGE_THROUGH_BIRTHDAY, "through_birthday"},
        {&age_boundary_words, AGE_END_OF_CIVIL_YEAR, "end_of_civil_year"},
        {&age_boundary_words, AGE_END_OF_SCHOOL_YEAR, "end_of_school_year"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *word = rows[i].word;
        check_text(word, word, words_text(rows[i].words, rows[i].value));
        check_int(word, rows[i].value, words_value(rows[i].words, slice_of(word)));
    }
}

static void no_word_beyond_the_last(void **state UNUSED) {
    static const struct {
        const char *name;
        const struct words *words;
        size_t last;
    } rows[] = {
        {"schemes", &scheme_words, SCHEME_LOCAL},
        {"relations", &relation_words, RELATION_OTHER},
        {"situations", &situation_words, SITUATION_DISABLED},
        {"family events", &family_event_words, FAMILY_EVENT_OTHER},
        {"channels", &channel_words, CHANNEL_OTHER},
        {"categories", &category_words, CATEGORY_RETRAITE},
        {"territories", &territory_words, TERRITORY_MAYOTTE},
        {"formulas", &formula_words, FORMULA_SUPPLEMENT},
        {"coverage kinds", &coverage_kind_words, COVERAGE_CUTOFF_DAY},
        {"contribution rules", &contribution_rule_words, CONTRIBUTION_FULL_ENTRY_MONTH},
        {"age boundaries", &age_boundary_words, AGE_END_OF_SCHOOL_YEAR},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].name, rows[i].last + 1, rows[i].words->count);
        check_text(rows[i].name, NULL, words_text(rows[i].words, 0));
        check_int(rows[i].name, 0, words_value(rows[i].words, slice_of("General")));
    }
}

static void online_channels(void **state UNUSED) {
    check_true("one request online", channel_is_online(CHANNEL_ONLINE_SINGLE));
    check_true("a file sent online", channel_is_online(CHANNEL_ONLINE_BULK));
    check_true("a paper form", !channel_is_online(CHANNEL_PAPER_BIA));
    check_true("by phone", !channel_is_online(CHANNEL_PHONE));
    check_true("any other way", !channel_is_online(CHANNEL_OTHER));
}

static void ended_contracts(void **state UNUSED) {
    struct contract contract = {.ends_on = date_of_civil(2025, 12, 31)};
    check_true("the day before its last", !contract_has_ended(&contract, contract.ends_on - 1));
    check_true("on its last day", !contract_has_ended(&contract, contract.ends_on));
    check_true("the day after its last", contract_has_ended(&contract, contract.ends_on + 1));
    contract.ends_on = DATE_NONE;
    check_true("a contract without an end", !contract_has_ended(&contract, INT32_MAX));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_people_and_contracts),
        cmocka_unit_test(no_word_beyond_the_last),
        cmocka_unit_test(online_channels),
        cmocka_unit_test(ended_contracts),
    };
    return cmocka_run_group_tests_name("contract", tests, NULL, NULL);
}
