#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/runtime/config.h"
#include "workers/commands/demo.h"

enum { FILES_OPEN = 16 };

/* What is set for a real installation must not lead the demo there. */
bool demo_forget_environment(void) {
    static const char *const prefixes[] = {"GUICHET_", "PG"};
    for (size_t i = 0; environ != NULL && environ[i] != NULL;) {
        char name[256];
        size_t size = strcspn(environ[i], "=");
        bool is_foreign = false;
        for (size_t k = 0; k < COUNT_OF(prefixes); k++) {
            is_foreign =
                is_foreign || slice_starts_with((struct slice){environ[i], size}, prefixes[k]);
        }
        if (!is_foreign) {
            i++;
            continue;
        }
        if (size >= sizeof(name)) {
            return false;
        }
        snprintf(name, sizeof(name), "%.*s", (int)size, environ[i]);
        unsetenv(name);
    }
    return true;
}

bool demo_make_folder(struct demo *demo, struct error *err) {
    const char *parent = getenv("TMPDIR");
    char folder[DEMO_FOLDER];
    int size = snprintf(folder, sizeof(folder), "%s/guichet-demo-XXXXXX",
                        parent == NULL || parent[0] == '\0' ? "/tmp" : parent);
    /* The name goes into connection settings, where these would need quoting. */
    if (size >= (int)sizeof(folder) || strpbrk(folder, " '\\\"") != NULL) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "TMPDIR is too long a name, or one with spaces or quotes");
    }
    if (mkdtemp(folder) == NULL) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "can't make the folder %s: %s", folder,
                         strerror(errno));
    }
    snprintf(demo->folder, sizeof(demo->folder), "%s", folder);
    return true;
}

static int remove_entry(const char *path, const struct stat *state UNUSED, int type UNUSED,
                        struct FTW *walk UNUSED) {
    return remove(path);
}

/* Everything that is the demo's own, so that nothing of an installation is touched. */
bool demo_read_settings(struct demo *demo, struct arena *arena, struct error *err) {
    char conninfo[DEMO_FOLDER + 64];
    demo_postgres_conninfo(demo, conninfo, sizeof(conninfo));
    const char *overrides[] = {
        arena_format(arena, "kafka.bootstrap.servers=%s", demo_broker_address(demo)).data,
        arena_format(arena, "postgres.conninfo=%s", conninfo).data,
        arena_format(arena, "guichet.state_dir=%s", demo->folder).data,
        arena_format(arena, "guichet.secret_file=%s/secret", demo->folder).data,
        arena_format(arena, "guichet.activation_key_file=%s/activation", demo->folder).data,
        arena_format(arena, "topics.partitions=%d", DEMO_PARTITIONS).data,
        "topics.replication=1",
        "admin.listen=",
        "clock.simulate=true",
        arena_format(arena, "clock.start=%s", DEMO_START).data,
        arena_format(arena, "rules.contract_grace_seconds=%d", DEMO_GRACE_DAYS * 24 * 3600).data,
    };
    const struct config_sources sources = {NULL, overrides, COUNT_OF(overrides)};
    return config_read(&sources, arena, &demo->settings, err);
}

void demo_remove_folder(const struct demo *demo) {
    if (demo->folder[0] != '\0' &&
        nftw(demo->folder, remove_entry, FILES_OPEN, FTW_DEPTH | FTW_PHYS) != 0) {
        fprintf(stderr, "demo: can't remove %s: %s\n", demo->folder, strerror(errno));
    }
}
