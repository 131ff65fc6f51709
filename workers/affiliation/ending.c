#include "workers/affiliation/ending.h"

#include <assert.h>
#include <string.h>

#include "common/base/compiler.h"

/* How an affiliation may be meant by the day told, the surest first. */

static bool covers(const struct affiliation_term *term, int32_t day) {
    return term->effective_on <= day && (term->ended_on == DATE_NONE || day <= term->ended_on);
}

static bool is_to_begin(const struct affiliation_term *term, int32_t day) {
    return term->ended_on == DATE_NONE && day < term->effective_on;
}

static bool has_begun(const struct affiliation_term *term, int32_t day) {
    return term->effective_on <= day;
}

static bool is_any(const struct affiliation_term *term UNUSED, int32_t day UNUSED) {
    return true;
}

/* Of several that may be meant alike, the latest or the first to begin. */
static const struct {
    bool (*may_be)(const struct affiliation_term *term, int32_t day);
    bool is_latest;
} meanings[] = {
    {covers, true},
    {is_to_begin, false},
    {has_begun, true},
    {is_any, false},
};

static bool find(const struct ending_facts *facts, size_t meaning, size_t *index) {
    const struct affiliation_term *best = NULL;
    for (size_t i = 0; i < facts->terms.count; i++) {
        const struct affiliation_term *term = &facts->terms.items[i];
        if (!meanings[meaning].may_be(term, facts->ending.ended_on)) {
            continue;
        }
        const bool is_better =
            best == NULL || (meanings[meaning].is_latest ? term->effective_on >= best->effective_on
                                                         : term->effective_on < best->effective_on);
        if (is_better) {
            best = term;
            *index = i;
        }
    }
    return best != NULL;
}

static void take(struct ending_decision *decision, enum affiliation_path path) {
    decision->rules[decision->rules_count++] = affiliation_paths[path].code;
}

void ending_decide(const struct ending_facts *facts, struct ending_decision *decision) {
    assert(facts->terms.count > 0);
    memset(decision, 0, sizeof(*decision));
    for (size_t i = 0; i < COUNT_OF(meanings) && !find(facts, i, &decision->index); i++) {
    }
    const struct affiliation_term *term = &facts->terms.items[decision->index];
    decision->has_effect = term->ended_on != facts->ending.ended_on;
    if (!decision->has_effect) {
        take(decision, PATH_NO_EFFECT);
        return;
    }
    take(decision, term->ended_on == DATE_NONE ? PATH_ENDED : PATH_END_CORRECTED);
    if (facts->ending.ended_on < term->effective_on) {
        take(decision, PATH_NEVER_BEGAN);
    }
}
