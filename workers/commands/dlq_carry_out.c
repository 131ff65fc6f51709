/* `guichet dlq retry` and `drop`. A record that is kept is decided, or given up, by the worker
 * itself, which is asked to by a command on its clock topic: a tool that changed rows would race
 * with it. Of any other dead letter the record is sent again to where it came from, or marked. Who
 * had what done is kept in guichet.operator_action. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/date.h"
#include "common/record/json_read.h"
#include "common/runtime/clock_anchor.h"
#include "common/runtime/hooks.h"
#include "common/runtime/shell_input.h"
#include "workers/commands/dlq.h"
#include "workers/commands/operator.h"
#include "workers/commands/outgoing.h"
#include "workers/commands/statements.h"

enum {
    WAIT_MS = 60 * 1000,
    WAIT_SHORT_MS = 1000, /* for tests */
    LOOK_EVERY_MS = 200,
};

static const char sent_again[] = "sent again";
static const char dropped[] = "dropped";
static const char not_decided[] = "not decided yet";
static const char refused_again[] = "refused again";

/* One letter, and what comes of it. */
struct task {
    const struct dlq_letter *letter;
    struct slice target;
    struct slice event_id; /* of the command; absent: none is needed */
    struct slice detail;
    struct slice outcome; /* absent: nothing yet */
};
static const struct column task_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct task, target),
    COLUMN_AT(COLUMN_TEXT, struct task, detail),
    COLUMN_AT(COLUMN_TEXT, struct task, outcome),
};
static const struct columns task_columns = COLUMNS_OF(struct task, task_items);
static const struct column event_items[] = {COLUMN_AT(COLUMN_TEXT, struct task, event_id)};
static const struct columns event_columns = COLUMNS_OF(struct task, event_items);

struct carrying_out {
    const struct dlq_desk *desk;
    const struct dlq_order *order;
    struct task *tasks;
    size_t count;
    struct slice by;
};

static void print_plan(const struct carrying_out *carrying) {
    bool is_drop = carrying->order->is_drop;
    for (size_t i = 0; i < carrying->count; i++) {
        const struct dlq_letter *letter = carrying->tasks[i].letter;
        printf("%.*s %.*s: ", SLICE_FORMAT(letter->place), SLICE_FORMAT(letter->reason));
        if (letter->is_parked) {
            printf("%s", is_drop ? "is given up" : "is decided again");
            if (letter->waiting > 0) {
                printf(", and then the %d behind it are decided", letter->waiting);
            }
        } else if (is_drop) {
            fputs("is marked as done with", stdout);
        } else {
            printf("is sent again to %.*s", SLICE_FORMAT(letter->topic));
        }
        putchar('\n');
    }
}

/* The command as an event, judged as the worker will judge it. */
static bool write_command(struct carrying_out *carrying, struct task *task, int64_t now_ms,
                          struct outgoing *event, struct error *err) {
    struct arena *arena = carrying->desk->arena;
    const struct dlq_letter *letter = task->letter;
    const struct dead_letter_command command = {.topic = letter->topic,
                                                .partition = letter->partition,
                                                .offset = letter->input_offset,
                                                .by = carrying->by,
                                                .at = now_ms};
    struct dead_letter_command read;
    const struct slice data = document_write(arena, &dead_letter_command_shape, &command).open;
    if (!json_read_text(arena, &dead_letter_command_shape, data, &read, err)) {
        return error_prefix(err, "%.*s", SLICE_FORMAT(letter->place));
    }
    struct uuid id;
    char id_text[UUID_TEXT_SIZE];
    char time[INSTANT_TEXT_SIZE];
    vault_random_uuid(&id);
    uuid_format(&id, id_text);
    instant_format(now_ms, time);
    task->event_id = arena_copy(arena, slice_of(id_text));
    *event = (struct outgoing){
        .topic = arena_format(arena, "guichet.%.*s.clock.v1", SLICE_FORMAT(letter->worker)).data,
        .key = letter->siren,
        .value = arena_format(
            arena,
            "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/guichet/command\","
            "\"type\":\"guichet.dead-letter.%s.v1\",\"time\":\"%s\","
            "\"datacontenttype\":\"application/json\",\"data\":%.*s}",
            id_text, carrying->order->is_drop ? "dropped" : "retried", time, SLICE_FORMAT(data))};
    return true;
}

/* The record as it came, for the topic it came on. */
static bool write_original(struct carrying_out *carrying, const struct vault *vault,
                           struct task *task, struct outgoing *event, bool *is_there,
                           struct error *err) {
    struct arena *arena = carrying->desk->arena;
    struct dlq_record record;
    if (!dlq_open(carrying->desk, vault, task->letter, &record, err)) {
        return false;
    }
    struct header *headers = arena_array(arena, record.raw.headers_count + 1, sizeof(*headers));
    size_t count = 0;
    bool is_omitted = false;
    for (size_t i = 0; i < record.raw.headers_count; i++) {
        const struct header *header = &record.raw.headers[i];
        is_omitted = is_omitted || slice_is(header->name, "dlq_value_omitted");
        if (!dlq_is_own_header(header)) {
            headers[count++] = *header;
        }
    }
    *is_there = !record.is_erased && !is_omitted;
    task->outcome = slice_of(record.is_erased ? "erased"
                             : is_omitted     ? "its value was left out"
                                              : sent_again);
    *event = (struct outgoing){.topic = arena_copy(arena, task->letter->topic).data,
                               .key = record.raw.key,
                               .value = record.raw.value,
                               .headers = headers,
                               .headers_count = count};
    return true;
}

/* What has to be sent for it. */
static bool prepare(struct carrying_out *carrying, struct outgoing_list *events,
                    struct error *err) {
    const struct dlq_desk *desk = carrying->desk;
    struct vault vault CLEANUP(vault_close) = {0};
    struct clock clock;
    if (!vault_open(desk->settings, &vault, err) ||
        !clock_anchor_read(desk->db, desk->arena, &clock, err)) {
        return false;
    }
    for (size_t i = 0; i < carrying->count; i++) {
        struct task *task = &carrying->tasks[i];
        struct outgoing event = {0};
        bool is_there = task->letter->is_parked;
        if (is_there) {
            if (!write_command(carrying, task, clock_now_ms(&clock), &event, err)) {
                return false;
            }
        } else if (carrying->order->is_drop) {
            task->outcome = slice_of(dropped);
        } else if (!write_original(carrying, &vault, task, &event, &is_there, err)) {
            return false;
        }
        if (is_there) {
            outgoing_append(desk->arena, events, event);
        }
    }
    return true;
}

struct outcome_row {
    struct slice event_id;
    struct slice rules;
    struct slice refusal;
    bool is_decided;
    int32_t others;
};
static const struct column outcome_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct outcome_row, event_id),
    COLUMN_AT(COLUMN_TEXT, struct outcome_row, rules),
    COLUMN_AT(COLUMN_TEXT, struct outcome_row, refusal),
    COLUMN_AT(COLUMN_BOOLEAN, struct outcome_row, is_decided),
    COLUMN_AT(COLUMN_INT32, struct outcome_row, others),
};
static const struct columns outcome_columns = COLUMNS_OF(struct outcome_row, outcome_items);

static void take_outcome(struct carrying_out *carrying, const struct outcome_row *row) {
    struct arena *arena = carrying->desk->arena;
    for (size_t i = 0; i < carrying->count; i++) {
        struct task *task = &carrying->tasks[i];
        if (!slice_equal(task->event_id, row->event_id)) {
            continue;
        }
        if (slice_is(row->rules, "NOT_PARKED")) {
            task->outcome = slice_of("without effect: it does not wait any more");
        } else if (slice_is(row->refusal, "DROPPED")) {
            task->outcome = slice_of(dropped);
        } else if (slice_is(row->refusal, "POISON")) {
            task->outcome = slice_of(refused_again);
        } else {
            task->outcome = row->is_decided
                                ? slice_of("decided")
                                : arena_format(arena, "refused: %.*s", SLICE_FORMAT(row->refusal));
        }
        if (row->others > 0) {
            task->detail = arena_format(arena, "and %d behind it", row->others);
        }
    }
}

static int64_t wait_ms(void) {
    return hook_is_sabotaged("short_wait") ? WAIT_SHORT_MS : WAIT_MS;
}

/* Asks until all commands are decided, or the time is up. */
static bool wait_decided(struct carrying_out *carrying, struct error *err) {
    const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
    int64_t until_ms = clock_monotonic_ms() + wait_ms();
    while (true) {
        struct task *left = arena_array(carrying->desk->arena, carrying->count, sizeof(*left));
        size_t left_count = 0;
        for (size_t i = 0; i < carrying->count; i++) {
            if (!slice_is_present(carrying->tasks[i].outcome)) {
                left[left_count++] = carrying->tasks[i];
            }
        }
        if (left_count == 0 || clock_monotonic_ms() > until_ms) {
            return true;
        }
        struct parameters parameters;
        void *rows = NULL;
        size_t count = 0;
        parameters_init(&parameters, carrying->desk->arena);
        parameters_add_rows(&parameters, &event_columns, left, left_count);
        if (!db_query(carrying->desk->db, &sql_dlq_outcome, &parameters, &outcome_columns,
                      carrying->desk->arena, &rows, &count, err)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            take_outcome(carrying, &((const struct outcome_row *)rows)[i]);
        }
        if (count == 0) {
            (void)nanosleep(&pause, NULL);
        }
    }
}

/* Keeps who had what done: of the commands, or of all else, whose outcome is known at once. */
static bool keep(const struct carrying_out *carrying, bool are_commands, struct error *err) {
    struct arena *arena = carrying->desk->arena;
    struct task *kept = arena_array(arena, carrying->count, sizeof(*kept));
    size_t kept_count = 0;
    for (size_t i = 0; i < carrying->count; i++) {
        if (slice_is_present(carrying->tasks[i].event_id) == are_commands) {
            kept[kept_count++] = carrying->tasks[i];
        }
    }
    if (kept_count == 0) {
        return true;
    }
    struct parameters parameters;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, carrying->by);
    parameters_add_text(&parameters, slice_of(carrying->order->is_drop ? "dlq drop" : "dlq retry"));
    parameters_add_rows(&parameters, &task_columns, kept, kept_count);
    return db_run(carrying->desk->db, &sql_operator_action_insert, &parameters, NULL, err);
}

/* Prints what came of each, and keeps it of the commands. */
static bool tell(struct carrying_out *carrying, struct error *err) {
    bool is_late = false;
    bool is_refused = false;
    for (size_t i = 0; i < carrying->count; i++) {
        struct task *task = &carrying->tasks[i];
        if (!slice_is_present(task->outcome)) {
            task->outcome = slice_of(not_decided);
            is_late = true;
        }
        is_refused = is_refused || slice_is(task->outcome, refused_again);
        printf("%.*s: %.*s%s%.*s\n", SLICE_FORMAT(task->target), SLICE_FORMAT(task->outcome),
               slice_is_present(task->detail) ? ", " : "", SLICE_FORMAT(task->detail));
    }
    if (!keep(carrying, true, err)) {
        return false;
    }
    if (is_late) {
        return error_set(err, ERROR_TRANSIENT, "NOT_DECIDED",
                         "the worker has not decided all within %lld s: the command stands, and is "
                         "carried out once it runs",
                         (long long)wait_ms() / 1000);
    }
    return !is_refused || error_set(err, ERROR_INVALID, "POISON",
                                    "the database refuses it still: see the worker's log");
}

bool dlq_carry_out(const struct dlq_desk *desk, const struct dlq_order *order,
                   const struct dlq_letters *letters, struct error *err) {
    struct carrying_out carrying = {.desk = desk, .order = order, .count = letters->count};
    struct outgoing_list events = {0};
    carrying.tasks = arena_array(desk->arena, letters->count, sizeof(struct task));
    for (size_t i = 0; i < letters->count; i++) {
        carrying.tasks[i].letter = &letters->items[i];
        carrying.tasks[i].target = letters->items[i].place;
    }
    print_plan(&carrying);
    if (order->is_dry_run || letters->count == 0) {
        return true;
    }
    return operator_name(desk->arena, order->by, &carrying.by, err) &&
           operator_confirm("Type yes to go on: ", "yes", order->is_sure, err) &&
           prepare(&carrying, &events, err) &&
           (events.count == 0 || outgoing_send(desk->settings, &events, err)) &&
           keep(&carrying, false, err) && wait_decided(&carrying, err) && tell(&carrying, err);
}
