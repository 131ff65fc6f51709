#include "workers/beneficiary/adviser.h"

#include "common/base/compiler.h"
#include "workers/beneficiary/emit.h"
#include "workers/beneficiary/working_set.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

/* The kinds are part of the events' ids. */
static const struct {
    int64_t business_days;
    const char *kind;
    const char *rule;
} reminders[REMINDERS] = {
    {5, "reminder_1", "REMINDER_1"},
    {10, "reminder_2", "REMINDER_2"},
};

/* INSTANT_NONE: all were sent, or the next would come after the end. */
static int64_t next_reminder(const struct batch *batch, const struct addition_row *row) {
    const struct working_set *set = batch->state;
    if (row->reminders >= REMINDERS) {
        return INSTANT_NONE;
    }
    int64_t at = business_due_ms(&set->calendar, batch->zone, row->held_at,
                                 reminders[row->reminders].business_days * DAY_MS);
    return at <= row->deadline_at ? at : INSTANT_NONE;
}

void adviser_remind(struct batch *batch, struct record *record, struct addition_row *row) {
    const char *rules[REMINDERS];
    size_t rules_count = 0;
    struct record *part = NULL;
    for (int64_t at = next_reminder(batch, row); at != INSTANT_NONE && at < batch->now_ms;
         at = next_reminder(batch, row)) {
        if (part == NULL) {
            part = record_part(batch, record, row->siren, row->addition_id, &row->origin);
        }
        record_at(
            batch, part,
            (struct occasion){row->siren, row->addition_id, reminders[row->reminders].kind, at});
        rules[rules_count++] = reminders[row->reminders].rule;
        row->reminders++;
        working_set_note_addition(batch, row);
        emit_reminder(batch, part, row, row->reminders);
    }
    if (part != NULL) {
        const struct reminder_facts facts = {row->siren,       row->addition_id, row->held_at,
                                             row->deadline_at, row->reminders,   batch->now_ms};
        record_explain(batch, part, &reminder_facts_shape, &facts, rules, rules_count);
    }
}

void adviser_arm(struct batch *batch, const struct addition_row *row) {
    int64_t due_at = INSTANT_NONE;
    if (row->status == ADDITION_HELD_EMPLOYER) {
        due_at = next_reminder(batch, row);
        due_at = due_at == INSTANT_NONE ? row->deadline_at : due_at;
    }
    batch_arm(batch, batch->worker->name, row->siren, timer_adviser, row->addition_id, due_at);
}
