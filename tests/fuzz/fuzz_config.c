/* links: runtime */
/* Settings. The bytes are texts parted by NUL: the INI file, then an override each. What is
 * accepted must be complete; what is refused must say where. */
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/runtime/config.h"
#include "tests/fuzz/fuzz.h"

enum { OVERRIDES_MAX = 8 };

/* The file is one in memory, which is opened by its name in /proc. */
static bool make_file(struct slice text, char path[32], int *descriptor) {
    *descriptor = memfd_create("settings", MFD_CLOEXEC);
    snprintf(path, 32, "/proc/self/fd/%d", *descriptor);
    return *descriptor >= 0 && write(*descriptor, text.data, text.size) == (ssize_t)text.size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct slice rest = {(const char *)data, size};
    struct slice file = cut(&rest, '\0');
    const char *overrides[OVERRIDES_MAX];
    struct config_sources sources = {.overrides = overrides};
    struct arena arena;
    arena_init(&arena);
    while (rest.size > 0 && sources.overrides_count < OVERRIDES_MAX) {
        overrides[sources.overrides_count++] = arena_copy(&arena, cut(&rest, '\0')).data;
    }
    char path[32];
    int descriptor;
    struct settings settings;
    struct error err = {0};
    if (make_file(file, path, &descriptor)) {
        sources.file = path;
        if (config_read(&sources, &arena, &settings, &err)) {
            demand(settings.kafka_count > 0 && settings.secret_file[0] != '\0' &&
                       settings.batch_max_records > 0,
                   "accepted settings are complete", NULL);
        } else {
            demand(err.class == ERROR_FATAL && strcmp(err.code, "CONFIGURATION") == 0 &&
                       err.text[0] != '\0',
                   "settings are refused with a sentence", &err);
        }
    }
    close(descriptor);
    arena_fini(&arena);
    return 0;
}
