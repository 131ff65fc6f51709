/* A worker's connection to the database: opened when it is gone, and checked before it is used. */
#include "common/runtime/bounds.h"
#include "common/runtime/clock_anchor.h"
#include "common/runtime/installation.h"
#include "common/runtime/journal.h"
#include "common/runtime/loop.h"
#include "common/runtime/migrations.h"
#include "common/runtime/reference.h"
#include "common/runtime/statements.h"

enum { CLOCK_DIFFERENCE_MOST_MS = 60000 };

struct clock_row {
    int64_t database_now;
};

static bool check_clock(struct loop *loop, struct arena *arena, struct error *err) {
    static const struct column rows[] = {COLUMN_AT(COLUMN_INSTANT, struct clock_row, database_now)};
    static const struct columns columns = COLUMNS_OF(struct clock_row, rows);
    struct parameters none;
    void *read = NULL;
    size_t count = 0;
    parameters_init(&none, arena);
    if (!db_query(loop->db, &sql_database_clock, &none, &columns, arena, &read, &count, err))
        return false;
    int64_t difference_ms = clock_real_ms() - ((struct clock_row *)read)->database_now;
    if (difference_ms < CLOCK_DIFFERENCE_MOST_MS && difference_ms > -CLOCK_DIFFERENCE_MOST_MS)
        return true;
    return error_set(err, ERROR_FATAL, "CONFIGURATION",
                     "this machine's clock is %lld s from the database's: set it right (NTP)",
                     (long long)(difference_ms / 1000));
}

/* The clock is settled once: another process may move it while this one runs. */
static bool settle_clock(struct loop *loop, struct arena *arena, struct error *err) {
    if (loop->has_clock)
        return true;
    loop->has_clock = clock_anchor_settle(loop->settings, loop->db, arena, &loop->clock, err);
    return loop->has_clock;
}

bool loop_read_clock(struct loop *loop, struct arena *arena, struct error *err) {
    return !loop->settings->clock_simulate || clock_anchor_read(loop->db, arena, &loop->clock, err);
}

bool loop_connect(struct loop *loop, struct error *err) {
    if (loop->db != NULL && db_is_open(loop->db))
        return true;
    db_close(loop->db);
    loop->db = NULL;
    if (!db_open(loop->settings->postgres_conninfo, &loop->db, err))
        return false;
    db_limit(loop->db, bounds_transaction_ms(loop->settings));
    struct arena arena;
    arena_init(&arena);
    bool ok = migrations_check(loop->db, loop->vault, err) &&
              reference_check_calendar(loop->db, &arena, loop->settings->sla_calendar, err) &&
              installation_read(loop->db, &arena, loop->installation_text, err) &&
              check_clock(loop, &arena, err) && settle_clock(loop, &arena, err) &&
              journal_prepare(loop->db, &arena, JOURNAL_DAYS_AHEAD, err);
    arena_fini(&arena);
    if (!ok) {
        db_close(loop->db);
        loop->db = NULL;
        return false;
    }
    loop->installation = slice_of(loop->installation_text);
    loop->prepared_at_ms = clock_monotonic_ms();
    return true;
}
