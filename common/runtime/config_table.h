/* The table of settings outside [kafka]: one row says a key, its form, bounds, default, place and
 * meaning; reading, judging and printing all use these rows. Private to config.c and its
 * neighbours. */
#ifndef GUICHET_RUNTIME_CONFIG_TABLE_H
#define GUICHET_RUNTIME_CONFIG_TABLE_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/runtime/settings.h"

enum setting_type {
    SETTING_INTEGER = 1, /* int32_t; min..max is its range */
    SETTING_TEXT,        /* min..max characters, none of them a control character */
    SETTING_ID,          /* the same, printable ASCII without spaces */
    SETTING_URL,         /* the same, beginning with https:// or http:// */
    SETTING_CONNINFO,    /* a connection string that libpq understands */
    SETTING_LISTEN,      /* host:port or [IPv6]:port, or nothing */
    SETTING_INSTANT,     /* RFC 3339, of the years events may have, or nothing */
    SETTING_BOOLEAN,     /* bool: true or false */
};

struct setting {
    const char *key; /* "batch.max_records" */
    enum setting_type type;
    int32_t min;
    int32_t max;
    const char *initial; /* the default, as it would be written */
    size_t offset;       /* in struct settings: int32_t, bool or const char * */
    const char *meaning;
    const char *initial_words; /* for readers, where the default is not what stands above */
};

extern const struct setting config_table[]; /* in the order of their keys */
extern const size_t config_table_count;

/* The row of a key, or NULL. */
const struct setting *config_table_find(const char *key);

/* Judges the value and puts it in place; `value` must live as long as the settings. ERROR_FATAL
 * "CONFIGURATION" with what is wrong, without the key; the value is never quoted. */
MUST_CHECK bool config_table_set(const struct setting *setting, const char *value,
                                 struct settings *settings, struct error *err);

/* True if a connection string holds a password of any kind. */
bool config_conninfo_has_secret(const char *conninfo);

#endif
