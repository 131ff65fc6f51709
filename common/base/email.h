/* Whether an e-mail address can be written to, by the insurer's rule (domain: accounts). */
#ifndef GUICHET_BASE_EMAIL_H
#define GUICHET_BASE_EMAIL_H

#include <stdbool.h>

#include "common/base/slice.h"

/* One `@`; local part of 1-64 printable ASCII characters without spaces, quotes, commas, brackets;
 * a domain of two or more labels (letters, digits, inner hyphens, 63 at most), the last one of two
 * letters or more; 254 characters at most. */
bool email_is_valid(struct slice email);

#endif
