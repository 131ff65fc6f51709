/* The topics of the table (common/record/topics.h) on a broker: made, or compared with what is
 * there. Nothing is ever changed or deleted. */
#ifndef GUICHET_RUNTIME_TOPIC_ADMIN_H
#define GUICHET_RUNTIME_TOPIC_ADMIN_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/runtime/settings.h"

/* Makes each topic that is not there, with the settings' partitions and replication; one that
 * exists is left as it is. Waits for the broker up to guichet.start_timeout_seconds.
 * ERROR_TRANSIENT (code "UNAVAILABLE" for a broker that cannot be reached), ERROR_FATAL for a
 * refusal, naming the topic. */
MUST_CHECK bool topic_admin_create(const struct settings *settings, struct error *err);

/* Compares partitions, clean-up and retention: one sentence per difference, or per topic that is
 * missing, in the arena. Errors as above. */
MUST_CHECK bool topic_admin_compare(const struct settings *settings, struct arena *arena,
                                    struct slice_list *differences, struct error *err);

#endif
