#include "common/runtime/zone_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 256, FILE_BYTES_MAX = 64 * 1024 };

bool zone_file_read(const char *name, struct zone *zone, struct error *err) {
    char path[PATH_SIZE];
    snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "%s: %s (package tzdata)", path,
                         strerror(errno));
    }
    char bytes[FILE_BYTES_MAX];
    size_t size = fread(bytes, 1, sizeof(bytes), file);
    bool is_read = ferror(file) == 0;
    fclose(file);
    if (!is_read) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "%s: cannot be read", path);
    }
    return zone_parse((struct slice){bytes, size}, zone, err) || error_prefix(err, "%s", path);
}
