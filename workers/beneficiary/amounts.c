#include "workers/beneficiary/amounts.h"

#include <assert.h>

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
static const struct affiliation *affiliation_of_month(const struct contract *contract,
                                                      struct affiliation_list affiliations,
                                                      int32_t month) {
    const struct affiliation *latest = NULL;
    for (size_t i = 0; i < affiliations.count; i++) {
        const struct affiliation *affiliation = &affiliations.items[i];
        if (slice_equal(affiliation->contract_id, contract->contract_id) &&
            contribution_is_due(contract->contribution_rule, affiliation->effective_on,
                                cover_end(contract, affiliation), month) &&
            (latest == NULL || affiliation->effective_on > latest->effective_on)) {
            latest = affiliation;
        }
    }
    return latest;
}

static bool is_removed(const struct amounts_side *side, size_t index) {
    for (size_t i = 0; i < side->removed_count; i++) {
        if (side->removed[i] == index) {
            return true;
        }
    }
    return false;
}

static size_t count_if_due(const struct contract *contract, const struct relative *relative,
                           int32_t end, int32_t month, struct household_person *persons,
                           size_t count) {
    if (!contribution_is_due(contract->contribution_rule, relative->coverage_from, end, month)) {
        return count;
    }
    assert(count < CONTRIBUTION_PERSONS_MAX); /* eligibility refuses more */
    persons[count] = (struct household_person){
        relative->beneficiary_id,    relative->relation,      relative->scheme,
        relative->person.birth_date, relative->coverage_from, end,
    };
    return count + 1;
}

static size_t persons_of_month(const struct contract *contract, const struct amounts_side *side,
                               int32_t month, struct household_person *persons) {
    size_t count = 0;
    for (size_t i = 0; i < side->household.count; i++) {
        const struct relative *relative = &side->household.items[i];
        int32_t end = cover_end_of_relative(contract, side->affiliations, relative);
        if (is_removed(side, i)) {
            end = cover_earlier_end(end, side->removed_on);
        }
        if (relative->state == RELATIVE_COVERED) {
            count = count_if_due(contract, relative, end, month, persons, count);
        }
    }
    for (size_t i = 0; i < side->newcomers.count; i++) {
        const struct relative *relative = &side->newcomers.items[i];
        count = count_if_due(contract, relative,
                             cover_end_of_relative(contract, side->affiliations, relative), month,
                             persons, count);
    }
    return count;
}

static struct price price_of_month(const struct contract *contract, const struct amounts_side *side,
                                   const struct affiliation *affiliation, int32_t month,
                                   int32_t pmss_eur) {
    struct household_person persons[CONTRIBUTION_PERSONS_MAX];
    if (affiliation == NULL) {
        return (struct price){0, 0};
    }
    size_t count = persons_of_month(contract, side, month, persons);
    return contribution_price(&contract->pricing, affiliation->scheme, persons, count, month,
                              pmss_eur);
}

/* What the months of one comparison share. */
struct comparison {
    const struct contract *contract;
    const struct pmss_table *pmss;
    const struct amounts_side *before;
    const struct amounts_side *after;
    struct amounts *amounts;
};

/* Prices a month on both sides and notes a difference. False if it is not counted. */
static bool compare_month(const struct comparison *comparison, int32_t month, struct price *before,
                          struct price *after) {
    const struct contract *contract = comparison->contract;
    struct amounts *amounts = comparison->amounts;
    const struct affiliation *affiliation_before =
        affiliation_of_month(contract, comparison->before->affiliations, month);
    const struct affiliation *affiliation_after =
        affiliation_of_month(contract, comparison->after->affiliations, month);
    *before = *after = (struct price){0, 0};
    if (affiliation_before == NULL && affiliation_after == NULL) {
        return false;
    }
    int32_t pmss_eur = 0;
    if (pricing_needs_pmss(&contract->pricing)) {
        enum pmss_status status =
            pmss_find(comparison->pmss, contract->territory, month, &pmss_eur);
        amounts->pmss_status = status > amounts->pmss_status ? status : amounts->pmss_status;
    }
    *before = price_of_month(contract, comparison->before, affiliation_before, month, pmss_eur);
    *after = price_of_month(contract, comparison->after, affiliation_after, month, pmss_eur);
    bool is_employer_part_changed = before->employer_cents != after->employer_cents;
    amounts->is_employer_part_changed |= is_employer_part_changed;
    amounts->is_changed |= is_employer_part_changed || before->total_cents != after->total_cents;
    return true;
}

static void regularise(const struct comparison *comparison, int32_t month) {
    struct amounts *amounts = comparison->amounts;
    struct price before;
    struct price after;
    if (!compare_month(comparison, month, &before, &after)) {
        return;
    }
    assert(amounts->regularisations_count < REGULARISATIONS_MAX);
    int64_t employer_delta = after.employer_cents - before.employer_cents;
    amounts->regularisations[amounts->regularisations_count++] = (struct regularisation){
        month,
        employer_delta,
        after.total_cents - before.total_cents - employer_delta,
    };
    amounts->regularisation_cents += employer_delta;
}

void amounts_compare(const struct contract *contract, const struct pmss_table *pmss,
                     const struct amounts_side *before, const struct amounts_side *after,
                     struct amounts_span span, struct amounts *amounts) {
    const struct comparison comparison = {contract, pmss, before, after, amounts};
    amounts->pmss_status = PMSS_KNOWN;
    amounts->is_changed = amounts->is_employer_part_changed = false;
    amounts->regularisation_cents = 0;
    amounts->regularisations_count = 0;
    compare_month(&comparison, span.month, &amounts->before, &amounts->after);
    int32_t first = date_add_months(date_first_of_month(span.decided_on), 1 - REGULARISATIONS_MAX);
    for (int32_t month = span.earliest > first ? span.earliest : first; month <= span.decided_on;
         month = date_first_of_next_month(month)) {
        regularise(&comparison, month);
    }
}
