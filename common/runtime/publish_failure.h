/* What follows when publishing fails: one table from the errors of librdkafka and the broker to
 * what happens next, and what was learnt from earlier failures, so that none repeats without end.
 *
 * A call that librdkafka says may simply be repeated is repeated (transactor.c). After anything
 * else the producer is closed and made anew, also where librdkafka would be content with an abort:
 * a commit or abort marker of the old one that is still under way cannot reach a transaction of the
 * new one, whose epoch is higher. It costs a round trip or two, and only after a failure. Then the
 * markers are compared, and what is missing is published from the store. */
#ifndef GUICHET_RUNTIME_PUBLISH_FAILURE_H
#define GUICHET_RUNTIME_PUBLISH_FAILURE_H

#include <librdkafka/rdkafka.h>

#include "common/runtime/output.h"
#include "common/runtime/settings.h"

enum {
    /* What the topics are made to take, and so what we may write, frame included: a dead letter
     * carries an input whole and its headers besides. */
    PUBLISH_BYTES_MOST = 2 * 1024 * 1024,
};

enum publish_outcome {
    PUBLISH_RENEW,   /* passes: a new producer, as often as it takes */
    PUBLISH_FENCED,  /* another producer took our name: the same, until it happens again within a
                        minute. After transaction.timeout.ms it was the broker that ended the
                        transaction */
    PUBLISH_SMALLER, /* too large: records one by one, then a dead letter without its value; any
                        other record that is too large by itself ends the worker */
    PUBLISH_MISSING, /* the topic is not there: a few times and for a minute, then it ends the
                        worker */
    PUBLISH_REFUSED, /* no retry helps: ends the worker */
    PUBLISH_DOUBTED, /* none of these: a new producer, a few times in a row */
};

/* By the table; PUBLISH_DOUBTED for what is not in it. Missing rights are bus_refusal.h's. */
enum publish_outcome publish_outcome_of(rd_kafka_resp_err_t code);

/* What the failures so far have taught. What was too large is tried again after an hour: the topic
 * may have been changed. Zeroed at first. */
struct publish_failures {
    const struct settings *settings;
    int64_t began_ms; /* the transaction at hand; monotonic */
    /* Of it, from its delivery reports: */
    rd_kafka_resp_err_t code; /* of the first record that was refused; NO_ERROR: none was */
    char topic[256];
    size_t refused;     /* records, of whatever code */
    size_t value_bytes; /* of the smallest value with that code and topic */
    size_t bytes;       /* of that record, with its key and headers */
    /* Of all: */
    bool is_one_by_one; /* batches of several records were too large for a topic */
    size_t dead_bytes;  /* dead letters of this size, with key and headers, do not fit; 0: all do */
    int64_t learnt_at_ms;     /* either of them, last; monotonic */
    unsigned missing;         /* times in a row that a topic was not there */
    int64_t missing_since_ms; /* the first of them; monotonic */
    unsigned doubted;         /* times in a row, each since the last success */
    int64_t fenced_at_ms;     /* last; monotonic; 0: never */
    bool is_contested;        /* fenced, and not for the first time within a minute */
};

/* A transaction begins, or was committed. */
void publish_failures_begin(struct publish_failures *failures);
void publish_failures_passed(struct publish_failures *failures);

/* A delivery report. */
void publish_failures_note(struct publish_failures *failures, const rd_kafka_message_t *message);

/* A record that librdkafka itself did not take, before it was sent. */
void publish_failures_note_unsent(struct publish_failures *failures, rd_kafka_resp_err_t code,
                                  const struct output *output, size_t value_bytes);

#define PUBLISH_EXPIRED "TRANSACTION_EXPIRED"

/* Says what follows from a failed transaction: returns false always. `written` are the topics it
 * writes, "a or b". ERROR_TRANSIENT: may be tried again, with a new producer. ERROR_FATAL
 * "CONFIGURATION": somebody has to change a setting of the topic that the sentence names, or a
 * right. ERROR_FATAL of another code: the process ends, to be started afresh. */
bool publish_failures_judge(struct publish_failures *failures, rd_kafka_resp_err_t code,
                            const char *call, const char *text, const char *written,
                            struct error *err);

/* True for a dead letter with a value, if with it, its key and its headers it is too large for its
 * topic. The arena is for what it takes to find out. */
bool publish_failures_omits(const struct publish_failures *failures, struct arena *arena,
                            const struct output_context *context, const struct output *output);

#endif
