/* What the termination worker reads and writes, as descriptor rows: the inputs and the outputs with
 * their structs, and the facts the journal keeps. Names and bounds are those of schemas/messages
 * (tested). */
#ifndef GUICHET_TERMINATION_MESSAGES_H
#define GUICHET_TERMINATION_MESSAGES_H

#include "common/base/uuid.h"
#include "common/record/message.h"
#include "common/runtime/shell_input.h"
#include "workers/termination/termination.h"

enum termination_input { /* after those of the shell */
                         INPUT_JOURNEY_STARTED = SHELL_INPUTS,
                         INPUT_STEP_COMPLETED,
                         INPUT_CONFIRMED,
                         INPUT_JOURNEY_ABANDONED,
                         INPUT_WITHDRAWAL,
                         TERMINATION_INPUTS,
};

enum { TERMINATION_OUTPUTS = 5 };

enum journey_step { STEP_IDENTIFIED = 1, STEP_RECAP };
extern const struct words journey_step_words;

/* Data of termination.step-completed. */
struct step_completed {
    struct slice journey_id;
    struct slice siren;
    struct slice contract_id;
    struct slice user_id;
    int64_t at;
    enum journey_step step;
};

struct termination_reason_list {
    const enum termination_reason *items;
    size_t count;
};

struct termination_notified {
    struct slice journey_id;
    struct slice siren;
    struct slice contract_id;
    int64_t received_at;
    enum legal_basis legal_basis;
    int32_t effective_on;
};

struct termination_rejected {
    struct slice journey_id;
    struct slice siren;
    struct slice contract_id;
    struct termination_reason_list reasons;
};

struct termination_withdrawn {
    struct slice journey_id;
    struct slice siren;
    struct slice contract_id;
    int64_t withdrawn_at;
};

/* Data of employer.termination-receipt: an e-mail to the contract's contacts. */
struct termination_receipt {
    struct slice siren;
    struct uuid notification_id;
    struct slice journey_id;
    struct slice_list to;
    struct slice contract_id;
    int64_t received_at;
    int32_t effective_on;
    enum legal_basis legal_basis;
};

extern const struct input_type termination_inputs[TERMINATION_INPUTS];
extern const struct output_type *const termination_outputs[TERMINATION_OUTPUTS];

extern const struct output_type output_termination_notified;
extern const struct output_type output_termination_rejected;
extern const struct output_type output_termination_withdrawn;
extern const struct output_type output_termination_receipt;

/* What is kept of events, and read again. */
extern const struct shape withdrawal_shape;   /* struct journey_signal */
extern const struct shape confirmation_shape; /* struct confirmation */

/* Facts, as the journal keeps them. */
extern const struct shape journey_facts_shape;
extern const struct shape termination_facts_shape;
extern const struct shape withdrawal_facts_shape;

#endif
