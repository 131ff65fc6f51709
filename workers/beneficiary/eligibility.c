#include <assert.h>

#include "common/base/compiler.h"
#include "common/base/identifiers.h"
#include "workers/beneficiary/beneficiary.h"

/* Covered, or waiting to be, on that date or later. */
static bool reaches(const struct addition_facts *facts, const struct relative *relative,
                    int32_t date) {
    return cover_reaches(cover_end_of_relative(&facts->contract, facts->affiliations, relative),
                         date);
}

/* True if `a` is the one a request is about rather than `b`: of those still open on the day of the
 * submission the first, else the last one that was. */
static bool is_rather(const struct affiliation *a, const struct affiliation *b,
                      int32_t submitted_on) {
    bool a_is_current = cover_reaches(a->ended_on, submitted_on);
    bool b_is_current = cover_reaches(b->ended_on, submitted_on);
    if (a_is_current != b_is_current) {
        return a_is_current;
    }
    return a_is_current ? a->effective_on < b->effective_on : a->effective_on > b->effective_on;
}

/* The affiliation that covers somebody from the later of `rule_date` and its own beginning; NULL if
 * none does. */
static const struct affiliation *affiliation_from(const struct addition_facts *facts,
                                                  int32_t rule_date) {
    const struct affiliation *best = NULL;
    for (size_t i = 0; i < facts->affiliations.count; i++) {
        const struct affiliation *affiliation = &facts->affiliations.items[i];
        int32_t from =
            affiliation->effective_on > rule_date ? affiliation->effective_on : rule_date;
        if (slice_equal(affiliation->contract_id, facts->request.contract_id) &&
            cover_reaches(affiliation->ended_on, from) &&
            (best == NULL || is_rather(affiliation, best, facts->submitted_on))) {
            best = affiliation;
        }
    }
    return best;
}

/* What the rules look at: a person of the request, and what was found out about him. */
struct candidate {
    const struct addition_facts *facts;
    const struct beneficiary *person;
    const struct addition_person *people; /* what was found out; of those before him: all of it */
    size_t index;                         /* in the request */
    int32_t coverage_from;
    bool is_affiliated; /* on coverage_from */
    bool is_duplicate;
};

static bool is_sante(const struct contract *contract) {
    return contract->category == CATEGORY_SANTE;
}

/* Only health contracts have rules for additions: for another one, which is refused all the same,
 * the day of the request is looked at. */
static int32_t rule_date(const struct addition_facts *facts, const struct beneficiary *person) {
    return is_sante(&facts->contract) ? coverage_from(&facts->contract.coverage_rule,
                                                      person->event_on, facts->submitted_on)
                                      : facts->submitted_on;
}

/* The same id, or the same names and birth date. */
static bool is_same_person(const struct beneficiary *person, struct slice beneficiary_id,
                           const struct covered_person *other) {
    const struct covered_person own = covered_person_of(person);
    return slice_equal(person->beneficiary_id, beneficiary_id) || covered_person_equal(&own, other);
}

/* Named twice in one request: the later one is too many. */
static bool is_named_before(const struct addition_facts *facts, size_t index) {
    const struct beneficiary *people = facts->request.beneficiaries.items;
    for (size_t i = 0; i < index; i++) {
        const struct covered_person earlier = covered_person_of(&people[i]);
        if (is_same_person(&people[index], people[i].beneficiary_id, &earlier)) {
            return true;
        }
    }
    return false;
}

static bool is_in_household(const struct addition_facts *facts, const struct beneficiary *person,
                            int32_t covered_from) {
    for (size_t i = 0; i < facts->household.count; i++) {
        const struct relative *relative = &facts->household.items[i];
        if (is_same_person(person, relative->beneficiary_id, &relative->person) &&
            reaches(facts, relative, covered_from)) {
            return true;
        }
    }
    return false;
}

/* When one person of the request is covered, and under which affiliation (NULL: none). */
static const struct affiliation *find_dates(const struct addition_facts *facts,
                                            const struct beneficiary *person, int32_t held_from,
                                            struct addition_person *found) {
    int32_t covered_from = held_from != DATE_NONE ? held_from : rule_date(facts, person);
    const struct affiliation *affiliation = affiliation_from(facts, covered_from);
    found->covered_until = facts->contract.ends_on;
    if (affiliation != NULL) {
        if (affiliation->effective_on > covered_from) {
            covered_from = affiliation->effective_on;
        }
        found->covered_until = cover_end(&facts->contract, affiliation);
    }
    found->coverage_from = covered_from;
    found->contribution_from = contribution_from(facts->contract.contribution_rule, covered_from);
    return affiliation;
}

/* One person of the request; those before him are judged. */
static struct candidate candidate_of(const struct addition_facts *facts,
                                     struct addition_person *people, size_t index) {
    const struct beneficiary *person = &facts->request.beneficiaries.items[index];
    struct candidate candidate = {
        .facts = facts,
        .person = person,
        .people = people,
        .index = index,
        .coverage_from = DATE_NONE,
        .is_duplicate = is_named_before(facts, index),
    };
    if (facts->is_insured_known && facts->has_contract) {
        int32_t held_from =
            facts->held_coverage.count > 0 ? facts->held_coverage.items[index] : DATE_NONE;
        candidate.is_affiliated = find_dates(facts, person, held_from, &people[index]) != NULL;
        candidate.coverage_from = people[index].coverage_from;
        candidate.is_duplicate |= is_in_household(facts, person, candidate.coverage_from);
    }
    return candidate;
}

int32_t eligibility_last_day(enum age_boundary boundary, int32_t birth_date, int32_t age) {
    int32_t birthday = date_birthday(birth_date, age);
    int year = date_civil(birthday).year;
    switch (boundary) {
    case AGE_BEFORE_BIRTHDAY:
        return birthday - 1;
    case AGE_THROUGH_BIRTHDAY:
        return birthday;
    case AGE_END_OF_CIVIL_YEAR:
        return date_of_civil(year, 12, 31);
    case AGE_END_OF_SCHOOL_YEAR: {
        int32_t end_of_august = date_of_civil(year, 8, 31);
        return birthday <= end_of_august ? end_of_august : date_of_civil(year + 1, 8, 31);
    }
    }
    assert(false && "an age boundary without a rule");
    return DATE_NONE;
}

static bool insured_is_not_active(const struct candidate *candidate) {
    return !candidate->is_affiliated;
}

static bool contract_is_of_another_category(const struct candidate *candidate) {
    return !is_sante(&candidate->facts->contract);
}

static bool contract_is_over(const struct candidate *candidate) {
    return contract_has_ended(&candidate->facts->contract, candidate->coverage_from);
}

static bool is_too_old(const struct candidate *candidate) {
    const struct eligibility *limits = &candidate->facts->contract.eligibility;
    const struct beneficiary *person = candidate->person;
    if (person->relation != RELATION_CHILD || person->situation == SITUATION_DISABLED) {
        return false;
    }
    int32_t age = person->situation == 0 ? limits->child_age : limits->student_age;
    return candidate->coverage_from >
           eligibility_last_day(limits->age_boundary, person->birth_date, age);
}

static bool is_partner(enum relation relation) {
    return relation == RELATION_SPOUSE || relation == RELATION_NON_DEPENDENT_SPOUSE;
}

/* Partners covered or waiting, and those named before him in the same request. */
static bool is_one_partner_too_many(const struct candidate *candidate) {
    const struct addition_facts *facts = candidate->facts;
    int32_t partners_max = facts->contract.eligibility.partners_max;
    if (!is_partner(candidate->person->relation) || partners_max == 0) {
        return false;
    }
    int32_t partners = 0;
    for (size_t i = 0; i < facts->household.count; i++) {
        const struct relative *relative = &facts->household.items[i];
        partners +=
            is_partner(relative->relation) && reaches(facts, relative, candidate->coverage_from);
    }
    for (size_t i = 0; i < candidate->index; i++) {
        const struct beneficiary *earlier = &facts->request.beneficiaries.items[i];
        bool is_duplicate =
            (candidate->people[i].reasons & REASON_BIT(REASON_DUPLICATE_BENEFICIARY)) != 0;
        partners += is_partner(earlier->relation) && !is_duplicate;
    }
    return partners >= partners_max;
}

static bool is_known_already(const struct candidate *candidate) {
    return candidate->is_duplicate;
}

/* More people than a household may have are not covered either: LIMIT_HOUSEHOLD bounds what is
 * priced. Whoever left before the month of the new cover is no longer counted. */
static bool household_is_full(const struct candidate *candidate) {
    const struct addition_facts *facts = candidate->facts;
    int32_t month = date_first_of_month(candidate->coverage_from);
    size_t people = facts->request.beneficiaries.count;
    for (size_t i = 0; i < facts->household.count; i++) {
        people += reaches(facts, &facts->household.items[i], month);
    }
    return people > LIMIT_HOUSEHOLD;
}

/* `other` is taken as it is: the contract has no word against it, and prices it by a line of its
 * own or by its tiers. A contract for no partner at all covers none. */
static bool relation_is_not_covered(const struct candidate *candidate) {
    const struct eligibility *limits = &candidate->facts->contract.eligibility;
    enum relation relation = candidate->person->relation;
    return (relation == RELATION_ASCENDANT && !limits->ascendants) ||
           (is_partner(relation) && limits->partners_max == 0) || household_is_full(candidate);
}

static bool nir_is_wrong(const struct candidate *candidate) {
    return slice_is_present(candidate->person->nir) && !nir_is_valid(candidate->person->nir);
}

static bool insured_is_unknown(const struct candidate *candidate) {
    return !candidate->facts->is_insured_known;
}

static bool contract_is_unknown(const struct candidate *candidate) {
    return !candidate->facts->has_contract;
}

/* Whose reason it is: of the request, or of the person. */
enum about { ABOUT_REQUEST, ABOUT_PERSON };

/* What has to be known for it to be judged. Only health contracts have rules for additions. */
enum needs {
    NEEDS_NOTHING = 0,
    NEEDS_CONTRACT = 1,
    NEEDS_INSURED = 2,
    NEEDS_SANTE = 4,
    NEEDS_COVER = NEEDS_CONTRACT | NEEDS_INSURED, /* dates of cover */
    NEEDS_RULES = NEEDS_COVER | NEEDS_SANTE,
};

static const struct eligibility_row {
    enum addition_reason reason;
    enum about about;
    enum needs needs;
    bool (*fails)(const struct candidate *candidate);
    struct rule rule;
} eligibility_rows[] = {
    /* clang-format off */
    {REASON_INSURED_UNKNOWN, ABOUT_REQUEST, NEEDS_NOTHING, insured_is_unknown,
     {"INSURED_UNKNOWN", "No insured of that id is known at this employer.",
      "FAQ question 6: beneficiaries of an affiliated employee"}},
    {REASON_INSURED_NOT_ACTIVE, ABOUT_REQUEST, NEEDS_COVER, insured_is_not_active,
     {"INSURED_NOT_ACTIVE",
      "The insured is not affiliated to the contract on the day cover would begin.",
      "contract: cover of relatives follows the insured's"}},
    {REASON_UNKNOWN_CONTRACT, ABOUT_REQUEST, NEEDS_NOTHING, contract_is_unknown,
     {"UNKNOWN_CONTRACT", "The employer has no contract of that number.",
      "contract administration"}},
    {REASON_CATEGORY_MISMATCH, ABOUT_REQUEST, NEEDS_CONTRACT, contract_is_of_another_category,
     {"CATEGORY_MISMATCH", "Beneficiaries are added to health contracts only.",
      "FAQ question 6; categories of contract"}},
    {REASON_CONTRACT_ENDED, ABOUT_REQUEST, NEEDS_COVER, contract_is_over,
     {"CONTRACT_ENDED", "The contract ends before cover would begin.", "contract: last day"}},
    {REASON_AGE_LIMIT, ABOUT_PERSON, NEEDS_RULES, is_too_old,
     {"AGE_LIMIT", "The child is past the contract's age limit on the day cover would begin.",
      "contract: eligibility"}},
    {REASON_PARTNER_ALREADY_COVERED, ABOUT_PERSON, NEEDS_RULES, is_one_partner_too_many,
     {"PARTNER_ALREADY_COVERED",
      "As many partners as the contract takes are covered, waiting or named before.",
      "contract: eligibility"}},
    {REASON_DUPLICATE_BENEFICIARY, ABOUT_PERSON, NEEDS_NOTHING, is_known_already,
     {"DUPLICATE_BENEFICIARY",
      "The person is covered or waiting already, or named twice; nothing else is said of him.",
      "contract: a person is covered once"}},
    {REASON_RELATION_NOT_COVERED, ABOUT_PERSON, NEEDS_RULES, relation_is_not_covered,
     {"RELATION_NOT_COVERED",
      "The contract does not take people of that relation, or the household is full.",
      "contract: eligibility"}},
    {REASON_INVALID_NIR, ABOUT_PERSON, NEEDS_NOTHING, nir_is_wrong,
     {"INVALID_NIR", "The social security number given is none; none is needed.",
      "INSEE: form and key of the NIR"}},
    /* clang-format on */
};

static unsigned known_of(const struct addition_facts *facts) {
    return (facts->is_insured_known ? NEEDS_INSURED : 0U) |
           (facts->has_contract ? NEEDS_CONTRACT : 0U) |
           (facts->has_contract && is_sante(&facts->contract) ? NEEDS_SANTE : 0U);
}

static bool is_to_be_judged(const struct eligibility_row *row, const struct candidate *candidate) {
    return ((unsigned)row->needs & ~known_of(candidate->facts)) == 0 &&
           (row->about == ABOUT_REQUEST || !candidate->is_duplicate ||
            row->reason == REASON_DUPLICATE_BENEFICIARY);
}

uint32_t eligibility_assess(const struct addition_facts *facts, struct addition_person *people) {
    size_t count = facts->request.beneficiaries.count;
    assert(count > 0 && count <= LIMIT_BENEFICIARIES);
    uint32_t reasons = 0;
    for (size_t i = 0; i < count; i++) {
        people[i] = (struct addition_person){DATE_NONE, DATE_NONE, DATE_NONE, 0};
        struct candidate candidate = candidate_of(facts, people, i);
        for (size_t j = 0; j < COUNT_OF(eligibility_rows); j++) {
            const struct eligibility_row *row = &eligibility_rows[j];
            if (is_to_be_judged(row, &candidate) && row->fails(&candidate)) {
                reasons |= REASON_BIT(row->reason);
                people[i].reasons |= row->about == ABOUT_PERSON ? REASON_BIT(row->reason) : 0;
            }
        }
    }
    return reasons;
}

const struct rule *eligibility_rule(size_t index) {
    return index < COUNT_OF(eligibility_rows) ? &eligibility_rows[index].rule : NULL;
}
