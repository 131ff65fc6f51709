/* Amounts are integer cents; rates and shares are integer parts per million. Never a float. */
#ifndef GUICHET_BASE_MONEY_H
#define GUICHET_BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

enum { EUROS_TEXT_SIZE = 32 };

/* pmss × rate, rounded half up to the cent. `pmss_eur` 0..LIMIT_PMSS_EUR, `rate_ppm` 0..1000000. */
int64_t money_of_rate(int32_t pmss_eur, int32_t rate_ppm);

/* The share of an amount (≥ 0), rounded half up to the cent. */
int64_t money_share(int64_t cents, int32_t share_ppm);

/* As a French reader writes it: "1 234,56 €", with a minus where needed; `show_plus` writes "+41,25
 * €". */
void money_format_euros(int64_t cents, bool show_plus, char text[EUROS_TEXT_SIZE]);

#endif
