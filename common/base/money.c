#include "common/base/money.h"

#include <assert.h>
#include <string.h>

#include "common/base/limits.h"

enum { CENTS_PER_EURO = 100, DIGITS_PER_GROUP = 3 };

/* euros × ppm / 1 000 000 × 100 cents = euros × ppm / 10 000. */
enum { EURO_PPM_PER_CENT = LIMIT_PPM / CENTS_PER_EURO };

int64_t money_of_rate(int32_t pmss_eur, int32_t rate_ppm) {
    assert(pmss_eur >= 0 && pmss_eur <= LIMIT_PMSS_EUR);
    assert(rate_ppm >= 0 && rate_ppm <= LIMIT_PPM);
    return ((int64_t)pmss_eur * rate_ppm + EURO_PPM_PER_CENT / 2) / EURO_PPM_PER_CENT;
}

int64_t money_share(int64_t cents, int32_t share_ppm) {
    assert(cents >= 0 && cents <= (INT64_MAX - LIMIT_PPM / 2) / LIMIT_PPM);
    assert(share_ppm >= 0 && share_ppm <= LIMIT_PPM);
    return (cents * share_ppm + LIMIT_PPM / 2) / LIMIT_PPM;
}

/* Writes from the right end of a scratch text, because groups of digits are counted from there. */
void money_format_euros(int64_t cents, bool show_plus, char text[EUROS_TEXT_SIZE]) {
    static const char unit[] = " €"; /* 4 bytes and the NUL: the euro sign takes three */
    char scratch[EUROS_TEXT_SIZE];
    char *start = scratch + sizeof(scratch) - sizeof(unit);
    memcpy(start, unit, sizeof(unit));
    /* Unsigned, so that even the smallest int64_t has a magnitude. */
    uint64_t magnitude = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
    uint64_t euros = magnitude / CENTS_PER_EURO;
    *--start = (char)('0' + magnitude % 10);
    *--start = (char)('0' + magnitude / 10 % 10);
    *--start = ',';
    for (int written = 0; written == 0 || euros > 0; written++, euros /= 10) {
        if (written > 0 && written % DIGITS_PER_GROUP == 0) {
            *--start = ' ';
        }
        *--start = (char)('0' + euros % 10);
    }
    if (cents < 0) {
        *--start = '-';
    } else if (cents > 0 && show_plus) {
        *--start = '+';
    }
    memcpy(text, start, (size_t)(scratch + sizeof(scratch) - start));
}
