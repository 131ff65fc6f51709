/* links: runtime */
/* Limits that do not fit each other are refused, and both are named; those that do are not. */
#include "common/runtime/bounds.h"
#include "tests/unit/check.h"

/* An installation with one property of Kafka, and a size of batches. */
static struct settings with(const char *name, const char *value, int32_t batch_max_records) {
    struct settings settings = {.batch_max_records = batch_max_records};
    if (name != NULL) {
        settings.kafka[0].name = name;
        settings.kafka[0].value = value;
        settings.kafka_count = 1;
    }
    return settings;
}

static const struct bounds_case {
    const char *name;
    const char *property; /* NULL: none is set */
    const char *value;
    int32_t batch_max_records;
    const char *names[2]; /* in the refusal; NULL: none */
} cases[] = {
    {"what is built in", NULL, NULL, 1000, {NULL}},
    {"the largest batches", NULL, NULL, 10000, {NULL}},
    {"a session longer than the work may take",
     "session.timeout.ms",
     "200000",
     1000,
     {"kafka.session.timeout.ms", "kafka.max.poll.interval.ms"}},
    {"a session of one heartbeat",
     "session.timeout.ms",
     "1500",
     1000,
     {"kafka.heartbeat.interval.ms", "kafka.session.timeout.ms"}},
    {"a longer session that fits", "session.timeout.ms", "30000", 1000, {NULL}},
    {"too little time between polls",
     "max.poll.interval.ms",
     "15000",
     1000,
     {"kafka.session.timeout.ms", "kafka.max.poll.interval.ms"}},
    {"records tried for longer than a transaction lives",
     "message.timeout.ms",
     "60000",
     1000,
     {"kafka.message.timeout.ms", "kafka.transaction.timeout.ms"}},
    {"the same by its other name",
     "delivery.timeout.ms",
     "60000",
     1000,
     {"kafka.message.timeout.ms", "kafka.transaction.timeout.ms"}},
    {"records smaller than a dead letter",
     "message.max.bytes",
     "1000000",
     1000,
     {"the bytes of a record that guichet may write", "kafka.message.max.bytes"}},
    {"less fetched ahead than a batch",
     "queued.min.messages",
     "1000",
     5000,
     {"batch.max_records", "kafka.queued.min.messages"}},
    {"the same with a batch that fits", "queued.min.messages", "1000", 500, {NULL}},
    {"less fetched ahead than a batch's bytes",
     "queued.max.messages.kbytes",
     "1024",
     1000,
     {"the KiB of a batch", "kafka.queued.max.messages.kbytes"}},
    {"no room for what a batch causes",
     "queue.buffering.max.messages",
     "5000",
     1000,
     {"batch.max_records", "kafka.queue.buffering.max.messages"}},
};

static void what_does_not_fit_is_named(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct bounds_case *one = &cases[i];
        struct settings settings = with(one->property, one->value, one->batch_max_records);
        struct error err = {0};
        bool fits = bounds_check(&settings, &err);
        check_true(one->name, fits == (one->names[0] == NULL));
        if (fits)
            continue;
        check_text(one->name, "CONFIGURATION", err.code);
        check_true(one->name, strstr(err.text, one->names[0]) != NULL);
        check_true(one->name, strstr(err.text, one->names[1]) != NULL);
        check_true(one->name, strstr(err.text, one->value) != NULL);
    }
}

/* A property of one side says nothing about the other. */
static void sides_are_apart(void **state UNUSED) {
    struct settings settings = with("message.max.bytes", "1000", 1000);
    struct error err;
    settings.kafka[0].side = KAFKA_CONSUMER;
    assert_true(bounds_check(&settings, &err));
    settings.kafka[0].side = KAFKA_PRODUCER;
    assert_false(bounds_check(&settings, &err));
}

/* A transaction ends well before the group gives the worker up. */
static void transactions_follow_the_poll_interval(void **state UNUSED) {
    struct settings settings = with(NULL, NULL, 1000);
    assert_int_equal(TRANSACTION_LIMIT_MS, bounds_transaction_ms(&settings));
    settings = with("max.poll.interval.ms", "20000", 1000);
    assert_int_equal(10000, bounds_transaction_ms(&settings));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_fit_is_named),
        cmocka_unit_test(sides_are_apart),
        cmocka_unit_test(transactions_follow_the_poll_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
