#include "workers/affiliation/leavers.h"

#include <assert.h>

#include "common/record/json_read.h"
#include "workers/affiliation/covers.h"
#include "workers/affiliation/emit.h"
#include "workers/affiliation/messages.h"
#include "workers/affiliation/people.h"
#include "workers/affiliation/working_set.h"

enum { SECOND_MS = 1000 };

static const char early_ending[] = "ended";

/* A timer of the beneficiary worker: "<contract_id>/<insured_id>/<ended_on>". */
static const char billing_worker[] = "beneficiary";
static const char billing_timer[] = "affiliation_ended";

/* "<insured_id>/<contract_id>" */
static struct slice subject_of(struct batch *batch, struct slice insured_id,
                               struct slice contract_id) {
    return arena_format(batch->arena, "%.*s/%.*s", SLICE_FORMAT(insured_id),
                        SLICE_FORMAT(contract_id));
}

static struct early_key key_of(struct batch *batch, struct slice siren,
                               const struct uuid *insured_id, struct slice contract_id) {
    return (struct early_key){siren, slice_of(early_ending),
                              subject_of(batch, uuid_text(batch->arena, insured_id), contract_id)};
}

struct early_key leavers_early_key(struct batch *batch, const struct record *record) {
    const struct affiliation_ending *ending = record->message.data;
    return (struct early_key){ending->siren, slice_of(early_ending),
                              subject_of(batch, ending->insured_id, ending->contract_id)};
}

size_t leavers_early_keys(struct batch *batch, const struct affiliation_request *request,
                          struct early_key *keys) {
    const struct affiliation_state *state = batch->state;
    const struct uuid new_id = affiliation_insured_id(batch, request);
    size_t count = 0;
    keys[count++] = key_of(batch, request->siren, &new_id, request->contract_id);
    if (state->by_id.count > 0) {
        const struct person person = people_recognise(batch, request);
        if (person.insured != NULL) {
            keys[count++] =
                key_of(batch, request->siren, &person.insured->insured_id, request->contract_id);
        }
    }
    return count;
}

static struct ending_facts gather(struct batch *batch, const struct cover *cover,
                                  const struct affiliation_ending *ending) {
    struct affiliation_term *terms =
        arena_array(batch->arena, cover->affiliations_count, sizeof(*terms));
    size_t count = 0;
    for (const struct affiliation_row *row = cover->first; row != NULL; row = row->next) {
        terms[count++] =
            (struct affiliation_term){row->request_id, row->effective_on, row->ended_on};
    }
    return (struct ending_facts){*ending, {terms, count}};
}

static void ask_billing(struct batch *batch, const struct cover *cover, int32_t ended_on) {
    char day[DATE_TEXT_SIZE];
    date_format(ended_on, day);
    const struct slice insured_id = uuid_text(batch->arena, &cover->insured_id);
    batch_arm(batch, billing_worker, cover->siren, billing_timer,
              arena_format(batch->arena, "%.*s/%.*s/%s", SLICE_FORMAT(cover->contract_id),
                           SLICE_FORMAT(insured_id), day),
              batch->now_ms);
}

/* Ends one of the cover's affiliations; false if it did so before. */
static bool end(struct batch *batch, struct record *told, struct cover *cover,
                const struct affiliation_ending *ending, const struct origin *origin) {
    struct affiliation_state *state = batch->state;
    const struct ending_facts facts = gather(batch, cover, ending);
    struct ending_decision decision;
    ending_decide(&facts, &decision);
    record_explain(batch, told, &ending_facts_shape, &facts, decision.rules, decision.rules_count);
    if (!decision.has_effect) {
        return false;
    }
    struct affiliation_row *row = cover->first;
    for (size_t i = 0; i < decision.index; i++) {
        row = row->next;
    }
    row->ended_on = ending->ended_on;
    row->ended = *origin;
    affiliation_note(state, row);
    ask_billing(batch, cover, ending->ended_on);
    return true;
}

/* Keeps it for its affiliation. The latest counts: it takes the place of one that waits already. */
static void keep(struct batch *batch, struct record *record) {
    struct affiliation_state *state = batch->state;
    const struct affiliation_ending *ending = record->message.data;
    const struct affiliation_signal signal = {ending->siren, ending->insured_id, batch->now_ms};
    const struct slice subject = subject_of(batch, ending->insured_id, ending->contract_id);
    struct early_event *earlier =
        early_find(&state->early, batch, ending->siren, early_ending, subject);
    if (earlier != NULL) {
        early_drop(batch, &state->early, earlier);
    }
    early_keep(batch, &state->early, record, early_ending, subject,
               batch->now_ms + (int64_t)batch->settings->contract_grace_seconds * SECOND_MS);
    affiliation_explain(batch, record, &signal, PATH_KEPT);
}

void leavers_end(struct batch *batch, struct record *record) {
    struct affiliation_state *state = batch->state;
    const struct affiliation_ending *ending = record->message.data;
    const struct uuid insured_id = uuid_of(ending->insured_id);
    const struct insured *insured = map_get(&state->by_id, ending->siren, uuid_slice(&insured_id));
    struct cover *cover = insured == NULL ? NULL : insured_cover(insured, ending->contract_id);
    const struct origin origin = record_origin(record);
    if (cover == NULL) {
        keep(batch, record);
        return;
    }
    const bool has_effect = end(batch, record, cover, ending, &origin);
    if (has_effect && !insured->is_erased) { /* whose entry is withdrawn, and who has no key */
        record_set_person(batch, record, insured->siren, insured->key->subject);
        cover->version++;
        cover_note(state, cover);
        affiliation_emit_roster(batch, record, &insured->identity, cover);
    }
}

void leavers_apply_early(struct batch *batch, struct record *record, const struct insured *insured,
                         struct cover *cover) {
    struct affiliation_state *state = batch->state;
    const struct slice insured_id = uuid_text(batch->arena, &insured->insured_id);
    struct affiliation_ending ending;
    struct error err;
    struct early_event *event = early_find(&state->early, batch, insured->siren, early_ending,
                                           subject_of(batch, insured_id, cover->contract_id));
    if (event == NULL) {
        return;
    }
    const bool is_read =
        json_read_text(batch->arena, &affiliation_ending_shape, event->content, &ending, &err);
    assert(is_read); /* written by us */
    struct record *part = record_part(batch, record, insured->siren, insured_id, &event->origin);
    record_at(batch, part,
              (struct occasion){event->siren, event->subject, early_ending, event->grace_ends_at});
    early_drop(batch, &state->early, event);
    if (is_read) {
        (void)end(batch, part, cover, &ending, &event->origin);
    }
}
