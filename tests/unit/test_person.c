/* Who counts as one and the same person, and how an employee came. */
#include "common/base/compiler.h"
#include "common/base/person.h"
#include "tests/unit/check.h"

static void channels(void **state UNUSED) {
    static const struct {
        const char *name;
        bool is_online;
    } rows[] = {
        {"online_single", true}, {"online_bulk", true}, {"paper_bia", false},
        {"phone", false},        {"other", false},
    };
    check_int("every channel has a row", COUNT_OF(rows) + 1, channel_words.count);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int channel = words_value(&channel_words, slice_of(rows[i].name));
        check_true(rows[i].name, channel != 0);
        check_int(rows[i].name, rows[i].is_online, channel_is_online((enum channel)channel));
    }
}

static const struct slice given_names[] = {SLICE_LITERAL("Anna"), SLICE_LITERAL("Rose"),
                                           SLICE_LITERAL("anna")};

enum { BORN = 7305 }; /* 1 January 1990 */

static void same_person(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *family_name;
        size_t given_name;
        size_t given_names;
        int32_t birth_date;
        const char *nir;
        bool is_same;
    } rows[] = {
        {"all alike", "Moreau", 0, 1, BORN, NULL, true},
        {"a NIR on one side only", "Moreau", 0, 1, BORN, "290019912611180", true},
        {"another family name", "Moreaux", 0, 1, BORN, NULL, false},
        {"the family name in capitals", "MOREAU", 0, 1, BORN, NULL, false},
        {"another given name", "Moreau", 1, 1, BORN, NULL, false},
        {"the given name in small letters", "Moreau", 2, 1, BORN, NULL, false},
        {"a second given name", "Moreau", 0, 2, BORN, NULL, false},
        {"born a day later", "Moreau", 0, 1, BORN + 1, NULL, false},
    };
    const struct beneficiary moreau = {
        .beneficiary_id = slice_of("B-1"),
        .family_name = slice_of("Moreau"),
        .given_names = {given_names, 1},
        .birth_date = BORN,
    };
    const struct covered_person person = covered_person_of(&moreau);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct covered_person other = {
            slice_of(rows[i].family_name),
            {&given_names[rows[i].given_name], rows[i].given_names},
            rows[i].birth_date,
            slice_of(rows[i].nir),
        };
        check_int(rows[i].name, rows[i].is_same, covered_person_equal(&person, &other));
        check_int(rows[i].name, rows[i].is_same, covered_person_equal(&other, &person));
    }
}

/* What is kept of a beneficiary is all that says who he is. */
static void kept(void **state UNUSED) {
    const struct beneficiary beneficiary = {
        .beneficiary_id = slice_of("B-1"),
        .family_name = slice_of("Moreau"),
        .given_names = {given_names, 2},
        .birth_date = BORN,
        .nir = slice_of("290019912611180"),
    };
    const struct covered_person person = covered_person_of(&beneficiary);
    check_slice("family name", "Moreau", person.family_name);
    check_int("given names", 2, person.given_names.count);
    check_slice("the second", "Rose", person.given_names.items[1]);
    check_int("birth date", BORN, person.birth_date);
    check_slice("NIR", "290019912611180", person.nir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels),
        cmocka_unit_test(same_person),
        cmocka_unit_test(kept),
    };
    return cmocka_run_group_tests_name("person", tests, NULL, NULL);
}
