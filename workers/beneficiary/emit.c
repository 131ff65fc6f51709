#include "workers/beneficiary/emit.h"

#include "common/base/compiler.h"
#include "common/runtime/employer_mail.h"

static const char confirmation_event[] = "adviser.confirmation-requested";

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

static void emit(const struct told *told, const struct output_type *type, const void *data) {
    record_emit(told->batch, told->record, type, slice_none(), told->request->addition_id, data);
}

static void emit_rejected(const struct told *told) {
    struct arena *arena = told->batch->arena;
    const struct addition_requested *request = told->request;
    struct rejected_person people[LIMIT_BENEFICIARIES];
    size_t count = 0;
    for (size_t i = 0; i < request->beneficiaries.count; i++) {
        uint32_t reasons = told->decision->people[i].reasons;
        if (reasons != 0) {
            people[count++] = (struct rejected_person){
                request->beneficiaries.items[i].beneficiary_id, reasons_of(arena, reasons)};
        }
    }
    struct beneficiary_rejected rejected = {
        request->addition_id,
        request->siren,
        reasons_of(arena, told->decision->reasons),
        {people, count},
    };
    emit(told, &output_beneficiary_rejected, &rejected);
}

static void emit_added(const struct told *told) {
    const struct addition_requested *request = told->request;
    struct added_person people[LIMIT_BENEFICIARIES];
    for (size_t i = 0; i < request->beneficiaries.count; i++) {
        const struct beneficiary *person = &request->beneficiaries.items[i];
        people[i] = (struct added_person){person->beneficiary_id, person->relation,
                                          told->decision->people[i].coverage_from};
    }
    struct beneficiary_added added = {
        request->addition_id,
        request->siren,
        told->insured->insured_id,
        request->contract_id,
        {people, request->beneficiaries.count},
        told->decision->coverage_from,
        told->decision->contribution_from,
    };
    emit(told, &output_beneficiary_added, &added);
}

static struct price_parts parts_of(struct price price) {
    return (struct price_parts){price.total_cents, price.employer_cents,
                                price.total_cents - price.employer_cents};
}

static struct uuid change_id(struct batch *batch, struct slice siren, struct slice business_id,
                             int32_t sequence) {
    return batch_derived_id(batch, "change|contribution.changed|%.*s|%.*s|%d", SLICE_FORMAT(siren),
                            SLICE_FORMAT(business_id), (int)sequence);
}

/* What all causes of a change share. */
static struct contribution_changed changed_of(const struct amounts *amounts, int32_t from_month) {
    return (struct contribution_changed){
        .from_month = from_month,
        .before = parts_of(amounts->before),
        .after = parts_of(amounts->after),
        .provisional = amounts->pmss_status == PMSS_PROVISIONAL,
        .regularisations = {amounts->regularisations, amounts->regularisations_count},
    };
}

static void emit_contribution(const struct told *told) {
    const struct addition_requested *request = told->request;
    if (!told->decision->amounts.is_changed) {
        return;
    }
    struct contribution_changed changed =
        changed_of(&told->decision->amounts, told->decision->contribution_from);
    changed.change_id = change_id(told->batch, request->siren, request->addition_id, 0);
    changed.addition_id = request->addition_id;
    changed.siren = request->siren;
    changed.contract_id = request->contract_id;
    changed.insured_id = told->insured->insured_id;
    changed.cause = CHANGE_ADDITION;
    emit(told, &output_contribution_changed, &changed);
}

void emit_leaving(struct batch *batch, struct record *record, const struct leaving *leaving) {
    struct contribution_changed changed =
        changed_of(&leaving->decision->amounts, leaving->decision->from_month);
    changed.change_id = change_id(batch, leaving->siren, leaving->change_of, leaving->sequence);
    changed.removal_id = leaving->removal_id;
    changed.siren = leaving->siren;
    changed.contract_id = leaving->contract_id;
    changed.insured_id = leaving->insured_id;
    changed.cause =
        slice_is_present(leaving->removal_id) ? CHANGE_REMOVAL : CHANGE_AFFILIATION_ENDED;
    record_emit(batch, record, &output_contribution_changed, slice_none(), record->subject_id,
                &changed);
}

static void emit_employer_email(const struct told *told) {
    const struct addition_requested *request = told->request;
    const struct addition_decision *decision = told->decision;
    const struct amounts *amounts = &decision->amounts;
    const struct insured_identity *identity = &told->insured->identity;
    if (decision->employer_email == EMPLOYER_EMAIL_NONE) {
        return;
    }
    if (decision->recipients_count == 0) {
        alert_emit(told->batch, told->record, ALERT_CONTACT_MISSING, request->addition_id,
                   slice_of("the contract has no contact with a valid e-mail: the employer is not "
                            "told of this addition, which stands"));
        return;
    }
    struct employer_beneficiary_added email = {
        .siren = request->siren,
        .notification_id =
            batch_derived_id(told->batch, "notification|employer.beneficiary-added|%.*s|%.*s|0",
                             SLICE_FORMAT(request->siren), SLICE_FORMAT(request->addition_id)),
        .addition_id = request->addition_id,
        .to = {decision->recipients, decision->recipients_count},
        .contract_id = request->contract_id,
        .insured_display_name = arena_format(told->batch->arena, "%.*s %.*s",
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
    emit(told, &output_employer_beneficiary_added, &email);
    employer_mail_note(told->batch, email.siren, email.notification_id, email.addition_id);
}

/* The insured is told that the employer is asked, and an adviser to ask him. */
static void emit_task(const struct told *told) {
    const struct addition_requested *request = told->request;
    const struct amounts *amounts = &told->decision->amounts;
    struct beneficiary_awaiting_employer awaiting = {request->addition_id, request->siren,
                                                     told->decision->deadline_at};
    struct confirmation_requested task = {
        .siren = request->siren,
        .task_id = task_id(told->batch, confirmation_event, request->siren, request->addition_id),
        .addition_id = request->addition_id,
        .contract_id = request->contract_id,
        .adviser_id = told->contract->adviser_id,
        .beneficiary_count = (int32_t)request->beneficiaries.count,
        .employer_before_cents = amounts->before.employer_cents,
        .employer_after_cents = amounts->after.employer_cents,
        .employer_delta_cents = amounts->after.employer_cents - amounts->before.employer_cents,
        .regularisation_cents = amounts->regularisation_cents,
        .deadline_at = told->decision->deadline_at,
    };
    emit(told, &output_beneficiary_awaiting_employer, &awaiting);
    emit(told, &output_confirmation_requested, &task);
}

/* How a task ends that is open: by what becomes of its addition. A confirmed one that waits for a
 * PMSS again is confirmed all the same. */
static void emit_task_closed(const struct told *told) {
    static const enum task_outcome outcomes[] = {
        [ADDITION_HELD_PMSS] = TASK_CONFIRMED, [ADDITION_APPLIED] = TASK_CONFIRMED,
        [ADDITION_REJECTED] = TASK_REJECTED,   [ADDITION_REFUSED] = TASK_REFUSED,
        [ADDITION_EXPIRED] = TASK_EXPIRED,     [ADDITION_WITHDRAWN] = TASK_WITHDRAWN,
    };
    struct task_closed closed = {
        .siren = told->request->siren,
        .task_id = task_id(told->batch, confirmation_event, told->request->siren,
                           told->request->addition_id),
        .addition_id = told->request->addition_id,
        .outcome = outcomes[told->decision->status],
    };
    emit(told, &output_task_closed, &closed);
}

static void emit_ended(const struct told *told, const struct output_type *type) {
    struct beneficiary_ended ended = {told->request->addition_id, told->request->siren,
                                      reasons_of(told->batch->arena, told->decision->reasons)};
    emit(told, type, &ended);
}

static void emit_decision(const struct told *told) {
    switch (told->decision->status) {
    case ADDITION_WAITING:
        break;
    case ADDITION_HELD_EMPLOYER:
        emit_task(told);
        break;
    case ADDITION_HELD_PMSS:
        alert_emit(told->batch, told->record, ALERT_PMSS_MISSING, told->request->addition_id,
                   slice_of("no PMSS is known for a month of this addition: it is held until one "
                            "is published"));
        break;
    case ADDITION_APPLIED:
        emit_added(told);
        emit_contribution(told);
        emit_employer_email(told);
        break;
    case ADDITION_REJECTED:
        emit_rejected(told);
        break;
    case ADDITION_REFUSED:
        emit_ended(told, &output_beneficiary_refused);
        break;
    case ADDITION_EXPIRED:
        emit_ended(told, &output_beneficiary_expired);
        break;
    case ADDITION_WITHDRAWN:
        emit_ended(told, &output_beneficiary_withdrawn);
        break;
    }
}

void emit_addition(const struct told *told) {
    emit_decision(told);
    if (told->before == ADDITION_HELD_EMPLOYER) {
        emit_task_closed(told);
    }
}

void emit_reminder(struct batch *batch, struct record *record, const struct addition_row *row,
                   int32_t reminder) {
    struct confirmation_reminder data = {
        row->siren, task_id(batch, confirmation_event, row->siren, row->addition_id),
        row->addition_id, reminder};
    record_emit(batch, record, &output_confirmation_reminder, slice_none(), row->addition_id,
                &data);
}
