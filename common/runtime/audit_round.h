/* One look of the auditor at what a worker published: reads what is new in the output topics, and
 * compares it with the rows of what the broker confirmed. What has no row is compared record by
 * record with the stored outputs. What is in order is forgotten; a difference is told once. */
#ifndef GUICHET_RUNTIME_AUDIT_ROUND_H
#define GUICHET_RUNTIME_AUDIT_ROUND_H

#include <stdatomic.h>

#include "common/runtime/audit_store.h"
#include "common/runtime/kafka_client.h"
#include "common/runtime/output.h"
#include "common/runtime/output_reader.h"

enum { AUDIT_SCRATCH_BYTES = 1024 * 1024 };

/* A record that was read and is not compared yet. */
struct audit_pending {
    int64_t offset;
    int64_t seen_at_ms; /* monotonic */
    struct uuid id;
    char *cause; /* NULL: it names none */
    bool is_done;
    /* Looked up in the journal: */
    bool is_looked_up;
    bool is_stored;
    const struct topic *input;
    int32_t input_partition;
    int64_t input_offset;
};

/* Of one output partition, in the order of offsets. */
struct audit_place {
    struct audit_pending *items;
    size_t count;
    size_t capacity;
    int64_t marked; /* verified_offset as stored */
    /* Records of overlapping rows whose end is not read yet, once they were too many to keep: each
     * was found in the journal. No records: there are none such. */
    struct fold condensed;
};

/* The producer of a look's alerts; stays where it is while it is open. */
struct audit_teller {
    struct kafka_client client;
    rd_kafka_resp_err_t delivery; /* of the latest alert */
    size_t differences;           /* of this look */
    struct uuid latest;           /* id of the latest of them */
};

struct audit_round {
    const struct settings *settings;
    struct audit_store store;
    struct output_reader *reader;
    struct audit_place *places; /* one for each of the reader's */
    size_t pending_count;
    struct audit_teller teller;
    bool is_behind; /* there was more than the last look could take, and it took some */
    const atomic_bool *is_resting;
    struct arena arena; /* of one look */
    /* As of the beginning of the look: */
    const struct audit_input *inputs;
    size_t inputs_count;
    const struct audit_gap *gaps;
    size_t gaps_count;
    int64_t asked_at; /* the database's clock */
    /* All that could be read at `whole_at` has been; INSTANT_NONE: nothing is known. When the ends
     * were asked up to which to read for the next one; INSTANT_NONE: they were not. */
    int64_t whole_at;
    int64_t ends_asked_at;
    /* What is to become verified_until: */
    struct audit_input *noted; /* how far the inputs were decided then */
    size_t noted_count;
    int64_t noted_at;   /* INSTANT_NONE: nothing is noted */
    int64_t covered_at; /* when all of it was known to be published; INSTANT_NONE: not yet */
};

/* Takes up where the marks say. The reader is open and not started. To be ended with
 * audit_round_fini, also on false. */
MUST_CHECK bool audit_round_init(struct audit_round *round, const struct settings *settings,
                                 struct db *db, struct output_reader *reader,
                                 const atomic_bool *is_resting, struct error *err);
void audit_round_fini(struct audit_round *round);

/* One look. ERROR_TRANSIENT if broker or database fail: then begin anew. */
MUST_CHECK bool audit_round_look(struct audit_round *round, struct error *err);

/* After which a row would be there, if it came: a minute. */
int64_t audit_grace_ms(void);

/* So many records wait to be compared (15 MiB) that the reader waits too. */
bool audit_is_full(const struct audit_round *round);

/* Between statements: false with ERROR_TRANSIENT once the auditor is to rest. What was not done by
 * then is done by the next one. */
MUST_CHECK bool audit_goes_on(const struct audit_round *round, struct error *err);

/* audit_judge.c: compares what was read with rows, gaps and, if it has waited for long, the stored
 * outputs. */
MUST_CHECK bool audit_judge(struct audit_round *round, struct error *err);

/* audit_gap.c: the same for one gap, once all is read that could be when it was noted: until then
 * it waits, however old it is. */
bool audit_may_judge(const struct audit_gap *gap, int64_t whole_at);
MUST_CHECK bool audit_judge_gap(struct audit_round *round, const struct audit_gap *gap,
                                struct error *err);

/* audit_lookup.c: looks up those of a place's pending records [from, to) that were not yet. */
MUST_CHECK bool audit_look_up(struct audit_round *round, size_t place, size_t from, size_t to,
                              struct error *err);

/* The outputs of a row of the journal, without opening anything: what is personal counts as erased.
 */
MUST_CHECK bool audit_unpack(struct arena *arena, struct slice packed, struct output **first,
                             struct error *err);

/* As a key of a map. */
struct slice audit_id_slice(const struct uuid *id);

/* audit_tell.c: a row of the difference and an alert, at least once; beyond the first ten of a look
 * one alert for all, by audit_end_telling, which ends the look's producer and is to be called after
 * each look. */
MUST_CHECK bool audit_tell(struct audit_round *round, struct slice topic, int32_t partition,
                           int64_t first_offset, int64_t last_offset, struct slice detail,
                           struct error *err);

MUST_CHECK bool audit_end_telling(struct audit_round *round, struct error *err);

#endif
