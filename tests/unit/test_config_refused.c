/* links: runtime */
/* What is said of a setting that is unknown, out of its bounds, a secret in the wrong place, or not
 * an operator's to set. */
#include "tests/unit/config_sources.h"

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
     "-o postgres.conninfo: holds a password that others may see; …"},
    {"a password in a URI of the environment",
     {NULL, {"GUICHET_POSTGRES_CONNINFO=postgresql://u:x@db/guichet"}, {NULL}},
     "GUICHET_POSTGRES_CONNINFO: holds a password that others may see; …"},
    {"a password of a key in a flag",
     {NULL, {NULL}, {"postgres.conninfo=sslpassword=x"}},
     "-o postgres.conninfo: holds a password that others may see; …"},
    {"a SASL password in a flag",
     {NULL, {NULL}, {"kafka.sasl.password=x"}},
     "-o kafka.sasl.password: is a secret that others may see; …"},
    {"a SASL password of one side",
     {NULL, {NULL}, {"kafka.consumer.sasl.password=x"}},
     "-o kafka.consumer.sasl.password: is a secret that others may see; …"},
    {"a key's password in the environment",
     {NULL, {"GUICHET_KAFKA_SSL_KEY_PASSWORD=x"}, {NULL}},
     "GUICHET_KAFKA_SSL_KEY_PASSWORD: is a secret that others may see; …"},
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused),
        cmocka_unit_test(properties_that_are_ours),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
