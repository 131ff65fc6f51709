/* The ways a decision of this worker can take besides a refusal, as rules of their own. */
#ifndef GUICHET_ACCOUNT_PATHS_H
#define GUICHET_ACCOUNT_PATHS_H

#include "workers/account/account.h"

enum account_path {
    PATH_REPEATED,
    PATH_ID_REUSED,
    PATH_STALE_REVISION,
    PATH_NEW_REVISION,
    PATH_WAITING,
    PATH_REGISTERED,
    PATH_DECLARED,
    PATH_SIBLING,
    PATH_LATE_SIBLING,
    PATH_CONFLICT,
    PATH_MERGED,
    PATH_TOGETHER,
    ACCOUNT_PATHS,
};
extern const struct rule account_paths[ACCOUNT_PATHS];

/* What the rules of this worker come from. */
#define QUESTION_1 "question 1: bringing accounts together"
#define QUESTION_2 "question 2: sibling contracts"

/* The refusals of a registration and of a merge, in the order of the reasons; NULL past the end.
 * A code that both know is listed once, with the registrations'. */
const struct rule *registration_refusal(size_t index);
const struct rule *merge_refusal(size_t index);

#endif
