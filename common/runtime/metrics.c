#include "common/runtime/metrics.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "common/runtime/clock.h"
#include "common/runtime/metrics_table.h"

/* All values, from the start on. A histogram's last bucket is that without a bound. */
static struct {
    bool is_started;
    const char *workers[METRIC_WORKERS_MOST];
    size_t workers_count;
    _Atomic int64_t single[METRICS_COUNT][METRIC_SERIES_MOST];
    struct histogram {
        _Atomic int64_t buckets[METRIC_BOUNDS_MOST + 1];
        _Atomic int64_t sum;
    } histograms[METRICS_COUNT][METRIC_VALUES_MOST];
} all;

static size_t label_count(enum metric_label label) {
    return label == LABEL_WORKER ? all.workers_count : metric_labels[label].count;
}

static const char *label_value(enum metric_label label, size_t index) {
    return label == LABEL_WORKER ? all.workers[index] : metric_labels[label].values[index];
}

void metrics_start(const char *const *workers, size_t count) {
    assert(count <= METRIC_WORKERS_MOST);
    memset(&all, 0, sizeof(all)); /* nobody counts yet */
    for (size_t i = 0; i < count; i++)
        all.workers[i] = workers[i];
    all.workers_count = count;
    all.is_started = true;
    metrics_set(METRIC_PROCESS_START, METRIC_NONE, METRIC_NONE, clock_real_ms() / 1000);
    metrics_set(METRIC_BUILD_INFO, METRIC_NONE, METRIC_NONE, 1);
}

static size_t label_find(enum metric_label label, const char *value) {
    size_t count = label_count(label);
    size_t index = 0;
    while (index < count && strcmp(label_value(label, index), value) != 0)
        index++;
    assert(index < count || !all.is_started);
    return index;
}

size_t metrics_worker(const char *name) {
    return label_find(LABEL_WORKER, name);
}

size_t metrics_reason(const char *reason) {
    return label_find(LABEL_REASON, reason);
}

static _Atomic int64_t *single(enum metric metric, size_t first, size_t second) {
    size_t count = label_count(metric_rows[metric].second);
    assert(first < label_count(metric_rows[metric].first) && second < count);
    return &all.single[metric][first * count + second];
}

void metrics_add(enum metric metric, size_t first, size_t second, uint64_t value) {
    assert(metric_rows[metric].type == METRIC_COUNTER);
    if (!all.is_started)
        return;
    (void)atomic_fetch_add_explicit(single(metric, first, second), (int64_t)value,
                                    memory_order_relaxed);
}

void metrics_set(enum metric metric, size_t first, size_t second, int64_t value) {
    assert(metric_rows[metric].type == METRIC_GAUGE);
    if (!all.is_started)
        return;
    atomic_store_explicit(single(metric, first, second), value, memory_order_relaxed);
}

void metrics_observe(enum metric metric, size_t first, int64_t value) {
    const struct metric_row *row = &metric_rows[metric];
    assert(row->type == METRIC_HISTOGRAM);
    if (!all.is_started)
        return;
    assert(first < label_count(row->first));
    struct histogram *histogram = &all.histograms[metric][first];
    size_t bucket = 0;
    while (bucket < row->scale->count && value > row->scale->bounds[bucket])
        bucket++;
    (void)atomic_fetch_add_explicit(&histogram->sum, value, memory_order_relaxed);
    (void)atomic_fetch_add_explicit(&histogram->buckets[bucket], 1, memory_order_relaxed);
}

struct metric_change {
    struct metric_change *next;
    enum metric metric;
    size_t first;
    size_t second;
    int64_t value;
};

void metrics_defer(struct metric_changes *changes, struct arena *arena, enum metric metric,
                   size_t first, size_t second, int64_t value) {
    assert(metric_rows[metric].type == METRIC_HISTOGRAM ? second == METRIC_NONE : value >= 0);
    struct metric_change *change = arena_take(arena, sizeof(*change));
    *change =
        (struct metric_change){.metric = metric, .first = first, .second = second, .value = value};
    if (changes->last == NULL)
        changes->first = change;
    else
        changes->last->next = change;
    changes->last = change;
}

void metrics_apply(const struct metric_changes *changes) {
    for (const struct metric_change *change = changes->first; change != NULL;
         change = change->next) {
        if (metric_rows[change->metric].type == METRIC_HISTOGRAM)
            metrics_observe(change->metric, change->first, change->value);
        else
            metrics_add(change->metric, change->first, change->second, (uint64_t)change->value);
    }
}

static int64_t read_value(const _Atomic int64_t *value) {
    return atomic_load_explicit(value, memory_order_relaxed);
}

/* Seconds of an observed value: up to 15 digits, none of them in vain. */
static struct slice in_seconds(struct arena *arena, const struct metric_scale *scale,
                               int64_t value) {
    return arena_format(arena, "%.15g", (double)value / (double)scale->per_second);
}

static void print_label(struct buffer *text, bool *has_any, const char *name, struct slice value) {
    buffer_append_byte(text, *has_any ? ',' : '{');
    buffer_append_text(text, name);
    buffer_append_text(text, "=\"");
    buffer_append_slice(text, value);
    buffer_append_byte(text, '"');
    *has_any = true;
}

/* name<suffix>{first="…",second="…",le="…"} value; an absent bound is no label. */
static void print_sample(struct buffer *text, const struct metric_row *row, const char *suffix,
                         size_t first, size_t second, struct slice bound, struct slice value) {
    bool has_labels = false;
    buffer_append_text(text, row->name);
    buffer_append_text(text, suffix);
    if (row->first != LABEL_NONE)
        print_label(text, &has_labels, metric_labels[row->first].name,
                    slice_of(label_value(row->first, first)));
    if (row->second != LABEL_NONE)
        print_label(text, &has_labels, metric_labels[row->second].name,
                    slice_of(label_value(row->second, second)));
    if (slice_is_present(bound))
        print_label(text, &has_labels, "le", bound);
    buffer_append_text(text, has_labels ? "} " : " ");
    buffer_append_slice(text, value);
    buffer_append_byte(text, '\n');
}

static struct slice whole(struct arena *arena, int64_t value) {
    return arena_format(arena, "%lld", (long long)value);
}

static void print_single(struct buffer *text, enum metric metric) {
    const struct metric_row *row = &metric_rows[metric];
    for (size_t first = 0; first < label_count(row->first); first++)
        for (size_t second = 0; second < label_count(row->second); second++)
            print_sample(text, row, "", first, second, slice_none(),
                         whole(text->arena, read_value(single(metric, first, second))));
}

/* The count is made of the buckets as they were read, so that the last bucket is the count even
 * while other threads add. */
static void print_histogram(struct buffer *text, enum metric metric) {
    const struct metric_row *row = &metric_rows[metric];
    const struct metric_scale *scale = row->scale;
    struct arena *arena = text->arena;
    for (size_t first = 0; first < label_count(row->first); first++) {
        const struct histogram *histogram = &all.histograms[metric][first];
        int64_t count = 0;
        for (size_t i = 0; i <= scale->count; i++) {
            struct slice bound =
                i < scale->count ? in_seconds(arena, scale, scale->bounds[i]) : slice_of("+Inf");
            count += read_value(&histogram->buckets[i]);
            print_sample(text, row, "_bucket", first, METRIC_NONE, bound, whole(arena, count));
        }
        print_sample(text, row, "_sum", first, METRIC_NONE, slice_none(),
                     in_seconds(arena, scale, read_value(&histogram->sum)));
        print_sample(text, row, "_count", first, METRIC_NONE, slice_none(), whole(arena, count));
    }
}

static const char *const type_names[] = {
    [METRIC_COUNTER] = "counter", [METRIC_GAUGE] = "gauge", [METRIC_HISTOGRAM] = "histogram"};

void metrics_print(struct buffer *text) {
    for (enum metric metric = 0; metric < METRICS_COUNT; metric++) {
        const struct metric_row *row = &metric_rows[metric];
        buffer_append_slice(text,
                            arena_format(text->arena, "# HELP %s %s\n# TYPE %s %s\n", row->name,
                                         row->help, row->name, type_names[row->type]));
        if (row->type == METRIC_HISTOGRAM)
            print_histogram(text, metric);
        else
            print_single(text, metric);
    }
}
