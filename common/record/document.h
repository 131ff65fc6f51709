/* A struct written as JSON, with what is personal held apart. `open` is JSON that anybody may read:
 * each personal value stands as `null` in it. `personal` is the packed list of what was taken out,
 * to be sealed before it is stored. Joining the two gives the JSON the outside sees; joining
 * without the personal part (erased) leaves the nulls. Fields come in the order of the rows,
 * without white space.
 *
 * Layout of `personal`: for each hole u32 position in `open` (of the null), u8 kind, u32 size, then
 * the JSON fragment (HOLE_VALUE) or the unsigned token payload (HOLE_TOKEN); integers big-endian;
 * ascending positions. Empty when nothing is personal. */
#ifndef GUICHET_RECORD_DOCUMENT_H
#define GUICHET_RECORD_DOCUMENT_H

#include "common/base/arena.h"
#include "common/record/shape.h"

struct document {
    struct slice open;
    struct slice personal;
};

/* Turns a token's payload into what is printed (ASCII, no quotes), e.g. by signing it. */
struct token_signer {
    struct slice (*sign)(const void *context, struct arena *arena, struct slice payload);
    const void *context;
};

/* Writes a struct. All text must be valid UTF-8; control characters, quotes and backslashes are
 * escaped. A required field that is absent is our own bug (asserted). */
struct document document_write(struct arena *arena, const struct shape *shape, const void *value);

/* The JSON the outside sees. `signer` may be NULL: tokens stay null then. `personal` may be absent.
 * ERROR_FATAL if the packed part does not fit `open`. */
MUST_CHECK bool document_join(struct arena *arena, struct document document,
                              const struct token_signer *signer, struct slice *json,
                              struct error *err);

#endif
