/* links: affiliation_core */
/* An employee who leaves: which of his affiliations a last day is about, and what it changes. */
#include "common/base/compiler.h"
#include "tests/unit/check_date.h"
#include "workers/affiliation/ending.h"

static int32_t day_of(const char *text) {
    return text == NULL ? DATE_NONE : date_of(text);
}

enum { TERMS = 3 };

struct row {
    const char *name;
    const char *terms[TERMS][2]; /* first and last day, in order of acceptance; NULL: none, open */
    const char *ended_on;
    int index; /* of the term that ends; -1: nothing happens */
    const char *rules;
};

static const struct row rows[] = {
    /* clang-format off */
    {"an open one, while it runs", {{"2026-01-01", NULL}}, "2026-11-30", 0, "AFFILIATION_ENDED"},
    {"on its first day", {{"2026-01-01", NULL}}, "2026-01-01", 0, "AFFILIATION_ENDED"},
    {"the day before it begins", {{"2026-01-01", NULL}}, "2025-12-31", 0,
     "AFFILIATION_ENDED,NEVER_BEGAN"},
    {"the same last day again", {{"2026-01-01", "2026-11-30"}}, "2026-11-30", -1, "NO_EFFECT"},
    {"an earlier last day", {{"2026-01-01", "2026-11-30"}}, "2026-11-29", 0, "END_CORRECTED"},
    {"a later last day", {{"2026-01-01", "2026-11-30"}}, "2026-12-01", 0, "END_CORRECTED"},
    {"a last day before it began, where another was told", {{"2026-01-01", "2026-11-30"}},
     "2025-12-31", 0, "END_CORRECTED,NEVER_BEGAN"},
    {"that it never began, again", {{"2026-01-01", "2025-12-31"}}, "2025-12-31", -1, "NO_EFFECT"},
    {"it began after all", {{"2026-01-01", "2025-12-31"}}, "2026-02-28", 0, "END_CORRECTED"},
    {"hired again: the second runs", {{"2025-01-01", "2025-06-30"}, {"2026-01-01", NULL}},
     "2026-11-30", 1, "AFFILIATION_ENDED"},
    {"hired again, accepted in the other order",
     {{"2026-01-01", NULL}, {"2025-01-01", "2025-06-30"}}, "2026-11-30", 0, "AFFILIATION_ENDED"},
    {"hired again: a day of the first corrects it",
     {{"2025-01-01", "2025-06-30"}, {"2026-01-01", NULL}}, "2025-05-31", 0, "END_CORRECTED"},
    {"hired again: the first one's last day again",
     {{"2025-01-01", "2025-06-30"}, {"2026-01-01", NULL}}, "2025-06-30", -1, "NO_EFFECT"},
    {"hired again: a day between them, the second never begins",
     {{"2025-01-01", "2025-06-30"}, {"2026-01-01", NULL}}, "2025-12-31", 1,
     "AFFILIATION_ENDED,NEVER_BEGAN"},
    {"both have ended: a day between them corrects the first",
     {{"2025-01-01", "2025-06-30"}, {"2026-01-01", "2026-03-31"}}, "2025-07-31", 0,
     "END_CORRECTED"},
    {"both have ended: a day after them corrects the second",
     {{"2025-01-01", "2025-06-30"}, {"2026-01-01", "2026-03-31"}}, "2026-04-30", 1,
     "END_CORRECTED"},
    {"both have ended: a day before them", {{"2025-01-01", "2025-06-30"},
     {"2026-01-01", "2026-03-31"}}, "2024-12-31", 0, "END_CORRECTED,NEVER_BEGAN"},
    {"two are to begin: the first of them", {{"2025-01-01", "2025-06-30"}, {"2027-01-01", NULL},
     {"2026-01-01", NULL}}, "2025-08-31", 2, "AFFILIATION_ENDED,NEVER_BEGAN"},
    {"one of the same first day never began: the other",
     {{"2026-01-01", "2025-12-31"}, {"2026-01-01", NULL}}, "2026-11-30", 1, "AFFILIATION_ENDED"},
    /* clang-format on */
};

static void each_last_day(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct affiliation_term terms[TERMS];
        struct ending_facts facts = {.ending.ended_on = date_of(rows[i].ended_on),
                                     .terms.items = terms};
        struct ending_decision decision;
        char rules[64] = "";
        while (facts.terms.count < TERMS && rows[i].terms[facts.terms.count][0] != NULL) {
            const char *const *term = rows[i].terms[facts.terms.count];
            terms[facts.terms.count++] =
                (struct affiliation_term){slice_of("R-1"), date_of(term[0]), day_of(term[1])};
        }
        ending_decide(&facts, &decision);
        check_int(rows[i].name, rows[i].index >= 0, decision.has_effect);
        if (decision.has_effect) {
            check_int(rows[i].name, rows[i].index, (int64_t)decision.index);
        }
        for (size_t k = 0; k < decision.rules_count; k++) {
            (void)strcat(strcat(rules, k > 0 ? "," : ""), decision.rules[k]);
        }
        check_text(rows[i].name, rows[i].rules, rules);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_last_day)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
