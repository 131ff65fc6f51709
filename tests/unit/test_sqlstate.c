/* links: runtime */
/* What an SQLSTATE means: whose fault it is, and whether to try again. */
#include "common/runtime/db.h"
#include "tests/unit/check.h"

static const struct {
    const char *name;
    const char *sqlstate;
    bool has_constraint;
    enum error_class expected;
} cases[] = {
    {"connection failure", "08006", false, ERROR_TRANSIENT},
    {"number out of range", "22003", false, ERROR_INVALID},
    {"text that is no UTF-8", "22021", false, ERROR_INVALID},
    {"unique violation, constraint named", "23505", true, ERROR_INVALID},
    {"check violation, constraint named", "23514", true, ERROR_INVALID},
    {"check violation of no constraint: no partition", "23514", false, ERROR_FATAL},
    {"not-null violation: names a column only", "23502", false, ERROR_FATAL},
    {"frozen within a transaction", "25P03", false, ERROR_TRANSIENT},
    {"statement in a failed transaction", "25P02", false, ERROR_FATAL},
    {"write in a read-only transaction", "25006", false, ERROR_FATAL},
    {"wrong password", "28P01", false, ERROR_FATAL},
    {"no such database", "3D000", false, ERROR_FATAL},
    {"serialization failure", "40001", false, ERROR_TRANSIENT},
    {"deadlock", "40P01", false, ERROR_TRANSIENT},
    {"syntax error", "42601", false, ERROR_FATAL},
    {"no such table", "42P01", false, ERROR_FATAL},
    {"no right to the table", "42501", false, ERROR_FATAL},
    {"disk full", "53100", false, ERROR_TRANSIENT},
    {"too many connections", "53300", false, ERROR_TRANSIENT},
    {"program limit", "54000", false, ERROR_FATAL},
    {"lock not free in time", "55P03", false, ERROR_TRANSIENT},
    {"object in use", "55006", false, ERROR_FATAL},
    {"statement_timeout", "57014", false, ERROR_TRANSIENT},
    {"server shuts down", "57P01", false, ERROR_TRANSIENT},
    {"server starts", "57P03", false, ERROR_TRANSIENT},
    {"input or output error", "58030", false, ERROR_TRANSIENT},
    {"file missing in the server", "58P01", false, ERROR_FATAL},
    {"internal error", "XX000", false, ERROR_FATAL},
    {"data corrupted, whatever it names", "XX001", true, ERROR_FATAL},
    {"nothing", "", false, ERROR_FATAL},
};

static void test_classes(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum error_class class = db_error_class(cases[i].sqlstate, cases[i].has_constraint);
        if (class != cases[i].expected) {
            fail_msg("%s (%s): class %d instead of %d", cases[i].name, cases[i].sqlstate,
                     (int)class, (int)cases[i].expected);
        }
    }
}

/* Naming a constraint matters for class 23 and for nothing else. */
static void test_constraint_elsewhere(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *sqlstate = cases[i].sqlstate;
        if (strncmp(sqlstate, "23", 2) != 0) {
            assert_int_equal(db_error_class(sqlstate, true), db_error_class(sqlstate, false));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_constraint_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
