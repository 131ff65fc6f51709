#include "workers/beneficiary/outcome.h"

#include <assert.h>

#include "common/base/buffer.h"
#include "common/record/vocabulary.h"
#include "workers/beneficiary/adviser.h"
#include "workers/beneficiary/working_set.h"

struct slice outcome_person(struct arena *arena, enum addition_status status,
                            struct slice addition_id, struct slice insured_id) {
    return addition_is_held(status)
               ? arena_format(arena, "insured/%.*s", SLICE_FORMAT(insured_id))
               : arena_format(arena, "request/%.*s", SLICE_FORMAT(addition_id));
}

static struct slice joined_reasons(struct arena *arena, uint32_t set) {
    struct buffer text;
    buffer_init(&text, arena, LIMIT_CODE);
    for (int reason = 1; reason <= REASONS_MAX; reason++) {
        if (set & REASON_BIT(reason)) {
            buffer_append_text(&text, text.size == 0 ? "" : ",");
            buffer_append_text(&text, words_text(&addition_reason_words, reason));
        }
    }
    return buffer_slice(&text);
}

static void add_people(struct batch *batch, const struct addition_row *row, struct insured *insured,
                       const struct addition_decision *decision) {
    for (size_t i = 0; i < row->request->beneficiaries.count; i++) {
        const struct beneficiary *beneficiary = &row->request->beneficiaries.items[i];
        struct person_row *person = arena_take(batch->arena, sizeof(*person));
        *person = (struct person_row){
            .siren = row->siren,
            .insured_id = insured->insured_id,
            .contract_id = row->contract_id,
            .beneficiary_id = beneficiary->beneficiary_id,
            .source_id = row->addition_id,
            .state = addition_is_held(decision->status) ? RELATIVE_WAITING : RELATIVE_COVERED,
            .relation = beneficiary->relation,
            .scheme = beneficiary->scheme,
            .coverage_from = decision->people[i].coverage_from,
            .removed_on = DATE_NONE,
            .person = covered_person_of(beneficiary),
        };
        const struct document document =
            document_write(batch->arena, &covered_person_shape, &person->person);
        person->content = document.open;
        person->sealed = keyring_seal(&batch->keyring, insured->key, document.personal);
        working_set_add_person(batch, insured, person);
    }
}

/* Those who waited are covered now, or were asked for in vain. */
static void settle_people(struct batch *batch, const struct addition_row *row,
                          const struct addition_decision *decision) {
    const struct working_set *set = batch->state;
    struct insured *insured = map_get(&set->insured, row->siren, row->insured_id);
    if (insured == NULL) {
        return;
    }
    for (struct person_row *person = insured->people_first; person != NULL; person = person->next) {
        if (person->state != RELATIVE_WAITING ||
            !slice_equal(person->source_id, row->addition_id)) {
            continue;
        }
        person->state = decision->status == ADDITION_APPLIED ? RELATIVE_COVERED : RELATIVE_REFUSED;
        for (size_t i = 0; i < row->request->beneficiaries.count; i++) {
            if (decision->status == ADDITION_APPLIED &&
                slice_equal(row->request->beneficiaries.items[i].beneficiary_id,
                            person->beneficiary_id)) {
                person->coverage_from = decision->people[i].coverage_from;
            }
        }
        working_set_note_person(batch, person);
    }
}

static void keep_people(struct batch *batch, const struct record *record,
                        const struct addition_row *row, struct insured *insured,
                        const struct addition_decision *decision) {
    bool is_in_household = addition_is_held(row->status);
    if (is_in_household && !addition_is_held(decision->status)) {
        settle_people(batch, row, decision);
    } else if (!is_in_household &&
               (addition_is_held(decision->status) || decision->status == ADDITION_APPLIED)) {
        assert(insured != NULL);
        add_people(batch, row, insured, decision);
    }
    if (decision->status == ADDITION_APPLIED) {
        working_set_refresh_roster(batch, record, insured, row->contract_id);
    }
}

/* Keeps what became of it; of one that is over only what a repetition needs. */
static void remember(struct batch *batch, struct addition_row *row, struct insured *insured,
                     const struct addition_decision *decision) {
    bool was_asked = row->status == ADDITION_HELD_EMPLOYER;
    row->status = decision->status;
    row->decided_at = batch->now_ms;
    row->reasons = joined_reasons(batch->arena, decision->reasons);
    row->deadline_at = decision->deadline_at;
    row->held_at = addition_is_held(decision->status) ? batch->now_ms : INSTANT_NONE;
    row->looked_at = decision->status == ADDITION_HELD_PMSS ? batch->now_ms : INSTANT_NONE;
    if (decision->status != ADDITION_WAITING) {
        row->grace_ends_at = INSTANT_NONE;
    }
    if (addition_is_open(decision->status)) {
        row->key = insured != NULL ? insured->key
                                   : keyring_ask(&batch->keyring, row->siren,
                                                 outcome_person(batch->arena, row->status,
                                                                row->addition_id, row->insured_id));
        row->is_to_be_sealed = true;
    } else {
        row->origin = (struct origin){slice_none(), slice_none(), slice_none()};
        row->content = row->sealed = slice_none();
        row->is_to_be_sealed = false;
    }
    working_set_note_addition(batch, row);
    if (row->status == ADDITION_WAITING) {
        batch_arm_earlier(batch, batch->worker->name, row->siren, timer_subject_known,
                          working_set_waited(batch->arena, row->insured_id), row->grace_ends_at);
    }
    if (was_asked || row->status == ADDITION_HELD_EMPLOYER) {
        adviser_arm(batch, row);
    }
}

void outcome_keep(struct batch *batch, const struct record *record, struct addition_row *row,
                  struct insured *insured, const struct addition_decision *decision) {
    keep_people(batch, record, row, insured, decision);
    remember(batch, row, insured, decision);
}
