#include "common/runtime/shell_input.h"

#include "common/runtime/timer.h"

/* The largest whole number that every reader of JSON takes for what it is. */
#define OFFSET_MOST INT64_C(9007199254740991)

static const struct field tick_rows[] = {
    ROW_INSTANT(struct tick, instant, FIELD_REQUIRED),
    ROW_INT32(struct tick, lane, FIELD_REQUIRED, 0, TIMER_LANES - 1, 0),
};
const struct shape tick_shape = SHAPE_OF("clock_ticked", struct tick, tick_rows, NULL);

static const struct field command_rows[] = {
    ROW_ID(struct dead_letter_command, topic, FIELD_REQUIRED),
    ROW_INT32(struct dead_letter_command, partition, FIELD_REQUIRED, 0, INT32_MAX, -1),
    ROW_INT64(struct dead_letter_command, offset, FIELD_REQUIRED, 0, OFFSET_MOST, -1),
    ROW_CODE(struct dead_letter_command, by, FIELD_REQUIRED),
    ROW_INSTANT(struct dead_letter_command, at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
};
const struct shape dead_letter_command_shape =
    SHAPE_OF("dead_letter_command", struct dead_letter_command, command_rows, NULL);
