#include "common/runtime/early.h"

#include <assert.h>
#include <string.h>

#include "common/runtime/alert.h"
#include "common/runtime/statements.h"

const char timer_early[] = "early";

static const struct column early_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct early_event, siren),
    COLUMN_AT(COLUMN_TEXT, struct early_event, kind),
    COLUMN_AT(COLUMN_TEXT, struct early_event, subject),
    COLUMN_AT(COLUMN_TEXT, struct early_event, content),
    ORIGIN_COLUMNS(struct early_event, origin, ""),
    COLUMN_AT(COLUMN_INSTANT, struct early_event, grace_ends_at),
};
static const struct columns early_columns = COLUMNS_OF(struct early_event, early_rows);
/* The first three of them: which event. */
static const struct columns place_columns = {early_rows, 3, sizeof(struct early_event)};

static const struct column key_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct early_key, siren),
    COLUMN_AT(COLUMN_TEXT, struct early_key, kind),
    COLUMN_AT(COLUMN_TEXT, struct early_key, subject),
};
static const struct columns key_columns = COLUMNS_OF(struct early_key, key_rows);

/* "<kind>/<subject>", also the subject of its timer. Kinds have no slash. */
static struct slice name_of(struct arena *arena, struct slice kind, struct slice subject) {
    return arena_format(arena, "%.*s/%.*s", SLICE_FORMAT(kind), SLICE_FORMAT(subject));
}

static struct early_key key_of_timer(const struct timer *timer) {
    const char *slash = memchr(timer->subject.data, '/', timer->subject.size);
    size_t size = slash == NULL ? timer->subject.size : (size_t)(slash - timer->subject.data);
    size_t skipped = slash == NULL ? size : size + 1;
    return (struct early_key){
        .siren = timer->siren,
        .kind = {timer->subject.data, size},
        .subject = {timer->subject.data + skipped, timer->subject.size - skipped},
    };
}

bool early_load(struct batch *batch, struct early_events *events, const struct early_key *keys,
                size_t count, size_t room, struct error *err) {
    struct early_key *wanted =
        arena_array(batch->arena, count + batch->timers_count, sizeof(*wanted));
    size_t wanted_count = 0;
    size_t due = 0;
    for (size_t i = 0; i < count; i++)
        wanted[wanted_count++] = keys[i];
    for (size_t i = 0; i < batch->timers_count; i++)
        if (slice_is(batch->timers[i].kind, timer_early)) {
            wanted[wanted_count++] = key_of_timer(&batch->timers[i]);
            due++;
        }
    events->room = room + due;
    events->changed = arena_array(batch->arena, events->room, sizeof(struct early_event *));
    map_init(&events->by_subject, batch->arena, wanted_count);
    if (wanted_count == 0)
        return true;
    struct parameters parameters;
    void *rows = NULL;
    size_t found = 0;
    parameters_init(&parameters, batch->arena);
    parameters_add_text(&parameters, slice_of(batch->worker->name));
    parameters_add_rows(&parameters, &key_columns, wanted, wanted_count);
    if (!db_query(batch->db, &sql_early_load, &parameters, &early_columns, batch->arena, &rows,
                  &found, err))
        return false;
    struct early_event *read = rows;
    for (size_t i = 0; i < found; i++)
        map_put(&events->by_subject, read[i].siren,
                name_of(batch->arena, read[i].kind, read[i].subject), &read[i]);
    return true;
}

struct early_event *early_find(const struct early_events *events, struct batch *batch,
                               struct slice siren, const char *kind, struct slice subject) {
    struct early_event *event =
        map_get(&events->by_subject, siren, name_of(batch->arena, slice_of(kind), subject));
    return event == NULL || event->is_gone ? NULL : event;
}

static void note_change(struct early_events *events, struct early_event *event) {
    if (event->is_noted)
        return;
    event->is_noted = true;
    assert(events->changed_count < events->room);
    events->changed[events->changed_count++] = event;
}

void early_keep(struct batch *batch, struct early_events *events, const struct record *record,
                const char *kind, struct slice subject, int64_t grace_ends_at) {
    const struct message *message = &record->message;
    if (early_find(events, batch, message->siren, kind, subject) != NULL)
        return;
    struct early_event *event = arena_take(batch->arena, sizeof(*event));
    *event = (struct early_event){
        .siren = message->siren,
        .kind = slice_of(kind),
        .subject = subject,
        .content = document_write(batch->arena, message->input->shape, message->data).open,
        .origin = record_origin(record),
        .grace_ends_at = grace_ends_at,
        .is_changed = true,
    };
    struct slice name = name_of(batch->arena, event->kind, subject);
    map_put(&events->by_subject, event->siren, name, event);
    note_change(events, event);
    batch_arm(batch, batch->worker->name, event->siren, timer_early, name, grace_ends_at);
}

void early_drop(struct batch *batch, struct early_events *events, struct early_event *event) {
    event->is_gone = true;
    note_change(events, event);
    batch_arm(batch, batch->worker->name, event->siren, timer_early,
              name_of(batch->arena, event->kind, event->subject), INSTANT_NONE);
}

void early_expire(struct batch *batch, struct early_events *events, struct record *record,
                  const struct timer *timer) {
    struct early_event *event = map_get(&events->by_subject, timer->siren, timer->subject);
    if (event == NULL || event->is_gone)
        return;
    if (event->grace_ends_at >= batch->now_ms) {
        batch_arm(batch, batch->worker->name, timer->siren, timer_early, timer->subject,
                  event->grace_ends_at);
        return;
    }
    static const char *const rules[] = {"SUBJECT_UNKNOWN"};
    struct record *part = record_part(batch, record, event->siren, event->subject, &event->origin);
    /* The timer's subject, with the kind: two events about one subject may wait until the same
     * instant. */
    record_at(batch, part,
              (struct occasion){event->siren, timer->subject, timer_early, event->grace_ends_at});
    record_explain(batch, part, NULL, NULL, rules, COUNT_OF(rules));
    alert_emit(batch, part, ALERT_SUBJECT_UNKNOWN, event->subject,
               arena_format(batch->arena, "%s: %.*s of a subject that did not come in time",
                            batch->worker->name, SLICE_FORMAT(event->kind)));
    early_drop(batch, events, event);
}

static bool write_events(struct batch *batch, const struct early_events *events, bool is_gone,
                         const struct statement *statement, const struct columns *columns,
                         struct error *err) {
    struct early_event *rows = arena_array(batch->arena, events->changed_count, sizeof(*rows));
    size_t count = 0;
    for (size_t i = 0; i < events->changed_count; i++) {
        const struct early_event *event = events->changed[i];
        /* Kept and dropped in one batch: never written. */
        if (event->is_gone == is_gone && !(event->is_gone && event->is_changed))
            rows[count++] = *event;
    }
    if (count == 0)
        return true;
    struct parameters parameters;
    parameters_init(&parameters, batch->arena);
    parameters_add_text(&parameters, slice_of(batch->worker->name));
    parameters_add_rows(&parameters, columns, rows, count);
    return db_run(batch->db, statement, &parameters, NULL, err);
}

bool early_store(struct batch *batch, struct early_events *events, struct error *err) {
    return write_events(batch, events, true, &sql_early_delete, &place_columns, err) &&
           write_events(batch, events, false, &sql_early_insert, &early_columns, err);
}
