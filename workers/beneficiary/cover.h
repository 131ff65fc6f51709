/* Who is covered by a contract, and until when: an insured's affiliations to it and the people
 * beside him. Pure. */
#ifndef GUICHET_BENEFICIARY_COVER_H
#define GUICHET_BENEFICIARY_COVER_H

#include "common/base/contribution.h"

/* An insured's cover by a contract, as the affiliation worker keeps it. */
struct affiliation {
    struct slice contract_id;
    struct slice request_id;
    enum channel channel;
    enum scheme scheme;
    int32_t effective_on;
    int32_t ended_on; /* last day covered, or DATE_NONE */
    int64_t accepted_at;
};

struct affiliation_list {
    const struct affiliation *items;
    size_t count;
};

/* covered: by the contract, now or later; waiting: asked for, the addition is held; refused: asked
 * for in vain, which is of no interest to a decision. */
enum relative_state { RELATIVE_COVERED = 1, RELATIVE_WAITING, RELATIVE_REFUSED };
extern const struct words relative_state_words;

/* Somebody beside the insured under the contract asked for. */
struct relative {
    struct slice beneficiary_id;
    enum relative_state state;
    enum relation relation;
    enum scheme scheme;
    int32_t coverage_from;
    int32_t removed_on; /* last day covered, or DATE_NONE */
    struct covered_person person;
};

struct relative_list {
    const struct relative *items;
    size_t count;
};

/* End of an affiliation, or of its contract if that is earlier; DATE_NONE: open. */
int32_t cover_end(const struct contract *contract, const struct affiliation *affiliation);

/* The affiliation to the contract under which a relative came; NULL if there is none. A rehire
 * starts without the people of an earlier affiliation; of two that begin on one day, the first of
 * which never did, the later accepted counts. */
const struct affiliation *cover_of_relative(const struct contract *contract,
                                            struct affiliation_list affiliations,
                                            const struct relative *relative);

/* Last day on which a relative is covered: removed, or the end of the affiliation he came under;
 * DATE_NONE: open. */
int32_t cover_end_of_relative(const struct contract *contract, struct affiliation_list affiliations,
                              const struct relative *relative);

/* True if an end is not before that date. */
bool cover_reaches(int32_t end, int32_t date);

/* The earlier of two ends. */
int32_t cover_earlier_end(int32_t a, int32_t b);

#endif
