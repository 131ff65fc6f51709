#include "common/runtime/clock.h"

#include <time.h>

#include "common/base/date.h"
#include "common/record/shape.h"

static int64_t read_clock_ms(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now); /* cannot fail for the clocks below */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now_ms(const struct clock *clock) {
    return clock_at_ms(clock, clock_real_ms());
}

int64_t clock_at_ms(const struct clock *clock, int64_t real_ms) {
    if (!clock->is_simulated) {
        return real_ms;
    }
    int64_t elapsed_ms = real_ms - clock->real_from_ms;
    if (elapsed_ms <= 0) {
        return clock->simulated_from_ms;
    }
    /* Compared before it is multiplied: years at a high rate do not fit 64 bits. */
    int64_t left_ms = FIELD_INSTANT_MAX - clock->simulated_from_ms;
    if (elapsed_ms > left_ms / clock->rate) {
        return FIELD_INSTANT_MAX;
    }
    return clock->simulated_from_ms + elapsed_ms * clock->rate;
}

bool clock_move(struct clock *clock, int64_t start_ms, int32_t rate, int64_t real_ms) {
    int64_t now_ms = clock_at_ms(clock, real_ms);
    if (start_ms != INSTANT_NONE && start_ms < now_ms) {
        return false;
    }
    clock->simulated_from_ms = start_ms == INSTANT_NONE ? now_ms : start_ms;
    clock->real_from_ms = real_ms;
    clock->rate = rate;
    return true;
}

int64_t clock_real_ms(void) {
    return read_clock_ms(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void) {
    return read_clock_ms(CLOCK_MONOTONIC);
}

void clock_sleep_ms(int64_t wait_ms) {
    struct timespec left = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000};
    (void)nanosleep(&left, NULL);
}
