/* links: runtime */
/* Where settings come from, which source wins, and what is said of a wrong one. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/runtime/config.h"
#include "common/runtime/config_table.h"
#include "tests/unit/check.h"

enum { VARIABLES_MAX = 3, OVERRIDES_MAX = 3 };

/* What a row says: text of the file, variables NAME=value, overrides section.key=value. */
struct sources {
    const char *file; /* NULL: an empty one */
    const char *variables[VARIABLES_MAX];
    const char *overrides[OVERRIDES_MAX];
};

static char path[] = "/tmp/guichet-config-XXXXXX";

static bool read_sources(const struct sources *sources, struct arena *arena,
                         struct settings *settings, struct error *err) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    if (sources->file != NULL) {
        fputs(sources->file, file);
    }
    assert_int_equal(fclose(file), 0);
    clearenv();
    for (size_t i = 0; i < VARIABLES_MAX && sources->variables[i] != NULL; i++) {
        char variable[512];
        snprintf(variable, sizeof(variable), "%s", sources->variables[i]);
        char *equals = strchr(variable, '=');
        assert_non_null(equals);
        *equals = '\0';
        setenv(variable, equals + 1, 1);
    }
    size_t count = 0;
    while (count < OVERRIDES_MAX && sources->overrides[count] != NULL) {
        count++;
    }
    const struct config_sources said = {path, sources->overrides, count};
    return config_read(&said, arena, settings, err);
}

static void must_read(const char *name, const struct sources *sources, struct arena *arena,
                      struct settings *settings) {
    struct error err = {.text = ""};
    if (!read_sources(sources, arena, settings, &err)) {
        fail_msg("%s: %s", name, err.text);
    }
}

static void defaults(void **state UNUSED) {
    struct arena arena;
    struct settings settings;
    const struct sources nothing = {.file = NULL};
    arena_init(&arena);
    must_read("nothing said", &nothing, &arena, &settings);
    check_int("batch.max_records", 1000, settings.batch_max_records);
    check_int("batch.linger_ms", 5, settings.batch_linger_ms);
    check_int("guichet.start_timeout_seconds", 60, settings.start_timeout_seconds);
    check_int("topics.partitions", 12, settings.topics_partitions);
    check_int("topics.replication", 3, settings.topics_replication);
    check_int("sla.online_single_days", 1, settings.online_single_days);
    check_int("sla.online_bulk_days", 2, settings.online_bulk_days);
    check_int("rules.activation_link_days", 30, settings.activation_link_days);
    check_int("rules.employer_answer_days", 30, settings.employer_answer_days);
    check_int("rules.contract_grace_seconds", 900, settings.contract_grace_seconds);
    check_int("rules.registration_grace_seconds", 60, settings.registration_grace_seconds);
    check_true("clock.simulate", !settings.clock_simulate);
    check_text("clock.start", "", settings.clock_start);
    check_int("clock.rate", 1, settings.clock_rate);
    check_text("admin.listen", "127.0.0.1:9464", settings.admin_listen);
    check_text("sla.calendar", "metropole", settings.sla_calendar);
    check_text("postgres.conninfo", "", settings.postgres_conninfo);
    check_text("guichet.instance", "", settings.instance);
    check_text("guichet.state_dir", "/var/lib/guichet", settings.state_dir);
    check_text("secret_file", "/var/lib/guichet/secret.key", settings.secret_file);
    check_text("activation", "/var/lib/guichet/activation.key", settings.activation_key_file);
    check_text("url", "https://espace.example/activation", settings.activation_url);
    check_int("one property of Kafka", 1, settings.kafka_count);
    check_text("broker", "bootstrap.servers", settings.kafka[0].name);
    check_text("broker", "127.0.0.1:9092", settings.kafka[0].value);
    arena_fini(&arena);
}

static void precedence(void **state UNUSED) {
    static const struct {
        const char *name;
        struct sources sources;
        int32_t expected;
    } rows[] = {
        {"file over default", {"[batch]\nmax_records = 10\n", {NULL}, {NULL}}, 10},
        {"environment over default", {NULL, {"GUICHET_BATCH_MAX_RECORDS=20"}, {NULL}}, 20},
        {"flag over default", {NULL, {NULL}, {"batch.max_records=30"}}, 30},
        {"environment over file",
         {"[batch]\nmax_records = 10\n", {"GUICHET_BATCH_MAX_RECORDS=20"}, {NULL}},
         20},
        {"flag over file", {"[batch]\nmax_records = 10\n", {NULL}, {"batch.max_records=30"}}, 30},
        {"flag over environment",
         {NULL, {"GUICHET_BATCH_MAX_RECORDS=20"}, {"batch.max_records=30"}},
         30},
        {"flag over environment over file",
         {"[batch]\nmax_records = 10\n",
          {"GUICHET_BATCH_MAX_RECORDS=20"},
          {"batch.max_records=30"}},
         30},
        {"the last of two flags",
         {NULL, {NULL}, {"batch.max_records=30", "batch.max_records=40"}},
         40},
        {"a variable of the tests is no setting",
         {NULL, {"GUICHET_TEST_ANYTHING=1"}, {NULL}},
         1000},
        {"a comment behind a value", {"[batch]\nmax_records = 10 ; ten\n", {NULL}, {NULL}}, 10},
        {"the least", {NULL, {NULL}, {"batch.max_records=1"}}, 1},
        {"the most", {NULL, {NULL}, {"batch.max_records=10000"}}, 10000},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena arena;
        struct settings settings;
        arena_init(&arena);
        must_read(rows[i].name, &rows[i].sources, &arena, &settings);
        check_int(rows[i].name, rows[i].expected, settings.batch_max_records);
        arena_fini(&arena);
    }
}

static void kafka_properties(void **state UNUSED) {
    static const struct {
        const char *name;
        struct sources sources;
        size_t index, count;
        int side;
        const char *property, *value, *origin; /* origin NULL: the file's line 2 */
    } rows[] = {
        {"in the file",
         {"[kafka]\nbootstrap.servers = a:1\n", {NULL}, {NULL}},
         0,
         1,
         KAFKA_BOTH,
         "bootstrap.servers",
         "a:1",
         NULL},
        {"of the consumer",
         {"[kafka]\nconsumer.fetch.min.bytes = 2\n", {NULL}, {NULL}},
         0,
         2,
         KAFKA_CONSUMER,
         "fetch.min.bytes",
         "2",
         NULL},
        {"of the producer by a flag",
         {NULL, {NULL}, {"kafka.producer.linger.ms=7"}},
         0,
         2,
         KAFKA_PRODUCER,
         "linger.ms",
         "7",
         "-o kafka.producer.linger.ms"},
        {"in the environment, without a default in librdkafka",
         {NULL, {"GUICHET_KAFKA_BOOTSTRAP_SERVERS=b:2"}, {NULL}},
         0,
         1,
         KAFKA_BOTH,
         "bootstrap.servers",
         "b:2",
         "GUICHET_KAFKA_BOOTSTRAP_SERVERS"},
        {"of the consumer in the environment",
         {NULL, {"GUICHET_KAFKA_CONSUMER_FETCH_MIN_BYTES=3"}, {NULL}},
         0,
         2,
         KAFKA_CONSUMER,
         "fetch.min.bytes",
         "3",
         "GUICHET_KAFKA_CONSUMER_FETCH_MIN_BYTES"},
        {"a flag replaces what the file says",
         {"[kafka]\nbootstrap.servers = a:1\n", {NULL}, {"kafka.bootstrap.servers=c:3"}},
         0,
         1,
         KAFKA_BOTH,
         "bootstrap.servers",
         "c:3",
         "-o kafka.bootstrap.servers"},
        {"an alias of a flag comes after the file's",
         {"[kafka]\nbootstrap.servers = a:1\n", {NULL}, {"kafka.metadata.broker.list=c:3"}},
         1,
         2,
         KAFKA_BOTH,
         "metadata.broker.list",
         "c:3",
         "-o kafka.metadata.broker.list"},
        {"both sides and one of them are two",
         {"[kafka]\nretry.backoff.ms = 5\n", {NULL}, {"kafka.producer.retry.backoff.ms=6"}},
         1,
         3,
         KAFKA_PRODUCER,
         "retry.backoff.ms",
         "6",
         "-o kafka.producer.retry.backoff.ms"},
        {"a secret in the file",
         {"[kafka]\nsasl.password = x y\n", {NULL}, {NULL}},
         0,
         2,
         KAFKA_BOTH,
         "sasl.password",
         "x y",
         NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena arena;
        struct settings settings;
        arena_init(&arena);
        must_read(rows[i].name, &rows[i].sources, &arena, &settings);
        check_int(rows[i].name, rows[i].count, settings.kafka_count);
        const struct kafka_property *property = &settings.kafka[rows[i].index];
        const char *line_2 = arena_format(&arena, "%s:2", path).data;
        check_int(rows[i].name, rows[i].side, property->side);
        check_text(rows[i].name, rows[i].property, property->name);
        check_text(rows[i].name, rows[i].value, property->value);
        check_text(rows[i].name, rows[i].origin == NULL ? line_2 : rows[i].origin,
                   property->origin);
        arena_fini(&arena);
    }
}

static void clock_and_listener(void **state UNUSED) {
    static const struct {
        const char *name;
        struct sources sources;
        bool is_simulated;
        const char *start;
        int32_t rate;
        const char *listen;
    } rows[] = {
        {"simulated from a start",
         {"[clock]\nsimulate = true\nstart = 2026-11-20T16:00:00+01:00\nrate = 1000000\n",
          {NULL},
          {"admin.listen="}},
         true,
         "2026-11-20T16:00:00+01:00",
         1000000,
         ""},
        {"simulated from now",
         {NULL, {"GUICHET_CLOCK_SIMULATE=true"}, {"admin.listen=localhost:1"}},
         true,
         "",
         1,
         "localhost:1"},
        {"the rate of the real clock",
         {NULL, {NULL}, {"clock.simulate=false", "clock.rate=1", "admin.listen=[::1]:65535"}},
         false,
         "",
         1,
         "[::1]:65535"},
        {"the last instant",
         {NULL, {NULL}, {"clock.simulate=true", "clock.start=2099-12-31T23:59:59.999Z"}},
         true,
         "2099-12-31T23:59:59.999Z",
         1,
         "127.0.0.1:9464"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena arena;
        struct settings settings;
        arena_init(&arena);
        must_read(rows[i].name, &rows[i].sources, &arena, &settings);
        check_int(rows[i].name, rows[i].is_simulated, settings.clock_simulate);
        check_text(rows[i].name, rows[i].start, settings.clock_start);
        check_int(rows[i].name, rows[i].rate, settings.clock_rate);
        check_text(rows[i].name, rows[i].listen, settings.admin_listen);
        arena_fini(&arena);
    }
}

static void texts(void **state UNUSED) {
    static const struct sources sources = {
        "[postgres]\nconninfo = host=db password=x\n  dbname=guichet\n[guichet]\nstate_dir = /s\n",
        {"GUICHET_GUICHET_INSTANCE=guichet-0"},
        {"guichet.secret_file=/k/secret", "guichet.activation_url=http://a.example/x?t="}};
    struct arena arena;
    struct settings settings;
    arena_init(&arena);
    must_read("texts", &sources, &arena, &settings);
    check_text("goes on in the next line", "host=db password=x dbname=guichet",
               settings.postgres_conninfo);
    check_text("instance", "guichet-0", settings.instance);
    check_text("set apart", "/k/secret", settings.secret_file);
    check_text("in the state folder", "/s/activation.key", settings.activation_key_file);
    check_text("with an equals sign", "http://a.example/x?t=", settings.activation_url);
    arena_fini(&arena);
}

#define LONG_LINE_40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LONG_LINE LONG_LINE_40 LONG_LINE_40 LONG_LINE_40 LONG_LINE_40 LONG_LINE_40

/* `@` stands for the file's path. A text that ends with `…` is the message's beginning. */
static const struct refusal {
    const char *name;
    struct sources sources;
    const char *text;
} refusals[] = {
    {"a misspelt key in the file",
     {"\n[batch]\nmax_record = 1\n", {NULL}, {NULL}},
     "@:3: batch.max_record: unknown setting; did you mean batch.max_records?"},
    {"a misspelt section",
     {"[bach]\nmax_records = 1\n", {NULL}, {NULL}},
     "@:2: bach.max_records: unknown setting; did you mean batch.max_records?"},
    {"a misspelt property",
     {"[kafka]\nbootstrap.server = a\n", {NULL}, {NULL}},
     "@:2: kafka.bootstrap.server: unknown setting; did you mean kafka.bootstrap.servers?"},
    {"a misspelt flag",
     {NULL, {NULL}, {"batch.max_record=1"}},
     "-o batch.max_record: unknown setting; did you mean batch.max_records?"},
    {"a misspelt variable",
     {NULL, {"GUICHET_BATCH_MAX_RECORD=1"}, {NULL}},
     "GUICHET_BATCH_MAX_RECORD: unknown setting; did you mean GUICHET_BATCH_MAX_RECORDS?"},
    {"nothing like it",
     {NULL, {"GUICHET_QQQQQQQQ=1"}, {NULL}},
     "GUICHET_QQQQQQQQ: unknown setting"},
    {"too small",
     {"[batch]\nmax_records = 0\n", {NULL}, {NULL}},
     "@:2: batch.max_records: must be a whole number from 1 to 10000"},
    {"too large",
     {NULL, {NULL}, {"batch.max_records=10001"}},
     "-o batch.max_records: must be a whole number from 1 to 10000"},
    {"not a number",
     {NULL, {"GUICHET_BATCH_LINGER_MS=5ms"}, {NULL}},
     "GUICHET_BATCH_LINGER_MS: must be a whole number from 0 to 1000"},
    {"a number with a plus",
     {NULL, {NULL}, {"batch.linger_ms=+5"}},
     "-o batch.linger_ms: must be a whole number from 0 to 1000"},
    {"no number",
     {NULL, {NULL}, {"batch.linger_ms="}},
     "-o batch.linger_ms: must be a whole number from 0 to 1000"},
    {"over 64 bits",
     {NULL, {NULL}, {"batch.linger_ms=99999999999999999999"}},
     "-o batch.linger_ms: must be a whole number from 0 to 1000"},
    {"no state folder",
     {NULL, {NULL}, {"guichet.state_dir="}},
     "-o guichet.state_dir: must not be empty"},
    {"an instance with a space",
     {NULL, {NULL}, {"guichet.instance=a b"}},
     "-o guichet.instance: must be printable ASCII without spaces"},
    {"an instance of 65 characters",
     {NULL, {NULL}, {"guichet.instance=" LONG_LINE_40 "bbbbbbbbbbbbbbbbbbbbbbbbb"}},
     "-o guichet.instance: must not have more than 64 characters"},
    {"a URL without a host",
     {NULL, {NULL}, {"guichet.activation_url=https://"}},
     "-o guichet.activation_url: must begin with https:// or http:// and a host"},
    {"another scheme",
     {NULL, {NULL}, {"guichet.activation_url=ftp://a"}},
     "-o guichet.activation_url: must begin with https:// or http:// and a host"},
    {"a control character",
     {NULL, {NULL}, {"guichet.state_dir=/a\tb"}},
     "-o guichet.state_dir: must not hold control characters"},
    {"neither true nor false",
     {NULL, {NULL}, {"clock.simulate=yes"}},
     "-o clock.simulate: must be true or false"},
    {"a start without its offset",
     {NULL, {NULL}, {"clock.simulate=true", "clock.start=2026-11-20T16:00:00"}},
     "-o clock.start: must be an instant from 2000 to 2099 with its offset: …"},
    {"a start in 2100",
     {NULL, {NULL}, {"clock.simulate=true", "clock.start=2100-01-01T00:00:00Z"}},
     "-o clock.start: must be an instant from 2000 to 2099 with its offset: …"},
    {"a start before 2000",
     {NULL, {NULL}, {"clock.simulate=true", "clock.start=1999-12-31T23:59:59Z"}},
     "-o clock.start: must be an instant from 2000 to 2099 with its offset: …"},
    {"a start of the real clock",
     {"[clock]\nstart = 2026-11-20T16:00:00Z\n", {NULL}, {NULL}},
     "clock.start is set, but clock.simulate is not true: set both or neither"},
    {"a rate of the real clock",
     {NULL, {NULL}, {"clock.rate=2"}},
     "clock.rate is set, but clock.simulate is not true: set both or neither"},
    {"a rate of nought",
     {NULL, {NULL}, {"clock.simulate=true", "clock.rate=0"}},
     "-o clock.rate: must be a whole number from 1 to 1000000"},
    {"no grace",
     {NULL, {NULL}, {"rules.contract_grace_seconds=0"}},
     "-o rules.contract_grace_seconds: must be a whole number from 1 to 2592000"},
    {"a port alone",
     {NULL, {NULL}, {"admin.listen=:9464"}},
     "-o admin.listen: must be host:port, with a port from 1 to 65535"},
    {"a host alone",
     {NULL, {NULL}, {"admin.listen=localhost"}},
     "-o admin.listen: must be host:port, with a port from 1 to 65535"},
    {"port 0",
     {NULL, {NULL}, {"admin.listen=localhost:0"}},
     "-o admin.listen: must be host:port, with a port from 1 to 65535"},
    {"a port of 17 bits",
     {NULL, {NULL}, {"admin.listen=localhost:65536"}},
     "-o admin.listen: must be host:port, with a port from 1 to 65535"},
    {"a named port",
     {NULL, {NULL}, {"admin.listen=localhost:http"}},
     "-o admin.listen: must be host:port, with a port from 1 to 65535"},
    {"an IPv6 address without brackets",
     {NULL, {NULL}, {"admin.listen=::1:9464"}},
     "-o admin.listen: must hold an IPv6 address in brackets: [::1]:9464"},
    {"an unknown option of libpq",
     {NULL, {NULL}, {"postgres.conninfo=hots=db"}},
     "-o postgres.conninfo: libpq cannot read it: a syntax error, or an unknown option"},
    {"a password in a flag",
     {NULL, {NULL}, {"postgres.conninfo=host=db password=x"}},
     "-o postgres.conninfo: holds a password; …"},
    {"a password in a URI of the environment",
     {NULL, {"GUICHET_POSTGRES_CONNINFO=postgresql://u:x@db/guichet"}, {NULL}},
     "GUICHET_POSTGRES_CONNINFO: holds a password; …"},
    {"a password of a key in a flag",
     {NULL, {NULL}, {"postgres.conninfo=sslpassword=x"}},
     "-o postgres.conninfo: holds a password; …"},
    {"a SASL password in a flag",
     {NULL, {NULL}, {"kafka.sasl.password=x"}},
     "-o kafka.sasl.password: is a secret; …"},
    {"a SASL password of one side",
     {NULL, {NULL}, {"kafka.consumer.sasl.password=x"}},
     "-o kafka.consumer.sasl.password: is a secret; …"},
    {"a key's password in the environment",
     {NULL, {"GUICHET_KAFKA_SSL_KEY_PASSWORD=x"}, {NULL}},
     "GUICHET_KAFKA_SSL_KEY_PASSWORD: is a secret; …"},
    {"what librdkafka refuses",
     {"[kafka]\nfetch.min.bytes = none\n", {NULL}, {NULL}},
     "@:2: kafka.fetch.min.bytes: refused by librdkafka: Invalid value …"},
    {"no equals sign in the override",
     {NULL, {NULL}, {"batch.max_records"}},
     "-o: override 1 is not section.key=value"},
    {"no section in the override",
     {NULL, {NULL}, {"batch.linger_ms=1", "max_records=1.5"}},
     "-o: override 2 is not section.key=value"},
    {"a key before any section",
     {"max_records = 1\n", {NULL}, {NULL}},
     "@:1: .max_records: unknown setting; did you mean batch.max_records?"},
    {"a line that is nothing",
     {"[batch]\n\nmax_records\n", {NULL}, {NULL}},
     "@:3: neither [section], nor key = value, nor a comment"},
    {"a section that is not closed",
     {"[batch\n", {NULL}, {NULL}},
     "@:1: neither [section], nor key = value, nor a comment"},
    {"set twice",
     {"[batch]\nmax_records = 1\n[sla]\n[batch]\nmax_records = 2\n", {NULL}, {NULL}},
     "@:5: batch.max_records: is already set at @:2"},
    {"a line of over 198 characters",
     {"[guichet]\nstate_dir = " LONG_LINE "\n", {NULL}, {NULL}},
     "@:2: longer than 198 characters; …"},
};

static void refused(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        const struct refusal *row = &refusals[i];
        struct arena arena;
        struct settings settings;
        struct error err = {.text = ""};
        arena_init(&arena);
        check_true(row->name, !read_sources(&row->sources, &arena, &settings, &err));
        check_int(row->name, ERROR_FATAL, err.class);
        check_text(row->name, "CONFIGURATION", err.code);
        char expected[512];
        size_t size = 0;
        for (const char *c = row->text; *c != '\0'; c++) {
            size += (size_t)snprintf(expected + size, sizeof(expected) - size,
                                     *c == '@' ? "%s" : "%.1s", *c == '@' ? path : c);
        }
        char *beginning = strstr(expected, "…");
        if (beginning != NULL) {
            *beginning = '\0';
            check_true(row->name, strlen(err.text) >= strlen(expected));
            err.text[strlen(expected)] = '\0';
        }
        check_text(row->name, expected, err.text);
        arena_fini(&arena);
    }
}

static void properties_that_are_ours(void **state UNUSED) {
    static const char *const names[] = {
        "enable.auto.commit",
        "enable.auto.offset.store",
        "auto.offset.reset",
        "isolation.level",
        "partition.assignment.strategy",
        "transactional.id",
        "enable.idempotence",
        "group.id",
        "group.instance.id",
        "transaction.timeout.ms",
        "partitioner",
        "enable.partition.eof",
        "acks",
        "request.required.acks",
    };
    static const char *const sides[] = {"", "consumer.", "producer."};
    for (size_t i = 0; i < COUNT_OF(names) * COUNT_OF(sides); i++) {
        char override[128];
        snprintf(override, sizeof(override), "kafka.%s%s=1", sides[i % COUNT_OF(sides)],
                 names[i / COUNT_OF(sides)]);
        const struct sources sources = {NULL, {NULL}, {override}};
        struct arena arena;
        struct settings settings;
        struct error err = {.text = ""};
        arena_init(&arena);
        check_true(override, !read_sources(&sources, &arena, &settings, &err));
        check_true(override, strstr(err.text, "guichet sets it itself") != NULL);
        arena_fini(&arena);
    }
}

static void files_that_cannot_be_read(void **state UNUSED) {
    static const char *const paths[] = {"/nonexistent/guichet.ini", "/tmp"};
    clearenv();
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        const struct config_sources sources = {.file = paths[i]};
        struct arena arena;
        struct settings settings;
        struct error err = {.text = ""};
        arena_init(&arena);
        check_true(paths[i], !config_read(&sources, &arena, &settings, &err));
        check_true(paths[i], strncmp(err.text, paths[i], strlen(paths[i])) == 0);
        check_true(paths[i], strstr(err.text, "cannot be ") != NULL);
        arena_fini(&arena);
    }
}

/* deploy/guichet.ini names every setting, in a comment, with its default, and no other. */
static void example_file(void **state UNUSED) {
    FILE *file = fopen(SOURCE_DIRECTORY "/deploy/guichet.ini", "r");
    assert_non_null(file);
    char line[256], section[64] = "";
    size_t seen = 0;
    while (fgets(line, sizeof(line), file) != NULL) {
        char key[64], value[192] = "", whole[160];
        if (sscanf(line, "[%63[a-z]]", section) == 1 || strcmp(section, "kafka") == 0 ||
            sscanf(line, ";%63[a-z_] = %191[^\n]", key, value) < 1) {
            continue;
        }
        snprintf(whole, sizeof(whole), "%s.%s", section, key);
        const struct setting *setting = config_table_find(whole);
        check_true(whole, setting != NULL);
        if (setting->initial_words == NULL) {
            check_text(whole, setting->initial, value);
        }
        seen++;
    }
    fclose(file);
    assert_int_equal(seen, config_table_count);
    const struct config_sources sources = {.file = SOURCE_DIRECTORY "/deploy/guichet.ini"};
    struct arena arena;
    struct settings settings;
    struct error err = {.text = ""};
    clearenv();
    arena_init(&arena);
    if (!config_read(&sources, &arena, &settings, &err)) {
        fail_msg("%s", err.text);
    }
    arena_fini(&arena);
}

static void table_is_sorted_and_printed(void **state UNUSED) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    config_print_markdown(out);
    assert_int_equal(fclose(out), 0);
    for (size_t i = 0; i < config_table_count; i++) {
        check_true(config_table[i].key, strstr(text, config_table[i].key) != NULL);
        check_true(config_table[i].key,
                   i == 0 || strcmp(config_table[i - 1].key, config_table[i].key) < 0);
    }
    check_true("a row", strstr(text, "\n| `batch.max_records` | `1000` | 1 to 10000 | ") != NULL);
    free(text);
}

int main(void) {
    int descriptor = mkstemp(path);
    if (descriptor < 0) {
        return 1;
    }
    close(descriptor);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(precedence),
        cmocka_unit_test(kafka_properties),
        cmocka_unit_test(clock_and_listener),
        cmocka_unit_test(texts),
        cmocka_unit_test(refused),
        cmocka_unit_test(properties_that_are_ours),
        cmocka_unit_test(files_that_cannot_be_read),
        cmocka_unit_test(example_file),
        cmocka_unit_test(table_is_sorted_and_printed),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
