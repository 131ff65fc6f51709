#include "workers/beneficiary/cover.h"

#include "common/base/compiler.h"

WORDS(relative_state_words, "covered", "waiting", "refused");

/* DATE_NONE is "open": later than any day. */
int32_t cover_earlier_end(int32_t a, int32_t b) {
    if (a == DATE_NONE || b == DATE_NONE) {
        return a == DATE_NONE ? b : a;
    }
    return a < b ? a : b;
}

bool cover_reaches(int32_t end, int32_t date) {
    return end == DATE_NONE || end >= date;
}

int32_t cover_end(const struct contract *contract, const struct affiliation *affiliation) {
    return cover_earlier_end(affiliation->ended_on, contract->ends_on);
}

const struct affiliation *cover_of_relative(const struct contract *contract,
                                            struct affiliation_list affiliations,
                                            const struct relative *relative) {
    const struct affiliation *own = NULL;
    for (size_t i = 0; i < affiliations.count; i++) {
        const struct affiliation *affiliation = &affiliations.items[i];
        if (slice_equal(affiliation->contract_id, contract->contract_id) &&
            affiliation->effective_on <= relative->coverage_from &&
            (own == NULL || affiliation->effective_on >= own->effective_on)) {
            own = affiliation;
        }
    }
    return own;
}

int32_t cover_end_of_relative(const struct contract *contract, struct affiliation_list affiliations,
                              const struct relative *relative) {
    const struct affiliation *own = cover_of_relative(contract, affiliations, relative);
    return own == NULL ? relative->removed_on
                       : cover_earlier_end(relative->removed_on, cover_end(contract, own));
}
