#include "common/runtime/metrics_table.h"

static const char *const none[] = {""};
static const char *const reasons[] = {"NOT_CLOUDEVENT",
                                      "ENVELOPE_UNSUPPORTED",
                                      "TOO_LARGE",
                                      "TYPE_UNKNOWN",
                                      "TYPE_NOT_ALLOWED",
                                      "NOT_JSON",
                                      "SCHEMA",
                                      "KEY_MISMATCH",
                                      "FUTURE_EVENT",
                                      "ID_REUSED",
                                      "POISON"};
static const char *const classes[] = {"online_single", "online_bulk"};
static const char *const met[] = {"false", "true"};
static const char *const milestones[] = {"at_risk", "breached", "escalated_1", "escalated_2"};
static const char *const versions[] = {GUICHET_VERSION};

const struct metric_label_row metric_labels[LABELS_COUNT] = {
    [LABEL_NONE] = {"", none, COUNT_OF(none)},
    [LABEL_WORKER] = {"worker", NULL, 0},
    [LABEL_REASON] = {"reason", reasons, COUNT_OF(reasons)},
    [LABEL_CLASS] = {"class", classes, COUNT_OF(classes)},
    [LABEL_MET] = {"met", met, COUNT_OF(met)},
    [LABEL_MILESTONE] = {"milestone", milestones, COUNT_OF(milestones)},
    [LABEL_VERSION] = {"version", versions, COUNT_OF(versions)},
};

static const int64_t durations_ms[] = {2,   5,    10,   20,   50,    100,   200,
                                       500, 1000, 2000, 5000, 10000, 30000, 120000};
/* Of business time: a budget is 24 or 48 hours, at risk at three quarters of it, escalated 8 and 24
 * hours after it. Nothing left is a bucket of its own: those are late. */
static const int64_t seconds_used[] = {60,    300,   900,    3600,   14400,  28800,  43200,
                                       64800, 86400, 115200, 129600, 172800, 201600, 259200};
static const int64_t seconds_left[] = {0,     900,   3600,  7200,   14400, 21600,
                                       43200, 64800, 86400, 129600, 172800};

static const struct metric_scale durations = {durations_ms, COUNT_OF(durations_ms), 1000};
static const struct metric_scale used = {seconds_used, COUNT_OF(seconds_used), 1};
static const struct metric_scale left = {seconds_left, COUNT_OF(seconds_left), 1};

const struct metric_row metric_rows[METRICS_COUNT] = {
    [METRIC_RECORDS] = {"guichet_records_total", METRIC_COUNTER, LABEL_WORKER, LABEL_NONE, NULL,
                        "Input records whose decision is committed."},
    [METRIC_OUTPUTS] = {"guichet_outputs_total", METRIC_COUNTER, LABEL_WORKER, LABEL_NONE, NULL,
                        "Output records decided and committed."},
    [METRIC_DEAD_LETTERS] = {"guichet_dead_letters_total", METRIC_COUNTER, LABEL_WORKER,
                             LABEL_REASON, NULL, "Input records that became a dead letter."},
    [METRIC_BATCHES] = {"guichet_batches_total", METRIC_COUNTER, LABEL_WORKER, LABEL_NONE, NULL,
                        "Batches committed in the database."},
    [METRIC_BATCH_SECONDS] = {"guichet_batch_seconds", METRIC_HISTOGRAM, LABEL_WORKER, LABEL_NONE,
                              &durations,
                              "Time to decode, decide and store what was read at once."},
    [METRIC_PUBLISH_SECONDS] = {"guichet_publish_seconds", METRIC_HISTOGRAM, LABEL_WORKER,
                                LABEL_NONE, &durations,
                                "Time of a Kafka transaction, committed or failed."},
    [METRIC_PUBLISH_FAILURES] = {"guichet_publish_failures_total", METRIC_COUNTER, LABEL_WORKER,
                                 LABEL_NONE, NULL,
                                 "Kafka transactions that failed; they are published from the "
                                 "store afterwards."},
    [METRIC_PARKED] = {"guichet_parked_records_total", METRIC_COUNTER, LABEL_WORKER, LABEL_NONE,
                       NULL,
                       "Input records that the store refused, or that wait behind one of these."},
    [METRIC_REPLAYED] = {"guichet_replayed_records_total", METRIC_COUNTER, LABEL_WORKER, LABEL_NONE,
                         NULL, "Parked records that an operator's command had decided or dropped."},
    [METRIC_TICKS] = {"guichet_ticks_total", METRIC_COUNTER, LABEL_WORKER, LABEL_NONE, NULL,
                      "Ticks consumed from the worker's clock topic."},
    [METRIC_TIMERS_FIRED] = {"guichet_timers_fired_total", METRIC_COUNTER, LABEL_WORKER, LABEL_NONE,
                             NULL, "Timers and wake-ups that were due and looked at."},
    [METRIC_PARTITIONS_ASSIGNED] = {"guichet_partitions_assigned", METRIC_GAUGE, LABEL_WORKER,
                                    LABEL_NONE, NULL, "Input partitions of this process."},
    [METRIC_PARTITIONS_STOPPED] = {"guichet_partitions_stopped", METRIC_GAUGE, LABEL_WORKER,
                                   LABEL_NONE, NULL,
                                   "Of these, the ones that are not consumed until an operator "
                                   "decides."},
    [METRIC_VERIFIED] = {"guichet_verified_timestamp_seconds", METRIC_GAUGE, LABEL_WORKER,
                         LABEL_NONE, NULL,
                         "Instant up to which all that was decided is published and was compared "
                         "with what can be read; 0 unless this process does it."},
    [METRIC_MISMATCHES] = {"guichet_publication_mismatches", METRIC_GAUGE, LABEL_WORKER, LABEL_NONE,
                           NULL,
                           "Differences between what was published and what can be read, found "
                           "within the last day."},
    [METRIC_SLA_DECISIONS] = {"guichet_sla_decisions_total", METRIC_COUNTER, LABEL_CLASS, LABEL_MET,
                              NULL, "Online requests decided, by whether that was in time."},
    [METRIC_SLA_SECONDS_USED] = {"guichet_sla_business_seconds_used", METRIC_HISTOGRAM, LABEL_CLASS,
                                 LABEL_NONE, &used,
                                 "Business time from submission to decision of online requests."},
    [METRIC_SLA_SECONDS_LEFT] = {"guichet_sla_business_seconds_left", METRIC_HISTOGRAM, LABEL_CLASS,
                                 LABEL_NONE, &left,
                                 "Business time from decision to due instant of online requests; "
                                 "0 when late."},
    [METRIC_SLA_MILESTONES] = {"guichet_sla_milestones_total", METRIC_COUNTER, LABEL_MILESTONE,
                               LABEL_NONE, NULL, "Milestones that open requests have passed."},
    [METRIC_PROCESS_START] = {"process_start_time_seconds", METRIC_GAUGE, LABEL_NONE, LABEL_NONE,
                              NULL, "Start of the process, in seconds since 1970-01-01T00:00:00Z."},
    [METRIC_BUILD_INFO] = {"guichet_build_info", METRIC_GAUGE, LABEL_VERSION, LABEL_NONE, NULL,
                           "Always 1; the label tells which program runs."},
};
