/* links: runtime */
/* A stored batch that is published in several transactions is cut between whole inputs. */
#include "common/runtime/cut.h"

#include "tests/unit/check.h"

enum { ROWS_MOST = 16, CUTS_MOST = 8 };

/* Rows of partitions 0 and 1; cuts end with a 0. */
static const struct cut_case {
    const char *name;
    size_t enough;
    size_t count;
    struct cut_row rows[ROWS_MOST];
    size_t cuts[CUTS_MOST];
} cases[] = {
    {"nothing", 2, 0, {{0, 0}}, {0}},
    {"one partition", 2, 5, {{0, 1}, {0, 2}, {0, 3}, {0, 7}, {0, 9}}, {2, 2, 1}},
    {"one by one", 1, 3, {{0, 1}, {1, 1}, {0, 2}}, {1, 1, 1}},
    {"more than there are", 100, 3, {{0, 1}, {1, 1}, {0, 2}}, {3}},
    {"the parts of an input stay together",
     2,
     6,
     {{0, 1}, {0, 2}, {0, 2}, {0, 2}, {0, 3}, {1, 1}},
     {4, 2}},
    {"a later input that was decided first waits for the earlier one",
     1,
     6,
     {{0, 1}, {0, 5}, {1, 8}, {0, 2}, {0, 3}, {0, 6}},
     {1, 4, 1}},
    {"a tick between, which is decided last",
     2,
     6,
     {{1, 4}, {0, 1}, {1, 6}, {0, 2}, {0, 3}, {1, 5}},
     {2, 4}},
    {"a tick of a partition of its own", 2, 5, {{0, 1}, {0, 2}, {0, 3}, {1, 50}, {1, 50}}, {2, 3}},
    {"another partition in between goes along", 1, 4, {{0, 2}, {1, 5}, {0, 1}, {1, 6}}, {3, 1}},
    {"two that are torn, one after the other",
     1,
     5,
     {{0, 2}, {1, 6}, {0, 1}, {1, 5}, {0, 3}},
     {4, 1}},
    {"torn to the end", 1, 4, {{0, 4}, {0, 3}, {0, 2}, {0, 1}}, {4}},
};

static void it_is_cut_between_whole_inputs(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct cut_case *c = &cases[i];
        CLEANUP(arena_fini) struct arena arena;
        struct cutting cutting;
        arena_init(&arena);
        cutting_init(&cutting, &arena, c->rows, c->count, 2);
        for (size_t n = 0; n < CUTS_MOST && c->cuts[n] > 0; n++)
            check_int(c->name, (long)c->cuts[n], (long)cutting_next(&cutting, c->enough));
        check_int(c->name, (long)c->count, (long)cutting.taken);
        check_int(c->name, 0, (long)cutting_next(&cutting, c->enough));
    }
}

static void a_batch_without_rows(void **state UNUSED) {
    struct cutting cutting = {0};
    assert_int_equal(0, cutting_next(&cutting, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_cut_between_whole_inputs),
        cmocka_unit_test(a_batch_without_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
