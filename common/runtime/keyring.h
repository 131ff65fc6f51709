/* The data keys a batch needs: one per person ("insured/<uuid>"), per contract ("contract/<id>"),
 * or, where no person came of it, per request ("request/<id>"). Loaded and created set-based: ask
 * for all keys, load once, then open and seal. A key that was deleted (erasure) stays absent for
 * reading. */
#ifndef GUICHET_RUNTIME_KEYRING_H
#define GUICHET_RUNTIME_KEYRING_H

#include "common/base/map.h"
#include "common/runtime/db.h"
#include "common/runtime/vault.h"

enum person_key_state { PERSON_KEY_ASKED, PERSON_KEY_PRESENT, PERSON_KEY_ABSENT };

struct person_key {
    struct slice siren;
    struct slice subject;
    enum person_key_state state;
    unsigned char key[VAULT_KEY_SIZE];
    struct person_key *next; /* in order of asking */
};

struct keyring {
    struct arena *arena;
    const struct vault *vault;
    struct map keys;
    struct person_key *first;
    struct person_key *last;
    size_t asked_count; /* still in state ASKED */
};

void keyring_init(struct keyring *keyring, struct arena *arena, const struct vault *vault);

/* The entry of (siren, subject), made in state ASKED if it is new. Slices must live as long as the
 * arena. */
struct person_key *keyring_ask(struct keyring *keyring, struct slice siren, struct slice subject);

/* Loads all asked keys with one statement: each becomes PRESENT or ABSENT. Nothing to do: no
 * statement. */
MUST_CHECK bool keyring_load(struct keyring *keyring, struct db *db, struct error *err);

/* Loads, then creates and stores a key for each ABSENT one in `wanted` (duplicates are fine): two
 * statements at most. */
MUST_CHECK bool keyring_complete(struct keyring *keyring, struct db *db,
                                 struct person_key *const *wanted, size_t count, struct error *err);

/* Seals under a PRESENT key (asserted); absent stays absent. */
struct slice keyring_seal(const struct keyring *keyring, const struct person_key *key,
                          struct slice plain);

/* Opens; with an ABSENT key or an absent sealed part `plain` becomes absent: erased. */
MUST_CHECK bool keyring_open(const struct keyring *keyring, const struct person_key *key,
                             struct slice sealed, struct slice *plain, struct error *err);

/* Opens stored content (`open` + `sealed`, see document.h) and reads it into a struct. Personal
 * fields of an erased person are absent; `*erased` tells. A required personal field may be absent
 * then. */
MUST_CHECK bool keyring_read(const struct keyring *keyring, const struct person_key *key,
                             struct slice open, struct slice sealed, const struct shape *shape,
                             void *value, bool *erased, struct error *err);

#endif
