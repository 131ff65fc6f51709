#include "common/runtime/cut.h"

void cutting_init(struct cutting *cutting, struct arena *arena, const struct cut_row *rows,
                  size_t count, size_t places_count) {
    *cutting = (struct cutting){.rows = rows,
                                .count = count,
                                .behind = arena_array(arena, count, sizeof(int64_t)),
                                .highest = arena_array(arena, places_count, sizeof(int64_t)),
                                .is_torn = arena_array(arena, places_count, sizeof(bool))};
    int64_t *lowest = arena_array(arena, places_count, sizeof(*lowest));
    for (size_t i = 0; i < places_count; i++) {
        cutting->highest[i] = -1;
        lowest[i] = INT64_MAX;
    }
    for (size_t i = count; i-- > 0;) {
        int64_t *of_place = &lowest[rows[i].place];
        cutting->behind[i] = *of_place;
        *of_place = rows[i].offset < *of_place ? rows[i].offset : *of_place;
    }
}

size_t cutting_next(struct cutting *cutting, size_t enough) {
    size_t from = cutting->taken;
    size_t torn = 0; /* partitions; none is where the last cut was */
    while (cutting->taken < cutting->count) {
        const struct cut_row *row = &cutting->rows[cutting->taken];
        int64_t *highest = &cutting->highest[row->place];
        bool *is_torn = &cutting->is_torn[row->place];
        *highest = row->offset > *highest ? row->offset : *highest;
        torn -= *is_torn ? 1 : 0;
        *is_torn = *highest >= cutting->behind[cutting->taken];
        torn += *is_torn ? 1 : 0;
        cutting->taken++;
        if (cutting->taken - from >= enough && torn == 0)
            break;
    }
    return cutting->taken - from;
}
