#include "workers/affiliation/erasure.h"

#include "common/record/vocabulary.h"
#include "workers/affiliation/deadlines.h"
#include "workers/affiliation/emit.h"
#include "workers/affiliation/messages.h"
#include "workers/affiliation/working_set.h"

/* Who takes the request back, in the words of affiliation.cancelled. */
static const char by_data_protection[] = "data_protection";

static struct sla sla_of(const struct batch *batch, const struct request_row *row) {
    const struct affiliation_promise promise = deadlines_promise(batch, row->calendar_id);
    return (struct sla){
        .class = row->channel,
        .calendar_id = row->calendar_id,
        .calendar_revision = row->calendar_revision,
        .submitted_at = row->submitted_at,
        .due_at = row->due_at,
        .met = batch->now_ms <= row->due_at ? SLA_MET : SLA_LATE,
        .business_seconds = sla_seconds(&promise, row->submitted_at, batch->now_ms),
    };
}

/* Cancels an open request by what is left of it, which is nothing personal. */
static void end_request(struct batch *batch, struct record *part, struct request_row *row) {
    struct affiliation_cancelled data = {
        .request_id = row->request_id,
        .siren = row->siren,
        .root_request_id = row->root_request_id,
        .contract_id = row->contract_id,
        .channel = row->channel,
        .by = slice_of(by_data_protection),
        .cancelled_at = batch->now_ms,
        .decided_at = batch->now_ms,
        .has_sla = channel_is_online(row->channel),
    };
    if (data.has_sla) {
        data.sla = sla_of(batch, row);
    }
    record_emit(batch, part, &output_affiliation_cancelled, slice_none(), row->request_id, &data);
    if (row->status == STATUS_UNDER_REVIEW) {
        affiliation_close_task(batch, part, row->siren, row->request_id, STATUS_CANCELLED);
    }
    row->status = STATUS_CANCELLED;
    row->decided_at = batch->now_ms;
    row->grace_ends_at = INSTANT_NONE;
    row->origin = (struct origin){slice_none(), slice_none(), slice_none()};
    row->content = slice_none();
    row->sealed = slice_none();
    request_note(batch->state, row);
    batch_arm(batch, batch->worker->name, row->siren, timer_request, row->request_id, INSTANT_NONE);
}

void erasure_fire(struct batch *batch, struct record *record, const struct timer *timer) {
    const struct affiliation_state *state = batch->state;
    struct request_row *row = map_get(&state->requests, timer->siren, timer->subject);
    if (row == NULL || row->key->state != PERSON_KEY_ABSENT) {
        return;
    }
    if (affiliation_is_open(row->status)) {
        deadlines_advance(batch, record, row); /* what passed before stays told */
    } else if (row->tracking_version == 0) {
        return;
    }
    const struct affiliation_signal facts = {row->siren, row->request_id, batch->now_ms};
    struct record *part = record_part(batch, record, row->siren, row->request_id, &row->origin);
    record_at(
        batch, part,
        (struct occasion){row->siren, row->request_id, timer_tracking_refresh, timer->due_at});
    affiliation_explain(batch, part, &facts, PATH_ERASED);
    if (affiliation_is_open(row->status)) {
        end_request(batch, part, row);
    }
    if (row->tracking_version > 0) {
        affiliation_withdraw_tracking(batch, part, row);
    }
}
