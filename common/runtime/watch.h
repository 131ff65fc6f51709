/* A watch over calls that block: what a thread is calling, and since when. Each call has a limit of
 * its own (watch.c); a call that goes on for longer will not return, and since recovery is cheap
 * and a stuck thread is not, the process then ends with 75, to be started anew. */
#ifndef GUICHET_RUNTIME_WATCH_H
#define GUICHET_RUNTIME_WATCH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/compiler.h"

enum watch_call {
    WATCH_NOTHING,
    WATCH_CONNECT,   /* to the database, its name's resolution included */
    WATCH_STATEMENT, /* of the database */
    WATCH_QUESTION,  /* to the broker: topics, bounds, a single record */
    WATCH_COMMITTED, /* committed offsets, which an open transaction may hold back */
    WATCH_PRODUCER,  /* a transactional producer begins */
    WATCH_PUBLISH,   /* a transaction of Kafka */
    WATCH_WAIT,      /* for the publisher, which has a watch of its own */
    WATCH_POLL,      /* messages, and a rebalance among them */
    WATCH_ASSIGN,    /* what to read; librdkafka's own thread answers */
    WATCH_CLOSE,     /* a client of Kafka ends */
};

/* Of one thread; zeroed but for its name. */
struct watch {
    const char *name; /* of the worker, for the log */
    _Atomic uint64_t state;
};

/* The calls of this thread are noted there from now on; without a watch nothing is noted. */
void watch_attach(struct watch *watch);

/* Around a call, and around others within it: `before` goes back to watch_end. Each has its own
 * limit: when one within another ends, the time of the outer one begins anew. */
uint64_t watch_begin(enum watch_call call);
void watch_end(const uint64_t *before);

/* In a function: all that it calls from here on. */
#define WATCHED(call) CLEANUP(watch_end) UNUSED const uint64_t watch_before = watch_begin(call)

/* What a thread is calling and how long it has been at `now_ms`, monotonic, in milliseconds: less
 * than 0 if it began since; WATCH_NOTHING when idle. */
enum watch_call watch_read(const struct watch *watch, int64_t now_ms, int64_t *since_ms);

/* A thread that looks at some watches twice a second and ends the process. */
struct watchman {
    struct watch *const *watches;
    size_t count;
    atomic_bool is_over;
    pthread_t thread;
};
void watchman_start(struct watchman *watchman, struct watch *const *watches, size_t count);
void watchman_stop(struct watchman *watchman);

#endif
