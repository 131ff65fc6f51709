/* What the process counts and measures of itself, for /metrics (admin.h): one table of names, help,
 * types and labels, and atomics that any thread may add to without waiting. Labels have few values,
 * all known at start: a worker, an SLA class, a reason. Ids and anything personal cannot come in,
 * since a label is an index into such a list and never a text.
 *
 * What a batch decides is deferred and counted once its transaction is committed, so that a batch
 * that is halved or repeated counts once. All of it belongs to the process, like the log's level,
 * and starts at zero with it: Prometheus expects and detects that. */
#ifndef GUICHET_RUNTIME_METRICS_H
#define GUICHET_RUNTIME_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/buffer.h"

enum { METRIC_WORKERS_MOST = 16 };

/* The comment names the labels, in the order in which metrics_add and the others take them. */
enum metric {
    METRIC_RECORDS,             /* worker */
    METRIC_OUTPUTS,             /* worker */
    METRIC_DEAD_LETTERS,        /* worker, reason */
    METRIC_BATCHES,             /* worker */
    METRIC_BATCH_SECONDS,       /* worker; observed in milliseconds */
    METRIC_PUBLISH_SECONDS,     /* worker; observed in milliseconds */
    METRIC_PUBLISH_FAILURES,    /* worker */
    METRIC_PARKED,              /* worker */
    METRIC_REPLAYED,            /* worker */
    METRIC_TICKS,               /* worker */
    METRIC_TIMERS_FIRED,        /* worker */
    METRIC_PARTITIONS_ASSIGNED, /* worker; a gauge, which status.h sets */
    METRIC_PARTITIONS_STOPPED,  /* worker; the same */
    METRIC_VERIFIED,            /* worker; a gauge: seconds since 1970, 0: not by this process */
    METRIC_MISMATCHES,          /* worker; a gauge */
    METRIC_SLA_DECISIONS,       /* class, met */
    METRIC_SLA_SECONDS_USED,    /* class; observed in business seconds */
    METRIC_SLA_SECONDS_LEFT,    /* class; observed in business seconds, 0 when late */
    METRIC_SLA_MILESTONES,      /* milestone */
    METRIC_PROCESS_START,       /* none; a gauge, set at start */
    METRIC_BUILD_INFO,          /* none; a gauge that is always 1, set at start */
    METRICS_COUNT,
};

/* Values of the labels other than worker and reason. A label that a metric lacks is METRIC_NONE. */
enum { METRIC_NONE = 0 };
enum metric_class { METRIC_ONLINE_SINGLE, METRIC_ONLINE_BULK };
enum metric_met { METRIC_NOT_MET, METRIC_MET };
enum metric_milestone {
    METRIC_AT_RISK,
    METRIC_BREACHED,
    METRIC_ESCALATED_1,
    METRIC_ESCALATED_2,
};

/* Starts at zero, with the workers that the process hosts (at most METRIC_WORKERS_MOST, names of
 * static lifetime). Before there are threads that count. A process that does not call it, such as a
 * command, counts nothing. */
void metrics_start(const char *const *workers, size_t count);

/* The label of a worker named at the start, and of a dead letter's reason (message.h); both
 * are asserted once started. */
size_t metrics_worker(const char *name);
size_t metrics_reason(const char *reason);

/* Adds to a counter. `first` and `second` are the metric's labels. */
void metrics_add(enum metric metric, size_t first, size_t second, uint64_t value);

/* Sets a gauge. */
void metrics_set(enum metric metric, size_t first, size_t second, int64_t value);

/* Adds a value to a histogram, in the unit the metric is observed in. Histograms have one label. */
void metrics_observe(enum metric metric, size_t first, int64_t value);

/* What a transaction will have changed if it is committed; zeroed: nothing. */
struct metric_changes {
    struct metric_change *first;
    struct metric_change *last;
};

/* Adds to a counter or a histogram (`value` as above) when the changes are applied. Lives in the
 * arena. For workers: metrics_defer(&batch->metrics, batch->arena, …). */
void metrics_defer(struct metric_changes *changes, struct arena *arena, enum metric metric,
                   size_t first, size_t second, int64_t value);

/* After the commit; without it the changes are simply forgotten. */
void metrics_apply(const struct metric_changes *changes);

/* All metrics in Prometheus' text format 0.0.4. */
void metrics_print(struct buffer *text);

#endif
