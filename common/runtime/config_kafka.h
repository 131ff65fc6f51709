/* Settings of [kafka]: properties of librdkafka, judged by librdkafka itself, save those that
 * guichet's correctness depends on. Private to config.c and its neighbours. */
#ifndef GUICHET_RUNTIME_CONFIG_KAFKA_H
#define GUICHET_RUNTIME_CONFIG_KAFKA_H

#include "common/runtime/config_input.h"

/* The names that librdkafka knows, without those of call-backs. */
struct config_kafka {
    struct arena *arena;
    const char **names;
    size_t names_count;
};

/* Asks librdkafka for its names. ERROR_FATAL without memory. */
MUST_CHECK bool config_kafka_init(struct config_kafka *kafka, struct arena *arena,
                                  struct error *err);

/* Adds one property, replacing an earlier one of that name and side. `name` may have the prefix
 * "consumer." or "producer."; `origin` is what messages show and must live as long as the settings.
 * ERROR_FATAL "CONFIGURATION" with what is wrong, without the key. */
MUST_CHECK bool config_kafka_set(const struct config_kafka *kafka, const char *name,
                                 const struct config_input *input, const char *origin,
                                 struct settings *settings, struct error *err);

/* True for a name, prefix included, that librdkafka knows. */
bool config_kafka_knows(const struct config_kafka *kafka, const char *name);

/* Adds the broker on this machine unless a property names brokers. */
MUST_CHECK bool config_kafka_complete(struct settings *settings, struct error *err);

#endif
