/* Named points of a test build, at which it is killed, frozen or held up, and the switches that
 * leave out one precaution each, so that the tests can show that they would notice. Nothing of it
 * exists in a production build. The environment says what happens (n: at the nth passing, from 1):
 *   GUICHET_TEST_CRASH=<point>[:<n>]    dies by SIGKILL
 *   GUICHET_TEST_FREEZE=<point>[:<n>]   stops by SIGSTOP
 *   GUICHET_TEST_GATE=<point>:<path>    the thread waits there as long as the file exists
 *   GUICHET_TEST_SABOTAGE=<name>[,...]  see tests/chaos/sabotage.py, and besides
 *                                       hasty_revoke: partitions are given away without waiting
 *                                       for what is queued of them
 *                                       no_auditor: nothing is compared
 *                                       short_grace: the auditor waits for seconds only
 *                                       short_memory: besides, it keeps a few records only
 *                                       short_wait: commands wait for a worker for a second only */
#ifndef GUICHET_RUNTIME_HOOKS_H
#define GUICHET_RUNTIME_HOOKS_H

#include <stdbool.h>

#ifdef TEST_HOOKS
void hook_pass(const char *point);
bool hook_is_sabotaged(const char *name);
#else
static inline void hook_pass(const char *point) {
    (void)point;
}
static inline bool hook_is_sabotaged(const char *name) {
    (void)name;
    return false;
}
#endif

#endif
