/* The table of metrics and of the values their labels can have. Private to metrics.c. */
#ifndef GUICHET_RUNTIME_METRICS_TABLE_H
#define GUICHET_RUNTIME_METRICS_TABLE_H

#include "common/runtime/metrics.h"

enum metric_label {
    LABEL_NONE,
    LABEL_WORKER, /* its values are told at start */
    LABEL_REASON,
    LABEL_CLASS,
    LABEL_MET,
    LABEL_MILESTONE,
    LABEL_VERSION,
    LABELS_COUNT,
};

enum {
    METRIC_VALUES_MOST = METRIC_WORKERS_MOST, /* of one label */
    METRIC_SERIES_MOST = METRIC_VALUES_MOST * METRIC_VALUES_MOST,
    METRIC_BOUNDS_MOST = 15,
};

struct metric_label_row {
    const char *name;
    const char *const *values;
    size_t count; /* at most METRIC_VALUES_MOST */
};
extern const struct metric_label_row metric_labels[LABELS_COUNT];

/* Upper bounds of a histogram's buckets, ascending, in the unit that is observed; what lies above
 * the last has a bucket too. */
struct metric_scale {
    const int64_t *bounds;
    size_t count;       /* at most METRIC_BOUNDS_MOST */
    int64_t per_second; /* how many of what is observed make the second that is printed */
};

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric_row {
    const char *name;
    enum metric_type type;
    enum metric_label first; /* LABEL_NONE: no label */
    enum metric_label second;
    const struct metric_scale *scale; /* of a histogram, which has one label at most */
    const char *help;
};
extern const struct metric_row metric_rows[METRICS_COUNT];

#endif
