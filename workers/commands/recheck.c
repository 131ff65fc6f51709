/* `guichet recheck [WORKER...]`: decides stored facts again and prints what would differ. A program
 * whose rules were changed says so here before it decides anything new. */
#include "workers/commands/recheck.h"

#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

#include "common/base/buffer.h"
#include "common/base/compiler.h"
#include "workers/commands/commands.h"
#include "workers/commands/database.h"
#include "workers/commands/statements.h"
#include "workers/commands/worker_names.h"

enum { ARENA_KEEP_BYTES = 4 * 1024 * 1024 };

struct position {
    struct slice topic;
    int32_t partition;
    int64_t start_offset;
};
static const struct column position_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct position, topic),
    COLUMN_AT(COLUMN_INT32, struct position, partition),
    COLUMN_AT(COLUMN_INT64, struct position, start_offset),
};
static const struct columns positions = COLUMNS_OF(struct position, position_items);

struct recheck {
    struct db *db;
    struct vault vault;
    const struct worker *worker;
    uint64_t counts[RECHECK_NO_DECISION + 1];
};

static const struct redecision *find_redecision(const struct worker *worker, struct slice shape) {
    for (size_t i = 0; i < worker->redecisions_count; i++) {
        if (slice_is(shape, worker->redecisions[i].facts_shape->name)) {
            return &worker->redecisions[i];
        }
    }
    return NULL;
}

static struct slice join_codes(struct arena *arena, const char *const *codes, size_t count) {
    struct buffer text;
    buffer_init(&text, arena, 64);
    for (size_t i = 0; i < count; i++) {
        buffer_append_text(&text, i > 0 ? "," : "");
        buffer_append_text(&text, codes[i]);
    }
    return buffer_slice(&text);
}

bool recheck_row(struct arena *arena, struct db *db, const struct keyring *keyring,
                 const struct person_key *key, const struct worker *worker,
                 const struct journal_row *row, enum recheck_outcome *outcome, struct slice *now,
                 struct error *err) {
    const struct redecision *redecision =
        slice_is_present(row->facts_shape) ? find_redecision(worker, row->facts_shape) : NULL;
    *outcome = RECHECK_NO_DECISION;
    if (redecision == NULL) {
        return true;
    }
    const char *codes[REDECISION_RULES];
    bool is_erased = false;
    void *facts = arena_take(arena, redecision->facts_shape->size);
    if (!keyring_read(keyring, key, row->facts, row->facts_sealed, redecision->facts_shape, facts,
                      &is_erased, err)) {
        return false;
    }
    *outcome = RECHECK_ERASED;
    if (is_erased) {
        return true;
    }
    if (redecision->complete != NULL && !redecision->complete(db, arena, facts, err)) {
        return false;
    }
    *now = join_codes(arena, codes, redecision->decide(arena, facts, codes));
    const bool is_same =
        slice_is_present(row->rules) ? slice_equal(*now, row->rules) : now->size == 0;
    *outcome = is_same ? RECHECK_SAME : RECHECK_DIFFERENT;
    return true;
}

static void print_difference(const struct journal_row *row, struct slice now) {
    printf("%.*s/%.*s: %.*s, partition %" PRId32 ", offset %" PRId64 ": was %.*s, now %.*s\n",
           SLICE_FORMAT(row->siren), SLICE_FORMAT(row->subject_id), SLICE_FORMAT(row->topic),
           row->partition, row->input_offset, SLICE_FORMAT(row->rules), SLICE_FORMAT(now));
}

/* The rows of a page with their keys, loaded at once. */
static bool recheck_rows(struct recheck *recheck, struct arena *arena,
                         const struct journal_row *rows, size_t count, struct error *err) {
    static const struct person_key nobody = {.state = PERSON_KEY_ABSENT};
    struct keyring keyring;
    const struct person_key **keys = arena_array(arena, count, sizeof(const struct person_key *));
    keyring_init(&keyring, arena, &recheck->vault);
    for (size_t i = 0; i < count; i++) {
        const struct person_key *asked = journal_ask_key(&keyring, &rows[i]);
        keys[i] = asked != NULL ? asked : &nobody;
    }
    if (!keyring_load(&keyring, recheck->db, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        enum recheck_outcome outcome;
        struct slice now;
        if (!recheck_row(arena, recheck->db, &keyring, keys[i], recheck->worker, &rows[i], &outcome,
                         &now, err)) {
            return false;
        }
        recheck->counts[outcome]++;
        if (outcome == RECHECK_DIFFERENT) {
            print_difference(&rows[i], now);
        }
    }
    return true;
}

static bool recheck_partition(struct recheck *recheck, const struct position *position,
                              struct error *err) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    int64_t from = position->start_offset;
    while (true) {
        struct parameters parameters;
        void *rows = NULL;
        size_t count = 0;
        arena_reset(&arena, ARENA_KEEP_BYTES);
        parameters_init(&parameters, &arena);
        parameters_add_text(&parameters, slice_of(recheck->worker->name));
        parameters_add_text(&parameters, position->topic);
        parameters_add_int32(&parameters, position->partition);
        parameters_add_int64(&parameters, from);
        if (!db_query(recheck->db, &sql_recheck_page, &parameters, &journal_columns, &arena, &rows,
                      &count, err) ||
            !recheck_rows(recheck, &arena, rows, count, err)) {
            return false;
        }
        if (count == 0) {
            return true;
        }
        from = ((const struct journal_row *)rows)[count - 1].input_offset + 1;
    }
}

static bool recheck_worker(struct recheck *recheck, struct arena *arena, struct error *err) {
    struct parameters parameters;
    void *rows = NULL;
    size_t count = 0;
    parameters_init(&parameters, arena);
    parameters_add_text(&parameters, slice_of(recheck->worker->name));
    if (!db_query(recheck->db, &sql_recheck_positions, &parameters, &positions, arena, &rows,
                  &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!recheck_partition(recheck, &((const struct position *)rows)[i], err)) {
            return false;
        }
    }
    printf("%s: decided again %" PRIu64 ", different %" PRIu64 ", erased and skipped %" PRIu64
           ", nothing to decide %" PRIu64 "\n",
           recheck->worker->name,
           recheck->counts[RECHECK_SAME] + recheck->counts[RECHECK_DIFFERENT],
           recheck->counts[RECHECK_DIFFERENT], recheck->counts[RECHECK_ERASED],
           recheck->counts[RECHECK_NO_DECISION]);
    return true;
}

static bool recheck_all(const struct options *options, const struct settings *settings,
                        struct arena *arena, uint64_t *different, struct error *err) {
    struct db *db CLEANUP(database_close) = NULL;
    struct vault vault CLEANUP(vault_close) = {0};
    if (!vault_open(settings, &vault, err) || !database_open(settings, &db, err)) {
        return false;
    }
    for (const struct worker *const *worker = workers; *worker != NULL; worker++) {
        struct recheck recheck = {.db = db, .vault = vault, .worker = *worker};
        if (!worker_names_mean(options, 0, *worker)) {
            continue;
        }
        if (!recheck_worker(&recheck, arena, err)) {
            return false;
        }
        *different += recheck.counts[RECHECK_DIFFERENT];
    }
    return true;
}

int command_recheck(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct options options;
    struct settings settings;
    struct error err;
    uint64_t different = 0;
    if (!options_parse(argc, argv, NULL, 0, OPTIONS_MAX, &options, &err) ||
        !worker_names_check(&options, 0, &err) ||
        !options_read_settings(&options, &arena, &settings, &err) ||
        !recheck_all(&options, &settings, &arena, &different, &err)) {
        return options_failed(argv[0], &err);
    }
    return different > 0 ? EX_DATAERR : EX_OK;
}
