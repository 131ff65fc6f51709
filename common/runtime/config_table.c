#include "common/runtime/config_table.h"

#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/date.h"
#include "common/base/limits.h"
#include "common/record/shape.h"
#include "common/runtime/config.h"

#define PLACE_OF(member) offsetof(struct settings, member)

enum {
    TEXT_MAX = 1000,
    PATH_SETTING_MAX = 1000,
    LISTEN_MAX = 255,
    CLOCK_RATE_MAX = 1000000, /* a year in half a minute */
    GRACE_SECONDS_MAX = 30 * 24 * 3600,
};

const struct setting config_table[] = {
    {"admin.listen", SETTING_LISTEN, 0, LISTEN_MAX, "127.0.0.1:9464", PLACE_OF(admin_listen),
     "Where `run` answers about its health and metrics, as host:port; empty: nowhere.", NULL},
    {"batch.linger_ms", SETTING_INTEGER, 0, 1000, "5", PLACE_OF(batch_linger_ms),
     "How long a batch waits for more records, in milliseconds.", NULL},
    {"batch.max_records", SETTING_INTEGER, 1, 10000, "1000", PLACE_OF(batch_max_records),
     "Records of a batch, which is one database transaction.", NULL},
    {"clock.rate", SETTING_INTEGER, 1, CLOCK_RATE_MAX, "1", PLACE_OF(clock_rate),
     "Simulated seconds that pass in one. Only with `clock.simulate`.", NULL},
    {"clock.simulate", SETTING_BOOLEAN, 0, 0, "false", PLACE_OF(clock_simulate),
     "`true`: decisions see a simulated time, which all processes of the installation share. For "
     "drills and tests.",
     NULL},
    {"clock.start", SETTING_INSTANT, 0, INSTANT_TEXT_SIZE, "", PLACE_OF(clock_start),
     "Instant at which simulated time starts (RFC 3339). It never goes back. Only with "
     "`clock.simulate`.",
     "the real time"},
    {"guichet.activation_key_file", SETTING_TEXT, 0, PATH_SETTING_MAX, "",
     PLACE_OF(activation_key_file),
     "Key shared with the identity service, which signs activation links: 32 bytes, mode 0600.",
     "`activation.key` in `guichet.state_dir`"},
    {"guichet.activation_url", SETTING_URL, 1, TEXT_MAX, "https://espace.example/activation",
     PLACE_OF(activation_url), "Page on which an insured activates their account.", NULL},
    {"guichet.instance", SETTING_ID, 0, LIMIT_ID, "", PLACE_OF(instance),
     "Name of this process among its fellows; it must differ from theirs and stay the same over a "
     "restart, which then needs no rebalance.",
     "none: a dynamic group member"},
    {"guichet.secret_file", SETTING_TEXT, 0, PATH_SETTING_MAX, "", PLACE_OF(secret_file),
     "Secret under which personal data is sealed: 32 bytes, mode 0600, made by `guichet migrate` "
     "if absent. Keep a copy: what it sealed is lost without it.",
     "`secret.key` in `guichet.state_dir`"},
    {"guichet.start_timeout_seconds", SETTING_INTEGER, 1, 3600, "60",
     PLACE_OF(start_timeout_seconds), "How long a start waits for the broker and the database.",
     NULL},
    {"guichet.state_dir", SETTING_TEXT, 1, PATH_SETTING_MAX, "/var/lib/guichet",
     PLACE_OF(state_dir), "Folder of the two key files, unless they are set apart.", NULL},
    {"journal.retention_days", SETTING_INTEGER, 30, 3660, "35", PLACE_OF(journal_retention_days),
     "Days for which decisions are kept in the journal; at least as long as backups are. What was "
     "not published and compared is kept longer.",
     NULL},
    {"postgres.conninfo", SETTING_CONNINFO, 0, TEXT_MAX, "", PLACE_OF(postgres_conninfo),
     "Connection string of libpq (`host=… dbname=… sslmode=… service=… passfile=…`). A password "
     "is read from a file only.",
     "libpq's own defaults"},
    {"rules.activation_link_days", SETTING_INTEGER, 1, 365, "30", PLACE_OF(activation_link_days),
     "Days of 24 hours for which an activation link is valid.", NULL},
    {"rules.contract_grace_seconds", SETTING_INTEGER, 1, GRACE_SECONDS_MAX, "900",
     PLACE_OF(contract_grace_seconds),
     "How long a request waits for its contract, and an event for the subject it names.", NULL},
    {"rules.employer_answer_days", SETTING_INTEGER, 1, 365, "30", PLACE_OF(employer_answer_days),
     "Days of 24 hours after which an addition that the employer did not answer expires.", NULL},
    {"rules.journey_idle_minutes", SETTING_INTEGER, 1, 24 * 60, "30",
     PLACE_OF(journey_idle_minutes),
     "Minutes without a step after which a journey to terminate a contract counts as abandoned.",
     NULL},
    {"rules.registration_grace_seconds", SETTING_INTEGER, 1, GRACE_SECONDS_MAX, "60",
     PLACE_OF(registration_grace_seconds), "How long a registration waits for its contract.", NULL},
    {"sla.calendar", SETTING_ID, 1, LIMIT_ID, "metropole", PLACE_OF(sla_calendar),
     "Calendar that says which days are business days.", NULL},
    {"sla.online_bulk_days", SETTING_INTEGER, 1, 30, "2", PLACE_OF(online_bulk_days),
     "Business days to answer an online request from a list.", NULL},
    {"sla.online_single_days", SETTING_INTEGER, 1, 30, "1", PLACE_OF(online_single_days),
     "Business days to answer an online request for one employee.", NULL},
    {"topics.partitions", SETTING_INTEGER, 1, 1000, "12", PLACE_OF(topics_partitions),
     "Partitions of each topic that `guichet topics create` makes.", NULL},
    {"topics.replication", SETTING_INTEGER, 1, 15, "3", PLACE_OF(topics_replication),
     "Copies of each partition that `guichet topics create` makes.", NULL},
};

const size_t config_table_count = COUNT_OF(config_table);

static int compare_key(const void *key, const void *setting) {
    return strcmp(key, ((const struct setting *)setting)->key);
}

const struct setting *config_table_find(const char *key) {
    return bsearch(key, config_table, config_table_count, sizeof(config_table[0]), compare_key);
}

static bool refuse(struct error *err, const char *what) {
    return error_set(err, ERROR_FATAL, "CONFIGURATION", "%s", what);
}

static bool check_integer(const struct setting *setting, const char *value, int32_t *number,
                          struct error *err) {
    char *end;
    errno = 0;
    long parsed = strtol(value, &end, 10);
    bool begins_well = value[0] == '-' || (value[0] >= '0' && value[0] <= '9');
    if (!begins_well || *end != '\0' || errno != 0 || parsed < setting->min ||
        parsed > setting->max) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "must be a whole number from %" PRId32 " to %" PRId32, setting->min,
                         setting->max);
    }
    *number = (int32_t)parsed;
    return true;
}

static bool check_length(const struct setting *setting, const char *value, struct error *err) {
    size_t size = strlen(value);
    if (size < (size_t)setting->min) {
        return refuse(err, "must not be empty");
    }
    if (size > (size_t)setting->max) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "must not have more than %" PRId32 " characters", setting->max);
    }
    bool is_strict = setting->type == SETTING_ID || setting->type == SETTING_URL ||
                     setting->type == SETTING_LISTEN;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)value[i];
        if (byte < 0x20 || byte == 0x7F) {
            return refuse(err, "must not hold control characters");
        }
        if (is_strict && (byte == ' ' || byte > 0x7F)) {
            return refuse(err, "must be printable ASCII without spaces");
        }
    }
    return true;
}

static bool check_boolean(const char *value, bool *boolean, struct error *err) {
    *boolean = strcmp(value, "true") == 0;
    return *boolean || strcmp(value, "false") == 0 || refuse(err, "must be true or false");
}

static bool is_port(const char *text) {
    size_t size = strspn(text, "0123456789");
    long port = strtol(text, NULL, 10);
    return size > 0 && size <= 5 && text[size] == '\0' && port >= 1 && port <= 65535;
}

static bool check_listen(const char *value, struct error *err) {
    const char *colon = strrchr(value, ':');
    if (value[0] == '\0') {
        return true;
    }
    if (colon == NULL || colon == value || !is_port(colon + 1)) {
        return refuse(err, "must be host:port, with a port from 1 to 65535");
    }
    bool is_bracketed = value[0] == '[' && colon - value > 2 && colon[-1] == ']';
    if (memchr(value, ':', (size_t)(colon - value)) != NULL && !is_bracketed) {
        return refuse(err, "must hold an IPv6 address in brackets: [::1]:9464");
    }
    return true;
}

static bool check_instant(const char *value, struct error *err) {
    int64_t instant_ms;
    if (value[0] == '\0') {
        return true;
    }
    if (!instant_parse(slice_of(value), &instant_ms) || instant_ms < FIELD_INSTANT_MIN ||
        instant_ms > FIELD_INSTANT_MAX) {
        return refuse(err, "must be an instant from 2000 to 2099 with its offset: "
                           "2026-11-20T16:00:00+01:00");
    }
    return true;
}

static bool check_url(const char *value, struct error *err) {
    static const char *const schemes[] = {"https://", "http://"};
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        size_t size = strlen(schemes[i]);
        if (strncmp(value, schemes[i], size) == 0 && value[size] != '\0') {
            return true;
        }
    }
    return refuse(err, "must begin with https:// or http:// and a host");
}

/* libpq's own message may quote a piece of the string, which may be a password: it is left out. */
static bool check_conninfo(const char *value, struct error *err) {
    PQconninfoOption *options = PQconninfoParse(value, NULL);
    if (options == NULL) {
        return refuse(err, "libpq cannot read it: a syntax error, or an unknown option");
    }
    PQconninfoFree(options);
    return true;
}

bool config_conninfo_has_secret(const char *conninfo) {
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    bool found = false;
    for (const PQconninfoOption *option = options; option != NULL && option->keyword != NULL;
         option++) {
        /* "*" is how libpq marks what must not be shown */
        found = found || (option->val != NULL && option->val[0] != '\0' &&
                          strcmp(option->dispchar, "*") == 0);
    }
    PQconninfoFree(options);
    return found;
}

static bool check_text(const struct setting *setting, const char *value, struct error *err) {
    if (!check_length(setting, value, err)) {
        return false;
    }
    switch (setting->type) {
    case SETTING_URL:
        return check_url(value, err);
    case SETTING_CONNINFO:
        return check_conninfo(value, err);
    case SETTING_LISTEN:
        return check_listen(value, err);
    case SETTING_INSTANT:
        return check_instant(value, err);
    case SETTING_TEXT:
    case SETTING_ID:
    case SETTING_INTEGER:
    case SETTING_BOOLEAN:
        break;
    }
    return true;
}

bool config_table_set(const struct setting *setting, const char *value, struct settings *settings,
                      struct error *err) {
    char *place = (char *)settings + setting->offset;
    if (setting->type == SETTING_INTEGER) {
        int32_t number = 0;
        if (!check_integer(setting, value, &number, err)) {
            return false;
        }
        memcpy(place, &number, sizeof(number));
        return true;
    }
    if (setting->type == SETTING_BOOLEAN) {
        bool boolean = false;
        if (!check_boolean(value, &boolean, err)) {
            return false;
        }
        memcpy(place, &boolean, sizeof(boolean));
        return true;
    }
    if (!check_text(setting, value, err)) {
        return false;
    }
    memcpy(place, &value, sizeof(value));
    return true;
}

void config_print_markdown(FILE *out) {
    fputs("| setting | default | bounds | meaning |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < config_table_count; i++) {
        const struct setting *setting = &config_table[i];
        fprintf(out, "| `%s` | ", setting->key);
        if (setting->initial_words != NULL) {
            fputs(setting->initial_words, out);
        } else {
            fprintf(out, "`%s`", setting->initial);
        }
        if (setting->type == SETTING_INTEGER) {
            fprintf(out, " | %" PRId32 " to %" PRId32, setting->min, setting->max);
        } else {
            fputs(" |", out);
        }
        fprintf(out, " | %s |\n", setting->meaning);
    }
    fputs("| `kafka.NAME` | librdkafka's, or ours | | Any property of librdkafka that no guarantee "
          "rests on; limits that do not fit each other are refused. `kafka.consumer.NAME` and "
          "`kafka.producer.NAME` for one side. "
          "`kafka.bootstrap.servers` is `127.0.0.1:9092` unless set. |\n",
          out);
}
