/* Where something came from, as kept with what happens later because of it: a subject that waits, a
 * timer. What that causes carries the same correlation and trace (contract of the envelope). */
#ifndef GUICHET_RUNTIME_ORIGIN_H
#define GUICHET_RUNTIME_ORIGIN_H

#include "common/record/columns.h"

struct origin {
    struct slice correlation_id; /* absent: not known */
    struct slice traceparent;
    struct slice tracestate;
};

/* The columns of a struct's member that is an origin; `prefix`: of their names ("", "ended_"). */
/* clang-format off */
#define ORIGIN_COLUMNS(struct_type, member, prefix)                                                \
    {prefix "correlation_id", COLUMN_TEXT,                                                         \
     offsetof(struct_type, member) + offsetof(struct origin, correlation_id), NULL},               \
    {prefix "traceparent", COLUMN_TEXT,                                                            \
     offsetof(struct_type, member) + offsetof(struct origin, traceparent), NULL},                  \
    {prefix "tracestate", COLUMN_TEXT,                                                             \
     offsetof(struct_type, member) + offsetof(struct origin, tracestate), NULL}
/* clang-format on */

#endif
