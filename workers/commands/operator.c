#include "workers/commands/operator.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/limits.h"

enum { TYPED_SIZE = 512 };

bool operator_name(struct arena *arena, const char *given, struct slice *name, struct error *err) {
    const struct passwd *login = given == NULL ? getpwuid(geteuid()) : NULL;
    if (given == NULL && login == NULL) {
        *name = arena_format(arena, "uid %u", (unsigned)geteuid());
        return true;
    }
    *name = arena_copy(arena, slice_of(given != NULL ? given : login->pw_name));
    bool is_fine = name->size > 0 && name->size <= LIMIT_ID && slice_is_utf8(*name);
    for (size_t i = 0; i < name->size; i++) {
        is_fine = is_fine && (unsigned char)name->data[i] >= ' ' && name->data[i] != 0x7f;
    }
    return is_fine || error_set(err, ERROR_INVALID, "USAGE",
                                "--by: wants a name of 1 to %d bytes on one line", LIMIT_ID);
}

bool operator_confirm(const char *prompt, const char *word, bool is_sure, struct error *err) {
    char typed[TYPED_SIZE];
    if (is_sure) {
        return true;
    }
    fputs(prompt, stdout);
    fflush(stdout);
    if (fgets(typed, sizeof(typed), stdin) != NULL) {
        typed[strcspn(typed, "\n")] = '\0';
        if (strcmp(typed, word) == 0) {
            return true;
        }
    }
    return error_set(err, ERROR_INVALID, "NOT_CONFIRMED", "not confirmed: nothing was done");
}
