#include <assert.h>

#include "common/base/compiler.h"
#include "common/base/identifiers.h"
#include "workers/beneficiary/beneficiary.h"

/* DATE_NONE is "open": later than any day. */
static int32_t earlier_end(int32_t a, int32_t b) {
    if (a == DATE_NONE || b == DATE_NONE) {
        return a == DATE_NONE ? b : a;
    }
    return a < b ? a : b;
}

static bool reaches(int32_t end, int32_t date) {
    return end == DATE_NONE || end >= date;
}

int32_t eligibility_end_of(const struct contract *contract, const struct affiliation *affiliation) {
    return earlier_end(affiliation->ended_on, contract->ends_on);
}

int32_t eligibility_end_of_relative(const struct addition_facts *facts,
                                    const struct relative *relative) {
    const struct affiliation *own = NULL;
    for (size_t i = 0; i < facts->affiliations.count; i++) {
        const struct affiliation *affiliation = &facts->affiliations.items[i];
        if (slice_equal(affiliation->contract_id, facts->request.contract_id) &&
            affiliation->effective_on <= relative->coverage_from &&
            (own == NULL || affiliation->effective_on > own->effective_on)) {
            own = affiliation;
        }
    }
    return own == NULL
               ? relative->removed_on
               : earlier_end(relative->removed_on, eligibility_end_of(facts->contract, own));
}

/* True if `a` is the one a request is about rather than `b`: of those still open on the day of the
 * submission the first, else the last one that was. */
static bool is_rather(const struct affiliation *a, const struct affiliation *b,
                      int32_t submitted_on) {
    bool a_is_current = reaches(a->ended_on, submitted_on);
    bool b_is_current = reaches(b->ended_on, submitted_on);
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
            reaches(affiliation->ended_on, from) &&
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
    return is_sante(facts->contract) ? coverage_from(&facts->contract->coverage_rule,
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

static bool has_duplicate(const struct addition_facts *facts, size_t index, int32_t covered_from) {
    const struct beneficiary *person = &facts->request.beneficiaries.items[index];
    for (size_t i = 0; i < facts->household.count; i++) {
        const struct relative *relative = &facts->household.items[i];
        if (is_same_person(person, relative->beneficiary_id, &relative->person) &&
            reaches(eligibility_end_of_relative(facts, relative), covered_from)) {
            return true;
        }
    }
    return is_named_before(facts, index);
}

/* Dates of one person of the request; those before him are judged. */
static struct candidate candidate_of(const struct addition_facts *facts,
                                     struct addition_person *people, size_t index) {
    struct addition_person *found = &people[index];
    const struct beneficiary *person = &facts->request.beneficiaries.items[index];
    int32_t covered_from = rule_date(facts, person);
    const struct affiliation *affiliation = affiliation_from(facts, covered_from);
    found->covered_until = facts->contract->ends_on;
    if (affiliation != NULL) {
        if (affiliation->effective_on > covered_from) {
            covered_from = affiliation->effective_on;
        }
        found->covered_until = eligibility_end_of(facts->contract, affiliation);
    }
    found->coverage_from = covered_from;
    found->contribution_from = contribution_from(facts->contract->contribution_rule, covered_from);
    return (struct candidate){
        .facts = facts,
        .person = person,
        .people = people,
        .index = index,
        .coverage_from = covered_from,
        .is_affiliated = affiliation != NULL,
        .is_duplicate = has_duplicate(facts, index, covered_from),
    };
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
    return !is_sante(candidate->facts->contract);
}

static bool contract_is_over(const struct candidate *candidate) {
    return contract_has_ended(candidate->facts->contract, candidate->coverage_from);
}

static bool is_too_old(const struct candidate *candidate) {
    const struct eligibility *limits = &candidate->facts->contract->eligibility;
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
    int32_t partners_max = facts->contract->eligibility.partners_max;
    if (!is_partner(candidate->person->relation) || partners_max == 0) {
        return false;
    }
    int32_t partners = 0;
    for (size_t i = 0; i < facts->household.count; i++) {
        const struct relative *relative = &facts->household.items[i];
        partners += is_partner(relative->relation) &&
                    reaches(eligibility_end_of_relative(facts, relative), candidate->coverage_from);
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
        people += reaches(eligibility_end_of_relative(facts, &facts->household.items[i]), month);
    }
    return people > LIMIT_HOUSEHOLD;
}

/* `other` is taken as it is: the contract has no word against it, and prices it by a line of its
 * own or by its tiers. A contract for no partner at all covers none. */
static bool relation_is_not_covered(const struct candidate *candidate) {
    const struct eligibility *limits = &candidate->facts->contract->eligibility;
    enum relation relation = candidate->person->relation;
    return (relation == RELATION_ASCENDANT && !limits->ascendants) ||
           (is_partner(relation) && limits->partners_max == 0) || household_is_full(candidate);
}

static bool nir_is_wrong(const struct candidate *candidate) {
    return slice_is_present(candidate->person->nir) && !nir_is_valid(candidate->person->nir);
}

/* about: whose reason it is, and when it is looked for. The first two end the search: without an
 * insured or a contract nothing else can be judged. */
enum about { ABOUT_FACTS, ABOUT_CONTRACT, ABOUT_PERSON, ABOUT_PERSON_OF_SANTE };

static const struct eligibility_row {
    enum addition_reason reason;
    enum about about;
    bool (*fails)(const struct candidate *candidate); /* NULL: ABOUT_FACTS */
    struct rule rule;
} eligibility_rows[] = {
    {REASON_INSURED_UNKNOWN,
     ABOUT_FACTS,
     NULL,
     {"INSURED_UNKNOWN", "No insured of that id is known at this employer.",
      "FAQ question 6: beneficiaries of an affiliated employee"}},
    {REASON_INSURED_NOT_ACTIVE,
     ABOUT_CONTRACT,
     insured_is_not_active,
     {"INSURED_NOT_ACTIVE",
      "The insured is not affiliated to the contract on the day cover would begin.",
      "contract: cover of relatives follows the insured's"}},
    {REASON_UNKNOWN_CONTRACT,
     ABOUT_FACTS,
     NULL,
     {"UNKNOWN_CONTRACT", "The employer has no contract of that number.",
      "contract administration"}},
    {REASON_CATEGORY_MISMATCH,
     ABOUT_CONTRACT,
     contract_is_of_another_category,
     {"CATEGORY_MISMATCH", "Beneficiaries are added to health contracts only.",
      "FAQ question 6; categories of contract"}},
    {REASON_CONTRACT_ENDED,
     ABOUT_CONTRACT,
     contract_is_over,
     {"CONTRACT_ENDED", "The contract ends before cover would begin.", "contract: last day"}},
    {REASON_AGE_LIMIT,
     ABOUT_PERSON_OF_SANTE,
     is_too_old,
     {"AGE_LIMIT", "The child is past the contract's age limit on the day cover would begin.",
      "contract: eligibility"}},
    {REASON_PARTNER_ALREADY_COVERED,
     ABOUT_PERSON_OF_SANTE,
     is_one_partner_too_many,
     {"PARTNER_ALREADY_COVERED",
      "As many partners as the contract takes are covered, waiting or named before.",
      "contract: eligibility"}},
    {REASON_DUPLICATE_BENEFICIARY,
     ABOUT_PERSON,
     is_known_already,
     {"DUPLICATE_BENEFICIARY",
      "The person is covered or waiting already, or named twice; nothing else is said of him.",
      "contract: a person is covered once"}},
    {REASON_RELATION_NOT_COVERED,
     ABOUT_PERSON_OF_SANTE,
     relation_is_not_covered,
     {"RELATION_NOT_COVERED",
      "The contract does not take people of that relation, or the household is full.",
      "contract: eligibility"}},
    {REASON_INVALID_NIR,
     ABOUT_PERSON,
     nir_is_wrong,
     {"INVALID_NIR", "The social security number given is none; none is needed.",
      "INSEE: form and key of the NIR"}},
};

static bool is_about_him(const struct eligibility_row *row, const struct candidate *candidate) {
    if (candidate->is_duplicate && row->reason != REASON_DUPLICATE_BENEFICIARY) {
        return false;
    }
    return row->about == ABOUT_PERSON ||
           (row->about == ABOUT_PERSON_OF_SANTE && is_sante(candidate->facts->contract));
}

uint32_t eligibility_assess(const struct addition_facts *facts, struct addition_person *people) {
    size_t count = facts->request.beneficiaries.count;
    assert(count > 0 && count <= LIMIT_BENEFICIARIES);
    for (size_t i = 0; i < count; i++) {
        people[i] = (struct addition_person){DATE_NONE, DATE_NONE, DATE_NONE, 0};
    }
    if (!facts->is_insured_known) {
        return REASON_BIT(REASON_INSURED_UNKNOWN);
    }
    if (facts->contract == NULL) {
        return REASON_BIT(REASON_UNKNOWN_CONTRACT);
    }
    uint32_t reasons = 0;
    for (size_t i = 0; i < count; i++) {
        struct candidate candidate = candidate_of(facts, people, i);
        for (size_t j = 0; j < COUNT_OF(eligibility_rows); j++) {
            const struct eligibility_row *row = &eligibility_rows[j];
            if (is_about_him(row, &candidate) && row->fails(&candidate)) {
                people[i].reasons |= REASON_BIT(row->reason);
            } else if (row->about == ABOUT_CONTRACT && row->fails(&candidate)) {
                reasons |= REASON_BIT(row->reason);
            }
        }
        reasons |= people[i].reasons;
    }
    return reasons;
}

const struct rule *eligibility_rule(size_t index) {
    return index < COUNT_OF(eligibility_rows) ? &eligibility_rows[index].rule : NULL;
}
