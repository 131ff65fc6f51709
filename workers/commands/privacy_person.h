/* A person, as a data protection officer names one on the command line. */
#ifndef GUICHET_COMMANDS_PRIVACY_PERSON_H
#define GUICHET_COMMANDS_PRIVACY_PERSON_H

#include <jansson.h>

#include "common/runtime/vault.h"
#include "workers/privacy/holdings.h"

/* Whom SIREN/ID means: the id of a request about personal data, of an insured or of an affiliation
 * request. `request` says the same as an event would. ERROR_INVALID "USAGE" for another form,
 * "UNKNOWN" for nobody. */
MUST_CHECK bool privacy_person_find(struct db *db, struct arena *arena, const char *text,
                                    struct privacy_person *person, struct privacy_request *request,
                                    struct error *err);

/* All that is kept of the person, opened, as a new JSON object: an array for each section. */
MUST_CHECK bool privacy_person_content(struct db *db, struct arena *arena,
                                       const struct vault *vault,
                                       const struct privacy_person *person, json_t **content,
                                       struct error *err);

#endif
