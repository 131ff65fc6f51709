/* links: runtime */
/* Lanes of employers, and what a batch changes about its deadlines: the last word counts. */
#include "common/runtime/rows.h"
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

static void what_was_waited_for_is_told_by_its_sort(void **state) {
    (void)state;
    static const struct {
        const char *kind;
        const char *subject;
        const char *id; /* NULL: nothing of that sort */
    } rows[] = {
        {"subject_known", "contract/K-1", "K-1"}, {"subject_known", "contract/K/1", "K/1"},
        {"subject_known", "contract/", ""},       {"subject_known", "insured/K-1", NULL},
        {"subject_known", "contract", NULL},      {"request", "contract/K-1", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct timer timer = {.kind = slice_of(rows[i].kind),
                                    .subject = slice_of(rows[i].subject)};
        struct slice id = slice_none();
        check_int(rows[i].subject, rows[i].id != NULL, timer_waited_for(&timer, "contract/", &id));
        check_true(rows[i].subject, rows[i].id == NULL || slice_is(id, rows[i].id));
    }
}

static void what_the_timers_waited_for_becomes_keys(void **state) {
    (void)state;
    const struct timer timers[] = {
        {.siren = slice_of("732829320"),
         .kind = slice_of("subject_known"),
         .subject = slice_of("contract/K-1")},
        {.siren = slice_of("732829320"),
         .kind = slice_of("request"),
         .subject = slice_of("contract/K-2")},
        {.siren = slice_of("404833048"),
         .kind = slice_of("subject_known"),
         .subject = slice_of("contract/K-3")},
    };
    struct fixture fixture;
    set_up(&fixture);
    fixture.batch.timers = timers;
    fixture.batch.timers_count = COUNT_OF(timers);
    const struct rows rows = rows_waited_for(&fixture.batch, "contract/");
    const struct subject_key *keys = rows.items;
    assert_int_equal(2, rows.count);
    check_slice("first", "732829320", keys[0].siren);
    check_slice("first", "K-1", keys[0].subject);
    check_slice("second", "404833048", keys[1].siren);
    check_slice("second", "K-3", keys[1].subject);
    assert_int_equal(0, rows_waited_for(&fixture.batch, "insured/").count);
    arena_fini(&fixture.arena);
}

static void nothing_asked_is_no_statement(void **state) {
    (void)state;
    struct fixture fixture; /* without a database */
    struct error err;
    void *found = &fixture;
    size_t count = 7;
    set_up(&fixture);
    assert_true(rows_load(&fixture.batch, NULL, rows_of(&siren_columns, NULL, 0),
                          &subject_key_columns, &found, &count, &err));
    assert_null(found);
    assert_int_equal(0, count);
    assert_true(rows_store(&fixture.batch, NULL, rows_at(&siren_columns, NULL, 0), &err));
    arena_fini(&fixture.arena);
}

/* The subject's origin, else that of the timer that is fired, else the record's; always whole. */
static void what_a_timer_causes_follows_from_its_subject_or_from_who_armed_it(void **state) {
    (void)state;
    const struct origin none = {slice_none(), slice_none(), slice_none()};
    const struct origin subject = {slice_of("S"), slice_of("trace-s"), slice_of("state-s")};
    const struct origin armed = {slice_of("A"), slice_of("trace-a"), slice_none()};
    const struct {
        const char *name;
        const struct origin *subject;
        const struct origin *timer; /* NULL: no timer is fired */
        const char *correlation_id;
        const char *traceparent;
    } rows[] = {
        {"the subject's comes first", &subject, &armed, "S", "trace-s"},
        {"a subject without one", &none, &armed, "A", "trace-a"},
        {"nor has the timer", &none, &none, "tick", NULL},
        {"no timer", &none, NULL, "tick", NULL},
        {"no timer is needed", &subject, NULL, "S", "trace-s"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture fixture;
        set_up(&fixture);
        fixture.timer.origin = rows[i].timer == NULL ? none : *rows[i].timer;
        struct record tick = {.message = {.id = slice_of("tick")},
                              .firing = rows[i].timer == NULL ? NULL : &fixture.timer};
        const struct record *part = record_part(&fixture.batch, &tick, fixture.timer.siren,
                                                fixture.timer.subject, rows[i].subject);
        check_slice(rows[i].name, rows[i].correlation_id, part->message.correlation_id);
        check_slice(rows[i].name, rows[i].traceparent, part->message.traceparent);
        arena_fini(&fixture.arena);
    }
}

/* Which of the two was fired last. */
static char fired;

static void fire_first(struct batch *batch, struct record *record, const struct timer *timer) {
    assert_non_null(batch);
    assert_ptr_equal(timer, record->firing);
    assert_non_null(timer);
    fired = '1';
}

static void fire_second(struct batch *batch, struct record *record, const struct timer *timer) {
    assert_non_null(batch);
    assert_ptr_equal(timer, record->firing);
    assert_non_null(timer);
    fired = '2';
}

static void a_timer_is_fired_by_its_kind(void **state) {
    (void)state;
    static const struct firing firings[] = {{"request", fire_first}, {"account_link", fire_second}};
    static const struct worker worker = {
        .name = "affiliation", .firings = firings, .firings_count = COUNT_OF(firings)};
    static const struct {
        const char *kind;
        char fired;
    } rows[] = {{"request", '1'}, {"account_link", '2'}, {"account", '-'}, {"", '-'}};
    struct batch batch = {.worker = &worker};
    struct record record = {0};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct timer timer = {.kind = slice_of(rows[i].kind)};
        fired = '-';
        worker_fire(&batch, &record, &timer);
        check_int(rows[i].kind, rows[i].fired, fired);
        assert_null(record.firing);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_are_those_of_kafka),
        cmocka_unit_test(a_due_timer_is_fired_once),
        cmocka_unit_test(a_decision_in_the_same_batch_keeps_it_from_firing),
        cmocka_unit_test(one_armed_anew_waits_for_its_new_instant),
        cmocka_unit_test(another_subject_is_another_timer),
        cmocka_unit_test(what_was_waited_for_is_told_by_its_sort),
        cmocka_unit_test(what_the_timers_waited_for_becomes_keys),
        cmocka_unit_test(nothing_asked_is_no_statement),
        cmocka_unit_test(what_a_timer_causes_follows_from_its_subject_or_from_who_armed_it),
        cmocka_unit_test(a_timer_is_fired_by_its_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
