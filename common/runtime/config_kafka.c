#include "common/runtime/config_kafka.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAMES_MAX = 400, NAME_MAX_SIZE = 80, REASON_SIZE = 200 };

/* Exactly-once rests on these, or the published contract does (the partitioner). */
static const char *const owned[] = {
    "acks",
    "auto.commit.enable",
    "auto.offset.reset",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "group.protocol",
    "group.protocol.type",
    "isolation.level",
    "offset.store.method",
    "partition.assignment.strategy",
    "partitioner",
    "request.required.acks",
    "transaction.timeout.ms",
    "transactional.id",
};

/* Command lines and environments are seen by others: these come from a private file only. */
static const char *const secrets[] = {
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.config",
    "sasl.password",
    "ssl.key.password",
    "ssl.key.pem",
    "ssl.keystore.password",
};

/* Files that hold private keys. */
static const char *const secret_files[] = {"ssl.key.location", "ssl.keystore.location"};

static const struct {
    const char *prefix;
    unsigned side;
} sides[] = {
    {"consumer.", KAFKA_CONSUMER},
    {"producer.", KAFKA_PRODUCER},
};

static bool is_among(const char *name, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Name without its prefix; `side` as the prefix says. */
static const char *split_side(const char *name, unsigned *side) {
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        size_t size = strlen(sides[i].prefix);
        if (strncmp(name, sides[i].prefix, size) == 0) {
            *side = sides[i].side;
            return name + size;
        }
    }
    *side = KAFKA_BOTH;
    return name;
}

/* librdkafka prints its properties as a table: `name | C/P | …`. A dump of a configuration would
 * leave out those without a value. */
static void take_names(struct config_kafka *kafka, char *table) {
    char *rest = NULL;
    for (char *line = strtok_r(table, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        size_t size = strcspn(line, " |");
        bool is_row = size > 0 && line[0] >= 'a' && line[0] <= 'z' && strchr(line, '|') != NULL;
        bool is_callback = size > 3 && strncmp(line + size - 3, "_cb", 3) == 0;
        if (!is_row || is_callback || size >= NAME_MAX_SIZE || kafka->names_count == NAMES_MAX) {
            continue;
        }
        const char *name = arena_copy(kafka->arena, (struct slice){line, size}).data;
        if (!is_among(name, kafka->names, kafka->names_count)) {
            kafka->names[kafka->names_count++] = name;
        }
    }
}

bool config_kafka_init(struct config_kafka *kafka, struct arena *arena, struct error *err) {
    *kafka = (struct config_kafka){.arena = arena};
    kafka->names = arena_array(arena, NAMES_MAX, sizeof(const char *));
    char *table = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&table, &size);
    if (stream == NULL) {
        return error_set(err, ERROR_FATAL, "MEMORY", "no memory for librdkafka's properties");
    }
    rd_kafka_conf_properties_show(stream);
    if (fclose(stream) != 0) {
        free(table);
        return error_set(err, ERROR_FATAL, "MEMORY", "no memory for librdkafka's properties");
    }
    take_names(kafka, table);
    free(table);
    return true;
}

bool config_kafka_knows(const struct config_kafka *kafka, const char *name) {
    unsigned side;
    return is_among(split_side(name, &side), kafka->names, kafka->names_count);
}

/* Sets the property on a configuration that nobody uses. */
static bool try_out(const char *name, const char *value, struct error *err) {
    char reason[REASON_SIZE] = "";
    rd_kafka_conf_t *scratch = rd_kafka_conf_new();
    rd_kafka_conf_res_t result = rd_kafka_conf_set(scratch, name, value, reason, sizeof(reason));
    rd_kafka_conf_destroy(scratch);
    if (result == RD_KAFKA_CONF_OK) {
        return true;
    }
    bool is_secret = is_among(name, secrets, COUNT_OF(secrets));
    return error_set(err, ERROR_FATAL, "CONFIGURATION", "refused by librdkafka%s%s",
                     is_secret ? "" : ": ", is_secret ? "" : reason);
}

/* One that is not there is librdkafka's to refuse. */
static bool check_secret_file(const char *path, struct error *err) {
    struct stat status;
    if (stat(path, &status) != 0 || config_file_is_private(&status)) {
        return true;
    }
    return error_set(err, ERROR_FATAL, "CONFIGURATION",
                     "%s holds a private key, and its mode is %04o, so that others may read it; "
                     "remedy: chmod 600 %s",
                     path, (unsigned)(status.st_mode & 07777), path);
}

/* What comes later is set later: librdkafka's aliases (metadata.broker.list) override in order. */
static bool append(struct settings *settings, const struct kafka_property *property,
                   struct error *err) {
    size_t kept = 0;
    for (size_t i = 0; i < settings->kafka_count; i++) {
        const struct kafka_property *other = &settings->kafka[i];
        if (other->side != property->side || strcmp(other->name, property->name) != 0) {
            settings->kafka[kept++] = *other;
        }
    }
    settings->kafka_count = kept;
    if (kept == KAFKA_PROPERTIES_MAX) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "there are more than %d properties of Kafka", KAFKA_PROPERTIES_MAX);
    }
    settings->kafka[settings->kafka_count++] = *property;
    return true;
}

bool config_kafka_set(const struct config_kafka *kafka, const char *name,
                      const struct config_input *input, const char *origin,
                      struct settings *settings, struct error *err) {
    unsigned side;
    const char *bare = split_side(name, &side);
    if (is_among(bare, owned, COUNT_OF(owned))) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "guichet sets it itself, since its guarantees depend on it; remove the "
                         "setting");
    }
    if (!input->may_be_secret && is_among(bare, secrets, COUNT_OF(secrets))) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "is a secret that others may see; " CONFIG_SECRET_REMEDY);
    }
    if (is_among(bare, secret_files, COUNT_OF(secret_files)) &&
        !check_secret_file(input->value, err)) {
        return false;
    }
    if (!try_out(bare, input->value, err)) {
        return false;
    }
    const struct kafka_property property = {
        .side = side,
        .name = arena_copy(kafka->arena, slice_of(bare)).data,
        .value = input->value,
        .origin = origin,
    };
    return append(settings, &property, err);
}

bool config_kafka_complete(struct settings *settings, struct error *err) {
    static const struct kafka_property local = {KAFKA_BOTH, "bootstrap.servers", "127.0.0.1:9092",
                                                "default"};
    for (size_t i = 0; i < settings->kafka_count; i++) {
        const char *name = settings->kafka[i].name;
        if (strcmp(name, "bootstrap.servers") == 0 || strcmp(name, "metadata.broker.list") == 0) {
            return true;
        }
    }
    return append(settings, &local, err);
}
