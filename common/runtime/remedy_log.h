/* Remedies as rows of the database: asked for by a command, executed by the owner of the partition,
 * and kept as the record of who did what when. */
#ifndef GUICHET_RUNTIME_REMEDY_LOG_H
#define GUICHET_RUNTIME_REMEDY_LOG_H

#include "common/base/uuid.h"
#include "common/runtime/db.h"
#include "common/runtime/remedy.h"

enum remedy_state {
    REMEDY_ASKED = 1,
    REMEDY_BEGUN, /* the database has moved, the committed offset is to follow */
    REMEDY_DONE,
    REMEDY_REFUSED,
};
extern const struct words remedy_state_words;

struct remedy {
    struct uuid remedy_id;
    struct slice topic;
    int32_t partition;
    struct slice verdict;  /* that was seen when it was asked for */
    struct slice evidence; /* as it was seen then */
    enum remedy_action action;
    int64_t from_offset; /* -1: not said */
    struct slice asked_by;
    int64_t asked_at;
    enum remedy_state state;
    int64_t seen_c;      /* begun: the offset that was committed then; -1: none */
    int64_t target_c;    /* begun: the one to be committed */
    struct slice result; /* what was done, or why not */
    struct slice executed_by;
    int64_t finished_at;
};

/* Adds a row. `*is_added` is false if another remedy of that partition is not finished yet. */
MUST_CHECK bool remedy_ask(struct db *db, struct arena *arena, const char *worker,
                           const struct remedy *remedy, bool *is_added, struct error *err);

/* The unfinished ones of a worker. */
MUST_CHECK bool remedy_load_open(struct db *db, struct arena *arena, const char *worker,
                                 struct remedy **rows, size_t *count, struct error *err);

/* Those of a partition, the latest first, `most` at most. */
MUST_CHECK bool remedy_load_history(struct db *db, struct arena *arena, const char *worker,
                                    struct slice topic, int32_t partition, int32_t most,
                                    struct remedy **rows, size_t *count, struct error *err);

MUST_CHECK bool remedy_load(struct db *db, struct arena *arena, const struct uuid *remedy_id,
                            struct remedy **remedy, struct error *err);

/* ASKED → BEGUN, with the offset that is committed now, the one to be committed and what will have
 * been done. Of these two `*is_ours` is false if somebody else was quicker. */
MUST_CHECK bool remedy_begin(struct db *db, struct arena *arena, const struct uuid *remedy_id,
                             int64_t seen_c, int64_t target_c, struct slice result,
                             const char *executed_by, bool *is_ours, struct error *err);

/* `before` → `state`, which is DONE or REFUSED. */
MUST_CHECK bool remedy_finish(struct db *db, struct arena *arena, const struct uuid *remedy_id,
                              enum remedy_state before, enum remedy_state state,
                              struct slice result, const char *executed_by, bool *is_ours,
                              struct error *err);

#endif
