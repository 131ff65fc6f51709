/* What a rule says, apart from how it is tested: printed by `guichet explain`, kept by code in the
 * journal. */
#ifndef GUICHET_BASE_RULE_H
#define GUICHET_BASE_RULE_H

struct rule {
    const char *code; /* a reason code of the contract, or the worker's own word for a path taken */
    const char *sentence; /* for people, in plain English */
    const char *source;   /* law article, FAQ question, clause of the insurer's rules */
};

/* How a subject's state changes: printed by `guichet explain --states`. */
struct transition {
    const char *from; /* NULL: the subject was not known */
    const char *event;
    const char *to; /* NULL: nothing is left of it */
    const char *sentence;
};

#endif
