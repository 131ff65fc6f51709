/* links: runtime */
/* What may be done about a partition: for each verdict, what the remedy would move, and why it is
 * refused where it is. */
#include "common/runtime/remedy.h"

#include "common/base/compiler.h"
#include "tests/unit/check.h"

static const struct remedy_case {
    const char *name;
    struct remedy_question question;
    struct markers markers;
    struct remedy_plan expected;
    const char *refusal; /* a part of its sentence; NULL: it is planned */
} cases[] = {
    {"a log that was cut off is read from its beginning",
     {REMEDY_ADOPT, -1, -1},
     {.has_p = true, .p = 20, .has_c = true, .c = 20, .low = 3, .high = 10},
     {.moves_p = true, .is_new_incarnation = true, .p = 3, .c = 3, .publish_from = -1},
     NULL},
    {"what it owes of the old log is published before",
     {REMEDY_ADOPT, -1, -1},
     {.has_p = true, .p = 20, .has_c = true, .c = 18, .low = 3, .high = 10},
     {.moves_p = true, .is_new_incarnation = true, .p = 3, .c = 3, .publish_from = 18},
     NULL},
    {"another log of the same length is read from its beginning",
     {REMEDY_ADOPT, -1, -1},
     {.has_p = true, .p = 5, .has_c = true, .c = 5, .high = 10, .is_other_record = true},
     {.moves_p = true, .is_new_incarnation = true, .publish_from = -1},
     NULL},
    {"the group of another installation is taken over where the database stands",
     {REMEDY_ADOPT, -1, -1},
     {.has_p = true, .p = 5, .has_c = true, .c = 7, .high = 10, .is_other_installation = true},
     {.p = 5, .c = 5, .publish_from = -1},
     NULL},
    {"by a database that knows nothing, where the group stands",
     {REMEDY_ADOPT, -1, -1},
     {.has_c = true, .c = 7, .high = 10, .is_other_installation = true},
     {.moves_p = true, .is_new_incarnation = true, .p = 7, .c = 7, .publish_from = -1},
     NULL},
    {"a new database begins where the group stands",
     {REMEDY_ADOPT, -1, -1},
     {.has_c = true, .c = 7, .high = 10},
     {.moves_p = true, .is_new_incarnation = true, .p = 7, .c = 7, .publish_from = -1},
     NULL},
    {"or where it is told to",
     {REMEDY_ADOPT, 2, -1},
     {.has_c = true, .c = 7, .low = 2, .high = 10},
     {.moves_p = true, .is_new_incarnation = true, .p = 2, .c = 2, .publish_from = -1},
     NULL},
    {"but not before the log",
     {REMEDY_ADOPT, 1, -1},
     {.has_c = true, .c = 7, .low = 2, .high = 10},
     {0},
     "the log begins at 2"},
    {"nor behind it",
     {REMEDY_ADOPT, 11, -1},
     {.has_c = true, .c = 7, .low = 2, .high = 10},
     {0},
     "the log ends at 10"},
    {"a lost database begins at the oldest record",
     {REMEDY_ADOPT, -1, -1},
     {.low = 4, .high = 10},
     {.moves_p = true, .is_new_incarnation = true, .p = 4, .c = 4, .publish_from = -1},
     NULL},
    {"lost offsets are those of the database",
     {REMEDY_ADOPT, -1, -1},
     {.has_p = true, .p = 5, .start = 1, .high = 10},
     {.p = 5, .c = 5, .publish_from = -1},
     NULL},
    {"or are published again from the last one seen",
     {REMEDY_REPUBLISH, -1, 1},
     {.has_p = true, .p = 5, .start = 1, .high = 10, .last_committed = 3},
     {.p = 5, .c = 3, .publish_from = -1},
     NULL},
    {"or from where it is told, if none was seen",
     {REMEDY_REPUBLISH, 2, 1},
     {.has_p = true, .p = 5, .start = 1, .high = 10, .last_committed = -1},
     {.p = 5, .c = 2, .publish_from = -1},
     NULL},
    {"which must be told then",
     {REMEDY_REPUBLISH, -1, 1},
     {.has_p = true, .p = 5, .start = 1, .high = 10, .last_committed = -1},
     {0},
     "--from OFFSET is missing"},
    {"an older database decides again, under other ids",
     {REMEDY_ADOPT, -1, -1},
     {.has_p = true, .p = 4, .has_c = true, .c = 6, .high = 10},
     {.moves_p = true, .is_new_incarnation = true, .p = 4, .c = 4, .publish_from = -1},
     NULL},
    {"deleted input is passed over under the same ids",
     {REMEDY_ADOPT, -1, -1},
     {.has_p = true, .p = 4, .has_c = true, .c = 4, .low = 6, .high = 10},
     {.moves_p = true, .p = 6, .c = 6, .publish_from = -1},
     NULL},
    {"a partition that runs publishes again",
     {REMEDY_REPUBLISH, 3, 0},
     {.has_p = true, .p = 5, .has_c = true, .c = 5, .high = 10},
     {.p = 5, .c = 3, .publish_from = -1},
     NULL},
    {"also while it is publishing",
     {REMEDY_REPUBLISH, 3, 0},
     {.has_p = true, .p = 6, .has_c = true, .c = 5, .high = 10},
     {.p = 6, .c = 3, .publish_from = -1},
     NULL},
    {"but leaves nothing out",
     {REMEDY_REPUBLISH, 5, 0},
     {.has_p = true, .p = 6, .has_c = true, .c = 4, .high = 10},
     {0},
     "what is not published begins at 4"},
    {"nor goes beyond what is decided",
     {REMEDY_REPUBLISH, 5, 0},
     {.has_p = true, .p = 5, .has_c = true, .c = 5, .high = 10},
     {0},
     "decided up to 5"},
    {"nor before what the journal holds",
     {REMEDY_REPUBLISH, 1, 2},
     {.has_p = true, .p = 5, .has_c = true, .c = 5, .high = 10},
     {0},
     "the journal reaches back to 2"},
    {"of which there may be nothing",
     {REMEDY_REPUBLISH, 1, -1},
     {.has_p = true, .p = 5, .has_c = true, .c = 5, .high = 10},
     {0},
     "the journal holds nothing"},
    {"a partition that runs is adopted already",
     {REMEDY_ADOPT, -1, 0},
     {.has_p = true, .p = 5, .has_c = true, .c = 5, .high = 10},
     {0},
     "adopt is no remedy for CONSUME"},
    {"nothing is published again of another log",
     {REMEDY_REPUBLISH, 1, 0},
     {.has_p = true, .p = 5, .has_c = true, .c = 5, .high = 10, .is_other_record = true},
     {0},
     "republish is no remedy for LOG_REPLACED"},
};

static bool is_equal(const struct remedy_plan *a, const struct remedy_plan *b) {
    return a->moves_p == b->moves_p && a->is_new_incarnation == b->is_new_incarnation &&
           a->p == b->p && a->c == b->c && a->publish_from == b->publish_from;
}

static void remedies_follow_the_table(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct remedy_case *one = &cases[i];
        struct remedy_plan plan = {0};
        struct error err = {0};
        bool is_planned = remedy_plan(&one->question, &one->markers, &plan, &err);
        if (is_planned != (one->refusal == NULL) ||
            (is_planned && !is_equal(&plan, &one->expected)) ||
            (!is_planned && strstr(err.text, one->refusal) == NULL))
            fail_msg("%s: p %lld, c %lld, first %lld (%s)", one->name, (long long)plan.p,
                     (long long)plan.c, (long long)plan.publish_from, err.text);
    }
}

/* What is refused has no sentence that promises it, and what stops has a way out. */
static void every_stop_has_a_remedy(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct markers *markers = &cases[i].markers;
        bool adopts = remedy_sentence(REMEDY_ADOPT, markers) != NULL;
        if (verdict_stops(verdict_of(markers)) != adopts)
            fail_msg("%s: %s", cases[i].name, verdict_name(verdict_of(markers)));
    }
}

static void evidence_names_the_numbers(void **state UNUSED) {
    static const struct {
        struct markers markers;
        const char *expected;
    } rows[] = {
        {{.has_p = true, .p = 4, .has_c = true, .c = 7, .low = 1, .high = 9, .last_committed = -1},
         "decided up to 4, published up to 7, log 1 to 9"},
        {{.high = 9, .last_committed = -1},
         "decided up to nowhere, published up to nowhere, "
         "log 0 to 9"},
        {{.has_p = true, .p = 4, .high = 9, .last_committed = 3},
         "decided up to 4, published up to nowhere, log 0 to 9; 3 was the last committed offset "
         "seen"},
        {{.has_p = true, .p = 4, .has_c = true, .c = 4, .low = 6, .high = 9, .last_committed = 4},
         "decided up to 4, published up to 4, log 6 to 9; [4, 6) was deleted unread"},
        {{.has_c = true,
          .c = 4,
          .high = 9,
          .is_other_installation = true,
          .committed_by = "another",
          .last_committed = -1},
         "decided up to nowhere, published up to 4, log 0 to 9; committed by another, which is not "
         "this installation"},
        {{.has_p = true,
          .p = 4,
          .has_c = true,
          .c = 4,
          .high = 9,
          .is_other_record = true,
          .last_offset = 3,
          .last_timestamp_ms = 1000,
          .last_checksum = 0x1f,
          .found_timestamp_ms = 2000,
          .found_checksum = -1,
          .last_committed = -1},
         "decided up to 4, published up to 4, log 0 to 9; record 3 was of 1970-01-01T00:00:01Z "
         "with checksum 000000000000001f, now it is of 1970-01-01T00:00:02Z with "
         "ffffffffffffffff"},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct slice text = verdict_evidence(&arena, &rows[i].markers);
        if (!slice_is(text, rows[i].expected))
            fail_msg("%.*s", SLICE_FORMAT(text));
    }
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remedies_follow_the_table),
        cmocka_unit_test(every_stop_has_a_remedy),
        cmocka_unit_test(evidence_names_the_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
