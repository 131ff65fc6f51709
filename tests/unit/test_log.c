/* links: runtime */
/* Lines on stderr: one per event, whole, below the level dropped. */
#include <stdio.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/base/date.h"
#include "common/runtime/log.h"
#include "tests/unit/check.h"

/* Where stderr goes meanwhile; a pipe holds far more than these lines. */
static int ends[2];
static int kept_stderr;

static int capture(void **state UNUSED) {
    assert_int_equal(pipe(ends), 0);
    kept_stderr = dup(STDERR_FILENO);
    return dup2(ends[1], STDERR_FILENO) < 0;
}

/* Gives stderr back and reads what was written. */
static size_t captured(char *text, size_t capacity) {
    assert_true(dup2(kept_stderr, STDERR_FILENO) >= 0);
    close(kept_stderr);
    close(ends[1]);
    ssize_t size = read(ends[0], text, capacity - 1);
    close(ends[0]);
    assert_true(size >= 0);
    text[size] = '\0';
    return (size_t)size;
}

static void a_line(void **state UNUSED) {
    char text[4096];
    log_line(LOG_LEVEL_WARNING, "affiliation", "slow batch records=%d", 1000);
    captured(text, sizeof(text));
    char *rest = strchr(text, ' ');
    assert_non_null(rest);
    int64_t instant_ms;
    assert_true(instant_parse((struct slice){text, (size_t)(rest - text)}, &instant_ms));
    check_text("after the instant", " warning affiliation: slow batch records=1000\n", rest);
}

static void levels(void **state UNUSED) {
    char text[4096];
    log_set_level(LOG_LEVEL_WARNING);
    log_line(LOG_LEVEL_INFO, "guichet", "dropped");
    log_line(LOG_LEVEL_WARNING, "guichet", "first");
    log_line(LOG_LEVEL_ERROR, "guichet", "second");
    log_set_level(LOG_LEVEL_INFO);
    log_line(LOG_LEVEL_INFO, "guichet", "third");
    captured(text, sizeof(text));
    assert_null(strstr(text, "dropped"));
    assert_non_null(strstr(text, " warning guichet: first\n"));
    assert_non_null(strstr(text, " error guichet: second\n"));
    assert_non_null(strstr(text, " info guichet: third\n"));
}

static void one_event_is_one_line(void **state UNUSED) {
    char text[8192];
    log_line(LOG_LEVEL_INFO, "guichet", "%s", "two\nlines\tand\x1b[31m colour");
    log_line(LOG_LEVEL_INFO, "guichet", "%05000d", 7); /* over the bound: cut */
    size_t size = captured(text, sizeof(text));
    assert_non_null(strstr(text, "guichet: two lines and [31m colour\n"));
    char *second = strchr(text, '\n') + 1;
    check_int("the bound of a line", 2047, strlen(second));
    check_int("the only newline is the last byte", size - 1, strchr(second, '\n') - text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_line, capture),
        cmocka_unit_test_setup(levels, capture),
        cmocka_unit_test_setup(one_event_is_one_line, capture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
