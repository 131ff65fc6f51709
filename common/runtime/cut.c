#include "common/runtime/cut.h"

/* For each row, the lowest offset of its partition among the rows behind it. */
static int64_t *lowest_behind(struct arena *arena, const struct cut_row *rows, size_t count,
                              size_t places) {
    int64_t *behind = arena_array(arena, count, sizeof(*behind));
    int64_t *lowest = arena_array(arena, places, sizeof(*lowest));
    for (size_t i = 0; i < places; i++)
        lowest[i] = INT64_MAX;
    for (size_t i = count; i-- > 0;) {
        int64_t *of = &lowest[rows[i].place];
        behind[i] = *of;
        *of = rows[i].offset < *of ? rows[i].offset : *of;
    }
    return behind;
}

size_t cut_after(struct arena *arena, const struct cut_row *rows, size_t count, size_t places,
                 size_t enough) {
    const int64_t *behind = lowest_behind(arena, rows, count, places);
    int64_t *highest = arena_array(arena, places, sizeof(*highest)); /* so far */
    bool *is_torn = arena_array(arena, places, sizeof(*is_torn));    /* by a cut here */
    size_t torn = 0;
    for (size_t i = 0; i < places; i++)
        highest[i] = -1;
    for (size_t i = 0; i < count; i++) {
        size_t place = rows[i].place;
        highest[place] = rows[i].offset > highest[place] ? rows[i].offset : highest[place];
        torn -= is_torn[place] ? 1 : 0;
        is_torn[place] = highest[place] >= behind[i];
        torn += is_torn[place] ? 1 : 0;
        if (i + 1 >= enough && torn == 0)
            return i + 1;
    }
    return count;
}
