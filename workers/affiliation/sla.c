#include "workers/affiliation/sla.h"

enum { SECOND_MS = 1000 };
#define HOUR_MS (INT64_C(3600) * SECOND_MS)
#define BUSINESS_DAY_MS (24 * HOUR_MS)

/* Milestones as business time: a share of the budget from the submission, and hours from there. */
static const struct {
    int32_t budget_percent;
    int32_t hours_overdue;
} milestones[] = {
    [MILESTONE_AT_RISK] = {75, 0},
    [MILESTONE_BREACHED] = {100, 0},
    [MILESTONE_ESCALATED_1] = {100, 8},
    [MILESTONE_ESCALATED_2] = {100, 24},
};

static int64_t budget_ms(const struct affiliation_promise *promise, enum channel class) {
    return (class == CHANNEL_ONLINE_BULK ? promise->online_bulk_days
                                         : promise->online_single_days) *
           BUSINESS_DAY_MS;
}

int64_t sla_due_ms(const struct affiliation_promise *promise, enum channel class,
                   int64_t submitted_at) {
    return business_due_ms(promise->calendar, promise->zone, submitted_at,
                           budget_ms(promise, class));
}

int64_t sla_milestone_ms(const struct affiliation_promise *promise, enum channel class,
                         int64_t submitted_at, int64_t due_at, enum milestone milestone) {
    const int32_t percent = milestones[milestone].budget_percent;
    if (percent < 100) {
        return business_due_ms(promise->calendar, promise->zone, submitted_at,
                               budget_ms(promise, class) * percent / 100);
    }
    return due_at == INSTANT_NONE ? INSTANT_NONE
                                  : business_due_ms(promise->calendar, promise->zone, due_at,
                                                    milestones[milestone].hours_overdue * HOUR_MS);
}

bool sla_is_past(int64_t milestone_ms, int64_t now_ms) {
    return milestone_ms != INSTANT_NONE && milestone_ms < now_ms;
}

int64_t sla_seconds(const struct affiliation_promise *promise, int64_t from_ms, int64_t to_ms) {
    return business_elapsed_ms(promise->calendar, promise->zone, from_ms, to_ms) / SECOND_MS;
}

void affiliation_measure(struct affiliation_facts *facts,
                         const struct affiliation_promise *promise) {
    const struct affiliation_request *request = &facts->request;
    facts->submitted_on = zone_date(promise->zone, request->submitted_at);
    facts->has_sla = channel_is_online(request->channel);
    facts->sla = (struct sla){.submitted_at = INSTANT_NONE, .due_at = INSTANT_NONE};
    if (!facts->has_sla) {
        return;
    }
    facts->sla = (struct sla){
        .class = request->channel,
        .calendar_id = promise->calendar->calendar_id,
        .calendar_revision = promise->calendar->revision,
        .submitted_at = request->submitted_at,
        .due_at = sla_due_ms(promise, request->channel, request->submitted_at),
        .met = SLA_OPEN,
        .business_seconds = sla_seconds(promise, request->submitted_at, facts->decided_at),
    };
}
