/* Rows of the journal found by what people have in hand, for `guichet explain`. */
#ifndef GUICHET_COMMANDS_JOURNAL_SEARCH_H
#define GUICHET_COMMANDS_JOURNAL_SEARCH_H

#include "common/runtime/journal.h"

/* A row, whose it is, and whether it is only a part of what its input caused: something about
 * another subject, by a deadline or a wake-up. */
struct found_row {
    struct slice worker;
    bool is_part;
    struct journal_row row;
};

struct found_rows {
    const struct found_row *items;
    size_t count;
};

/* The rows, oldest first, of a subject (`siren/id`, or the id alone: every employer's), else of an
 * input event, else the one row that emitted the event of that id. The last is found by reading the
 * journal backwards and may take long. No row is no error. At most 1,000 rows. */
MUST_CHECK bool journal_search(struct db *db, struct arena *arena, struct slice id,
                               struct found_rows *rows, struct error *err);

#endif
