#include "common/runtime/loop.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/runtime/bus.h"
#include "common/runtime/clock.h"
#include "common/runtime/journal.h"
#include "common/runtime/log.h"
#include "common/runtime/ticker.h"

enum {
    IDLE_POLL_MS = 100,
    BATCH_BYTES_MOST = 8 * 1024 * 1024,
    ARENA_KEEP_BYTES = 16 * 1024 * 1024,
    BACKOFF_FIRST_MS = 100,
    BACKOFF_MOST_MS = 5000,
    FENCED_WAIT_MS = 2500,
    THROWN_OUT_WINDOW_MS = 60000,
    JOURNAL_EVERY_MS = 3600 * 1000,
    EXIT_UNAVAILABLE = 69,
    EXIT_AGAIN = 75,
    EXIT_CONFIGURATION = 78,
};

static void destroy_messages(struct memory *memory) {
    for (size_t i = 0; i < memory->messages_count; i++)
        rd_kafka_message_destroy(memory->messages[i]);
    memory->messages_count = 0;
}

struct memory *loop_memory(struct loop *loop) {
    struct memory *found = NULL;
    pthread_mutex_lock(&loop->memory_mutex);
    while (found == NULL) {
        for (size_t i = 0; i < LOOP_MEMORIES && found == NULL; i++)
            if (loop->memories[i].references == 0)
                found = &loop->memories[i];
        if (found == NULL)
            pthread_cond_wait(&loop->memory_freed, &loop->memory_mutex);
    }
    found->references = 1;
    pthread_mutex_unlock(&loop->memory_mutex);
    return found;
}

void memory_retain(struct memory *memory) {
    pthread_mutex_lock(&memory->loop->memory_mutex);
    memory->references++;
    pthread_mutex_unlock(&memory->loop->memory_mutex);
}

void memory_release(struct memory *memory) {
    struct loop *loop = memory->loop;
    pthread_mutex_lock(&loop->memory_mutex);
    assert(memory->references > 0);
    if (memory->references == 1) {
        destroy_messages(memory);
        arena_reset(&memory->arena, ARENA_KEEP_BYTES);
        pthread_cond_signal(&loop->memory_freed);
    }
    memory->references--;
    pthread_mutex_unlock(&loop->memory_mutex);
}

static void release_publication(struct publication *publication) {
    memory_release(publication->owner);
}

struct publication *loop_publication(struct memory *memory) {
    struct publication *publication = arena_take(&memory->arena, sizeof(*publication));
    publication->arena = &memory->arena;
    publication->owner = memory;
    publication->release = release_publication;
    memory_retain(memory);
    return publication;
}

/* Waits for the publisher; what could not be published comes from the store later. */
static void drain(struct loop *loop) {
    struct error err;
    if (!publisher_drain(loop->publisher, &err))
        log_line(LOG_LEVEL_WARNING, loop->worker->name, "publishing failed (%s): %s", err.code,
                 err.text);
}

/* Called while polling. Nothing is looked up here: the loop settles afterwards. */
static void rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t code,
                      rd_kafka_topic_partition_list_t *list, void *opaque) {
    struct loop *loop = opaque;
    loop->assignment++;
    status_settling(loop->status);
    /* What was decided under this assignment is published under it, or, after a failure, by the
     * next owner. */
    drain(loop);
    loop->partitions_count = 0;
    if (code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        (void)rd_kafka_assign(consumer, NULL);
        return;
    }
    if (loop->metadata != NULL)
        rd_kafka_consumer_group_metadata_destroy(loop->metadata);
    loop->metadata = rd_kafka_consumer_group_metadata(consumer);
    for (int i = 0; i < list->cnt; i++) {
        assert(loop->partitions_count < LOOP_PARTITIONS_MOST);
        struct partition *partition = &loop->partitions[loop->partitions_count++];
        *partition = (struct partition){.progress.partition = list->elems[i].partition};
        (void)snprintf(partition->topic, sizeof(partition->topic), "%s", list->elems[i].topic);
        partition->progress.topic = slice_of(partition->topic);
    }
    /* Answered with nothing to read yet. */
    rd_kafka_topic_partition_list_t *nothing = rd_kafka_topic_partition_list_new(1);
    (void)rd_kafka_assign(consumer, nothing);
    rd_kafka_topic_partition_list_destroy(nothing);
    loop->needs_settling = true;
}

static void complain(rd_kafka_t *consumer UNUSED, int code, const char *reason, void *opaque) {
    struct loop *loop = opaque;
    bus_trouble_note(&loop->trouble, code, reason);
}

/* What an error of the consumer is about: the topic it names, or else the group. */
static void note_refusal(struct loop *loop, const rd_kafka_message_t *message) {
    char group[64];
    (void)snprintf(group, sizeof(group), "guichet.%s", loop->worker->name);
    bool is_topic = message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    const char *resource = !is_topic              ? group
                           : message->rkt != NULL ? rd_kafka_topic_name(message->rkt)
                                                  : "(not named)";
    if (!loop->is_refused)
        loop->is_refused =
            !bus_right_allows(message->err, resource, loop->settings, &loop->refusal);
}

/* One message, or NULL; errors that the consumer reports end here. */
static rd_kafka_message_t *poll_once(struct loop *loop, int timeout_ms) {
    rd_kafka_message_t *message = rd_kafka_consumer_poll(loop->consumer, timeout_ms);
    if (message == NULL || message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        return message;
    if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
        message->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
        loop->needs_settling = true; /* the log changed under us: the verdict says how */
    note_refusal(loop, message);
    log_line(LOG_LEVEL_WARNING, loop->worker->name, "consumer: %s",
             rd_kafka_err2name(message->err));
    rd_kafka_message_destroy(message);
    return NULL;
}

/* What is there, up to the batch's bounds; waits a little for the first record only. */
static struct memory *collect(struct loop *loop) {
    unsigned assignment = loop->assignment;
    rd_kafka_message_t *message = poll_once(loop, IDLE_POLL_MS);
    if (message == NULL)
        return NULL;
    struct memory *memory = loop_memory(loop);
    int64_t until_ms = clock_monotonic_ms() + loop->settings->batch_linger_ms;
    size_t bytes = 0;
    size_t most = (size_t)loop->settings->batch_max_records;
    while (message != NULL) {
        memory->messages[memory->messages_count++] = message;
        bytes += message->len + message->key_len;
        if (memory->messages_count == most || bytes >= BATCH_BYTES_MOST)
            break;
        int64_t left_ms = until_ms - clock_monotonic_ms();
        message = poll_once(loop, left_ms > 0 ? (int)left_ms : 0);
    }
    if (assignment == loop->assignment && !loop->needs_settling)
        return memory;
    memory_release(memory);
    return NULL;
}

static void wait_polling(struct loop *loop, int64_t wait_ms) {
    int64_t until_ms = clock_monotonic_ms() + wait_ms;
    while (!loop->is_stopping && clock_monotonic_ms() < until_ms) {
        rd_kafka_message_t *message = poll_once(loop, IDLE_POLL_MS);
        if (message != NULL)
            rd_kafka_message_destroy(message); /* read again: settling seeks to p */
        loop->needs_settling = loop->needs_settling || message != NULL;
    }
}

static int exit_code_of(const struct error *err) {
    if (strcmp(err->code, "CONFIGURATION") == 0)
        return EXIT_CONFIGURATION;
    return err->class == ERROR_FATAL ? EXIT_AGAIN : EXIT_UNAVAILABLE;
}

static bool consumer_open(struct loop *loop, struct error *err) {
    char group[64];
    (void)snprintf(group, sizeof(group), "guichet.%s", loop->worker->name);
    return bus_consumer_open(loop->settings, group, rebalance, complain, loop, &loop->consumer,
                             err);
}

/* Broker and database must be there within the start's limit; a wrong configuration ends at once.
 */
static bool open_all(struct loop *loop, struct error *err) {
    const char *names[64];
    size_t names_count = 0;
    for (size_t i = 0; i < topics_count; i++)
        if (topic_has_worker(&topics[i], loop->worker->name) || topic_has_worker(&topics[i], "any"))
            names[names_count++] = topics[i].name;
    assert(names_count <= COUNT_OF(names));
    if (loop->consumer == NULL && !consumer_open(loop, err))
        return false;
    if (!loop_connect(loop, err) ||
        !bus_check_topics(loop->consumer, loop->settings, names, names_count, 2000, err))
        return false;
    struct publisher *publisher = NULL;
    if (!publisher_open(loop->settings, loop->worker->name, loop->transactional_id,
                        vault_signer(loop->vault), &publisher, err))
        return false;
    loop->publisher = publisher;
    return ticker_open(loop, err);
}

static bool subscribe(struct loop *loop, struct error *err) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    for (size_t i = 0; i < topics_count; i++)
        if (topics[i].is_input && topic_has_worker(&topics[i], loop->worker->name))
            (void)rd_kafka_topic_partition_list_add(list, topics[i].name, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(loop->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    return error_set(err, ERROR_FATAL, rd_kafka_err2name(code), "subscribe: %s",
                     rd_kafka_err2str(code));
}

/* Before it has subscribed, a consumer has nothing else to say. */
static void serve_complaints(struct loop *loop) {
    rd_kafka_message_t *message =
        loop->consumer == NULL ? NULL : rd_kafka_consumer_poll(loop->consumer, 0);
    if (message != NULL)
        rd_kafka_message_destroy(message);
}

static bool start(struct loop *loop, struct error *err) {
    int64_t until_ms = clock_monotonic_ms() + (int64_t)loop->settings->start_timeout_seconds * 1000;
    int64_t wait_ms = BACKOFF_FIRST_MS;
    while (!open_all(loop, err)) {
        int64_t left_ms = until_ms - clock_monotonic_ms();
        serve_complaints(loop);
        if (!bus_trouble_allows(&loop->trouble, loop->settings, err))
            return false;
        if (err->class == ERROR_FATAL || loop->is_stopping || left_ms <= 0)
            return false;
        wait_ms = wait_ms < left_ms ? wait_ms : left_ms;
        status_failed(loop->status, err);
        log_line(LOG_LEVEL_WARNING, loop->worker->name, "%s; tries again", err->text);
        clock_sleep_ms(wait_ms);
        wait_ms = wait_ms * 2 > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : wait_ms * 2;
    }
    return subscribe(loop, err);
}

/* A consumer that was thrown out of its place takes it again, as a new one. */
static bool rejoin(struct loop *loop, struct error *err) {
    drain(loop);
    loop->partitions_count = 0;
    loop->assignment++;
    status_settling(loop->status);
    rd_kafka_destroy(loop->consumer);
    loop->consumer = NULL;
    return consumer_open(loop, err) && subscribe(loop, err);
}

/* Thrown out once may be a broker that came back and no longer knew us; twice within a minute is
 * another process of our name, and one of the two must end. */
static bool check_consumer(struct loop *loop, struct error *err) {
    char text[256];
    rd_kafka_resp_err_t code = rd_kafka_fatal_error(loop->consumer, text, sizeof(text));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    int64_t now_ms = clock_monotonic_ms();
    bool is_again =
        loop->thrown_out_at_ms != 0 && now_ms - loop->thrown_out_at_ms < THROWN_OUT_WINDOW_MS;
    loop->thrown_out_at_ms = now_ms;
    if (!is_again) {
        log_line(LOG_LEVEL_WARNING, loop->worker->name,
                 "lost its place in the group (%s): joins anew", rd_kafka_err2name(code));
        return rejoin(loop, err);
    }
    return error_set(err, ERROR_FATAL, "CONFIGURATION",
                     "another process runs as instance \"%s\" of worker %s: give each its own "
                     "guichet.instance (%s)",
                     loop->settings->instance, loop->worker->name, rd_kafka_err2name(code));
}

static bool prepare_days(struct loop *loop, struct error *err) {
    if (clock_monotonic_ms() - loop->prepared_at_ms < JOURNAL_EVERY_MS)
        return true;
    struct memory *memory = loop_memory(loop);
    bool ok = loop_connect(loop, err) &&
              journal_prepare(loop->db, &memory->arena, JOURNAL_DAYS_AHEAD, err);
    memory_release(memory);
    loop->prepared_at_ms = clock_monotonic_ms();
    return ok;
}

/* Fenced as a producer: somebody else runs under our name, or did. Heartbeats tell within two
 * intervals whether our place in the group is taken too; only if it is not, the name is ours to
 * take back. */
static bool check_fenced(struct loop *loop, const struct error *failure, struct error *err) {
    if (strcmp(failure->code, "_FENCED") == 0 && loop->settings->instance[0] != '\0')
        wait_polling(loop, FENCED_WAIT_MS);
    return check_consumer(loop, err);
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
    if (!check_consumer(loop, err))
        return false;
    if (publisher_has_failed(loop->publisher, err)) {
        if (err->class == ERROR_FATAL)
            return false;
        log_line(LOG_LEVEL_WARNING, loop->worker->name, "publishing failed (%s): %s", err->code,
                 err->text);
        loop->needs_settling = true;
        struct error failure = *err;
        if (!check_fenced(loop, &failure, err))
            return false;
    }
    if (loop->needs_settling)
        return loop_settle(loop, err) || failed(loop);
    if (!ticker_run(loop, err))
        return failed(loop);
    struct memory *memory = collect(loop);
    if (memory == NULL)
        return prepare_days(loop, err) || failed(loop);
    return loop_turn(loop, memory, err) || failed(loop);
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
        wait_ms = wait_ms == 0 ? BACKOFF_FIRST_MS : wait_ms * 2;
        wait_ms = wait_ms > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : wait_ms;
        log_line(LOG_LEVEL_WARNING, loop->worker->name, "%s: %s; again in %lld ms", err.code,
                 err.text, (long long)wait_ms);
        wait_polling(loop, wait_ms);
    }
}

static void close_all(struct loop *loop) {
    status_stopping(loop->status);
    if (loop->publisher != NULL)
        drain(loop);
    if (loop->consumer != NULL) {
        if (loop->publisher != NULL)
            (void)rd_kafka_consumer_close(loop->consumer);
        rd_kafka_destroy(loop->consumer);
    }
    if (loop->metadata != NULL)
        rd_kafka_consumer_group_metadata_destroy(loop->metadata);
    ticker_close(loop);
    db_close(loop->db);
    for (size_t i = 0; i < LOOP_MEMORIES; i++) {
        destroy_messages(&loop->memories[i]);
        arena_fini(&loop->memories[i].arena);
        free(loop->memories[i].messages);
    }
}

static void *loop_main(void *argument) {
    struct loop *loop = argument;
    struct error err = {0};
    if (start(loop, &err)) {
        log_line(LOG_LEVEL_INFO, loop->worker->name, "started");
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

void loop_start(struct loop *loop, const struct settings *settings, const struct worker *worker,
                const struct vault *vault, const struct zone *zone, struct status *status) {
    *loop = (struct loop){.settings = settings,
                          .worker = worker,
                          .vault = vault,
                          .zone = zone,
                          .status = status,
                          .metrics_label = metrics_worker(worker->name)};
    struct uuid random;
    char name[UUID_TEXT_SIZE];
    vault_random_uuid(&random);
    uuid_format(&random, name);
    (void)snprintf(loop->transactional_id, sizeof(loop->transactional_id), "guichet-%s-%s",
                   worker->name, settings->instance[0] == '\0' ? name : settings->instance);
    (void)snprintf(loop->clock_topic, sizeof(loop->clock_topic), "guichet.%s.clock.v1",
                   worker->name);
    pthread_mutex_init(&loop->memory_mutex, NULL);
    pthread_cond_init(&loop->memory_freed, NULL);
    for (size_t i = 0; i < LOOP_MEMORIES; i++) {
        struct memory *memory = &loop->memories[i];
        memory->loop = loop;
        arena_init(&memory->arena);
        memory->messages =
            calloc((size_t)settings->batch_max_records, sizeof(rd_kafka_message_t *));
        if (memory->messages == NULL)
            abort();
    }
    if (pthread_create(&loop->thread, NULL, loop_main, loop) != 0)
        abort();
}

void loop_stop(struct loop *loop) {
    loop->is_stopping = true;
}

int loop_join(struct loop *loop) {
    pthread_join(loop->thread, NULL);
    publisher_close(loop->publisher); /* only now: the watch over all loops looks at it */
    pthread_cond_destroy(&loop->memory_freed);
    pthread_mutex_destroy(&loop->memory_mutex);
    return loop->exit_code;
}
