#include "workers/affiliation/covers.h"

struct cover *insured_cover(const struct insured *insured, struct slice contract_id) {
    for (struct cover *cover = insured->covers; cover != NULL; cover = cover->next) {
        if (slice_equal(cover->contract_id, contract_id)) {
            return cover;
        }
    }
    return NULL;
}

struct cover *covers_add(struct arena *arena, struct insured *insured,
                         struct affiliation_row *row) {
    struct cover *cover = insured_cover(insured, row->contract_id);
    if (cover == NULL) {
        cover = arena_take(arena, sizeof(*cover));
        *cover = (struct cover){
            .siren = insured->siren,
            .insured_id = insured->insured_id,
            .contract_id = row->contract_id,
            .version = row->version,
            .first = row,
            .next = insured->covers,
        };
        insured->covers = cover;
    } else {
        cover->last->next = row;
    }
    cover->last = row;
    cover->affiliations_count++;
    return cover;
}

bool covers_reach(const struct cover *cover, int32_t *until) {
    bool is_found = false;
    *until = DATE_NONE;
    for (const struct affiliation_row *row = cover->first; row != NULL; row = row->next) {
        if (row->ended_on == DATE_NONE) {
            *until = DATE_NONE;
            return true;
        }
        if (row->ended_on >= row->effective_on) {
            *until = is_found && *until > row->ended_on ? *until : row->ended_on;
            is_found = true;
        }
    }
    return is_found;
}

void covers_add_person(struct cover *cover, struct beneficiary_row *row) {
    row->next = cover->people;
    cover->people = row;
}

/* Covered by the latest affiliation: no other one began later and by then. */
static bool is_of_latest(const struct cover *cover, const struct beneficiary_row *person) {
    const struct affiliation_row *own = cover->first;
    for (const struct affiliation_row *row = cover->first->next; row != NULL; row = row->next) {
        if (row->effective_on <= person->coverage_from &&
            (own->effective_on > person->coverage_from || row->effective_on >= own->effective_on)) {
            own = row;
        }
    }
    return own == cover->last;
}

static const struct beneficiary_row *
find(const struct cover *cover, const struct beneficiary_row *from, struct slice beneficiary_id) {
    for (const struct beneficiary_row *row = from; row != NULL; row = row->next) {
        if (slice_equal(row->beneficiary_id, beneficiary_id) && is_of_latest(cover, row)) {
            return row;
        }
    }
    return NULL;
}

bool covers_has_person(const struct cover *cover, struct slice beneficiary_id) {
    return find(cover, cover->people, beneficiary_id) != NULL;
}

int32_t covers_people_count(const struct cover *cover) {
    int32_t count = 0;
    for (const struct beneficiary_row *row = cover->people; row != NULL; row = row->next) {
        const bool is_last_of_id = find(cover, row->next, row->beneficiary_id) == NULL;
        count += is_last_of_id && is_of_latest(cover, row);
    }
    return count;
}
