/* All settings as one constant struct, filled from a table by flags over environment over file over
 * defaults (config.h). Nothing else reads the environment. */
#ifndef GUICHET_RUNTIME_SETTINGS_H
#define GUICHET_RUNTIME_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A librdkafka property as given: `side` says which client takes it. */
struct kafka_property {
    enum { KAFKA_BOTH, KAFKA_CONSUMER, KAFKA_PRODUCER } side;
    const char *name;
    const char *value;
    const char *origin; /* "deploy/guichet.ini:12", "GUICHET_KAFKA_…", "-o kafka.…": for messages */
};

enum { KAFKA_PROPERTIES_MAX = 64 };

struct settings {
    struct kafka_property kafka[KAFKA_PROPERTIES_MAX];
    size_t kafka_count;
    const char *postgres_conninfo;
    const char *instance; /* "" = a dynamic group member */
    const char *state_dir;
    const char *secret_file;
    const char *activation_key_file;
    const char *activation_url;
    const char *admin_listen; /* "" = no admin server */
    bool clock_simulate;
    const char *clock_start;       /* an instant, "" = now; only with clock_simulate */
    int32_t clock_rate;            /* simulated seconds a second */
    int32_t start_timeout_seconds; /* how long `run` waits for broker and database at start */
    int32_t batch_max_records;
    int32_t batch_linger_ms;
    int32_t journal_retention_days;
    int32_t topics_partitions;
    int32_t topics_replication;
    int32_t contract_grace_seconds;     /* how long a request waits for its contract or subject */
    int32_t registration_grace_seconds; /* the same for a registration */
    const char *sla_calendar;           /* calendar id, e.g. "metropole" */
    int32_t online_single_days;         /* business days of 24 hours */
    int32_t online_bulk_days;
    int32_t activation_link_days; /* days of 24 hours */
    int32_t employer_answer_days; /* days of 24 hours until an unanswered addition expires */
    int32_t journey_idle_minutes; /* without a step, after which a journey is abandoned */
};

#endif
