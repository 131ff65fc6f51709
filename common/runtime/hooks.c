#include "common/runtime/hooks.h"

#ifdef TEST_HOOKS
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

void hook_pass(const char *point) {
    static atomic_int passed;
    const char *wanted = getenv("GUICHET_TEST_CRASH");
    if (wanted == NULL)
        return;
    size_t length = strcspn(wanted, ":");
    if (strlen(point) != length || strncmp(wanted, point, length) != 0)
        return;
    int nth = wanted[length] == ':' ? (int)strtol(wanted + length + 1, NULL, 10) : 1;
    if (atomic_fetch_add(&passed, 1) + 1 == nth)
        (void)raise(SIGKILL);
}
#else
/* ISO C wants a declaration in every translation unit. */
extern const char hooks_are_compiled_out;
#endif
