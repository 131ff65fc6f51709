/* Who leaves: beneficiaries removed from an insured's cover, and an insured whose affiliation ends.
 * Billing is told of the months no longer due; the employer gets no e-mail. Pure, like
 * beneficiary.h.
 *
 * Source: FAQ question 6 (what the employer pays follows from who is covered). */
#ifndef GUICHET_BENEFICIARY_LEAVING_H
#define GUICHET_BENEFICIARY_LEAVING_H

#include "common/base/rule.h"
#include "workers/beneficiary/amounts.h"

/* Data of beneficiary.removed. */
struct removal {
    struct slice removal_id;
    struct slice siren;
    struct slice insured_id;
    struct slice contract_id;
    struct slice_list beneficiary_ids; /* 1..LIMIT_BENEFICIARIES */
    int32_t removed_on;                /* last day covered */
};

struct removal_facts {
    struct removal request;
    bool is_repeated; /* the same id with the same content was seen before */
    int32_t decided_on;
    bool is_insured_known;
    struct affiliation_list affiliations;
    bool has_contract;
    struct contract contract;
    struct relative_list household;
    struct pmss_table pmss;
};

/* An affiliation that has ended. */
struct leaver_facts {
    struct slice siren;
    struct slice insured_id;
    int32_t told_end; /* the end that billing knows of; DATE_NONE: none yet */
    int32_t decided_on;
    bool has_affiliation;
    struct affiliation affiliation; /* the one that ended */
    bool has_contract;
    struct contract contract;
    struct relative_list household; /* the people who came under it */
    struct pmss_table pmss;
};

enum { LEAVING_RULES_MAX = 2 };

/* Of one or the other. */
struct leaving_decision {
    bool has_effect;
    size_t removed[LIMIT_BENEFICIARIES]; /* which of the household are no longer covered */
    size_t removed_count;
    int32_t from_month;     /* the first in which somebody is no longer due */
    bool is_to_be_billed;   /* amounts are known, and differ */
    struct amounts amounts; /* with an effect only */
    const char *rules[LEAVING_RULES_MAX];
    size_t rules_count;
};

void removal_decide(const struct removal_facts *facts, struct leaving_decision *decision);

void leaver_decide(const struct leaver_facts *facts, struct leaving_decision *decision);

/* All rules about leaving: NULL past the end. */
const struct rule *leaving_rule(size_t index);

#endif
