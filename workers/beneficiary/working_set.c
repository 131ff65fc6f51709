#include "workers/beneficiary/working_set.h"

#include <assert.h>

const char timer_adviser[] = "adviser";
const char timer_affiliation_ended[] = "affiliation_ended";
static const char waited_for[] = "insured/";

struct insured *working_set_insured(const struct batch *batch, struct slice siren,
                                    struct slice insured_id) {
    const struct working_set *set = batch->state;
    struct uuid uuid;
    char text[UUID_TEXT_SIZE];
    if (!uuid_parse(insured_id, &uuid)) {
        return NULL;
    }
    uuid_format(&uuid, text);
    struct insured *insured = map_get(&set->insured, siren, slice_of(text));
    return insured == NULL || insured->is_erased ? NULL : insured;
}

struct slice working_set_insured_id(struct arena *arena, struct slice insured_id) {
    struct uuid uuid;
    char text[UUID_TEXT_SIZE];
    if (!uuid_parse(insured_id, &uuid)) {
        return insured_id;
    }
    uuid_format(&uuid, text);
    return arena_copy(arena, slice_of(text));
}

static bool is_of(const struct person_row *row, struct slice contract_id,
                  struct slice but_source_id) {
    return row->state != RELATIVE_REFUSED && slice_equal(row->contract_id, contract_id) &&
           !(slice_is_present(but_source_id) && row->state == RELATIVE_WAITING &&
             slice_equal(row->source_id, but_source_id));
}

struct relative_list working_set_household(struct arena *arena, const struct insured *insured,
                                           struct slice contract_id, struct slice but_source_id) {
    size_t count = 0;
    for (const struct person_row *row = insured->people_first; row != NULL; row = row->next) {
        count += is_of(row, contract_id, but_source_id);
    }
    struct relative *items = arena_array(arena, count, sizeof(*items));
    size_t used = 0;
    for (const struct person_row *row = insured->people_first; row != NULL; row = row->next) {
        if (is_of(row, contract_id, but_source_id)) {
            items[used++] = (struct relative){
                row->beneficiary_id, row->state,      row->relation, row->scheme,
                row->coverage_from,  row->removed_on, row->person,
            };
        }
    }
    return (struct relative_list){items, count};
}

struct pmss_table working_set_pmss(const struct batch *batch, const struct contract *contract) {
    const struct working_set *set = batch->state;
    struct pmss *items = arena_array(batch->arena, set->pmss.count, sizeof(*items));
    size_t count = 0;
    for (size_t i = 0; i < set->pmss.count; i++) {
        if (set->pmss.items[i].territory == contract->territory) {
            items[count++] = set->pmss.items[i];
        }
    }
    return (struct pmss_table){items, count};
}

void working_set_note_addition(struct batch *batch, struct addition_row *row) {
    struct working_set *set = batch->state;
    if (!row->is_noted) {
        row->is_noted = true;
        set->changed_additions[set->changed_additions_count++] = row;
    }
}

void working_set_note_person(struct batch *batch, struct person_row *row) {
    struct working_set *set = batch->state;
    if (!row->is_noted) {
        row->is_noted = true;
        assert(set->changed_people_count < set->changed_people_room);
        set->changed_people[set->changed_people_count++] = row;
    }
}

void working_set_add_person(struct batch *batch, struct insured *insured, struct person_row *row) {
    working_set_note_person(batch, row);
    if (insured->people_last == NULL) {
        insured->people_first = row;
    } else {
        insured->people_last->next = row;
    }
    insured->people_last = row;
}

void working_set_add_removal(struct batch *batch, struct removal_row *row) {
    struct working_set *set = batch->state;
    set->new_removals[set->new_removals_count++] = row;
    map_put(&set->removals, row->siren, row->removal_id, row);
}

static struct slice name_of_end(struct arena *arena, const struct end_row *end) {
    char insured_id[UUID_TEXT_SIZE];
    uuid_format(&end->insured_id, insured_id);
    return arena_format(arena, "%.*s/%s", SLICE_FORMAT(end->contract_id), insured_id);
}

struct end_row *working_set_ends(struct batch *batch, const struct end_row *of) {
    const struct working_set *set = batch->state;
    return map_get(&set->ends, of->siren, name_of_end(batch->arena, of));
}

void working_set_put_end(struct batch *batch, struct end_row *row) {
    struct working_set *set = batch->state;
    struct end_row *last = working_set_ends(batch, row);
    if (last == NULL) {
        map_put(&set->ends, row->siren, name_of_end(batch->arena, row), row);
        return;
    }
    while (last->next != NULL) {
        last = last->next;
    }
    last->next = row;
}

void working_set_note_end(struct batch *batch, struct end_row *row) {
    struct working_set *set = batch->state;
    set->changed_ends[set->changed_ends_count++] = row;
}

void working_set_refresh_roster(struct batch *batch, const struct record *record,
                                const struct insured *insured, struct slice contract_id) {
    char insured_id[UUID_TEXT_SIZE];
    uuid_format(&insured->insured_id, insured_id);
    batch_ask(batch, record, "affiliation", insured->siren, timer_roster_refresh,
              arena_format(batch->arena, "%s/%.*s", insured_id, SLICE_FORMAT(contract_id)),
              batch->now_ms);
}

/* Read from its end: a contract's id may hold a slash. */
bool working_set_read_end(const struct timer *timer, struct end_row *end) {
    enum { DAY_SIZE = 10, ID_SIZE = UUID_TEXT_SIZE - 1, TAIL_SIZE = 1 + ID_SIZE + 1 + DAY_SIZE };
    const struct slice text = timer->subject;
    if (!slice_is(timer->kind, timer_affiliation_ended) || text.size <= (size_t)TAIL_SIZE) {
        return false;
    }
    const char *tail = text.data + text.size - TAIL_SIZE;
    *end = (struct end_row){
        .siren = timer->siren,
        .contract_id = {text.data, text.size - (size_t)TAIL_SIZE},
    };
    return tail[0] == '/' && tail[1 + ID_SIZE] == '/' &&
           uuid_parse((struct slice){tail + 1, ID_SIZE}, &end->insured_id) &&
           date_parse((struct slice){tail + 2 + ID_SIZE, DAY_SIZE}, &end->ended_on);
}

bool working_set_read_waited(const struct timer *timer, struct slice *insured_id) {
    return timer_waited_for(timer, waited_for, insured_id);
}

struct rows working_set_all_waited(const struct batch *batch) {
    return rows_waited_for(batch, waited_for);
}

struct slice working_set_waited(struct arena *arena, struct slice insured_id) {
    return arena_format(arena, "%s%.*s", waited_for, SLICE_FORMAT(insured_id));
}
