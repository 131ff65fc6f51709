/* What an operator may decide about a partition, by its verdict. Pure; one table: what is not in it
 * is refused. A remedy moves the two markers; what follows is the business of the verdict that the
 * partition then gets. */
#ifndef GUICHET_RUNTIME_REMEDY_H
#define GUICHET_RUNTIME_REMEDY_H

#include "common/base/error.h"
#include "common/base/words.h"
#include "common/runtime/verdict.h"

enum remedy_action {
    REMEDY_ADOPT = 1, /* take the world as it is found */
    REMEDY_REPUBLISH, /* publish again from the store */
};
extern const struct words remedy_action_words;

/* What an action would be, by what is seen. */
struct remedy_question {
    enum remedy_action action;
    int64_t from_offset; /* -1: not said */
    int64_t reach;       /* first input that the journal still holds of it; -1: none */
};

struct remedy_plan {
    bool moves_p; /* else progress stays as it is */
    bool is_new_incarnation;
    int64_t p;
    int64_t c;            /* is committed */
    int64_t publish_from; /* before that, [publish_from, old p) is published; -1: nothing */
};

/* ERROR_INVALID with a sentence if the verdict does not call for the action, or if it cannot be
 * done as asked. */
MUST_CHECK bool remedy_plan(const struct remedy_question *question, const struct markers *markers,
                            struct remedy_plan *plan, struct error *err);

/* What the action would do to a partition with these markers; NULL: it is refused. */
const char *remedy_sentence(enum remedy_action action, const struct markers *markers);

/* The verdict that a remedy is asked for: whether the outputs of a running partition are just under
 * way makes no difference. */
enum verdict remedy_verdict(const struct markers *markers);

#endif
