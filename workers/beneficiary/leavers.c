#include "workers/beneficiary/leavers.h"

#include "common/base/compiler.h"
#include "workers/beneficiary/emit.h"
#include "workers/beneficiary/working_set.h"

/* Without the PMSS there is nothing to tell billing but by hand. */
static void emit_amounts(struct batch *batch, struct record *record,
                         const struct leaving *leaving) {
    char insured_id[UUID_TEXT_SIZE];
    uuid_format(&leaving->insured_id, insured_id);
    if (leaving->decision->amounts.pmss_status == PMSS_MISSING) {
        alert_emit(batch, record, ALERT_PMSS_MISSING,
                   slice_is_present(leaving->removal_id) ? leaving->removal_id
                                                         : slice_of(insured_id),
                   slice_of("no PMSS is known for a month in which somebody left: the change of "
                            "the contribution has to be told to billing by hand"));
    } else if (leaving->decision->is_to_be_billed) {
        emit_leaving(batch, record, leaving);
    }
}

static struct removal_facts gather(struct batch *batch, const struct removal *request,
                                   const struct insured *insured, bool is_repeated) {
    const struct working_set *set = batch->state;
    const struct contract *contract =
        map_get(&set->contracts, request->siren, request->contract_id);
    struct removal_facts facts = {
        .request = *request,
        .is_repeated = is_repeated,
        .decided_on = zone_date(batch->zone, batch->now_ms),
        .is_insured_known = insured != NULL,
        .has_contract = contract != NULL,
    };
    if (insured != NULL) {
        facts.affiliations = insured->affiliations;
        facts.household =
            working_set_household(batch->arena, insured, request->contract_id, slice_none());
    }
    if (contract != NULL) {
        facts.contract = *contract;
        facts.pmss = working_set_pmss(batch, contract);
    }
    return facts;
}

/* The rows of those who leave: the household's, by who they are and when they came. */
static void remove_people(struct batch *batch, const struct removal_facts *facts,
                          const struct leaving_decision *decision, struct insured *insured) {
    for (size_t i = 0; i < decision->removed_count; i++) {
        const struct relative *relative = &facts->household.items[decision->removed[i]];
        for (struct person_row *row = insured->people_first; row != NULL; row = row->next) {
            if (row->state == RELATIVE_COVERED && row->removed_on == DATE_NONE &&
                row->coverage_from == relative->coverage_from &&
                slice_equal(row->contract_id, facts->request.contract_id) &&
                slice_equal(row->beneficiary_id, relative->beneficiary_id)) {
                row->removed_on = facts->request.removed_on;
                working_set_note_person(batch, row);
            }
        }
    }
}

void leavers_remove(struct batch *batch, struct record *record) {
    const struct working_set *set = batch->state;
    const struct removal *request = record->message.data;
    const struct slice fingerprint = record_fingerprint(record);
    const struct removal_row *seen = map_get(&set->removals, request->siren, request->removal_id);
    if (seen != NULL && !slice_equal(seen->fingerprint, fingerprint)) {
        record_refuse(batch, record, "ID_REUSED",
                      "removal_id: another removal of that id was seen before");
        return;
    }
    struct insured *insured = working_set_insured(batch, request->siren, request->insured_id);
    const struct removal_facts facts = gather(batch, request, insured, seen != NULL);
    struct leaving_decision decision;
    removal_decide(&facts, &decision);
    if (insured != NULL) {
        record_set_person(batch, record, request->siren, insured->key->subject);
    }
    record_explain(batch, record, &removal_facts_shape, &facts, decision.rules,
                   decision.rules_count);
    if (seen != NULL) {
        return;
    }
    struct removal_row *row = arena_take(batch->arena, sizeof(*row));
    *row = (struct removal_row){request->siren, request->removal_id, fingerprint, batch->now_ms};
    working_set_add_removal(batch, row);
    if (!decision.has_effect) {
        return;
    }
    const struct leaving leaving = {
        .siren = request->siren,
        .contract_id = request->contract_id,
        .insured_id = insured->insured_id,
        .removal_id = request->removal_id,
        .change_of = request->removal_id,
        .decision = &decision,
    };
    emit_amounts(batch, record, &leaving);
    remove_people(batch, &facts, &decision, insured);
    working_set_refresh_roster(batch, record, insured, request->contract_id);
}

/* The people who came under that affiliation. */
static struct relative_list household_of(struct batch *batch, const struct insured *insured,
                                         const struct contract *contract,
                                         const struct affiliation *affiliation) {
    const struct relative_list all =
        working_set_household(batch->arena, insured, contract->contract_id, slice_none());
    struct relative *own = arena_array(batch->arena, all.count, sizeof(*own));
    size_t count = 0;
    for (size_t i = 0; i < all.count; i++) {
        if (cover_of_relative(contract, insured->affiliations, &all.items[i]) == affiliation) {
            own[count++] = all.items[i];
        }
    }
    return (struct relative_list){own, count};
}

static const struct affiliation *find_ended(const struct insured *insured,
                                            const struct end_row *end) {
    for (size_t i = 0; i < insured->affiliations.count; i++) {
        const struct affiliation *affiliation = &insured->affiliations.items[i];
        if (slice_equal(affiliation->contract_id, end->contract_id) &&
            affiliation->ended_on == end->ended_on) {
            return affiliation;
        }
    }
    return NULL;
}

/* The end of that affiliation that billing was told of last, and how often of this very one. */
struct told_ends {
    int32_t last;           /* DATE_NONE: none */
    struct end_row *of_day; /* NULL: never */
};
static struct told_ends find_told(struct batch *batch, const struct end_row *end,
                                  const struct affiliation *affiliation) {
    struct told_ends told = {DATE_NONE, NULL};
    int64_t last_at = INSTANT_NONE;
    for (struct end_row *row = working_set_ends(batch, end); row != NULL; row = row->next) {
        if (!slice_equal(row->request_id, affiliation->request_id)) {
            continue;
        }
        if (row->decided_at >= last_at) {
            last_at = row->decided_at;
            told.last = row->ended_on;
        }
        if (row->ended_on == end->ended_on) {
            told.of_day = row;
        }
    }
    return told;
}

static struct leaver_facts gather_end(struct batch *batch, const struct end_row *end,
                                      struct slice insured_id, const struct insured *insured,
                                      const struct affiliation *affiliation,
                                      const struct contract *contract, int32_t told_end) {
    return (struct leaver_facts){
        .siren = end->siren,
        .insured_id = insured_id,
        .told_end = told_end,
        .decided_on = zone_date(batch->zone, batch->now_ms),
        .has_affiliation = true,
        .affiliation = *affiliation,
        .has_contract = true,
        .contract = *contract,
        .household = household_of(batch, insured, contract, affiliation),
        .pmss = working_set_pmss(batch, contract),
    };
}

/* Told as a part of the tick, with ids of the end and of when it was told to us, and with the
 * correlation and trace of the event that ended the affiliation. */
static struct record *part_of(struct batch *batch, struct record *record, const struct timer *timer,
                              const struct insured *insured,
                              const struct affiliation *affiliation) {
    struct record *part = record_part(batch, record, timer->siren, timer->subject,
                                      &insured->ended[affiliation - insured->affiliations.items]);
    record_at(
        batch, part,
        (struct occasion){timer->siren, timer->subject, timer_affiliation_ended, timer->due_at});
    record_set_person(batch, part, timer->siren, insured->key->subject);
    return part;
}

/* What billing knows from now on; returns how often it was told of this end before. */
static int32_t remember_end(struct batch *batch, struct end_row *end, struct end_row *same,
                            const struct affiliation *affiliation) {
    struct end_row *row = same == NULL ? end : same;
    if (same == NULL) {
        end->request_id = affiliation->request_id;
        working_set_put_end(batch, end);
    }
    row->decided_at = batch->now_ms;
    working_set_note_end(batch, row);
    return row->times++;
}

void leavers_fire(struct batch *batch, struct record *record, const struct timer *timer) {
    const struct working_set *set = batch->state;
    struct end_row *end = arena_take(batch->arena, sizeof(*end));
    char insured_id[UUID_TEXT_SIZE];
    if (!working_set_read_end(timer, end)) {
        return;
    }
    uuid_format(&end->insured_id, insured_id);
    const struct insured *insured = working_set_insured(batch, end->siren, slice_of(insured_id));
    const struct contract *contract = map_get(&set->contracts, end->siren, end->contract_id);
    const struct affiliation *affiliation = insured == NULL ? NULL : find_ended(insured, end);
    if (affiliation == NULL || contract == NULL) {
        return; /* it has another end by now, or who left was erased */
    }
    const struct told_ends told = find_told(batch, end, affiliation);
    const struct leaver_facts facts =
        gather_end(batch, end, slice_of(insured_id), insured, affiliation, contract, told.last);
    struct leaving_decision decision;
    leaver_decide(&facts, &decision);
    if (!decision.has_effect) {
        return;
    }
    struct record *part = part_of(batch, record, timer, insured, affiliation);
    record_explain(batch, part, &leaver_facts_shape, &facts, decision.rules, decision.rules_count);
    const struct leaving leaving = {
        .siren = end->siren,
        .contract_id = end->contract_id,
        .insured_id = end->insured_id,
        .change_of = timer->subject,
        .sequence = remember_end(batch, end, told.of_day, affiliation),
        .decision = &decision,
    };
    emit_amounts(batch, part, &leaving);
}
