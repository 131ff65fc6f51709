/* What a change of a household costs: the counterfactual in one month, and the difference in each
 * month already due. Source: FAQ question 6 (impact on the employer's contribution); the insurer's
 * notice on contributions. Pure. */
#ifndef GUICHET_BENEFICIARY_AMOUNTS_H
#define GUICHET_BENEFICIARY_AMOUNTS_H

#include "workers/beneficiary/cover.h"

/* The difference in a month already due. */
struct regularisation {
    int32_t month; /* its first day */
    int64_t employer_delta_cents;
    int64_t employee_delta_cents;
};

/* Months made up for at most: 102 years, as an addition submitted from 2000 on may need until 2099.
 * Of a longer past only the latest are. */
enum { REGULARISATIONS_MAX = 1224 };

struct amounts {
    struct price before; /* in the month asked for */
    struct price after;
    enum pmss_status pmss_status;  /* the worst of the months needed */
    int64_t regularisation_cents;  /* employer's sum */
    bool is_changed;               /* total or employer's part, in any month looked at */
    bool is_employer_part_changed; /* the employer's part, in any month looked at */
    size_t regularisations_count;
    struct regularisation regularisations[REGULARISATIONS_MAX];
};

/* One side of a comparison: who is to be paid for. */
struct amounts_side {
    struct affiliation_list affiliations; /* of the insured; those to other contracts don't count */
    struct relative_list household;       /* those waiting don't count */
    struct relative_list newcomers;       /* counted besides */
    const size_t *removed;                /* which of the household leave … */
    size_t removed_count;
    int32_t removed_on; /* … and their last day covered */
};

/* The months looked at: `month` for the two prices; from `earliest` to `decided_on` those that are
 * regularised. Both are firsts of a month. */
struct amounts_span {
    int32_t month;
    int32_t earliest;
    int32_t decided_on;
};

/* With PMSS_MISSING the prices mean nothing. A month in which the insured is not affiliated on
 * either side is not counted. */
void amounts_compare(const struct contract *contract, const struct pmss_table *pmss,
                     const struct amounts_side *before, const struct amounts_side *after,
                     struct amounts_span span, struct amounts *amounts);

#endif
