#include "workers/commands/rules_print.h"

#include <stdio.h>

/* A name that Mermaid takes for a state. */
static const char *state_or_edge(const char *state) {
    return state == NULL ? "[*]" : state;
}

void rules_print(const struct worker *worker) {
    printf("| code | rule | source |\n|---|---|---|\n");
    for (size_t i = 0; worker->rule(i) != NULL; i++) {
        const struct rule *rule = worker->rule(i);
        printf("| `%s` | %s | %s |\n", rule->code, rule->sentence, rule->source);
    }
}

void states_print(const struct worker *worker) {
    printf("stateDiagram-v2\n");
    if (worker->transition == NULL) {
        printf("%%%% its subjects have no states\n");
    }
    for (size_t i = 0; worker->transition != NULL && worker->transition(i) != NULL; i++) {
        const struct transition *transition = worker->transition(i);
        printf("    %s --> %s: %s\n", state_or_edge(transition->from),
               state_or_edge(transition->to), transition->event);
    }
    for (size_t i = 0; worker->transition != NULL && worker->transition(i) != NULL; i++) {
        const struct transition *transition = worker->transition(i);
        printf("%%%% %s, %s: %s\n", state_or_edge(transition->from), transition->event,
               transition->sentence);
    }
}
