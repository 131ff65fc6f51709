#include "common/base/email.h"

#include <string.h>

#include "common/base/limits.h"

enum { LOCAL_MAX = 64, LABEL_MAX = 63, LAST_LABEL_MIN = 2 };

/* Double quotes and brackets of all four kinds; the apostrophe stays, names like d'Artagnan have
 * one. */
static const char forbidden_in_local[] = "@\",()<>[]{}";

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_letter_or_digit(char c) {
    return is_letter(c) || (c >= '0' && c <= '9');
}

static bool local_part_is_valid(struct slice local) {
    if (local.size < 1 || local.size > LOCAL_MAX) {
        return false;
    }
    for (size_t i = 0; i < local.size; i++) {
        char c = local.data[i];
        if (c <= ' ' || c > '~' || strchr(forbidden_in_local, c) != NULL) {
            return false;
        }
    }
    return true;
}

static bool label_is_valid(struct slice label) {
    if (label.size < 1 || label.size > LABEL_MAX || label.data[0] == '-' ||
        label.data[label.size - 1] == '-') {
        return false;
    }
    for (size_t i = 0; i < label.size; i++) {
        if (!is_letter_or_digit(label.data[i]) && label.data[i] != '-') {
            return false;
        }
    }
    return true;
}

/* A last label holds letters only: what ends in digits is an IP address, not a domain. */
static bool last_label_is_valid(struct slice label) {
    for (size_t i = 0; i < label.size; i++) {
        if (!is_letter(label.data[i])) {
            return false;
        }
    }
    return label.size >= LAST_LABEL_MIN && label.size <= LABEL_MAX;
}

static bool domain_is_valid(struct slice domain) {
    struct slice rest = domain;
    size_t labels_before = 0;
    const char *dot;
    while ((dot = memchr(rest.data, '.', rest.size)) != NULL) {
        struct slice label = {rest.data, (size_t)(dot - rest.data)};
        if (!label_is_valid(label)) {
            return false;
        }
        rest = (struct slice){dot + 1, rest.size - label.size - 1};
        labels_before++;
    }
    return labels_before > 0 && last_label_is_valid(rest);
}

bool email_is_valid(struct slice email) {
    if (email.size < 1 || email.size > LIMIT_EMAIL_VALID) {
        return false;
    }
    const char *at = memchr(email.data, '@', email.size);
    if (at == NULL) {
        return false;
    }
    struct slice local = {email.data, (size_t)(at - email.data)};
    struct slice domain = {at + 1, email.size - local.size - 1};
    return local_part_is_valid(local) && domain_is_valid(domain);
}
