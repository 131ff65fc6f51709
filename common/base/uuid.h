/* UUIDs as 16 bytes; version 5 (RFC 9562, SHA-1 of namespace and name) for every derived id. */
#ifndef GUICHET_BASE_UUID_H
#define GUICHET_BASE_UUID_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/slice.h"

enum { UUID_SIZE = 16, UUID_TEXT_SIZE = 37 };

struct uuid {
    uint8_t bytes[UUID_SIZE];
};

/* Namespace of every id derived here: 77aac42e-017c-56e5-b082-11fed69432dd, which is the UUIDv5 of
 * the DNS name guichet.example. */
extern const struct uuid uuid_guichet;

struct uuid uuid_v5(const struct uuid *space, struct slice name);
bool uuid_parse(struct slice text, struct uuid *uuid);
/* Lower-case, 36 characters and a NUL. */
void uuid_format(const struct uuid *uuid, char text[UUID_TEXT_SIZE]);
bool uuid_equal(const struct uuid *a, const struct uuid *b);
bool uuid_is_zero(const struct uuid *uuid);

/* SHA-1 (FIPS 180-4), only because UUID version 5 is made of it. */
void sha1(struct slice bytes, uint8_t digest[20]);

#endif
