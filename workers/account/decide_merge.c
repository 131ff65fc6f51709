#include "workers/account/account.h"

#include "common/base/compiler.h"
#include "common/base/identifiers.h"
#include "workers/account/paths.h"

WORDS(account_standing_words, "unknown", "own", "foreign");
WORDS(merge_outcome_words, "merged", "rejected", "together");

static bool invalid_siren(const struct merge_facts *facts) {
    return !siren_is_valid(facts->request.siren);
}

static bool unknown_account(const struct merge_facts *facts) {
    return facts->session_standing == ACCOUNT_UNKNOWN || facts->other_standing == ACCOUNT_UNKNOWN;
}

/* An alias of the session's account is another identifier: that is `together`. */
static bool same_account(const struct merge_facts *facts) {
    return slice_equal(facts->request.session_account_id, facts->request.other_account_id);
}

static bool owner_mismatch(const struct merge_facts *facts) {
    return facts->session_standing == ACCOUNT_FOREIGN || facts->other_standing == ACCOUNT_FOREIGN;
}

/* Every way in which a merge is refused, in the order of the reasons. The first is also one of a
 * registration's. */
static const struct refusal {
    struct rule rule;
    enum registration_reason reason;
    bool (*applies)(const struct merge_facts *facts);
} refusals[] = {
    {{"INVALID_SIREN", "The SIREN does not satisfy its checksum.", "INSEE, Luhn's formula"},
     REGISTRATION_INVALID_SIREN,
     invalid_siren},
    {{"UNKNOWN_ACCOUNT", "One of the two identifiers was never registered.", QUESTION_1},
     REGISTRATION_UNKNOWN_ACCOUNT,
     unknown_account},
    {{"SAME_ACCOUNT", "An account cannot be merged with itself.", QUESTION_1},
     REGISTRATION_SAME_ACCOUNT,
     same_account},
    {{"OWNER_MISMATCH", "One of the two accounts belongs to another employer.", QUESTION_1},
     REGISTRATION_OWNER_MISMATCH,
     owner_mismatch},
};
_Static_assert(COUNT_OF(refusals) == MERGE_REASONS_MAX, "a rule for every reason");

const struct rule *merge_refusal(size_t index) {
    return index + 1 < COUNT_OF(refusals) ? &refusals[index + 1].rule : NULL;
}

static void take(struct merge_decision *decision, enum merge_outcome outcome,
                 enum account_path path) {
    decision->outcome = outcome;
    decision->rules[decision->rules_count++] = account_paths[path].code;
}

void merge_decide(const struct merge_facts *facts, struct merge_decision *decision) {
    *decision = (struct merge_decision){0};
    if (facts->sighting == SIGHTING_SAME_CONTENT) {
        take(decision, MERGE_REPEATED, PATH_REPEATED);
        return;
    }
    if (facts->sighting == SIGHTING_OTHER_CONTENT) {
        take(decision, MERGE_REUSED, PATH_ID_REUSED);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        if (refusals[i].applies(facts)) {
            decision->outcome = MERGE_REJECTED;
            decision->reasons[decision->reasons_count++] = refusals[i].reason;
            decision->rules[decision->rules_count++] = refusals[i].rule.code;
        }
    }
    if (decision->reasons_count > 0) {
        return;
    }
    if (slice_equal(facts->session_survivor_id, facts->other_survivor_id)) {
        take(decision, MERGE_TOGETHER, PATH_TOGETHER);
    } else {
        take(decision, MERGE_DONE, PATH_MERGED);
    }
}
