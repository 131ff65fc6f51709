/* A librdkafka handle for one short task (an administrator's request, a file to send), with the
 * installation's properties: open, wait for a broker, use, close. The workers' consumers and
 * transactional producers are not made here. librdkafka's own log is silenced; what it last
 * complained of is kept for the error that ends the wait. */
#ifndef GUICHET_RUNTIME_KAFKA_CLIENT_H
#define GUICHET_RUNTIME_KAFKA_CLIENT_H

#include <librdkafka/rdkafka.h>

#include "common/runtime/bus.h"
#include "common/runtime/bus_refusal.h"

/* Stays where it is while open: librdkafka's callbacks hold its address. */
struct kafka_client {
    rd_kafka_t *handle;
    const struct settings *settings;
    struct bus_trouble trouble;
    void *context; /* the caller's, for `delivered` */
};

/* Opens a producer (which also serves administrators' requests); `own` are properties that the task
 * itself calls for, under those of the settings (bus_conf). `delivered` may be NULL; its last
 * argument is the client. ERROR_FATAL "CONFIGURATION" naming the property and where it was set. */
MUST_CHECK bool kafka_client_open(struct kafka_client *client, const struct settings *settings,
                                  const struct bus_property *own, size_t own_count,
                                  void (*delivered)(rd_kafka_t *handle,
                                                    const rd_kafka_message_t *message,
                                                    void *client),
                                  struct error *err);
void kafka_client_close(struct kafka_client *client); /* a client never opened is fine */

/* Waits until a broker answers. ERROR_TRANSIENT "UNAVAILABLE" naming address and setting;
 * ERROR_FATAL "CONFIGURATION" if login or certificate are refused. */
MUST_CHECK bool kafka_client_wait(struct kafka_client *client, int32_t timeout_seconds,
                                  struct error *err);

/* ERROR_TRANSIENT for what a later try may mend (network, time-outs, election), else ERROR_FATAL,
 * with librdkafka's name of the error as its code. */
bool kafka_client_error(struct error *err, rd_kafka_resp_err_t cause, const char *text);

#endif
