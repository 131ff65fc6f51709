/* links: record */
/* The shared shapes: contracts and people, their bounds, defaults and rules over several fields. */
#include "common/base/compiler.h"
#include "common/record/document.h"
#include "common/record/json_read.h"
#include "common/record/vocabulary.h"
#include "tests/unit/check.h"

static struct arena arena;

static int start(void **state UNUSED) {
    arena_init(&arena);
    return 0;
}

static int stop(void **state UNUSED) {
    arena_fini(&arena);
    return 0;
}

/* A contract that is not about health: nothing but what every contract has. */
#define CONTRACT(category)                                                                         \
    "\"siren\":\"732829320\",\"contract_id\":\"C-1\",\"revision\":1,\"category\":\"" category      \
    "\",\"starts_on\":\"2020-01-01\",\"first_subscribed_on\":\"2015-01-01\",\"contacts\":[]"

#define TIER                                                                                       \
    "{\"from_persons\":1,\"scheme\":\"general\",\"rate_ppm\":32500,\"employer_ppm\":500000,"       \
    "\"valid_from\":\"2020-01-01\"}"
#define FORMULA "\"formula\":\"famille\""
#define PRICING "\"pricing\":{\"tiers\":[" TIER "]}"
#define COVERAGE "\"coverage_rule\":{\"kind\":\"next_month\"}"
#define CONTRIBUTION "\"contribution_rule\":\"full_entry_month\""
#define ELIGIBILITY                                                                                \
    "\"eligibility\":{\"child_age\":20,\"student_age\":26,\"age_boundary\":\"before_birthday\","   \
    "\"partners_max\":1,\"ascendants\":false}"
#define SANTE CONTRACT("sante") "," FORMULA "," COVERAGE "," CONTRIBUTION "," ELIGIBILITY

static bool read(const struct shape *shape, const char *text, void *value, struct error *err) {
    return json_read_text(&arena, shape, slice_of(text), value, err);
}

/* Every field, in the order of the rows. */
static const char whole_contract[] =
    "{\"siren\":\"732829320\",\"contract_id\":\"C-1\",\"revision\":7,\"category\":\"sante\","
    "\"starts_on\":\"2020-01-01\",\"ends_on\":\"2030-12-31\",\"first_subscribed_on\":\"2015-01-"
    "01\","
    "\"territory\":\"mayotte\",\"populations\":[\"Cadres (art. 4)\"],\"options\":[\"O1\",\"O2\"],"
    "\"expiry\":{\"month\":6,\"day\":30},\"notice_months\":3,"
    "\"contacts\":[{\"name\":\"Zo\xc3\xa9 Durand\",\"email\":\"zoe@entreprise.example\"}],"
    "\"adviser_id\":\"A-1\",\"formula\":\"supplement\","
    "\"pricing\":{\"tiers\":[{\"from_persons\":1,\"scheme\":\"local\",\"rate_ppm\":0,"
    "\"employer_ppm\":1000000,\"valid_from\":\"2020-01-01\"}],"
    "\"persons\":[{\"relation\":\"child\",\"scheme\":\"general\",\"amount_cents\":10000000,"
    "\"employer_ppm\":0,\"valid_from\":\"2021-01-01\"}],\"free_from_child\":3},"
    "\"coverage_rule\":{\"kind\":\"event_within_months\",\"months\":6},"
    "\"contribution_rule\":\"due_if_covered_on_first\","
    "\"eligibility\":{\"child_age\":20,\"student_age\":26,\"age_boundary\":\"end_of_school_year\","
    "\"partners_max\":1,\"ascendants\":true}}";

static void a_whole_contract_is_read_and_written(void **state UNUSED) {
    struct contract contract;
    struct slice json = slice_none();
    struct error err = {0};
    if (!read(&contract_shape, whole_contract, &contract, &err)) {
        fail_msg("%s", err.text);
    }
    check_int("territory", TERRITORY_MAYOTTE, contract.territory);
    check_int("expiry", 6 * 100 + 30, contract.expiry.month * 100 + contract.expiry.day);
    check_slice("population", "Cadres (art. 4)", contract.populations.items[0]);
    check_slice("contact", "zoe@entreprise.example", contract.contacts.items[0].email);
    check_int("tier", 0, contract.pricing.tiers.items[0].rate_ppm);
    check_int("tier", AMOUNT_NONE, contract.pricing.tiers.items[0].amount_cents);
    check_int("person", AMOUNT_NONE, contract.pricing.persons.items[0].rate_ppm);
    check_int("person", 10000000, contract.pricing.persons.items[0].amount_cents);
    check_int("months", 6, contract.coverage_rule.months);
    check_true("ascendants", contract.eligibility.ascendants);

    const struct document document = document_write(&arena, &contract_shape, &contract);
    assert_true(document_join(&arena, document, NULL, &json, &err));
    check_slice("the same again", whole_contract, json);
    check_true("contacts are sealed",
               memmem(document.open.data, document.open.size, "\"contacts\":null,", 16) != NULL);
}

static void what_a_contract_leaves_out_has_defaults(void **state UNUSED) {
    struct contract contract;
    struct slice json = slice_none();
    struct error err = {0};
    assert_true(read(&contract_shape, "{" CONTRACT("prevoyance") "}", &contract, &err));
    check_int("ends_on", DATE_NONE, contract.ends_on);
    check_int("territory", TERRITORY_METROPOLE, contract.territory);
    check_int("expiry", 12 * 100 + 31, contract.expiry.month * 100 + contract.expiry.day);
    check_int("notice", 2, contract.notice_months);
    check_slice("adviser", NULL, contract.adviser_id);
    check_int("formula", 0, contract.formula);
    check_int("tiers", 0, contract.pricing.tiers.count);
    check_int("rule", 0, contract.coverage_rule.kind);
    check_int("boundary", 0, contract.eligibility.age_boundary);

    const struct document document = document_write(&arena, &contract_shape, &contract);
    assert_true(document_join(&arena, document, NULL, &json, &err));
    check_slice("defaults are written, what is absent is not",
                "{\"siren\":\"732829320\",\"contract_id\":\"C-1\",\"revision\":1,"
                "\"category\":\"prevoyance\",\"starts_on\":\"2020-01-01\","
                "\"first_subscribed_on\":\"2015-01-01\",\"territory\":\"metropole\","
                "\"expiry\":{\"month\":12,\"day\":31},\"notice_months\":2,\"contacts\":[]}",
                json);
}

/* Each row: members after those of a sante contract without a pricing. */
static void prices_and_rules_are_bounded(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *members;
        const char *error; /* NULL: right */
    } rows[] = {
        {PRICING, NULL},
        {"\"pricing\":{}", "pricing.tiers: missing"},
        {"\"pricing\":{\"tiers\":[]}", "pricing.tiers: fewer items than 1"},
        {"\"pricing\":{\"tiers\":[{\"from_persons\":0}]}",
         "pricing.tiers[0].from_persons: less than 1"},
        {"\"pricing\":{\"tiers\":[{\"from_persons\":21}]}",
         "pricing.tiers[0].from_persons: more than 20"},
        {"\"pricing\":{\"tiers\":[" TIER ",{\"from_persons\":2,\"scheme\":\"general\","
         "\"employer_ppm\":0,\"valid_from\":\"2020-01-01\"}]}",
         "pricing.tiers[1].rate_ppm: exactly one of rate_ppm and amount_cents is required"},
        {"\"pricing\":{\"tiers\":[{\"from_persons\":2,\"scheme\":\"general\",\"rate_ppm\":1,"
         "\"amount_cents\":1,\"employer_ppm\":0,\"valid_from\":\"2020-01-01\"}]}",
         "pricing.tiers[0].rate_ppm: exactly one of rate_ppm and amount_cents is required"},
        {"\"pricing\":{\"tiers\":[{\"from_persons\":1,\"scheme\":\"general\",\"rate_ppm\":-1}]}",
         "pricing.tiers[0].rate_ppm: less than 0"},
        {"\"pricing\":{\"tiers\":[{\"from_persons\":1,\"scheme\":\"general\",\"rate_ppm\":1000001}]"
         "}",
         "pricing.tiers[0].rate_ppm: more than 1000000"},
        {"\"pricing\":{\"tiers\":[{\"from_persons\":1,\"scheme\":\"general\","
         "\"amount_cents\":10000001}]}",
         "pricing.tiers[0].amount_cents: more than 10000000"},
        {"\"pricing\":{\"tiers\":[" TIER "],\"persons\":[{\"relation\":\"cousin\"}]}",
         "pricing.persons[0].relation: none of spouse, non_dependent_spouse, child, ascendant, "
         "other"},
        {"\"pricing\":{\"tiers\":[" TIER "],\"persons\":[{\"relation\":\"child\","
         "\"scheme\":\"general\",\"employer_ppm\":0,\"valid_from\":\"2020-01-01\"}]}",
         "pricing.persons[0].rate_ppm: exactly one of rate_ppm and amount_cents is required"},
        {"\"pricing\":{\"tiers\":[" TIER "],\"free_from_child\":0}",
         "pricing.free_from_child: less than 1"},
        {PRICING ",\"expiry\":{\"month\":2,\"day\":28}", NULL},
        {PRICING ",\"expiry\":{\"month\":2,\"day\":29}",
         "expiry.day: not a day that every year has"},
        {PRICING ",\"expiry\":{\"month\":4,\"day\":31}",
         "expiry.day: not a day that every year has"},
        {PRICING ",\"expiry\":{\"month\":13,\"day\":1}", "expiry.month: more than 12"},
        {PRICING ",\"expiry\":{\"month\":6}", "expiry.day: missing"},
        {PRICING ",\"notice_months\":25", "notice_months: more than 24"},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract;
        struct error err = {0};
        struct slice text = arena_format(&arena, "{%s,%s}", SANTE, rows[i].members);
        bool is_read = read(&contract_shape, text.data, &contract, &err);
        check_text(rows[i].members, rows[i].error, is_read ? NULL : err.text);
    }
}

static void sante_needs_its_five_parts(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *text;
        const char *error; /* NULL: right */
    } rows[] = {
        {"{" CONTRACT("sante") "," PRICING "," COVERAGE "," CONTRIBUTION "," ELIGIBILITY "}",
         "formula: required for the category sante"},
        {"{" CONTRACT("sante") "," FORMULA "," COVERAGE "," CONTRIBUTION "," ELIGIBILITY "}",
         "pricing: required for the category sante"},
        {"{" CONTRACT("sante") "," FORMULA "," PRICING "," CONTRIBUTION "," ELIGIBILITY "}",
         "coverage_rule: required for the category sante"},
        {"{" CONTRACT("sante") "," FORMULA "," PRICING "," COVERAGE "," ELIGIBILITY "}",
         "contribution_rule: required for the category sante"},
        {"{" CONTRACT("sante") "," FORMULA "," PRICING "," COVERAGE "," CONTRIBUTION "}",
         "eligibility: required for the category sante"},
        {"{" CONTRACT("sante") "," FORMULA "," PRICING "," COVERAGE "," CONTRIBUTION
                               ",\"eligibility\":{\"child_age\":20}}",
         "eligibility.student_age: missing"},
        {"{" CONTRACT("retraite") "}", NULL},
        {"{" CONTRACT("prevoyance") "," PRICING "}", NULL},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract;
        struct error err = {0};
        bool is_read = read(&contract_shape, rows[i].text, &contract, &err);
        check_text(rows[i].text, rows[i].error, is_read ? NULL : err.text);
    }
}

static void coverage_rules_need_their_number(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *rule;
        const char *error; /* NULL: right */
    } rows[] = {
        {"{\"kind\":\"request_date\"}", NULL},
        {"{\"kind\":\"event_within_months\"}",
         "coverage_rule.months: required for the kind event_within_months"},
        {"{\"kind\":\"event_within_months\",\"months\":1}", NULL},
        {"{\"kind\":\"event_within_months\",\"months\":24}", NULL},
        {"{\"kind\":\"event_within_months\",\"months\":25}", "coverage_rule.months: more than 24"},
        {"{\"kind\":\"event_within_months\",\"months\":0}", "coverage_rule.months: less than 1"},
        {"{\"kind\":\"cutoff_day\",\"months\":3}",
         "coverage_rule.day: required for the kind cutoff_day"},
        {"{\"kind\":\"cutoff_day\",\"day\":28}", NULL},
        {"{\"kind\":\"cutoff_day\",\"day\":29}", "coverage_rule.day: more than 28"},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract;
        struct error err = {0};
        struct slice text =
            arena_format(&arena, "{%s,\"coverage_rule\":%s}", CONTRACT("prevoyance"), rows[i].rule);
        bool is_read = read(&contract_shape, text.data, &contract, &err);
        check_text(rows[i].rule, rows[i].error, is_read ? NULL : err.text);
    }
}

static void revisions_are_positive_int32(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *revision;
        const char *error; /* NULL: right */
    } rows[] = {
        {"0", "revision: less than 1"},
        {"1", NULL},
        {"2147483647", NULL},
        {"2147483648", "revision: more than 2147483647"},
        {"1.0", "revision: not an integer"},
        {"\"1\"", "revision: not an integer"},
        {"null", "revision: missing"},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct contract contract;
        struct error err = {0};
        struct slice text = arena_format(
            &arena,
            "{\"siren\":\"732829320\",\"contract_id\":\"C-1\",\"category\":\"retraite\","
            "\"starts_on\":\"2020-01-01\",\"first_subscribed_on\":\"2015-01-01\",\"contacts\":[],"
            "\"revision\":%s}",
            rows[i].revision);
        bool is_read = read(&contract_shape, text.data, &contract, &err);
        check_text(rows[i].revision, rows[i].error, is_read ? NULL : err.text);
    }
}

#define PERSON                                                                                     \
    "\"beneficiary_id\":\"B-1\",\"relation\":\"child\",\"family_name\":\"Durand\","                \
    "\"given_names\":[\"L\xc3\xa9o\",\"Jean\"],\"birth_date\":\"2025-02-03\""
#define SCHEME ",\"scheme\":\"general\""
#define EVENT ",\"event\":\"birth\",\"event_on\":\"2025-02-03\""

static void only_dependants_may_come_without_an_event(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *text;
        const char *as_beneficiary; /* error; NULL: right */
        const char *as_dependant;
    } rows[] = {
        {"{" PERSON SCHEME EVENT "}", NULL, NULL},
        {"{" PERSON SCHEME "}", "event: missing", NULL},
        {"{" PERSON SCHEME ",\"event\":\"birth\"}", "event_on: missing", NULL},
        {"{" PERSON EVENT "}", "scheme: missing", "scheme: missing"},
        {"{" PERSON SCHEME EVENT ",\"nir\":\"12345678901234\"}", "nir: shorter than 15",
         "nir: shorter than 15"},
        {"{" PERSON SCHEME EVENT ",\"nir\":\"1234567890123 5\"}",
         "nir: not printable ASCII without spaces", "nir: not printable ASCII without spaces"},
        {"{" PERSON SCHEME EVENT ",\"situation\":\"idle\"}",
         "situation: none of student, apprentice, jobseeker, disabled",
         "situation: none of student, apprentice, jobseeker, disabled"},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct beneficiary person;
        struct error err = {0};
        bool is_read = read(&beneficiary_shape, rows[i].text, &person, &err);
        check_text(rows[i].text, rows[i].as_beneficiary, is_read ? NULL : err.text);
        is_read = read(&dependant_shape, rows[i].text, &person, &err);
        check_text(rows[i].text, rows[i].as_dependant, is_read ? NULL : err.text);
    }
}

static void people_are_personal(void **state UNUSED) {
    struct beneficiary person;
    struct error err = {0};
    assert_true(read(&beneficiary_shape,
                     "{" PERSON SCHEME EVENT ",\"nir\":\"125027511600117\",\"documents\":[\"D1\"]}",
                     &person, &err));
    const struct document document = document_write(&arena, &beneficiary_shape, &person);
    check_slice("open",
                "{\"beneficiary_id\":\"B-1\",\"relation\":\"child\",\"family_name\":null,"
                "\"given_names\":null,\"birth_date\":null,\"nir\":null,\"scheme\":\"general\","
                "\"event\":\"birth\",\"event_on\":\"2025-02-03\",\"documents\":[\"D1\"]}",
                document.open);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_contract_is_read_and_written),
        cmocka_unit_test(what_a_contract_leaves_out_has_defaults),
        cmocka_unit_test(prices_and_rules_are_bounded),
        cmocka_unit_test(sante_needs_its_five_parts),
        cmocka_unit_test(coverage_rules_need_their_number),
        cmocka_unit_test(revisions_are_positive_int32),
        cmocka_unit_test(only_dependants_may_come_without_an_event),
        cmocka_unit_test(people_are_personal),
    };
    return cmocka_run_group_tests_name("vocabulary", tests, start, stop);
}
