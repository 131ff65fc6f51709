#include "workers/affiliation/roster.h"

#include "common/base/compiler.h"
#include "workers/affiliation/covers.h"
#include "workers/affiliation/emit.h"
#include "workers/affiliation/messages.h"
#include "workers/affiliation/working_set.h"

bool roster_read(struct slice text, struct roster_subject *subject) {
    enum { ID_SIZE = UUID_TEXT_SIZE - 1 };
    if (text.size <= ID_SIZE + 1 || text.data[ID_SIZE] != '/') {
        return false;
    }
    subject->contract_id = (struct slice){text.data + ID_SIZE + 1, text.size - (size_t)ID_SIZE - 1};
    return uuid_parse((struct slice){text.data, ID_SIZE}, &subject->insured_id);
}

void roster_fire(struct batch *batch, struct record *record, const struct timer *timer) {
    struct affiliation_state *state = batch->state;
    struct roster_subject subject;
    if (!roster_read(timer->subject, &subject)) {
        return;
    }
    const struct insured *insured =
        map_get(&state->by_id, timer->siren, uuid_slice(&subject.insured_id));
    struct cover *cover = insured == NULL ? NULL : insured_cover(insured, subject.contract_id);
    if (cover == NULL) {
        return;
    }
    const enum affiliation_path path = insured->is_erased ? PATH_ERASED : PATH_REFRESHED;
    const struct affiliation_signal facts = {timer->siren, timer->subject, batch->now_ms};
    const struct origin origin = record_origin(record);
    struct record *part = record_part(batch, record, timer->siren,
                                      uuid_text(batch->arena, &insured->insured_id), &origin);
    record_at(batch, part,
              (struct occasion){timer->siren, timer->subject, timer_roster_refresh, timer->due_at});
    affiliation_explain(batch, part, &facts, path);
    if (insured->is_erased) { /* nothing personal: no key is made for an erased person */
        affiliation_withdraw_roster(batch, part, cover);
        return;
    }
    record_set_person(batch, part, insured->siren, insured->key->subject);
    cover->version++;
    cover_note(state, cover);
    affiliation_emit_roster(batch, part, &insured->identity, cover);
}
