#include "common/runtime/audit_round.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/date.h"
#include "common/runtime/clock.h"
#include "common/runtime/hooks.h"
#include "common/runtime/metrics.h"

enum {
    ARENA_KEEP_BYTES = 4 * 1024 * 1024,
    READ_MOST_MS = 10000, /* of one look */
    PENDING_MOST = 100000,
    PENDING_GAP_MOST = 1000000, /* a gap is only compared when all is read: 150 MiB */
    PENDING_SHORT_MOST = 8,     /* for tests */
    POLL_MS = 100,
    GRACE_MS = 60 * 1000,
    GRACE_SHORT_MS = 3000,     /* for tests */
    BEFORE_MS = 5 * 60 * 1000, /* clocks of the broker and the database may differ */
};

int64_t audit_grace_ms(void) {
    return hook_is_sabotaged("short_grace") || hook_is_sabotaged("short_memory") ? GRACE_SHORT_MS
                                                                                 : GRACE_MS;
}

static size_t most_pending(const struct audit_round *round) {
    if (round->gaps_count > 0)
        return PENDING_GAP_MOST;
    return hook_is_sabotaged("short_memory") ? PENDING_SHORT_MOST : PENDING_MOST;
}

bool audit_is_full(const struct audit_round *round) {
    return round->pending_count >= most_pending(round);
}

bool audit_goes_on(const struct audit_round *round, struct error *err) {
    return !*round->is_resting ||
           error_set(err, ERROR_TRANSIENT, "RESTING", "the auditor is to rest");
}

static int64_t begun_at(const struct audit_input *inputs, size_t count) {
    int64_t first = INSTANT_NONE;
    for (size_t i = 0; i < count; i++)
        if (first == INSTANT_NONE || inputs[i].begun_at < first)
            first = inputs[i].begun_at;
    return first;
}

static bool find_positions(struct audit_round *round, struct error *err) {
    struct output_reader *reader = round->reader;
    struct audit_mark *marks = NULL;
    struct audit_input *inputs = NULL;
    size_t marks_count = 0;
    size_t inputs_count = 0;
    if (!audit_store_marks(&round->store, &round->arena, &marks, &marks_count, err) ||
        !audit_store_inputs(&round->store, &round->arena, &inputs, &inputs_count, err))
        return false;
    int64_t since = begun_at(inputs, inputs_count);
    for (size_t i = 0; i < reader->places_count; i++) {
        struct output_place *place = &reader->places[i];
        const struct audit_mark *mark = NULL;
        for (size_t k = 0; k < marks_count && mark == NULL; k++)
            if (marks[k].partition == place->partition &&
                slice_is(marks[k].topic, place->topic->name))
                mark = &marks[k];
        round->places[i].marked = mark == NULL ? -1 : mark->verified_offset;
        place->position = round->places[i].marked;
        if (mark == NULL && !output_reader_since(reader, i,
                                                 since == INSTANT_NONE ? clock_real_ms() - BEFORE_MS
                                                                       : since - BEFORE_MS,
                                                 &place->position, err))
            return false;
    }
    return true;
}

bool audit_round_init(struct audit_round *round, const struct settings *settings, struct db *db,
                      struct output_reader *reader, const atomic_bool *is_resting,
                      struct error *err) {
    *round = (struct audit_round){.settings = settings,
                                  .store = {db, reader->worker},
                                  .reader = reader,
                                  .is_resting = is_resting,
                                  .whole_at = INSTANT_NONE,
                                  .ends_asked_at = INSTANT_NONE,
                                  .noted_at = INSTANT_NONE,
                                  .covered_at = INSTANT_NONE};
    arena_init(&round->arena);
    round->places = calloc(reader->places_count + 1, sizeof(*round->places));
    if (round->places == NULL)
        abort();
    return find_positions(round, err) && output_reader_start(reader, err);
}

static void forget(struct audit_round *round, struct audit_pending *item) {
    free(item->cause);
    round->pending_count--;
}

void audit_round_fini(struct audit_round *round) {
    for (size_t i = 0; round->places != NULL && i < round->reader->places_count; i++) {
        for (size_t k = 0; k < round->places[i].count; k++)
            forget(round, &round->places[i].items[k]);
        free(round->places[i].items);
    }
    free(round->places);
    free(round->noted);
    round->places = NULL;
    round->noted = NULL;
    arena_fini(&round->arena);
}

static void keep(struct audit_round *round, const struct output_seen *seen, int64_t now_ms) {
    struct audit_place *place = &round->places[seen->place];
    if (place->count == place->capacity) {
        place->capacity = place->capacity == 0 ? 64 : place->capacity * 2;
        place->items = reallocarray(place->items, place->capacity, sizeof(*place->items));
        if (place->items == NULL)
            abort();
    }
    place->items[place->count++] = (struct audit_pending){
        .offset = seen->offset,
        .seen_at_ms = now_ms,
        .id = seen->id,
        .cause = slice_is_present(seen->cause) ? strndup(seen->cause.data, seen->cause.size) : NULL,
    };
    round->pending_count++;
}

static bool is_at_end(const struct output_reader *reader) {
    for (size_t i = 0; i < reader->places_count; i++)
        if (!reader->places[i].is_at_end)
            return false;
    return true;
}

/* For gaps: up to where is to be read before anything of them is missing. What was published
 * before a gap was noted lies below the ends as they are now; the transaction that noted it may
 * have begun that much before its end. */
static bool ask_ends(struct audit_round *round, struct error *err) {
    bool is_waited_for = false;
    for (size_t i = 0; i < round->gaps_count; i++)
        is_waited_for = is_waited_for || audit_may_judge(&round->gaps[i], round->asked_at);
    if (!is_waited_for || round->ends_asked_at != INSTANT_NONE)
        return true;
    if (!output_reader_ask(round->reader, err))
        return false;
    round->ends_asked_at = round->asked_at;
    return true;
}

static void note_ends(struct audit_round *round) {
    if (round->ends_asked_at == INSTANT_NONE || !output_reader_is_done(round->reader))
        return;
    round->whole_at = round->ends_asked_at;
    round->ends_asked_at = INSTANT_NONE;
}

/* All there is, or as much as one look may take. */
static bool read_new(struct audit_round *round, struct error *err) {
    int64_t now_ms = clock_monotonic_ms();
    int64_t until_ms = now_ms + READ_MOST_MS;
    bool found = true;
    while ((found || !is_at_end(round->reader)) && now_ms < until_ms && !*round->is_resting &&
           !audit_is_full(round)) {
        struct output_seen seen;
        if (!output_reader_next(round->reader, POLL_MS, &seen, &found, err))
            return false;
        now_ms = clock_monotonic_ms();
        if (found)
            keep(round, &seen, now_ms);
    }
    round->is_behind = found || !is_at_end(round->reader);
    note_ends(round);
    return true;
}

static void sweep(struct audit_round *round) {
    for (size_t i = 0; i < round->reader->places_count; i++) {
        struct audit_place *place = &round->places[i];
        size_t kept = 0;
        for (size_t k = 0; k < place->count; k++)
            if (place->items[k].is_done)
                forget(round, &place->items[k]);
            else
                place->items[kept++] = place->items[k];
        place->count = kept;
    }
}

static bool keep_marks(struct audit_round *round, struct error *err) {
    const struct output_reader *reader = round->reader;
    struct audit_mark *marks = arena_array(&round->arena, reader->places_count, sizeof(*marks));
    size_t count = 0;
    for (size_t i = 0; i < reader->places_count; i++) {
        struct audit_place *place = &round->places[i];
        int64_t verified = place->count > 0 ? place->items[0].offset : reader->places[i].position;
        if (place->condensed.records > 0 && place->condensed.first_offset < verified)
            verified = place->condensed.first_offset;
        if (verified == place->marked)
            continue;
        place->marked = verified;
        marks[count++] = (struct audit_mark){slice_of(reader->places[i].topic->name),
                                             reader->places[i].partition, verified};
    }
    return audit_store_keep_marks(&round->store, &round->arena, marks, count, err);
}

/* Notes how far the inputs are decided now. */
static void note_inputs(struct audit_round *round) {
    free(round->noted);
    round->noted = calloc(round->inputs_count + 1, sizeof(*round->noted));
    if (round->noted == NULL)
        abort();
    round->noted_count = 0;
    for (size_t i = 0; i < round->inputs_count; i++) {
        const struct topic *topic = topic_find(round->inputs[i].topic);
        if (topic == NULL)
            continue;
        round->noted[round->noted_count] = round->inputs[i];
        round->noted[round->noted_count++].topic = slice_of(topic->name);
    }
    round->noted_at = round->asked_at;
    round->covered_at = INSTANT_NONE;
}

static bool is_covered(const struct audit_round *round) {
    for (size_t i = 0; i < round->noted_count; i++)
        for (size_t k = 0; k < round->inputs_count; k++)
            if (round->inputs[k].partition == round->noted[i].partition &&
                slice_equal(round->inputs[k].topic, round->noted[i].topic) &&
                round->inputs[k].published < round->noted[i].decided)
                return false;
    return true;
}

/* First all that was decided at an instant becomes known as published, then all that is known by
 * then is compared: so that instant is verified. */
static bool verify(struct audit_round *round, struct error *err) {
    if (round->noted_at == INSTANT_NONE)
        note_inputs(round);
    if (round->covered_at == INSTANT_NONE && is_covered(round))
        round->covered_at = round->asked_at;
    if (round->covered_at == INSTANT_NONE)
        return true;
    bool is_open = true;
    if (!audit_store_is_open(&round->store, &round->arena, round->covered_at, &is_open, err))
        return false;
    if (is_open)
        return true;
    size_t label = metrics_worker(round->store.worker);
    metrics_set(METRIC_VERIFIED, label, METRIC_NONE, round->noted_at / 1000);
    if (!audit_store_keep_verified(&round->store, &round->arena, round->noted_at, err))
        return false;
    round->noted_at = INSTANT_NONE;
    return true;
}

static bool look(struct audit_round *round, struct error *err) {
    struct audit_input *inputs = NULL;
    struct audit_gap *gaps = NULL;
    int64_t mismatches = 0;
    arena_reset(&round->arena, ARENA_KEEP_BYTES);
    if (!audit_store_inputs(&round->store, &round->arena, &inputs, &round->inputs_count, err) ||
        !audit_store_gaps(&round->store, &round->arena, &gaps, &round->gaps_count, err))
        return false;
    if (round->inputs_count == 0)
        return true;
    round->inputs = inputs;
    round->gaps = gaps;
    round->asked_at = inputs[0].asked_at;
    if (!ask_ends(round, err) || !read_new(round, err) || !audit_judge(round, err))
        return false;
    sweep(round);
    round->is_behind = round->is_behind && round->pending_count < most_pending(round) / 2;
    if (!keep_marks(round, err) || !verify(round, err) ||
        !audit_store_mismatches(&round->store, &round->arena, &mismatches, err))
        return false;
    metrics_set(METRIC_MISMATCHES, metrics_worker(round->store.worker), METRIC_NONE, mismatches);
    return true;
}

bool audit_round_look(struct audit_round *round, struct error *err) {
    struct error failure = {0};
    bool ok = look(round, err);
    if (!audit_end_telling(round, &failure) && ok) {
        *err = failure;
        ok = false;
    }
    return ok || *round->is_resting;
}
