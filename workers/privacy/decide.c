#include "workers/privacy/privacy.h"

#include <assert.h>

#include "common/base/compiler.h"

WORDS(privacy_wish_words, "erasure", "access");
WORDS(privacy_kind_words, "identity", "recognition", "account", "affiliations", "requests",
      "request_contents", "beneficiaries", "additions", "addition_contents", "roster", "tracking",
      "decisions", "messages", "dead_letters");

#define ERASURE "RGPD, art. 17"

static const struct rule rules[] = {
    [PRIVACY_ERASED - 1] = {"PERSON_ERASED",
                            "The keys of the person's data are deleted; dates and counts stay.",
                            ERASURE},
    [PRIVACY_NOTHING_LEFT -
        1] = {"NOTHING_LEFT", "Nothing personal is left: the person was erased before.", ERASURE},
    [PRIVACY_REPORTED - 1] = {"HOLDINGS_REPORTED", "The kinds of data that are held are told.",
                              "RGPD, art. 15"},
    [PRIVACY_UNKNOWN - 1] = {"PERSON_UNKNOWN", "The id names nobody at this employer.",
                             "RGPD, art. 15 and 17"},
    [PRIVACY_REPEATED - 1] = {"REPEATED", "The same request came before: nothing happens again.",
                              "delivery at least once"},
    [PRIVACY_REUSED - 1] = {"ID_REUSED", "The id was seen with another wish or content.",
                            "contract of the input topics"},
};

static const struct transition transitions[] = {
    {"held", "privacy.access-requested", "held", "The kinds of data that are held are told."},
    {"held", "privacy.erasure-requested", "erased",
     "The keys are deleted, open requests are cancelled, published entries are withdrawn."},
    {"erased", "privacy.access-requested", "erased", "What is left is told: dates and counts."},
    {"erased", "privacy.erasure-requested", "erased", "Nothing is left to erase."},
    {"erased", "affiliation.requested", "held",
     "The person is not recognised: a new one, with an id and keys of its own."},
};

const struct rule *privacy_rule(size_t index) {
    return index < COUNT_OF(rules) ? &rules[index] : NULL;
}

const struct transition *privacy_transition(size_t index) {
    return index < COUNT_OF(transitions) ? &transitions[index] : NULL;
}

bool privacy_kind_goes(enum privacy_kind kind) {
    return kind != PRIVACY_ACCOUNT && kind != PRIVACY_AFFILIATIONS && kind != PRIVACY_REQUESTS &&
           kind != PRIVACY_ADDITIONS;
}

static enum privacy_outcome outcome_of(const struct privacy_facts *facts, bool is_anything_left) {
    if (facts->known.is_seen) {
        return facts->known.is_same ? PRIVACY_REPEATED : PRIVACY_REUSED;
    }
    if (!facts->is_found) {
        return PRIVACY_UNKNOWN;
    }
    if (facts->wish == PRIVACY_ACCESS) {
        return PRIVACY_REPORTED;
    }
    return is_anything_left ? PRIVACY_ERASED : PRIVACY_NOTHING_LEFT;
}

void privacy_decide(const struct privacy_facts *facts, struct privacy_decision *decision) {
    *decision = (struct privacy_decision){0};
    assert(facts->held.count <= PRIVACY_KINDS);
    assert(facts->is_found || facts->held.count == 0);
    for (size_t i = 0; i < facts->held.count; i++) {
        if (privacy_kind_goes(facts->held.items[i].kind)) {
            decision->erased[decision->erased_count++] = facts->held.items[i].kind;
        }
    }
    decision->outcome = outcome_of(facts, decision->erased_count > 0);
    if (decision->outcome != PRIVACY_ERASED) {
        decision->erased_count = 0;
    }
    decision->rule = rules[decision->outcome - 1].code;
}
