#include <assert.h>

#include "common/base/compiler.h"
#include "workers/privacy/messages.h"
#include "workers/privacy/store.h"
#include "workers/workers.h"

static const char to_affiliation[] = "affiliation";
static const char to_beneficiary[] = "beneficiary";

static struct privacy_known know(const struct batch *batch, const struct record *record) {
    const struct privacy_state *state = batch->state;
    const struct slice fingerprint = record_fingerprint(record);
    const struct privacy_row *seen =
        map_get(&state->seen, record->message.siren, record->message.business_id);
    return (struct privacy_known){
        .is_seen = seen != NULL,
        .is_same = seen != NULL && seen->wish == privacy_wish_of(record) &&
                   slice_equal(seen->fingerprint, fingerprint),
    };
}

/* What others published or keep open of the person is theirs to withdraw: they look again. */
static void ask_others(struct batch *batch, const struct record *record,
                       const struct privacy_person *person) {
    const struct privacy_state *state = batch->state;
    const struct trace_list *list = map_get(&state->traces, person->siren, person->person);
    char insured_id[UUID_TEXT_SIZE];
    uuid_format(&person->insured_id, insured_id);
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct trace *trace = &list->items[i];
        switch (trace->kind) {
        case TRACE_KEY:
            break;
        case TRACE_COVER:
            batch_ask(batch, record, to_affiliation, person->siren, timer_roster_refresh,
                      arena_format(batch->arena, "%s/%.*s", insured_id, SLICE_FORMAT(trace->id)),
                      batch->now_ms);
            break;
        case TRACE_REQUEST:
            batch_ask(batch, record, to_affiliation, person->siren, timer_tracking_refresh,
                      trace->id, batch->now_ms);
            break;
        case TRACE_ADDITION:
            batch_ask(batch, record, to_beneficiary, person->siren, timer_addition_erased,
                      trace->id, batch->now_ms);
            break;
        }
    }
}

static void emit_answer(struct batch *batch, struct record *record,
                        const struct privacy_facts *facts,
                        const struct privacy_decision *decision) {
    const struct privacy_request *request = &facts->request;
    const struct privacy_erased erased = {
        .privacy_request_id = request->privacy_request_id,
        .siren = request->siren,
        .subject =
            slice_is_present(request->insured_id) ? request->insured_id : request->request_id,
        .found = facts->is_found,
        .erased_kinds = {decision->erased, decision->erased_count},
        .at = batch->now_ms,
    };
    const struct privacy_report report = {
        .privacy_request_id = request->privacy_request_id,
        .siren = request->siren,
        .found = facts->is_found,
        .held = facts->held,
    };
    if (facts->wish == PRIVACY_ERASURE) {
        record_emit(batch, record, &output_privacy_erased, slice_none(),
                    request->privacy_request_id, &erased);
    } else {
        record_emit(batch, record, &output_privacy_report, slice_none(),
                    request->privacy_request_id, &report);
    }
}

static void decide(struct batch *batch, struct record *record) {
    const struct privacy_state *state = batch->state;
    const struct privacy_request *request = record->message.data;
    const struct slice named = privacy_named(batch->arena, request);
    struct privacy_person *person =
        slice_is_present(named) ? map_get(&state->meaning, request->siren, named) : NULL;
    struct privacy_facts facts = {
        .request = *request,
        .wish = privacy_wish_of(record),
        .known = know(batch, record),
        .is_found = person != NULL,
    };
    if (person != NULL) {
        facts.held = (struct privacy_holding_list){person->held, person->held_count};
    }
    struct privacy_decision decision;
    privacy_decide(&facts, &decision);
    if (decision.outcome == PRIVACY_REUSED) {
        record_refuse(batch, record, "ID_REUSED",
                      "privacy_request_id: seen before with another wish or content");
        return;
    }
    record_explain(batch, record, &privacy_facts_shape, &facts, &decision.rule, 1);
    if (decision.outcome == PRIVACY_REPEATED) {
        return;
    }
    emit_answer(batch, record, &facts, &decision);
    privacy_keep(batch, record, person);
    if (decision.outcome == PRIVACY_ERASED) {
        assert(person != NULL);
        privacy_erase(batch, person);
        ask_others(batch, record, person);
    }
}

static size_t decide_again(struct arena *arena UNUSED, const void *facts, const char **rules) {
    struct privacy_decision decision;
    privacy_decide(facts, &decision);
    rules[0] = decision.rule;
    return 1;
}

static const struct redecision redecisions[] = {{&privacy_facts_shape, NULL, decide_again}};

const struct worker privacy_worker = {
    .name = "privacy",
    .inputs = privacy_inputs,
    .inputs_count = PRIVACY_INPUTS,
    .outputs = privacy_outputs,
    .outputs_count = PRIVACY_OUTPUTS,
    .statements = privacy_statements,
    .statements_count = PRIVACY_STATEMENTS,
    .rule = privacy_rule,
    .transition = privacy_transition,
    .redecisions = redecisions,
    .redecisions_count = COUNT_OF(redecisions),
    .state_size = sizeof(struct privacy_state),
    .load = privacy_load,
    .decide = decide,
    .store = privacy_store,
};
