/* What a log still says about the records that were last read of it: timestamp and checksum, to be
 * compared with what the database noted. */
#ifndef GUICHET_RUNTIME_EVIDENCE_H
#define GUICHET_RUNTIME_EVIDENCE_H

#include "common/base/error.h"
#include "common/runtime/settings.h"

struct evidence {
    const char *topic; /* asked for: the record at exactly that offset, */
    int32_t partition; /* each partition once */
    int64_t offset;
    bool is_answered;
    bool is_found; /* false: it is not there any more */
    int64_t timestamp_ms;
    int64_t checksum;
};

/* Reads all of them at once. `group` is the worker's, for whose topics it has the right; it is not
 * joined. ERROR_TRANSIENT if the broker does not answer in time. */
MUST_CHECK bool evidence_read(const struct settings *settings, const char *group,
                              struct evidence *items, size_t count, struct error *err);

#endif
