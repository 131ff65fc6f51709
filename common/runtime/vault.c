#include "common/runtime/vault.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "common/runtime/secret_file.h"

enum {
    NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    TOKEN_TAG_SIZE = 32,
    TOKEN_TEXT_SIZE = 88, /* base64url without padding of 65 bytes, and a NUL */
};

static_assert(VAULT_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key of the cipher");
static_assert(VAULT_KEY_SIZE == crypto_kdf_KEYBYTES, "key of the derivation");
static_assert(VAULT_SEAL_SIZE == NONCE_SIZE + TAG_SIZE, "what sealing adds");
static_assert(VAULT_WRAPPED_SIZE == VAULT_KEY_SIZE + VAULT_SEAL_SIZE, "a wrapped key");
static_assert(VAULT_HASH_SIZE == crypto_generichash_BYTES_MIN, "a hash");

/* What the secret is split into. Numbers and context are part of the stored data: never change. */
enum subkey { SUBKEY_WRAPPING = 1, SUBKEY_HASHING, SUBKEY_FINGERPRINT, SUBKEY_CHECK };
static const char derivation_context[crypto_kdf_CONTEXTBYTES + 1] = "guichet1";

static bool start_library(struct error *err) {
    /* Nonces come in thousands a second: from the library's own generator, seeded by the system,
     * rather than by a system call for each. */
    (void)randombytes_set_implementation(&randombytes_internal_implementation);
    return sodium_init() >= 0 ||
           error_set(err, ERROR_FATAL, "CONFIGURATION", "libsodium finds no random numbers");
}

static struct secret_file secret_of(const struct settings *settings) {
    return (struct secret_file){settings->secret_file, "guichet.secret_file"};
}

static struct secret_file activation_of(const struct settings *settings) {
    return (struct secret_file){settings->activation_key_file, "guichet.activation_key_file"};
}

/* A file that is there already is left alone. */
static bool create_file(const struct secret_file *file, struct error *err) {
    unsigned char key[VAULT_KEY_SIZE];
    randombytes_buf(key, sizeof(key));
    bool ok = secret_file_exists(file) || secret_file_create(file, key, sizeof(key), err);
    sodium_memzero(key, sizeof(key));
    return ok;
}

bool vault_create_files(const struct settings *settings, struct error *err) {
    const struct secret_file secret = secret_of(settings);
    const struct secret_file activation = activation_of(settings);
    return start_library(err) && create_file(&secret, err) && create_file(&activation, err);
}

static void derive(unsigned char subkey[VAULT_KEY_SIZE], enum subkey number,
                   const unsigned char secret[VAULT_KEY_SIZE]) {
    int result = crypto_kdf_derive_from_key(subkey, VAULT_KEY_SIZE, (uint64_t)number,
                                            derivation_context, secret);
    assert(result == 0);
    (void)result;
}

bool vault_open(const struct settings *settings, struct vault *vault, struct error *err) {
    const struct secret_file secret_file = secret_of(settings);
    const struct secret_file activation_file = activation_of(settings);
    unsigned char secret[VAULT_KEY_SIZE];
    unsigned char activation[VAULT_KEY_SIZE];
    bool ok = start_library(err) && secret_file_read(&secret_file, secret, sizeof(secret), err) &&
              secret_file_read(&activation_file, activation, sizeof(activation), err);
    if (ok) {
        derive(vault->wrapping_key, SUBKEY_WRAPPING, secret);
        derive(vault->hashing_key, SUBKEY_HASHING, secret);
        derive(vault->fingerprint_key, SUBKEY_FINGERPRINT, secret);
        derive(vault->check_key, SUBKEY_CHECK, secret);
        memcpy(vault->activation_key, activation, sizeof(activation));
    }
    sodium_memzero(secret, sizeof(secret));
    sodium_memzero(activation, sizeof(activation));
    return ok;
}

void vault_close(struct vault *vault) {
    sodium_memzero(vault, sizeof(*vault));
}

/* Adds a part with its length in front, so that parts cannot run into each other. */
static void hash_part(crypto_generichash_state *state, struct slice part) {
    unsigned char size[8];
    for (size_t i = 0; i < sizeof(size); i++) {
        size[i] = (unsigned char)((uint64_t)part.size >> (56 - 8 * i));
    }
    crypto_generichash_update(state, size, sizeof(size));
    if (part.size > 0) {
        crypto_generichash_update(state, (const unsigned char *)part.data, part.size);
    }
}

/* BLAKE2b of the parts; `key` may be NULL. */
static void hash_parts(const unsigned char *key, const struct slice *parts, size_t count,
                       unsigned char *out, size_t out_size) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, key, key == NULL ? 0 : VAULT_KEY_SIZE, out_size);
    for (size_t i = 0; i < count; i++) {
        hash_part(&state, parts[i]);
    }
    crypto_generichash_final(&state, out, out_size);
    sodium_memzero(&state, sizeof(state));
}

void vault_check_value(const struct vault *vault, unsigned char out[VAULT_HASH_SIZE]) {
    const struct slice parts[] = {slice_of("installation")};
    hash_parts(vault->check_key, parts, COUNT_OF(parts), out, VAULT_HASH_SIZE);
}

void vault_hash(const struct vault *vault, const char *kind, struct slice siren, struct slice value,
                unsigned char out[VAULT_HASH_SIZE]) {
    const struct slice parts[] = {slice_of(kind), siren, value};
    hash_parts(vault->hashing_key, parts, COUNT_OF(parts), out, VAULT_HASH_SIZE);
}

void vault_fingerprint(const struct vault *vault, struct document document,
                       unsigned char out[VAULT_HASH_SIZE]) {
    const struct slice parts[] = {document.open, document.personal};
    hash_parts(vault->fingerprint_key, parts, COUNT_OF(parts), out, VAULT_HASH_SIZE);
}

void vault_new_key(unsigned char key[VAULT_KEY_SIZE]) {
    randombytes_buf(key, VAULT_KEY_SIZE);
}

/* nonce || ciphertext || tag into `out` of NONCE_SIZE + plain.size + TAG_SIZE bytes. */
static void encrypt(const unsigned char key[VAULT_KEY_SIZE], struct slice plain,
                    struct slice additional, unsigned char *out) {
    randombytes_buf(out, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        out + NONCE_SIZE, NULL, (const unsigned char *)plain.data, plain.size,
        (const unsigned char *)additional.data, additional.size, NULL, out, key);
}

/* The opposite, into `out` of sealed.size − NONCE_SIZE − TAG_SIZE bytes. False if it is forged,
 * damaged, or sealed under another key. */
static bool decrypt(const unsigned char key[VAULT_KEY_SIZE], struct slice sealed,
                    struct slice additional, unsigned char *out) {
    const unsigned char *bytes = (const unsigned char *)sealed.data;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               out, NULL, NULL, bytes + NONCE_SIZE, sealed.size - NONCE_SIZE,
               (const unsigned char *)additional.data, additional.size, bytes, key) == 0;
}

enum { OWNER_SIZE = 32 };

/* Binds a wrapped key to its row: moved to another one it does not open. */
static struct slice owner_of(struct slice siren, struct slice subject,
                             unsigned char out[OWNER_SIZE]) {
    const struct slice parts[] = {siren, subject};
    hash_parts(NULL, parts, COUNT_OF(parts), out, OWNER_SIZE);
    return (struct slice){(const char *)out, OWNER_SIZE};
}

void vault_wrap(const struct vault *vault, struct slice siren, struct slice subject,
                const unsigned char key[VAULT_KEY_SIZE], unsigned char out[VAULT_WRAPPED_SIZE]) {
    unsigned char owner[OWNER_SIZE];
    encrypt(vault->wrapping_key, (struct slice){(const char *)key, VAULT_KEY_SIZE},
            owner_of(siren, subject, owner), out);
}

bool vault_unwrap(const struct vault *vault, struct slice siren, struct slice subject,
                  struct slice wrapped, unsigned char key[VAULT_KEY_SIZE], struct error *err) {
    unsigned char owner[OWNER_SIZE];
    if (wrapped.size == VAULT_WRAPPED_SIZE &&
        decrypt(vault->wrapping_key, wrapped, owner_of(siren, subject, owner), key)) {
        return true;
    }
    return error_set(err, ERROR_FATAL, "KEY_UNREADABLE",
                     "data key of %.*s does not open: the file at guichet.secret_file is not the "
                     "one this database was made with, or the row is damaged",
                     SLICE_FORMAT(subject));
}

struct slice vault_seal(struct arena *arena, const unsigned char key[VAULT_KEY_SIZE],
                        struct slice plain) {
    if (plain.size == 0) {
        return slice_none();
    }
    size_t size = plain.size + VAULT_SEAL_SIZE;
    unsigned char *out = arena_take_raw(arena, size);
    encrypt(key, plain, slice_none(), out);
    return (struct slice){(const char *)out, size};
}

bool vault_unseal(struct arena *arena, const unsigned char key[VAULT_KEY_SIZE], struct slice sealed,
                  struct slice *plain, struct error *err) {
    if (sealed.size == 0) {
        *plain = slice_none();
        return true;
    }
    if (sealed.size > VAULT_SEAL_SIZE) {
        size_t size = sealed.size - VAULT_SEAL_SIZE;
        unsigned char *out = arena_take_raw(arena, size);
        if (decrypt(key, sealed, slice_none(), out)) {
            *plain = (struct slice){(const char *)out, size};
            return true;
        }
    }
    return error_set(err, ERROR_FATAL, "SEAL_BROKEN",
                     "sealed data does not open under its data key: the row is damaged");
}

struct slice vault_token_payload(struct arena *arena, struct slice siren,
                                 const struct uuid *insured_id, int64_t expires_at_ms) {
    assert(siren.size == LIMIT_SIREN && expires_at_ms >= 0);
    unsigned char *payload = arena_take(arena, VAULT_TOKEN_PAYLOAD_SIZE);
    memcpy(payload, siren.data, LIMIT_SIREN);
    memcpy(payload + LIMIT_SIREN, insured_id->bytes, UUID_SIZE);
    uint64_t expires_seconds = (uint64_t)expires_at_ms / 1000;
    for (size_t i = 0; i < 8; i++) {
        payload[LIMIT_SIREN + UUID_SIZE + i] = (unsigned char)(expires_seconds >> (56 - 8 * i));
    }
    return (struct slice){(const char *)payload, VAULT_TOKEN_PAYLOAD_SIZE};
}

static struct slice sign_token(const void *context, struct arena *arena, struct slice payload) {
    const struct vault *vault = context;
    unsigned char token[VAULT_TOKEN_PAYLOAD_SIZE + TOKEN_TAG_SIZE];
    assert(payload.size == VAULT_TOKEN_PAYLOAD_SIZE);
    memcpy(token, payload.data, VAULT_TOKEN_PAYLOAD_SIZE);
    crypto_generichash(token + VAULT_TOKEN_PAYLOAD_SIZE, TOKEN_TAG_SIZE, token,
                       VAULT_TOKEN_PAYLOAD_SIZE, vault->activation_key, VAULT_KEY_SIZE);
    char *text = arena_take(arena, TOKEN_TEXT_SIZE);
    sodium_bin2base64(text, TOKEN_TEXT_SIZE, token, sizeof(token),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return slice_of(text);
}

struct token_signer vault_signer(const struct vault *vault) {
    return (struct token_signer){sign_token, vault};
}

void vault_random_uuid(struct uuid *uuid) {
    randombytes_buf(uuid->bytes, UUID_SIZE);
    uuid->bytes[6] = (uint8_t)((uuid->bytes[6] & 0x0f) | 0x40);
    uuid->bytes[8] = (uint8_t)((uuid->bytes[8] & 0x3f) | 0x80);
}
