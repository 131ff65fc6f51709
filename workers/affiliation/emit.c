#include "workers/affiliation/emit.h"

#include "common/base/compiler.h"
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
    record_emit(batch, record,
                decision->outcome == STATUS_RETURNED ? &output_affiliation_returned
                                                     : &output_affiliation_rejected,
                slice_none(), request->request_id, &data);
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
        .channel = cover->channel,
        .effective_on = cover->effective_on,
        .ended_on = cover->ended_on,
        .option = cover->option,
        .beneficiary_count = (int32_t)cover->beneficiaries.count,
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
        .decided_at = decision->outcome == STATUS_WAITING ? INSTANT_NONE : facts->decided_at,
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
    case STATUS_UNDER_REVIEW:
        break;
    }
}

void affiliation_emit(struct batch *batch, struct record *record,
                      const struct affiliation_facts *facts,
                      const struct affiliation_decision *decision, const struct insured *insured,
                      const struct cover *cover, int32_t tracking_version) {
    const struct affiliation_request *request = &facts->request;
    emit_decision(batch, record, facts, decision, insured);
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
