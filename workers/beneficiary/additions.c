#include "workers/beneficiary/additions.h"

#include <assert.h>

#include "common/base/compiler.h"
#include "common/record/json_read.h"
#include "workers/beneficiary/adviser.h"
#include "workers/beneficiary/emit.h"
#include "workers/beneficiary/outcome.h"
#include "workers/beneficiary/working_set.h"

enum { SECOND_MS = 1000 };

/* The kinds of what comes before its addition. */
static const char early_withdrawal[] = "withdrawal";
static const char early_answer[] = "answer";

enum path {
    PATH_REPEATED,
    PATH_KEPT,
    PATH_SUBJECT_UNKNOWN,
    PATH_ANSWER_KEPT,
    PATH_NO_EFFECT,
    PATH_REMINDER_1,
    PATH_REMINDER_2,
};
static const struct rule paths[] = {
    [PATH_REPEATED] = {"REPEATED", "The same request came before: nothing is done.",
                       "at-least-once delivery"},
    [PATH_KEPT] = {"KEPT", "The addition is not known yet: kept for it until the grace ends.",
                   "insurer: order of arrival"},
    [PATH_SUBJECT_UNKNOWN] = {"SUBJECT_UNKNOWN", "The addition did not come within the grace.",
                              "insurer: order of arrival"},
    [PATH_ANSWER_KEPT] = {"ANSWER_KEPT",
                          "The employer answers before he is asked: kept for when he would be.",
                          "insurer: order of arrival"},
    [PATH_NO_EFFECT] = {"NO_EFFECT", "Nothing is waiting for this any more, or ever was.",
                        "insurer: additions"},
    [PATH_REMINDER_1] = {"REMINDER_1", "Five business days without the employer's answer.",
                         "FAQ question 6"},
    [PATH_REMINDER_2] = {"REMINDER_2", "Ten business days without the employer's answer.",
                         "FAQ question 6"},
};

const struct rule *additions_rule(size_t index) {
    return index < COUNT_OF(paths) ? &paths[index] : NULL;
}

void additions_early_keys(struct slice siren, struct slice addition_id, struct early_key *keys) {
    keys[0] = (struct early_key){siren, slice_of(early_withdrawal), addition_id};
    keys[1] = (struct early_key){siren, slice_of(early_answer), addition_id};
}

static int64_t grace_end(const struct batch *batch) {
    return batch->now_ms + (int64_t)batch->settings->contract_grace_seconds * SECOND_MS;
}

/* The first days of cover as they were told when it was held, in the order of the request. */
static struct day_list held_coverage(struct batch *batch, const struct addition_row *row,
                                     const struct insured *insured) {
    const struct beneficiary_list *people = &row->request->beneficiaries;
    if (!addition_is_held(row->status) || insured == NULL) {
        return (struct day_list){NULL, 0};
    }
    int32_t *days = arena_array(batch->arena, people->count, sizeof(*days));
    for (size_t i = 0; i < people->count; i++) {
        days[i] = DATE_NONE;
        for (const struct person_row *person = insured->people_first; person != NULL;
             person = person->next) {
            if (person->state == RELATIVE_WAITING &&
                slice_equal(person->source_id, row->addition_id) &&
                slice_equal(person->beneficiary_id, people->items[i].beneficiary_id)) {
                days[i] = person->coverage_from;
            }
        }
        assert(days[i] != DATE_NONE);
    }
    return (struct day_list){days, people->count};
}

static struct addition_facts gather(struct batch *batch, const struct addition_row *row,
                                    const struct insured *insured, bool is_withdrawn) {
    const struct working_set *set = batch->state;
    const struct contract *contract = map_get(&set->contracts, row->siren, row->contract_id);
    struct addition_facts facts = {
        .request = *row->request,
        .status = row->status,
        .now = batch->now_ms,
        .submitted_on = zone_date(batch->zone, row->submitted_at),
        .decided_on = zone_date(batch->zone, batch->now_ms),
        .grace_ends_at = row->grace_ends_at,
        .employer_answer_days = batch->settings->employer_answer_days,
        .deadline_at = row->deadline_at,
        .answer = row->answer,
        .is_withdrawn = is_withdrawn,
        .held_coverage = held_coverage(batch, row, insured),
        .is_insured_known = insured != NULL,
        .has_contract = contract != NULL,
    };
    if (insured != NULL) {
        facts.affiliations = insured->affiliations;
        facts.household =
            working_set_household(batch->arena, insured, row->contract_id, row->addition_id);
    }
    if (contract != NULL) {
        facts.contract = *contract;
        facts.pmss = working_set_pmss(batch, contract);
    }
    return facts;
}

/* Why an addition is looked at: by its own event (kind NULL), or for a reason that gives what
 * follows its ids. */
struct cause {
    const char *kind;
    int64_t due_at;
    bool is_withdrawn;
};

static struct record *record_of(struct batch *batch, struct record *record,
                                const struct addition_row *row, const struct cause *cause) {
    if (cause->kind == NULL) {
        return record;
    }
    struct record *part = record_part(batch, record, row->siren, row->addition_id, &row->origin);
    record_at(batch, part,
              (struct occasion){row->siren, row->addition_id, cause->kind, cause->due_at});
    return part;
}

static void explain_signal(struct batch *batch, struct record *record, struct slice addition_id,
                           int64_t at, const char *const *rules, size_t rules_count) {
    const struct beneficiary_signal facts = {record->message.siren, addition_id, at};
    record_explain(batch, record, &beneficiary_signal_shape, &facts, rules, rules_count);
}

static void explain_path(struct batch *batch, struct record *record, int64_t at, enum path path) {
    const char *const rules[] = {paths[path].code};
    explain_signal(batch, record, record->message.business_id, at, rules, COUNT_OF(rules));
}

/* Decides the addition and does what follows; false if it stays as it is. */
static bool settle(struct batch *batch, struct record *record, struct addition_row *row,
                   struct cause cause) {
    const struct working_set *set = batch->state;
    struct insured *insured = working_set_insured(batch, row->siren, row->insured_id);
    struct addition_decision decision;
    /* Of an erased person nothing can be added; the request still comes to its end. */
    const struct addition_facts facts =
        gather(batch, row, row->is_erased ? NULL : insured, cause.is_withdrawn);
    if (!row->is_erased) {
        beneficiary_decide(&facts, &decision);
    } else if (!addition_decide_end(&facts, &decision)) {
        decision.status = row->status;
    }
    if (decision.status == row->status) {
        if (row->status == ADDITION_HELD_PMSS) {
            row->looked_at = batch->now_ms;
            working_set_note_addition(batch, row);
        }
        return false;
    }
    struct record *told_on = record_of(batch, record, row, &cause);
    if (row->is_erased) {
        explain_signal(batch, told_on, row->addition_id, batch->now_ms, decision.rules,
                       decision.rules_count);
    } else {
        record_set_person(batch, told_on, row->siren,
                          insured != NULL ? insured->key->subject
                                          : outcome_person(batch->arena, ADDITION_WAITING,
                                                           row->addition_id, row->insured_id));
        record_explain(batch, told_on, &addition_facts_shape, &facts, decision.rules,
                       decision.rules_count);
    }
    const struct told told = {
        .batch = batch,
        .record = told_on,
        .request = row->request,
        .contract = map_get(&set->contracts, row->siren, row->contract_id),
        .insured = insured,
        .decision = &decision,
        .before = row->status,
    };
    emit_addition(&told);
    outcome_keep(batch, told_on, row, insured, &decision);
    return true;
}

/* Brings an open addition up to now. */
static void look_again(struct batch *batch, struct record *record, struct addition_row *row) {
    if (row->status == ADDITION_WAITING) {
        (void)settle(batch, record, row, (struct cause){"waiting", row->grace_ends_at, false});
    } else if (row->status == ADDITION_HELD_PMSS) {
        (void)settle(batch, record, row, (struct cause){"pmss", row->held_at, false});
    } else if (row->status == ADDITION_HELD_EMPLOYER) {
        adviser_remind(batch, record, row);
        if (row->deadline_at < batch->now_ms) {
            (void)settle(batch, record, row, (struct cause){"expired", row->deadline_at, false});
        } else {
            adviser_arm(batch, row);
        }
    }
}

void additions_fire(struct batch *batch, struct record *record, const struct timer *timer) {
    const struct working_set *set = batch->state;
    struct addition_row *row = map_get(&set->additions, timer->siren, timer->subject);
    if (row != NULL) {
        look_again(batch, record, row);
    }
}

void additions_fire_erased(struct batch *batch, struct record *record, const struct timer *timer) {
    const struct working_set *set = batch->state;
    struct addition_row *row = map_get(&set->additions, timer->siren, timer->subject);
    if (row == NULL || !row->is_erased) {
        return;
    }
    look_again(batch, record, row); /* what passed before stays told */
    if (addition_is_open(row->status)) {
        (void)settle(batch, record, row,
                     (struct cause){timer_addition_erased, timer->due_at, true});
    }
}

void additions_fire_waiting(struct batch *batch, struct record *record, const struct timer *timer) {
    const struct working_set *set = batch->state;
    struct slice insured_id;
    size_t count = 0;
    size_t still_waiting = 0;
    if (!working_set_read_waited(timer, &insured_id)) {
        return;
    }
    for (struct addition_row *row = map_get(&set->waiting, timer->siren, insured_id); row != NULL;
         row = row->next) {
        look_again(batch, record, row);
        if (row->status == ADDITION_WAITING) {
            batch_arm_earlier(batch, batch->worker->name, row->siren, timer_subject_known,
                              timer->subject, row->grace_ends_at);
            still_waiting++;
        }
        count++;
    }
    /* There may be more; where one still waits, so do those after it. */
    if (still_waiting == 0 && (count >= WAITING_PER_WAKE || set->is_waiting_cut)) {
        batch_arm_earlier(batch, batch->worker->name, timer->siren, timer_subject_known,
                          timer->subject, batch->now_ms);
    }
}

/* An id seen before: the same content has no effect, other content is refused. */
static void repeat(struct batch *batch, struct record *record, const struct addition_row *seen) {
    const struct slice fingerprint = record_fingerprint(record);
    if (!slice_equal(seen->fingerprint, fingerprint)) {
        record_refuse(batch, record, "ID_REUSED",
                      "addition_id: another request of that id was seen before");
        return;
    }
    explain_path(batch, record, seen->submitted_at, PATH_REPEATED);
}

/* What came before the addition; what was kept of it was written by us. */
static bool take_early(struct batch *batch, const struct addition_row *row, const char *kind,
                       const struct shape *shape, void *data) {
    struct working_set *set = batch->state;
    struct error err;
    struct early_event *event = early_find(&set->early, batch, row->siren, kind, row->addition_id);
    if (event == NULL) {
        return false;
    }
    const bool is_read = json_read_text(batch->arena, shape, event->content, data, &err);
    assert(is_read);
    early_drop(batch, &set->early, event);
    return is_read;
}

void additions_request(struct batch *batch, struct record *record) {
    struct working_set *set = batch->state;
    const struct addition_requested *request = record->message.data;
    const struct addition_row *seen =
        map_get(&set->additions, request->siren, request->addition_id);
    struct addition_withdrawal withdrawal;
    struct employer_decided answer;
    if (seen != NULL) {
        repeat(batch, record, seen);
        return;
    }
    struct addition_row *row = arena_take(batch->arena, sizeof(*row));
    *row = (struct addition_row){
        .siren = request->siren,
        .addition_id = request->addition_id,
        .insured_id = working_set_insured_id(batch->arena, request->insured_id),
        .contract_id = request->contract_id,
        .fingerprint = record_fingerprint(record),
        .submitted_at = request->submitted_at,
        .deadline_at = INSTANT_NONE,
        .reasons = slice_of(""),
        .grace_ends_at = grace_end(batch),
        .held_at = INSTANT_NONE,
        .looked_at = INSTANT_NONE,
        .origin = record_origin(record),
        .request = request,
    };
    map_put(&set->additions, row->siren, row->addition_id, row);
    if (take_early(batch, row, early_answer, &employer_decided_shape, &answer)) {
        row->answer = answer.decision;
    }
    const bool is_withdrawn =
        take_early(batch, row, early_withdrawal, &addition_withdrawal_shape, &withdrawal);
    (void)settle(batch, record, row, (struct cause){NULL, INSTANT_NONE, is_withdrawn});
}

void additions_withdraw(struct batch *batch, struct record *record) {
    struct working_set *set = batch->state;
    const struct addition_withdrawal *withdrawal = record->message.data;
    struct addition_row *row = map_get(&set->additions, withdrawal->siren, withdrawal->addition_id);
    if (row == NULL) {
        early_keep(batch, &set->early, record, early_withdrawal, withdrawal->addition_id,
                   grace_end(batch));
        explain_path(batch, record, withdrawal->withdrawn_at, PATH_KEPT);
        return;
    }
    look_again(batch, record, row);
    if (!addition_is_open(row->status) ||
        !settle(batch, record, row, (struct cause){NULL, INSTANT_NONE, true})) {
        explain_path(batch, record, withdrawal->withdrawn_at, PATH_NO_EFFECT);
    }
}

/* One that is not asked about yet remembers the answer: the first counts. */
static enum path keep_answer(struct batch *batch, struct addition_row *row,
                             enum employer_answer answer) {
    bool is_to_come = row->status == ADDITION_WAITING || row->status == ADDITION_HELD_PMSS;
    if (!is_to_come || row->answer != 0) {
        return PATH_NO_EFFECT;
    }
    row->answer = answer;
    working_set_note_addition(batch, row);
    return PATH_ANSWER_KEPT;
}

void additions_answer(struct batch *batch, struct record *record) {
    struct working_set *set = batch->state;
    const struct employer_decided *answer = record->message.data;
    struct addition_row *row = map_get(&set->additions, answer->siren, answer->addition_id);
    if (row == NULL) {
        early_keep(batch, &set->early, record, early_answer, answer->addition_id, grace_end(batch));
        explain_path(batch, record, answer->decided_at, PATH_KEPT);
        return;
    }
    look_again(batch, record, row);
    if (row->status != ADDITION_HELD_EMPLOYER) {
        explain_path(batch, record, answer->decided_at, keep_answer(batch, row, answer->decision));
        return;
    }
    row->answer = answer->decision;
    if (!settle(batch, record, row, (struct cause){NULL, INSTANT_NONE, false})) {
        row->answer = 0; /* a confirmation of people who were erased */
        explain_path(batch, record, answer->decided_at, PATH_NO_EFFECT);
    }
}
