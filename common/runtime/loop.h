/* One worker at work: its consumer, its connection, its publisher and the batches between them. A
 * thread runs loop_main; everything else here is called on that thread only. */
#ifndef GUICHET_RUNTIME_LOOP_H
#define GUICHET_RUNTIME_LOOP_H

#include <pthread.h>
#include <stdatomic.h>

#include "common/record/topics.h"
#include "common/runtime/auditor.h"
#include "common/runtime/batch.h"
#include "common/runtime/bus_refusal.h"
#include "common/runtime/clock.h"
#include "common/runtime/publisher.h"
#include "common/runtime/status.h"
#include "common/runtime/verdict.h"
#include "common/runtime/watch.h"

enum {
    LOOP_PARTITIONS_MOST = 512,
    LOOP_MEMORIES = 4, /* decided, queued, in flight; and what settling lives in */
    LOOP_TOPIC_SIZE = 128,
    LOOP_KEPT_MOST = 256,
    IDLE_POLL_MS = 100,
    LOOP_BACKOFF_FIRST_MS = 100,
    LOOP_BACKOFF_MOST_MS = 5000,
    JOURNAL_DAYS_AHEAD = 14
};

/* An assigned partition. */
struct partition {
    char topic[LOOP_TOPIC_SIZE];
    struct progress progress; /* topic points to the name above */
    enum verdict verdict;     /* of the last settling; 0 before */
    bool is_consumed;
    /* Of the worker's clock: */
    bool wants_tick; /* something is due */
    bool is_tick_in_flight;
    int64_t tick_offset;  /* of the last one written; -1: none */
    int64_t ticked_at_ms; /* when that was; monotonic */
};

/* What a batch lives in until it is published: its arena and the Kafka messages its slices point
 * into. */
struct memory {
    struct arena arena;
    rd_kafka_message_t **messages;
    size_t messages_count;
    int references;
    struct loop *loop;
};

struct loop {
    const struct settings *settings;
    const struct worker *worker;
    const struct vault *vault;
    const struct zone *zone;
    struct status *status;
    size_t metrics_label;
    bool is_visiting; /* executes remedies, and leaves all else alone */
    pthread_t thread;
    struct watch watch;
    struct watch publisher_watch;
    struct watch auditor_watch;
    atomic_bool is_stopping;
    atomic_bool has_ended;
    int exit_code;
    struct slice installation;
    char installation_text[UUID_TEXT_SIZE];
    char transactional_id[128];
    rd_kafka_t *consumer;
    struct bus_trouble trouble; /* what the consumer last complained of */
    bool is_refused;            /* a right is missing that no retry brings: */
    struct error refusal;
    rd_kafka_consumer_group_metadata_t *metadata; /* of a new assignment, until it is settled */
    _Atomic(struct publisher *) publisher;
    struct db *db;
    struct clock clock; /* as last read */
    bool has_clock;
    char clock_topic[TOPIC_NAME_SIZE];
    int32_t clock_partitions;
    rd_kafka_t *ticker;
    size_t next_tick;     /* which partition comes first when ticks are written */
    int64_t looked_at_ms; /* for due timers; monotonic */
    int64_t looked_for_remedies_at_ms;
    struct partition partitions[LOOP_PARTITIONS_MOST];
    size_t partitions_count;
    bool needs_settling;
    bool is_failure_noted;    /* that of the publisher, until it is reset */
    unsigned shrunk;          /* batches are halved so many times */
    unsigned since_shrunk;    /* batches stored since that was last looked at */
    int64_t thrown_out_at_ms; /* of the group, last; monotonic; 0: never */
    unsigned assignment;      /* counts rebalances: a batch begun before one is dropped */
    int64_t prepared_at_ms;   /* when journal partitions were last made ahead */
    int64_t dropped_at_ms;    /* when it was last looked whether days may go; 0: never */
    struct receipts receipts; /* of what is published and not yet kept (published.h) */
    size_t receipts_stored;   /* of these, in the transaction that is open */
    /* Records that came while the worker only kept its place: [taken, count) are still to be read.
     */
    rd_kafka_message_t *kept[LOOP_KEPT_MOST];
    size_t kept_taken;
    size_t kept_count;
    unsigned kept_assignment; /* under which they came */
    int64_t kept_at_ms;       /* monotonic; the last poll for that */
    struct auditor *auditor;  /* compares what was published; NULL before the start */
    pthread_mutex_t memory_mutex;
    pthread_cond_t memory_freed;
    struct memory memories[LOOP_MEMORIES];
};

/* What a loop is given; all of it outlives the loop. */
struct loop_place {
    const struct settings *settings;
    const struct worker *worker;
    const struct vault *vault;
    const struct zone *zone;
    struct status *status; /* its place on the board */
    bool is_visiting;      /* see visit.h */
};

/* Starts the worker's thread. */
void loop_start(struct loop *loop, const struct loop_place *place);
/* Asks it to finish; wait with loop_join, which returns its exit code. */
void loop_stop(struct loop *loop);
int loop_join(struct loop *loop);

/* start.c: makes and reaches everything, and joins the group. ERROR_TRANSIENT after the start's
 * limit; a wrong configuration ends at once. */
MUST_CHECK bool loop_open(struct loop *loop, struct error *err);

/* Takes over what the database knows of a partition. */
void partition_know(struct partition *partition, const struct progress *known);

/* Waits for the publisher; what could not be published comes from the store later. */
void loop_drain(struct loop *loop);

/* collect.c: one message, or NULL; errors that the consumer reports end here. */
rd_kafka_message_t *loop_poll(struct loop *loop, int timeout_ms);
/* What is there, up to a batch's bounds; waits a little for the first record only. NULL: nothing,
 * or nothing that still counts after what polling brought. */
struct memory *loop_collect(struct loop *loop);
/* While the worker waits for something that takes long: polls at most once a second, so that the
 * group knows that it lives, and hears of a rebalance. A record that comes is kept for the batch to
 * follow; a new assignment, or settling, forgets it, since it is read again. */
void loop_keep_place(struct loop *loop);
void loop_forget_kept(struct loop *loop);
/* Waits, polling; what comes is read again after settling. */
void loop_wait(struct loop *loop, int64_t wait_ms);

/* memory.c: */
void memories_init(struct loop *loop);
void memories_fini(struct loop *loop);
/* A free memory, referenced once; waits for the publisher to give one back. */
struct memory *loop_memory(struct loop *loop);
void memory_retain(struct memory *memory);
void memory_release(struct memory *memory);

/* connect.c: opens the connection if it is gone, and checks schema, secret file and clock. */
MUST_CHECK bool loop_connect(struct loop *loop, struct error *err);

/* The clock as it is now: a simulated one may have been moved by another process. */
MUST_CHECK bool loop_read_clock(struct loop *loop, struct arena *arena, struct error *err);

/* settle.c: looks at the markers of every assigned partition, does what the verdicts say, and
 * assigns those that may be consumed. */
MUST_CHECK bool loop_settle(struct loop *loop, struct error *err);

/* While settling, which may take long: nothing is read meanwhile, but the group must know that we
 * live, and may have given the partitions to somebody else. ERROR_TRANSIENT "REBALANCED" if it
 * has, since that `assignment`. */
MUST_CHECK bool loop_stays(struct loop *loop, unsigned assignment, struct error *err);

/* pace.c: what a batch may have of `most` while one of the servers is slow; at least 1. */
size_t loop_shrunk(const struct loop *loop, size_t most);
/* A batch was stored, or what was stored was published on settling; or either failed, which counts
 * once: what took too long is halved the next time, and after some that went well doubled again. A
 * batch of one record stays what it is, and is tried again with the loop's back-off: it is not the
 * record's fault. */
void loop_pace_passed(struct loop *loop);
void loop_pace_failed(struct loop *loop, const struct error *err);

/* turn.c: decodes the memory's messages, decides and stores them, and hands the outputs to the
 * publisher. Consumes the caller's reference. On false the batch is dropped: the loop settles and
 * reads it again. */
MUST_CHECK bool loop_turn(struct loop *loop, struct memory *memory, struct error *err);

/* A publication of the memory (retains it). */
struct publication *loop_publication(struct memory *memory);

#endif
