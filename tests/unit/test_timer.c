/* links: runtime */
/* Lanes of employers, and what a batch changes about its deadlines: the last word counts. */
#include "common/runtime/batch.h"
#include "tests/unit/check.h"

/* Kafka's own partitioner over 5,040 partitions, computed independently. */
static const struct lane_case {
    const char *siren;
    int32_t lane;
} lanes[] = {
    {"732829320", 4384}, {"404833048", 2194}, {"552008443", 1338}, {"356000000", 3212}, {"", 4041},
};

static void lanes_are_those_of_kafka(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lanes); i++)
        assert_int_equal(timer_lane(slice_of(lanes[i].siren)), lanes[i].lane);
}

static const struct worker some_worker = {.name = "affiliation"};

struct fixture {
    struct arena arena;
    struct batch batch;
    struct timer timer;
};

static void set_up(struct fixture *fixture) {
    *fixture = (struct fixture){0};
    arena_init(&fixture->arena);
    fixture->batch =
        (struct batch){.worker = &some_worker, .arena = &fixture->arena, .now_ms = 1000};
    map_init(&fixture->batch.changes.by_key, &fixture->arena, 4);
    fixture->timer = (struct timer){.siren = slice_of("732829320"),
                                    .worker = slice_of("affiliation"),
                                    .kind = slice_of("request"),
                                    .subject = slice_of("R-1"),
                                    .due_at = 900};
}

static void arm(struct fixture *fixture, int64_t due_at) {
    batch_arm(&fixture->batch, "affiliation", fixture->timer.siren, "request",
              fixture->timer.subject, due_at);
}

static void a_due_timer_is_fired_once(void **state) {
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    assert_true(timer_take(&fixture.batch, &fixture.timer));
    assert_false(timer_take(&fixture.batch, &fixture.timer));
    arena_fini(&fixture.arena);
}

static void a_decision_in_the_same_batch_keeps_it_from_firing(void **state) {
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    arm(&fixture, INSTANT_NONE);
    assert_false(timer_take(&fixture.batch, &fixture.timer));
    arena_fini(&fixture.arena);
}

static void one_armed_anew_waits_for_its_new_instant(void **state) {
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    arm(&fixture, 5000);
    assert_false(timer_take(&fixture.batch, &fixture.timer));
    arena_fini(&fixture.arena);
}

static void another_subject_is_another_timer(void **state) {
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    arm(&fixture, INSTANT_NONE);
    fixture.timer.subject = slice_of("R-2");
    assert_true(timer_take(&fixture.batch, &fixture.timer));
    fixture.timer.kind = slice_of("account_link");
    assert_true(timer_take(&fixture.batch, &fixture.timer));
    fixture.timer.siren = slice_of("404833048");
    assert_true(timer_take(&fixture.batch, &fixture.timer));
    arena_fini(&fixture.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_are_those_of_kafka),
        cmocka_unit_test(a_due_timer_is_fired_once),
        cmocka_unit_test(a_decision_in_the_same_batch_keeps_it_from_firing),
        cmocka_unit_test(one_armed_anew_waits_for_its_new_instant),
        cmocka_unit_test(another_subject_is_another_timer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
