/* PostgreSQL's binary form of the types in columns.h: what writing parameters and reading results
 * have in common. */
#ifndef GUICHET_RECORD_WIRE_H
#define GUICHET_RECORD_WIRE_H

#include "common/record/columns.h"

enum { WIRE_SIZE_VARIES = -1 };

struct wire {
    Oid oid; /* of the built-in type: fixed for ever in pg_type.dat */
    int size;
};

/* By enum column_type. */
extern const struct wire wires[];

/* PostgreSQL counts days and microseconds from 2000-01-01. */
enum { WIRE_EPOCH_DAYS = 10957 };
#define WIRE_EPOCH_MS INT64_C(946684800000)

/* Well inside what the types hold, in days and milliseconds of ours; beyond lie the infinities. */
enum { WIRE_DATE_MAX = 100 * 1000 * 1000 };
#define WIRE_INSTANT_MAX_MS INT64_C(9000000000000000)

#endif
