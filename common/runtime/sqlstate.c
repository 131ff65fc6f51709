/* The one table that says what an SQLSTATE means for us (PostgreSQL manual, appendix A). */
#include <string.h>

#include "common/base/compiler.h"
#include "common/runtime/db.h"

/* An SQLSTATE that begins with `prefix`: two characters are a class, five one condition. */
struct sqlstate_row {
    const char *prefix;
    enum error_class class;
    bool needs_constraint; /* the row counts only if the server named a constraint */
};

/* clang-format off */
static const struct sqlstate_row rows[] = {
    {"08",    ERROR_TRANSIENT, false}, /* connection exception */
    {"22",    ERROR_INVALID,   false}, /* data exception: a value the database can't hold */
    {"23",    ERROR_INVALID,   true},  /* integrity constraint violation */
    {"25P03", ERROR_TRANSIENT, false}, /* idle in transaction: we were frozen for too long */
    {"40",    ERROR_TRANSIENT, false}, /* transaction rollback: deadlock, serialization */
    {"53",    ERROR_TRANSIENT, false}, /* insufficient resources: disk, memory, connections */
    {"55P03", ERROR_TRANSIENT, false}, /* lock not available: lock_timeout */
    {"57",    ERROR_TRANSIENT, false}, /* operator intervention: shutdown, start, time-out */
    {"58030", ERROR_TRANSIENT, false}, /* input/output error */
};
/* clang-format on */

enum error_class db_error_class(const char *sqlstate, bool has_constraint) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (strncmp(sqlstate, rows[i].prefix, strlen(rows[i].prefix)) == 0) {
            return rows[i].needs_constraint && !has_constraint ? ERROR_FATAL : rows[i].class;
        }
    }
    return ERROR_FATAL;
}
