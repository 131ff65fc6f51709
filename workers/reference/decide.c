#include "workers/reference/reference.h"

#include <assert.h>

#include "common/base/compiler.h"

#define HIGHEST_WINS "pmss.published, calendar.published: the highest revision wins"

static const struct rule rules[] = {
    [REFERENCE_STORED - 1] = {"NEW_REVISION",
                              "The value is new or replaces a lower revision; what is open under "
                              "a calendar is measured anew.",
                              HIGHEST_WINS},
    [REFERENCE_STALE - 1] = {"STALE_REVISION", "A higher revision of the value is known.",
                             HIGHEST_WINS},
    [REFERENCE_REPEATED - 1] = {"REPEATED", "The same event came before: nothing happens again.",
                                "delivery at least once"},
    [REFERENCE_REUSED - 1] = {"ID_REUSED", "The revision was seen with another content.",
                              "contract of the input topics"},
};

const struct rule *reference_rule(size_t index) {
    return index < COUNT_OF(rules) ? &rules[index] : NULL;
}

void reference_decide(int32_t revision, const struct known_revision *known,
                      struct reference_decision *decision) {
    assert(revision >= 1);
    if (revision != known->revision) {
        decision->outcome = revision < known->revision ? REFERENCE_STALE : REFERENCE_STORED;
    } else {
        decision->outcome = known->is_same_content ? REFERENCE_REPEATED : REFERENCE_REUSED;
    }
    decision->rule = rules[decision->outcome - 1].code;
}
