/* The beneficiary worker: which function an event or a timer goes to, and how facts are decided
 * again. */
#include "common/base/compiler.h"
#include "workers/beneficiary/additions.h"
#include "workers/beneficiary/leavers.h"
#include "workers/beneficiary/working_set.h"
#include "workers/workers.h"

static void decide(struct batch *batch, struct record *record) {
    static void (*const by_input[BENEFICIARY_INPUTS])(struct batch *, struct record *) = {
        [INPUT_ADDITION_REQUESTED] = additions_request,
        [INPUT_WITHDRAWAL] = additions_withdraw,
        [INPUT_REMOVED] = leavers_remove,
        [INPUT_EMPLOYER_DECIDED] = additions_answer,
    };
    by_input[record->message.input->kind](batch, record);
}

static void fire_early(struct batch *batch, struct record *record, const struct timer *timer) {
    struct working_set *set = batch->state;
    early_expire(batch, &set->early, record, timer);
}

static const struct firing firings[] = {
    {timer_adviser, additions_fire},
    {timer_pmss, additions_fire},
    {timer_addition_erased, additions_fire_erased},
    {timer_subject_known, additions_fire_waiting},
    {timer_early, fire_early},
    {timer_affiliation_ended, leavers_fire},
};

static const struct rule *rule(size_t index) {
    static const struct rule *(*const lists[])(size_t) = {addition_rule, additions_rule,
                                                          leaving_rule};
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        size_t count = 0;
        while (lists[i](count) != NULL) {
            if (count == index) {
                return lists[i](count);
            }
            count++;
        }
        index -= count;
    }
    return NULL;
}

static size_t redecide_addition(struct arena *arena UNUSED, const void *facts, const char **rules) {
    struct addition_decision decision;
    beneficiary_decide(facts, &decision);
    return redecision_rules(decision.rules, decision.rules_count, rules);
}

static size_t redecide_removal(struct arena *arena UNUSED, const void *facts, const char **rules) {
    struct leaving_decision decision;
    removal_decide(facts, &decision);
    return redecision_rules(decision.rules, decision.rules_count, rules);
}

static size_t redecide_leaver(struct arena *arena UNUSED, const void *facts, const char **rules) {
    struct leaving_decision decision;
    leaver_decide(facts, &decision);
    return redecision_rules(decision.rules, decision.rules_count, rules);
}

/* The facts hold all that is needed. */
static const struct redecision redecisions[] = {
    {&addition_facts_shape, NULL, redecide_addition},
    {&removal_facts_shape, NULL, redecide_removal},
    {&leaver_facts_shape, NULL, redecide_leaver},
};

const struct worker beneficiary_worker = {
    .name = "beneficiary",
    .inputs = beneficiary_inputs,
    .inputs_count = BENEFICIARY_INPUTS,
    .outputs = beneficiary_outputs,
    .outputs_count = BENEFICIARY_OUTPUTS,
    .statements = beneficiary_statements,
    .statements_count = BENEFICIARY_STATEMENTS,
    .rule = rule,
    .transition = addition_transition,
    .redecisions = redecisions,
    .redecisions_count = COUNT_OF(redecisions),
    .state_size = sizeof(struct working_set),
    .load = beneficiary_load,
    .decide = decide,
    .firings = firings,
    .firings_count = COUNT_OF(firings),
    .spread = beneficiary_spread,
    .spread_kind = timer_pmss,
    .store = beneficiary_store,
};
