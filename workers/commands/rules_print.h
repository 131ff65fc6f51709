/* A worker's tables as it prints them itself: rules as a Markdown table, states as a Mermaid
 * diagram with a sentence for each change. */
#ifndef GUICHET_COMMANDS_RULES_PRINT_H
#define GUICHET_COMMANDS_RULES_PRINT_H

#include "common/runtime/worker.h"

void rules_print(const struct worker *worker);
void states_print(const struct worker *worker);

#endif
