/* links: runtime */
/* Where settings come from, and which source wins. */
#include "tests/unit/config_sources.h"

#include "common/runtime/config_table.h"

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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(precedence),
        cmocka_unit_test(kafka_properties),
        cmocka_unit_test(clock_and_listener),
        cmocka_unit_test(texts),
        cmocka_unit_test(files_that_cannot_be_read),
        cmocka_unit_test(example_file),
        cmocka_unit_test(table_is_sorted_and_printed),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
