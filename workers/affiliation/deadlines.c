#include "workers/affiliation/deadlines.h"

#include "workers/affiliation/messages.h"
#include "workers/affiliation/working_set.h"

/* What is told of each milestone; the kinds are part of the events' ids. */
static const struct {
    const struct output_type *type;
    const char *kind;
    int32_t level;
    enum affiliation_path path;
} alarms[] = {
    [MILESTONE_AT_RISK] = {&output_sla_at_risk, "at_risk", 0, PATH_AT_RISK},
    [MILESTONE_BREACHED] = {&output_sla_breached, "breached", 0, PATH_BREACHED},
    [MILESTONE_ESCALATED_1] = {&output_sla_escalated, "escalated_1", 1, PATH_ESCALATED_1},
    [MILESTONE_ESCALATED_2] = {&output_sla_escalated, "escalated_2", 2, PATH_ESCALATED_2},
};

struct affiliation_promise deadlines_promise(const struct batch *batch, struct slice calendar_id) {
    const struct affiliation_state *state = batch->state;
    const struct slice id =
        slice_is_present(calendar_id) ? calendar_id : slice_of(batch->settings->sla_calendar);
    return (struct affiliation_promise){map_get(&state->calendars, id, slice_none()), batch->zone,
                                        batch->settings->online_single_days,
                                        batch->settings->online_bulk_days};
}

void deadlines_start(const struct batch *batch, struct request_row *row) {
    const struct affiliation_promise promise = deadlines_promise(batch, slice_none());
    if (channel_is_online(row->channel)) {
        row->calendar_id = promise.calendar->calendar_id;
        row->calendar_revision = promise.calendar->revision;
        row->due_at = sla_due_ms(&promise, row->channel, row->submitted_at);
    }
}

static int64_t next_ms(const struct affiliation_promise *promise, const struct request_row *row) {
    return row->milestones_raised >= MILESTONES
               ? INSTANT_NONE
               : sla_milestone_ms(promise, row->channel, row->submitted_at, row->due_at,
                                  (enum milestone)row->milestones_raised);
}

int64_t deadlines_next_ms(const struct batch *batch, const struct request_row *row) {
    const struct affiliation_promise promise = deadlines_promise(batch, row->calendar_id);
    return channel_is_online(row->channel) ? next_ms(&promise, row) : INSTANT_NONE;
}

/* The part that tells of the clock, made when there is something to tell. */
struct telling {
    struct batch *batch;
    struct record *record;
    struct record *part;
    const char *rules[MILESTONES + 1];
    size_t rules_count;
};

static struct record *tell(struct telling *telling, const struct request_row *row, const char *kind,
                           int64_t due_at, enum affiliation_path path) {
    if (telling->part == NULL) {
        telling->part =
            record_part(telling->batch, telling->record, row->siren, row->request_id, &row->origin);
    }
    record_at(telling->batch, telling->part,
              (struct occasion){row->siren, row->request_id, kind, due_at});
    telling->rules[telling->rules_count++] = affiliation_paths[path].code;
    return telling->part;
}

static void reschedule(struct telling *telling, const struct affiliation_promise *promise,
                       struct request_row *row) {
    const int64_t due_at = sla_due_ms(promise, row->channel, row->submitted_at);
    const struct sla_rescheduled data = {
        .siren = row->siren,
        .request_id = row->request_id,
        .contract_id = row->contract_id,
        .class = row->channel,
        .submitted_at = row->submitted_at,
        .previous_due_at = row->due_at,
        .due_at = due_at,
        .calendar_revision = promise->calendar->revision,
    };
    row->calendar_revision = promise->calendar->revision;
    row->due_at = due_at;
    request_note(telling->batch->state, row);
    if (due_at != data.previous_due_at) {
        /* A later revision may lead back to the same instant: that is another move. */
        const struct slice kind =
            arena_format(telling->batch->arena, "rescheduled_%d", (int)data.calendar_revision);
        record_emit(telling->batch, tell(telling, row, kind.data, due_at, PATH_RESCHEDULED),
                    &output_sla_rescheduled, slice_none(), row->request_id, &data);
    }
}

static void raise_milestone(struct telling *telling, const struct affiliation_promise *promise,
                            struct request_row *row, int64_t reached_at) {
    const enum milestone milestone = (enum milestone)row->milestones_raised;
    const int64_t now_ms = telling->batch->now_ms;
    const struct sla_milestone data = {
        .siren = row->siren,
        .request_id = row->request_id,
        .contract_id = row->contract_id,
        .class = row->channel,
        .submitted_at = row->submitted_at,
        .due_at = row->due_at,
        .reached_at = reached_at,
        .remaining_seconds = sla_seconds(promise, now_ms, row->due_at),
        .overdue_seconds = sla_seconds(promise, row->due_at, now_ms),
        .level = alarms[milestone].level,
    };
    row->milestones_raised++;
    metrics_defer(&telling->batch->metrics, telling->batch->arena, METRIC_SLA_MILESTONES,
                  (size_t)milestone, METRIC_NONE, 1); /* in the same order (metrics.h) */
    request_note(telling->batch->state, row);
    record_emit(telling->batch,
                tell(telling, row, alarms[milestone].kind, reached_at, alarms[milestone].path),
                alarms[milestone].type, slice_none(), row->request_id, &data);
}

void deadlines_advance(struct batch *batch, struct record *record, struct request_row *row) {
    const struct affiliation_promise promise = deadlines_promise(batch, row->calendar_id);
    struct telling telling = {.batch = batch, .record = record};
    int64_t reached_at;
    if (!channel_is_online(row->channel)) {
        return;
    }
    if (row->calendar_revision < promise.calendar->revision) {
        reschedule(&telling, &promise, row);
    }
    while (sla_is_past(reached_at = next_ms(&promise, row), batch->now_ms)) {
        raise_milestone(&telling, &promise, row, reached_at);
    }
    if (telling.part != NULL) {
        const struct affiliation_progress facts = {
            .siren = row->siren,
            .request_id = row->request_id,
            .due_at = row->due_at,
            .calendar_id = row->calendar_id,
            .calendar_revision = row->calendar_revision,
            .milestones_raised = row->milestones_raised,
        };
        record_explain(batch, telling.part, &affiliation_progress_shape, &facts, telling.rules,
                       telling.rules_count);
    }
}

void deadlines_measure(struct batch *batch, const struct sla *sla) {
    const struct affiliation_promise promise = deadlines_promise(batch, sla->calendar_id);
    const size_t class =
        sla->class == CHANNEL_ONLINE_BULK ? METRIC_ONLINE_BULK : METRIC_ONLINE_SINGLE;
    struct metric_changes *metrics = &batch->metrics;
    metrics_defer(metrics, batch->arena, METRIC_SLA_DECISIONS, class,
                  sla->met == SLA_MET ? METRIC_MET : METRIC_NOT_MET, 1);
    metrics_defer(metrics, batch->arena, METRIC_SLA_SECONDS_USED, class, METRIC_NONE,
                  sla->business_seconds);
    metrics_defer(metrics, batch->arena, METRIC_SLA_SECONDS_LEFT, class, METRIC_NONE,
                  sla_seconds(&promise, batch->now_ms, sla->due_at));
}
