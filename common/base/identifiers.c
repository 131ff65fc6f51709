#include "common/base/identifiers.h"

#include <assert.h>
#include <string.h>

#include "common/base/date.h"
#include "common/base/limits.h"

enum { NIR_BODY = 13, NIR_MODULUS = 97 };

static const struct slice la_poste_siren = SLICE_LITERAL("356000000");
static const struct slice la_poste_head_office = SLICE_LITERAL("35600000000048");

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool all_digits(struct slice s) {
    for (size_t i = 0; i < s.size; i++) {
        if (!is_digit(s.data[i])) {
            return false;
        }
    }
    return true;
}

static int digit_sum(struct slice digits) {
    int sum = 0;
    for (size_t i = 0; i < digits.size; i++) {
        sum += digits.data[i] - '0';
    }
    return sum;
}

/* From the right, every second digit counts twice, as the sum of its own two digits. */
static bool luhn_holds(struct slice digits) {
    int sum = 0;
    for (size_t i = 0; i < digits.size; i++) {
        int digit = digits.data[digits.size - 1 - i] - '0';
        int doubled = digit > 4 ? 2 * digit - 9 : 2 * digit;
        sum += i % 2 == 0 ? digit : doubled;
    }
    return sum % 10 == 0;
}

bool siren_is_valid(struct slice siren) {
    return siren.size == LIMIT_SIREN && all_digits(siren) && luhn_holds(siren);
}

bool siret_is_valid(struct slice siret) {
    if (siret.size != LIMIT_SIRET || !all_digits(siret)) {
        return false;
    }
    struct slice siren = {siret.data, LIMIT_SIREN};
    if (slice_equal(siren, la_poste_siren) && !slice_equal(siret, la_poste_head_office)) {
        return digit_sum(siret) % 5 == 0;
    }
    return luhn_holds(siren) && luhn_holds(siret);
}

static int two_digits(const char *text) {
    return 10 * (text[0] - '0') + (text[1] - '0');
}

/* 20-42 and 50-99 stand for civil registers that do not know the month of birth. */
static bool nir_month_is_possible(int month) {
    return (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
}

static char upper_case(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Corsica's departments count as 19 and 18 in the key, all others as they are written. */
static void nir_without_corsica(char nir[LIMIT_NIR + 1]) {
    if (memcmp(nir + 5, "2A", 2) == 0) {
        memcpy(nir + 5, "19", 2);
    } else if (memcmp(nir + 5, "2B", 2) == 0) {
        memcpy(nir + 5, "18", 2);
    }
}

bool nir_is_valid(struct slice nir) {
    if (nir.size != LIMIT_NIR) {
        return false;
    }
    char text[LIMIT_NIR + 1];
    nir_canonical(nir, text);
    nir_without_corsica(text);
    if (!all_digits((struct slice){text, LIMIT_NIR}) || strchr("123478", text[0]) == NULL ||
        !nir_month_is_possible(two_digits(text + 3))) {
        return false;
    }
    int64_t number = 0;
    for (size_t i = 0; i < NIR_BODY; i++) {
        number = 10 * number + (text[i] - '0');
    }
    return two_digits(text + NIR_BODY) == NIR_MODULUS - number % NIR_MODULUS;
}

bool nir_matches_birth(struct slice nir, int32_t birth_date) {
    assert(nir_is_valid(nir));
    struct civil birth = date_civil(birth_date);
    int month = two_digits(nir.data + 3);
    return two_digits(nir.data + 1) == birth.year % 100 && (month > 12 || month == birth.month);
}

/* Any text is accepted, since a NIR may be looked up before it is found invalid: what is beyond 15
 * characters is left out. */
void nir_canonical(struct slice nir, char out[16]) {
    size_t size = nir.size < LIMIT_NIR ? nir.size : LIMIT_NIR;
    for (size_t i = 0; i < size; i++) {
        out[i] = upper_case(nir.data[i]);
    }
    out[size] = '\0';
}
