/* UUIDs and the SHA-1 under version 5. */
#include <stdio.h>

#include "common/base/compiler.h"
#include "common/base/uuid.h"
#include "tests/unit/check.h"

static void sha1_vectors(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *unit; /* repeated */
        size_t times;
        const char *digest;
    } rows[] = {
        /* FIPS 180-4 examples and NIST's long message. */
        {"nothing", "", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
        {"abc", "abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {"56 bytes: the length needs a block of its own",
         "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
         "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
        {"a million bytes", "a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
        /* Around the block's end; digests from coreutils' sha1sum. */
        {"55 bytes: the last that fit", "a", 55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"},
        {"63 bytes", "a", 63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5"},
        {"64 bytes: a whole block", "a", 64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"},
        {"65 bytes", "a", 65, "11655326c708d70319be2610e8a57d9a5b959d3b"},
    };
    static char message[1000000];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t unit = strlen(rows[i].unit);
        for (size_t k = 0; k < rows[i].times; k++) {
            memcpy(message + k * unit, rows[i].unit, unit);
        }
        uint8_t digest[20];
        char text[41];
        sha1((struct slice){message, unit * rows[i].times}, digest);
        for (size_t k = 0; k < sizeof(digest); k++) {
            snprintf(text + 2 * k, 3, "%02x", digest[k]);
        }
        check_text(rows[i].name, rows[i].digest, text);
    }
}

static void version_5(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *space;
        const char *text;
        const char *expected;
    } rows[] = {
        {"the DNS name www.example.com (RFC 9562, A.4)", "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
         "www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2"},
        {"our namespace", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "guichet.example",
         "77aac42e-017c-56e5-b082-11fed69432dd"},
        {"an insured's id", "77aac42e-017c-56e5-b082-11fed69432dd", "insured|732829320|R-1",
         "46738d33-0347-5d5b-ab17-cd888350ca1d"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct uuid space;
        char text[UUID_TEXT_SIZE];
        check_true(rows[i].name, uuid_parse(slice_of(rows[i].space), &space));
        struct uuid uuid = uuid_v5(&space, slice_of(rows[i].text));
        uuid_format(&uuid, text);
        check_text(rows[i].name, rows[i].expected, text);
    }
    char text[UUID_TEXT_SIZE];
    uuid_format(&uuid_guichet, text);
    check_text("the namespace is the published one", "77aac42e-017c-56e5-b082-11fed69432dd", text);
}

static void parsing(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *text;
        const char *expected; /* NULL: refused */
    } rows[] = {
        {"lower case", "0123abcd-4567-89ef-0123-456789abcdef",
         "0123abcd-4567-89ef-0123-456789abcdef"},
        {"upper case is read, lower case written", "0123ABCD-4567-89EF-0123-456789ABCDEF",
         "0123abcd-4567-89ef-0123-456789abcdef"},
        {"all zero", "00000000-0000-0000-0000-000000000000",
         "00000000-0000-0000-0000-000000000000"},
        {"one digit short", "0123abcd-4567-89ef-0123-456789abcde", NULL},
        {"one digit more", "0123abcd-4567-89ef-0123-456789abcdef0", NULL},
        {"a hyphen elsewhere", "0123abc-d4567-89ef-0123-456789abcdef", NULL},
        {"no hyphen at the fourth place", "0123abcd-4567-89ef-01230456789abcdef", NULL},
        {"without hyphens", "0123abcd456789ef0123456789abcdef", NULL},
        {"no hexadecimal digit", "0123abcg-4567-89ef-0123-456789abcdef", NULL},
        {"just before '0'", "/123abcd-4567-89ef-0123-456789abcdef", NULL},
        {"just after '9'", ":123abcd-4567-89ef-0123-456789abcdef", NULL},
        {"just before 'A'", "@123abcd-4567-89ef-0123-456789abcdef", NULL},
        {"just before 'a'", "`123abcd-4567-89ef-0123-456789abcdef", NULL},
        {"in braces", "{0123abcd-4567-89ef-0123-456789abcdef}", NULL},
        {"empty", "", NULL},
        {"absent", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct uuid uuid;
        memset(&uuid, 0x11, sizeof(uuid));
        char text[UUID_TEXT_SIZE];
        bool parsed = uuid_parse(slice_of(rows[i].text), &uuid);
        check_int(rows[i].name, rows[i].expected != NULL, parsed);
        uuid_format(&uuid, text);
        check_text(rows[i].name, parsed ? rows[i].expected : "11111111-1111-1111-1111-111111111111",
                   text);
    }
}

static void comparing(void **state UNUSED) {
    struct uuid zero = {{0}};
    struct uuid last_bit = {{[15] = 1}};
    check_true("a zero UUID", uuid_is_zero(&zero));
    check_true("the last bit counts", !uuid_is_zero(&last_bit));
    check_true("equal", uuid_equal(&last_bit, &(struct uuid){{[15] = 1}}));
    check_true("not equal", !uuid_equal(&last_bit, &zero));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha1_vectors),
        cmocka_unit_test(version_5),
        cmocka_unit_test(parsing),
        cmocka_unit_test(comparing),
    };
    return cmocka_run_group_tests_name("uuid", tests, NULL, NULL);
}
