#include "workers/account/registrations.h"

#include "common/runtime/contracts.h"
#include "workers/account/emit.h"
#include "workers/account/messages.h"

const char timer_registration[] = "registration";

enum { SECOND_MS = 1000, OUTPUTS_ENOUGH = LIMIT_OUTPUTS / 2 };

/* What a registration may touch: contracts of its category, and those it names. */
static struct known_contract_list known_contracts(struct batch *batch,
                                                  const struct employer *employer,
                                                  const struct registration *registration) {
    struct known_contract *known =
        arena_array(batch->arena, employer->contracts_count, sizeof(*known));
    size_t count = 0;
    for (const struct held_contract *held = employer->contracts_first; held != NULL;
         held = held->next) {
        if (held->category == registration->category ||
            slice_list_has(registration->contract_ids, held->contract_id)) {
            known[count++] = (struct known_contract){
                .contract_id = held->contract_id,
                .category = held->category,
                .ends_on = held->ends_on,
                .holder_account_id = held->holder_account_id,
            };
        }
    }
    return (struct known_contract_list){known, count};
}

static struct registration_facts
gather(struct batch *batch, const struct registration *registration, int64_t grace_ends_at) {
    const struct account_state *state = batch->state;
    struct slice siren = registration->siren;
    const struct owner *owner = map_get(&state->owners, registration->account_id, slice_none());
    return (struct registration_facts){
        .registration = *registration,
        .sighting = SIGHTING_NEW,
        .submitted_on = zone_date(batch->zone, registration->submitted_at),
        .decided_at = batch->now_ms,
        .grace_ends_at = grace_ends_at,
        .owner_siren = owner->siren,
        .owner_category = owner->category,
        .survivor_account_id = account_survivor(state, siren, registration->account_id),
        .contracts =
            known_contracts(batch, map_get(&state->employers, siren, slice_none()), registration),
    };
}

/* Attaches what the decision says, and tells it. */
static void accept(struct batch *batch, struct record *told, const struct registration_facts *facts,
                   const struct registration_decision *decision) {
    const struct account_state *state = batch->state;
    const struct registration *registration = &facts->registration;
    emit_registration_accepted(batch, told, facts, decision);
    account_keep_account(batch, registration);
    for (size_t i = 0; i < decision->attached_count; i++) {
        const struct attachment *attachment = &decision->attached[i];
        struct held_contract *contract =
            map_get(&state->contracts, registration->siren, attachment->contract_id);
        account_attach(batch, contract, facts->survivor_account_id, attachment->cause,
                       registration->registration_id);
        emit_contract_attached(batch, told, contract);
    }
    emit_conflicts(batch, told, facts, decision);
}

/* Keeps what became of it; of one that waits all that will be needed. */
static void remember(struct batch *batch, struct stored_registration *stored,
                     const struct registration_facts *facts,
                     const struct registration_decision *decision) {
    if (decision->outcome == REGISTRATION_WAITING) {
        stored->content =
            document_write(batch->arena, &registration_shape, &facts->registration).open;
    } else {
        stored->account_id = facts->survivor_account_id;
        stored->decided_at = batch->now_ms;
        stored->grace_ends_at = INSTANT_NONE;
        stored->content = slice_none();
        stored->origin = (struct origin){slice_none(), slice_none(), slice_none()};
    }
    stored->outcome = decision->outcome;
    account_note_registration(batch, stored);
}

/* A part for what no event of the registration's own decides: its ids are those of the end of its
 * waiting, whenever and by whatever that comes. */
static struct record *woken_part(struct batch *batch, struct record *record,
                                 const struct stored_registration *stored) {
    struct record *part =
        record_part(batch, record, stored->siren, stored->registration_id, &stored->origin);
    record_at(batch, part,
              (struct occasion){stored->siren, stored->registration_id, "waiting",
                                stored->grace_ends_at});
    return part;
}

/* Decides the registration; returns where that was told: on `record` itself if this is its own
 * event, else on a part; NULL if it goes on waiting. */
static struct record *settle(struct batch *batch, struct record *record,
                             struct stored_registration *stored) {
    struct registration_facts facts = gather(batch, stored->registration, stored->grace_ends_at);
    struct registration_decision decision = {
        .attached = arena_array(batch->arena, facts.contracts.count, sizeof(struct attachment)),
        .conflicts = arena_array(batch->arena, facts.contracts.count, sizeof(struct conflict)),
    };
    const bool has_waited = stored->outcome == REGISTRATION_WAITING;
    registration_decide(&facts, &decision);
    if (has_waited && decision.outcome == REGISTRATION_WAITING) {
        return NULL;
    }
    struct record *told = has_waited ? woken_part(batch, record, stored) : record;
    record_explain(batch, told, &registration_facts_shape, &facts, decision.rules,
                   decision.rules_count);
    if (decision.outcome == REGISTRATION_ACCEPTED) {
        accept(batch, told, &facts, &decision);
    } else if (decision.outcome == REGISTRATION_REJECTED) {
        emit_registration_rejected(batch, told, &facts, &decision);
    }
    remember(batch, stored, &facts, &decision);
    return told;
}

static void arm(struct batch *batch, const struct stored_registration *stored) {
    batch_arm(batch, batch->worker->name, stored->siren, timer_registration,
              stored->registration_id, stored->grace_ends_at);
}

/* An id seen before: the same content has no effect, other content is refused. */
static void repeat(struct batch *batch, struct record *record,
                   const struct stored_registration *seen) {
    struct registration_facts facts = gather(batch, record->message.data, INSTANT_NONE);
    struct registration_decision decision = {.attached = NULL, .conflicts = NULL};
    facts.sighting = slice_equal(seen->fingerprint, record_fingerprint(record))
                         ? SIGHTING_SAME_CONTENT
                         : SIGHTING_OTHER_CONTENT;
    registration_decide(&facts, &decision);
    if (decision.outcome == REGISTRATION_REUSED) {
        record_refuse(batch, record, "ID_REUSED",
                      "registration_id: was submitted before with another content");
        return;
    }
    record_explain(batch, record, &registration_facts_shape, &facts, decision.rules,
                   decision.rules_count);
}

void registrations_submitted(struct batch *batch, struct record *record) {
    struct account_state *state = batch->state;
    const struct registration *registration = record->message.data;
    const struct stored_registration *seen =
        map_get(&state->registrations, registration->siren, registration->registration_id);
    if (seen != NULL) {
        repeat(batch, record, seen);
        return;
    }
    const int64_t grace_ms = (int64_t)batch->settings->registration_grace_seconds * SECOND_MS;
    struct stored_registration *stored = arena_take(batch->arena, sizeof(*stored));
    *stored = (struct stored_registration){
        .siren = registration->siren,
        .registration_id = registration->registration_id,
        .account_id = registration->account_id,
        .category = registration->category,
        .fingerprint = record_fingerprint(record),
        .decided_at = INSTANT_NONE,
        .grace_ends_at = batch->now_ms + grace_ms,
        .origin = record_origin(record),
        .registration = registration,
    };
    map_put(&state->registrations, stored->siren, stored->registration_id, stored);
    (void)settle(batch, record, stored);
    if (stored->outcome == REGISTRATION_WAITING) {
        account_add_waiting(state, stored);
        arm(batch, stored);
    }
}

void registrations_contract_known(struct batch *batch, struct record *record, struct slice siren,
                                  struct slice contract_id) {
    const struct account_state *state = batch->state;
    const struct employer *employer = map_get(&state->employers, siren, slice_none());
    size_t outputs_count = 0;
    bool is_cut = employer->is_waiting_cut;
    for (struct stored_registration *stored = employer->waiting_first; stored != NULL;
         stored = stored->next_waiting) {
        if (stored->outcome != REGISTRATION_WAITING ||
            !slice_list_has(stored->registration->contract_ids, contract_id)) {
            continue;
        }
        if (outputs_count >= OUTPUTS_ENOUGH) {
            is_cut = true;
            break;
        }
        const struct record *told = settle(batch, record, stored);
        if (told != NULL) {
            outputs_count += told->outputs_count;
            arm(batch, stored); /* not any more */
        }
    }
    /* Where nothing could be decided, neither could those behind it: the end of their grace will.
     */
    if (is_cut && outputs_count > 0) {
        batch_arm_earlier(batch, batch->worker->name, siren, timer_subject_known,
                          contracts_person(batch->arena, contract_id), batch->now_ms);
    }
}

void registrations_fire_grace(struct batch *batch, struct record *record,
                              const struct timer *timer) {
    struct account_state *state = batch->state;
    struct stored_registration *stored =
        map_get(&state->registrations, timer->siren, timer->subject);
    if (stored != NULL && stored->outcome == REGISTRATION_WAITING &&
        settle(batch, record, stored) == NULL) {
        arm(batch, stored); /* it came too early */
    }
}

void registrations_fire_contract(struct batch *batch, struct record *record,
                                 const struct timer *timer) {
    struct slice contract_id;
    if (contracts_waited_for(timer, &contract_id)) {
        registrations_contract_known(batch, record, timer->siren, contract_id);
    }
}
