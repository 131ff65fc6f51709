#include "common/base/uuid.h"

#include <string.h>

#include "common/base/sha1.h"

const struct uuid uuid_guichet = {{0x77, 0xaa, 0xc4, 0x2e, 0x01, 0x7c, 0x56, 0xe5, 0xb0, 0x82, 0x11,
                                   0xfe, 0xd6, 0x94, 0x32, 0xdd}};

/* A hyphen stands before bytes 4, 6, 8 and 10: 8-4-4-4-12 digits. */
static bool hyphen_before(size_t byte) {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

/* Value of a hexadecimal digit of either case, or -1. */
static int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return -1;
}

struct uuid uuid_v5(const struct uuid *space, struct slice name) {
    struct sha1_state state;
    uint8_t digest[SHA1_DIGEST_SIZE];
    sha1_init(&state);
    sha1_add(&state, (struct slice){(const char *)space->bytes, UUID_SIZE});
    sha1_add(&state, name);
    sha1_finish(&state, digest);
    struct uuid uuid;
    memcpy(uuid.bytes, digest, UUID_SIZE);
    uuid.bytes[6] = (uint8_t)((uuid.bytes[6] & 0x0F) | 0x50); /* version 5 */
    uuid.bytes[8] = (uint8_t)((uuid.bytes[8] & 0x3F) | 0x80); /* variant of RFC 9562 */
    return uuid;
}

bool uuid_parse(struct slice text, struct uuid *uuid) {
    if (text.data == NULL || text.size != UUID_TEXT_SIZE - 1) {
        return false;
    }
    struct uuid parsed;
    const char *at = text.data;
    for (size_t i = 0; i < UUID_SIZE; i++) {
        if (hyphen_before(i) && *at++ != '-') {
            return false;
        }
        int high = hex_value(at[0]);
        int low = hex_value(at[1]);
        if (high < 0 || low < 0) {
            return false;
        }
        parsed.bytes[i] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    *uuid = parsed;
    return true;
}

void uuid_format(const struct uuid *uuid, char text[UUID_TEXT_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < UUID_SIZE; i++) {
        if (hyphen_before(i)) {
            *text++ = '-';
        }
        *text++ = digits[uuid->bytes[i] >> 4];
        *text++ = digits[uuid->bytes[i] & 0x0F];
    }
    *text = '\0';
}

bool uuid_equal(const struct uuid *a, const struct uuid *b) {
    return memcmp(a->bytes, b->bytes, UUID_SIZE) == 0;
}

bool uuid_is_zero(const struct uuid *uuid) {
    static const struct uuid zero;
    return uuid_equal(uuid, &zero);
}
