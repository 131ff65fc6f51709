/* Looks records up in the journal, by what they say they come of. */
#include <stdlib.h>
#include <string.h>

#include "common/base/map.h"
#include "common/runtime/audit_round.h"

enum { LOOK_UP_MOST = 500 /* of one statement */ };

struct slice audit_id_slice(const struct uuid *id) {
    return (struct slice){(const char *)id->bytes, UUID_SIZE};
}

bool audit_unpack(struct arena *arena, struct slice packed, struct output **first,
                  struct error *err) {
    static const struct person_key nobody = {.state = PERSON_KEY_ABSENT};
    struct keyring keyring;
    size_t count = 0;
    keyring_init(&keyring, arena, NULL);
    return output_unpack(arena, &keyring, &nobody, packed, first, &count, err);
}

/* "topic/1/23" */
static bool read_place(struct arena *arena, const char *cause, struct audit_position *place) {
    const char *last = strrchr(cause, '/');
    if (last == NULL || last == cause)
        return false;
    const char *middle = last;
    while (middle > cause && middle[-1] != '/')
        middle--;
    if (middle == cause)
        return false;
    char *end = NULL;
    long partition = strtol(middle, &end, 10);
    bool is_good = end == last && partition >= 0 && partition <= INT32_MAX;
    *place = (struct audit_position){
        .topic = arena_copy(arena, (struct slice){cause, (size_t)(middle - cause) - 1}),
        .partition = (int32_t)partition,
        .input_offset = strtoll(last + 1, &end, 10)};
    return is_good && *end == '\0' && slice_is_utf8(place->topic);
}

/* All that it reads is in `arena`, and of no use afterwards. */
static bool look_up(struct audit_round *round, struct arena *arena,
                    struct audit_pending *const *items, size_t count, bool are_dead_letters,
                    struct error *err) {
    struct slice *events = arena_array(arena, count, sizeof(*events));
    struct audit_position *places = arena_array(arena, count, sizeof(*places));
    struct audit_position *found = NULL;
    struct map by_id;
    size_t events_count = 0;
    size_t places_count = 0;
    size_t found_count = 0;
    map_init(&by_id, arena, count * 4);
    for (size_t i = 0; i < count; i++) {
        items[i]->is_looked_up = true;
        if (items[i]->cause == NULL || !slice_is_utf8(slice_of(items[i]->cause)))
            continue;
        if (!are_dead_letters) {
            events[events_count++] = slice_of(items[i]->cause);
            continue;
        }
        /* What was tried again has its later dead letters elsewhere, under its id. */
        size_t size = strcspn(items[i]->cause, "\n");
        struct slice place = arena_copy(arena, (struct slice){items[i]->cause, size});
        if (read_place(arena, place.data, &places[places_count]))
            places_count++;
        if (items[i]->cause[size] != '\0' && items[i]->cause[size + 1] != '\0')
            events[events_count++] = slice_of(items[i]->cause + size + 1);
    }
    if (!audit_store_outputs(&round->store, arena, events, events_count, places, places_count,
                             &found, &found_count, err))
        return false;
    for (size_t i = 0; i < found_count; i++) {
        struct output *first = NULL;
        if (!audit_unpack(arena, found[i].outputs, &first, err))
            return false;
        for (struct output *output = first; output != NULL; output = output->next)
            map_put(&by_id, audit_id_slice(&output->id), slice_none(), &found[i]);
    }
    for (size_t i = 0; i < count; i++) {
        const struct audit_position *row =
            map_get(&by_id, audit_id_slice(&items[i]->id), slice_none());
        if (row == NULL)
            continue;
        items[i]->is_stored = true;
        items[i]->input = topic_find(row->topic);
        items[i]->input_partition = row->partition;
        items[i]->input_offset = row->input_offset;
    }
    return true;
}

bool audit_look_up(struct audit_round *round, size_t place, size_t from, size_t to,
                   struct error *err) {
    bool are_dead_letters = round->reader->places[place].topic->types[0] == NULL;
    struct arena scratch;
    bool ok = true;
    arena_init(&scratch);
    while (ok && from < to) {
        struct audit_pending *items[LOOK_UP_MOST];
        size_t count = 0;
        for (; from < to && count < LOOK_UP_MOST; from++)
            if (!round->places[place].items[from].is_looked_up)
                items[count++] = &round->places[place].items[from];
        arena_reset(&scratch, AUDIT_SCRATCH_BYTES);
        ok = count == 0 || (audit_goes_on(round, err) &&
                            look_up(round, &scratch, items, count, are_dead_letters, err));
    }
    arena_fini(&scratch);
    return ok;
}
