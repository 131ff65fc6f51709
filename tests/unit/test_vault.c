/* links: runtime */
/* Keys, hashes, seals and tokens; the files that hold the secrets. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/base/date.h"
#include "common/runtime/vault.h"
#include "tests/unit/check.h"

/* A state folder of its own with both files, and the vault that they open. */
struct fixture {
    char directory[64];
    char secret_file[96];
    char activation_key_file[96];
    struct settings settings;
    struct vault vault;
    struct arena arena;
};

static int set_up(void **state) {
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    assert_non_null(fixture);
    strcpy(fixture->directory, "/tmp/guichet-vault-XXXXXX");
    assert_non_null(mkdtemp(fixture->directory));
    snprintf(fixture->secret_file, sizeof(fixture->secret_file), "%s/state/secret.key",
             fixture->directory);
    snprintf(fixture->activation_key_file, sizeof(fixture->activation_key_file),
             "%s/state/activation.key", fixture->directory);
    fixture->settings.secret_file = fixture->secret_file;
    fixture->settings.activation_key_file = fixture->activation_key_file;
    arena_init(&fixture->arena);
    struct error err = {.text = ""};
    if (!vault_create_files(&fixture->settings, &err) ||
        !vault_open(&fixture->settings, &fixture->vault, &err)) {
        fail_msg("%s", err.text);
    }
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    char folder[96];
    snprintf(folder, sizeof(folder), "%s/state", fixture->directory);
    unlink(fixture->secret_file);
    unlink(fixture->activation_key_file);
    rmdir(folder);
    rmdir(fixture->directory);
    arena_fini(&fixture->arena);
    free(fixture);
    return 0;
}

static void published_token_vectors(void **state) {
    struct fixture *fixture = *state;
    json_error_t problem;
    json_t *file = json_load_file(SOURCE_DIRECTORY "/schemas/activation-token.json", 0, &problem);
    assert_non_null(file);
    json_t *vectors = json_object_get(file, "vectors");
    assert_true(json_array_size(vectors) >= 4);
    for (size_t i = 0; i < json_array_size(vectors); i++) {
        const char *name, *key_hex, *siren, *insured_id, *expires_at, *token;
        assert_int_equal(json_unpack(json_array_get(vectors, i), "{s:s, s:s, s:s, s:s, s:s, s:s}",
                                     "name", &name, "key_hex", &key_hex, "siren", &siren,
                                     "insured_id", &insured_id, "expires_at", &expires_at, "token",
                                     &token),
                         0);
        for (size_t byte = 0; byte < VAULT_KEY_SIZE; byte++) {
            const char digits[] = {key_hex[2 * byte], key_hex[2 * byte + 1], '\0'};
            fixture->vault.activation_key[byte] = (unsigned char)strtoul(digits, NULL, 16);
        }
        struct uuid uuid;
        int64_t expires_at_ms;
        assert_true(uuid_parse(slice_of(insured_id), &uuid));
        assert_true(instant_parse(slice_of(expires_at), &expires_at_ms));
        struct slice payload =
            vault_token_payload(&fixture->arena, slice_of(siren), &uuid, expires_at_ms);
        check_int(name, VAULT_TOKEN_PAYLOAD_SIZE, payload.size);
        struct token_signer signer = vault_signer(&fixture->vault);
        check_slice(name, token, signer.sign(signer.context, &fixture->arena, payload));
    }
    json_decref(file);
}

static void made_files_are_private_and_stay(void **state) {
    struct fixture *fixture = *state;
    const char *const paths[] = {fixture->secret_file, fixture->activation_key_file};
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        struct stat status;
        assert_int_equal(stat(paths[i], &status), 0);
        check_int(paths[i], 0600, status.st_mode & 07777);
        check_int(paths[i], VAULT_KEY_SIZE, status.st_size);
    }
    struct error err;
    struct vault again;
    assert_true(vault_create_files(&fixture->settings, &err));
    assert_true(vault_open(&fixture->settings, &again, &err));
    assert_memory_equal(&again, &fixture->vault, sizeof(again));
    vault_close(&again);
    static const struct vault wiped;
    assert_memory_equal(&again, &wiped, sizeof(again));
}

static void keys_are_independent(void **state) {
    const struct fixture *fixture = *state;
    const unsigned char *keys[] = {fixture->vault.wrapping_key, fixture->vault.hashing_key,
                                   fixture->vault.fingerprint_key, fixture->vault.check_key,
                                   fixture->vault.activation_key};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        for (size_t j = i + 1; j < COUNT_OF(keys); j++) {
            assert_memory_not_equal(keys[i], keys[j], VAULT_KEY_SIZE);
        }
    }
}

static void files_that_are_refused(void **state) {
    struct fixture *fixture = *state;
    static const struct {
        const char *name;
        bool is_activation;
        int mode; /* -1: the file is absent */
        off_t size;
        const char *needles[3];
    } rows[] = {
        {"readable by the group", false, 0640, 32, {"guichet.secret_file", "0640", "chmod 600"}},
        {"readable by others", false, 0604, 32, {"guichet.secret_file", "0604", "chmod 600"}},
        {"writable by the group", false, 0620, 32, {"guichet.secret_file", "0620", "chmod 600"}},
        {"the activation key readable by others",
         true,
         0644,
         32,
         {"guichet.activation_key_file", "0644", "chmod 600"}},
        {"one byte short", false, 0600, 31, {"guichet.secret_file", "31 bytes", "32"}},
        {"one byte long", true, 0600, 33, {"guichet.activation_key_file", "33 bytes", "32"}},
        {"empty", false, 0600, 0, {"guichet.secret_file", "0 bytes", "32"}},
        {"absent", false, -1, 0, {"guichet.secret_file", "does not exist", "guichet migrate"}},
        {"the activation key absent",
         true,
         -1,
         0,
         {"guichet.activation_key_file", "does not exist", "guichet migrate"}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *path =
            rows[i].is_activation ? fixture->activation_key_file : fixture->secret_file;
        struct error err;
        struct vault vault;
        if (rows[i].mode < 0) {
            assert_int_equal(unlink(path), 0);
        } else {
            assert_int_equal(chmod(path, (mode_t)rows[i].mode), 0);
            assert_int_equal(truncate(path, rows[i].size), 0);
        }
        check_true(rows[i].name, !vault_open(&fixture->settings, &vault, &err));
        check_int(rows[i].name, ERROR_FATAL, err.class);
        check_text(rows[i].name, "CONFIGURATION", err.code);
        check_true(rows[i].name, strstr(err.text, path) != NULL);
        for (size_t j = 0; j < COUNT_OF(rows[i].needles); j++) {
            if (strstr(err.text, rows[i].needles[j]) == NULL) {
                fail_msg("%s: no \"%s\" in: %s", rows[i].name, rows[i].needles[j], err.text);
            }
        }
        unlink(path);
        assert_true(vault_create_files(&fixture->settings, &err));
    }
}

static void hashes_tell_parts_apart(void **state) {
    const struct fixture *fixture = *state;
    static const struct {
        const char *kind, *siren, *value;
    } rows[] = {
        {"nir", "732829320", "185127500100134"}, {"temporary_id", "732829320", "185127500100134"},
        {"nir", "404833048", "185127500100134"}, {"nir", "732829320", "185127500100135"},
        {"nir", "73282932", "0185127500100134"},
    };
    unsigned char hashes[COUNT_OF(rows)][VAULT_HASH_SIZE];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        unsigned char again[VAULT_HASH_SIZE];
        vault_hash(&fixture->vault, rows[i].kind, slice_of(rows[i].siren), slice_of(rows[i].value),
                   hashes[i]);
        vault_hash(&fixture->vault, rows[i].kind, slice_of(rows[i].siren), slice_of(rows[i].value),
                   again);
        assert_memory_equal(hashes[i], again, sizeof(again));
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(hashes[i], hashes[j], VAULT_HASH_SIZE);
        }
    }
    struct document first = {slice_of("ab"), slice_of("c")};
    struct document second = {slice_of("a"), slice_of("bc")};
    vault_fingerprint(&fixture->vault, first, hashes[0]);
    vault_fingerprint(&fixture->vault, second, hashes[1]);
    assert_memory_not_equal(hashes[0], hashes[1], VAULT_HASH_SIZE);
}

static void wrapped_keys_open_in_their_row_only(void **state) {
    const struct fixture *fixture = *state;
    unsigned char key[VAULT_KEY_SIZE];
    unsigned char wrapped[VAULT_WRAPPED_SIZE];
    vault_new_key(key);
    vault_wrap(&fixture->vault, slice_of("732829320"), slice_of("insured/1"), key, wrapped);
    struct vault other = fixture->vault;
    other.wrapping_key[0] ^= 1;
    const struct {
        const char *name;
        const struct vault *vault;
        const char *siren, *subject;
        size_t size, damaged; /* byte that is changed, or size */
        bool opens;
    } rows[] = {
        {"its own row", &fixture->vault, "732829320", "insured/1", 72, 72, true},
        {"another employer", &fixture->vault, "404833048", "insured/1", 72, 72, false},
        {"another person", &fixture->vault, "732829320", "insured/2", 72, 72, false},
        {"another split of the same bytes", &fixture->vault, "73282932", "0insured/1", 72, 72,
         false},
        {"another secret", &other, "732829320", "insured/1", 72, 72, false},
        {"cut by a byte", &fixture->vault, "732829320", "insured/1", 71, 72, false},
        {"nothing", &fixture->vault, "732829320", "insured/1", 0, 72, false},
        {"a changed nonce", &fixture->vault, "732829320", "insured/1", 72, 0, false},
        {"a changed tag", &fixture->vault, "732829320", "insured/1", 72, 71, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        unsigned char copy[VAULT_WRAPPED_SIZE + 1];
        unsigned char opened[VAULT_KEY_SIZE];
        struct error err;
        memcpy(copy, wrapped, sizeof(wrapped));
        copy[rows[i].damaged] ^= 1;
        bool opens = vault_unwrap(rows[i].vault, slice_of(rows[i].siren), slice_of(rows[i].subject),
                                  (struct slice){(const char *)copy, rows[i].size}, opened, &err);
        check_int(rows[i].name, rows[i].opens, opens);
        if (opens) {
            assert_memory_equal(opened, key, sizeof(key));
        } else {
            check_int(rows[i].name, ERROR_FATAL, err.class);
            check_text(rows[i].name, "KEY_UNREADABLE", err.code);
        }
    }
}

static void seals(void **state) {
    struct fixture *fixture = *state;
    struct arena *arena = &fixture->arena;
    unsigned char key[VAULT_KEY_SIZE];
    vault_new_key(key);
    struct slice plain = slice_of("2 rue des Tests");
    struct slice sealed = vault_seal(arena, key, plain);
    struct slice twice = vault_seal(arena, key, plain);
    assert_int_equal(sealed.size, plain.size + 24 + 16);
    assert_false(slice_equal(sealed, twice)); /* a nonce each */
    struct slice opened;
    struct error err;
    assert_true(vault_unseal(arena, key, sealed, &opened, &err));
    check_slice("opened again", "2 rue des Tests", opened);

    assert_false(slice_is_present(vault_seal(arena, key, slice_none())));
    assert_false(slice_is_present(vault_seal(arena, key, slice_of(""))));
    assert_true(vault_unseal(arena, key, slice_none(), &opened, &err));
    assert_false(slice_is_present(opened));

    for (size_t size = 1; size < sealed.size; size++) {
        assert_false(vault_unseal(arena, key, (struct slice){sealed.data, size}, &opened, &err));
        check_text("cut", "SEAL_BROKEN", err.code);
    }
    key[31] ^= 1;
    assert_false(vault_unseal(arena, key, sealed, &opened, &err));
    check_int("another key", ERROR_FATAL, err.class);
}

static void check_value_follows_the_secret(void **state) {
    struct fixture *fixture = *state;
    unsigned char first[VAULT_HASH_SIZE], second[VAULT_HASH_SIZE];
    struct error err;
    struct vault other;
    vault_check_value(&fixture->vault, first);
    assert_int_equal(unlink(fixture->secret_file), 0);
    assert_true(vault_create_files(&fixture->settings, &err));
    assert_true(vault_open(&fixture->settings, &other, &err));
    vault_check_value(&other, second);
    assert_memory_not_equal(first, second, sizeof(first));
    assert_memory_equal(other.activation_key, fixture->vault.activation_key, VAULT_KEY_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(published_token_vectors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(made_files_are_private_and_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keys_are_independent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(files_that_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hashes_tell_parts_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrapped_keys_open_in_their_row_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(seals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(check_value_follows_the_secret, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
