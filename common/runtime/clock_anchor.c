#include "common/runtime/clock_anchor.h"

#include <inttypes.h>

#include "common/base/date.h"
#include "common/runtime/log.h"
#include "common/runtime/statements.h"

struct anchor_row {
    int64_t simulated_from;
    int64_t real_from;
    int32_t rate;
    int64_t start_asked; /* where clock.start said nothing: the real time of that moment */
};

/* What the settings ask for. */
struct anchor_wish {
    int64_t start_ms; /* INSTANT_NONE: nothing */
    int32_t rate;
};

static bool read_anchor(struct db *db, const struct statement *statement, struct arena *arena,
                        struct anchor_row **anchor, struct error *err) {
    static const struct column items[] = {
        COLUMN_AT(COLUMN_INSTANT, struct anchor_row, simulated_from),
        COLUMN_AT(COLUMN_INSTANT, struct anchor_row, real_from),
        COLUMN_AT(COLUMN_INT32, struct anchor_row, rate),
        COLUMN_AT(COLUMN_INSTANT, struct anchor_row, start_asked),
    };
    static const struct columns columns = COLUMNS_OF(struct anchor_row, items);
    struct parameters none;
    void *rows = NULL;
    size_t count = 0;
    parameters_init(&none, arena);
    if (!db_query(db, statement, &none, &columns, arena, &rows, &count, err)) {
        return false;
    }
    *anchor = count > 0 ? rows : NULL;
    return true;
}

static bool write_anchor(struct db *db, const struct statement *statement, struct arena *arena,
                         const struct anchor_row *anchor, size_t *written, struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, arena);
    parameters_add_instant(&parameters, anchor->simulated_from);
    parameters_add_instant(&parameters, anchor->real_from);
    parameters_add_int32(&parameters, anchor->rate);
    parameters_add_instant(&parameters, anchor->start_asked);
    return db_run(db, statement, &parameters, written, err);
}

static struct clock clock_of(const struct anchor_row *anchor) {
    return (struct clock){
        .is_simulated = true,
        .simulated_from_ms = anchor->simulated_from,
        .real_from_ms = anchor->real_from,
        .rate = anchor->rate,
    };
}

bool clock_anchor_read(struct db *db, struct arena *arena, struct clock *clock, struct error *err) {
    struct anchor_row *anchor;
    if (!read_anchor(db, &sql_clock_anchor_load, arena, &anchor, err)) {
        return false;
    }
    *clock = anchor == NULL ? (struct clock){.is_simulated = false} : clock_of(anchor);
    return true;
}

static bool refuse_start(const struct clock *clock, int64_t start_ms, int64_t real_ms,
                         struct error *err) {
    char start[INSTANT_TEXT_SIZE];
    char now[INSTANT_TEXT_SIZE];
    instant_format(start_ms, start);
    instant_format(clock_at_ms(clock, real_ms), now);
    return error_set(err, ERROR_FATAL, "CONFIGURATION",
                     "clock.start: %s lies before the simulated now of this installation, %s, and "
                     "its time never goes back",
                     start, now);
}

/* The clock as it goes on under the wish: as the anchor says if it was made with the same start, or
 * no start is asked for, and with the same rate; else moved. */
static bool plan(const struct anchor_row *anchor, const struct anchor_wish *wish,
                 struct clock *clock, bool *is_moved, struct error *err) {
    int64_t real_ms = clock_real_ms();
    bool is_other_start = wish->start_ms != INSTANT_NONE && wish->start_ms != anchor->start_asked;
    int64_t start_ms = is_other_start ? wish->start_ms : INSTANT_NONE;
    *clock = clock_of(anchor);
    *is_moved = is_other_start || wish->rate != anchor->rate;
    return !*is_moved || clock_move(clock, start_ms, wish->rate, real_ms) ||
           refuse_start(clock, start_ms, real_ms, err);
}

/* `deed` says what was done with the anchor. */
static bool settle_simulated(struct db *db, struct arena *arena, const struct anchor_wish *wish,
                             struct clock *clock, const char **deed, struct error *err) {
    int64_t real_ms = clock_real_ms();
    int64_t first_ms = wish->start_ms == INSTANT_NONE ? real_ms : wish->start_ms;
    struct anchor_row first = {first_ms, real_ms, wish->rate, first_ms};
    struct anchor_row *anchor = NULL;
    size_t inserted = 0;
    bool is_moved = false;
    if (!write_anchor(db, &sql_clock_anchor_insert, arena, &first, &inserted, err) ||
        !read_anchor(db, &sql_clock_anchor_lock, arena, &anchor, err)) {
        return false;
    }
    if (anchor == NULL) {
        return error_set(err, ERROR_TRANSIENT, "ANCHOR_GONE", "the simulated clock was taken away");
    }
    if (!plan(anchor, wish, clock, &is_moved, err)) {
        return false;
    }
    *deed = is_moved ? "moved for all processes" : inserted > 0 ? "set" : "followed";
    if (!is_moved) {
        return true;
    }
    struct anchor_row moved = {clock->simulated_from_ms, clock->real_from_ms, clock->rate,
                               wish->start_ms == INSTANT_NONE ? anchor->start_asked
                                                              : wish->start_ms};
    return write_anchor(db, &sql_clock_anchor_move, arena, &moved, NULL, err);
}

static bool read_wish(const struct settings *settings, struct anchor_wish *wish,
                      struct error *err) {
    *wish = (struct anchor_wish){INSTANT_NONE, settings->clock_rate};
    return settings->clock_start[0] == '\0' ||
           instant_parse(slice_of(settings->clock_start), &wish->start_ms) ||
           error_set(err, ERROR_FATAL, "CONFIGURATION", "clock.start: is no instant");
}

bool clock_anchor_check(const struct settings *settings, struct db *db, struct arena *arena,
                        struct error *err) {
    struct anchor_row *anchor;
    struct anchor_wish wish;
    struct clock clock;
    bool is_moved;
    if (!read_anchor(db, &sql_clock_anchor_load, arena, &anchor, err) ||
        !read_wish(settings, &wish, err)) {
        return false;
    }
    if (anchor == NULL) {
        return true;
    }
    if (!settings->clock_simulate) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "the clock of this installation is simulated, as its database says: set "
                         "clock.simulate=true, or use another database");
    }
    return plan(anchor, &wish, &clock, &is_moved, err);
}

static void tell(const struct clock *clock, const char *deed) {
    char now[INSTANT_TEXT_SIZE];
    instant_format(clock_now_ms(clock), now);
    log_line(LOG_LEVEL_WARNING, "guichet",
             "the clock is simulated: it is %s and passes %" PRId32 " times as fast (%s)", now,
             clock->rate, deed);
}

bool clock_anchor_settle(const struct settings *settings, struct db *db, struct arena *arena,
                         struct clock *clock, struct error *err) {
    struct anchor_wish wish;
    const char *deed = NULL;
    if (!settings->clock_simulate) {
        *clock = (struct clock){.is_simulated = false};
        return clock_anchor_check(settings, db, arena, err);
    }
    if (!read_wish(settings, &wish, err) || !db_begin(db, err)) {
        return false;
    }
    if (!settle_simulated(db, arena, &wish, clock, &deed, err)) {
        db_rollback(db);
        return false;
    }
    if (!db_commit(db, err)) {
        return false;
    }
    tell(clock, deed);
    return true;
}
