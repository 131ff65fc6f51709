/* A gap: inputs that were published by a process that died before it could tell. The outputs of
 * each must be there, each once. */
#include <string.h>

#include "common/base/date.h"
#include "common/base/map.h"
#include "common/runtime/audit_round.h"

static bool is_read_back(const struct output *output) {
    const struct topic *topic = topic_find(output->topic);
    return topic != NULL && !topic->is_input;
}

struct expected {
    struct uuid id;
    int64_t input_offset;
    int32_t sequence;
    bool is_personal;
    size_t found;
};

struct gap_check {
    struct audit_round *round;
    const struct audit_gap *gap;
    struct expected *items;
    size_t count;
    size_t capacity;
    struct map by_id;
};

static void expect(struct gap_check *check, const struct audit_position *row,
                   const struct output *output) {
    struct arena *arena = &check->round->arena;
    struct expected *item = arena_take(arena, sizeof(*item));
    *item = (struct expected){.id = output->id,
                              .input_offset = row->input_offset,
                              .sequence = row->sequence,
                              .is_personal = output->is_erased};
    if (map_get(&check->by_id, audit_id_slice(&item->id), slice_none()) == NULL)
        map_put(&check->by_id, audit_id_slice(&item->id), slice_none(), item);
    if (check->count == check->capacity) {
        check->capacity = check->capacity == 0 ? 256 : check->capacity * 2;
        struct expected *more = arena_array(arena, check->capacity, sizeof(*more));
        if (check->count > 0)
            memcpy(more, check->items, check->count * sizeof(*more));
        check->items = more;
    }
    check->items[check->count++] = *item;
}

/* Of what is read, in pieces, into `scratch`, only the ids stay. */
static bool load_expected(struct gap_check *check, struct arena *scratch, struct error *err) {
    const struct audit_gap *gap = check->gap;
    int64_t from = gap->from_offset;
    struct audit_position *rows = NULL;
    size_t count = 0;
    for (;;) {
        arena_reset(scratch, AUDIT_SCRATCH_BYTES);
        if (!audit_goes_on(check->round, err) ||
            !audit_store_gap_outputs(&check->round->store, scratch, gap, from, &rows, &count, err))
            return false;
        if (count == 0)
            return true;
        for (size_t i = 0; i < count; i++) {
            struct output *first = NULL;
            if (!audit_unpack(scratch, rows[i].outputs, &first, err))
                return false;
            for (const struct output *output = first; output != NULL; output = output->next)
                if (is_read_back(output))
                    expect(check, &rows[i], output);
        }
        from = rows[count - 1].input_offset + 1;
    }
}

/* What is pending of the gap's outputs: counted, or, once the gap is settled, done with. */
static void visit_pending(struct gap_check *check, bool is_settled) {
    struct audit_round *round = check->round;
    for (size_t i = 0; i < round->reader->places_count; i++)
        for (size_t k = 0; k < round->places[i].count; k++) {
            struct audit_pending *item = &round->places[i].items[k];
            struct expected *expected =
                map_get(&check->by_id, audit_id_slice(&item->id), slice_none());
            if (expected == NULL)
                continue;
            expected->found++;
            item->is_done = item->is_done || is_settled;
        }
}

/* Those that were not published since their person was erased are in order. */
static bool count_missing(struct gap_check *check, size_t *missing, size_t *repeated,
                          struct error *err) {
    struct arena *arena = &check->round->arena;
    struct audit_position *rows = arena_array(arena, check->count, sizeof(*rows));
    size_t personal = 0;
    *missing = 0;
    *repeated = 0;
    for (size_t i = 0; i < check->count; i++) {
        const struct expected *item = &check->items[i];
        const struct expected *counted =
            map_get(&check->by_id, audit_id_slice(&item->id), slice_none());
        *repeated += counted->found > 1 ? 1 : 0;
        if (counted->found > 0)
            continue;
        ++*missing;
        if (item->is_personal)
            rows[personal++] = (struct audit_position){.topic = check->gap->topic,
                                                       .partition = check->gap->partition,
                                                       .input_offset = item->input_offset,
                                                       .sequence = item->sequence};
    }
    const int32_t *numbers = NULL;
    size_t erased = 0;
    if (personal > 0 &&
        !audit_store_erased(&check->round->store, arena, rows, personal, &numbers, &erased, err))
        return false;
    *missing -= erased;
    return true;
}

bool audit_may_judge(const struct audit_gap *gap, int64_t whole_at) {
    return whole_at != INSTANT_NONE && whole_at - gap->noted_at >= audit_grace_ms();
}

bool audit_judge_gap(struct audit_round *round, const struct audit_gap *gap, struct error *err) {
    struct gap_check check = {.round = round, .gap = gap};
    size_t missing = 0;
    size_t repeated = 0;
    if (!audit_may_judge(gap, round->whole_at))
        return true;
    map_init(&check.by_id, &round->arena, 1024);
    struct arena scratch;
    arena_init(&scratch);
    bool is_loaded = load_expected(&check, &scratch, err);
    arena_fini(&scratch);
    if (!is_loaded)
        return false;
    visit_pending(&check, false);
    if (!count_missing(&check, &missing, &repeated, err))
        return false;
    if (missing + repeated > 0) {
        struct slice detail = arena_format(
            &round->arena,
            "of %zu outputs of these inputs %zu cannot be read and %zu are there twice",
            check.count, missing, repeated);
        if (!audit_tell(round, gap->topic, gap->partition, gap->from_offset, gap->to_offset - 1,
                        detail, err))
            return false;
    }
    visit_pending(&check, true);
    return audit_store_delete_gap(&round->store, &round->arena, gap, err);
}
