#include "workers/account/emit.h"

#include "workers/account/messages.h"

void emit_registration_accepted(struct batch *batch, struct record *record,
                                const struct registration_facts *facts,
                                const struct registration_decision *decision) {
    struct slice *conflicts =
        arena_array(batch->arena, decision->conflicts_count, sizeof(*conflicts));
    for (size_t i = 0; i < decision->conflicts_count; i++) {
        conflicts[i] = decision->conflicts[i].contract_id;
    }
    struct registration_accepted data = {
        .registration_id = facts->registration.registration_id,
        .siren = facts->registration.siren,
        .account_id = facts->survivor_account_id,
        .category = facts->registration.category,
        .attached = {decision->attached, decision->attached_count},
        .conflicts = {conflicts, decision->conflicts_count},
    };
    record_emit(batch, record, &registration_accepted_output, slice_none(), data.registration_id,
                &data);
}

void emit_registration_rejected(struct batch *batch, struct record *record,
                                const struct registration_facts *facts,
                                const struct registration_decision *decision) {
    struct registration_rejected data = {
        .registration_id = facts->registration.registration_id,
        .siren = facts->registration.siren,
        .account_id = facts->survivor_account_id,
        .category = facts->registration.category,
        .reasons = {decision->reasons, decision->reasons_count},
    };
    record_emit(batch, record, &registration_rejected_output, slice_none(), data.registration_id,
                &data);
}

void emit_conflicts(struct batch *batch, struct record *record,
                    const struct registration_facts *facts,
                    const struct registration_decision *decision) {
    for (size_t i = 0; i < decision->conflicts_count; i++) {
        struct attachment_conflict data = {
            .siren = facts->registration.siren,
            .account_id = facts->survivor_account_id,
            .contract_id = decision->conflicts[i].contract_id,
            .holder_account_id = decision->conflicts[i].holder_account_id,
        };
        record_emit(batch, record, &attachment_conflict_output, slice_none(), data.contract_id,
                    &data);
    }
}

void emit_contract_attached(struct batch *batch, struct record *record,
                            const struct held_contract *contract) {
    struct contract_attached data = {
        .siren = contract->siren,
        .account_id = contract->attached_to,
        .contract_id = contract->contract_id,
        .category = contract->category,
        .cause = contract->cause,
        .trigger_id = contract->trigger_id,
        .at = contract->attached_at,
    };
    record_emit(batch, record, &contract_attached_output, slice_none(), data.contract_id, &data);
}

void emit_merged(struct batch *batch, struct record *record, const struct merge_facts *facts) {
    struct account_merged data = {
        .merge_id = facts->request.merge_id,
        .siren = facts->request.siren,
        .survivor_account_id = facts->session_survivor_id,
        .absorbed_account_id = facts->other_survivor_id,
        .categories = facts->categories,
        .contract_ids = facts->contract_ids,
    };
    record_emit(batch, record, &account_merged_output, slice_none(), data.merge_id, &data);
}

void emit_merge_rejected(struct batch *batch, struct record *record,
                         const struct merge_facts *facts, const struct merge_decision *decision) {
    struct merge_rejected data = {
        .merge_id = facts->request.merge_id,
        .siren = facts->request.siren,
        .session_account_id = facts->request.session_account_id,
        .other_account_id = facts->request.other_account_id,
        .reasons = {decision->reasons, decision->reasons_count},
    };
    record_emit(batch, record, &merge_rejected_output, slice_none(), data.merge_id, &data);
}
