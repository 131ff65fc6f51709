#include "common/runtime/hooks.h"

#ifdef TEST_HOOKS
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/runtime/clock.h"

enum { GATE_POLL_MS = 5 };

/* What follows the point's name and a colon in the variable, "" if nothing does; NULL if the
 * variable names another point, or is not set. */
static const char *argument_of(const char *variable, const char *point) {
    const char *wanted = getenv(variable);
    if (wanted == NULL)
        return NULL;
    size_t length = strcspn(wanted, ":");
    if (strlen(point) != length || strncmp(wanted, point, length) != 0)
        return NULL;
    return wanted[length] == ':' ? wanted + length + 1 : "";
}

/* Sends the process the signal at the passing that the variable names. */
static void signal_at(const char *variable, const char *point, atomic_int *passed, int number) {
    const char *nth = argument_of(variable, point);
    if (nth == NULL)
        return;
    if (atomic_fetch_add(passed, 1) + 1 == (nth[0] == '\0' ? 1 : (int)strtol(nth, NULL, 10)))
        (void)raise(number);
}

void hook_pass(const char *point) {
    static atomic_int crashed;
    static atomic_int frozen;
    const char *gate = argument_of("GUICHET_TEST_GATE", point);
    while (gate != NULL && access(gate, F_OK) == 0)
        clock_sleep_ms(GATE_POLL_MS);
    signal_at("GUICHET_TEST_FREEZE", point, &frozen, SIGSTOP);
    signal_at("GUICHET_TEST_CRASH", point, &crashed, SIGKILL);
}

bool hook_is_sabotaged(const char *name) {
    const char *at = getenv("GUICHET_TEST_SABOTAGE");
    while (at != NULL) {
        size_t length = strcspn(at, ",");
        if (strlen(name) == length && strncmp(at, name, length) == 0)
            return true;
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    return false;
}
#else
/* ISO C wants a declaration in every translation unit. */
extern const char hooks_are_compiled_out;
#endif
