/* What the reference worker reads as descriptor rows, and the facts its journal keeps. It writes no
 * events: what it stores is read by the workers that decide with it. */
#ifndef GUICHET_REFERENCE_MESSAGES_H
#define GUICHET_REFERENCE_MESSAGES_H

#include "common/record/message.h"
#include "common/runtime/shell_input.h"
#include "workers/reference/reference.h"

/* After those of the shell. */
enum reference_input {
    INPUT_PMSS_PUBLISHED = SHELL_INPUTS,
    INPUT_CALENDAR_PUBLISHED,
    REFERENCE_INPUTS
};
extern const struct input_type reference_inputs[REFERENCE_INPUTS];

extern const struct shape pmss_facts_shape;     /* struct pmss_facts */
extern const struct shape calendar_facts_shape; /* struct calendar_facts */

#endif
