/* The rules of a decision on an affiliation request, as rows: what each is tested by, what it says
 * and what follows if it holds. decide.c tries them. */
#ifndef GUICHET_AFFILIATION_RULES_H
#define GUICHET_AFFILIATION_RULES_H

#include "workers/affiliation/affiliation.h"

/* What it means that a rule's predicate holds. */
enum consequence {
    REFUSES_OUTRIGHT, /* rejected, and no other kind of rule is tried */
    REJECTS,          /* rejected, with all others of this kind */
    RETURNS,          /* if nothing rejects: sent back, with all others of this kind */
    DOUBTS,           /* if nothing else stops it: to be reviewed, with all others of this kind */
    WARNS,            /* a warning whatever the outcome */
    CONSEQUENCES_COUNT,
};

struct affiliation_rule_row {
    struct rule rule;
    enum affiliation_reason reason;
    bool (*holds)(const struct affiliation_facts *facts);
    enum consequence consequence;
};

enum { AFFILIATION_RULE_ROWS = AFFILIATION_REASONS_END - 1 };

/* One row for each reason, in the order of the enum. */
extern const struct affiliation_rule_row affiliation_rules[AFFILIATION_RULE_ROWS];

/* No contract of that number, of an employer that can be one. */
bool rule_contract_is_unknown(const struct affiliation_facts *facts);

/* The employee has one, in any state. */
bool rule_has_account(const struct affiliation_facts *facts);

#endif
