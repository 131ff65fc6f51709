/* The wall clock, read in this one place, and a monotonic one for time-outs. The wall clock can be
 * simulated: then it is counted from an anchor in the database that all processes of the
 * installation share, so that it goes on over restarts. */
#ifndef GUICHET_RUNTIME_CLOCK_H
#define GUICHET_RUNTIME_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Simulated now = simulated_from + (real now - real_from) × rate. Zeroed: the real clock. A machine
 * whose real clock has not come to real_from yet stands at simulated_from; simulated time ends, and
 * stands, at the last millisecond of 2099, the last that an event may hold. */
struct clock {
    bool is_simulated;
    int64_t simulated_from_ms;
    int64_t real_from_ms;
    int32_t rate;
};

/* Milliseconds since 1970-01-01T00:00:00Z, as decisions see them. */
int64_t clock_now_ms(const struct clock *clock);

/* The same for a given moment of the real clock. */
int64_t clock_at_ms(const struct clock *clock, int64_t real_ms);

/* Lets a simulated clock go on from `start_ms` at `rate`, from this moment of the real clock on;
 * INSTANT_NONE: from where it stands. False, and nothing changed, if the start lies before that:
 * time never goes back. */
bool clock_move(struct clock *clock, int64_t start_ms, int32_t rate, int64_t real_ms);

/* Milliseconds of the real clock, whatever is simulated: log lines, Kafka, the database. */
int64_t clock_real_ms(void);

/* Milliseconds of a clock that never steps: for time-outs. */
int64_t clock_monotonic_ms(void);

/* Waits, where there is nothing to wait on (a server that is away at start). */
void clock_sleep_ms(int64_t wait_ms);

#endif
