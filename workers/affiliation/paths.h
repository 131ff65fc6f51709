/* What happens to a request, or to an employee's account, apart from the reasons of a refusal: the
 * paths that a decision takes, kept in the journal by their codes. */
#ifndef GUICHET_AFFILIATION_PATHS_H
#define GUICHET_AFFILIATION_PATHS_H

#include <stddef.h>

#include "common/base/rule.h"

enum affiliation_path {
    PATH_REPEATED,
    PATH_WAITING,
    PATH_CANCELLED,
    PATH_UNDER_REVIEW,
    PATH_REVIEW_ACCEPTED,
    PATH_REVIEW_REJECTED,
    PATH_REVIEW_RETURNED,
    PATH_DISPENSED,
    PATH_EMAIL,
    PATH_LETTER,
    PATH_EXISTING,
    PATH_AT_RISK, /* the four milestones, in the order of enum milestone */
    PATH_BREACHED,
    PATH_ESCALATED_1,
    PATH_ESCALATED_2,
    PATH_RESCHEDULED,
    PATH_KEPT,
    PATH_NO_EFFECT,
    PATH_ACTIVATED,
    PATH_BOUNCED,
    PATH_LINK_EXPIRED,
    PATH_NO_ADDRESS,
    PATH_EMPLOYER_MAIL,
    PATH_ENDED,
    PATH_END_CORRECTED,
    PATH_NEVER_BEGAN,
    PATH_REFRESHED,
    PATH_ERASED,
    PATH_SUBJECT_UNKNOWN, /* told by the shell */
    AFFILIATION_PATHS,
};

/* In the order of the enum. */
extern const struct rule affiliation_paths[AFFILIATION_PATHS];

#endif
