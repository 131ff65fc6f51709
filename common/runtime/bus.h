/* librdkafka as we use it: configurations, the consumer of a worker, and the few questions asked of
 * the broker when partitions are assigned. */
#ifndef GUICHET_RUNTIME_BUS_H
#define GUICHET_RUNTIME_BUS_H

#include <librdkafka/rdkafka.h>

#include "common/base/error.h"
#include "common/runtime/settings.h"

struct bus_property {
    const char *name;
    const char *value;
};

enum { BUS_GROUP_SIZE = 64 };

/* The consumer group of a worker. */
void bus_group(const char *worker, char group[BUS_GROUP_SIZE]);

/* A configuration for one side: ours, and over it the installation's [kafka] properties, among
 * which there are none that guichet's guarantees depend on (config_kafka.c). The caller owns it
 * until rd_kafka_new takes it. ERROR_FATAL "CONFIGURATION" naming the origin of a wrong property.
 */
MUST_CHECK bool bus_conf(const struct settings *settings, int side,
                         const struct bus_property *properties, size_t count,
                         rd_kafka_conf_t **conf, struct error *err);

/* The addresses configured, for messages. */
const char *bus_addresses(const struct settings *settings);

/* The consumer of a group: nothing is committed or stored by itself. `rebalance`, and `complain`
 * for troubles with connections (bus_refusal.h), are called from polling. */
MUST_CHECK bool bus_consumer_open(const struct settings *settings, const char *group,
                                  void (*rebalance)(rd_kafka_t *, rd_kafka_resp_err_t,
                                                    rd_kafka_topic_partition_list_t *, void *),
                                  void (*complain)(rd_kafka_t *, int, const char *, void *),
                                  void *opaque, rd_kafka_t **consumer, struct error *err);

/* Waits until the broker answers and all topics exist. ERROR_TRANSIENT "BROKER_UNAVAILABLE" naming
 * addresses and setting; ERROR_FATAL "CONFIGURATION" naming a topic that is missing, or not open to
 * us, and the remedy. */
MUST_CHECK bool bus_check_topics(rd_kafka_t *client, const struct settings *settings,
                                 const char *const *topics, size_t count, int timeout_ms,
                                 struct error *err);

/* Number of partitions of a topic, at least 1. ERROR_TRANSIENT if the broker does not answer, or
 * does not know the topic, as one that has just come back may not. */
MUST_CHECK bool bus_partitions(rd_kafka_t *client, const char *topic, int *count,
                               struct error *err);

/* Last stable offset and first offset of a partition. */
MUST_CHECK bool bus_bounds(rd_kafka_t *client, const char *topic, int32_t partition, int64_t *low,
                           int64_t *high, struct error *err);

/* A consumer of the worker's group, for whose topics the group's principal has the right, that
 * never joins it: it asks for offsets and bounds, and reads what it is assigned, a little at a
 * time, committed or not. */
MUST_CHECK bool bus_onlooker_open(const struct settings *settings, const char *group,
                                  rd_kafka_t **consumer, struct error *err);

/* Cleanup function for CLEANUP(bus_close) rd_kafka_t *. */
void bus_close(rd_kafka_t **client);

#endif
