/* What the privacy worker reads and writes, as descriptor rows, and the facts its journal keeps.
 * None of it is personal: people are named by ids that are made from nothing personal. */
#ifndef GUICHET_PRIVACY_MESSAGES_H
#define GUICHET_PRIVACY_MESSAGES_H

#include "common/record/message.h"
#include "common/runtime/shell_input.h"
#include "workers/privacy/privacy.h"

/* Data of privacy.erased. */
struct privacy_erased {
    struct slice privacy_request_id;
    struct slice siren;
    struct slice subject; /* the id that was named */
    bool found;
    struct privacy_kind_list erased_kinds;
    int64_t at;
};

/* Data of privacy.report. */
struct privacy_report {
    struct slice privacy_request_id;
    struct slice siren;
    bool found;
    struct privacy_holding_list held;
};

/* After those of the shell. */
enum privacy_input { INPUT_ERASURE_REQUESTED = SHELL_INPUTS, INPUT_ACCESS_REQUESTED };

enum { PRIVACY_INPUTS = 5, PRIVACY_OUTPUTS = 2 };
extern const struct input_type privacy_inputs[PRIVACY_INPUTS];
extern const struct output_type *const privacy_outputs[PRIVACY_OUTPUTS];

extern const struct output_type output_privacy_erased;
extern const struct output_type output_privacy_report;

extern const struct shape privacy_request_shape; /* struct privacy_request */
extern const struct shape privacy_facts_shape;   /* struct privacy_facts */

#endif
