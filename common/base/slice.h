/* A piece of text or bytes that somebody else owns: pointer and length, not terminated.
 * `data == NULL` means absent; an empty text has data != NULL and size 0. */
#ifndef GUICHET_BASE_SLICE_H
#define GUICHET_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
    const char *data;
    size_t size;
};

/* printf of a slice: printf("%.*s", SLICE_FORMAT(s)). */
#define SLICE_FORMAT(s) (int)(s).size, (s).data == NULL ? "" : (s).data

/* A slice of a string literal, usable in static tables. */
#define SLICE_LITERAL(text)                                                                        \
    { (text), sizeof(text) - 1 }

/* The absent slice. */
struct slice slice_none(void);

/* A slice over a terminated string; NULL gives the absent slice. The bytes stay the caller's. */
struct slice slice_of(const char *text);

bool slice_is_present(struct slice s);

/* Same bytes; two absent slices are equal, an absent and an empty one are not. */
bool slice_equal(struct slice a, struct slice b);

/* Equal to a terminated string. */
bool slice_is(struct slice s, const char *text);

/* Byte order, the shorter of two with a common start first; absent sorts first. For qsort-like use.
 */
int slice_compare(struct slice a, struct slice b);

bool slice_starts_with(struct slice s, const char *prefix);

/* FNV-1a, 64 bit: for tables in memory, never for anything stored or secret. */
uint64_t slice_hash(struct slice s);

/* Number of Unicode code points; `s` must be valid UTF-8. */
size_t slice_code_points(struct slice s);

/* True if `s` is well-formed UTF-8 (no surrogates, no overlong forms). */
bool slice_is_utf8(struct slice s);

/* A list of slices, owned by an arena or a static table. */
struct slice_list {
    const struct slice *items;
    size_t count;
};

bool slice_list_has(struct slice_list list, struct slice s);

/* The same slices in the same order. */
bool slice_list_equal(struct slice_list a, struct slice_list b);

#endif
