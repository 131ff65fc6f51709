/* The few compiler attributes the code uses, under readable names. Nothing here has control flow.
 */
#ifndef GUICHET_BASE_COMPILER_H
#define GUICHET_BASE_COMPILER_H

/* The caller must look at the result. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* The function takes a printf format at argument `text` and its values from argument `first`. */
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

/* The variable is released by `function(&variable)` when it leaves its scope. */
#define CLEANUP(function) __attribute__((cleanup(function)))

/* The parameter is part of an interface and not needed here. */
#define UNUSED __attribute__((unused))

/* Number of elements of an array (never of a pointer). */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
