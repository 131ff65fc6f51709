#include "common/runtime/bus_refusal.h"

#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/record/topics.h"
#include "common/runtime/bus.h"

enum { WHO_SIZE = 160 };

void bus_trouble_note(struct bus_trouble *trouble, int code, const char *reason) {
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && trouble->text[0] != '\0') {
        return;
    }
    trouble->code = (rd_kafka_resp_err_t)code;
    (void)snprintf(trouble->text, sizeof(trouble->text), "%s", reason);
}

/* The last value of a property, of either side; NULL if it is not set. */
static const char *value_of(const struct settings *settings, const char *name) {
    for (size_t i = settings->kafka_count; i-- > 0;) {
        if (strcmp(settings->kafka[i].name, name) == 0) {
            return settings->kafka[i].value;
        }
    }
    return NULL;
}

/* Who the broker takes us for, as far as the settings say it. */
static const char *who_is(const struct settings *settings, char who[WHO_SIZE]) {
    const char *user = value_of(settings, "sasl.username");
    const char *certificate = value_of(settings, "ssl.certificate.location");
    if (user != NULL) {
        (void)snprintf(who, WHO_SIZE, "user \"%s\" (kafka.sasl.username)", user);
    } else if (certificate != NULL) {
        (void)snprintf(who, WHO_SIZE, "the owner of %s (kafka.ssl.certificate.location)",
                       certificate);
    } else {
        (void)snprintf(who, WHO_SIZE, "nobody in particular (kafka.sasl.username is not set)");
    }
    return who;
}

/* What librdkafka and OpenSSL say when the other side, or ours, has looked and refused. The code
 * alone also stands for a connection that broke meanwhile. */
static const struct {
    rd_kafka_resp_err_t code;
    const char *words;
    const char *remedy;
} refusals[] = {
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, "credentials", "check kafka.sasl.password"},
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, "Authentication failed", "check kafka.sasl.password"},
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, "Unsupported SASL mechanism",
     "check kafka.sasl.mechanisms"},
    {RD_KAFKA_RESP_ERR__SSL, "certificate verify failed",
     "check kafka.ssl.ca.location, and that the broker's certificate bears its host name"},
    /* TLS 1.3 tells a client so only after its handshake, when it reads. */
    {RD_KAFKA_RESP_ERR__TRANSPORT, "SSL alert number", "check kafka.ssl.certificate.location"},
    {RD_KAFKA_RESP_ERR__SSL, "SSL alert number", "check kafka.ssl.certificate.location"},
};

/* Up to 2.6.0, librdkafka answers SCRAM's challenge with its own nonce twice (librdkafka#4895);
 * Kafka takes that for a wrong password from 4.0 on. */
static bool is_scram_too_old(const struct settings *settings) {
    enum { FIRST_RIGHT = 0x020601ff };
    const char *mechanism = value_of(settings, "sasl.mechanisms");
    mechanism = mechanism != NULL ? mechanism : value_of(settings, "sasl.mechanism");
    return mechanism != NULL && strncmp(mechanism, "SCRAM", strlen("SCRAM")) == 0 &&
           rd_kafka_version() < FIRST_RIGHT;
}

bool bus_trouble_allows(const struct bus_trouble *trouble, const struct settings *settings,
                        struct error *err) {
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        if (refusals[i].code != trouble->code || strstr(trouble->text, refusals[i].words) == NULL) {
            continue;
        }
        char who[WHO_SIZE];
        bool is_login = trouble->code == RD_KAFKA_RESP_ERR__AUTHENTICATION;
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "Kafka at %s and %s do not accept each other: %s%s: %s",
                         bus_addresses(settings), who_is(settings, who), refusals[i].remedy,
                         is_login && is_scram_too_old(settings)
                             ? " (this librdkafka's SCRAM works up to Kafka 3.9 only: for Kafka 4 "
                               "take another mechanism, a client certificate, or librdkafka 2.6.1)"
                             : "",
                         trouble->text);
    }
    return true;
}

/* The rights that a topic needs: what is written is read, too. */
static const char *topic_rights(const char *name) {
    const struct topic *topic = topic_find(slice_of(name));
    if (topic == NULL || !topic->is_input) { /* of several, all are written */
        return "Read and Write";
    }
    return topic_carries(topic, slice_of("guichet.clock.ticked.v1")) ? "Read and Write" : "Read";
}

bool bus_right_allows(rd_kafka_resp_err_t code, const char *resource,
                      const struct settings *settings, struct error *err) {
    static const struct {
        rd_kafka_resp_err_t code;
        const char *kind;
        const char *rights; /* NULL: depends on the topic */
    } kinds[] = {
        {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "topic", NULL},
        {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, "group", "Read"},
        {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "transactional id",
         "Write and Describe"},
        {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, "cluster", "what the command asks"},
    };
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (kinds[i].code == code) {
            char who[WHO_SIZE];
            return error_set(err, ERROR_FATAL, "CONFIGURATION",
                             "%s %s is not open to %s: grant them %s (ACL)", kinds[i].kind,
                             resource, who_is(settings, who),
                             kinds[i].rights != NULL ? kinds[i].rights : topic_rights(resource));
        }
    }
    return true;
}
