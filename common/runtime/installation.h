/* Which installation a database belongs to. Its id travels as metadata of every committed offset.
 */
#ifndef GUICHET_RUNTIME_INSTALLATION_H
#define GUICHET_RUNTIME_INSTALLATION_H

#include "common/base/uuid.h"
#include "common/runtime/db.h"

MUST_CHECK bool installation_read(struct db *db, struct arena *arena, char text[UUID_TEXT_SIZE],
                                  struct error *err);

#endif
