#include "workers/termination/notices.h"

#include <assert.h>

#include "common/record/json_read.h"
#include "common/runtime/contracts.h"
#include "common/runtime/vault.h"
#include "workers/termination/emit.h"
#include "workers/termination/messages.h"

enum { SECOND_MS = 1000 };

static int64_t grace_end(const struct batch *batch) {
    return batch->now_ms + (int64_t)batch->settings->contract_grace_seconds * SECOND_MS;
}

static struct slice_list emails_of(struct arena *arena, const struct contact_list *contacts) {
    struct slice *emails = arena_array(arena, contacts->count, sizeof(*emails));
    size_t count = 0;
    for (size_t i = 0; i < contacts->count; i++) {
        if (slice_is_present(contacts->items[i].email)) { /* absent: erased */
            emails[count++] = contacts->items[i].email;
        }
    }
    return (struct slice_list){emails, count};
}

static void know_contract(struct arena *arena, const struct contract *contract,
                          struct termination_facts *facts) {
    facts->has_contract = contract != NULL;
    facts->contract = (struct termination_contract){
        .ends_on = DATE_NONE,
        .first_subscribed_on = DATE_NONE,
    };
    if (contract != NULL) {
        facts->contract = (struct termination_contract){
            .revision = contract->revision,
            .category = contract->category,
            .ends_on = contract->ends_on,
            .first_subscribed_on = contract->first_subscribed_on,
            .expiry = contract->expiry,
            .notice_months = contract->notice_months,
            .emails = emails_of(arena, &contract->contacts),
        };
    }
}

/* All that the decision of a confirmation is made from. `withdrawal`: came before it, or NULL. */
static struct termination_facts gather(struct batch *batch, const struct journey *journey,
                                       const struct confirmation *confirmation,
                                       const struct journey_signal *withdrawal) {
    const struct termination_state *state = batch->state;
    const struct journey *standing =
        journey_standing(state, confirmation->siren, confirmation->contract_id);
    struct termination_facts facts = {
        .confirmation = *confirmation,
        .sighting = CONFIRMATION_NEW,
        .decided_at = batch->now_ms,
        .grace_ends_at = journey->grace_ends_at,
        .received_on = zone_date(batch->zone, confirmation->received_at),
        .standing_journey_id = standing == NULL ? slice_none() : standing->journey_id,
        .withdrawn_at = INSTANT_NONE,
        .withdrawn_on = DATE_NONE,
    };
    know_contract(batch->arena,
                  map_get(&state->contracts, confirmation->siren, confirmation->contract_id),
                  &facts);
    if (withdrawal != NULL) {
        facts.withdrawn_at = withdrawal->at;
        facts.withdrawn_on = zone_date(batch->zone, withdrawal->at);
    }
    return facts;
}

/* Waits no longer: what was kept for the decision is forgotten. */
static void end_wait(struct journey *journey) {
    journey->grace_ends_at = INSTANT_NONE;
    journey->origin = (struct origin){slice_none(), slice_none(), slice_none()};
    journey->content = slice_none();
    journey->confirmation = NULL;
}

/* Applies the decision to the journey; what is told of it comes after. */
static void apply(struct batch *batch, struct journey *journey,
                  const struct termination_facts *facts,
                  const struct termination_decision *decision) {
    struct termination_state *state = batch->state;
    journey->state = decision->state;
    if (decision->state == JOURNEY_WAITING) {
        journey->content =
            document_write(batch->arena, &confirmation_shape, journey->confirmation).open;
    } else {
        end_wait(journey);
    }
    if (decision->state == JOURNEY_WITHDRAWN) {
        journey->withdrawn_at = facts->withdrawn_at;
    }
    if (decision->state == JOURNEY_NOTIFIED) {
        journey->legal_basis = decision->legal_basis;
        journey->effective_on = decision->effective_on;
        map_put(&state->standing, journey->siren, journey->contract_id, journey);
    }
    journey_note(batch, journey);
}

/* A part for what no event of the journey's own decides: its ids are those of the end of its wait,
 * whenever and by whatever that comes. */
static struct record *woken_part(struct batch *batch, struct record *record,
                                 const struct journey *journey) {
    struct record *part =
        record_part(batch, record, journey->siren, journey->journey_id, &journey->origin);
    record_at(
        batch, part,
        (struct occasion){journey->siren, journey->journey_id, "waiting", journey->grace_ends_at});
    return part;
}

/* Contacts are written to, and stand among the facts: both are the contract's. */
static void seal_by_contract(struct batch *batch, struct record *record,
                             const struct journey *journey) {
    record_set_person(batch, record, journey->siren,
                      contracts_person(batch->arena, journey->contract_id));
}

static void explain_notice(struct batch *batch, struct record *record,
                           const struct termination_facts *facts,
                           const struct termination_decision *decision) {
    record_explain(batch, record, &termination_facts_shape, facts, decision->rules,
                   decision->rules_count);
}

static void wait_for_contract(struct batch *batch, const struct journey *journey) {
    batch_arm_earlier(batch, batch->worker->name, journey->siren, timer_subject_known,
                      contracts_person(batch->arena, journey->contract_id), journey->grace_ends_at);
}

/* Brings a notice that waits up to now, told as a part of `record`. */
static void look_again(struct batch *batch, struct record *record, struct journey *journey) {
    const struct termination_facts facts = gather(batch, journey, journey->confirmation, NULL);
    struct termination_decision decision;
    termination_decide(&facts, &decision);
    if (decision.state == JOURNEY_WAITING) {
        wait_for_contract(batch, journey);
        return;
    }
    struct record *part = woken_part(batch, record, journey);
    if (facts.has_contract) {
        seal_by_contract(batch, part, journey);
    }
    explain_notice(batch, part, &facts, &decision);
    apply(batch, journey, &facts, &decision);
    termination_emit(batch, part, journey, &decision);
}

void notices_fire(struct batch *batch, struct record *record, const struct timer *timer) {
    const struct termination_state *state = batch->state;
    struct slice contract_id;
    size_t count = 0;
    bool is_one_left = false;
    if (!contracts_waited_for(timer, &contract_id)) {
        return;
    }
    for (struct journey *journey = map_get(&state->waiting, timer->siren, contract_id);
         journey != NULL; journey = journey->next) {
        if (journey->state == JOURNEY_WAITING) {
            look_again(batch, record, journey);
        }
        is_one_left = is_one_left || journey->state == JOURNEY_WAITING;
        count++;
    }
    /* There may be more; where one still waits, so do those behind it, and it has armed the timer.
     */
    if (!is_one_left && (count == WAITING_PER_WAKE || state->is_waiting_cut)) {
        batch_arm_earlier(batch, batch->worker->name, timer->siren, timer_subject_known,
                          timer->subject, batch->now_ms);
    }
}

/* Confirmed before: the first counts, whatever this one says. */
static void repeat(struct batch *batch, struct record *record, const struct journey *journey) {
    const struct confirmation *confirmation = record->message.data;
    const struct slice fingerprint = record_fingerprint(record);
    struct termination_decision decision;
    struct termination_facts facts = {
        .confirmation = *confirmation,
        .sighting =
            slice_equal(journey->fingerprint, fingerprint) ? CONFIRMATION_SAME : CONFIRMATION_OTHER,
        .decided_at = batch->now_ms,
        .grace_ends_at = INSTANT_NONE,
        .received_on = zone_date(batch->zone, confirmation->received_at),
        .withdrawn_at = INSTANT_NONE,
        .withdrawn_on = DATE_NONE,
    };
    know_contract(batch->arena, NULL, &facts);
    termination_decide(&facts, &decision);
    explain_notice(batch, record, &facts, &decision);
}

/* The withdrawal of that notice that came before it; what was kept of it was written by us. */
static bool take_early(struct batch *batch, const struct confirmation *confirmation,
                       struct journey_signal *withdrawal) {
    struct termination_state *state = batch->state;
    struct early_event *event = early_find(&state->early, batch, confirmation->siren,
                                           early_withdrawal, confirmation->journey_id);
    if (event == NULL) {
        return false;
    }
    struct error err;
    const bool is_read =
        json_read_text(batch->arena, &withdrawal_shape, event->content, withdrawal, &err);
    assert(is_read);
    if (!is_read || !slice_equal(withdrawal->contract_id, confirmation->contract_id)) {
        return false; /* of another contract: it waits on */
    }
    early_drop(batch, &state->early, event);
    return true;
}

/* The journey as its confirmation, until now unheard, makes it: not decided yet. */
static struct journey *open_notice(struct batch *batch, const struct record *record,
                                   struct journey *known) {
    const struct confirmation *confirmation = record->message.data;
    struct journey *journey =
        known != NULL ? known : journey_add(batch, confirmation->siren, confirmation->journey_id);
    if (known != NULL) {
        batch_arm(batch, batch->worker->name, journey->siren, timer_idle, journey->journey_id,
                  INSTANT_NONE);
    }
    if (confirmation->at > journey->last_step_at) {
        journey->last_step_at = confirmation->at;
    }
    journey->contract_id = confirmation->contract_id;
    journey->fingerprint = record_fingerprint(record);
    journey->received_at = confirmation->received_at;
    journey->grace_ends_at = grace_end(batch);
    journey->origin = record_origin(record);
    journey->confirmation = confirmation;
    return journey;
}

void notices_confirm(struct batch *batch, struct record *record) {
    const struct termination_state *state = batch->state;
    const struct confirmation *confirmation = record->message.data;
    struct journey *known =
        map_get(&state->journeys, confirmation->siren, confirmation->journey_id);
    struct journey_signal withdrawal;
    struct termination_decision decision;
    if (known != NULL && slice_is_present(known->fingerprint)) {
        repeat(batch, record, known);
        return;
    }
    struct journey *journey = open_notice(batch, record, known);
    const bool is_withdrawn = take_early(batch, confirmation, &withdrawal);
    const struct termination_facts facts =
        gather(batch, journey, confirmation, is_withdrawn ? &withdrawal : NULL);
    termination_decide(&facts, &decision);
    if (facts.has_contract) {
        seal_by_contract(batch, record, journey);
    }
    explain_notice(batch, record, &facts, &decision);
    apply(batch, journey, &facts, &decision);
    termination_emit(batch, record, journey, &decision);
    if (journey->state == JOURNEY_WAITING) {
        wait_for_contract(batch, journey);
    }
}

void notices_withdraw(struct batch *batch, struct record *record) {
    struct termination_state *state = batch->state;
    const struct journey_signal *withdrawal = record->message.data;
    struct journey *journey = map_get(&state->journeys, withdrawal->siren, withdrawal->journey_id);
    if (journey != NULL && journey->state == JOURNEY_WAITING) {
        look_again(batch, record, journey); /* its wait may be over */
    }
    const bool is_confirmed = journey != NULL && slice_is_present(journey->fingerprint);
    const struct withdrawal_facts facts = {
        .withdrawal = *withdrawal,
        .withdrawn_on = zone_date(batch->zone, withdrawal->at),
        .state = journey == NULL ? 0 : journey->state,
        .notice_contract_id = is_confirmed ? journey->contract_id : slice_none(),
        .effective_on = is_confirmed ? journey->effective_on : DATE_NONE,
    };
    struct withdrawal_decision decision;
    withdrawal_decide(&facts, &decision);
    record_explain(batch, record, &withdrawal_facts_shape, &facts, decision.rules,
                   decision.rules_count);
    if (decision.outcome == WITHDRAWAL_KEPT) {
        early_keep(batch, &state->early, record, early_withdrawal, withdrawal->journey_id,
                   grace_end(batch));
    } else if (decision.outcome == WITHDRAWAL_TAKES_BACK) {
        assert(journey != NULL);
        end_wait(journey);
        journey->state = JOURNEY_WITHDRAWN;
        journey->withdrawn_at = withdrawal->at;
        journey_note(batch, journey);
        termination_emit_withdrawn(batch, record, journey);
    }
}
