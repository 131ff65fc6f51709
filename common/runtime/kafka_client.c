#include "common/runtime/kafka_client.h"

#include <stdio.h>

#include "common/runtime/clock.h"
#include "common/runtime/watch.h"

enum { WAIT_STEP_MS = 1000, WAIT_PAUSE_MS = 100, CLOSE_TIMEOUT_MS = 5000 };

static void drop_log(const rd_kafka_t *handle UNUSED, int level UNUSED, const char *facility UNUSED,
                     const char *text UNUSED) {
}

static void keep_complaint(rd_kafka_t *handle UNUSED, int code, const char *reason, void *opaque) {
    struct kafka_client *client = opaque;
    bus_trouble_note(&client->trouble, code, reason);
}

bool kafka_client_open(struct kafka_client *client, const struct settings *settings,
                       const struct bus_property *own, size_t own_count,
                       void (*delivered)(rd_kafka_t *handle, const rd_kafka_message_t *message,
                                         void *client),
                       struct error *err) {
    client->handle = NULL;
    client->settings = settings;
    client->trouble = (struct bus_trouble){0};
    rd_kafka_conf_t *conf;
    if (!bus_conf(settings, KAFKA_PRODUCER, own, own_count, &conf, err)) {
        return false;
    }
    rd_kafka_conf_set_opaque(conf, client);
    rd_kafka_conf_set_log_cb(conf, drop_log);
    rd_kafka_conf_set_error_cb(conf, keep_complaint);
    if (delivered != NULL) {
        rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    }
    char reason[256];
    client->handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof(reason));
    if (client->handle == NULL) {
        rd_kafka_conf_destroy(conf);
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "the [kafka] settings: %s", reason);
    }
    return true;
}

void kafka_client_close(struct kafka_client *client) {
    WATCHED(WATCH_CLOSE);
    if (client->handle != NULL) {
        rd_kafka_purge(client->handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_flush(client->handle, CLOSE_TIMEOUT_MS);
        rd_kafka_destroy(client->handle);
        client->handle = NULL;
    }
}

bool kafka_client_wait(struct kafka_client *client, int32_t timeout_seconds, struct error *err) {
    int64_t deadline_ms = clock_monotonic_ms() + INT64_C(1000) * timeout_seconds;
    rd_kafka_resp_err_t cause;
    do {
        const struct rd_kafka_metadata *metadata = NULL;
        cause = rd_kafka_metadata(client->handle, 0, NULL, &metadata, WAIT_STEP_MS);
        if (cause == RD_KAFKA_RESP_ERR_NO_ERROR) {
            rd_kafka_metadata_destroy(metadata);
            return true;
        }
        rd_kafka_poll(client->handle, WAIT_PAUSE_MS);
        if (!bus_trouble_allows(&client->trouble, client->settings, err)) {
            return false;
        }
    } while (clock_monotonic_ms() < deadline_ms);
    return error_set(err, ERROR_TRANSIENT, "UNAVAILABLE",
                     "no Kafka broker at %s (kafka.bootstrap.servers) in %d s: %s",
                     bus_addresses(client->settings), timeout_seconds,
                     client->trouble.text[0] != '\0' ? client->trouble.text
                                                     : rd_kafka_err2str(cause));
}

bool kafka_client_error(struct error *err, rd_kafka_resp_err_t cause, const char *text) {
    static const rd_kafka_resp_err_t passing[] = {
        RD_KAFKA_RESP_ERR__TRANSPORT,          RD_KAFKA_RESP_ERR__TIMED_OUT,
        RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,      RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
        RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,   RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
        RD_KAFKA_RESP_ERR_NOT_CONTROLLER,      RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
    };
    enum error_class class = ERROR_FATAL;
    for (size_t i = 0; i < COUNT_OF(passing); i++) {
        if (passing[i] == cause) {
            class = ERROR_TRANSIENT;
        }
    }
    return error_set(err, class, rd_kafka_err2name(cause), "%s",
                     text != NULL ? text : rd_kafka_err2str(cause));
}
