/* links: termination_core */
/* Journeys up to their confirmation: what comes, in which order, and what silence makes of it. */
#include "common/base/compiler.h"
#include "common/base/words.h"
#include "tests/unit/check_date.h"
#include "workers/termination/termination.h"

#define TEN "2026-12-01T10:00:00+01:00"
#define TEN_PAST_TEN "2026-12-01T10:10:00+01:00"

struct row {
    const char *name;
    const char *state; /* NULL: unknown */
    const char *last_step_at;
    const char *event;
    const char *at;
    const char *expected;
    const char *expected_step_at;
    const char *rules; /* NULL: none */
};

static const struct row rows[] = {
    /* clang-format off */
    {"a click", NULL, NULL, "started", TEN, "started", TEN, "STEP_REACHED"},
    {"identified", "started", TEN, "identified", TEN_PAST_TEN, "identified", TEN_PAST_TEN,
     "STEP_REACHED"},
    {"recap", "identified", TEN, "recap", TEN_PAST_TEN, "recap", TEN_PAST_TEN, "STEP_REACHED"},
    {"a step was skipped", "started", TEN, "recap", TEN_PAST_TEN, "recap", TEN_PAST_TEN,
     "STEP_REACHED"},
    {"identified comes first", NULL, NULL, "identified", TEN, "identified", TEN, "STEP_REACHED"},
    {"recap comes first", NULL, NULL, "recap", TEN, "recap", TEN, "STEP_REACHED"},
    {"the start comes after a step", "identified", TEN_PAST_TEN, "started", TEN, "identified",
     TEN_PAST_TEN, "STEP_REACHED_BEFORE"},
    {"identified comes after the recap", "recap", TEN_PAST_TEN, "identified", TEN, "recap",
     TEN_PAST_TEN, "STEP_REACHED_BEFORE"},
    {"a page is shown again", "recap", TEN, "identified", TEN_PAST_TEN, "recap", TEN_PAST_TEN,
     "STEP_REACHED_BEFORE"},
    {"the start twice", "started", TEN, "started", TEN, "started", TEN, "STEP_REACHED_BEFORE"},
    {"left at the start", "started", TEN, "abandoned", TEN_PAST_TEN, "abandoned", TEN_PAST_TEN,
     "ABANDONED"},
    {"left when identified", "identified", TEN, "abandoned", TEN_PAST_TEN, "abandoned",
     TEN_PAST_TEN, "ABANDONED"},
    {"left at the recap", "recap", TEN, "abandoned", TEN_PAST_TEN, "abandoned", TEN_PAST_TEN,
     "ABANDONED"},
    {"left before anything came", NULL, NULL, "abandoned", TEN, "abandoned", TEN, "ABANDONED"},
    {"left twice", "abandoned", TEN, "abandoned", TEN_PAST_TEN, "abandoned", TEN,
     "ABANDONED_BEFORE"},
    {"a step after it was left", "abandoned", TEN, "recap", TEN_PAST_TEN, "abandoned", TEN,
     "ABANDONED_BEFORE"},
    {"silent for half an hour less a millisecond", "recap", TEN, "idle",
     "2026-12-01T10:29:59.999+01:00", "recap", TEN, NULL},
    {"silent for half an hour", "recap", TEN, "idle", "2026-12-01T10:30:00+01:00", "abandoned", TEN,
     "IDLE"},
    {"silent for a day", "started", TEN, "idle", "2026-12-02T10:00:00+01:00", "abandoned", TEN,
     "IDLE"},
    {"silent when identified", "identified", TEN, "idle", "2026-12-01T10:30:00.001+01:00",
     "abandoned", TEN, "IDLE"},
    {"silence over the autumn change", "started", "2026-10-25T02:50:00+02:00", "idle",
     "2026-10-25T02:15:00+01:00", "started", "2026-10-25T02:50:00+02:00", NULL},
    {"silent half an hour over the autumn change", "started", "2026-10-25T02:50:00+02:00", "idle",
     "2026-10-25T02:20:00+01:00", "abandoned", "2026-10-25T02:50:00+02:00", "IDLE"},
    {"silent half an hour over the spring change", "started", "2026-03-29T01:50:00+01:00", "idle",
     "2026-03-29T03:20:00+02:00", "abandoned", "2026-03-29T01:50:00+01:00", "IDLE"},
    {"silence after it was left", "abandoned", TEN, "idle", "2026-12-02T10:00:00+01:00",
     "abandoned", TEN, NULL},
    {"silence of a journey never heard of", NULL, NULL, "idle", TEN, NULL, NULL, NULL},
    {"silence while its notice waits", "waiting", TEN, "idle", "2026-12-02T10:00:00+01:00",
     "waiting", TEN, NULL},
    {"a step after its notice", "notified", TEN, "recap", TEN_PAST_TEN, "notified", TEN,
     "STEP_AFTER_CONFIRMATION"},
    {"left after its notice", "notified", TEN, "abandoned", TEN_PAST_TEN, "notified", TEN,
     "STEP_AFTER_CONFIRMATION"},
    {"the start after its notice", "waiting", TEN, "started", TEN_PAST_TEN, "waiting", TEN,
     "STEP_AFTER_CONFIRMATION"},
    {"a step after its rejection", "rejected", TEN, "identified", TEN_PAST_TEN, "rejected", TEN,
     "STEP_AFTER_CONFIRMATION"},
    {"left after its withdrawal", "withdrawn", TEN, "abandoned", TEN_PAST_TEN, "withdrawn", TEN,
     "STEP_AFTER_CONFIRMATION"},
    /* clang-format on */
};

static int64_t optional_instant(const char *text) {
    return text == NULL ? INSTANT_NONE : instant_of(text);
}

static enum journey_state state_of(const char *text) {
    return (enum journey_state)words_value(&journey_state_words, slice_of(text));
}

static void moves(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct row *row = &rows[i];
        const struct journey_facts facts = {
            .siren = slice_of("732829320"),
            .journey_id = slice_of("T-1"),
            .event = (enum journey_event)words_value(&journey_event_words, slice_of(row->event)),
            .at = instant_of(row->at),
            .state = state_of(row->state),
            .last_step_at = optional_instant(row->last_step_at),
            .idle_minutes = 30,
        };
        struct journey_decision decision;
        journey_decide(&facts, &decision);
        check_text(row->name, row->expected, words_text(&journey_state_words, (int)decision.state));
        check_int(row->name, optional_instant(row->expected_step_at), decision.last_step_at);
        check_int(row->name, row->rules == NULL ? 0 : 1, decision.rules_count);
        check_text(row->name, row->rules, row->rules == NULL ? NULL : decision.rules[0]);
    }
}

/* Whatever comes but a confirmation, in whatever order: never a notice. */
static void no_path_leads_to_a_notice(void **state UNUSED) {
    enum {
        EVENTS = JOURNEY_EVENT_IDLE,
        LENGTH = 5,
        PATHS = EVENTS * EVENTS * EVENTS * EVENTS * EVENTS
    };
    for (int path = 0; path < PATHS; path++) {
        struct journey_facts facts = {.last_step_at = INSTANT_NONE, .idle_minutes = 30};
        int rest = path;
        for (int step = 0; step < LENGTH; step++, rest /= EVENTS) {
            struct journey_decision decision;
            facts.event = (enum journey_event)(rest % EVENTS + 1);
            facts.at = instant_of(TEN) + (int64_t)step * 30 * 60 * 1000;
            journey_decide(&facts, &decision);
            assert_true(journey_is_open(decision.state));
            assert_true(decision.state >= facts.state);
            facts.state = decision.state;
            facts.last_step_at = decision.last_step_at;
        }
    }
}

/* Every row of the printed table names states that exist, and none stands twice. */
static void table_of_states(void **state UNUSED) {
    size_t count = 0;
    for (const struct transition *row; (row = termination_transition(count)) != NULL; count++) {
        check_true(row->sentence, row->from == NULL || state_of(row->from) != 0);
        check_true(row->sentence, state_of(row->to) != 0);
        for (size_t i = 0; i < count; i++) {
            const struct transition *other = termination_transition(i);
            check_true(row->sentence, !(slice_equal(slice_of(other->from), slice_of(row->from)) &&
                                        slice_equal(slice_of(other->event), slice_of(row->event)) &&
                                        slice_equal(slice_of(other->to), slice_of(row->to))));
        }
    }
    check_int("rows", 38, count);
}

/* The table alone says how steps move a journey. */
static void decided_by_the_table(void **state UNUSED) {
    size_t count = 0;
    const struct transition *row;
    for (size_t i = 0; (row = termination_transition(i)) != NULL; i++) {
        const int event = words_value(&journey_event_words, slice_of(row->event));
        if (event == 0) {
            continue;
        }
        const struct journey_facts facts = {
            .event = (enum journey_event)event,
            .at = instant_of("2026-12-01T11:00:00+01:00"),
            .state = state_of(row->from),
            .last_step_at = row->from == NULL ? INSTANT_NONE : instant_of(TEN),
            .idle_minutes = 30,
        };
        struct journey_decision decision;
        journey_decide(&facts, &decision);
        check_text(row->sentence, row->to, words_text(&journey_state_words, (int)decision.state));
        count++;
    }
    check_int("rows of steps", 13, count);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves),
        cmocka_unit_test(no_path_leads_to_a_notice),
        cmocka_unit_test(table_of_states),
        cmocka_unit_test(decided_by_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
