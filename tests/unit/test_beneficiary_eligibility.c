/* links: beneficiary_core */
/* Who may be added: every reason given, and just not. */
#include "tests/unit/sample_addition.h"

enum { SPOUSE = RELATION_SPOUSE, OWN_INCOME = RELATION_NON_DEPENDENT_SPOUSE };
enum { CHILD = RELATION_CHILD };

static struct addition_decision decision;

static void age_boundaries(void **state UNUSED) {
    static const struct {
        const char *name;
        int boundary;
        const char *birth_date;
        int32_t age;
        const char *last_day;
    } rows[] = {
        {"before the birthday", AGE_BEFORE_BIRTHDAY, "2006-11-10", 20, "2026-11-09"},
        {"through the birthday", AGE_THROUGH_BIRTHDAY, "2006-11-10", 20, "2026-11-10"},
        {"to the end of the civil year", AGE_END_OF_CIVIL_YEAR, "2006-01-01", 20, "2026-12-31"},
        {"civil year, born on its last day", AGE_END_OF_CIVIL_YEAR, "2006-12-31", 20, "2026-12-31"},
        {"school year, birthday before August ends", AGE_END_OF_SCHOOL_YEAR, "2006-08-30", 20,
         "2026-08-31"},
        {"school year, birthday on 31 August", AGE_END_OF_SCHOOL_YEAR, "2006-08-31", 20,
         "2026-08-31"},
        {"school year, birthday on 1 September", AGE_END_OF_SCHOOL_YEAR, "2006-09-01", 20,
         "2027-08-31"},
        {"29 February before a birthday that is none", AGE_BEFORE_BIRTHDAY, "2004-02-29", 26,
         "2030-02-27"},
        {"29 February through 28 February", AGE_THROUGH_BIRTHDAY, "2004-02-29", 26, "2030-02-28"},
        {"29 February in a leap year", AGE_THROUGH_BIRTHDAY, "2004-02-29", 20, "2024-02-29"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].name, sample_day(rows[i].last_day),
                  eligibility_last_day((enum age_boundary)rows[i].boundary,
                                       sample_day(rows[i].birth_date), rows[i].age));
    }
}

/* One person, an empty household, a contract K1 and cover from 10 November 2026. */
static void judge_one_person(void **state UNUSED) {
    static const struct {
        const char *name;
        int relation;
        int situation;
        const char *birth_date;
        const char *nir;
        bool ascendants;
        int32_t partners_max;
        uint32_t reasons;
    } rows[] = {
        {"child, a day before its 20th birthday", CHILD, 0, "2006-11-11", NULL, false, 1, 0},
        {"child on its 20th birthday", CHILD, 0, "2006-11-10", NULL, false, 1,
         REASON_BIT(REASON_AGE_LIMIT)},
        {"student, a day before the 26th", CHILD, SITUATION_STUDENT, "2000-11-11", NULL, false, 1,
         0},
        {"student on the 26th", CHILD, SITUATION_STUDENT, "2000-11-10", NULL, false, 1,
         REASON_BIT(REASON_AGE_LIMIT)},
        {"apprentice of 25", CHILD, SITUATION_APPRENTICE, "2000-11-11", NULL, false, 1, 0},
        {"jobseeker of 25", CHILD, SITUATION_JOBSEEKER, "2000-11-11", NULL, false, 1, 0},
        {"jobseeker of 26", CHILD, SITUATION_JOBSEEKER, "2000-11-10", NULL, false, 1,
         REASON_BIT(REASON_AGE_LIMIT)},
        {"disabled has no limit", CHILD, SITUATION_DISABLED, "1970-01-01", NULL, false, 1, 0},
        {"a spouse has none either", SPOUSE, 0, "1970-01-01", NULL, false, 1, 0},
        {"a spouse where the contract takes no partner", SPOUSE, 0, "1970-01-01", NULL, false, 0,
         REASON_BIT(REASON_RELATION_NOT_COVERED)},
        {"ascendant, taken", RELATION_ASCENDANT, 0, "1940-01-01", NULL, true, 1, 0},
        {"ascendant, not taken", RELATION_ASCENDANT, 0, "1940-01-01", NULL, false, 1,
         REASON_BIT(REASON_RELATION_NOT_COVERED)},
        {"other, always taken", RELATION_OTHER, 0, "1940-01-01", NULL, false, 1, 0},
        {"valid NIR", SPOUSE, 0, "1995-10-01", "295109912611193", false, 1, 0},
        {"wrong key", SPOUSE, 0, "1995-10-01", "295109912611194", false, 1,
         REASON_BIT(REASON_INVALID_NIR)},
        {"too old and a wrong key: both", CHILD, 0, "1995-10-01", "295109912611194", false, 1,
         REASON_BIT(REASON_AGE_LIMIT) | REASON_BIT(REASON_INVALID_NIR)},
    };
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract = sample_contract(&k1_pricing);
        contract.eligibility.ascendants = rows[i].ascendants;
        contract.eligibility.partners_max = rows[i].partners_max;
        struct beneficiary person =
            sample_person(0, (enum relation)rows[i].relation, rows[i].birth_date, "2026-11-10");
        person.situation = (enum situation)rows[i].situation;
        person.nir = slice_of(rows[i].nir);
        struct addition_facts facts = sample_facts(&contract, &affiliation, 1, NULL, 0, &person, 1,
                                                   "2026-11-10", "2026-11-10");
        beneficiary_decide(&facts, &decision);
        check_int(rows[i].name, rows[i].reasons, decision.reasons);
        check_int(rows[i].name, rows[i].reasons, decision.people[0].reasons);
        check_int(rows[i].name, rows[i].reasons == 0 ? ADDITION_APPLIED : ADDITION_REJECTED,
                  decision.status);
    }
}

/* What speaks against the request as a whole; it is not repeated at the person. */
static void judge_the_insured_and_the_contract(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *effective_on;
        const char *ended_on;
        const char *contract_ends_on;
        int category;
        const char *affiliated_to;
        bool is_insured_unknown;
        bool is_contract_unknown;
        uint32_t reasons;
        const char *coverage_from;
    } rows[] = {
        {"all is well", "2024-01-01", NULL, NULL, CATEGORY_SANTE, "H1", false, false, 0,
         "2026-11-10"},
        {"insured unknown: his cover is not judged", "2024-01-01", "2025-01-31", "2025-12-31",
         CATEGORY_SANTE, "H1", true, false, REASON_BIT(REASON_INSURED_UNKNOWN), NULL},
        {"insured and contract unknown", "2024-01-01", NULL, NULL, CATEGORY_SANTE, "H1", true, true,
         REASON_BIT(REASON_INSURED_UNKNOWN) | REASON_BIT(REASON_UNKNOWN_CONTRACT), NULL},
        {"insured unknown, prevoyance", "2024-01-01", NULL, NULL, CATEGORY_PREVOYANCE, "H1", true,
         false, REASON_BIT(REASON_INSURED_UNKNOWN) | REASON_BIT(REASON_CATEGORY_MISMATCH), NULL},
        {"contract unknown", "2024-01-01", NULL, NULL, CATEGORY_SANTE, "H1", false, true,
         REASON_BIT(REASON_UNKNOWN_CONTRACT), NULL},
        {"affiliated to another contract only", "2024-01-01", NULL, NULL, CATEGORY_SANTE, "H2",
         false, false, REASON_BIT(REASON_INSURED_NOT_ACTIVE), "2026-11-10"},
        {"left the day before", "2024-01-01", "2026-11-09", NULL, CATEGORY_SANTE, "H1", false,
         false, REASON_BIT(REASON_INSURED_NOT_ACTIVE), "2026-11-10"},
        {"leaves that very day", "2024-01-01", "2026-11-10", NULL, CATEGORY_SANTE, "H1", false,
         false, 0, "2026-11-10"},
        {"joins later: covered from then", "2026-11-20", NULL, NULL, CATEGORY_SANTE, "H1", false,
         false, 0, "2026-11-20"},
        {"the contract ended the day before", "2024-01-01", NULL, "2026-11-09", CATEGORY_SANTE,
         "H1", false, false, REASON_BIT(REASON_CONTRACT_ENDED), "2026-11-10"},
        {"the contract ends that day", "2024-01-01", NULL, "2026-11-10", CATEGORY_SANTE, "H1",
         false, false, 0, "2026-11-10"},
        {"prevoyance", "2024-01-01", NULL, NULL, CATEGORY_PREVOYANCE, "H1", false, false,
         REASON_BIT(REASON_CATEGORY_MISMATCH), "2026-11-10"},
        {"three at once", "2024-01-01", "2025-01-31", "2025-12-31", CATEGORY_RETRAITE, "H1", false,
         false,
         REASON_BIT(REASON_INSURED_NOT_ACTIVE) | REASON_BIT(REASON_CATEGORY_MISMATCH) |
             REASON_BIT(REASON_CONTRACT_ENDED),
         "2026-11-10"},
    };
    struct beneficiary person = sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-11-10");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract = sample_contract(&k1_pricing);
        contract.ends_on = sample_day(rows[i].contract_ends_on);
        contract.category = (enum category)rows[i].category;
        struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
        affiliation.contract_id = slice_of(rows[i].affiliated_to);
        affiliation.effective_on = sample_day(rows[i].effective_on);
        affiliation.ended_on = sample_day(rows[i].ended_on);
        struct addition_facts facts =
            sample_facts(rows[i].is_contract_unknown ? NULL : &contract, &affiliation, 1, NULL, 0,
                         &person, 1, "2026-11-10", "2026-11-10");
        facts.is_insured_known = !rows[i].is_insured_unknown;
        beneficiary_decide(&facts, &decision);
        check_int(rows[i].name, rows[i].reasons, decision.reasons);
        check_int(rows[i].name, 0, decision.people[0].reasons);
        check_int(rows[i].name, sample_day(rows[i].coverage_from),
                  decision.people[0].coverage_from);
    }
}

static const struct {
    const char *name;
    int household; /* relation of the one covered already, or 0 */
    int state;
    const char *removed_on;
    int people[2];
    int32_t partners_max;
    uint32_t first;
    uint32_t second;
} partner_rows[] = {
    {"the first partner", 0, 0, NULL, {SPOUSE, 0}, 1, 0, 0},
    {"a second one",
     SPOUSE,
     RELATIVE_COVERED,
     NULL,
     {SPOUSE, 0},
     1,
     REASON_BIT(REASON_PARTNER_ALREADY_COVERED),
     0},
    {"a second one with an income of his own",
     SPOUSE,
     RELATIVE_COVERED,
     NULL,
     {OWN_INCOME, 0},
     1,
     REASON_BIT(REASON_PARTNER_ALREADY_COVERED),
     0},
    {"the first one only waits",
     OWN_INCOME,
     RELATIVE_WAITING,
     NULL,
     {SPOUSE, 0},
     1,
     REASON_BIT(REASON_PARTNER_ALREADY_COVERED),
     0},
    {"the first one has left the day before",
     SPOUSE,
     RELATIVE_COVERED,
     "2026-11-09",
     {SPOUSE, 0},
     1,
     0,
     0},
    {"the first one leaves that day",
     SPOUSE,
     RELATIVE_COVERED,
     "2026-11-10",
     {SPOUSE, 0},
     1,
     REASON_BIT(REASON_PARTNER_ALREADY_COVERED),
     0},
    {"a child is no partner", CHILD, RELATIVE_COVERED, NULL, {SPOUSE, 0}, 1, 0, 0},
    {"two in one request: the later is refused",
     0,
     0,
     NULL,
     {SPOUSE, OWN_INCOME},
     1,
     0,
     REASON_BIT(REASON_PARTNER_ALREADY_COVERED)},
    {"the contract takes two", SPOUSE, RELATIVE_COVERED, NULL, {SPOUSE, 0}, 2, 0, 0},
    {"but not three",
     SPOUSE,
     RELATIVE_COVERED,
     NULL,
     {SPOUSE, SPOUSE},
     2,
     0,
     REASON_BIT(REASON_PARTNER_ALREADY_COVERED)},
};

static void judge_partners(void **state UNUSED) {
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    for (size_t i = 0; i < COUNT_OF(partner_rows); i++) {
        struct contract contract = sample_contract(&k1_pricing);
        contract.eligibility.partners_max = partner_rows[i].partners_max;
        struct relative covered = sample_relative(0, (enum relation)partner_rows[i].household);
        covered.state = (enum relative_state)partner_rows[i].state;
        covered.removed_on = sample_day(partner_rows[i].removed_on);
        struct beneficiary people[2];
        size_t count = 0;
        for (; count < 2 && partner_rows[i].people[count] != 0; count++) {
            people[count] = sample_person(count, (enum relation)partner_rows[i].people[count],
                                          "1990-01-01", "2026-11-10");
        }
        struct addition_facts facts =
            sample_facts(&contract, &affiliation, 1, &covered, partner_rows[i].household != 0,
                         people, count, "2026-11-10", "2026-11-10");
        beneficiary_decide(&facts, &decision);
        check_int(partner_rows[i].name, partner_rows[i].first, decision.people[0].reasons);
        check_int(partner_rows[i].name, partner_rows[i].second,
                  count == 2 ? decision.people[1].reasons : 0);
        check_int(partner_rows[i].name, partner_rows[i].first | partner_rows[i].second,
                  decision.reasons);
    }
}

/* A spouse with a wrong NIR, so that other reasons would show; compared with one covered already
 * who is called B-0, Moreau Anna, 1990-01-01 unless the row says otherwise. */
static void judge_duplicates(void **state UNUSED) {
    static const uint32_t duplicate = REASON_BIT(REASON_DUPLICATE_BENEFICIARY);
    static const uint32_t others =
        REASON_BIT(REASON_PARTNER_ALREADY_COVERED) | REASON_BIT(REASON_INVALID_NIR);
    static const struct {
        const char *name;
        const char *id;
        const char *family_name;
        size_t given_name;
        size_t given_names;
        const char *birth_date;
        const char *removed_on;
        bool is_duplicate;
        bool is_gone;
    } rows[] = {
        {"same id, another name: nothing but that", "B-0", "Autre", 1, 1, "1991-01-01", NULL, true,
         false},
        {"same names and birth date", "H-9", "Moreau", 0, 1, "1990-01-01", NULL, true, false},
        {"born a day later", "H-9", "Moreau", 0, 1, "1990-01-02", NULL, false, false},
        {"another family name", "H-9", "Moreaux", 0, 1, "1990-01-01", NULL, false, false},
        {"another given name", "H-9", "Moreau", 1, 1, "1990-01-01", NULL, false, false},
        {"one given name more", "H-9", "Moreau", 0, 2, "1990-01-01", NULL, false, false},
        {"removed the day before", "B-0", "Moreau", 0, 1, "1990-01-01", "2026-11-09", false, true},
        {"removed that day", "B-0", "Moreau", 0, 1, "1990-01-01", "2026-11-10", true, false},
    };
    struct contract contract = sample_contract(&k1_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    struct beneficiary person = sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-11-10");
    person.nir = slice_of("295109912611194");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct relative covered = sample_relative(0, RELATION_SPOUSE);
        covered.beneficiary_id = slice_of(rows[i].id);
        covered.removed_on = sample_day(rows[i].removed_on);
        covered.person = (struct covered_person){
            slice_of(rows[i].family_name),
            {&sample_given_names[rows[i].given_name], rows[i].given_names},
            sample_day(rows[i].birth_date),
            slice_none(),
        };
        struct addition_facts facts = sample_facts(&contract, &affiliation, 1, &covered, 1, &person,
                                                   1, "2026-11-10", "2026-11-10");
        beneficiary_decide(&facts, &decision);
        uint32_t expected = rows[i].is_duplicate ? duplicate
                            : rows[i].is_gone    ? REASON_BIT(REASON_INVALID_NIR)
                                                 : others;
        check_int(rows[i].name, expected, decision.people[0].reasons);
    }
}

static void name_one_person_twice(void **state UNUSED) {
    struct contract contract = sample_contract(&k1_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    struct beneficiary people[] = {
        sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-11-10"),
        sample_person(1, RELATION_CHILD, "2015-01-01", "2026-11-10"),
        sample_person(2, RELATION_SPOUSE, "1990-01-01", "2026-11-10"),
    };
    people[2].beneficiary_id = people[0].beneficiary_id;
    struct addition_facts facts =
        sample_facts(&contract, &affiliation, 1, NULL, 0, people, 3, "2026-11-10", "2026-11-10");
    beneficiary_decide(&facts, &decision);
    assert_int_equal(0, decision.people[0].reasons);
    assert_int_equal(0, decision.people[1].reasons);
    assert_int_equal(REASON_BIT(REASON_DUPLICATE_BENEFICIARY), decision.people[2].reasons);
    assert_int_equal(ADDITION_REJECTED, decision.status);
}

/* The spouse who left on 31 October is asked for from the 17th, when she was still there; her
 * successor from November on is not the second one. */
static void judge_each_partner_on_his_own_day(void **state UNUSED) {
    struct contract contract = sample_contract(&k1_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    struct relative left = sample_relative(0, RELATION_SPOUSE);
    left.removed_on = sample_day("2026-10-31");
    struct beneficiary people[] = {
        sample_person(0, RELATION_SPOUSE, "1990-01-01", "2026-10-17"),
        sample_person(1, RELATION_SPOUSE, "1991-01-01", "2026-11-05"),
    };
    people[0].beneficiary_id = left.beneficiary_id;
    struct addition_facts facts =
        sample_facts(&contract, &affiliation, 1, &left, 1, people, 2, "2026-11-10", "2026-11-10");
    beneficiary_decide(&facts, &decision);
    assert_int_equal(REASON_BIT(REASON_DUPLICATE_BENEFICIARY), decision.people[0].reasons);
    assert_int_equal(0, decision.people[1].reasons);
}

/* The bound of what is priced holds whatever is asked. */
static void refuse_more_people_than_a_household_has(void **state UNUSED) {
    struct contract contract = sample_contract(&k1_pricing);
    struct affiliation affiliation = sample_affiliation(CHANNEL_ONLINE_SINGLE, SCHEME_GENERAL);
    struct beneficiary person = sample_person(0, RELATION_CHILD, "2015-01-01", "2026-11-10");
    static struct relative household[LIMIT_HOUSEHOLD];
    for (size_t i = 0; i < LIMIT_HOUSEHOLD; i++) {
        household[i] = sample_relative(0, RELATION_CHILD);
    }
    struct addition_facts facts =
        sample_facts(&contract, &affiliation, 1, household, LIMIT_HOUSEHOLD, &person, 1,
                     "2026-11-10", "2026-11-10");
    beneficiary_decide(&facts, &decision);
    assert_int_equal(REASON_BIT(REASON_RELATION_NOT_COVERED), decision.reasons);
    facts.household.count--;
    beneficiary_decide(&facts, &decision);
    assert_int_equal(ADDITION_APPLIED, decision.status);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(age_boundaries),
        cmocka_unit_test(judge_one_person),
        cmocka_unit_test(judge_the_insured_and_the_contract),
        cmocka_unit_test(judge_partners),
        cmocka_unit_test(judge_duplicates),
        cmocka_unit_test(name_one_person_twice),
        cmocka_unit_test(judge_each_partner_on_his_own_day),
        cmocka_unit_test(refuse_more_people_than_a_household_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
