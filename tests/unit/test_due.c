/* links: runtime */
/* What is due in a batch: how a timer that concerns many employers is worked off, and what happens
 * to what the store refuses. */
#include "common/base/compiler.h"
#include "common/runtime/due.h"
#include "tests/unit/check.h"

static size_t fired_count;

static void count_firing(struct batch *batch UNUSED, struct record *record UNUSED,
                         const struct timer *timer UNUSED) {
    fired_count++;
}

static bool spread_nothing(struct batch *batch UNUSED, const struct timer *timer UNUSED,
                           size_t most UNUSED, struct subject_key **subjects UNUSED,
                           size_t *count UNUSED, struct error *err UNUSED) {
    fail_msg("nothing is read here");
    return false;
}

static const struct firing firings[] = {{"calendar", count_firing}, {"request", count_firing}};
static const struct worker some_worker = {.name = "affiliation",
                                          .firings = firings,
                                          .firings_count = COUNT_OF(firings),
                                          .spread = spread_nothing};

static struct timer timer(const char *siren, const char *kind, const char *subject) {
    return (struct timer){.siren = slice_of(siren),
                          .worker = slice_of("affiliation"),
                          .kind = slice_of(kind),
                          .subject = slice_of(subject),
                          .due_at = 900};
}

/* A tick with two timers without employer, the first of which concerns two requests, and one of an
 * employer. */
struct fixture {
    struct arena arena;
    struct batch batch;
    struct record tick;
    struct timer timers[3];
    struct timer spread[2];
    struct due_tick of;
    struct due due;
};
enum { CALENDAR, OTHER_CALENDAR, REQUEST };

static void set_up(struct fixture *f) {
    *f = (struct fixture){0};
    fired_count = 0;
    arena_init(&f->arena);
    f->batch = (struct batch){.worker = &some_worker, .arena = &f->arena, .now_ms = 1000};
    map_init(&f->batch.changes.by_key, &f->arena, 4);
    f->timers[CALENDAR] = timer("", "calendar", "metropole");
    f->timers[OTHER_CALENDAR] = timer("", "calendar", "alsace-moselle");
    f->timers[REQUEST] = timer("732829320", "request", "R-1");
    f->spread[0] = timer("404833048", "calendar", "R-2");
    f->spread[1] = timer("732829320", "calendar", "R-1");
    f->of = (struct due_tick){.tick = &f->tick, .timers = f->timers, .timers_count = 3};
    f->due = (struct due){.ticks = &f->of,
                          .ticks_count = 1,
                          .spreading = &f->of,
                          .spread_of = &f->timers[CALENDAR],
                          .spread = f->spread,
                          .spread_count = 2};
}

/* Fired, or armed for another instant. */
static bool was_touched(struct fixture *f, const struct timer *timer) {
    return !timer_take(&f->batch, timer);
}

static void a_timer_without_employer_is_gone_when_all_it_concerns_was_fired(void **state UNUSED) {
    struct fixture f;
    set_up(&f);
    due_fire_ticks(&f.batch, &f.due);
    assert_int_equal(3, fired_count);
    assert_true(was_touched(&f, &f.timers[CALENDAR]));
    assert_false(was_touched(&f, &f.timers[OTHER_CALENDAR])); /* the next tick */
    assert_true(was_touched(&f, &f.timers[REQUEST]));
    assert_true(f.of.has_more);
    arena_fini(&f.arena);
}

static void it_stays_while_there_may_be_more(void **state UNUSED) {
    struct fixture f;
    set_up(&f);
    f.due.spread_is_full = true;
    due_fire_ticks(&f.batch, &f.due);
    assert_int_equal(3, fired_count);
    assert_false(was_touched(&f, &f.timers[CALENDAR]));
    assert_true(f.of.has_more);
    arena_fini(&f.arena);
}

static void it_stays_when_another_batch_has_armed_it_anew(void **state UNUSED) {
    struct fixture f;
    set_up(&f);
    f.due.spread_of = NULL; /* not due any more when read again */
    f.of.timers_count = 0;
    due_fire_ticks(&f.batch, &f.due);
    assert_int_equal(2, fired_count);
    assert_false(was_touched(&f, &f.timers[CALENDAR]));
    arena_fini(&f.arena);
}

static void a_refused_subject_is_put_off_alone(void **state UNUSED) {
    struct fixture f;
    set_up(&f);
    f.of.timers_count = 1; /* narrowed down by the turn */
    f.due.spread_count = 1;
    f.due.spread_is_full = true;
    due_postpone(&f.batch, &f.due);
    assert_int_equal(0, fired_count);
    assert_true(was_touched(&f, &f.spread[0]));
    assert_false(was_touched(&f, &f.spread[1]));
    assert_false(was_touched(&f, &f.timers[CALENDAR]));
    assert_true(f.of.has_more); /* the others follow at once */
    arena_fini(&f.arena);
}

static void without_a_subject_the_timer_itself_is_put_off(void **state UNUSED) {
    struct fixture f;
    set_up(&f);
    f.of.timers_count = 1;
    f.due.spread_count = 0;
    due_postpone(&f.batch, &f.due);
    assert_true(was_touched(&f, &f.timers[CALENDAR]));
    arena_fini(&f.arena);
}

static void a_refused_deadline_of_an_employer_is_put_off(void **state UNUSED) {
    struct fixture f;
    set_up(&f);
    f.of.timers = &f.timers[REQUEST];
    f.of.timers_count = 1;
    f.due = (struct due){.ticks = &f.of, .ticks_count = 1};
    due_postpone(&f.batch, &f.due);
    assert_int_equal(0, fired_count);
    assert_true(was_touched(&f, &f.timers[REQUEST]));
    assert_false(was_touched(&f, &f.timers[CALENDAR]));
    arena_fini(&f.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timer_without_employer_is_gone_when_all_it_concerns_was_fired),
        cmocka_unit_test(it_stays_while_there_may_be_more),
        cmocka_unit_test(it_stays_when_another_batch_has_armed_it_anew),
        cmocka_unit_test(a_refused_subject_is_put_off_alone),
        cmocka_unit_test(without_a_subject_the_timer_itself_is_put_off),
        cmocka_unit_test(a_refused_deadline_of_an_employer_is_put_off),
    };
    return cmocka_run_group_tests_name("due", tests, NULL, NULL);
}
