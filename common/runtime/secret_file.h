/* A file that holds a key: raw bytes, readable by its owner alone. Every error is ERROR_FATAL
 * "CONFIGURATION" and names the file, its setting and what to do. */
#ifndef GUICHET_RUNTIME_SECRET_FILE_H
#define GUICHET_RUNTIME_SECRET_FILE_H

#include <stddef.h>

#include "common/base/error.h"

struct secret_file {
    const char *path;
    const char *setting; /* for messages: "guichet.secret_file" */
};

bool secret_file_exists(const struct secret_file *file);

/* Writes the file whole or not at all, mode 0600, durably; makes its directory (mode 0700) if only
 * that is missing. A file that another process made meanwhile stays, and counts as success. */
MUST_CHECK bool secret_file_create(const struct secret_file *file, const unsigned char *bytes,
                                   size_t size, struct error *err);

/* Reads exactly `size` bytes of a regular file that neither group nor others may touch. */
MUST_CHECK bool secret_file_read(const struct secret_file *file, unsigned char *bytes, size_t size,
                                 struct error *err);

#endif
