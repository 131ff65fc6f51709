/* What stands on the clock topic of every worker, and is read by the shell itself: its ticks
 * (timer.h), and what operators want done with a dead letter (replay.h). */
#ifndef GUICHET_RUNTIME_SHELL_INPUT_H
#define GUICHET_RUNTIME_SHELL_INPUT_H

#include "common/record/message.h"

/* The first kinds of every worker; its own begin with SHELL_INPUTS. */
enum { INPUT_TICK, INPUT_RETRIED, INPUT_DROPPED, SHELL_INPUTS };

/* The first rows of a worker's inputs. */
#define SHELL_INPUT_ROWS(worker_name)                                                              \
    {"guichet." worker_name ".clock.v1",                                                           \
     "guichet.clock.ticked.v1",                                                                    \
     INPUT_TICK,                                                                                   \
     &tick_shape,                                                                                  \
     NULL,                                                                                         \
     NULL},                                                                                        \
        {"guichet." worker_name ".clock.v1",                                                       \
         "guichet.dead-letter.retried.v1",                                                         \
         INPUT_RETRIED,                                                                            \
         &dead_letter_command_shape,                                                               \
         NULL,                                                                                     \
         NULL},                                                                                    \
    {                                                                                              \
        "guichet." worker_name ".clock.v1", "guichet.dead-letter.dropped.v1", INPUT_DROPPED,       \
            &dead_letter_command_shape, NULL, NULL                                                 \
    }

/* Data of clock.ticked. */
struct tick {
    int64_t instant;
    int32_t lane; /* of the clock's partitions: which share of the lanes */
};
extern const struct shape tick_shape;

/* Data of dead-letter.retried and dead-letter.dropped: the place at which the record came in. */
struct dead_letter_command {
    struct slice topic;
    int32_t partition;
    int64_t offset;
    struct slice by;
    int64_t at;
};
extern const struct shape dead_letter_command_shape;

#endif
