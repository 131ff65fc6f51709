/* links: runtime */
/* Where rows of several partitions may be cut between two transactions. */
#include "common/runtime/cut.h"

#include "tests/unit/check.h"

enum { ROWS_MOST = 8 };

static const struct cut_case {
    const char *name;
    struct cut_row rows[ROWS_MOST];
    size_t count;
    size_t enough;
    size_t expected;
} cases[] = {
    {"no rows", {{0}}, 0, 5, 0},
    {"fewer than enough", {{0, 1}, {1, 1}}, 2, 5, 2},
    {"one row is taken at least", {{0, 1}, {0, 2}}, 2, 0, 1},
    {"between two inputs", {{0, 1}, {0, 2}, {0, 3}}, 3, 2, 2},
    {"not within an input that has several rows", {{0, 1}, {0, 1}, {0, 2}}, 3, 1, 2},
    {"partitions in turn", {{0, 1}, {1, 7}, {0, 2}, {1, 8}}, 4, 3, 3},
    {"a later offset first: both go together", {{0, 2}, {0, 1}, {0, 3}}, 3, 1, 2},
    {"another partition in between goes along", {{0, 2}, {1, 5}, {0, 1}, {1, 6}}, 4, 1, 3},
    {"two that are torn, one after the other", {{0, 2}, {1, 6}, {0, 1}, {1, 5}, {0, 3}}, 5, 1, 4},
    {"torn to the end: all", {{0, 9}, {1, 5}, {0, 1}}, 3, 1, 3},
    {"torn only behind", {{1, 5}, {0, 9}, {0, 1}}, 3, 1, 1},
};

static void cuts_leave_whole_inputs(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena arena;
        arena_init(&arena);
        size_t cut = cut_after(&arena, cases[i].rows, cases[i].count, 2, cases[i].enough);
        arena_fini(&arena);
        if (cut != cases[i].expected)
            fail_msg("%s: %zu, not %zu", cases[i].name, cut, cases[i].expected);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(cuts_leave_whole_inputs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
