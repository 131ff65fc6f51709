/* `guichet partition adopt|republish`: shows what would be done, asks, writes the remedy down, and
 * waits until the owner of the partition has executed it. A partition that nobody owns gets an
 * owner for the moment: the command itself. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/runtime/clock.h"
#include "common/runtime/hooks.h"
#include "common/runtime/journal.h"
#include "common/runtime/vault.h"
#include "common/runtime/visit.h"
#include "workers/commands/operator.h"
#include "workers/commands/partition.h"
#include "workers/commands/unknown.h"

enum {
    WAIT_MOST_MS = 30000,
    WAIT_SHORT_MS = 1000, /* for tests */
    LOOK_EVERY_MS = 200,
    MEMBERS_EVERY_MS = 1000,
    EVIDENCE_IDS_MOST = 20,
};

/* What is about to be asked for. */
struct asking {
    struct partition_case about;
    enum remedy_action action;
    struct remedy remedy;
    struct remedy_plan plan;
    struct slice place; /* "TOPIC/PARTITION" */
};

static bool read_from(const struct partition_question *question, int64_t *from, struct error *err) {
    enum { DIGITS_MOST = 18 };
    const char *text = question->from;
    *from = -1;
    if (text == NULL) {
        return true;
    }
    size_t size = strlen(text);
    if (size == 0 || size > DIGITS_MOST || strspn(text, "0123456789") != size) {
        return error_set(err, ERROR_INVALID, "USAGE", "--from: %.64s is no offset", text);
    }
    *from = strtoll(text, NULL, 10);
    return true;
}

/* As the owner will judge it. */
static bool plan(struct asking *asking, struct error *err) {
    const struct inspection *inspection = asking->about.inspection;
    struct remedy_question question = {
        .action = asking->action, .from_offset = asking->remedy.from_offset, .reach = -1};
    return journal_reach(inspection->db, inspection->arena, asking->about.worker->name,
                         slice_of(asking->about.topic->name), asking->about.partition,
                         &question.reach, err) &&
           remedy_plan(&question, asking->about.markers, &asking->plan, err);
}

static void print_plan(const struct asking *asking) {
    const struct markers *m = asking->about.markers;
    const struct remedy_plan *plan = &asking->plan;
    printf("  %-9s %s\n", words_text(&remedy_action_words, (int)asking->action),
           remedy_sentence(asking->action, m));
    if (plan->publish_from >= 0) {
        printf("  first     publishes the outputs of [%" PRId64 ", %" PRId64 ")\n",
               plan->publish_from, m->p);
    }
    printf("  then      decided up to %" PRId64 ", published up to %" PRId64 "%s\n", plan->p,
           plan->c, plan->is_new_incarnation ? ", as a new incarnation with new ids" : "");
    if (plan->c < plan->p) {
        printf("  and       publishes the outputs of [%" PRId64 ", %" PRId64 ") again\n", plan->c,
               plan->p);
    }
}

/* What was seen, for the record: the numbers, and of an older database what it does not know. */
static bool gather_evidence(struct asking *asking, struct error *err) {
    struct arena *arena = asking->about.inspection->arena;
    struct unknown_events unknown;
    struct buffer text;
    buffer_init(&text, arena, 512);
    buffer_append_slice(&text, verdict_evidence(arena, asking->about.markers));
    if (verdict_of(asking->about.markers) == VERDICT_DATABASE_OLDER) {
        if (!unknown_events_find(&asking->about, &unknown, err)) {
            return false;
        }
        unknown_events_print(arena, &unknown);
        buffer_append_slice(&text, arena_format(arena, "; %zu events unknown here", unknown.total));
        for (size_t i = 0; i < unknown.shown_count && i < EVIDENCE_IDS_MOST; i++) {
            buffer_append_text(&text, i == 0 ? ": " : ", ");
            buffer_append_slice(&text, unknown.shown[i].id);
        }
    }
    asking->remedy.evidence = buffer_slice(&text);
    return true;
}

static bool write_down(struct asking *asking, struct error *err) {
    const struct inspection *inspection = asking->about.inspection;
    struct remedy *remedy = &asking->remedy;
    bool is_added = false;
    vault_random_uuid(&remedy->remedy_id);
    remedy->topic = slice_of(asking->about.topic->name);
    remedy->partition = asking->about.partition;
    remedy->verdict = slice_of(verdict_name(remedy_verdict(asking->about.markers)));
    remedy->action = asking->action;
    return remedy_ask(inspection->db, inspection->arena, asking->about.worker->name, remedy,
                      &is_added, err) &&
           (is_added ||
            error_set(err, ERROR_INVALID, "PENDING",
                      "another remedy of this partition is asked for and not finished: see "
                      "guichet partition explain"));
}

/* Takes back what nobody has begun; `*is_back` is false if somebody just has. */
static bool take_back(const struct asking *asking, bool *is_back, struct error *err) {
    const struct inspection *inspection = asking->about.inspection;
    return remedy_finish(inspection->db, inspection->arena, &asking->remedy.remedy_id, REMEDY_ASKED,
                         REMEDY_REFUSED, slice_of("nobody executed it in time: taken back"),
                         "guichet partition", is_back, err);
}

static bool tell(const struct remedy *done, struct error *err) {
    if (done->state == REMEDY_REFUSED) {
        return error_set(err, ERROR_INVALID, "REFUSED", "refused: %.*s",
                         SLICE_FORMAT(done->result));
    }
    printf("done: %.*s\n", SLICE_FORMAT(done->result));
    return true;
}

/* How the remedy stands; asked while waiting, by this command or by its visit to the group. */
struct waiting {
    const struct asking *asking;
    struct remedy *now;
    struct error failure; /* of the last question */
    bool has_failed;
};

static bool is_finished(void *context) {
    struct waiting *waiting = context;
    const struct inspection *inspection = waiting->asking->about.inspection;
    waiting->has_failed =
        !remedy_load(inspection->db, inspection->arena, &waiting->asking->remedy.remedy_id,
                     &waiting->now, &waiting->failure);
    return waiting->has_failed || waiting->now->state == REMEDY_DONE ||
           waiting->now->state == REMEDY_REFUSED;
}

static int64_t wait_most_ms(void) {
    return hook_is_sabotaged("short_wait") ? WAIT_SHORT_MS : WAIT_MOST_MS;
}

/* Until an owner has executed it; whenever nobody is in the group, by becoming the owner. */
static bool is_executed(struct waiting *waiting, struct error *err) {
    const struct asking *asking = waiting->asking;
    int64_t until_ms = clock_monotonic_ms() + wait_most_ms();
    int64_t next_look_ms = clock_monotonic_ms();
    while (!is_finished(waiting) && clock_monotonic_ms() < until_ms) {
        int members = 1;
        if (clock_monotonic_ms() >= next_look_ms) {
            next_look_ms = clock_monotonic_ms() + MEMBERS_EVERY_MS;
            if (!inspection_members(&asking->about.seen, &members, err)) {
                return false;
            }
        }
        if (members == 0) {
            fprintf(stderr, "no process runs worker %s: this command takes its place\n",
                    asking->about.worker->name);
            return visit(asking->about.inspection->settings, asking->about.worker, is_finished,
                         waiting, WAIT_MOST_MS, err);
        }
        clock_sleep_ms(LOOK_EVERY_MS);
    }
    return is_finished(waiting) ||
           error_set(err, ERROR_TRANSIENT, "NOT_EXECUTED",
                     "the processes of worker %s did not execute it in %lld s",
                     asking->about.worker->name, (long long)wait_most_ms() / 1000);
}

static bool wait_for_owner(const struct asking *asking, struct error *err) {
    struct waiting waiting = {.asking = asking};
    struct error ignored;
    bool is_back = false;
    bool executed = is_executed(&waiting, err);
    if (executed && !waiting.has_failed) {
        return tell(waiting.now, err);
    }
    if (executed) {
        *err = waiting.failure;
    }
    return take_back(asking, &is_back, &ignored) && is_back
               ? error_prefix(err, "taken back, nothing was done")
               : error_prefix(err, "it may have begun, and is then finished by whoever takes the "
                                   "partition next (see guichet partition explain)");
}

static bool ask(struct asking *asking, struct error *err) {
    const struct partition_question *question = asking->about.question;
    struct arena *arena = asking->about.inspection->arena;
    partition_print(&asking->about);
    if (!plan(asking, err)) {
        return false;
    }
    print_plan(asking);
    if (!gather_evidence(asking, err)) {
        return false;
    }
    if (question->is_dry_run) {
        return true;
    }
    asking->place =
        arena_format(arena, "%s/%" PRId32, asking->about.topic->name, asking->about.partition);
    return operator_confirm("Type TOPIC/PARTITION again to do so: ", asking->place.data,
                            question->is_sure, err) &&
           operator_name(arena, question->by, &asking->remedy.asked_by, err) &&
           write_down(asking, err) && wait_for_owner(asking, err);
}

static bool remedy(const struct inspection *inspection, const struct partition_question *question,
                   enum remedy_action action, struct error *err) {
    struct asking asking = {.action = action};
    bool ok = read_from(question, &asking.remedy.from_offset, err) &&
              partition_find(inspection, question, &asking.about, err) && ask(&asking, err);
    inspection_leave(&asking.about.seen);
    return ok;
}

bool partition_adopt(const struct inspection *inspection, const struct partition_question *question,
                     struct error *err) {
    return remedy(inspection, question, REMEDY_ADOPT, err);
}

bool partition_republish(const struct inspection *inspection,
                         const struct partition_question *question, struct error *err) {
    return remedy(inspection, question, REMEDY_REPUBLISH, err);
}
