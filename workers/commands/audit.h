/* What the files of `guichet audit` share. */
#ifndef GUICHET_COMMANDS_AUDIT_H
#define GUICHET_COMMANDS_AUDIT_H

#include "common/base/arena.h"
#include "common/runtime/comparison.h"
#include "common/runtime/db.h"
#include "common/runtime/output_reader.h"
#include "common/runtime/progress.h"

enum { AUDIT_SHOWN = 20 /* findings of each kind and worker */ };

/* Of one output topic. */
struct audit_tally {
    uint64_t read;
    uint64_t stored; /* and published */
    uint64_t counts[COMPARISON_REPEATED + 1];
};

struct audit_finding {
    enum comparison_outcome outcome;
    const struct topic *topic; /* of the output */
    struct uuid id;
    struct slice place; /* where it was read, or the input it is of */
};

/* The comparison for one worker. */
struct audit {
    const struct settings *settings;
    const char *worker;
    struct db *db;
    struct arena *arena; /* what outlives a page */
    struct output_reader reader;
    struct progress *inputs;
    int64_t *committed; /* of each; 0: nothing */
    size_t inputs_count;
    int64_t now_ms;
    int64_t reach_ms; /* the journal knows all that was published since; INSTANT_NONE: ever */
    struct comparison comparison;
    uint64_t passes;             /* each looks at one share of the ids */
    struct audit_tally *tallies; /* by the table of topics */
    struct audit_finding findings[3 * AUDIT_SHOWN];
    size_t findings_count;
};

/* Compares all that can be read of the worker's outputs with the journal. ERROR_TRANSIENT if the
 * broker or the database cannot be reached. To be ended with audit_fini, also on false. */
MUST_CHECK bool audit_compare(struct audit *audit, struct error *err);
void audit_fini(struct audit *audit);

/* audit_stored.c: adds the stored ids of one share to the comparison; `*fits` is false if they are
 * too many. */
MUST_CHECK bool audit_read_stored(struct audit *audit, uint64_t pass, bool *fits,
                                  struct error *err);

/* audit_stored.c: what is missing because its person was erased before it was published is in
 * order. */
MUST_CHECK bool audit_forgive_erased(struct audit *audit, struct error *err);

/* Which share an output belongs to: all entries of one key to the same. */
uint64_t audit_share(const struct topic *topic, const struct uuid *id, struct slice key);

#endif
