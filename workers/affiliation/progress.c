#include "workers/affiliation/progress.h"

#include <assert.h>

#include "common/base/buffer.h"
#include "common/base/compiler.h"
#include "common/record/json_read.h"
#include "common/runtime/contracts.h"
#include "workers/affiliation/accounts.h"
#include "workers/affiliation/deadlines.h"
#include "workers/affiliation/emit.h"
#include "workers/affiliation/leavers.h"
#include "workers/affiliation/messages.h"
#include "workers/affiliation/people.h"
#include "workers/affiliation/working_set.h"

static const char early_cancellation[] = "cancellation";
static const char early_review[] = "review";

enum { SECOND_MS = 1000 };

static int64_t grace_end(const struct batch *batch) {
    return batch->now_ms + (int64_t)batch->settings->contract_grace_seconds * SECOND_MS;
}

static bool is_open(const struct request_row *row) {
    return affiliation_is_open(row->status) && !row->is_erased;
}

void progress_early_keys(const struct affiliation_request *request, struct early_key *keys) {
    keys[0] = (struct early_key){request->siren, slice_of(early_cancellation), request->request_id};
    keys[1] = (struct early_key){request->siren, slice_of(early_review), request->request_id};
}

const char *progress_early_kind(int input_kind) {
    return input_kind == INPUT_CANCELLATION ? early_cancellation
           : input_kind == INPUT_REVIEWED   ? early_review
                                            : NULL;
}

static void know_contract(struct affiliation_facts *facts, const struct contract *contract) {
    facts->has_contract = contract != NULL;
    facts->contract = (struct affiliation_contract){.starts_on = DATE_NONE, .ends_on = DATE_NONE};
    if (contract != NULL) {
        facts->contract = (struct affiliation_contract){
            contract->revision, contract->category,    contract->starts_on,
            contract->ends_on,  contract->populations, contract->options,
        };
    }
}

/* The doubts for which the request is under review, as they were kept. */
static struct affiliation_reason_list doubts_of(struct arena *arena,
                                                const struct request_row *row) {
    if (row->status != STATUS_UNDER_REVIEW) {
        return (struct affiliation_reason_list){NULL, 0};
    }
    enum affiliation_reason *items =
        arena_array(arena, AFFILIATION_REASONS_END, sizeof(enum affiliation_reason));
    size_t count = 0;
    for (size_t from = 0, to = 0; to <= row->reasons.size; to++) {
        if (to == row->reasons.size || row->reasons.data[to] == ',') {
            const struct slice code = {row->reasons.data + from, to - from};
            items[count++] = (enum affiliation_reason)words_value(&affiliation_reason_words, code);
            from = to + 1;
        }
    }
    return (struct affiliation_reason_list){items, count};
}

/* What somebody said of the request, beside the request itself; NULL: nothing. */
struct said {
    const struct affiliation_cancellation *cancellation;
    const struct affiliation_review *review;
};

/* All that the decision is made from. */
static struct affiliation_facts gather(struct batch *batch, const struct request_row *row,
                                       const struct person *person, struct said said) {
    const struct affiliation_state *state = batch->state;
    struct affiliation_facts facts = {
        .request = *row->request,
        .decided_at = batch->now_ms,
        .grace_ends_at = row->grace_ends_at,
        .has_cancellation = said.cancellation != NULL,
        .doubts = doubts_of(batch->arena, row),
        .has_review = said.review != NULL,
    };
    const struct affiliation_promise promise = deadlines_promise(batch, row->calendar_id);
    if (said.cancellation != NULL) {
        facts.cancellation = *said.cancellation;
    }
    if (said.review != NULL) {
        facts.review = *said.review;
    }
    know_contract(&facts, map_get(&state->contracts, row->siren, row->contract_id));
    people_know(&facts, person);
    affiliation_measure(&facts, &promise);
    if (facts.has_sla) {
        facts.sla.due_at = row->due_at; /* promised when it came, whatever the settings say now */
    }
    return facts;
}

static struct slice reasons_text(struct arena *arena, const struct affiliation_decision *decision) {
    struct buffer text;
    buffer_init(&text, arena, LIMIT_CODE);
    for (size_t i = 0; i < decision->reasons_count; i++) {
        if (i > 0) {
            buffer_append_byte(&text, ',');
        }
        buffer_append_text(&text, words_text(&affiliation_reason_words, (int)decision->reasons[i]));
    }
    return buffer_slice(&text);
}

/* Keeps what became of the request; of one that is decided only what a repetition and the tracking
 * need. */
static void remember(struct batch *batch, struct request_row *row,
                     const struct affiliation_facts *facts,
                     const struct affiliation_decision *decision, const struct insured *insured) {
    row->status = decision->outcome;
    row->reasons = reasons_text(batch->arena, decision);
    row->tracking_version += decision->has_sla;
    if (affiliation_is_open(decision->outcome)) {
        row->key = keyring_ask(&batch->keyring, row->siren, row->person);
        if (decision->outcome != STATUS_WAITING) {
            row->grace_ends_at = INSTANT_NONE;
        }
    } else {
        row->decided_at = facts->decided_at;
        row->grace_ends_at = INSTANT_NONE;
        row->origin = (struct origin){slice_none(), slice_none(), slice_none()};
        row->content = slice_none();
        row->sealed = slice_none();
    }
    if (insured != NULL) {
        row->person = insured->key->subject;
    }
    if (decision->outcome == STATUS_ACCEPTED) {
        assert(insured != NULL);
        row->insured_id = insured->insured_id;
    }
    request_note(batch->state, row);
}

/* A part for what no event of the request's own decides: its ids are those of the end of its
 * waiting, whenever and by whatever that comes. */
static struct record *woken_part(struct batch *batch, struct record *record,
                                 const struct request_row *row) {
    struct record *part = record_part(batch, record, row->siren, row->request_id, &row->origin);
    record_at(batch, part,
              (struct occasion){row->siren, row->request_id, "waiting", row->grace_ends_at});
    return part;
}

/* An event about the request that waits for it, read back: what was kept of it was written by us.
 * NULL: there is none. */
static struct early_event *find_early(struct batch *batch, const struct request_row *row,
                                      const char *kind, const struct shape *shape, void *data) {
    const struct affiliation_state *state = batch->state;
    struct early_event *event = early_find(&state->early, batch, row->siren, kind, row->request_id);
    struct error err;
    if (event != NULL) {
        const bool is_read = json_read_text(batch->arena, shape, event->content, data, &err);
        assert(is_read);
        return is_read ? event : NULL;
    }
    return NULL;
}

/* Decides the request and does what follows; tells it on `record` itself if this is its own event,
 * an answer or a cancellation (`is_own`), else on a part. */
static void settle(struct batch *batch, struct record *record, struct request_row *row,
                   struct said said, bool is_own) {
    struct affiliation_state *state = batch->state;
    struct affiliation_review review;
    struct early_event *early_answer =
        find_early(batch, row, early_review, &affiliation_review_shape, &review);
    if (said.review == NULL && early_answer != NULL) {
        said.review = &review;
    }
    struct person person = people_recognise(batch, row->request);
    const struct affiliation_facts facts = gather(batch, row, &person, said);
    struct affiliation_decision decision;
    struct cover *cover = NULL;
    affiliation_decide(&facts, &decision);
    if (decision.outcome == row->status) {
        return; /* as before */
    }
    if (early_answer != NULL && !affiliation_is_open(decision.outcome)) {
        early_drop(batch, &state->early, early_answer);
    }
    const struct origin origin = row->origin;
    struct record *told = is_own ? record : woken_part(batch, record, row);
    if (decision.outcome == STATUS_ACCEPTED && person.insured == NULL) {
        person.insured = people_add(batch, row->request);
    }
    struct insured *insured = affiliation_is_open(decision.outcome) ? NULL : person.insured;
    assert(insured != NULL || decision.outcome != STATUS_ACCEPTED);
    record_set_person(batch, told, row->siren,
                      insured != NULL ? insured->key->subject : row->person);
    /* Written before the effects: the facts are what was known then. */
    record_explain(batch, told, &affiliation_facts_shape, &facts, decision.rules,
                   decision.rules_count);
    if (decision.outcome == STATUS_ACCEPTED) {
        cover = people_affiliate(batch, &person, &facts, &decision, &origin);
        leavers_apply_early(batch, record, insured, cover);
    }
    remember(batch, row, &facts, &decision, insured);
    if (decision.has_sla && !affiliation_is_open(decision.outcome)) {
        deadlines_measure(batch, &decision.sla);
    }
    affiliation_emit(batch, told, &facts, &decision, insured, cover, row->tracking_version);
    if (decision.outcome == STATUS_ACCEPTED) {
        accounts_apply_early(batch, record, insured);
        batch_wake(batch, row->siren, row->person); /* others may wait for the insured */
    }
}

/* Wants to be looked at again when the next thing is due. */
static void arm_next(struct batch *batch, struct request_row *row) {
    if (is_open(row)) {
        row->is_armed = true;
        batch_arm(batch, batch->worker->name, row->siren, timer_request, row->request_id,
                  deadlines_next_ms(batch, row));
        if (row->status == STATUS_WAITING) {
            batch_arm_earlier(batch, batch->worker->name, row->siren, timer_subject_known,
                              contracts_person(batch->arena, row->contract_id), row->grace_ends_at);
        }
    } else if (row->is_armed) {
        batch_arm(batch, batch->worker->name, row->siren, timer_request, row->request_id,
                  INSTANT_NONE);
    }
}

/* Brings an open request up to now. */
static void look_again(struct batch *batch, struct record *record, struct request_row *row) {
    deadlines_advance(batch, record, row);
    if (!is_open(row)) {
        return;
    }
    if (row->status ==
        STATUS_WAITING) { /* under review: only an answer or a cancellation ends it */
        settle(batch, record, row, (struct said){NULL, NULL}, false);
    }
    arm_next(batch, row);
}

void progress_fire_request(struct batch *batch, struct record *record, const struct timer *timer) {
    struct affiliation_state *state = batch->state;
    struct request_row *row = map_get(&state->requests, timer->siren, timer->subject);
    if (row != NULL && affiliation_is_open(row->status)) {
        look_again(batch, record, row);
    }
}

void progress_fire_contract(struct batch *batch, struct record *record, const struct timer *timer) {
    struct affiliation_state *state = batch->state;
    struct slice contract_id;
    if (!contracts_waited_for(timer, &contract_id)) {
        return;
    }
    size_t count = 0;
    size_t still_open = 0;
    for (struct request_row *row = map_get(&state->waiting, timer->siren, contract_id); row != NULL;
         row = row->next) {
        if (row->status == STATUS_WAITING) {
            look_again(batch, record, row);
        }
        still_open += is_open(row) && row->status == STATUS_WAITING;
        count++;
    }
    /* There may be more; where one still waits, so do those after it, and it has armed the timer.
     */
    if (still_open == 0 && (count >= WAITING_PER_WAKE || state->is_waiting_cut)) {
        batch_arm_earlier(batch, batch->worker->name, timer->siren, timer_subject_known,
                          timer->subject, batch->now_ms);
    }
}

/* A request id seen before: the same content has no effect, other content is refused. */
static void repeat(struct batch *batch, struct record *record, const struct request_row *seen) {
    const struct slice fingerprint = record_fingerprint(record);
    if (!slice_equal(seen->fingerprint, fingerprint)) {
        record_refuse(batch, record, "ID_REUSED", "request_id: seen before with other content");
        return;
    }
    const char *const rules[] = {affiliation_paths[PATH_REPEATED].code};
    const struct affiliation_repeat facts = {seen->siren, seen->request_id, seen->decided_at};
    record_explain(batch, record, &affiliation_repeat_shape, &facts, rules, COUNT_OF(rules));
}

static struct request_row *open_request(struct batch *batch, const struct record *record) {
    struct affiliation_state *state = batch->state;
    const struct affiliation_request *request = record->message.data;
    struct request_row *row = arena_take(batch->arena, sizeof(*row));
    *row = (struct request_row){
        .siren = request->siren,
        .request_id = request->request_id,
        .root_request_id = affiliation_root(request),
        .contract_id = request->contract_id,
        .channel = request->channel,
        .person = arena_format(batch->arena, "request/%.*s", SLICE_FORMAT(request->request_id)),
        .fingerprint = record_fingerprint(record),
        .submitted_at = request->submitted_at,
        .first_submitted_at = slice_is_present(request->root_request_id)
                                  ? request->first_submitted_at
                                  : request->submitted_at,
        .due_at = INSTANT_NONE,
        .decided_at = INSTANT_NONE,
        .grace_ends_at = grace_end(batch),
        .origin = record_origin(record),
        .request = request,
        .is_new = true,
    };
    deadlines_start(batch, row);
    map_put(&state->requests, row->siren, row->request_id, row);
    return row;
}

void progress_request(struct batch *batch, struct record *record) {
    struct affiliation_state *state = batch->state;
    const struct affiliation_request *request = record->message.data;
    const struct request_row *seen = map_get(&state->requests, request->siren, request->request_id);
    struct affiliation_cancellation cancellation;
    struct said said = {NULL, NULL};
    if (seen != NULL) {
        repeat(batch, record, seen);
        return;
    }
    struct request_row *row = open_request(batch, record);
    struct early_event *event =
        find_early(batch, row, early_cancellation, &affiliation_cancellation_shape, &cancellation);
    if (event != NULL) {
        said.cancellation = &cancellation;
        early_drop(batch, &state->early, event);
    }
    deadlines_advance(batch, record, row);
    settle(batch, record, row, said, true);
    arm_next(batch, row);
}

/* What is said of a request: kept until there is one that it can be about (`is_early`), else ends
 * it if it is open. */
static void hear(struct batch *batch, struct record *record, struct request_row *row,
                 struct said said, bool is_early, int64_t at) {
    struct affiliation_state *state = batch->state;
    const struct message *message = &record->message;
    const struct affiliation_signal signal = {message->siren, message->business_id, at};
    if (is_early) {
        early_keep(batch, &state->early, record, progress_early_kind(message->input->kind),
                   message->business_id, grace_end(batch));
        affiliation_explain(batch, record, &signal, PATH_KEPT);
    } else if (!is_open(row)) {
        affiliation_explain(batch, record, &signal, PATH_NO_EFFECT);
    } else {
        settle(batch, record, row, said, true);
        arm_next(batch, row);
    }
}

/* The request of that id, brought up to now; NULL: it has not come. */
static struct request_row *find_request(struct batch *batch, struct record *record) {
    const struct affiliation_state *state = batch->state;
    struct request_row *row =
        map_get(&state->requests, record->message.siren, record->message.business_id);
    if (row != NULL && affiliation_is_open(row->status)) {
        look_again(batch, record, row);
    }
    return row;
}

void progress_cancel(struct batch *batch, struct record *record) {
    const struct affiliation_cancellation *data = record->message.data;
    struct request_row *row = find_request(batch, record);
    hear(batch, record, row, (struct said){.cancellation = data}, row == NULL, data->cancelled_at);
}

/* An answer to a request that waits is early, too: nobody has looked for doubts yet. */
void progress_review(struct batch *batch, struct record *record) {
    const struct affiliation_review *data = record->message.data;
    struct request_row *row = find_request(batch, record);
    const bool is_early = row == NULL || (is_open(row) && row->status == STATUS_WAITING);
    hear(batch, record, row, (struct said){.review = data}, is_early, data->decided_at);
}
