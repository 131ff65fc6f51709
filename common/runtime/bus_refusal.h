/* What a broker refuses for good, and what somebody has to change then: a login, a certificate, a
 * right (ACL) to a topic, a group or a transactional id. Trying again would not help. */
#ifndef GUICHET_RUNTIME_BUS_REFUSAL_H
#define GUICHET_RUNTIME_BUS_REFUSAL_H

#include <librdkafka/rdkafka.h>

#include "common/base/error.h"
#include "common/runtime/settings.h"

enum { BUS_TROUBLE_SIZE = 256 };

/* What a client last complained of, from its error callback. */
struct bus_trouble {
    rd_kafka_resp_err_t code;
    char text[BUS_TROUBLE_SIZE]; /* empty: of nothing */
};

/* Keeps a complaint; that no broker is left says less than what was said before it. */
void bus_trouble_note(struct bus_trouble *trouble, int code, const char *reason);

/* True unless the client's login or certificate was refused, or the broker's was by the client:
 * then ERROR_FATAL "CONFIGURATION" with the settings that say who we are. A connection that merely
 * broke while it was made is not a refusal. */
MUST_CHECK bool bus_trouble_allows(const struct bus_trouble *trouble,
                                   const struct settings *settings, struct error *err);

/* True unless the code says that a right is missing: then ERROR_FATAL "CONFIGURATION" naming the
 * resource (a topic's, group's or transactional id's name), who lacks the right, and the right. */
MUST_CHECK bool bus_right_allows(rd_kafka_resp_err_t code, const char *resource,
                                 const struct settings *settings, struct error *err);

#endif
