#include "common/runtime/clock.h"

#include <time.h>

static int64_t read_clock_ms(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now); /* cannot fail for the clocks below */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now_ms(void) {
    return read_clock_ms(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void) {
    return read_clock_ms(CLOCK_MONOTONIC);
}

void clock_sleep_ms(int64_t wait_ms) {
    struct timespec left = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000};
    (void)nanosleep(&left, NULL);
}
