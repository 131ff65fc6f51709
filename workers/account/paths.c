#include "workers/account/paths.h"

#include "common/base/compiler.h"

const struct rule account_paths[ACCOUNT_PATHS] = {
    [PATH_REPEATED] = {"REPEATED", "The same event came before: nothing happens again.",
                       "delivery at least once"},
    [PATH_ID_REUSED] = {"ID_REUSED", "The id, or the revision, was seen with another content.",
                        "contract of the input topics"},
    [PATH_STALE_REVISION] = {"STALE_REVISION", "A higher revision of the contract is known.",
                             "contract.upserted: the highest revision wins"},
    [PATH_NEW_REVISION] = {"NEW_REVISION", "The contract is new or replaces a lower revision.",
                           "contract.upserted: the highest revision wins"},
    [PATH_WAITING] = {"WAITING",
                      "A declared contract number is not known yet: it may still be on its way.",
                      QUESTION_2},
    [PATH_REGISTERED] = {"REGISTERED", "The account belongs to this employer and category.",
                         QUESTION_2},
    [PATH_DECLARED] = {"DECLARED", "A declared contract that nobody held is attached.", QUESTION_2},
    [PATH_SIBLING] = {"SIBLING",
                      "The employer's other running contracts of the category are attached too.",
                      QUESTION_2},
    [PATH_LATE_SIBLING] = {"LATE_SIBLING",
                           "A contract that became attachable goes to the employer's oldest "
                           "account of its category.",
                           QUESTION_2},
    [PATH_CONFLICT] = {"CONFLICT", "A contract that another account holds stays there.",
                       QUESTION_2},
    [PATH_MERGED] = {"MERGED", "The other account goes on as a name of the one logged in with.",
                     QUESTION_1},
    [PATH_TOGETHER] = {"TOGETHER", "The two accounts were brought together before.", QUESTION_1},
};

static size_t count_of(const struct rule *(*rule)(size_t index)) {
    size_t count = 0;
    while (rule(count) != NULL) {
        count++;
    }
    return count;
}

const struct rule *account_rule(size_t index) {
    const struct rule *(*const refusals[])(size_t) = {registration_refusal, merge_refusal};
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        const size_t count = count_of(refusals[i]);
        if (index < count) {
            return refusals[i](index);
        }
        index -= count;
    }
    return index < COUNT_OF(account_paths) ? &account_paths[index] : NULL;
}

static const struct transition transitions[] = {
    {NULL, "registration.submitted", "registration_waiting",
     "A declared number is not known: it is looked at again when a contract comes."},
    {NULL, "registration.submitted", "registration_accepted",
     "All numbers are known and good: what is free is attached."},
    {NULL, "registration.submitted", "registration_rejected",
     "One thing is wrong: nothing is attached."},
    {"registration_waiting", "contract.upserted", "registration_accepted",
     "The last number that was missing has come."},
    {"registration_waiting", "contract.upserted", "registration_rejected",
     "The last number that was missing has come, and something else is wrong."},
    {"registration_waiting", "grace ended", "registration_rejected",
     "A number is still not known."},
    {NULL, "registration.accepted", "account_open",
     "The first registration of an account id makes the account."},
    {"account_open", "account.merge-requested", "account_alias",
     "It goes up in another account, and its id stands for that one from then on."},
    {NULL, "contract.upserted", "contract_free", "The employer has no account of its category."},
    {NULL, "contract.upserted", "contract_attached",
     "It goes to the oldest account of its category, unless it has ended."},
    {"contract_free", "contract.upserted", "contract_attached",
     "A later revision makes it attachable: it runs again, or changed its category."},
    {"contract_free", "registration.accepted", "contract_attached",
     "It is declared, or a sibling of what is."},
};

const struct transition *account_transition(size_t index) {
    return index < COUNT_OF(transitions) ? &transitions[index] : NULL;
}
