/* Beneficiary additions: gathers facts, asks for the decision, writes down what follows from it. */
#include <assert.h>

#include "common/base/compiler.h"
#include "common/record/vocabulary.h"
#include "workers/beneficiary/statements.h"
#include "workers/beneficiary/store.h"
#include "workers/workers.h"

/* Everything about one record on its way through decide. */
struct addition {
    struct batch *batch;
    struct record *record;
    const struct addition_requested *request;
    struct insured *insured; /* NULL: unknown */
    const struct addition_decision *decision;
};

static struct relative_list household_of(struct arena *arena, const struct insured *insured,
                                         struct slice contract_id) {
    size_t count = 0;
    for (const struct person_row *row = insured->people_first; row != NULL; row = row->next) {
        count += slice_equal(row->contract_id, contract_id);
    }
    struct relative *items = arena_array(arena, count, sizeof(*items));
    size_t used = 0;
    for (const struct person_row *row = insured->people_first; row != NULL; row = row->next) {
        if (slice_equal(row->contract_id, contract_id)) {
            items[used++] = (struct relative){
                row->beneficiary_id, row->state,      row->relation, row->scheme,
                row->coverage_from,  row->removed_on, row->person,
            };
        }
    }
    return (struct relative_list){items, count};
}

/* Only the contract's territory: what the journal keeps is what the decision can look at. */
static struct pmss_table pmss_of(struct arena *arena, const struct pmss_table *all,
                                 enum territory territory) {
    struct pmss *items = arena_array(arena, all->count, sizeof(*items));
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].territory == territory) {
            items[count++] = all->items[i];
        }
    }
    return (struct pmss_table){items, count};
}

static void gather(const struct addition *addition, bool is_repeated,
                   struct addition_facts *facts) {
    struct batch *batch = addition->batch;
    const struct working_set *set = batch->state;
    const struct addition_requested *request = addition->request;
    *facts = (struct addition_facts){
        .request = *request,
        .is_repeated = is_repeated,
        .now = batch->now_ms,
        .submitted_on = zone_date(batch->zone, request->submitted_at),
        .decided_on = zone_date(batch->zone, batch->now_ms),
        .employer_answer_days = batch->settings->employer_answer_days,
        .is_insured_known = addition->insured != NULL,
        .contract = map_get(&set->contracts, request->siren, request->contract_id),
    };
    if (addition->insured != NULL) {
        facts->affiliations = addition->insured->affiliations;
        facts->household = household_of(batch->arena, addition->insured, request->contract_id);
    }
    if (facts->contract != NULL) {
        facts->contract_revision = facts->contract->revision;
        facts->pmss = pmss_of(batch->arena, &set->pmss, facts->contract->territory);
    }
}

static struct reason_list reasons_of(struct arena *arena, uint32_t set) {
    enum addition_reason *items = arena_array(arena, REASONS_MAX, sizeof(*items));
    size_t count = 0;
    for (int reason = 1; reason <= REASONS_MAX; reason++) {
        if (set & REASON_BIT(reason)) {
            items[count++] = (enum addition_reason)reason;
        }
    }
    return (struct reason_list){items, count};
}

static void emit(const struct addition *addition, const struct output_type *type,
                 const void *data) {
    record_emit(addition->batch, addition->record, type, slice_none(),
                addition->request->addition_id, data);
}

static void emit_alert(const struct addition *addition, enum alert_code code, const char *detail) {
    alert_emit(addition->batch, addition->record, code, addition->request->addition_id,
               slice_of(detail));
}

static void emit_rejected(const struct addition *addition) {
    struct arena *arena = addition->batch->arena;
    const struct addition_requested *request = addition->request;
    struct rejected_person people[LIMIT_BENEFICIARIES];
    size_t count = 0;
    for (size_t i = 0; i < request->beneficiaries.count; i++) {
        uint32_t reasons = addition->decision->people[i].reasons;
        if (reasons != 0) {
            people[count++] = (struct rejected_person){
                request->beneficiaries.items[i].beneficiary_id, reasons_of(arena, reasons)};
        }
    }
    struct beneficiary_rejected rejected = {
        request->addition_id,
        request->siren,
        reasons_of(arena, addition->decision->reasons),
        {people, count},
    };
    emit(addition, &output_beneficiary_rejected, &rejected);
}

static void emit_added(const struct addition *addition) {
    const struct addition_requested *request = addition->request;
    struct added_person people[LIMIT_BENEFICIARIES];
    for (size_t i = 0; i < request->beneficiaries.count; i++) {
        const struct beneficiary *person = &request->beneficiaries.items[i];
        people[i] = (struct added_person){person->beneficiary_id, person->relation,
                                          addition->decision->people[i].coverage_from};
    }
    struct beneficiary_added added = {
        request->addition_id,
        request->siren,
        addition->insured->insured_id,
        request->contract_id,
        {people, request->beneficiaries.count},
        addition->decision->coverage_from,
        addition->decision->contribution_from,
    };
    emit(addition, &output_beneficiary_added, &added);
}

static struct price_parts parts_of(struct price price) {
    return (struct price_parts){price.total_cents, price.employer_cents,
                                price.total_cents - price.employer_cents};
}

static void emit_contribution(const struct addition *addition) {
    const struct addition_requested *request = addition->request;
    const struct addition_amounts *amounts = &addition->decision->amounts;
    if (!amounts->is_changed) {
        return;
    }
    struct contribution_changed changed = {
        .change_id =
            batch_derived_id(addition->batch, "change|contribution.changed|%.*s|%.*s|0",
                             SLICE_FORMAT(request->siren), SLICE_FORMAT(request->addition_id)),
        .addition_id = request->addition_id,
        .siren = request->siren,
        .contract_id = request->contract_id,
        .insured_id = addition->insured->insured_id,
        .cause = CHANGE_ADDITION,
        .from_month = addition->decision->contribution_from,
        .before = parts_of(amounts->before),
        .after = parts_of(amounts->after),
        .provisional = amounts->pmss_status == PMSS_PROVISIONAL,
        .regularisations = {amounts->regularisations, amounts->regularisations_count},
    };
    emit(addition, &output_contribution_changed, &changed);
}

static void emit_employer_email(const struct addition *addition) {
    const struct addition_requested *request = addition->request;
    const struct addition_decision *decision = addition->decision;
    const struct addition_amounts *amounts = &decision->amounts;
    const struct insured_identity *identity = &addition->insured->identity;
    if (decision->employer_email == EMPLOYER_EMAIL_NONE) {
        return;
    }
    if (decision->recipients_count == 0) {
        emit_alert(addition, ALERT_CONTACT_MISSING,
                   "the contract has no contact with a valid e-mail: the employer is not told of "
                   "this addition, which stands");
        return;
    }
    struct employer_beneficiary_added email = {
        .siren = request->siren,
        .notification_id =
            batch_derived_id(addition->batch, "notification|employer.beneficiary-added|%.*s|%.*s|0",
                             SLICE_FORMAT(request->siren), SLICE_FORMAT(request->addition_id)),
        .addition_id = request->addition_id,
        .to = {decision->recipients, decision->recipients_count},
        .contract_id = request->contract_id,
        .insured_display_name = arena_format(addition->batch->arena, "%.*s %.*s",
                                             SLICE_FORMAT(identity->given_names.items[0]),
                                             SLICE_FORMAT(identity->family_name)),
        .beneficiary_count = (int32_t)request->beneficiaries.count,
        .coverage_from = decision->coverage_from,
        .contribution_from = decision->contribution_from,
        .employer_before_cents = amounts->before.employer_cents,
        .employer_after_cents = amounts->after.employer_cents,
        .employer_delta_cents = amounts->after.employer_cents - amounts->before.employer_cents,
        .regularisation_cents = amounts->regularisation_cents,
        .provisional = amounts->pmss_status == PMSS_PROVISIONAL,
        .reason = decision->employer_email,
    };
    emit(addition, &output_employer_beneficiary_added, &email);
}

static void emit_outputs(const struct addition *addition) {
    switch (addition->decision->status) {
    case ADDITION_REJECTED:
        emit_rejected(addition);
        break;
    case ADDITION_HELD_PMSS:
        emit_alert(addition, ALERT_PMSS_MISSING,
                   "no PMSS is known for a month of this addition: it is held until one is "
                   "published");
        break;
    case ADDITION_HELD_EMPLOYER: {
        struct beneficiary_awaiting_employer awaiting = {addition->request->addition_id,
                                                         addition->request->siren,
                                                         addition->decision->deadline_at};
        emit(addition, &output_beneficiary_awaiting_employer, &awaiting);
        break;
    }
    case ADDITION_APPLIED:
        emit_added(addition);
        emit_contribution(addition);
        emit_employer_email(addition);
        break;
    }
}

static bool is_held(enum addition_status status) {
    return status == ADDITION_HELD_EMPLOYER || status == ADDITION_HELD_PMSS;
}

static struct slice joined_reasons(struct arena *arena, uint32_t set) {
    struct slice joined = slice_of("");
    for (int reason = 1; reason <= REASONS_MAX; reason++) {
        if (set & REASON_BIT(reason)) {
            joined =
                arena_format(arena, "%.*s%s%s", SLICE_FORMAT(joined), joined.size == 0 ? "" : ",",
                             words_text(&addition_reason_words, reason));
        }
    }
    return joined;
}

static void keep_addition(const struct addition *addition) {
    struct batch *batch = addition->batch;
    const struct addition_requested *request = addition->request;
    const struct addition_decision *decision = addition->decision;
    struct addition_row *row = arena_take(batch->arena, sizeof(*row));
    *row = (struct addition_row){
        .siren = request->siren,
        .addition_id = request->addition_id,
        .insured_id = request->insured_id,
        .contract_id = request->contract_id,
        .status = decision->status,
        .fingerprint = {(const char *)addition->record->fingerprint, VAULT_HASH_SIZE},
        .submitted_at = request->submitted_at,
        .decided_at = batch->now_ms,
        .deadline_at = decision->deadline_at,
        .reasons = joined_reasons(batch->arena, decision->reasons),
    };
    if (is_held(decision->status)) {
        assert(addition->insured != NULL);
        struct document document = document_write(batch->arena, &addition_requested_shape, request);
        row->content = document.open;
        row->sealed = keyring_seal(&batch->keyring, addition->insured->key, document.personal);
    }
    working_set_add_addition(batch, row);
}

static void keep_people(const struct addition *addition) {
    struct batch *batch = addition->batch;
    const struct addition_requested *request = addition->request;
    for (size_t i = 0; i < request->beneficiaries.count; i++) {
        const struct beneficiary *person = &request->beneficiaries.items[i];
        struct person_row *row = arena_take(batch->arena, sizeof(*row));
        *row = (struct person_row){
            .siren = request->siren,
            .insured_id = addition->insured->insured_id,
            .contract_id = request->contract_id,
            .beneficiary_id = person->beneficiary_id,
            .source_id = request->addition_id,
            .state = is_held(addition->decision->status) ? RELATIVE_WAITING : RELATIVE_COVERED,
            .relation = person->relation,
            .scheme = person->scheme,
            .coverage_from = addition->decision->people[i].coverage_from,
            .removed_on = DATE_NONE,
            .person = covered_person_of(person),
        };
        struct document document =
            document_write(batch->arena, &covered_person_shape, &row->person);
        row->content = document.open;
        row->sealed = keyring_seal(&batch->keyring, addition->insured->key, document.personal);
        working_set_add_person(batch, addition->insured, row);
    }
}

/* The list of employees counts the people; it has one writer, which is asked to look again. */
static void refresh_roster(const struct addition *addition) {
    struct batch *batch = addition->batch;
    char insured_id[UUID_TEXT_SIZE];
    uuid_format(&addition->insured->insured_id, insured_id);
    batch_arm(batch, "affiliation", addition->request->siren, timer_roster_refresh,
              arena_format(batch->arena, "%s/%.*s", insured_id,
                           SLICE_FORMAT(addition->request->contract_id)),
              batch->now_ms);
}

static void decide(struct batch *batch, struct record *record) {
    const struct working_set *set = batch->state;
    const struct addition_requested *request = record->message.data;
    const struct addition_row *seen =
        map_get(&set->additions, request->siren, request->addition_id);
    struct slice fingerprint = {(const char *)record->fingerprint, VAULT_HASH_SIZE};
    if (seen != NULL && !slice_equal(seen->fingerprint, fingerprint)) {
        record_refuse(batch, record, "ID_REUSED",
                      "addition_id: another request of that id was decided before");
        return;
    }
    struct addition_facts facts;
    struct addition_decision decision;
    struct addition addition = {
        .batch = batch,
        .record = record,
        .request = request,
        .insured = working_set_insured(batch, request->siren, request->insured_id),
        .decision = &decision,
    };
    if (addition.insured != NULL) {
        record_set_person(batch, record, request->siren, addition.insured->key->subject);
    }
    gather(&addition, seen != NULL, &facts);
    beneficiary_decide(&facts, &decision);
    record_explain(batch, record, &addition_facts_shape, &facts, decision.rules,
                   decision.rules_count);
    if (facts.is_repeated) {
        return;
    }
    assert(addition.insured != NULL || decision.status == ADDITION_REJECTED);
    emit_outputs(&addition);
    keep_addition(&addition);
    if (decision.status != ADDITION_REJECTED) {
        keep_people(&addition);
    }
    if (decision.status == ADDITION_APPLIED) {
        refresh_roster(&addition);
    }
}

static const struct statement *const statements[] = {
    &sql_beneficiary_addition_load,    &sql_beneficiary_insured_load,
    &sql_beneficiary_affiliation_load, &sql_beneficiary_person_load,
    &sql_beneficiary_addition_insert,  &sql_beneficiary_person_insert,
};

const struct worker beneficiary_worker = {
    .name = "beneficiary",
    .inputs = beneficiary_inputs,
    .inputs_count = BENEFICIARY_INPUTS,
    .outputs = beneficiary_outputs,
    .outputs_count = BENEFICIARY_OUTPUTS,
    .statements = statements,
    .statements_count = COUNT_OF(statements),
    .rule = beneficiary_rule,
    .state_size = sizeof(struct working_set),
    .load = beneficiary_load,
    .decide = decide,
    .store = beneficiary_store,
};
