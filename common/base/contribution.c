#include "common/base/contribution.h"

#include <assert.h>

#include "common/base/money.h"

static bool is_first_of_month(int32_t date) {
    return date_first_of_month(date) == date;
}

enum pmss_status pmss_find(const struct pmss_table *table, enum territory territory, int32_t month,
                           int32_t *amount_eur) {
    const struct pmss *latest = NULL;
    for (size_t i = 0; i < table->count; i++) {
        const struct pmss *pmss = &table->items[i];
        if (pmss->territory == territory && pmss->valid_from <= month &&
            (latest == NULL || pmss->valid_from > latest->valid_from)) {
            latest = pmss;
        }
    }
    if (latest == NULL) {
        return PMSS_MISSING;
    }
    *amount_eur = latest->amount_eur;
    bool is_of_this_year = date_civil(latest->valid_from).year == date_civil(month).year;
    return is_of_this_year ? PMSS_KNOWN : PMSS_PROVISIONAL;
}

/* The rule says on which days of the month being covered makes the month due: its first day, or
 * any. Covered and counting days must meet; somebody removed before he was covered has none. */
bool contribution_is_due(enum contribution_rule rule, int32_t coverage_from, int32_t removed_on,
                         int32_t month) {
    assert(is_first_of_month(month));
    int32_t counts_until =
        rule == CONTRIBUTION_FULL_ENTRY_MONTH ? date_last_of_month(month) : month;
    int32_t first = coverage_from > month ? coverage_from : month;
    int32_t last = removed_on != DATE_NONE && removed_on < counts_until ? removed_on : counts_until;
    return first <= last;
}

static struct price line_price(int32_t rate_ppm, int32_t amount_cents, int32_t employer_ppm,
                               int32_t pmss_eur) {
    assert((rate_ppm == AMOUNT_NONE) != (amount_cents == AMOUNT_NONE));
    int64_t total = amount_cents != AMOUNT_NONE ? amount_cents : money_of_rate(pmss_eur, rate_ppm);
    return (struct price){total, money_share(total, employer_ppm)};
}

/* Lines valid on the month and met by the number of persons first; of these the greatest
 * `from_persons`, and of several revisions of that tier the latest. NULL if none is left. */
static const struct tier *tier_of(const struct tier_list *tiers, enum scheme scheme,
                                  int32_t counted_persons, int32_t month) {
    const struct tier *best = NULL;
    for (size_t i = 0; i < tiers->count; i++) {
        const struct tier *tier = &tiers->items[i];
        if (tier->scheme != scheme || tier->valid_from > month ||
            tier->from_persons > counted_persons) {
            continue;
        }
        if (best == NULL || tier->from_persons > best->from_persons ||
            (tier->from_persons == best->from_persons && tier->valid_from > best->valid_from)) {
            best = tier;
        }
    }
    return best;
}

/* Whatever its scheme and date: a relation priced by person never counts for tiers. */
static bool relation_has_line(const struct person_line_list *lines, enum relation relation) {
    for (size_t i = 0; i < lines->count; i++) {
        if (lines->items[i].relation == relation) {
            return true;
        }
    }
    return false;
}

/* The line of the person's relation and own scheme, the latest valid on the month; NULL if none. */
static const struct person_line *line_of(const struct person_line_list *lines,
                                         const struct household_person *person, int32_t month) {
    const struct person_line *latest = NULL;
    for (size_t i = 0; i < lines->count; i++) {
        const struct person_line *line = &lines->items[i];
        if (line->relation == person->relation && line->scheme == person->scheme &&
            line->valid_from <= month &&
            (latest == NULL || line->valid_from > latest->valid_from)) {
            latest = line;
        }
    }
    return latest;
}

/* The order in which children are counted for `free_from_child`. */
static bool comes_before(const struct household_person *a, const struct household_person *b) {
    if (a->coverage_from != b->coverage_from) {
        return a->coverage_from < b->coverage_from;
    }
    if (a->birth_date != b->birth_date) {
        return a->birth_date < b->birth_date;
    }
    return slice_compare(a->beneficiary_id, b->beneficiary_id) < 0;
}

/* `lines[i]` is the line of `persons[i]`. Only children that have one count; they are few, so the
 * rank of each is counted anew. */
static bool is_free_child(const struct pricing *pricing, const struct household_person *persons,
                          const struct person_line *const *lines, size_t count, size_t index) {
    if (pricing->free_from_child == 0 || persons[index].relation != RELATION_CHILD) {
        return false;
    }
    int32_t rank = 1;
    for (size_t i = 0; i < count; i++) {
        if (lines[i] != NULL && persons[i].relation == RELATION_CHILD &&
            comes_before(&persons[i], &persons[index])) {
            rank++;
        }
    }
    return rank >= pricing->free_from_child;
}

struct price contribution_price(const struct pricing *pricing, enum scheme insured_scheme,
                                const struct household_person *persons, size_t count, int32_t month,
                                int32_t pmss_eur) {
    assert(count <= CONTRIBUTION_PERSONS_MAX);
    assert(is_first_of_month(month));
    const struct person_line *lines[CONTRIBUTION_PERSONS_MAX];
    int32_t counted_persons = 1;
    for (size_t i = 0; i < count; i++) {
        lines[i] = line_of(&pricing->persons, &persons[i], month);
        counted_persons += !relation_has_line(&pricing->persons, persons[i].relation);
    }
    /* Not only a contract without tiers of that scheme: also one whose tiers of it begin later. */
    const struct tier *tier = tier_of(&pricing->tiers, insured_scheme, counted_persons, month);
    if (tier == NULL) {
        tier = tier_of(&pricing->tiers, SCHEME_GENERAL, counted_persons, month);
    }
    struct price price = {0, 0};
    if (tier != NULL) {
        price = line_price(tier->rate_ppm, tier->amount_cents, tier->employer_ppm, pmss_eur);
    }
    for (size_t i = 0; i < count; i++) {
        if (lines[i] == NULL || is_free_child(pricing, persons, lines, count, i)) {
            continue;
        }
        struct price own = line_price(lines[i]->rate_ppm, lines[i]->amount_cents,
                                      lines[i]->employer_ppm, pmss_eur);
        price.total_cents += own.total_cents;
        price.employer_cents += own.employer_cents;
    }
    return price;
}

int32_t coverage_from(const struct coverage_rule *rule, int32_t event_on, int32_t submitted_on) {
    switch (rule->kind) {
    case COVERAGE_EVENT_WITHIN_MONTHS:
        assert(event_on != DATE_NONE);
        return submitted_on <= date_add_months(event_on, rule->months)
                   ? event_on
                   : date_first_of_next_month(submitted_on);
    case COVERAGE_NEXT_MONTH:
        return date_first_of_next_month(submitted_on);
    case COVERAGE_REQUEST_DATE:
        return submitted_on;
    case COVERAGE_CUTOFF_DAY:
        return date_civil(submitted_on).day <= rule->day ? date_first_of_month(submitted_on)
                                                         : date_first_of_next_month(submitted_on);
    }
    assert(false && "a coverage kind without a rule");
    return DATE_NONE;
}

int32_t contribution_from(enum contribution_rule rule, int32_t covered_from) {
    if (rule == CONTRIBUTION_FULL_ENTRY_MONTH || is_first_of_month(covered_from)) {
        return date_first_of_month(covered_from);
    }
    return date_first_of_next_month(covered_from);
}
