/* French identifiers: form and checksum, nothing else (whether one exists is not known here).
 * SIREN and SIRET: INSEE, Luhn; La Poste's establishments are the exception. NIR: 13 characters and
 * a key of two, with Corsica's 2A and 2B. */
#ifndef GUICHET_BASE_IDENTIFIERS_H
#define GUICHET_BASE_IDENTIFIERS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/slice.h"

/* 9 digits that satisfy Luhn. */
bool siren_is_valid(struct slice siren);

/* 14 digits, a valid SIREN inside, Luhn over all; for La Poste (356000000) the head office
 * 35600000000048 by Luhn, the others by digit sum divisible by 5. */
bool siret_is_valid(struct slice siret);

/* First digit 1, 2, 3, 4, 7 or 8; month 01-12, 20-42 or 50-99; key = 97 − (n mod 97), 2A → 19 and
 * 2B → 18 before the modulo. */
bool nir_is_valid(struct slice nir);

/* False if the year (two digits), or the month where the NIR's month is 01-12, is another than the
 * birth date's. Only for a valid NIR. */
bool nir_matches_birth(struct slice nir, int32_t birth_date);

/* The form in which a NIR is compared: upper case. `out` takes 15 characters and a NUL. */
void nir_canonical(struct slice nir, char out[16]);

#endif
