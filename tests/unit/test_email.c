/* Which e-mail addresses an activation link is sent to. */
#include <stdio.h>

#include "common/base/compiler.h"
#include "common/base/email.h"
#include "tests/unit/check.h"

static void addresses(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *email; /* NULL: absent */
        bool is_valid;
    } rows[] = {
        {"a usual address", "jean.dupont@exemple.fr", true},
        {"a tag after a plus", "jean.dupont+mutuelle@exemple.fr", true},
        {"the shortest address", "a@b.fr", true},
        {"capitals", "Jean.DUPONT@Exemple.FR", true},
        {"three labels", "jean@courrier.exemple.fr", true},
        {"a hyphen inside a label", "jean@mon-exemple.fr", true},
        {"a label of digits", "jean@123.fr", true},
        {"the first and last of letters and digits", "jean@aAzZ09.aAzZ", true},
        {"a label of one letter", "jean@a.fr", true},
        {"an apostrophe, as in d'Artagnan", "charles.d'artagnan@exemple.fr", true},
        {"every other sign that is printed", "!#$%&'*+-./:;=?\\^_`|~@exemple.fr", true},

        {"no domain", "jean.dupont@", false},
        {"no local part", "@exemple.fr", false},
        {"no at sign", "jean.dupont.exemple.fr", false},
        {"two at signs", "jean@dupont@exemple.fr", false},
        {"two at signs in a row", "jean@@exemple.fr", false},
        {"one label", "jean@localhost", false},
        {"a last label of one letter", "jean@exemple.f", false},
        {"a last label with a digit", "jean@exemple.f2", false},
        {"a last label with a hyphen", "jean@exemple.f-r", false},
        {"an IP address", "jean@192.168.1.10", false},
        {"an address literal", "jean@[192.168.1.10]", false},
        {"a dot before the domain", "jean@.exemple.fr", false},
        {"two dots in the domain", "jean@exemple..fr", false},
        {"a dot at the end", "jean@exemple.fr.", false},
        {"a hyphen first in a label", "jean@-exemple.fr", false},
        {"a hyphen last in a label", "jean@exemple-.fr", false},
        {"a label that is a hyphen", "jean@-.fr", false},
        {"an underscore in the domain", "jean@mon_exemple.fr", false},
        {"a letter with an accent in the domain", "jean@exempl\xc3\xa9.fr", false},
        {"a letter with an accent in the local part", "ren\xc3\xa9@exemple.fr", false},
        {"a space in the local part", "jean dupont@exemple.fr", false},
        {"a space in the domain", "jean@exem ple.fr", false},
        {"a space before", " jean@exemple.fr", false},
        {"a space after", "jean@exemple.fr ", false},
        {"a line break after", "jean@exemple.fr\n", false},
        {"a tab in the local part", "jean\tdupont@exemple.fr", false},
        {"a DEL character", "jean\x7f@exemple.fr", false},
        {"a quoted local part", "\"jean\"@exemple.fr", false},
        {"a comma", "jean,dupont@exemple.fr", false},
        {"an opening round bracket", "jean(@exemple.fr", false},
        {"a closing round bracket", "jean)@exemple.fr", false},
        {"an opening angle bracket", "<jean@exemple.fr", false},
        {"a closing angle bracket", "jean>@exemple.fr", false},
        {"an opening square bracket", "jean[@exemple.fr", false},
        {"a closing square bracket", "jean]@exemple.fr", false},
        {"an opening curly bracket", "jean{@exemple.fr", false},
        {"a closing curly bracket", "jean}@exemple.fr", false},
        {"only an at sign", "@", false},
        {"an empty text", "", false},
        {"an absent address", NULL, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].name, rows[i].is_valid, email_is_valid(slice_of(rows[i].email)));
    }
}

static void a_nul_byte_is_refused(void **state UNUSED) {
    check_true("a NUL in the local part",
               !email_is_valid((struct slice)SLICE_LITERAL("jean\0dupont@exemple.fr")));
    check_true("a NUL in the domain",
               !email_is_valid((struct slice)SLICE_LITERAL("jean@exemple\0.fr")));
}

/* Addresses made of letters only, by the lengths of their parts. */
static void lengths(void **state UNUSED) {
    static const struct {
        const char *name;
        int local;
        int labels[6]; /* before the last one, up to the first 0 */
        int last_label;
        bool is_valid;
    } rows[] = {
        {"a local part of 64 characters", 64, {7}, 2, true},
        {"a local part of 65 characters", 65, {7}, 2, false},
        {"a label of 63 characters", 4, {63}, 2, true},
        {"a label of 64 characters", 4, {64}, 2, false},
        {"a last label of 63 characters", 4, {7}, 63, true},
        {"a last label of 64 characters", 4, {7}, 64, false},
        {"254 characters in all", 58, {63, 63, 63}, 3, true},
        {"255 characters in all", 59, {63, 63, 63}, 3, false},
    };
    static const char letters[] =
        "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm";
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char email[400];
        int size = snprintf(email, sizeof(email), "%.*s@", rows[i].local, letters);
        for (size_t label = 0; rows[i].labels[label] > 0; label++) {
            size += snprintf(email + size, sizeof(email) - (size_t)size, "%.*s.",
                             rows[i].labels[label], letters);
        }
        snprintf(email + size, sizeof(email) - (size_t)size, "%.*s", rows[i].last_label, letters);
        check_int(rows[i].name, rows[i].is_valid, email_is_valid(slice_of(email)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(lengths),
    };
    return cmocka_run_group_tests_name("email", tests, NULL, NULL);
}
