/* The wall clock, read in this one place. */
#ifndef GUICHET_RUNTIME_CLOCK_H
#define GUICHET_RUNTIME_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970-01-01T00:00:00Z. */
int64_t clock_now_ms(void);

/* Milliseconds of a clock that never steps: for time-outs. */
int64_t clock_monotonic_ms(void);

/* Waits, where there is nothing to wait on (a server that is away at start). */
void clock_sleep_ms(int64_t wait_ms);

#endif
