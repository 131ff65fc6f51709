#include "common/base/compiler.h"
#include "workers/affiliation/accounts.h"
#include "workers/affiliation/erasure.h"
#include "workers/affiliation/leavers.h"
#include "workers/affiliation/messages.h"
#include "workers/affiliation/progress.h"
#include "workers/affiliation/roster.h"
#include "workers/affiliation/working_set.h"
#include "workers/workers.h"

static void decide(struct batch *batch, struct record *record) {
    static void (*const by_input[])(struct batch * batch, struct record * record) = {
        [INPUT_AFFILIATION_REQUESTED] = progress_request,
        [INPUT_CANCELLATION] = progress_cancel,
        [INPUT_ENDED] = leavers_end,
        [INPUT_REVIEWED] = progress_review,
        [INPUT_ACTIVATED] = accounts_activate,
        [INPUT_BOUNCED] = accounts_bounce,
    };
    by_input[record->message.input->kind](batch, record);
}

static void fire_early(struct batch *batch, struct record *record, const struct timer *timer) {
    struct affiliation_state *state = batch->state;
    early_expire(batch, &state->early, record, timer);
}

static const struct firing firings[] = {
    {timer_request, progress_fire_request},        {timer_calendar, progress_fire_request},
    {timer_subject_known, progress_fire_contract}, {timer_early, fire_early},
    {timer_account_link, accounts_fire_link},      {timer_roster_refresh, roster_fire},
    {timer_tracking_refresh, erasure_fire},
};

/* The same facts, decided again. */

static size_t request_again(struct arena *arena UNUSED, const void *facts, const char **rules) {
    struct affiliation_decision decision;
    affiliation_decide(facts, &decision);
    return redecision_rules(decision.rules, decision.rules_count, rules);
}

static size_t ending_again(struct arena *arena UNUSED, const void *facts, const char **rules) {
    struct ending_decision decision;
    ending_decide(facts, &decision);
    return redecision_rules(decision.rules, decision.rules_count, rules);
}

static const struct redecision redecisions[] = {
    {&affiliation_facts_shape, NULL, request_again},
    {&ending_facts_shape, NULL, ending_again},
};

const struct worker affiliation_worker = {
    .name = "affiliation",
    .inputs = affiliation_inputs,
    .inputs_count = AFFILIATION_INPUTS,
    .outputs = affiliation_outputs,
    .outputs_count = AFFILIATION_OUTPUTS,
    .statements = affiliation_statements,
    .statements_count = AFFILIATION_STATEMENTS,
    .rule = affiliation_rule,
    .transition = affiliation_transition,
    .redecisions = redecisions,
    .redecisions_count = COUNT_OF(redecisions),
    .state_size = sizeof(struct affiliation_state),
    .load = affiliation_load,
    .decide = decide,
    .firings = firings,
    .firings_count = COUNT_OF(firings),
    .spread = affiliation_spread,
    .spread_kind = timer_calendar,
    .store = affiliation_store,
};
