#include "common/runtime/ticker.h"

#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/runtime/bus.h"
#include "common/runtime/clock_anchor.h"
#include "common/runtime/hooks.h"
#include "common/runtime/log.h"
#include "common/runtime/statements.h"
#include "common/runtime/watch.h"

enum {
    LOOK_EVERY_MS = 1000,
    LOOK_EVERY_SIMULATED_MS = 50, /* a simulated second may be short */
    TICK_LOST_MS = 60 * 1000,     /* not consumed by then, it went down with a broker */
    LOOK_MOST = TIMERS_PER_TICK,
    TICKS_MOST = TIMERS_PER_BATCH / TIMERS_PER_TICK,
};

#define TICK_HEADER(header_name, text)                                                             \
    {                                                                                              \
        .vtype = RD_KAFKA_VTYPE_HEADER, .u.header = { header_name, text, -1 }                      \
    }

struct share {
    int32_t share;
};
static const struct column share_rows[] = {COLUMN_AT(COLUMN_INT32, struct share, share)};
static const struct columns share_columns = COLUMNS_OF(struct share, share_rows);

static bool is_clock(const struct loop *loop, const struct partition *partition) {
    return partition->is_consumed && strcmp(partition->topic, loop->clock_topic) == 0;
}

static bool has_tick_under_way(const struct partition *partition) {
    return partition->is_tick_in_flight ||
           (partition->tick_offset >= partition->progress.next_offset &&
            clock_monotonic_ms() - partition->ticked_at_ms < TICK_LOST_MS);
}

static void note_delivery(UNUSED rd_kafka_t *producer, const rd_kafka_message_t *message,
                          void *opaque) {
    struct loop *loop = opaque;
    for (size_t i = 0; i < loop->partitions_count; i++) {
        struct partition *partition = &loop->partitions[i];
        if (!is_clock(loop, partition) || partition->progress.partition != message->partition)
            continue;
        partition->is_tick_in_flight = false;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            partition->tick_offset = message->offset;
        else
            log_line(LOG_LEVEL_WARNING, loop->worker->name, "a tick was not written: %s",
                     rd_kafka_err2name(message->err));
    }
}

bool ticker_open(struct loop *loop, struct error *err) {
    static const struct bus_property properties[] = {
        {"enable.idempotence", "true"},
        {"linger.ms", "0"},
        {"message.timeout.ms", "30000"},
        {"partitioner", "murmur2_random"},
    };
    char text[256];
    rd_kafka_conf_t *conf = NULL;
    if (loop->ticker != NULL)
        return true;
    if (!bus_conf(loop->settings, KAFKA_PRODUCER, properties, COUNT_OF(properties), &conf, err))
        return false;
    rd_kafka_conf_set_dr_msg_cb(conf, note_delivery);
    rd_kafka_conf_set_opaque(conf, loop);
    loop->ticker = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof(text));
    if (loop->ticker != NULL)
        return true;
    rd_kafka_conf_destroy(conf);
    return error_set(err, ERROR_FATAL, "CONFIGURATION", "the clock's producer: %s", text);
}

void ticker_close(struct loop *loop) {
    if (loop->ticker == NULL)
        return;
    WATCHED(WATCH_CLOSE);
    rd_kafka_destroy(loop->ticker); /* a tick that is lost with it is written again */
    loop->ticker = NULL;
}

bool ticker_settle(struct loop *loop, struct error *err) {
    int partitions = 0;
    if (!bus_partitions(loop->consumer, loop->clock_topic, &partitions, err))
        return false;
    loop->clock_partitions = partitions;
    for (size_t i = 0; i < loop->partitions_count; i++) {
        loop->partitions[i].is_tick_in_flight = false;
        loop->partitions[i].tick_offset = -1;
        loop->partitions[i].wants_tick = false;
    }
    return true;
}

/* A producer that lost its place among the broker's idempotent ones never writes again. Another one
 * takes over; a tick that went down with it is written anew. */
static bool renew_lost(struct loop *loop, struct error *err) {
    char text[256];
    rd_kafka_resp_err_t code = rd_kafka_fatal_error(loop->ticker, text, sizeof(text));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    log_line(LOG_LEVEL_WARNING, loop->worker->name, "the clock's producer is made anew: %s",
             rd_kafka_err2name(code));
    ticker_close(loop);
    for (size_t i = 0; i < loop->partitions_count; i++)
        loop->partitions[i].is_tick_in_flight = false;
    return ticker_open(loop, err);
}

/* Marks the clock partitions among whose timers something is due. Those that are marked already are
 * not looked up again: many due timers of theirs would hide those of the others. */
static bool look_up(struct loop *loop, struct arena *arena, struct error *err) {
    struct share *free = arena_array(arena, loop->partitions_count, sizeof(*free));
    size_t free_count = 0;
    for (size_t i = 0; i < loop->partitions_count; i++)
        if (is_clock(loop, &loop->partitions[i]) && !loop->partitions[i].wants_tick &&
            !has_tick_under_way(&loop->partitions[i]))
            free[free_count++].share = loop->partitions[i].progress.partition;
    if (free_count == 0)
        return true;
    if (!loop_read_clock(loop, arena, err))
        return false;
    struct parameters parameters;
    void *rows = NULL;
    size_t count = 0;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(loop->worker->name));
    parameters_add_instant(&parameters, clock_now_ms(&loop->clock));
    parameters_add_int32(&parameters, loop->clock_partitions);
    parameters_add_rows(&parameters, &share_columns, free, free_count);
    parameters_add_int32(&parameters, LOOK_MOST);
    if (!db_query(loop->db, &sql_timer_shares, &parameters, &share_columns, arena, &rows, &count,
                  err))
        return false;
    const struct share *due = rows;
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < loop->partitions_count; i++)
            if (is_clock(loop, &loop->partitions[i]) &&
                loop->partitions[i].progress.partition == due[k].share)
                loop->partitions[i].wants_tick = true;
    return true;
}

static void write_tick(struct loop *loop, struct arena *arena, struct partition *partition) {
    int64_t now_ms = clock_now_ms(&loop->clock);
    const struct tick tick = {.instant = now_ms, .lane = partition->progress.partition};
    struct slice value = document_write(arena, &tick_shape, &tick).open;
    struct uuid id;
    char id_text[UUID_TEXT_SIZE];
    char source[64];
    char instant[INSTANT_TEXT_SIZE];
    vault_random_uuid(&id);
    uuid_format(&id, id_text);
    instant_format(now_ms, instant);
    (void)snprintf(source, sizeof(source), "/guichet/%s", loop->worker->name);
    partition->wants_tick = false;
    const rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = partition->topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition->progress.partition},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)(uintptr_t)value.data, value.size}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        TICK_HEADER("ce_specversion", "1.0"),
        TICK_HEADER("ce_id", id_text),
        TICK_HEADER("ce_source", source),
        TICK_HEADER("ce_type", "guichet.clock.ticked.v1"),
        TICK_HEADER("ce_time", instant),
        TICK_HEADER("content-type", "application/json"),
    };
    rd_kafka_error_t *error = rd_kafka_produceva(loop->ticker, parts, COUNT_OF(parts));
    partition->is_tick_in_flight = error == NULL;
    partition->ticked_at_ms = clock_monotonic_ms();
    hook_pass("tick_written");
    if (error == NULL)
        return;
    log_line(LOG_LEVEL_WARNING, loop->worker->name, "a tick was not written: %s",
             rd_kafka_error_name(error));
    rd_kafka_error_destroy(error);
}

static size_t ticks_under_way(const struct loop *loop) {
    size_t count = 0;
    for (size_t i = 0; i < loop->partitions_count; i++)
        count += is_clock(loop, &loop->partitions[i]) && has_tick_under_way(&loop->partitions[i]);
    return count;
}

/* No more at a time than a batch can fire in full, in turn among the partitions. */
static void write_ticks(struct loop *loop, struct arena *arena) {
    size_t under_way = ticks_under_way(loop);
    size_t first = loop->next_tick;
    for (size_t k = 0; k < loop->partitions_count && under_way < TICKS_MOST; k++) {
        size_t i = (first + k) % loop->partitions_count;
        struct partition *partition = &loop->partitions[i];
        if (!partition->wants_tick || !is_clock(loop, partition) || has_tick_under_way(partition))
            continue;
        write_tick(loop, arena, partition);
        under_way++;
        loop->next_tick = i + 1;
    }
}

static bool run(struct loop *loop, struct arena *arena, struct error *err) {
    int64_t every_ms =
        loop->clock.is_simulated ? (int64_t)LOOK_EVERY_SIMULATED_MS : (int64_t)LOOK_EVERY_MS;
    if (clock_monotonic_ms() - loop->looked_at_ms >= every_ms) {
        loop->looked_at_ms = clock_monotonic_ms();
        if (!look_up(loop, arena, err))
            return false;
    }
    write_ticks(loop, arena);
    return true;
}

bool ticker_run(struct loop *loop, struct error *err) {
    if (loop->worker->firings_count == 0)
        return true;
    (void)rd_kafka_poll(loop->ticker, 0);
    if (!renew_lost(loop, err))
        return false;
    struct memory *memory = loop_memory(loop);
    bool ok = run(loop, &memory->arena, err);
    memory_release(memory);
    return ok;
}
