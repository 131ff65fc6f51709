/* What a worker is to the shell: the types it reads, the statements it uses and three steps. A
 * worker has no code about Kafka, transactions, retries or positions; the shell has none about the
 * domain.
 *
 * `load` reads, set-based, what the batch's records and due timers need into a working set
 * (batch->state). `decide` gathers one record's facts, calls the pure decision, applies its effects
 * to the working set and emits its outputs; it is called in order, so that the next record sees
 * them, and cannot fail. A firing does the same for a timer of its kind that is due (timer.h): what
 * it decides is told as parts of `record`, the tick or the event before which a wake-up was due.
 * `store` writes, set-based, what changed. */
#ifndef GUICHET_RUNTIME_WORKER_H
#define GUICHET_RUNTIME_WORKER_H

#include "common/base/rule.h"
#include "common/record/message.h"
#include "common/runtime/db.h"

struct batch;
struct record;
struct timer;
struct subject_key;

/* What a worker does when a timer of that kind is due. */
struct firing {
    const char *kind;
    void (*fire)(struct batch *batch, struct record *record, const struct timer *timer);
};

/* What decides the facts of one shape again, for `guichet recheck`. */
struct redecision {
    const struct shape *facts_shape;
    /* Reads what the facts only name (a contract by its revision); or NULL. */
    bool (*complete)(struct db *db, struct arena *arena, void *facts, struct error *err);
    /* Writes the codes of the rules that fire, REDECISION_RULES at most; returns how many. */
    size_t (*decide)(struct arena *arena, const void *facts, const char **rules);
};
enum { REDECISION_RULES = 64 };

/* The codes that fired, as `decide` above returns them. */
size_t redecision_rules(const char *const *fired, size_t count, const char **rules);

struct worker {
    const char *name; /* folder, consumer group guichet.<name> */
    const struct input_type *inputs;
    size_t inputs_count;
    const struct output_type *const *outputs; /* all it may emit */
    size_t outputs_count;
    const struct statement *const *statements; /* prepared at start */
    size_t statements_count;
    const struct rule *(*rule)(size_t index);             /* NULL past the end: for explain */
    const struct transition *(*transition)(size_t index); /* the same; or NULL */
    const struct redecision *redecisions;
    size_t redecisions_count;
    size_t state_size; /* the working set: zeroed, in the batch's arena */
    MUST_CHECK bool (*load)(struct batch *batch, struct error *err);
    void (*decide)(struct batch *batch, struct record *record);
    const struct firing *firings; /* none: the worker has no timers */
    size_t firings_count;
    /* For a timer without employer: the next subjects it concerns, `most` at most, read before
     * their employers are locked; each is then fired as a timer of kind `spread_kind`. Those that
     * have such a timer of their own are passed over. NULL if there are none such. */
    bool (*spread)(struct batch *batch, const struct timer *timer, size_t most,
                   struct subject_key **subjects, size_t *count, struct error *err);
    const char *spread_kind;
    MUST_CHECK bool (*store)(struct batch *batch, struct error *err);
};

/* All workers of the program, in the order of the README; ends with NULL. */
extern const struct worker *const workers[];

const struct worker *worker_find(const char *name);

/* Lets the batch's worker fire a timer; one of a kind it does not know is passed over. */
void worker_fire(struct batch *batch, struct record *record, const struct timer *timer);

#endif
