/* A batch as a worker sees it: decoded records in order, the locked employers' moment in time, a
 * working set, and the means to emit what follows. Everything lives in the batch's arena. Records
 * that failed to decode are not shown to a worker. */
#ifndef GUICHET_RUNTIME_BATCH_H
#define GUICHET_RUNTIME_BATCH_H

#include "common/base/zone.h"
#include "common/runtime/keyring.h"
#include "common/runtime/metrics.h"
#include "common/runtime/output.h"
#include "common/runtime/settings.h"
#include "common/runtime/timer.h"
#include "common/runtime/worker.h"

enum record_state {
    RECORD_OPEN,    /* decoded, to be decided */
    RECORD_DEAD,    /* became a dead letter */
    RECORD_PARKED,  /* waits behind another one: decided by a later command (replay.h) */
    RECORD_DROPPED, /* had waited, and is given up */
};

struct record {
    struct raw_record raw;
    struct message message;
    const struct uuid *incarnation; /* of the partition's progress: part of every output's id */
    size_t partition_index;         /* the shell's: which of its assigned partitions */
    bool has_fault;                 /* known before deciding: decoding, POISON */
    bool is_poison;                 /* the store refused it alone; has a fault then */
    enum record_state state;
    unsigned char fingerprint[VAULT_HASH_SIZE]; /* of the decoded data: same id, same content? */
    /* What it caused about other subjects, in order: their outputs come before its own. */
    struct record *parts_first;
    struct record *parts_last;
    struct record *next; /* among the parts of the same record */
    bool is_part;
    const struct timer *firing; /* while one is fired with it: worker_fire */
    /* Of a record that had been parked: the command that has it decided, under whose place its
     * journal row stands; else NULL. */
    struct record *command;
    int32_t attempts; /* how often it had become a dead letter by then */
    const struct occasion *occasion;
    size_t occasion_count; /* outputs of the occasion so far */
    /* Written by the worker's decide through the functions below. */
    struct slice subject_id;   /* journal subject <siren>/<subject_id>; first the business id */
    struct person_key *person; /* whose key seals facts and outputs; first "request/<id>" */
    struct document facts;
    const struct shape *facts_shape;
    struct slice rules; /* codes that fired, comma-separated */
    struct output *outputs_first;
    struct output *outputs_last;
    size_t outputs_count;
    size_t own_count;   /* of these, without an occasion */
    struct error fault; /* why it is in another state than RECORD_OPEN */
};

/* A deadline that passed, or a wake-up: `due_at` is the subject's nominal instant. What it causes
 * has ids made of it, the same whichever tick or late event raised it. */
struct occasion {
    struct slice siren;
    struct slice subject_id;
    const char *kind;
    int64_t due_at;
};

struct batch {
    const struct worker *worker;
    const struct settings *settings;
    const struct zone *zone; /* Europe/Paris */
    struct arena *arena;
    struct db *db;
    struct keyring keyring;
    int64_t now_ms;          /* read once, after the locks */
    struct record **records; /* those to decide, in order; no ticks among them */
    size_t count;
    const struct timer *timers; /* due: of the ticks, and wake-ups of the records' employers */
    size_t timers_count;
    struct timer_changes changes;
    struct employer_mail *employer_mails; /* noted (employer_mail.h) */
    size_t employer_mails_count;
    struct metric_changes metrics; /* counted once the batch is committed */
    void *state;                   /* worker->state_size bytes, zeroed before load */
};

/* Raises the batch's `now` to an instant stored on a subject: time never runs backwards for it.
 * Only in load. */
void batch_observe(struct batch *batch, int64_t instant_ms);

/* The journal's view of the decision: the facts it was made from (all that `recheck` needs) and the
 * codes of the rules that fired, in order. Called once per record. */
void record_explain(struct batch *batch, struct record *record, const struct shape *facts_shape,
                    const void *facts, const char *const *rules, size_t rules_count);

/* Whose key seals this record's facts and outputs: subject e.g. "insured/<uuid>". */
void record_set_person(struct batch *batch, struct record *record, struct slice siren,
                       struct slice subject);

/* Emits an event. `key` absent: the employer's SIREN. `subject_id` becomes ce_subject <siren>/<id>.
 * The data is written at once; the struct may be reused; NULL: a tombstone. At most LIMIT_OUTPUTS
 * per record (asserted). */
void record_emit(struct batch *batch, struct record *record, const struct output_type *type,
                 struct slice key, struct slice subject_id, const void *data);

/* What the part emits from now on belongs to that occasion. */
void record_at(struct batch *batch, struct record *part, struct occasion occasion);

/* A part of `record` that is about another subject of that employer: to be explained and emitted on
 * like a record, with a journal row of its own. Starts at no occasion: record_at must follow before
 * anything is emitted. `origin`: the subject's; one that is not known is the record's. */
struct record *record_part(struct batch *batch, struct record *record, struct slice siren,
                           struct slice subject_id, const struct origin *origin);

/* What a subject that this record brings is to remember of it; while a timer is fired with it, that
 * of the timer, if it has one. */
struct origin record_origin(const struct record *record);

/* Makes the record a dead letter instead (ID_REUSED): drops what it had emitted. The worker must
 * not have changed its working set for it. */
void record_refuse(struct batch *batch, struct record *record, const char *reason,
                   const char *format, ...) PRINTF_LIKE(4, 5);

/* The fingerprint of the record's data, for a column: the same id with the same content? */
struct slice record_fingerprint(const struct record *record);

/* For the shell: what the outputs of a record share. */
struct output_context record_context(const struct batch *batch, const struct record *record);

/* For the shell: makes the dead letter of a record whose `fault` is already known (decoding,
 * POISON). */
void record_bury(struct batch *batch, struct record *record);

/* For the shell: the person ("dead-letter/<id>") under whose key the record is sealed where it is
 * kept as it came: the one of its dead letter, whether or not it ever becomes one. */
struct person_key *record_keeper(struct batch *batch, const struct record *record);

/* For the shell: where the record came in: <topic>/<partition>/<offset>. */
struct slice record_place(struct arena *arena, const struct raw_record *raw);

/* UUIDv5 in our namespace of a name built by format: "insured|%s|%s". */
struct uuid batch_derived_id(struct batch *batch, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
