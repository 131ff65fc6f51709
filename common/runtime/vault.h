/* Keys and what is done with them (libsodium): the installation's secret file wraps the data keys
 * of persons, keys the hashes by which a person is recognised, and the fingerprints by which a
 * repeated event is told from a changed one. The activation key, shared with the identity service,
 * signs tokens. */
#ifndef GUICHET_RUNTIME_VAULT_H
#define GUICHET_RUNTIME_VAULT_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/uuid.h"
#include "common/record/document.h"
#include "common/runtime/settings.h"

enum {
    VAULT_KEY_SIZE = 32,
    VAULT_SEAL_SIZE = 40,    /* nonce 24 + tag 16: what sealing adds */
    VAULT_WRAPPED_SIZE = 72, /* a sealed key */
    VAULT_HASH_SIZE = 16,
    VAULT_TOKEN_PAYLOAD_SIZE = 33, /* siren 9 + insured_id 16 + expires_at seconds 8 */
};

struct vault {
    unsigned char wrapping_key[VAULT_KEY_SIZE];
    unsigned char hashing_key[VAULT_KEY_SIZE];
    unsigned char fingerprint_key[VAULT_KEY_SIZE];
    unsigned char check_key[VAULT_KEY_SIZE];
    unsigned char activation_key[VAULT_KEY_SIZE];
};

/* Makes the secret and activation key files (32 random bytes, mode 0600) where absent. ERROR_FATAL.
 */
MUST_CHECK bool vault_create_files(const struct settings *settings, struct error *err);

/* Reads both files and derives the keys. ERROR_FATAL "CONFIGURATION" naming file and setting if one
 * is absent, of another size, or readable by group or others. */
MUST_CHECK bool vault_open(const struct settings *settings, struct vault *vault, struct error *err);
void vault_close(struct vault *vault); /* wipes the keys */

/* A value that tells whether a database belongs to this secret file (stored by migrate). */
void vault_check_value(const struct vault *vault, unsigned char out[VAULT_HASH_SIZE]);

/* Keyed hash of an identity attribute within an employer; `kind` ("nir", "temporary_id") separates.
 */
void vault_hash(const struct vault *vault, const char *kind, struct slice siren, struct slice value,
                unsigned char out[VAULT_HASH_SIZE]);

/* Keyed hash of a decoded event (open and personal part). */
void vault_fingerprint(const struct vault *vault, struct document document,
                       unsigned char out[VAULT_HASH_SIZE]);

/* A random UUID (version 4): of a partition's incarnation. */
void vault_random_uuid(struct uuid *uuid);

/* Data keys: random, wrapped for storage with (siren, subject) as additional data. */
void vault_new_key(unsigned char key[VAULT_KEY_SIZE]);
void vault_wrap(const struct vault *vault, struct slice siren, struct slice subject,
                const unsigned char key[VAULT_KEY_SIZE], unsigned char out[VAULT_WRAPPED_SIZE]);
MUST_CHECK bool vault_unwrap(const struct vault *vault, struct slice siren, struct slice subject,
                             struct slice wrapped, unsigned char key[VAULT_KEY_SIZE],
                             struct error *err);

/* Seals bytes under a data key (XChaCha20-Poly1305, random nonce in front); absent or empty stays
 * absent. */
struct slice vault_seal(struct arena *arena, const unsigned char key[VAULT_KEY_SIZE],
                        struct slice plain);
MUST_CHECK bool vault_unseal(struct arena *arena, const unsigned char key[VAULT_KEY_SIZE],
                             struct slice sealed, struct slice *plain, struct error *err);

/* Payload of an activation token (schemas/README.md), to be put in a FIELD_TOKEN. */
struct slice vault_token_payload(struct arena *arena, struct slice siren,
                                 const struct uuid *insured_id, int64_t expires_at_ms);
/* Signs such payloads: base64url(payload || BLAKE2b-256 tag). The signer refers to the vault. */
struct token_signer vault_signer(const struct vault *vault);

#endif
