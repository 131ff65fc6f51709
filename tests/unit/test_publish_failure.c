/* links: runtime */
/* What follows from each way in which publishing fails, and that nothing is tried without end. */
#include "common/runtime/publish_failure.h"

#include "common/runtime/clock.h"
#include "tests/unit/check.h"

#define OUTPUT_TOPIC "affiliation.decisions.v1"
#define DEAD_LETTER_TOPIC "dead-letters.v1"

static const struct settings settings;

static const struct outcome_case {
    const char *name;
    rd_kafka_resp_err_t code;
    enum publish_outcome expected;
} outcomes[] = {
    {"no broker", RD_KAFKA_RESP_ERR__TRANSPORT, PUBLISH_RENEW},
    {"no answer in time", RD_KAFKA_RESP_ERR__TIMED_OUT, PUBLISH_RENEW},
    {"too few copies", RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, PUBLISH_RENEW},
    {"another generation of the group", RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, PUBLISH_RENEW},
    {"another producer of our name", RD_KAFKA_RESP_ERR__FENCED, PUBLISH_FENCED},
    {"the same, as the broker says it", RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, PUBLISH_FENCED},
    {"a record too large", RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, PUBLISH_SMALLER},
    {"a topic that was deleted", RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, PUBLISH_MISSING},
    {"a record without a key in a compacted topic", RD_KAFKA_RESP_ERR_INVALID_RECORD,
     PUBLISH_REFUSED},
    {"a broker's own policy", RD_KAFKA_RESP_ERR_POLICY_VIOLATION, PUBLISH_REFUSED},
    {"what nobody has thought of", RD_KAFKA_RESP_ERR_UNKNOWN, PUBLISH_DOUBTED},
    {"a sequence that does not follow", RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
     PUBLISH_DOUBTED},
};

static void each_error_has_its_outcome(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(outcomes); i++)
        check_int(outcomes[i].name, outcomes[i].expected, publish_outcome_of(outcomes[i].code));
}

static struct output output_to(const char *topic) {
    return (struct output){.topic = slice_of(topic), .key = slice_of("732829320")};
}

/* One transaction in which so many records of that size were refused; true if it ends the worker.
 */
static bool fails(struct publish_failures *failures, const char *topic, rd_kafka_resp_err_t code,
                  size_t count, size_t value_bytes, struct error *err) {
    const struct output output = output_to(topic);
    *err = (struct error){0};
    publish_failures_begin(failures);
    for (size_t i = 0; i < count; i++)
        publish_failures_note_unsent(failures, code, &output, value_bytes);
    assert_false(publish_failures_judge(failures, code, "commit", "text", topic, err));
    return err->class == ERROR_FATAL;
}

static void too_many_bytes_at_once_go_one_by_one(void **state UNUSED) {
    struct publish_failures failures = {.settings = &settings};
    struct error err;
    assert_false(
        fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 500, 900, &err));
    assert_true(failures.is_one_by_one);
    assert_true(fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 2, 900, &err));
    assert_string_equal("CONFIGURATION", err.code);
    assert_non_null(strstr(err.text, OUTPUT_TOPIC));
    assert_non_null(strstr(err.text, "909 bytes")); /* with its key */
    assert_non_null(strstr(err.text, "max.message.bytes"));
}

static bool omits(const struct publish_failures *failures, const char *topic, size_t value_bytes) {
    CLEANUP(arena_fini) struct arena arena;
    const struct output_context context = {.worker = "affiliation"};
    struct output output = output_to(topic);
    arena_init(&arena);
    output.value.open = (struct slice){"", value_bytes};
    return publish_failures_omits(failures, &arena, &context, &output);
}

static void a_dead_letter_loses_its_value(void **state UNUSED) {
    struct publish_failures failures = {.settings = &settings};
    struct error err;
    assert_false(omits(&failures, DEAD_LETTER_TOPIC, 2000000));
    assert_false(
        fails(&failures, DEAD_LETTER_TOPIC, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 1, 5000, &err));
    assert_true(omits(&failures, DEAD_LETTER_TOPIC, 5000));
    assert_false(omits(&failures, DEAD_LETTER_TOPIC, 4000));
    assert_false(omits(&failures, DEAD_LETTER_TOPIC, 0));
    assert_false(omits(&failures, OUTPUT_TOPIC, 5000));
    assert_false(failures.is_one_by_one); /* it was alone: known at once */
}

/* Whatever the sizes, it comes to an end. */
/* What made the record large was not its value: a larger value may still fit. */
static void the_whole_dead_letter_counts(void **state UNUSED) {
    struct publish_failures failures = {.settings = &settings};
    struct error err;
    publish_failures_begin(&failures);
    failures.code = RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE; /* as a delivery report notes it */
    (void)snprintf(failures.topic, sizeof(failures.topic), DEAD_LETTER_TOPIC);
    failures.refused = 1;
    failures.value_bytes = 10;
    failures.bytes = 5000;
    assert_false(publish_failures_judge(&failures, failures.code, "commit", "text",
                                        DEAD_LETTER_TOPIC, &err));
    assert_false(omits(&failures, DEAD_LETTER_TOPIC, 10));
    assert_false(omits(&failures, DEAD_LETTER_TOPIC, 4000));
    assert_true(omits(&failures, DEAD_LETTER_TOPIC, 5000));
}

static void what_was_too_large_is_tried_again(void **state UNUSED) {
    struct publish_failures failures = {.settings = &settings};
    struct error err;
    (void)fails(&failures, DEAD_LETTER_TOPIC, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 2, 5000, &err);
    (void)fails(&failures, DEAD_LETTER_TOPIC, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 1, 5000, &err);
    publish_failures_begin(&failures);
    assert_true(failures.is_one_by_one);
    assert_true(omits(&failures, DEAD_LETTER_TOPIC, 5000));
    failures.learnt_at_ms -= 3600 * 1000;
    publish_failures_begin(&failures);
    assert_false(failures.is_one_by_one);
    assert_false(omits(&failures, DEAD_LETTER_TOPIC, 5000));
}

static void dead_letters_end(void **state UNUSED) {
    struct publish_failures failures = {.settings = &settings};
    struct error err;
    size_t size = 2000000;
    int attempts = 0;
    while (
        !fails(&failures, DEAD_LETTER_TOPIC, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 1, size, &err)) {
        assert_true(++attempts < 30);
        /* The largest that is still tried with its value, beside a key of 9 bytes. */
        size = failures.dead_bytes <= 10 ? 0 : failures.dead_bytes - 10;
    }
    assert_string_equal("CONFIGURATION", err.code);
}

static void a_missing_topic_is_looked_for(void **state UNUSED) {
    struct publish_failures failures = {.settings = &settings};
    struct error err;
    for (int attempts = 0; attempts < 10; attempts++)
        assert_false(fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, 1, 10, &err));
    publish_failures_passed(&failures);
    assert_false(fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, 1, 10, &err));
    failures.missing_since_ms -= 60000; /* it may have been an outage of something else meanwhile */
    assert_false(fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, 1, 10, &err));
    assert_true(fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, 1, 10, &err));
    assert_string_equal("CONFIGURATION", err.code);
    assert_non_null(strstr(err.text, "guichet topics create"));
}

static void a_success_forgets_what_was_doubted(void **state UNUSED) {
    struct publish_failures failures = {.settings = &settings};
    struct error err;
    for (int i = 0; i < 4; i++)
        assert_false(fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR_UNKNOWN, 0, 0, &err));
    publish_failures_passed(&failures);
    int attempts = 0;
    while (!fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR_UNKNOWN, 0, 0, &err))
        assert_true(++attempts < 10);
    assert_true(attempts > 4);
    assert_string_not_equal("CONFIGURATION", err.code); /* a new start may help */
}

/* An outage may last. */
static void an_outage_is_waited_for(void **state UNUSED) {
    struct publish_failures failures = {.settings = &settings};
    struct error err;
    for (int i = 0; i < 1000; i++)
        assert_false(fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR__TIMED_OUT, 0, 0, &err));
    assert_int_equal(ERROR_TRANSIENT, err.class);
}

/* A broker that ends a slow transaction says the same as one to whom somebody else gave our name.
 */
static void a_slow_transaction_is_no_fence(void **state UNUSED) {
    struct publish_failures failures = {.settings = &settings};
    struct error err;
    (void)fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR__FENCED, 0, 0, &err);
    assert_string_equal("_FENCED", err.code);
    failures.began_ms = clock_monotonic_ms() - 10000; /* transaction.timeout.ms */
    assert_false(publish_failures_judge(&failures, RD_KAFKA_RESP_ERR__FENCED, "commit", "text",
                                        OUTPUT_TOPIC, &err));
    assert_string_equal(PUBLISH_EXPIRED, err.code);
    assert_int_equal(ERROR_TRANSIENT, err.class);
}

/* However often a producer cannot be made anew in between: that is no further fence. */
static void twice_fenced_is_contested(void **state UNUSED) {
    struct publish_failures failures = {.settings = &settings};
    struct error err;
    assert_false(fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR__FENCED, 0, 0, &err));
    assert_false(failures.is_contested);
    assert_false(fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR__TIMED_OUT, 0, 0, &err));
    assert_false(failures.is_contested);
    failures.fenced_at_ms -= 60000;
    assert_false(fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, 0, 0, &err));
    assert_false(failures.is_contested);
    assert_false(fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR__FENCED, 0, 0, &err));
    assert_true(failures.is_contested);
}

static void a_right_is_missing(void **state UNUSED) {
    struct publish_failures failures = {.settings = &settings};
    struct error err;
    assert_true(
        fails(&failures, OUTPUT_TOPIC, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, 1, 10, &err));
    assert_non_null(strstr(err.text, OUTPUT_TOPIC));
    assert_non_null(strstr(err.text, "Write"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_error_has_its_outcome),
        cmocka_unit_test(too_many_bytes_at_once_go_one_by_one),
        cmocka_unit_test(a_dead_letter_loses_its_value),
        cmocka_unit_test(the_whole_dead_letter_counts),
        cmocka_unit_test(what_was_too_large_is_tried_again),
        cmocka_unit_test(dead_letters_end),
        cmocka_unit_test(a_missing_topic_is_looked_for),
        cmocka_unit_test(a_success_forgets_what_was_doubted),
        cmocka_unit_test(an_outage_is_waited_for),
        cmocka_unit_test(a_slow_transaction_is_no_fence),
        cmocka_unit_test(twice_fenced_is_contested),
        cmocka_unit_test(a_right_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
