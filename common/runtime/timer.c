#include "common/runtime/timer.h"

#include <librdkafka/rdkafka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/runtime/batch.h"
#include "common/runtime/rows.h"
#include "common/runtime/statements.h"

const char timer_subject_known[] = "subject_known";
const char timer_roster_refresh[] = "roster_refresh";
const char timer_tracking_refresh[] = "tracking_refresh";
const char timer_addition_erased[] = "addition_erased";
const char timer_calendar[] = "calendar";
const char timer_calendar_again[] = "calendar_again";
const char timer_pmss[] = "pmss";
const char timer_pmss_again[] = "pmss_again";

static const struct column timer_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct timer, siren), COLUMN_AT(COLUMN_TEXT, struct timer, worker),
    COLUMN_AT(COLUMN_TEXT, struct timer, kind),  COLUMN_AT(COLUMN_TEXT, struct timer, subject),
    COLUMN_AT(COLUMN_INT32, struct timer, lane), COLUMN_AT(COLUMN_INSTANT, struct timer, due_at),
    ORIGIN_COLUMNS(struct timer, origin, ""),
};
static const struct columns timer_columns = COLUMNS_OF(struct timer, timer_rows);
/* The first four of them: which timer; and before the origin: which, and when. */
static const struct columns place_columns = {timer_rows, 4, sizeof(struct timer)};
static const struct columns due_columns = {timer_rows, 6, sizeof(struct timer)};
static const struct column key_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct timer, siren),
    COLUMN_AT(COLUMN_TEXT, struct timer, kind),
    COLUMN_AT(COLUMN_TEXT, struct timer, subject),
};
static const struct columns key_columns = COLUMNS_OF(struct timer, key_rows);

enum change { CHANGE_SET, CHANGE_SET_EARLIER, CHANGE_GONE };

struct timer_change {
    struct timer timer;
    enum change change;
    struct timer_change *next;
};

struct timer_wake {
    struct subject_key come;
    struct timer_wake *next;
};

int32_t timer_lane(struct slice siren) {
    /* Kafka's murmur2, as librdkafka has it: it looks at nothing but the key. */
    return rd_kafka_msg_partitioner_murmur2(NULL, siren.data, siren.size, TIMER_LANES, NULL, NULL);
}

static struct timer_change *find_change(struct batch *batch, const struct timer *timer,
                                        struct slice *key) {
    *key = arena_format(batch->arena, "%.*s/%.*s/%.*s", SLICE_FORMAT(timer->worker),
                        SLICE_FORMAT(timer->kind), SLICE_FORMAT(timer->subject));
    return map_get(&batch->changes.by_key, timer->siren, *key);
}

static struct timer_change *add_change(struct batch *batch, const struct timer *timer,
                                       struct slice key, enum change kind) {
    struct timer_changes *changes = &batch->changes;
    struct timer_change *change = arena_take(batch->arena, sizeof(*change));
    *change = (struct timer_change){.timer = *timer, .change = kind};
    if (changes->last == NULL)
        changes->first = change;
    else
        changes->last->next = change;
    changes->last = change;
    changes->count++;
    map_put(&changes->by_key, change->timer.siren, key, change);
    return change;
}

static struct timer timer_of(const char *worker, struct slice siren, const char *kind,
                             struct slice subject, int64_t due_at) {
    return (struct timer){.siren = siren,
                          .worker = slice_of(worker),
                          .kind = slice_of(kind),
                          .subject = subject,
                          .lane = timer_lane(siren),
                          .due_at = due_at};
}

static void arm(struct batch *batch, const struct timer *timer) {
    struct slice key;
    struct timer_change *change = find_change(batch, timer, &key);
    if (change == NULL)
        change = add_change(batch, timer, key, CHANGE_SET);
    change->change = timer->due_at == INSTANT_NONE ? CHANGE_GONE : CHANGE_SET;
    change->timer = *timer;
}

void batch_arm(struct batch *batch, const char *worker, struct slice siren, const char *kind,
               struct slice subject, int64_t due_at) {
    const struct timer timer = timer_of(worker, siren, kind, subject, due_at);
    arm(batch, &timer);
}

void batch_ask(struct batch *batch, const struct record *record, const char *worker,
               struct slice siren, const char *kind, struct slice subject, int64_t due_at) {
    struct timer timer = timer_of(worker, siren, kind, subject, due_at);
    timer.origin = record_origin(record);
    arm(batch, &timer);
}

void timer_move(struct batch *batch, const struct timer *timer, int64_t due_at) {
    struct timer moved = *timer;
    moved.due_at = due_at;
    arm(batch, &moved);
}

void batch_arm_earlier(struct batch *batch, const char *worker, struct slice siren,
                       const char *kind, struct slice subject, int64_t due_at) {
    struct timer timer = timer_of(worker, siren, kind, subject, due_at);
    struct slice key;
    struct timer_change *change = find_change(batch, &timer, &key);
    if (change == NULL) {
        (void)add_change(batch, &timer, key, CHANGE_SET_EARLIER);
    } else if (change->change == CHANGE_GONE) {
        change->change = CHANGE_SET;
        change->timer = timer;
    } else if (due_at < change->timer.due_at) {
        change->timer = timer;
    }
}

void batch_wake(struct batch *batch, struct slice siren, struct slice subject) {
    struct timer_wake *wake = arena_take(batch->arena, sizeof(*wake));
    *wake = (struct timer_wake){{siren, subject}, batch->changes.wakes};
    batch->changes.wakes = wake;
    batch->changes.wakes_count++;
}

bool timer_waited_for(const struct timer *timer, const char *sort, struct slice *id) {
    if (!slice_is(timer->kind, timer_subject_known) || !slice_starts_with(timer->subject, sort))
        return false;
    const size_t skipped = strlen(sort);
    *id = (struct slice){timer->subject.data + skipped, timer->subject.size - skipped};
    return true;
}

bool timer_take(struct batch *batch, const struct timer *timer) {
    struct slice key;
    if (find_change(batch, timer, &key) != NULL)
        return false;
    (void)add_change(batch, timer, key, CHANGE_GONE);
    return true;
}

static bool query(struct batch *batch, const struct statement *statement,
                  const struct parameters *parameters, const struct columns *columns,
                  struct timer **timers, size_t *count, struct error *err) {
    void *rows = NULL;
    if (!db_query(batch->db, statement, parameters, columns, batch->arena, &rows, count, err))
        return false;
    *timers = rows;
    return true;
}

bool timer_due(struct batch *batch, const struct tick *tick, int32_t partitions, int64_t before_ms,
               size_t most, struct timer **timers, size_t *count, struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_text(&parameters, slice_of(batch->worker->name));
    parameters_add_instant(&parameters, before_ms);
    parameters_add_int32(&parameters, partitions);
    parameters_add_int32(&parameters, tick->lane % partitions);
    parameters_add_int32(&parameters, (int32_t)most);
    return query(batch, &sql_timer_due, &parameters, &due_columns, timers, count, err);
}

bool timer_load(struct batch *batch, const struct timer *keys, size_t count, int64_t before_ms,
                struct timer **timers, size_t *found, struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_text(&parameters, slice_of(batch->worker->name));
    parameters_add_instant(&parameters, before_ms);
    parameters_add_rows(&parameters, &key_columns, keys, count);
    return query(batch, &sql_timer_load, &parameters, &timer_columns, timers, found, err);
}

bool timer_wakes(struct batch *batch, const struct slice *sirens, size_t count,
                 struct timer **timers, size_t *found, struct error *err) {
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_text(&parameters, slice_of(batch->worker->name));
    parameters_add_instant(&parameters, batch->now_ms);
    parameters_add_rows(&parameters, &siren_columns, sirens, count);
    parameters_add_int32(&parameters, TIMERS_PER_TICK);
    return query(batch, &sql_timer_wakes, &parameters, &timer_columns, timers, found, err);
}

/* The changes of one sort, for one statement. */
static bool write_changes(struct batch *batch, enum change kind, const struct statement *statement,
                          const struct columns *columns, struct error *err) {
    struct timer *timers = arena_array(batch->arena, batch->changes.count, sizeof(*timers));
    size_t count = 0;
    for (const struct timer_change *change = batch->changes.first; change != NULL;
         change = change->next)
        if (change->change == kind)
            timers[count++] = change->timer;
    return rows_store(batch, statement, rows_of(columns, timers, count), err);
}

static bool write_wakes(struct batch *batch, struct error *err) {
    struct subject_key *come = arena_array(batch->arena, batch->changes.wakes_count, sizeof(*come));
    size_t count = 0;
    for (const struct timer_wake *wake = batch->changes.wakes; wake != NULL; wake = wake->next)
        come[count++] = wake->come;
    return rows_store(batch, &sql_timer_wake, rows_of(&subject_key_columns, come, count), err);
}

bool timer_store(struct batch *batch, struct error *err) {
    return write_changes(batch, CHANGE_GONE, &sql_timer_delete, &place_columns, err) &&
           write_changes(batch, CHANGE_SET, &sql_timer_upsert, &timer_columns, err) &&
           write_changes(batch, CHANGE_SET_EARLIER, &sql_timer_upsert_earlier, &timer_columns,
                         err) &&
           write_wakes(batch, err);
}
