/* What was read, against what is known: gaps first, since their records may stand among those of
 * rows, then rows, then what has waited for either for too long. */
#include "common/runtime/audit_round.h"
#include "common/runtime/clock.h"

enum { COMPACTED_MS = 3600 * 1000 /* a compacted topic holds all for so long, and longer */ };

static size_t place_of(const struct audit_round *round, struct slice topic, int32_t partition) {
    size_t i = 0;
    while (i < round->reader->places_count &&
           !(round->reader->places[i].partition == partition &&
             slice_is(topic, round->reader->places[i].topic->name)))
        i++;
    return i;
}

/* Tells of records in [from, to) that no input caused, and is done with them. */
static bool tell_unknown(struct audit_round *round, size_t place, size_t from, size_t to,
                         struct error *err) {
    const struct output_place *of = &round->reader->places[place];
    struct fold unknown = {0};
    for (size_t i = from; i < to; i++) {
        struct audit_pending *item = &round->places[place].items[i];
        if (item->is_done || !item->is_looked_up || item->is_stored)
            continue;
        fold_add(&unknown, item->offset, &item->id);
        item->is_done = true;
    }
    return unknown.records == 0 ||
           audit_tell(round, slice_of(of->topic->name), of->partition, unknown.first_offset,
                      unknown.last_offset,
                      arena_format(&round->arena,
                                   "%d records say that they are ours, and no input caused them",
                                   unknown.records),
                      err);
}

/* Rows of one place that overlap: others of our processes write there too. */
struct component {
    const struct audit_row *rows;
    size_t rows_count;
    struct fold fold;
    int64_t published_at; /* the latest */
    size_t place;
    size_t from; /* of the place's pending records, those within */
    size_t to;
    bool has_others; /* records of which something else is awaited: not of these rows */
};

/* It has no row yet, or never will: a gap, or what is still to be known as published. */
static bool is_awaited(const struct audit_round *round, const struct audit_pending *item) {
    if (!item->is_stored || item->input == NULL)
        return false;
    struct slice topic = slice_of(item->input->name);
    for (size_t i = 0; i < round->gaps_count; i++) {
        const struct audit_gap *gap = &round->gaps[i];
        if (gap->partition == item->input_partition && slice_equal(gap->topic, topic) &&
            item->input_offset >= gap->from_offset && item->input_offset < gap->to_offset)
            return true;
    }
    for (size_t i = 0; i < round->inputs_count; i++) {
        const struct audit_input *input = &round->inputs[i];
        if (input->partition == item->input_partition && slice_equal(input->topic, topic))
            return item->input_offset >= input->published;
    }
    return false;
}

static bool is_of(const struct fold *condensed, const struct component *component) {
    return condensed->first_offset <= component->fold.last_offset &&
           condensed->last_offset >= component->fold.first_offset;
}

static struct fold fold_read(const struct audit_round *round, const struct component *component) {
    const struct fold *condensed = &round->places[component->place].condensed;
    struct fold fold = {0};
    if (is_of(condensed, component))
        fold_merge(&fold, condensed);
    for (size_t i = component->from; i < component->to; i++) {
        const struct audit_pending *item = &round->places[component->place].items[i];
        if (!item->is_done && !(component->has_others && is_awaited(round, item)))
            fold_add(&fold, item->offset, &item->id);
    }
    return fold;
}

static bool has_awaited(const struct audit_round *round, const struct component *component) {
    for (size_t i = component->from; i < component->to; i++) {
        const struct audit_pending *item = &round->places[component->place].items[i];
        if (!item->is_done && is_awaited(round, item))
            return true;
    }
    return false;
}

/* What its topic no longer holds can't be compared. */
static bool may_be_gone(const struct audit_round *round, const struct component *component,
                        const struct fold *read) {
    const struct topic *topic = round->reader->places[component->place].topic;
    int64_t age_ms = round->asked_at - component->published_at;
    return read->records < component->fold.records &&
           age_ms > (topic->is_compacted ? COMPACTED_MS : topic->retention_ms);
}

/* `*is_done`: nothing more is to be done about it, its rows and records go. */
static bool judge_rows(struct audit_round *round, struct component *component, bool *is_done,
                       struct error *err) {
    const struct output_place *of = &round->reader->places[component->place];
    struct fold read = fold_read(round, component);
    *is_done = true;
    if (fold_has_same_records(&read, &component->fold) || may_be_gone(round, component, &read))
        return true;
    if (round->asked_at - component->published_at < audit_grace_ms()) {
        *is_done = false; /* a row of another process may be on its way */
        return true;
    }
    if (!audit_look_up(round, component->place, component->from, component->to, err) ||
        !tell_unknown(round, component->place, component->from, component->to, err))
        return false;
    /* A process that died, or cannot store, has written among them. */
    component->has_others = has_awaited(round, component);
    read = fold_read(round, component);
    if (fold_has_same_records(&read, &component->fold))
        return true;
    *is_done = !component->has_others;
    return !*is_done ||
           audit_tell(round, slice_of(of->topic->name), of->partition, component->fold.first_offset,
                      component->fold.last_offset,
                      arena_format(&round->arena,
                                   "the broker confirmed %d records, and %d are read%s",
                                   component->fold.records, read.records,
                                   read.records == component->fold.records ? ", other ones" : ""),
                      err);
}

static struct component gather(struct audit_round *round, const struct audit_row *rows,
                               size_t count) {
    struct component component = {.rows = rows,
                                  .place = place_of(round, rows[0].topic, rows[0].partition)};
    const struct fold *fold = &component.fold;
    for (size_t i = 0; i < count && rows[i].partition == rows[0].partition &&
                       slice_equal(rows[i].topic, rows[0].topic) &&
                       (i == 0 || rows[i].fold.first_offset <= fold->last_offset);
         i++) {
        fold_merge(&component.fold, &rows[i].fold);
        if (i == 0 || rows[i].published_at > component.published_at)
            component.published_at = rows[i].published_at;
        component.rows_count++;
    }
    const struct audit_place *place = &round->places[component.place];
    while (component.from < place->count &&
           place->items[component.from].offset < fold->first_offset)
        component.from++;
    component.to = component.from;
    while (component.to < place->count && place->items[component.to].offset <= fold->last_offset)
        component.to++;
    return component;
}

/* Rows may overlap without end while several processes are busy. What was read of them does not
 * have to be kept for it, only its fold, but for what something else waits for. */
static bool condense(struct audit_round *round, const struct component *component,
                     struct error *err) {
    struct audit_place *place = &round->places[component->place];
    if (place->condensed.records > 0 && !is_of(&place->condensed, component))
        return true; /* of rows before, which wait for their grace */
    if (!audit_look_up(round, component->place, component->from, component->to, err) ||
        !tell_unknown(round, component->place, component->from, component->to, err))
        return false;
    for (size_t i = component->from; i < component->to; i++) {
        struct audit_pending *item = &place->items[i];
        if (item->is_done || !item->is_stored || is_awaited(round, item))
            continue;
        fold_add(&place->condensed, item->offset, &item->id);
        item->is_done = true;
    }
    return true;
}

static bool judge_component(struct audit_round *round, struct component *component,
                            struct error *err) {
    struct audit_place *place = &round->places[component->place];
    bool is_done = false;
    bool is_read = component->fold.last_offset < round->reader->places[component->place].position;
    if (!(is_read ? judge_rows(round, component, &is_done, err)
                  : !audit_is_full(round) || condense(round, component, err)))
        return false;
    for (size_t i = component->from; i < component->to; i++) {
        struct audit_pending *item = &place->items[i];
        bool is_left = !is_done || (component->has_others && is_awaited(round, item));
        item->is_done = item->is_done || !is_left;
        if (is_left) /* it waits with its rows */
            item->seen_at_ms = clock_monotonic_ms();
    }
    if (!is_done)
        return true;
    place->condensed = is_of(&place->condensed, component) ? (struct fold){0} : place->condensed;
    return audit_store_delete_rows(&round->store, &round->arena, component->rows,
                                   component->rows_count, err);
}

static bool judge_strays(struct audit_round *round, size_t place, struct error *err) {
    struct audit_place *of = &round->places[place];
    int64_t old_ms = clock_monotonic_ms() - audit_grace_ms();
    size_t old = 0;
    while (old < of->count && (of->items[old].is_done || of->items[old].seen_at_ms <= old_ms))
        old++;
    if (!audit_look_up(round, place, 0, old, err))
        return false;
    for (size_t i = 0; i < old; i++)
        if (of->items[i].is_stored && !is_awaited(round, &of->items[i]))
            of->items[i].is_done = true;
    return tell_unknown(round, place, 0, old, err);
}

/* All that may be of what was read: a record without a row is none that waits for being loaded. */
static bool load_rows(struct audit_round *round, struct audit_row **rows, size_t *count,
                      struct error *err) {
    const struct output_reader *reader = round->reader;
    struct audit_mark *positions =
        arena_array(&round->arena, reader->places_count, sizeof(*positions));
    for (size_t i = 0; i < reader->places_count; i++)
        positions[i] = (struct audit_mark){slice_of(reader->places[i].topic->name),
                                           reader->places[i].partition, reader->places[i].position};
    return audit_store_rows(&round->store, &round->arena, positions, reader->places_count, rows,
                            count, err);
}

bool audit_judge(struct audit_round *round, struct error *err) {
    struct audit_row *rows = NULL;
    size_t count = 0;
    for (size_t i = 0; i < round->gaps_count; i++)
        if (!audit_goes_on(round, err) || !audit_judge_gap(round, &round->gaps[i], err))
            return false;
    if (!load_rows(round, &rows, &count, err))
        return false;
    for (size_t i = 0; i < count;) {
        struct component component = gather(round, rows + i, count - i);
        i += component.rows_count;
        if (!audit_goes_on(round, err) || !judge_component(round, &component, err))
            return false;
    }
    for (size_t i = 0; i < round->reader->places_count; i++)
        if (!audit_goes_on(round, err) || !judge_strays(round, i, err))
            return false;
    return true;
}
