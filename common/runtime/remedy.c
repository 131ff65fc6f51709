#include "common/runtime/remedy.h"

#include <inttypes.h>

#include "common/base/compiler.h"

WORDS(remedy_action_words, "adopt", "republish");

static bool always(const struct markers *m UNUSED) {
    return true;
}

static bool is_known(const struct markers *m) {
    return m->has_p;
}

static bool is_other_record(const struct markers *m) {
    return m->has_p && m->is_other_record;
}

static bool refuse(struct error *err, const char *sentence, int64_t offset) {
    return error_set(err, ERROR_INVALID, "REFUSED", "%s %" PRId64, sentence, offset);
}

/* Another log under the same name: nothing of the old one can be found in it. */
static bool start_over(const struct remedy_question *question UNUSED, const struct markers *m,
                       struct remedy_plan *plan, struct error *err UNUSED) {
    bool is_owing = m->has_p && m->has_c && !m->is_other_installation && m->c < m->p;
    *plan = (struct remedy_plan){.moves_p = true,
                                 .is_new_incarnation = true,
                                 .p = m->low,
                                 .c = m->low,
                                 .publish_from = is_owing ? m->c : -1};
    return true;
}

/* A database that knows nothing of the partition begins somewhere in the log. */
static bool begin(const struct remedy_question *question, const struct markers *m,
                  struct remedy_plan *plan, struct error *err) {
    int64_t from = question->from_offset >= 0 ? question->from_offset : m->has_c ? m->c : m->low;
    if (from < m->low)
        return refuse(err, "--from: the log begins at", m->low);
    if (from > m->high)
        return refuse(err, "--from: the log ends at", m->high);
    *plan = (struct remedy_plan){
        .moves_p = true, .is_new_incarnation = true, .p = from, .c = from, .publish_from = -1};
    return true;
}

static bool commit_p(const struct remedy_question *question UNUSED, const struct markers *m,
                     struct remedy_plan *plan, struct error *err UNUSED) {
    *plan = (struct remedy_plan){.p = m->p, .c = m->p, .publish_from = -1};
    return true;
}

/* What was published of [p, c) has ids that are not to come again with other contents. */
static bool decide_again(const struct remedy_question *question UNUSED, const struct markers *m,
                         struct remedy_plan *plan, struct error *err UNUSED) {
    *plan = (struct remedy_plan){
        .moves_p = true, .is_new_incarnation = true, .p = m->p, .c = m->p, .publish_from = -1};
    return true;
}

static bool skip_deleted(const struct remedy_question *question UNUSED, const struct markers *m,
                         struct remedy_plan *plan, struct error *err UNUSED) {
    *plan = (struct remedy_plan){.moves_p = true, .p = m->low, .c = m->low, .publish_from = -1};
    return true;
}

static bool publish_again(const struct remedy_question *question, const struct markers *m,
                          struct remedy_plan *plan, struct error *err) {
    int64_t from = question->from_offset >= 0 ? question->from_offset : m->last_committed;
    if (question->from_offset < 0 && (m->has_c || from < 0))
        return error_set(err, ERROR_INVALID, "REFUSED",
                         "--from OFFSET is missing: the first input whose outputs to publish");
    if (from >= m->p)
        return refuse(err, "nothing to publish: it is decided up to", m->p);
    if (m->has_c && from > m->c)
        return refuse(err, "--from: what is not published begins at", m->c);
    if (question->reach < 0)
        return error_set(err, ERROR_INVALID, "REFUSED", "the journal holds nothing of it");
    if (from < question->reach)
        return refuse(err, "--from: the journal reaches back to", question->reach);
    *plan = (struct remedy_plan){.p = m->p, .c = from, .publish_from = -1};
    return true;
}

static const char starts_over[] =
    "publishes what was decided and not yet published, then begins again at the oldest record; "
    "requests that are read once more are known by their ids and have no effect";

/* First match wins. */
static const struct remedy_row {
    enum remedy_action action;
    enum verdict verdict;
    bool (*applies)(const struct markers *markers);
    bool (*plan)(const struct remedy_question *question, const struct markers *markers,
                 struct remedy_plan *plan, struct error *err);
    const char *sentence;
} rows[] = {
    {REMEDY_ADOPT, VERDICT_LOG_TRUNCATED, always, start_over, starts_over},
    {REMEDY_ADOPT, VERDICT_LOG_REPLACED, is_other_record, start_over, starts_over},
    {REMEDY_ADOPT, VERDICT_LOG_REPLACED, is_known, commit_p,
     "takes the consumer group over: commits what this database has decided as published, under "
     "this installation's name; the other installation must not run any more"},
    {REMEDY_ADOPT, VERDICT_LOG_REPLACED, always, begin,
     "takes the consumer group over and goes on at its committed offset, or at --from OFFSET; the "
     "other installation must not run any more, and what it decided is not known here"},
    {REMEDY_ADOPT, VERDICT_NEW_DATABASE, always, begin,
     "goes on at the committed offset, or at --from OFFSET; what was decided before it is not "
     "known here"},
    {REMEDY_ADOPT, VERDICT_DATABASE_LOST, always, begin,
     "begins at the oldest record, or at --from OFFSET, and decides all from there, with new ids; "
     "the worker's other partitions that are not known either then begin at their oldest record"},
    {REMEDY_ADOPT, VERDICT_OFFSETS_LOST, always, commit_p,
     "commits what was decided as published: what was decided and not published never is "
     "(republish is the careful one)"},
    {REMEDY_ADOPT, VERDICT_DATABASE_OLDER, always, decide_again,
     "decides what is missing here again, from what this database knows, and publishes it with new "
     "ids, beside what was published before"},
    {REMEDY_ADOPT, VERDICT_INPUT_DELETED, always, skip_deleted,
     "goes on at the oldest record that is left: what was deleted is never decided"},
    {REMEDY_REPUBLISH, VERDICT_OFFSETS_LOST, always, publish_again,
     "publishes the outputs from --from OFFSET on (by default from the last committed offset seen) "
     "again with the same ids, then goes on"},
    {REMEDY_REPUBLISH, VERDICT_INPUT_DELETED, always, publish_again,
     "publishes the outputs from --from OFFSET on again with the same ids"},
    {REMEDY_REPUBLISH, VERDICT_CONSUME, always, publish_again,
     "publishes the outputs from --from OFFSET on again with the same ids, then goes on; for "
     "outputs that Kafka has lost"},
};

enum verdict remedy_verdict(const struct markers *markers) {
    enum verdict verdict = verdict_of(markers);
    return verdict == VERDICT_PUBLISH ? VERDICT_CONSUME : verdict;
}

static const struct remedy_row *row_of(enum remedy_action action, const struct markers *markers) {
    enum verdict verdict = remedy_verdict(markers);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (rows[i].action == action && rows[i].verdict == verdict && rows[i].applies(markers))
            return &rows[i];
    return NULL;
}

const char *remedy_sentence(enum remedy_action action, const struct markers *markers) {
    const struct remedy_row *row = row_of(action, markers);
    return row == NULL ? NULL : row->sentence;
}

bool remedy_plan(const struct remedy_question *question, const struct markers *markers,
                 struct remedy_plan *plan, struct error *err) {
    const struct remedy_row *row = row_of(question->action, markers);
    if (row == NULL)
        return error_set(err, ERROR_INVALID, "REFUSED", "%s is no remedy for %s",
                         words_text(&remedy_action_words, (int)question->action),
                         verdict_name(remedy_verdict(markers)));
    return row->plan(question, markers, plan, err);
}
