/* Dead letters, and what operators do about them: what the files of `guichet dlq` share. A dead
 * letter is named by the place at which its record came in, <topic>/<partition>/<offset>. */
#ifndef GUICHET_COMMANDS_DLQ_H
#define GUICHET_COMMANDS_DLQ_H

#include "common/base/zone.h"
#include "common/record/message.h"
#include "common/runtime/db.h"
#include "common/runtime/vault.h"
#include "workers/commands/listing.h"

enum { DLQ_PLACE_MAX = 300 };

/* Which ones; NULL or INSTANT_NONE: any. */
struct dlq_question {
    const char *worker;
    const char *reason;
    const char *siren;
    int64_t since;
    bool is_all; /* also those with which something was done, and those that only wait */
    int limit;
};

struct dlq_letter {
    int64_t decided_at;
    struct slice worker;
    struct slice place;
    struct slice reason;
    struct slice siren; /* absent: none is known */
    struct slice subject_id;
    struct slice event_type;
    int32_t attempts;
    bool is_parked; /* it is kept, and the first of its employer's */
    int32_t waiting;
    struct slice topic; /* its place, in parts */
    int32_t partition;
    int64_t input_offset;
    struct slice done; /* absent: nothing yet */
};

struct dlq_letters {
    struct dlq_letter *items;
    size_t count;
};

/* What every action needs. */
struct dlq_desk {
    struct arena *arena;
    const struct settings *settings;
    struct db *db;
    struct zone zone; /* Europe/Paris */
};

/* How an action is to be carried out. */
struct dlq_order {
    bool is_drop; /* else: tried again */
    bool is_dry_run;
    bool is_sure;
    const char *by; /* NULL: the login name */
};

/* The letters asked for, the latest first. */
MUST_CHECK bool dlq_find(const struct dlq_desk *desk, const struct dlq_question *question,
                         struct dlq_letters *letters, struct error *err);
/* The one at a place. ERROR_INVALID "UNKNOWN" if there is none. */
MUST_CHECK bool dlq_find_one(const struct dlq_desk *desk, const char *place,
                             struct dlq_letter *letter, struct error *err);

/* Prints them as a table, or as JSON. */
void dlq_print(const struct dlq_desk *desk, const struct dlq_letters *letters,
               enum listing_form form);

/* What is kept of a dead letter. */
struct dlq_record {
    struct raw_record raw; /* with the headers of a dead letter, where it is one */
    struct slice message;  /* what the store said; absent: a header says it */
    bool is_erased;        /* the key is gone: nothing of it can be read */
};

/* Opens it. */
MUST_CHECK bool dlq_open(const struct dlq_desk *desk, const struct vault *vault,
                         const struct dlq_letter *letter, struct dlq_record *record,
                         struct error *err);

/* Whether a header is one that a dead letter adds. */
bool dlq_is_own_header(const struct header *header);

/* `guichet dlq show`: without `is_revealed` nothing that came from outside but names. */
MUST_CHECK bool dlq_show(const struct dlq_desk *desk, struct dlq_letter *letter, bool is_revealed,
                         struct error *err);

/* `guichet dlq retry` and `drop`: says what will be done, asks, does it, and prints what came of
 * it. ERROR_TRANSIENT if a worker did not carry it out in time; ERROR_INVALID if one was refused
 * again. */
MUST_CHECK bool dlq_carry_out(const struct dlq_desk *desk, const struct dlq_order *order,
                              const struct dlq_letters *letters, struct error *err);

#endif
