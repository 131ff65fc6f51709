/* What the two markers of a partition mean together: p, the offset the database has decided up to,
 * and c, the offset committed in Kafka (published up to), against the log's bounds. Pure; one
 * table, first match wins. */
#ifndef GUICHET_RUNTIME_VERDICT_H
#define GUICHET_RUNTIME_VERDICT_H

#include "common/base/arena.h"

enum verdict {
    VERDICT_LOG_TRUNCATED = 1, /* p or c beyond the end of the log */
    VERDICT_LOG_REPLACED,   /* the record before p is another one, or c is another installation's */
    VERDICT_NEW_DATABASE,   /* c without p: a new database on an old group */
    VERDICT_FIRST_START,    /* neither, and nothing speaks against a first start */
    VERDICT_DATABASE_LOST,  /* neither, but this worker has published before */
    VERDICT_COMMIT_START,   /* p = start and no c: the first commit did not happen */
    VERDICT_OFFSETS_LOST,   /* p moved and no c: offsets expired or the group was recreated */
    VERDICT_DATABASE_OLDER, /* p < c: the database is older than what was published */
    VERDICT_PUBLISH,        /* p > c: [c, p) is to be published from the store */
    VERDICT_CONTINUE,       /* p < low of a clock: ticks that were deleted are not missed */
    VERDICT_INPUT_DELETED,  /* p < low: retention deleted unread input */
    VERDICT_CONSUME,        /* p = c */
};

struct markers {
    bool has_p;
    int64_t p;
    int64_t start; /* p at the first start of this incarnation */
    bool has_c;
    int64_t c;
    int64_t low;
    int64_t high;         /* last stable offset */
    bool is_other_record; /* the record before p exists and has another timestamp or checksum */
    bool is_clock;
    bool is_other_installation;  /* c's metadata names another installation */
    bool has_progress_elsewhere; /* this worker has progress in other partitions */
    bool outputs_are_empty; /* the topics only this worker writes are empty, or there are none */
    /* What the judgement rests on, for people: */
    int64_t last_offset;       /* of the record before p; -1: not known */
    int64_t last_timestamp_ms; /* that it had */
    int64_t last_checksum;
    bool is_found; /* it is there, with: */
    int64_t found_timestamp_ms;
    int64_t found_checksum;
    int64_t last_committed; /* by the group, as the database last knew; -1: not known */
    char committed_by[40];  /* c's metadata: the id of an installation */
};

/* Records that are not decided yet. */
int64_t markers_lag(const struct markers *markers);

enum verdict verdict_of(const struct markers *markers);

/* True if the partition must not be consumed until an operator decides. */
bool verdict_stops(enum verdict verdict);

/* "DATABASE_OLDER", and a sentence on what that means. */
const char *verdict_name(enum verdict verdict);
const char *verdict_sentence(enum verdict verdict);

/* The markers in numbers, and what speaks against them: "decided up to 4, published up to 7, log 0
 * to 9". */
struct slice verdict_evidence(struct arena *arena, const struct markers *markers);

#endif
