#include "common/runtime/remedy_act.h"

#include <inttypes.h>
#include <string.h>

#include "common/base/buffer.h"
#include "common/runtime/clock.h"
#include "common/runtime/hooks.h"
#include "common/runtime/journal.h"
#include "common/runtime/log.h"
#include "common/runtime/published.h"
#include "common/runtime/remedy_log.h"
#include "common/runtime/republish.h"
#include "common/runtime/vault.h"

enum {
    LOOK_EVERY_MS = 1000,
    /* After that nobody waits for it any more, and what was seen then says nothing about now. */
    ASKED_MOST_MS = 120 * 1000,
};

/* One remedy under way. */
struct acting {
    struct loop *loop;
    struct arena *arena;
    const struct survey *survey;
    const struct remedy *remedy;
    struct partition *partition;
    const struct markers *markers;
};

static struct partition *partition_of(struct loop *loop, const struct remedy *remedy) {
    for (size_t i = 0; i < loop->partitions_count; i++)
        if (loop->partitions[i].progress.partition == remedy->partition &&
            slice_is(remedy->topic, loop->partitions[i].topic))
            return &loop->partitions[i];
    return NULL;
}

bool remedy_look(struct loop *loop, struct error *err) {
    if (clock_monotonic_ms() - loop->looked_for_remedies_at_ms < LOOK_EVERY_MS)
        return true;
    loop->looked_for_remedies_at_ms = clock_monotonic_ms();
    struct memory *memory = loop_memory(loop);
    struct remedy *rows = NULL;
    size_t count = 0;
    bool ok = loop_connect(loop, err) &&
              remedy_load_open(loop->db, &memory->arena, loop->worker->name, &rows, &count, err);
    for (size_t i = 0; ok && i < count; i++)
        loop->needs_settling = loop->needs_settling || partition_of(loop, &rows[i]) != NULL;
    memory_release(memory);
    return ok;
}

static bool finish(const struct acting *acting, enum remedy_state before, enum remedy_state state,
                   struct slice result, struct error *err) {
    const struct loop *loop = acting->loop;
    bool is_ours = false;
    if (!remedy_finish(loop->db, acting->arena, &acting->remedy->remedy_id, before, state, result,
                       loop->transactional_id, &is_ours, err))
        return false;
    if (is_ours)
        log_line(LOG_LEVEL_WARNING, loop->worker->name, "%s[%d]: %s asked by %.*s is %s: %.*s",
                 acting->partition->topic, acting->partition->progress.partition,
                 words_text(&remedy_action_words, (int)acting->remedy->action),
                 SLICE_FORMAT(acting->remedy->asked_by),
                 words_text(&remedy_state_words, (int)state), SLICE_FORMAT(result));
    return true;
}

static bool plan(const struct acting *acting, struct remedy_plan *plan, struct error *err) {
    const struct remedy *remedy = acting->remedy;
    enum verdict verdict = remedy_verdict(acting->markers);
    struct remedy_question question = {
        .action = remedy->action, .from_offset = remedy->from_offset, .reach = -1};
    if (clock_real_ms() - remedy->asked_at > ASKED_MOST_MS)
        return error_set(err, ERROR_INVALID, "REFUSED",
                         "it was asked for more than %d s ago: ask again", ASKED_MOST_MS / 1000);
    if (!slice_is(remedy->verdict, verdict_name(verdict)))
        return error_set(err, ERROR_INVALID, "REFUSED", "the verdict is %s now, no longer %.*s",
                         verdict_name(verdict), SLICE_FORMAT(remedy->verdict));
    return journal_reach(acting->loop->db, acting->arena, acting->loop->worker->name, remedy->topic,
                         remedy->partition, &question.reach, err) &&
           remedy_plan(&question, acting->markers, plan, err);
}

static void append_move(struct buffer *text, const char *name, bool is_known, int64_t from,
                        int64_t to) {
    buffer_append_text(text, name);
    if (is_known) {
        buffer_append_text(text, " from ");
        buffer_append_int64(text, from);
    }
    buffer_append_text(text, " to ");
    buffer_append_int64(text, to);
}

/* What will have been done, for the record. */
static struct slice result_of(const struct acting *acting, const struct remedy_plan *plan,
                              const struct progress *after) {
    const struct markers *m = acting->markers;
    struct buffer text;
    char incarnation[UUID_TEXT_SIZE];
    buffer_init(&text, acting->arena, 160);
    if (plan->moves_p) {
        append_move(&text, "decided", m->has_p, m->p, plan->p);
        buffer_append_text(&text, "; ");
    }
    append_move(&text, "committed", m->has_c, plan->publish_from >= 0 ? m->p : m->c, plan->c);
    if (plan->c < plan->p)
        buffer_append_slice(&text, arena_format(acting->arena,
                                                "; [%" PRId64 ", %" PRId64 ") is published again",
                                                plan->c, plan->p));
    if (plan->is_new_incarnation) {
        uuid_format(&after->incarnation, incarnation);
        buffer_append_text(&text, "; incarnation ");
        buffer_append_text(&text, incarnation);
    }
    return buffer_slice(&text);
}

/* The marker of the database, if the plan moves it. */
static bool move_progress(const struct acting *acting, const struct remedy_plan *plan,
                          const struct progress *after, struct error *err) {
    struct loop *loop = acting->loop;
    bool moved = true;
    if (plan->moves_p && !acting->markers->has_p)
        return progress_insert(loop->db, loop->worker->name, acting->arena, after, 1, err);
    if (plan->moves_p && !progress_restart(loop->db, loop->worker->name, acting->arena, after,
                                           acting->markers->p, &moved, err))
        return false;
    return moved ||
           error_set(err, ERROR_TRANSIENT, "TAKEN_OVER", "another process took the partition over");
}

/* -1: none. */
static int64_t committed_now(const struct acting *acting) {
    return acting->markers->has_c ? acting->markers->c : -1;
}

/* What is committed when it begins: publishing what was owed has gone up to p. */
static int64_t committed_then(const struct acting *acting, const struct remedy_plan *plan) {
    return plan->publish_from >= 0 ? acting->markers->p : committed_now(acting);
}

/* Step 1, in one transaction; `*is_ours` is false if it was withdrawn meanwhile. */
static bool begin(const struct acting *acting, const struct remedy_plan *plan, struct slice *result,
                  bool *is_ours, struct error *err) {
    struct loop *loop = acting->loop;
    struct progress after = {.topic = acting->remedy->topic,
                             .partition = acting->remedy->partition,
                             .incarnation = acting->partition->progress.incarnation,
                             .start_offset = plan->p};
    if (plan->is_new_incarnation)
        vault_random_uuid(&after.incarnation);
    *result = result_of(acting, plan, &after);
    if (!db_begin(loop->db, err) || !move_progress(acting, plan, &after, err) ||
        (plan->is_new_incarnation &&
         !published_forget_gaps(loop, acting->arena, after.topic, after.partition, err)) ||
        !remedy_begin(loop->db, acting->arena, &acting->remedy->remedy_id,
                      committed_then(acting, plan), plan->c, *result, loop->transactional_id,
                      is_ours, err))
        return false;
    if (*is_ours)
        return db_commit(loop->db, err);
    db_rollback(loop->db);
    return true;
}

/* What another log's inputs brought is still owed: that log is only left behind afterwards. What
 * the broker confirms of it is stored at once, as long as its offsets mean that log. */
static bool publish_owed(const struct acting *acting, int64_t from, struct error *err) {
    struct loop *loop = acting->loop;
    publisher_expect(loop->publisher, acting->remedy->topic, acting->remedy->partition, from);
    return republish(loop, &(struct owed){acting->partition, from}, 1, err) &&
           publisher_drain(loop->publisher, err) && published_record(loop, true, err);
}

/* Steps 2 and 3. */
static bool complete(const struct acting *acting, int64_t target_c, struct slice result,
                     struct error *err) {
    struct loop *loop = acting->loop;
    publisher_expect(loop->publisher, acting->remedy->topic, acting->remedy->partition, target_c);
    republish_nothing(loop, acting->partition, target_c, target_c);
    if (!publisher_drain(loop->publisher, err))
        return false;
    hook_pass("after_remedy_commit");
    return finish(acting, REMEDY_BEGUN, REMEDY_DONE, result, err);
}

/* What was begun before a crash. Whoever restored the database to that moment may have gone on long
 * since: then the markers speak again. */
static bool go_on(const struct acting *acting, struct error *err) {
    const struct remedy *remedy = acting->remedy;
    int64_t c = committed_now(acting);
    if (c == remedy->seen_c || c == remedy->target_c)
        return complete(acting, remedy->target_c, remedy->result, err);
    return finish(acting, REMEDY_BEGUN, REMEDY_REFUSED,
                  arena_format(acting->arena,
                               "begun, and found with %" PRId64 " committed: neither what it began "
                               "with nor what it was to commit",
                               c),
                  err);
}

static bool act(const struct acting *acting, struct error *err) {
    if (acting->remedy->state == REMEDY_BEGUN)
        return go_on(acting, err);
    struct remedy_plan planned = {0};
    struct slice result = slice_none();
    bool is_ours = false;
    if (!plan(acting, &planned, err))
        return err->class == ERROR_INVALID &&
               finish(acting, REMEDY_ASKED, REMEDY_REFUSED,
                      arena_copy(acting->arena, slice_of(err->text)), err);
    if (planned.publish_from >= 0 && !publish_owed(acting, planned.publish_from, err))
        return false;
    hook_pass("before_remedy");
    if (!begin(acting, &planned, &result, &is_ours, err))
        return false;
    hook_pass("after_remedy_begun");
    return !is_ours || complete(acting, planned.c, result, err);
}

bool remedy_act(struct loop *loop, struct arena *arena, const struct survey *survey, bool *acted,
                struct error *err) {
    struct remedy *rows = NULL;
    size_t count = 0;
    *acted = false;
    if (!remedy_load_open(loop->db, arena, loop->worker->name, &rows, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct acting acting = {.loop = loop,
                                .arena = arena,
                                .survey = survey,
                                .remedy = &rows[i],
                                .partition = partition_of(loop, &rows[i])};
        if (acting.partition == NULL)
            continue;
        const struct progress *known =
            survey_progress(survey, acting.partition->topic, acting.partition->progress.partition);
        if (known != NULL)
            partition_know(acting.partition, known);
        acting.markers = survey_markers(survey, acting.partition->topic, rows[i].partition);
        *acted = true;
        if (!act(&acting, err))
            return false;
    }
    return true;
}
