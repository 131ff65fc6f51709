/* links: affiliation_worker */
/* An employee's affiliations to a contract: how far they reach, and who is covered beside him. */
#include "common/base/compiler.h"
#include "tests/unit/check_date.h"
#include "workers/affiliation/covers.h"

enum { TERMS = 3, PEOPLE = 3 };

static int32_t day_of(const char *text) {
    return text == NULL ? DATE_NONE : date_of(text);
}

/* The covers of an insured with these affiliations, in order of acceptance. */
static struct cover *cover_of(struct arena *arena, struct insured *insured,
                              const char *const terms[TERMS][2]) {
    struct cover *cover = NULL;
    for (size_t i = 0; i < TERMS && terms[i][0] != NULL; i++) {
        struct affiliation_row *row = arena_take(arena, sizeof(*row));
        *row = (struct affiliation_row){.contract_id = slice_of("H1"),
                                        .effective_on = date_of(terms[i][0]),
                                        .ended_on = day_of(terms[i][1])};
        cover = covers_add(arena, insured, row);
    }
    return cover;
}

static void reach_to_their_last_day(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *terms[TERMS][2];
        bool is_any;
        const char *until; /* NULL: open */
    } rows[] = {
        {"an open one", {{"2026-01-01", NULL}}, true, NULL},
        {"an ended one", {{"2026-01-01", "2026-06-30"}}, true, "2026-06-30"},
        {"a day", {{"2026-01-01", "2026-01-01"}}, true, "2026-01-01"},
        {"one that never began", {{"2026-01-01", "2025-12-31"}}, false, NULL},
        {"one that ended, and one that never began",
         {{"2025-01-01", "2025-06-30"}, {"2026-01-01", "2025-12-31"}},
         true,
         "2025-06-30"},
        {"two that ended, the later accepted first",
         {{"2026-01-01", "2026-06-30"}, {"2025-01-01", "2025-06-30"}},
         true,
         "2026-06-30"},
        {"one of two is open", {{"2026-01-01", NULL}, {"2025-01-01", "2025-06-30"}}, true, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena arena CLEANUP(arena_fini);
        struct insured insured = {.covers = NULL};
        int32_t until;
        arena_init(&arena);
        const struct cover *cover = cover_of(&arena, &insured, rows[i].terms);
        check_true(rows[i].name, insured_cover(&insured, slice_of("H1")) == cover);
        check_int(rows[i].name, rows[i].is_any, covers_reach(cover, &until));
        check_int(rows[i].name, day_of(rows[i].until), until);
    }
}

static void count_whom_the_latest_covers(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *terms[TERMS][2];
        const char *people[PEOPLE][2]; /* id, covered from */
        int32_t count;
    } rows[] = {
        {"nobody", {{"2026-01-01", NULL}}, {{NULL}}, 0},
        {"two", {{"2026-01-01", NULL}}, {{"B-1", "2026-01-01"}, {"B-2", "2026-03-01"}}, 2},
        {"the same person twice",
         {{"2026-01-01", NULL}},
         {{"B-1", "2026-01-01"}, {"B-1", "2026-03-01"}},
         1},
        {"those of an affiliation that has ended stay with it",
         {{"2026-01-01", "2026-06-30"}},
         {{"B-1", "2026-01-01"}},
         1},
        {"hired again: the day before",
         {{"2026-01-01", "2026-06-30"}, {"2026-07-01", NULL}},
         {{"B-1", "2026-06-30"}},
         0},
        {"hired again: the first day",
         {{"2026-01-01", "2026-06-30"}, {"2026-07-01", NULL}},
         {{"B-1", "2026-07-01"}},
         1},
        {"hired again: the same person under both",
         {{"2026-01-01", "2026-06-30"}, {"2026-07-01", NULL}},
         {{"B-1", "2026-01-01"}, {"B-1", "2026-07-01"}, {"B-2", "2026-02-01"}},
         1},
        {"anew for the first day of one that never began",
         {{"2026-01-01", "2025-12-31"}, {"2026-01-01", NULL}},
         {{"B-1", "2026-01-01"}},
         1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena arena CLEANUP(arena_fini);
        struct insured insured = {.covers = NULL};
        struct beneficiary_row people[PEOPLE] = {0};
        arena_init(&arena);
        struct cover *cover = cover_of(&arena, &insured, rows[i].terms);
        for (size_t k = 0; k < PEOPLE && rows[i].people[k][0] != NULL; k++) {
            people[k].beneficiary_id = slice_of(rows[i].people[k][0]);
            people[k].coverage_from = date_of(rows[i].people[k][1]);
            covers_add_person(cover, &people[k]);
        }
        check_int(rows[i].name, rows[i].count, covers_people_count(cover));
        check_true(rows[i].name, covers_has_person(cover, slice_of("B-1")) == (rows[i].count > 0));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reach_to_their_last_day),
        cmocka_unit_test(count_whom_the_latest_covers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
