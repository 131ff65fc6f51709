/* The account worker's events as descriptor rows: what comes in, what goes out, and the facts that
 * the journal keeps. The published schemas say the same; a test compares them. */
#ifndef GUICHET_ACCOUNT_MESSAGES_H
#define GUICHET_ACCOUNT_MESSAGES_H

#include "common/record/message.h"
#include "common/runtime/shell_input.h"
#include "workers/account/account.h"

/* After those of the shell. */
enum account_input {
    INPUT_CONTRACT_UPSERTED = SHELL_INPUTS,
    INPUT_REGISTRATION_SUBMITTED,
    INPUT_MERGE_REQUESTED,
    ACCOUNT_INPUTS,
};
extern const struct input_type account_inputs[ACCOUNT_INPUTS];

struct attachment_list {
    const struct attachment *items;
    size_t count;
};

struct reason_list {
    const enum registration_reason *items;
    size_t count;
};

struct registration_accepted {
    struct slice registration_id;
    struct slice siren;
    struct slice account_id; /* the survivor's after a merge */
    enum category category;
    struct attachment_list attached;
    struct slice_list conflicts; /* contract ids */
};

struct registration_rejected {
    struct slice registration_id;
    struct slice siren;
    struct slice account_id;
    enum category category;
    struct reason_list reasons;
};

struct account_merged {
    struct slice merge_id;
    struct slice siren;
    struct slice survivor_account_id;
    struct slice absorbed_account_id;
    struct category_list categories;
    struct slice_list contract_ids;
};

struct merge_rejected {
    struct slice merge_id;
    struct slice siren;
    struct slice session_account_id;
    struct slice other_account_id;
    struct reason_list reasons;
};

struct contract_attached {
    struct slice siren;
    struct slice account_id;
    struct slice contract_id;
    enum category category;
    enum attachment_cause cause;
    struct slice trigger_id; /* the registration, or for a late sibling the contract itself */
    int64_t at;
};

struct attachment_conflict {
    struct slice siren;
    struct slice account_id;
    struct slice contract_id;
    struct slice holder_account_id;
};

extern const struct output_type registration_accepted_output;
extern const struct output_type registration_rejected_output;
extern const struct output_type contract_attached_output;
extern const struct output_type attachment_conflict_output;
extern const struct output_type account_merged_output;
extern const struct output_type merge_rejected_output;

enum { ACCOUNT_OUTPUTS = 6 };
extern const struct output_type *const account_outputs[ACCOUNT_OUTPUTS];

extern const struct shape registration_shape; /* what is kept of one that waits */

/* The journal's view of a decision: struct registration_facts, contract_facts, merge_facts. */
extern const struct shape registration_facts_shape;
extern const struct shape contract_facts_shape;
extern const struct shape merge_facts_shape;

#endif
