/* SIREN, SIRET and NIR: form and checksum. Invented NIRs have the birth place 99 999. */
#include "common/base/compiler.h"
#include "common/base/date.h"
#include "common/base/identifiers.h"
#include "tests/unit/check.h"

struct text_row {
    const char *name;
    const char *text; /* NULL: absent */
    bool is_valid;
};

static void sirens(void **state UNUSED) {
    static const struct text_row rows[] = {
        {"an employer's SIREN", "732829320", true},
        {"another employer's SIREN", "404833048", true},
        {"a third employer's SIREN", "552008443", true},
        {"La Poste's SIREN", "356000000", true},
        {"last digit one too high", "732829321", false},
        {"last digit one too low", "732829329", false},
        {"two neighbouring digits swapped", "372829320", false},
        {"eight digits", "73282932", false},
        {"ten digits that satisfy Luhn", "0732829320", false},
        {"a letter among the digits", "73282932O", false},
        {"a sign that counts as ten, which Luhn would take for a nought", "73282932:", false},
        {"groups with spaces", "732 829 320", false},
        {"a leading space in nine characters", " 73282932", false},
        {"an empty text", "", false},
        {"an absent SIREN", NULL, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].name, rows[i].is_valid, siren_is_valid(slice_of(rows[i].text)));
    }
}

static void one_last_digit_completes_a_siren(void **state UNUSED) {
    for (int digit = '0'; digit <= '9'; digit++) {
        char siren[] = "73282932?";
        siren[8] = (char)digit;
        check_int(siren, digit == '0', siren_is_valid(slice_of(siren)));
    }
}

static void sirets(void **state UNUSED) {
    static const struct text_row rows[] = {
        {"an establishment", "73282932000074", true},
        {"wrong last digit", "73282932000079", false},
        {"Luhn holds over 14 digits but not over the SIREN inside", "73282932100007", false},
        {"digit sum divisible by five is for La Poste only", "73282932000004", false},
        {"La Poste's head office, by Luhn", "35600000000048", true},
        {"a post office, digit sum divisible by five", "35600000049837", true},
        {"a post office, digit sum divisible by five but not Luhn", "35600000000001", true},
        {"a post office by Luhn, digit sum 24", "35600000000055", false},
        {"a post office by Luhn, digit sum 19", "35600000000014", false},
        {"a digit above La Poste's head office, digit sum 27", "35600000000049", false},
        {"only the SIREN", "732829320", false},
        {"thirteen digits", "7328293200007", false},
        {"fifteen digits", "732829320000740", false},
        {"a letter in the establishment number", "7328293200007A", false},
        {"a sign that counts as fourteen in place of a four", "7328293200007>", false},
        {"a letter in a post office's number", "3560000004983S", false},
        {"an empty text", "", false},
        {"an absent SIRET", NULL, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].name, rows[i].is_valid, siret_is_valid(slice_of(rows[i].text)));
    }
}

static void nirs(void **state UNUSED) {
    static const struct text_row rows[] = {
        {"a woman born in October 1995", "295109912611193", true},
        {"born in Corse-du-Sud (2A)", "253072A07300443", true},
        {"born in Haute-Corse (2B)", "253072B07300470", true},
        {"2B with the key one higher", "253072B07300471", false},
        {"2A with the key of 2B", "253072A07300470", false},
        {"2A written small", "253072a07300443", true},
        {"2B written small", "253072b07300470", true},
        {"there is no department 2C", "253072C07300470", false},
        {"2A outside the department", "2A3072007300443", false},
        {"A2 in place of 2A", "25307A207300443", false},
        {"key one higher", "295109912611194", false},
        {"key one lower", "295109912611192", false},
        {"the highest key is 97", "185059999908297", true},
        {"00 in place of key 97", "185059999908200", false},
        {"the right key of an impossible month", "185009999900101", false},
        {"a key with a leading zero", "185059999908101", true},
        {"that key without its zero", "18505999990811", false},
        {"month 31, a register without the month", "100319999900106", true},
        {"without its key", "2951099126111", false},
        {"fourteen characters", "29510991261119", false},
        {"sixteen characters", "2951099126111930", false},
        {"with spaces", "2 95 10 99 126 ", false},
        {"a letter in the key", "29510991261119O", false},
        {"a sign that counts as eleven, and the key of that number", "295109999900;96", false},
        {"digits that count the same", "295109999901196", true},
        {"an empty text", "", false},
        {"an absent NIR", NULL, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].name, rows[i].is_valid, nir_is_valid(slice_of(rows[i].text)));
    }
}

/* Writes the key after the 13 digits, dividing digit by digit. */
static void put_key(char nir[16]) {
    int remainder = 0;
    for (size_t i = 0; i < 13; i++) {
        remainder = (10 * remainder + (nir[i] - '0')) % 97;
    }
    nir[13] = (char)('0' + (97 - remainder) / 10);
    nir[14] = (char)('0' + (97 - remainder) % 10);
}

static void every_first_digit(void **state UNUSED) {
    for (int digit = 0; digit <= 9; digit++) {
        char nir[] = "?850599999001??";
        nir[0] = (char)('0' + digit);
        put_key(nir);
        bool is_known = (digit >= 1 && digit <= 4) || digit == 7 || digit == 8;
        check_int(nir, is_known, nir_is_valid(slice_of(nir)));
    }
}

static void every_month(void **state UNUSED) {
    for (int month = 0; month <= 99; month++) {
        char nir[] = "185??99999001??";
        nir[3] = (char)('0' + month / 10);
        nir[4] = (char)('0' + month % 10);
        put_key(nir);
        bool is_possible =
            (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
        check_int(nir, is_possible, nir_is_valid(slice_of(nir)));
    }
}

static void nirs_and_births(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *nir;
        struct civil birth;
        bool matches;
    } rows[] = {
        {"same year and month", "295109912611193", {1995, 10, 3}, true},
        {"the day is not in the NIR", "295109912611193", {1995, 10, 31}, true},
        {"the day before the month begins", "295109912611193", {1995, 9, 30}, false},
        {"the day after the month ends", "295109912611193", {1995, 11, 1}, false},
        {"the month of the year before", "295109912611193", {1994, 10, 3}, false},
        {"the month of the year after", "295109912611193", {1996, 10, 3}, false},
        {"the century is not in the NIR", "295109912611193", {1895, 10, 3}, true},
        {"born in 2000", "100319999900106", {2000, 2, 29}, true},
        {"a pseudo-month fits any month", "100319999900106", {2000, 12, 31}, true},
        {"a pseudo-month keeps the year", "100319999900106", {2001, 1, 1}, false},
        {"born in December", "295129999900141", {1995, 12, 31}, true},
        {"not born in December", "295129999900141", {1995, 11, 30}, false},
        {"born in Corsica", "253072A07300443", {1953, 7, 14}, true},
        {"born in Corsica, another month", "253072A07300443", {1953, 8, 14}, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t birth = date_of_civil(rows[i].birth.year, rows[i].birth.month, rows[i].birth.day);
        check_int(rows[i].name, rows[i].matches, nir_matches_birth(slice_of(rows[i].nir), birth));
    }
}

static void canonical_nirs(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *nir;
        const char *canonical;
    } rows[] = {
        {"digits stay", "295109912611193", "295109912611193"},
        {"a small letter becomes a capital", "253072a07300443", "253072A07300443"},
        {"a capital stays", "253072B07300470", "253072B07300470"},
        {"a text too short keeps its length", "12z", "12Z"},
        {"a text too long is cut", "2951099126111930", "295109912611193"},
        {"bytes that are no ASCII letters stay", "\xc3\xa9\xc3\xa8", "\xc3\xa9\xc3\xa8"},
        {"an absent NIR is empty", NULL, ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char out[16];
        memset(out, '#', sizeof(out));
        nir_canonical(slice_of(rows[i].nir), out);
        check_text(rows[i].name, rows[i].canonical, out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sirens),
        cmocka_unit_test(one_last_digit_completes_a_siren),
        cmocka_unit_test(sirets),
        cmocka_unit_test(nirs),
        cmocka_unit_test(every_first_digit),
        cmocka_unit_test(every_month),
        cmocka_unit_test(nirs_and_births),
        cmocka_unit_test(canonical_nirs),
    };
    return cmocka_run_group_tests_name("identifiers", tests, NULL, NULL);
}
