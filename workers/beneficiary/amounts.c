#include <assert.h>

#include "workers/beneficiary/beneficiary.h"

/* Flat amounts don't depend on the PMSS: a contract of them alone needs none. */
static bool pricing_needs_pmss(const struct pricing *pricing) {
    for (size_t i = 0; i < pricing->tiers.count; i++) {
        if (pricing->tiers.items[i].rate_ppm != AMOUNT_NONE) {
            return true;
        }
    }
    for (size_t i = 0; i < pricing->persons.count; i++) {
        if (pricing->persons.items[i].rate_ppm != AMOUNT_NONE) {
            return true;
        }
    }
    return false;
}

/* The affiliation by which the month is due; NULL: the month is not counted. */
static const struct affiliation *affiliation_of_month(const struct addition_facts *facts,
                                                      int32_t month) {
    const struct contract *contract = facts->contract;
    const struct affiliation *latest = NULL;
    for (size_t i = 0; i < facts->affiliations.count; i++) {
        const struct affiliation *affiliation = &facts->affiliations.items[i];
        if (slice_equal(affiliation->contract_id, facts->request.contract_id) &&
            contribution_is_due(contract->contribution_rule, affiliation->effective_on,
                                eligibility_end_of(contract, affiliation), month) &&
            (latest == NULL || affiliation->effective_on > latest->effective_on)) {
            latest = affiliation;
        }
    }
    return latest;
}

/* Those of the household who are due in the month; who waits is not. */
static size_t household_of_month(const struct addition_facts *facts, int32_t month,
                                 struct household_person *persons) {
    size_t count = 0;
    for (size_t i = 0; i < facts->household.count; i++) {
        const struct relative *relative = &facts->household.items[i];
        int32_t end = eligibility_end_of_relative(facts, relative);
        if (relative->state != RELATIVE_COVERED ||
            !contribution_is_due(facts->contract->contribution_rule, relative->coverage_from, end,
                                 month)) {
            continue;
        }
        assert(count < LIMIT_HOUSEHOLD); /* eligibility refuses more */
        persons[count++] = (struct household_person){
            relative->beneficiary_id,    relative->relation,      relative->scheme,
            relative->person.birth_date, relative->coverage_from, end,
        };
    }
    return count;
}

static size_t newcomers_of_month(const struct addition_facts *facts,
                                 const struct addition_person *people, int32_t month,
                                 struct household_person *persons) {
    size_t count = 0;
    for (size_t i = 0; i < facts->request.beneficiaries.count; i++) {
        const struct beneficiary *person = &facts->request.beneficiaries.items[i];
        if (contribution_is_due(facts->contract->contribution_rule, people[i].coverage_from,
                                people[i].covered_until, month)) {
            persons[count++] = (struct household_person){
                person->beneficiary_id, person->relation,        person->scheme,
                person->birth_date,     people[i].coverage_from, people[i].covered_until,
            };
        }
    }
    return count;
}

/* Prices a month without and with the new people. False if it is not counted: prices are 0 then.
 * Keeps the worst PMSS status; with PMSS_MISSING prices mean nothing. */
static bool price_month(const struct addition_facts *facts, const struct addition_person *people,
                        int32_t month, struct price *before, struct price *after,
                        enum pmss_status *worst) {
    const struct contract *contract = facts->contract;
    const struct affiliation *affiliation = affiliation_of_month(facts, month);
    *before = *after = (struct price){0, 0};
    if (affiliation == NULL) {
        return false;
    }
    int32_t pmss_eur = 0;
    if (pricing_needs_pmss(&contract->pricing)) {
        enum pmss_status status = pmss_find(&facts->pmss, contract->territory, month, &pmss_eur);
        *worst = status > *worst ? status : *worst;
    }
    struct household_person persons[CONTRIBUTION_PERSONS_MAX];
    size_t count = household_of_month(facts, month, persons);
    *before = contribution_price(&contract->pricing, affiliation->scheme, persons, count, month,
                                 pmss_eur);
    count += newcomers_of_month(facts, people, month, &persons[count]);
    *after = contribution_price(&contract->pricing, affiliation->scheme, persons, count, month,
                                pmss_eur);
    return true;
}

static void note_difference(struct addition_amounts *amounts, const struct price *before,
                            const struct price *after) {
    bool is_employer_part_changed = before->employer_cents != after->employer_cents;
    amounts->is_employer_part_changed |= is_employer_part_changed;
    amounts->is_changed |= is_employer_part_changed || before->total_cents != after->total_cents;
}

static void regularise(const struct addition_facts *facts, const struct addition_person *people,
                       int32_t month, struct addition_amounts *amounts) {
    struct price before;
    struct price after;
    if (!price_month(facts, people, month, &before, &after, &amounts->pmss_status)) {
        return;
    }
    note_difference(amounts, &before, &after);
    assert(amounts->regularisations_count < REGULARISATIONS_MAX);
    int64_t employer_delta = after.employer_cents - before.employer_cents;
    amounts->regularisations[amounts->regularisations_count++] = (struct regularisation){
        month,
        employer_delta,
        after.total_cents - before.total_cents - employer_delta,
    };
    amounts->regularisation_cents += employer_delta;
}

void amounts_compute(const struct addition_facts *facts, const struct addition_person *people,
                     int32_t contribution_from, struct addition_amounts *amounts) {
    amounts->pmss_status = PMSS_KNOWN;
    amounts->is_changed = amounts->is_employer_part_changed = false;
    amounts->regularisation_cents = 0;
    amounts->regularisations_count = 0;
    price_month(facts, people, contribution_from, &amounts->before, &amounts->after,
                &amounts->pmss_status);
    note_difference(amounts, &amounts->before, &amounts->after);

    int32_t month = contribution_from;
    for (size_t i = 0; i < facts->request.beneficiaries.count; i++) {
        month = people[i].contribution_from < month ? people[i].contribution_from : month;
    }
    for (; month <= facts->decided_on; month = date_first_of_next_month(month)) {
        regularise(facts, people, month, amounts);
    }
}
