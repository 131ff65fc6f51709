#include "workers/affiliation/emit.h"

#include <assert.h>

#include "common/base/compiler.h"
#include "common/runtime/task.h"
#include "workers/affiliation/covers.h"
#include "workers/affiliation/messages.h"
#include "workers/affiliation/working_set.h"

struct slice affiliation_root(const struct affiliation_request *request) {
    return slice_is_present(request->root_request_id) ? request->root_request_id
                                                      : request->request_id;
}

/* First given name, a space, family name. */
static struct slice display_name(struct arena *arena, const struct insured_identity *person) {
    return arena_format(arena, "%.*s %.*s", SLICE_FORMAT(person->given_names.items[0]),
                        SLICE_FORMAT(person->family_name));
}

static struct affiliation_reason_list warnings_of(const struct affiliation_decision *decision) {
    return (struct affiliation_reason_list){decision->warnings, decision->warnings_count};
}

static struct affiliation_reason_list reasons_of(const struct affiliation_decision *decision) {
    return (struct affiliation_reason_list){decision->reasons, decision->reasons_count};
}

static void emit_accepted(struct batch *batch, struct record *record,
                          const struct affiliation_facts *facts,
                          const struct affiliation_decision *decision,
                          const struct insured *insured) {
    const struct affiliation_request *request = &facts->request;
    const struct affiliation_accepted data = {
        .request_id = request->request_id,
        .siren = request->siren,
        .root_request_id = affiliation_root(request),
        .contract_id = request->contract_id,
        .insured_id = insured->insured_id,
        .channel = request->channel,
        .effective_on = request->effective_on,
        .warnings = warnings_of(decision),
        .decided_at = facts->decided_at,
        .account = decision->account,
        .has_sla = decision->has_sla,
        .sla = decision->sla,
    };
    record_emit(batch, record, &output_affiliation_accepted, slice_none(), request->request_id,
                &data);
}

static void emit_refused(struct batch *batch, struct record *record,
                         const struct affiliation_facts *facts,
                         const struct affiliation_decision *decision) {
    const struct affiliation_request *request = &facts->request;
    const struct affiliation_refused data = {
        .request_id = request->request_id,
        .siren = request->siren,
        .root_request_id = affiliation_root(request),
        .contract_id = request->contract_id,
        .channel = request->channel,
        .reasons = reasons_of(decision),
        .warnings = warnings_of(decision),
        .decided_at = facts->decided_at,
        .has_sla = decision->has_sla,
        .sla = decision->sla,
    };
    static const struct output_type *const types[] = {
        [STATUS_UNDER_REVIEW] = &output_affiliation_under_review,
        [STATUS_REJECTED] = &output_affiliation_rejected,
        [STATUS_RETURNED] = &output_affiliation_returned,
    };
    record_emit(batch, record, types[decision->outcome], slice_none(), request->request_id, &data);
}

static struct uuid review_task(struct batch *batch, struct slice siren, struct slice request_id) {
    return task_id(batch, "adviser.review-requested", siren, request_id);
}

static void emit_task(struct batch *batch, struct record *record,
                      const struct affiliation_facts *facts,
                      const struct affiliation_decision *decision) {
    const struct affiliation_request *request = &facts->request;
    const struct review_requested data = {
        .siren = request->siren,
        .task_id = review_task(batch, request->siren, request->request_id),
        .request_id = request->request_id,
        .reasons = reasons_of(decision),
        .due_at = decision->has_sla ? decision->sla.due_at : INSTANT_NONE,
    };
    record_emit(batch, record, &output_review_requested, slice_none(), request->request_id, &data);
}

void affiliation_close_task(struct batch *batch, struct record *record, struct slice siren,
                            struct slice request_id, enum affiliation_status outcome) {
    static const enum task_outcome outcomes[] = {
        [STATUS_ACCEPTED] = TASK_ACCEPTED,
        [STATUS_REJECTED] = TASK_REJECTED,
        [STATUS_RETURNED] = TASK_RETURNED,
        [STATUS_CANCELLED] = TASK_CANCELLED,
    };
    const struct task_closed data = {
        .siren = siren,
        .task_id = review_task(batch, siren, request_id),
        .request_id = request_id,
        .outcome = outcomes[outcome],
    };
    assert(data.outcome != 0);
    record_emit(batch, record, &output_task_closed, slice_none(), request_id, &data);
}

static void emit_waived(struct batch *batch, struct record *record,
                        const struct affiliation_facts *facts,
                        const struct affiliation_decision *decision) {
    const struct affiliation_request *request = &facts->request;
    const struct affiliation_waived data = {
        .request_id = request->request_id,
        .siren = request->siren,
        .root_request_id = affiliation_root(request),
        .contract_id = request->contract_id,
        .channel = request->channel,
        .dispensation_code = request->dispensation.code,
        .warnings = warnings_of(decision),
        .decided_at = facts->decided_at,
        .has_sla = decision->has_sla,
        .sla = decision->sla,
    };
    record_emit(batch, record, &output_affiliation_waived, slice_none(), request->request_id,
                &data);
}

static void emit_cancelled(struct batch *batch, struct record *record,
                           const struct affiliation_facts *facts,
                           const struct affiliation_decision *decision) {
    const struct affiliation_request *request = &facts->request;
    const struct affiliation_cancelled data = {
        .request_id = request->request_id,
        .siren = request->siren,
        .root_request_id = affiliation_root(request),
        .contract_id = request->contract_id,
        .channel = request->channel,
        .by = facts->cancellation.by,
        .cancelled_at = facts->cancellation.cancelled_at,
        .decided_at = facts->decided_at,
        .has_sla = decision->has_sla,
        .sla = decision->sla,
    };
    record_emit(batch, record, &output_affiliation_cancelled, slice_none(), request->request_id,
                &data);
}

static struct slice roster_key(struct arena *arena, const struct cover *cover) {
    const struct slice insured_id = uuid_text(arena, &cover->insured_id);
    return arena_format(arena, "%.*s:%.*s:%.*s", SLICE_FORMAT(cover->siren),
                        SLICE_FORMAT(cover->contract_id), SLICE_FORMAT(insured_id));
}

static struct slice tracking_key(struct arena *arena, struct slice siren, struct slice request_id) {
    return arena_format(arena, "%.*s:%.*s", SLICE_FORMAT(siren), SLICE_FORMAT(request_id));
}

void affiliation_withdraw_roster(struct batch *batch, struct record *record,
                                 const struct cover *cover) {
    record_emit(batch, record, &output_roster_entry, roster_key(batch->arena, cover),
                uuid_text(batch->arena, &cover->insured_id), NULL);
}

void affiliation_withdraw_tracking(struct batch *batch, struct record *record,
                                   const struct request_row *row) {
    record_emit(batch, record, &output_tracking_entry,
                tracking_key(batch->arena, row->siren, row->request_id), row->request_id, NULL);
}

void affiliation_emit_roster(struct batch *batch, struct record *record,
                             const struct insured_identity *person, const struct cover *cover) {
    const struct slice insured_id = uuid_text(batch->arena, &cover->insured_id);
    const struct roster_entry data = {
        .siren = cover->siren,
        .contract_id = cover->contract_id,
        .insured_id = cover->insured_id,
        .family_name = person->family_name,
        .given_names = person->given_names,
        .channel = cover->last->channel,
        .effective_on = cover->last->effective_on,
        .ended_on = cover->last->ended_on,
        .option = cover->last->option,
        .beneficiary_count = covers_people_count(cover),
        .version = cover->version,
        .as_of = batch->now_ms,
    };
    record_emit(batch, record, &output_roster_entry, roster_key(batch->arena, cover), insured_id,
                &data);
}

static void emit_tracking(struct batch *batch, struct record *record,
                          const struct affiliation_facts *facts,
                          const struct affiliation_decision *decision, int32_t version) {
    const struct affiliation_request *request = &facts->request;
    const struct tracking_entry data = {
        .request_id = request->request_id,
        .siren = request->siren,
        .contract_id = request->contract_id,
        .channel = request->channel,
        .submitted_at = request->submitted_at,
        .status = decision->outcome,
        .reasons = reasons_of(decision),
        .due_at = decision->sla.due_at,
        .decided_at = affiliation_is_open(decision->outcome) ? INSTANT_NONE : facts->decided_at,
        .display_name = display_name(batch->arena, &request->employee),
        .version = version,
    };
    record_emit(batch, record, &output_tracking_entry,
                tracking_key(batch->arena, request->siren, request->request_id),
                request->request_id, &data);
}

static void emit_email(struct batch *batch, struct record *record,
                       const struct affiliation_request *request, const struct insured *insured) {
    const struct activation_email data = {
        .siren = request->siren,
        .notification_id = insured->notification_id,
        .insured_id = insured->insured_id,
        .to = request->employee.email,
        .display_name = display_name(batch->arena, &request->employee),
        .activation_token = vault_token_payload(batch->arena, request->siren, &insured->insured_id,
                                                insured->link_expires_at),
        .expires_at = insured->link_expires_at,
        .locale = LOCALE_FR_FR,
    };
    record_emit(batch, record, &output_activation_email, slice_none(),
                uuid_text(batch->arena, &insured->insured_id), &data);
}

void affiliation_emit_letter(struct batch *batch, struct record *record,
                             const struct insured *insured, const struct insured_identity *person,
                             enum letter_cause cause) {
    const struct account_letter data = {
        .siren = insured->siren,
        .notification_id = affiliation_notification_id(batch, "insured.account-letter",
                                                       insured->siren, &insured->insured_id),
        .insured_id = insured->insured_id,
        .name = display_name(batch->arena, person),
        .address = person->address,
        .cause = cause,
    };
    record_emit(batch, record, &output_account_letter, slice_none(),
                uuid_text(batch->arena, &insured->insured_id), &data);
}

void affiliation_explain(struct batch *batch, struct record *record,
                         const struct affiliation_signal *facts, enum affiliation_path path) {
    const char *const rules[] = {affiliation_paths[path].code};
    record_explain(batch, record, &affiliation_signal_shape, facts, rules, COUNT_OF(rules));
}

static void emit_decision(struct batch *batch, struct record *record,
                          const struct affiliation_facts *facts,
                          const struct affiliation_decision *decision,
                          const struct insured *insured) {
    switch (decision->outcome) {
    case STATUS_ACCEPTED:
        emit_accepted(batch, record, facts, decision, insured);
        break;
    case STATUS_UNDER_REVIEW:
    case STATUS_REJECTED:
    case STATUS_RETURNED:
        emit_refused(batch, record, facts, decision);
        break;
    case STATUS_WAIVED:
        emit_waived(batch, record, facts, decision);
        break;
    case STATUS_CANCELLED:
        emit_cancelled(batch, record, facts, decision);
        break;
    case STATUS_WAITING: /* only the tracking tells */
        break;
    }
}

void affiliation_emit(struct batch *batch, struct record *record,
                      const struct affiliation_facts *facts,
                      const struct affiliation_decision *decision, const struct insured *insured,
                      const struct cover *cover, int32_t tracking_version) {
    const struct affiliation_request *request = &facts->request;
    emit_decision(batch, record, facts, decision, insured);
    if (decision->outcome == STATUS_UNDER_REVIEW) {
        emit_task(batch, record, facts, decision);
    } else if (facts->doubts.count > 0) {
        affiliation_close_task(batch, record, request->siren, request->request_id,
                               decision->outcome);
    }
    if (decision->outcome == STATUS_ACCEPTED) {
        affiliation_emit_roster(batch, record, &request->employee, cover);
    }
    if (decision->has_sla) {
        emit_tracking(batch, record, facts, decision, tracking_version);
    }
    if (decision->account == ACCOUNT_ACTIVATION_EMAIL) {
        emit_email(batch, record, request, insured);
    } else if (decision->account == ACCOUNT_LETTER) {
        affiliation_emit_letter(batch, record, insured, &request->employee,
                                slice_is_present(request->employee.email) ? LETTER_INVALID_EMAIL
                                                                          : LETTER_NO_EMAIL);
    }
}
