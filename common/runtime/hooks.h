/* Named points at which a test build dies by SIGKILL when GUICHET_TEST_CRASH=<point>[:<n>] says so
 * (n: at the nth passing, from 1). Nothing of it exists in a production build. */
#ifndef GUICHET_RUNTIME_HOOKS_H
#define GUICHET_RUNTIME_HOOKS_H

#ifdef TEST_HOOKS
void hook_pass(const char *point);
#else
static inline void hook_pass(const char *point) {
    (void)point;
}
#endif

#endif
