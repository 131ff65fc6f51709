#include "workers/commands/database.h"

#include <time.h>

#include "common/runtime/clock.h"

enum { PAUSE_FIRST_MS = 100, PAUSE_LAST_MS = 2000 };

static void pause_ms(int64_t duration_ms) {
    struct timespec duration = {
        .tv_sec = (time_t)(duration_ms / 1000),
        .tv_nsec = (long)(duration_ms % 1000) * 1000 * 1000,
    };
    nanosleep(&duration, NULL);
}

bool database_open(const struct settings *settings, struct db **db, struct error *err) {
    int64_t deadline_ms = clock_monotonic_ms() + INT64_C(1000) * settings->start_timeout_seconds;
    int64_t next_pause_ms = PAUSE_FIRST_MS;
    struct error cause;
    while (!db_open(settings->postgres_conninfo, db, &cause)) {
        int64_t left_ms = deadline_ms - clock_monotonic_ms();
        if (cause.class != ERROR_TRANSIENT) {
            *err = cause;
            return false;
        }
        if (left_ms <= 0) {
            return error_set(err, ERROR_TRANSIENT, "UNAVAILABLE", "no database in %d s: %s",
                             settings->start_timeout_seconds, cause.text);
        }
        pause_ms(next_pause_ms < left_ms ? next_pause_ms : left_ms);
        next_pause_ms = next_pause_ms * 2 < PAUSE_LAST_MS ? next_pause_ms * 2 : PAUSE_LAST_MS;
    }
    return true;
}

void database_close(struct db **db) {
    db_close(*db);
}
