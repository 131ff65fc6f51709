/* links: runtime */
/* The simulated clock's arithmetic: it follows the real one, never goes back, never overflows and
 * stands still at the end of 2099. */
#include "common/base/compiler.h"
#include "common/base/date.h"
#include "common/record/shape.h"
#include "common/runtime/clock.h"
#include "tests/unit/check.h"
#include "tests/unit/random.h"

#define FRIDAY_MS INT64_C(1795186800000) /* 2026-11-20T15:00:00Z */
#define REAL_MS INT64_C(1800000000000)
#define YEAR_MS INT64_C(31556952000)

static void real_clock(void **state UNUSED) {
    static const struct clock real = {.is_simulated = false};
    check_int("the moment given", REAL_MS, clock_at_ms(&real, REAL_MS));
    check_int("before 1970", -5, clock_at_ms(&real, -5));
    int64_t before = clock_real_ms();
    int64_t now = clock_now_ms(&real);
    check_true("between two readings", before <= now && now <= clock_real_ms());
    check_true("of this century", now > FIELD_INSTANT_MIN);
}

static void simulated_clock(void **state UNUSED) {
    static const struct {
        const char *name;
        int64_t from_ms;
        int32_t rate;
        int64_t elapsed_ms;
        int64_t expected_ms;
    } rows[] = {
        {"at the anchor", FRIDAY_MS, 3600, 0, FRIDAY_MS},
        {"as fast as the real one", FRIDAY_MS, 1, 1234, FRIDAY_MS + 1234},
        {"an hour a second", FRIDAY_MS, 3600, 1000, FRIDAY_MS + 3600000},
        {"one millisecond at the highest rate", FRIDAY_MS, 1000000, 1, FRIDAY_MS + 1000000},
        {"a real clock behind the anchor's", FRIDAY_MS, 3600, -60000, FRIDAY_MS},
        {"a real clock years behind", FRIDAY_MS, 1000000, -50 * YEAR_MS, FRIDAY_MS},
        {"fifty years at the highest rate", FRIDAY_MS, 1000000, 50 * YEAR_MS, FIELD_INSTANT_MAX},
        {"as long as a real clock can run", FIELD_INSTANT_MIN, 1000000, INT64_MAX / 2,
         FIELD_INSTANT_MAX},
        {"on the last millisecond", FIELD_INSTANT_MAX - 7000, 7, 1000, FIELD_INSTANT_MAX},
        {"one step before it", FIELD_INSTANT_MAX - 7000, 7, 999, FIELD_INSTANT_MAX - 7},
        {"a step that would go past it", FIELD_INSTANT_MAX - 6999, 7, 1000, FIELD_INSTANT_MAX},
        {"anchored at the end", FIELD_INSTANT_MAX, 1, 1, FIELD_INSTANT_MAX},
        {"anchored at the end, still there", FIELD_INSTANT_MAX, 1, 0, FIELD_INSTANT_MAX},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct clock clock = {true, rows[i].from_ms, REAL_MS, rows[i].rate};
        check_int(rows[i].name, rows[i].expected_ms,
                  clock_at_ms(&clock, REAL_MS + rows[i].elapsed_ms));
    }
}

static void moved_clock(void **state UNUSED) {
    static const struct {
        const char *name;
        int64_t start_ms;
        int32_t rate;
        bool is_moved;
        int64_t then_ms;  /* at the move, ten seconds after the anchor */
        int64_t later_ms; /* one second after the move */
    } rows[] = {
        {"another rate, without a jump", INSTANT_NONE, 10, true, FRIDAY_MS + 1000000,
         FRIDAY_MS + 1010000},
        {"a later start", FRIDAY_MS + YEAR_MS, 2, true, FRIDAY_MS + YEAR_MS,
         FRIDAY_MS + YEAR_MS + 2000},
        {"a start at the simulated now", FRIDAY_MS + 1000000, 1, true, FRIDAY_MS + 1000000,
         FRIDAY_MS + 1001000},
        {"a start just before it", FRIDAY_MS + 999999, 1, false, FRIDAY_MS + 1000000,
         FRIDAY_MS + 1100000},
        {"a start before the anchor", FRIDAY_MS - YEAR_MS, 1, false, FRIDAY_MS + 1000000,
         FRIDAY_MS + 1100000},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct clock clock = {true, FRIDAY_MS, REAL_MS, 100};
        int64_t real_ms = REAL_MS + 10000;
        bool is_moved = clock_move(&clock, rows[i].start_ms, rows[i].rate, real_ms);
        check_int(rows[i].name, rows[i].is_moved, is_moved);
        check_int(rows[i].name, rows[i].then_ms, clock_at_ms(&clock, real_ms));
        check_int(rows[i].name, rows[i].later_ms, clock_at_ms(&clock, real_ms + 1000));
    }
}

/* Whatever moves it, simulated time goes on from where it stood. */
static void never_goes_back(void **state UNUSED) {
    uint64_t random = 4;
    struct clock clock = {true, FRIDAY_MS, REAL_MS, 1};
    int64_t real_ms = REAL_MS;
    int64_t seen_ms = FRIDAY_MS;
    for (int i = 0; i < 100000; i++) {
        real_ms += random_between(&random, 0, 1000);
        int64_t now_ms = clock_at_ms(&clock, real_ms);
        assert_true(now_ms >= seen_ms && now_ms <= FIELD_INSTANT_MAX);
        int32_t rate = (int32_t)random_between(&random, 1, 1001);
        int64_t start_ms = now_ms + random_between(&random, -5000, 5000);
        bool is_asked = random_between(&random, 0, 2) == 0;
        assert_int_equal(clock_move(&clock, is_asked ? start_ms : INSTANT_NONE, rate, real_ms),
                         !is_asked || start_ms >= now_ms);
        seen_ms = now_ms;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_clock),
        cmocka_unit_test(simulated_clock),
        cmocka_unit_test(moved_clock),
        cmocka_unit_test(never_goes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
