/* What affiliation reads and writes, as descriptor rows: the input, the outputs with the structs
 * they are written from, and the facts the journal keeps. Names and bounds are those of
 * schemas/messages (tested). */
#ifndef GUICHET_AFFILIATION_MESSAGES_H
#define GUICHET_AFFILIATION_MESSAGES_H

#include "common/record/message.h"
#include "workers/affiliation/affiliation.h"

struct affiliation_accepted {
    struct slice request_id;
    struct slice siren;
    struct slice root_request_id;
    struct slice contract_id;
    struct uuid insured_id;
    enum channel channel;
    int32_t effective_on;
    struct affiliation_reason_list warnings;
    int64_t decided_at;
    enum affiliation_account account;
    bool has_sla;
    struct sla sla;
};

/* Data of rejected and of returned. */
struct affiliation_refused {
    struct slice request_id;
    struct slice siren;
    struct slice root_request_id;
    struct slice contract_id;
    enum channel channel;
    struct affiliation_reason_list reasons;
    struct affiliation_reason_list warnings;
    int64_t decided_at;
    bool has_sla;
    struct sla sla;
};

struct affiliation_waived {
    struct slice request_id;
    struct slice siren;
    struct slice root_request_id;
    struct slice contract_id;
    enum channel channel;
    struct slice dispensation_code;
    struct affiliation_reason_list warnings;
    int64_t decided_at;
    bool has_sla;
    struct sla sla;
};

/* One employee in the list of employees (FAQ question 5). */
struct roster_entry {
    struct slice siren;
    struct slice contract_id;
    struct uuid insured_id;
    struct slice family_name;
    struct slice_list given_names;
    enum channel channel;
    int32_t effective_on;
    int32_t ended_on;
    struct slice option;
    int32_t beneficiary_count;
    int32_t version;
    int64_t as_of;
};

/* One online request in the tracking of requests (FAQ question 5). */
struct tracking_entry {
    struct slice request_id;
    struct slice siren;
    struct slice contract_id;
    enum channel channel;
    int64_t submitted_at;
    enum affiliation_status status;
    struct affiliation_reason_list reasons;
    int64_t due_at;
    int64_t decided_at;
    struct slice display_name;
    int32_t version;
};

enum locale { LOCALE_FR_FR = 1 };
extern const struct words locale_words;

struct activation_email {
    struct slice siren;
    struct uuid notification_id;
    struct uuid insured_id;
    struct slice to;
    struct slice display_name;
    struct slice activation_token; /* the payload; signed when published */
    int64_t expires_at;
    enum locale locale;
};

enum letter_cause {
    LETTER_NO_EMAIL = 1,
    LETTER_INVALID_EMAIL,
    LETTER_BOUNCED,
    LETTER_LINK_EXPIRED,
};
extern const struct words letter_cause_words;

extern const struct words sla_class_words; /* the two online channels */

struct account_letter {
    struct slice siren;
    struct uuid notification_id;
    struct uuid insured_id;
    struct slice name;
    struct address address;
    enum letter_cause cause;
};

/* Facts of a request that was seen before: who it is about is not kept a second time. */
struct affiliation_repeat {
    struct slice siren;
    struct slice request_id;
    int64_t first_decided_at;
};

enum affiliation_input { INPUT_AFFILIATION_REQUESTED = 1 };

enum { AFFILIATION_INPUTS = 1, AFFILIATION_OUTPUTS = 8 };
extern const struct input_type affiliation_inputs[AFFILIATION_INPUTS];
extern const struct output_type *const affiliation_outputs[AFFILIATION_OUTPUTS];

extern const struct output_type output_affiliation_accepted;
extern const struct output_type output_affiliation_rejected;
extern const struct output_type output_affiliation_returned;
extern const struct output_type output_affiliation_waived;
extern const struct output_type output_roster_entry;
extern const struct output_type output_tracking_entry;
extern const struct output_type output_activation_email;
extern const struct output_type output_account_letter;

extern const struct shape affiliation_facts_shape;  /* struct affiliation_facts */
extern const struct shape affiliation_repeat_shape; /* struct affiliation_repeat */

#endif
