/* What a worker wrote, as its readers see it: the output topics read committed, from given offsets,
 * headers only. It joins no group and commits nothing. */
#ifndef GUICHET_RUNTIME_OUTPUT_READER_H
#define GUICHET_RUNTIME_OUTPUT_READER_H

#include <librdkafka/rdkafka.h>

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/uuid.h"
#include "common/record/topics.h"
#include "common/runtime/settings.h"

/* A partition of an output topic. */
struct output_place {
    const struct topic *topic;
    int32_t partition;
    int64_t low;      /* first offset of the log */
    int64_t high;     /* its end when it was asked, records of open transactions included */
    int64_t position; /* all that can be read below it has been */
    bool is_at_end;   /* nothing more was there when it was last looked at */
};

/* A record that the worker wrote, or that says so. */
struct output_seen {
    size_t place;
    int64_t offset;
    int64_t timestamp_ms;
    bool is_dead_letter;
    struct uuid id; /* zero: it has none */
    /* Until the next one is read: */
    struct slice key;
    /* Id of the event that it comes of; of a dead letter its place, "topic/1/23", and behind a
     * line's end its id, if it has one. */
    struct slice cause;
};

struct output_reader {
    const struct settings *settings;
    const char *worker;
    struct output_place *places;
    size_t places_count;
    rd_kafka_t *asker; /* reads uncommitted: for questions */
    rd_kafka_t *client;
    rd_kafka_message_t *message; /* the latest one */
    size_t latest;               /* its place: records come in runs of one */
    char source[64];             /* ce_source of the worker */
    char cause[640];             /* of the latest dead letter */
};

/* Connects, and lists the partitions of the topics that the worker writes, in the arena. To be
 * closed, also on false. ERROR_TRANSIENT if the broker cannot be reached; ERROR_FATAL
 * "CONFIGURATION" for a right that is missing (Read on the output topics). */
MUST_CHECK bool output_reader_open(struct output_reader *reader, const struct settings *settings,
                                   const char *worker, struct arena *arena, struct error *err);
void output_reader_close(struct output_reader *reader);

/* Asks for the log's bounds of each place. */
MUST_CHECK bool output_reader_ask(struct output_reader *reader, struct error *err);

/* Reads from each place's `position` on. Where that is no more, at the oldest record there is. */
MUST_CHECK bool output_reader_start(struct output_reader *reader, struct error *err);
/* Reads no more, until it is started again. */
void output_reader_pause(struct output_reader *reader);

/* The next record of the worker: `*found` is false if none came within the time; what others wrote
 * is passed over. */
MUST_CHECK bool output_reader_next(struct output_reader *reader, int timeout_ms,
                                   struct output_seen *seen, bool *found, struct error *err);

/* The next one below the ends that were asked; `*found` is false once all of them are reached.
 * ERROR_TRANSIENT "UNAVAILABLE" if nothing can be read any more before that: no transaction that is
 * open holds a place up for so long. */
MUST_CHECK bool output_reader_next_asked(struct output_reader *reader, struct output_seen *seen,
                                         bool *found, struct error *err);

/* A header of the record that was read last; absent if it has none of that name. Until the next one
 * is read. */
struct slice output_reader_header(const struct output_reader *reader, const char *name);

/* Where the records that were written since an instant begin. */
MUST_CHECK bool output_reader_since(struct output_reader *reader, size_t place, int64_t instant_ms,
                                    int64_t *offset, struct error *err);

/* True if every place was read up to the end that was asked. */
bool output_reader_is_done(const struct output_reader *reader);

#endif
