/* How the workers of this process stand, for people and probes: each worker's thread writes on the
 * board, the admin server reads it. What it shows of partitions is as of the last settling. */
#ifndef GUICHET_RUNTIME_STATUS_H
#define GUICHET_RUNTIME_STATUS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/error.h"
#include "common/runtime/verdict.h"

struct status_board;

/* One worker's place on the board. Its functions are called on that worker's thread only. */
struct status;

struct status_board *status_board_new(void);
void status_board_destroy(struct status_board *board);

/* A place for a worker, "starting". The name, which metrics_start has been told, stays the
 * caller's. Before there are readers; at most METRIC_WORKERS_MOST. */
struct status *status_add(struct status_board *board, const char *worker);

/* The partitions are gone or in doubt: forgets them. Not ready until settled again. */
void status_settling(struct status *status);

/* One partition that has been looked at since, whether it is consumed or stopped. `next_offset`
 * is what is decided next. */
void status_partition(struct status *status, const char *topic, int32_t partition,
                      enum verdict verdict, int64_t next_offset);

/* All assigned partitions have been looked at, perhaps none: ready. Sets the gauges of assigned and
 * stopped partitions. */
void status_settled(struct status *status);

/* Something failed and is tried again: not ready. Only the error's code is kept, no text. */
void status_failed(struct status *status, const struct error *err);

/* The worker has been asked to finish, or ends by itself: not ready any more. */
void status_stopping(struct status *status);

/* {"ready": true} or {"ready": false, "waiting": [{"worker", "state", "code"?}]}. A new reference,
 * as below. `ready` tells which, at the same instant. */
json_t *status_readiness(struct status_board *board, bool *ready);

/* {"workers": [{"worker", "state", "since", "code"?, "assigned", "stopped", "partitions":
 * [{"topic", "partition", "verdict", "is_stopped", "settled_offset"}]}]}. */
json_t *status_describe(struct status_board *board);

#endif
