#include "workers/affiliation/emit.h"

#include "workers/affiliation/messages.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

struct slice affiliation_root(const struct affiliation_request *request) {
    return slice_is_present(request->root_request_id) ? request->root_request_id
                                                      : request->request_id;
}

static struct slice uuid_text(struct arena *arena, const struct uuid *uuid) {
    char text[UUID_TEXT_SIZE];
    uuid_format(uuid, text);
    return arena_copy(arena, slice_of(text));
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

static void emit_roster(struct batch *batch, struct record *record,
                        const struct affiliation_facts *facts, const struct insured *insured,
                        const struct cover *cover) {
    const struct affiliation_request *request = &facts->request;
    const struct slice insured_id = uuid_text(batch->arena, &insured->insured_id);
    const struct roster_entry data = {
        .siren = request->siren,
        .contract_id = request->contract_id,
        .insured_id = insured->insured_id,
        .family_name = request->employee.family_name,
        .given_names = request->employee.given_names,
        .channel = request->channel,
        .effective_on = request->effective_on,
        .ended_on = DATE_NONE,
        .option = request->option,
        .beneficiary_count = (int32_t)cover->beneficiaries.count,
        .version = cover->version,
        .as_of = facts->decided_at,
    };
    const struct slice key =
        arena_format(batch->arena, "%.*s:%.*s:%.*s", SLICE_FORMAT(request->siren),
                     SLICE_FORMAT(request->contract_id), SLICE_FORMAT(insured_id));
    record_emit(batch, record, &output_roster_entry, key, insured_id, &data);
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
        .decided_at = facts->decided_at,
        .display_name = display_name(batch->arena, &request->employee),
        .version = version,
    };
    const struct slice key = arena_format(batch->arena, "%.*s:%.*s", SLICE_FORMAT(request->siren),
                                          SLICE_FORMAT(request->request_id));
    record_emit(batch, record, &output_tracking_entry, key, request->request_id, &data);
}

static struct uuid notification_id(struct batch *batch, const char *event,
                                   const struct affiliation_request *request,
                                   struct slice insured_id) {
    return batch_derived_id(batch, "notification|%s|%.*s|%.*s|0", event,
                            SLICE_FORMAT(request->siren), SLICE_FORMAT(insured_id));
}

static void emit_email(struct batch *batch, struct record *record,
                       const struct affiliation_facts *facts, const struct insured *insured) {
    const struct affiliation_request *request = &facts->request;
    const struct slice insured_id = uuid_text(batch->arena, &insured->insured_id);
    const int64_t expires_at = facts->decided_at + batch->settings->activation_link_days * DAY_MS;
    const struct activation_email data = {
        .siren = request->siren,
        .notification_id = notification_id(batch, "insured.activation-email", request, insured_id),
        .insured_id = insured->insured_id,
        .to = request->employee.email,
        .display_name = display_name(batch->arena, &request->employee),
        .activation_token =
            vault_token_payload(batch->arena, request->siren, &insured->insured_id, expires_at),
        .expires_at = expires_at,
        .locale = LOCALE_FR_FR,
    };
    record_emit(batch, record, &output_activation_email, slice_none(), insured_id, &data);
}

static void emit_letter(struct batch *batch, struct record *record,
                        const struct affiliation_facts *facts, const struct insured *insured) {
    const struct affiliation_request *request = &facts->request;
    const struct slice insured_id = uuid_text(batch->arena, &insured->insured_id);
    const struct account_letter data = {
        .siren = request->siren,
        .notification_id = notification_id(batch, "insured.account-letter", request, insured_id),
        .insured_id = insured->insured_id,
        .name = display_name(batch->arena, &request->employee),
        .address = request->employee.address,
        .cause = slice_is_present(request->employee.email) ? LETTER_INVALID_EMAIL : LETTER_NO_EMAIL,
    };
    record_emit(batch, record, &output_account_letter, slice_none(), insured_id, &data);
}

void affiliation_emit(struct batch *batch, struct record *record,
                      const struct affiliation_facts *facts,
                      const struct affiliation_decision *decision, const struct insured *insured,
                      const struct cover *cover, int32_t tracking_version) {
    if (decision->outcome == STATUS_ACCEPTED) {
        emit_accepted(batch, record, facts, decision, insured);
        emit_roster(batch, record, facts, insured, cover);
    } else if (decision->outcome == STATUS_WAIVED) {
        emit_waived(batch, record, facts, decision);
    } else {
        emit_refused(batch, record, facts, decision);
    }
    if (decision->has_sla) {
        emit_tracking(batch, record, facts, decision, tracking_version);
    }
    if (decision->account == ACCOUNT_ACTIVATION_EMAIL) {
        emit_email(batch, record, facts, insured);
    } else if (decision->account == ACCOUNT_LETTER) {
        emit_letter(batch, record, facts, insured);
    }
}
