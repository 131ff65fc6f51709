/* links: runtime */
/* Counters and histograms, and how Prometheus is told of them. */
#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/record/message.h"
#include "common/runtime/metrics_table.h"
#include "tests/unit/check.h"

static const char *const names[] = {"account", "affiliation"};

static struct arena arena;

static int start(void **state UNUSED) {
    metrics_start(names, COUNT_OF(names));
    return 0;
}

static int end(void **state UNUSED) {
    arena_fini(&arena);
    arena_init(&arena);
    return 0;
}

static const char *print(void) {
    struct buffer text;
    buffer_init(&text, &arena, 1024);
    metrics_print(&text);
    buffer_append_byte(&text, '\0');
    return text.data;
}

/* What follows the series in the print, up to the line's end; NULL if it is not there. */
static const char *value_of(const char *series) {
    struct slice start = arena_format(&arena, "\n%s ", series);
    const char *line = strstr(print(), start.data);
    if (line == NULL)
        return NULL;
    line += start.size;
    return arena_copy(&arena, (struct slice){line, strcspn(line, "\n")}).data;
}

static void check_series(const char *series, const char *expected) {
    check_text(series, expected, value_of(series));
}

static void nothing_is_counted_before_the_start(void **state UNUSED) {
    metrics_add(METRIC_RECORDS, metrics_worker("affiliation"), METRIC_NONE, 3);
    metrics_observe(METRIC_BATCH_SECONDS, metrics_worker("affiliation"), 3);
    start(NULL);
    check_series("guichet_records_total{worker=\"affiliation\"}", "0");
    check_series("guichet_batch_seconds_count{worker=\"affiliation\"}", "0");
}

static void every_series_is_there_from_the_start(void **state UNUSED) {
    check_series("guichet_records_total{worker=\"account\"}", "0");
    check_series("guichet_dead_letters_total{worker=\"account\",reason=\"SCHEMA\"}", "0");
    check_series("guichet_sla_decisions_total{class=\"online_bulk\",met=\"false\"}", "0");
    check_series("guichet_sla_milestones_total{milestone=\"escalated_2\"}", "0");
    check_series("guichet_partitions_stopped{worker=\"affiliation\"}", "0");
    const char *build = strstr(print(), "\nguichet_build_info{version=\"");
    assert_non_null(build);
    assert_memory_equal(strchr(build + 1, '}'), "} 1\n", 4);
    assert_true(strtoll(value_of("process_start_time_seconds"), NULL, 10) > 1700000000);
    assert_null(value_of("guichet_records_total{worker=\"beneficiary\"}"));
}

static void labels_keep_series_apart(void **state UNUSED) {
    size_t account = metrics_worker("account");
    size_t affiliation = metrics_worker("affiliation");
    metrics_add(METRIC_DEAD_LETTERS, account, metrics_reason("POISON"), 1);
    metrics_add(METRIC_DEAD_LETTERS, affiliation, metrics_reason("NOT_CLOUDEVENT"), 2);
    metrics_add(METRIC_DEAD_LETTERS, affiliation, metrics_reason("NOT_CLOUDEVENT"), 3);
    metrics_add(METRIC_SLA_DECISIONS, METRIC_ONLINE_BULK, METRIC_MET, 7);
    metrics_set(METRIC_PARTITIONS_ASSIGNED, affiliation, METRIC_NONE, 12);
    metrics_set(METRIC_PARTITIONS_ASSIGNED, affiliation, METRIC_NONE, 6);
    check_series("guichet_dead_letters_total{worker=\"account\",reason=\"POISON\"}", "1");
    check_series("guichet_dead_letters_total{worker=\"account\",reason=\"NOT_CLOUDEVENT\"}", "0");
    check_series("guichet_dead_letters_total{worker=\"affiliation\",reason=\"NOT_CLOUDEVENT\"}",
                 "5");
    check_series("guichet_sla_decisions_total{class=\"online_bulk\",met=\"true\"}", "7");
    check_series("guichet_sla_decisions_total{class=\"online_single\",met=\"true\"}", "0");
    check_series("guichet_partitions_assigned{worker=\"affiliation\"}", "6");
}

static void a_value_on_a_bound_belongs_below_it(void **state UNUSED) {
    size_t worker = metrics_worker("affiliation");
    metrics_observe(METRIC_BATCH_SECONDS, worker, 0);
    metrics_observe(METRIC_BATCH_SECONDS, worker, 2);
    metrics_observe(METRIC_BATCH_SECONDS, worker, 3);
    metrics_observe(METRIC_BATCH_SECONDS, worker, 120000);
    metrics_observe(METRIC_BATCH_SECONDS, worker, 120001);
    check_series("guichet_batch_seconds_bucket{worker=\"affiliation\",le=\"0.002\"}", "2");
    check_series("guichet_batch_seconds_bucket{worker=\"affiliation\",le=\"0.005\"}", "3");
    check_series("guichet_batch_seconds_bucket{worker=\"affiliation\",le=\"30\"}", "3");
    check_series("guichet_batch_seconds_bucket{worker=\"affiliation\",le=\"120\"}", "4");
    check_series("guichet_batch_seconds_bucket{worker=\"affiliation\",le=\"+Inf\"}", "5");
    check_series("guichet_batch_seconds_count{worker=\"affiliation\"}", "5");
    check_series("guichet_batch_seconds_sum{worker=\"affiliation\"}", "240.006");
    check_series("guichet_batch_seconds_count{worker=\"account\"}", "0");
}

static void late_decisions_have_a_bucket_of_their_own(void **state UNUSED) {
    metrics_observe(METRIC_SLA_SECONDS_LEFT, METRIC_ONLINE_SINGLE, 0);
    metrics_observe(METRIC_SLA_SECONDS_LEFT, METRIC_ONLINE_SINGLE, 1);
    check_series("guichet_sla_business_seconds_left_bucket{class=\"online_single\",le=\"0\"}", "1");
    check_series("guichet_sla_business_seconds_left_bucket{class=\"online_single\",le=\"900\"}",
                 "2");
    check_series("guichet_sla_business_seconds_left_sum{class=\"online_single\"}", "1");
}

static void what_a_batch_defers_counts_once_it_is_committed(void **state UNUSED) {
    struct metric_changes rolled_back = {0};
    struct metric_changes committed = {0};
    metrics_defer(&rolled_back, &arena, METRIC_SLA_MILESTONES, METRIC_BREACHED, METRIC_NONE, 1);
    metrics_defer(&committed, &arena, METRIC_SLA_MILESTONES, METRIC_AT_RISK, METRIC_NONE, 1);
    metrics_defer(&committed, &arena, METRIC_SLA_MILESTONES, METRIC_AT_RISK, METRIC_NONE, 1);
    metrics_defer(&committed, &arena, METRIC_SLA_SECONDS_USED, METRIC_ONLINE_BULK, METRIC_NONE,
                  64800);
    check_series("guichet_sla_milestones_total{milestone=\"at_risk\"}", "0");
    metrics_apply(&committed);
    check_series("guichet_sla_milestones_total{milestone=\"at_risk\"}", "2");
    check_series("guichet_sla_milestones_total{milestone=\"breached\"}", "0");
    check_series("guichet_sla_business_seconds_used_sum{class=\"online_bulk\"}", "64800");
    check_series("guichet_sla_business_seconds_used_bucket{class=\"online_bulk\",le=\"43200\"}",
                 "0");
    check_series("guichet_sla_business_seconds_used_bucket{class=\"online_bulk\",le=\"64800\"}",
                 "1");
}

enum { THREADS = 4, ROUNDS = 20000 };

static void *count_much(void *argument UNUSED) {
    size_t worker = metrics_worker("account");
    for (int i = 0; i < ROUNDS; i++) {
        metrics_add(METRIC_RECORDS, worker, METRIC_NONE, 2);
        metrics_observe(METRIC_PUBLISH_SECONDS, worker, i % 40);
    }
    return NULL;
}

static void threads_lose_nothing(void **state UNUSED) {
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_much, NULL), 0);
    const char *count = value_of("guichet_publish_seconds_count{worker=\"account\"}");
    assert_true(strtoll(count, NULL, 10) <= THREADS * ROUNDS);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    check_series("guichet_records_total{worker=\"account\"}", "160000");
    check_series("guichet_publish_seconds_bucket{worker=\"account\",le=\"+Inf\"}", "80000");
    check_series("guichet_publish_seconds_bucket{worker=\"account\",le=\"0.02\"}", "42000");
    check_series("guichet_publish_seconds_sum{worker=\"account\"}", "1560");
}

static bool ends_with(const char *name, const char *end_text) {
    size_t size = strlen(name);
    size_t end_size = strlen(end_text);
    return size >= end_size && strcmp(name + size - end_size, end_text) == 0;
}

/* Only then may names and labels be printed as they are, without a thought of escaping. */
static bool is_plain(const char *text) {
    for (const char *c = text; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && strchr("_.-", *c) == NULL)
            return false;
    return true;
}

static void the_table_is_sound(void **state UNUSED) {
    for (size_t i = 0; i < METRICS_COUNT; i++) {
        const struct metric_row *row = &metric_rows[i];
        assert_non_null(row->name); /* a row for each metric */
        check_true(row->name, is_plain(row->name));
        check_true(row->name, row->help != NULL && strpbrk(row->help, "\\\n") == NULL);
        check_true(row->name, (row->type == METRIC_COUNTER) == ends_with(row->name, "_total"));
        check_true(row->name, (row->type == METRIC_HISTOGRAM) == (row->scale != NULL));
        if (row->scale == NULL)
            continue;
        check_true(row->name, strstr(row->name, "_seconds") != NULL);
        check_true(row->name, row->second == LABEL_NONE);
        check_true(row->name, row->scale->count <= METRIC_BOUNDS_MOST);
        for (size_t k = 1; k < row->scale->count; k++)
            check_true(row->name, row->scale->bounds[k - 1] < row->scale->bounds[k]);
    }
    for (size_t i = 0; i < LABELS_COUNT; i++) {
        const struct metric_label_row *label = &metric_labels[i];
        check_true(label->name, is_plain(label->name) && label->count <= METRIC_VALUES_MOST);
        for (size_t k = 0; k < label->count; k++)
            check_true(label->name, is_plain(label->values[k]));
    }
}

static void reasons_are_those_of_dead_letters(void **state UNUSED) {
    const struct metric_label_row *reasons = &metric_labels[LABEL_REASON];
    for (size_t i = 0; i < reasons->count; i++) {
        check_int(reasons->values[i], i, metrics_reason(reasons->values[i]));
        assert_non_null(message_stage(reasons->values[i])); /* asserts that it is one */
    }
}

#define AFTER_START(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void) {
    arena_init(&arena);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(nothing_is_counted_before_the_start, end),
        AFTER_START(every_series_is_there_from_the_start),
        AFTER_START(labels_keep_series_apart),
        AFTER_START(a_value_on_a_bound_belongs_below_it),
        AFTER_START(late_decisions_have_a_bucket_of_their_own),
        AFTER_START(what_a_batch_defers_counts_once_it_is_committed),
        AFTER_START(threads_lose_nothing),
        AFTER_START(the_table_is_sound),
        AFTER_START(reasons_are_those_of_dead_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
