/* links: workers */
/* JSON to the struct of each input type. The bytes are a line with the type, then the JSON. What is
 * accepted is written as it is stored, its personal part apart, joined again and read again: it
 * must be the same event. */
#include "common/record/json_read.h"
#include "tests/fuzz/fuzz.h"
#include "workers/workers.h"

static const struct shape *shape_of(struct slice type) {
    for (size_t w = 0; workers[w] != NULL; w++) {
        for (size_t i = 0; i < workers[w]->inputs_count; i++) {
            if (slice_is(type, workers[w]->inputs[i].type)) {
                return workers[w]->inputs[i].shape;
            }
        }
    }
    return NULL;
}

static void check_written(struct arena *arena, const struct shape *shape, const void *value) {
    struct error err = {0};
    struct slice json;
    void *again = arena_take(arena, shape->size);
    struct document written = document_write(arena, shape, value);
    demand(document_join(arena, written, NULL, &json, &err), "what was written is joined", &err);
    demand(json_read_text(arena, shape, json, again, &err), "what was joined is read", &err);
    struct document second = document_write(arena, shape, again);
    demand(slice_equal(written.open, second.open) && slice_equal(written.personal, second.personal),
           "what was read again is written the same", NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct slice rest = {(const char *)data, size};
    const struct shape *shape = shape_of(cut(&rest, '\n'));
    if (shape == NULL) {
        return -1; /* not worth keeping */
    }
    struct arena arena;
    struct error err = {0};
    arena_init(&arena);
    void *value = arena_take(&arena, shape->size);
    if (json_read_text(&arena, shape, rest, value, &err)) {
        const char *name;
        (void)shape_latest_instant(shape, value, &name);
        check_written(&arena, shape, value);
    } else {
        demand(err.class == ERROR_INVALID, "JSON is refused as invalid", &err);
    }
    arena_fini(&arena);
    return 0;
}
