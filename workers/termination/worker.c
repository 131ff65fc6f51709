/* Termination of contracts: what the shell calls, and journeys up to their confirmation. */
#include "common/base/compiler.h"
#include "common/runtime/alert.h"
#include "workers/termination/messages.h"
#include "workers/termination/notices.h"
#include "workers/workers.h"

/* A journey nobody confirmed is looked at when it may be idle; an abandoned one no more. */
static void arm_idle(struct batch *batch, const struct record *record,
                     const struct journey *journey) {
    const bool is_under_way =
        journey_is_open(journey->state) && journey->state != JOURNEY_ABANDONED;
    batch_ask(batch, record, batch->worker->name, journey->siren, timer_idle, journey->journey_id,
              is_under_way
                  ? journey_idle_at(journey->last_step_at, batch->settings->journey_idle_minutes)
                  : INSTANT_NONE);
}

static struct journey_facts facts_of(const struct batch *batch, const struct journey *journey,
                                     struct slice siren, struct slice journey_id,
                                     enum journey_event event, int64_t at) {
    return (struct journey_facts){
        .siren = siren,
        .journey_id = journey_id,
        .event = event,
        .at = at,
        .state = journey == NULL ? 0 : journey->state,
        .last_step_at = journey == NULL ? INSTANT_NONE : journey->last_step_at,
        .idle_minutes = batch->settings->journey_idle_minutes,
    };
}

static void apply(struct batch *batch, const struct record *record, struct journey *journey,
                  const struct journey_decision *decision) {
    if (decision->state == journey->state && decision->last_step_at == journey->last_step_at) {
        return;
    }
    journey->state = decision->state;
    journey->last_step_at = decision->last_step_at;
    journey_note(batch, journey);
    arm_idle(batch, record, journey);
}

static void move(struct batch *batch, struct record *record, enum journey_event event, int64_t at,
                 struct slice contract_id) {
    const struct termination_state *state = batch->state;
    const struct slice siren = record->message.siren;
    const struct slice journey_id = record->message.business_id;
    struct journey *journey = map_get(&state->journeys, siren, journey_id);
    const struct journey_facts facts = facts_of(batch, journey, siren, journey_id, event, at);
    struct journey_decision decision;
    journey_decide(&facts, &decision);
    record_explain(batch, record, &journey_facts_shape, &facts, decision.rules,
                   decision.rules_count);
    if (journey == NULL) {
        journey = journey_add(batch, siren, journey_id);
        journey->contract_id = contract_id;
    }
    apply(batch, record, journey, &decision);
}

static void decide_signal(struct batch *batch, struct record *record) {
    const struct journey_signal *signal = record->message.data;
    const bool is_start = record->message.input->kind == INPUT_JOURNEY_STARTED;
    move(batch, record, is_start ? JOURNEY_EVENT_STARTED : JOURNEY_EVENT_ABANDONED, signal->at,
         signal->contract_id);
}

static void decide_step(struct batch *batch, struct record *record) {
    static const enum journey_event events[] = {
        [STEP_IDENTIFIED] = JOURNEY_EVENT_IDENTIFIED,
        [STEP_RECAP] = JOURNEY_EVENT_RECAP,
    };
    const struct step_completed *step = record->message.data;
    move(batch, record, events[step->step], step->at, step->contract_id);
}

/* Silently: nobody is told, only the journal keeps it. */
static void fire_idle(struct batch *batch, struct record *record, const struct timer *timer) {
    const struct termination_state *state = batch->state;
    struct journey *journey = map_get(&state->journeys, timer->siren, timer->subject);
    struct journey_decision decision;
    if (journey == NULL) {
        return;
    }
    const struct journey_facts facts = facts_of(batch, journey, journey->siren, journey->journey_id,
                                                JOURNEY_EVENT_IDLE, batch->now_ms);
    journey_decide(&facts, &decision);
    if (decision.state == journey->state) {
        arm_idle(batch, record, journey); /* a step came meanwhile */
        return;
    }
    struct record *part =
        record_part(batch, record, journey->siren, journey->journey_id, &journey->origin);
    record_explain(batch, part, &journey_facts_shape, &facts, decision.rules, decision.rules_count);
    apply(batch, record, journey, &decision);
}

static void fire_early(struct batch *batch, struct record *record, const struct timer *timer) {
    struct termination_state *state = batch->state;
    early_expire(batch, &state->early, record, timer);
}

static void decide(struct batch *batch, struct record *record) {
    static void (*const deciders[TERMINATION_INPUTS])(struct batch *, struct record *) = {
        [INPUT_JOURNEY_STARTED] = decide_signal, [INPUT_STEP_COMPLETED] = decide_step,
        [INPUT_CONFIRMED] = notices_confirm,     [INPUT_JOURNEY_ABANDONED] = decide_signal,
        [INPUT_WITHDRAWAL] = notices_withdraw,
    };
    deciders[record->message.input->kind](batch, record);
}

static const struct firing firings[] = {
    {timer_idle, fire_idle},
    {timer_subject_known, notices_fire},
    {timer_early, fire_early},
};

/* The same facts, decided again. */

static size_t journey_again(struct arena *arena UNUSED, const void *facts, const char **rules) {
    struct journey_decision decision;
    journey_decide(facts, &decision);
    return redecision_rules(decision.rules, decision.rules_count, rules);
}

static size_t notice_again(struct arena *arena UNUSED, const void *facts, const char **rules) {
    struct termination_decision decision;
    termination_decide(facts, &decision);
    return redecision_rules(decision.rules, decision.rules_count, rules);
}

static size_t withdrawal_again(struct arena *arena UNUSED, const void *facts, const char **rules) {
    struct withdrawal_decision decision;
    withdrawal_decide(facts, &decision);
    return redecision_rules(decision.rules, decision.rules_count, rules);
}

static const struct redecision redecisions[] = {
    {&journey_facts_shape, NULL, journey_again},
    {&termination_facts_shape, NULL, notice_again},
    {&withdrawal_facts_shape, NULL, withdrawal_again},
};

const struct worker termination_worker = {
    .name = "termination",
    .inputs = termination_inputs,
    .inputs_count = TERMINATION_INPUTS,
    .outputs = termination_outputs,
    .outputs_count = TERMINATION_OUTPUTS,
    .statements = termination_statements,
    .statements_count = TERMINATION_STATEMENTS,
    .rule = termination_rule,
    .transition = termination_transition,
    .redecisions = redecisions,
    .redecisions_count = COUNT_OF(redecisions),
    .state_size = sizeof(struct termination_state),
    .load = termination_load,
    .decide = decide,
    .firings = firings,
    .firings_count = COUNT_OF(firings),
    .store = termination_store,
};
