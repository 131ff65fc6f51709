/* Events about a subject that is not known yet (a cancellation before its request): kept until the
 * subject comes or the grace ends. A worker asks in load for what may be there for its subjects,
 * and takes, keeps or drops while deciding. */
#ifndef GUICHET_RUNTIME_EARLY_H
#define GUICHET_RUNTIME_EARLY_H

#include "common/runtime/batch.h"

struct early_event {
    struct slice siren;
    struct slice kind; /* the worker's word for what the event does */
    struct slice subject;
    struct slice content; /* the event's data as JSON, nothing personal in it */
    struct origin origin;
    int64_t grace_ends_at;
    bool is_changed; /* kept by this batch */
    bool is_gone;    /* dropped by this batch */
    bool is_noted;   /* among the changed */
};

/* The early events of a batch: of those subjects that were asked for. Zeroed before use. */
struct early_events {
    struct map by_subject; /* siren, "<kind>/<subject>" */
    struct early_event **changed;
    size_t changed_count;
    size_t room;
};

/* What early_load looks for. */
struct early_key {
    struct slice siren;
    struct slice kind;
    struct slice subject;
};

/* Reads those of `keys` that are there and those whose timers are due, with one statement; `room`
 * is how many the batch can keep or drop at most. */
MUST_CHECK bool early_load(struct batch *batch, struct early_events *events,
                           const struct early_key *keys, size_t count, size_t room,
                           struct error *err);

/* The event of that kind about that subject that is waiting, or NULL. */
struct early_event *early_find(const struct early_events *events, struct batch *batch,
                               struct slice siren, const char *kind, struct slice subject);

/* Keeps the data of `record` until then and arms the timer "early" with subject "<kind>/<subject>".
 * One that waits already stays: the first counts. */
void early_keep(struct batch *batch, struct early_events *events, const struct record *record,
                const char *kind, struct slice subject, int64_t grace_ends_at);

/* The timer "early" is due: raises SUBJECT_UNKNOWN as a part of `record` and drops the event. */
void early_expire(struct batch *batch, struct early_events *events, struct record *record,
                  const struct timer *timer);

/* The subject came, or the grace ended: forgets it and its timer. */
void early_drop(struct batch *batch, struct early_events *events, struct early_event *event);

/* Writes what changed, with two statements at most. */
MUST_CHECK bool early_store(struct batch *batch, struct early_events *events, struct error *err);

/* The kind of its timer. */
extern const char timer_early[];

#endif
