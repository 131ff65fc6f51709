#include "workers/beneficiary/leaving.h"

#include <assert.h>

#include "common/base/compiler.h"

enum path {
    PATH_REMOVED,
    PATH_NOBODY_REMOVED,
    PATH_REMOVAL_REPEATED,
    PATH_AFFILIATION_ENDED,
    PATH_END_UNKNOWN,
    PATH_NOT_PRICED,
};
static const struct rule paths[] = {
    [PATH_REMOVED] = {"REMOVED", "The people are no longer covered after that day.",
                      "insurer: end of a beneficiary's cover"},
    [PATH_NOBODY_REMOVED] = {"NOBODY_REMOVED",
                             "None of the people is covered after that day: nothing changes.",
                             "insurer: end of a beneficiary's cover"},
    [PATH_REMOVAL_REPEATED] = {"REMOVAL_REPEATED", "The same removal came before: nothing is done.",
                               "at-least-once delivery"},
    [PATH_AFFILIATION_ENDED] = {"AFFILIATION_ENDED",
                                "The insured has left: nothing is due for him any more.",
                                "insurer: end of an affiliation"},
    [PATH_END_UNKNOWN] = {"END_UNKNOWN", "No such end of an affiliation, or told before.",
                          "a wake-up decides nothing"},
    [PATH_NOT_PRICED] = {"NOT_PRICED",
                         "No PMSS to price a month with: billing has to be told by hand.",
                         "the insurer's notice on contributions: their base is the PMSS"},
};

const struct rule *leaving_rule(size_t index) {
    return index < COUNT_OF(paths) ? &paths[index] : NULL;
}

static void note_rule(struct leaving_decision *decision, enum path path) {
    assert(decision->rules_count < LEAVING_RULES_MAX);
    decision->rules[decision->rules_count++] = paths[path].code;
}

/* Not the months: they are many, and their count says how many hold. */
static void clear(struct leaving_decision *decision) {
    decision->has_effect = decision->is_to_be_billed = false;
    decision->removed_count = 0;
    decision->from_month = DATE_NONE;
    decision->amounts.regularisations_count = 0;
    decision->rules_count = 0;
}

/* The first month in which somebody covered from `coverage_from` is not due, who leaves after
 * `last_day`. Whoever leaves before he is covered never is. */
static int32_t first_month_not_due(const struct contract *contract, int32_t coverage_from,
                                   int32_t last_day) {
    return last_day < coverage_from ? contribution_from(contract->contribution_rule, coverage_from)
                                    : date_first_of_next_month(last_day);
}

/* The one of that id who is covered and would be so after `removed_on`; NOBODY if there is none. */
#define NOBODY SIZE_MAX
static size_t find_covered(const struct removal_facts *facts, struct slice beneficiary_id) {
    size_t found = NOBODY;
    for (size_t i = 0; i < facts->household.count; i++) {
        const struct relative *relative = &facts->household.items[i];
        if (relative->state == RELATIVE_COVERED && relative->removed_on == DATE_NONE &&
            slice_equal(relative->beneficiary_id, beneficiary_id) &&
            cover_reaches(cover_end_of_relative(&facts->contract, facts->affiliations, relative),
                          facts->request.removed_on + 1) &&
            (found == NOBODY ||
             relative->coverage_from > facts->household.items[found].coverage_from)) {
            found = i;
        }
    }
    return found;
}

static bool is_listed(const struct leaving_decision *decision, size_t index) {
    for (size_t i = 0; i < decision->removed_count; i++) {
        if (decision->removed[i] == index) {
            return true;
        }
    }
    return false;
}

static void find_removed(const struct removal_facts *facts, struct leaving_decision *decision) {
    for (size_t i = 0; i < facts->request.beneficiary_ids.count; i++) {
        size_t index = find_covered(facts, facts->request.beneficiary_ids.items[i]);
        if (index == NOBODY || is_listed(decision, index)) {
            continue;
        }
        int32_t month =
            first_month_not_due(&facts->contract, facts->household.items[index].coverage_from,
                                facts->request.removed_on);
        decision->removed[decision->removed_count++] = index;
        decision->from_month = decision->from_month == DATE_NONE || month < decision->from_month
                                   ? month
                                   : decision->from_month;
    }
}

static void conclude(struct leaving_decision *decision, enum path path) {
    decision->has_effect = true;
    note_rule(decision, path);
    if (decision->amounts.pmss_status == PMSS_MISSING) {
        note_rule(decision, PATH_NOT_PRICED);
        return;
    }
    decision->is_to_be_billed = decision->amounts.is_changed;
}

void removal_decide(const struct removal_facts *facts, struct leaving_decision *decision) {
    clear(decision);
    if (facts->is_repeated) {
        note_rule(decision, PATH_REMOVAL_REPEATED);
        return;
    }
    if (facts->is_insured_known && facts->has_contract) {
        find_removed(facts, decision);
    }
    if (decision->removed_count == 0) {
        note_rule(decision, PATH_NOBODY_REMOVED);
        return;
    }
    const struct amounts_side before = {.affiliations = facts->affiliations,
                                        .household = facts->household};
    struct amounts_side after = before;
    after.removed = decision->removed;
    after.removed_count = decision->removed_count;
    after.removed_on = facts->request.removed_on;
    amounts_compare(
        &facts->contract, &facts->pmss, &before, &after,
        (struct amounts_span){decision->from_month, decision->from_month, facts->decided_on},
        &decision->amounts);
    conclude(decision, PATH_REMOVED);
}

void leaver_decide(const struct leaver_facts *facts, struct leaving_decision *decision) {
    clear(decision);
    const struct affiliation *affiliation = &facts->affiliation;
    if (!facts->has_affiliation || !facts->has_contract ||
        facts->told_end == affiliation->ended_on) {
        note_rule(decision, PATH_END_UNKNOWN);
        return;
    }
    struct affiliation known = *affiliation;
    known.ended_on = facts->told_end;
    const struct amounts_side before = {.affiliations = {&known, 1}, .household = facts->household};
    const struct amounts_side after = {.affiliations = {affiliation, 1},
                                       .household = facts->household};
    /* A corrected end changes the months between the two. */
    const int32_t first_end = cover_earlier_end(facts->told_end, affiliation->ended_on);
    decision->from_month =
        first_month_not_due(&facts->contract, affiliation->effective_on, first_end);
    amounts_compare(
        &facts->contract, &facts->pmss, &before, &after,
        (struct amounts_span){decision->from_month, decision->from_month, facts->decided_on},
        &decision->amounts);
    conclude(decision, PATH_AFFILIATION_ENDED);
}
