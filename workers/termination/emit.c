#include "workers/termination/emit.h"

#include "common/runtime/alert.h"
#include "common/runtime/employer_mail.h"
#include "workers/termination/messages.h"

static void emit_receipt(struct batch *batch, struct record *record, const struct journey *journey,
                         const struct termination_decision *decision) {
    if (decision->recipients_count == 0) {
        alert_emit(batch, record, ALERT_CONTACT_MISSING, journey->journey_id,
                   slice_of("the contract has no contact with a valid e-mail: nobody gets the "
                            "receipt of this notice, which stands"));
        return;
    }
    const struct termination_receipt receipt = {
        .siren = journey->siren,
        .notification_id =
            batch_derived_id(batch, "notification|employer.termination-receipt|%.*s|%.*s|0",
                             SLICE_FORMAT(journey->siren), SLICE_FORMAT(journey->journey_id)),
        .journey_id = journey->journey_id,
        .to = {decision->recipients, decision->recipients_count},
        .contract_id = journey->contract_id,
        .received_at = journey->received_at,
        .effective_on = journey->effective_on,
        .legal_basis = journey->legal_basis,
    };
    record_emit(batch, record, &output_termination_receipt, slice_none(), journey->journey_id,
                &receipt);
    employer_mail_note(batch, receipt.siren, receipt.notification_id, receipt.journey_id);
}

static void emit_notified(struct batch *batch, struct record *record,
                          const struct journey *journey) {
    const struct termination_notified notified = {
        .journey_id = journey->journey_id,
        .siren = journey->siren,
        .contract_id = journey->contract_id,
        .received_at = journey->received_at,
        .legal_basis = journey->legal_basis,
        .effective_on = journey->effective_on,
    };
    record_emit(batch, record, &output_termination_notified, slice_none(), journey->journey_id,
                &notified);
}

static void emit_rejected(struct batch *batch, struct record *record, const struct journey *journey,
                          const struct termination_decision *decision) {
    const struct termination_rejected rejected = {
        .journey_id = journey->journey_id,
        .siren = journey->siren,
        .contract_id = journey->contract_id,
        .reasons = {decision->reasons, decision->reasons_count},
    };
    record_emit(batch, record, &output_termination_rejected, slice_none(), journey->journey_id,
                &rejected);
}

void termination_emit_withdrawn(struct batch *batch, struct record *record,
                                const struct journey *journey) {
    const struct termination_withdrawn withdrawn = {
        .journey_id = journey->journey_id,
        .siren = journey->siren,
        .contract_id = journey->contract_id,
        .withdrawn_at = journey->withdrawn_at,
    };
    record_emit(batch, record, &output_termination_withdrawn, slice_none(), journey->journey_id,
                &withdrawn);
}

void termination_emit(struct batch *batch, struct record *record, const struct journey *journey,
                      const struct termination_decision *decision) {
    if (journey->state == JOURNEY_NOTIFIED) {
        emit_notified(batch, record, journey);
        emit_receipt(batch, record, journey, decision);
    } else if (journey->state == JOURNEY_REJECTED) {
        emit_rejected(batch, record, journey, decision);
    } else if (journey->state == JOURNEY_WITHDRAWN) {
        termination_emit_withdrawn(batch, record, journey);
    }
}
