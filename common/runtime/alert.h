/* What the shell itself tells operators. */
#ifndef GUICHET_RUNTIME_ALERT_H
#define GUICHET_RUNTIME_ALERT_H

#include "common/runtime/publisher.h"

/* operator.alert PARTITION_STOPPED as a list of one, in the arena. Its id is made from the verdict,
 * so that a repeat can be dropped: what is sent outside a batch goes at least once. */
const struct record_outputs *alert_partition_stopped(struct arena *arena, const char *worker,
                                                     int64_t now_ms, const char *topic,
                                                     int32_t partition, const char *verdict,
                                                     const char *sentence);

#endif
