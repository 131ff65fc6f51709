#include "common/runtime/loop.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/runtime/bus.h"
#include "common/runtime/clock.h"
#include "common/runtime/journal.h"
#include "common/runtime/log.h"
#include "common/runtime/membership.h"
#include "common/runtime/published.h"
#include "common/runtime/remedy_act.h"
#include "common/runtime/ticker.h"

enum {
    FENCED_WAIT_MS = 2500,
    JOURNAL_EVERY_MS = 3600 * 1000,
    EXIT_UNAVAILABLE = 69,
    EXIT_AGAIN = 75,
    EXIT_CONFIGURATION = 78,
};

void partition_know(struct partition *partition, const struct progress *known) {
    partition->progress = *known;
    partition->progress.topic = slice_of(partition->topic);
}

void loop_drain(struct loop *loop) {
    struct error err;
    if (!publisher_drain(loop->publisher, &err))
        log_line(LOG_LEVEL_WARNING, loop->worker->name, "publishing failed (%s): %s", err.code,
                 err.text);
    /* Whoever has the partitions next would have to find out what was published. */
    if (!published_record(loop, true, &err))
        log_line(LOG_LEVEL_WARNING, loop->worker->name, "what was published is not kept (%s): %s",
                 err.code, err.text);
}

static int exit_code_of(const struct error *err) {
    if (strcmp(err->code, "CONFIGURATION") == 0)
        return EXIT_CONFIGURATION;
    return err->class == ERROR_FATAL ? EXIT_AGAIN : EXIT_UNAVAILABLE;
}

/* A day that cannot be dropped hinders nothing: the next hour tries again. */
static bool drop_days(struct loop *loop, struct arena *arena, struct error *err) {
    int32_t dropped = 0;
    bool ok = journal_drop(loop->db, arena, loop->settings->journal_retention_days, &dropped, err);
    if (!ok)
        log_line(LOG_LEVEL_WARNING, loop->worker->name, "journal: no day is dropped (%s): %s",
                 err->code, err->text);
    if (dropped > 0)
        log_line(LOG_LEVEL_INFO, loop->worker->name, "journal: %d days dropped", dropped);
    return ok || db_is_open(loop->db);
}

/* Makes the days to come, and drops those that nobody needs. */
static bool prepare_days(struct loop *loop, struct error *err) {
    int64_t now_ms = clock_monotonic_ms();
    bool must_prepare = now_ms - loop->prepared_at_ms >= JOURNAL_EVERY_MS;
    bool must_drop = loop->dropped_at_ms == 0 || now_ms - loop->dropped_at_ms >= JOURNAL_EVERY_MS;
    if (!must_prepare && !must_drop)
        return true;
    struct memory *memory = loop_memory(loop);
    struct arena *arena = &memory->arena;
    bool ok = loop_connect(loop, err) &&
              (!must_prepare || journal_prepare(loop->db, arena, JOURNAL_DAYS_AHEAD, err)) &&
              (!must_drop || drop_days(loop, arena, err));
    memory_release(memory);
    loop->prepared_at_ms = must_prepare ? now_ms : loop->prepared_at_ms;
    loop->dropped_at_ms = must_drop ? now_ms : loop->dropped_at_ms;
    return ok;
}

/* Fenced as a producer: somebody else runs under our name, or did. Heartbeats tell within two
 * intervals whether our place in the group is taken too; only if it is not, the name is ours to
 * take back. */
static bool check_fenced(struct loop *loop, const struct error *failure, struct error *err) {
    if (strcmp(failure->code, "_FENCED") == 0 && loop->settings->instance[0] != '\0')
        loop_wait(loop, FENCED_WAIT_MS);
    return membership_check(loop, err);
}

/* Once per failure: it stays until the publisher is reset, which may take some rounds. */
static bool note_publishing(struct loop *loop, struct error *err) {
    struct error failure = *err;
    if (failure.class == ERROR_FATAL)
        return false;
    if (loop->is_failure_noted)
        return true;
    loop->is_failure_noted = true;
    log_line(LOG_LEVEL_WARNING, loop->worker->name, "publishing failed (%s): %s", failure.code,
             failure.text);
    loop_pace_failed(loop, &failure);
    return check_fenced(loop, &failure, err);
}

/* What was not stored is read again. */
static bool failed(struct loop *loop) {
    if (loop->db != NULL)
        db_rollback(loop->db);
    loop->needs_settling = true;
    return false;
}

/* One round: settle if something happened, else collect and process a batch. */
static bool step(struct loop *loop, struct error *err) {
    if (loop->is_refused) {
        *err = loop->refusal;
        return false;
    }
    if (!membership_check(loop, err))
        return false;
    if (publisher_has_failed(loop->publisher, err)) {
        loop->needs_settling = true;
        if (!note_publishing(loop, err))
            return false;
    }
    if (loop->needs_settling) {
        loop_forget_kept(loop);
        return loop_settle(loop, err) || failed(loop);
    }
    if (!publisher_has_room(loop->publisher, IDLE_POLL_MS)) {
        loop_keep_place(loop);
        return true;
    }
    if (!remedy_look(loop, err) || !ticker_run(loop, err))
        return failed(loop);
    if (loop->needs_settling)
        return true;
    struct memory *memory = loop_collect(loop);
    if (memory == NULL)
        return (prepare_days(loop, err) && published_record(loop, false, err)) || failed(loop);
    if (!loop_turn(loop, memory, err)) {
        loop_pace_failed(loop, err);
        return failed(loop);
    }
    loop_pace_passed(loop);
    return true;
}

static void run(struct loop *loop) {
    struct error err = {0};
    int64_t wait_ms = 0;
    while (!loop->is_stopping) {
        if (step(loop, &err)) {
            wait_ms = 0;
            continue;
        }
        if (err.class == ERROR_FATAL) {
            log_line(LOG_LEVEL_ERROR, loop->worker->name, "%s: %s", err.code, err.text);
            loop->exit_code = exit_code_of(&err);
            return;
        }
        status_failed(loop->status, &err);
        wait_ms = wait_ms == 0 ? LOOP_BACKOFF_FIRST_MS : wait_ms * 2;
        wait_ms = wait_ms > LOOP_BACKOFF_MOST_MS ? LOOP_BACKOFF_MOST_MS : wait_ms;
        log_line(LOG_LEVEL_WARNING, loop->worker->name, "%s: %s; again in %lld ms", err.code,
                 err.text, (long long)wait_ms);
        loop_wait(loop, wait_ms);
    }
}

static void close_all(struct loop *loop) {
    WATCHED(WATCH_CLOSE);
    status_stopping(loop->status);
    auditor_ask_to_stop(loop->auditor);
    if (loop->publisher != NULL)
        loop_drain(loop);
    auditor_stop(loop->auditor);
    loop->auditor = NULL; /* leaving the group still takes the partitions away */
    receipts_drop(&loop->receipts, loop->receipts.count);
    loop_forget_kept(loop);
    if (loop->consumer != NULL) {
        if (loop->publisher != NULL)
            (void)rd_kafka_consumer_close(loop->consumer);
        rd_kafka_destroy(loop->consumer);
    }
    if (loop->metadata != NULL)
        rd_kafka_consumer_group_metadata_destroy(loop->metadata);
    ticker_close(loop);
    db_close(loop->db);
    memories_fini(loop);
}

static void *loop_main(void *argument) {
    struct loop *loop = argument;
    struct error err = {0};
    watch_attach(&loop->watch);
    if (loop_open(loop, &err)) {
        log_line(LOG_LEVEL_INFO, loop->worker->name, "started");
        loop->auditor = auditor_start(loop->settings, loop->worker->name, &loop->auditor_watch);
        run(loop);
    } else if (!loop->is_stopping) {
        log_line(LOG_LEVEL_ERROR, loop->worker->name, "cannot start: %s", err.text);
        loop->exit_code = exit_code_of(&err);
    }
    close_all(loop);
    log_line(LOG_LEVEL_INFO, loop->worker->name, "ended");
    loop->has_ended = true;
    return NULL;
}

void loop_start(struct loop *loop, const struct loop_place *place) {
    const struct settings *settings = place->settings;
    const struct worker *worker = place->worker;
    *loop = (struct loop){.settings = settings,
                          .worker = worker,
                          .vault = place->vault,
                          .zone = place->zone,
                          .status = place->status,
                          .is_visiting = place->is_visiting,
                          .metrics_label = metrics_worker(worker->name),
                          .watch.name = worker->name,
                          .publisher_watch.name = worker->name,
                          .auditor_watch.name = worker->name};
    struct uuid random;
    char name[UUID_TEXT_SIZE];
    vault_random_uuid(&random);
    uuid_format(&random, name);
    (void)snprintf(loop->transactional_id, sizeof(loop->transactional_id), "guichet-%s-%s",
                   worker->name, settings->instance[0] == '\0' ? name : settings->instance);
    topic_name_clock(worker->name, loop->clock_topic);
    memories_init(loop);
    if (pthread_create(&loop->thread, NULL, loop_main, loop) != 0)
        abort();
}

void loop_stop(struct loop *loop) {
    loop->is_stopping = true;
}

int loop_join(struct loop *loop) {
    pthread_join(loop->thread, NULL);
    publisher_close(loop->publisher);
    return loop->exit_code;
}
