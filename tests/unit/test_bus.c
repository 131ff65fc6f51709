/* links: runtime */
/* What a broker says of a topic, asked of librdkafka's own. */
#include "common/runtime/bus.h"

#include <librdkafka/rdkafka_mock.h>

#include "tests/unit/check.h"

#define TOPIC "client-space.requests.v1"

struct broker {
    rd_kafka_t *client;
    rd_kafka_mock_cluster_t *cluster;
};

static int start(void **state) {
    static struct broker broker;
    char text[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    assert_int_equal(RD_KAFKA_CONF_OK,
                     rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", text, sizeof(text)));
    assert_int_equal(RD_KAFKA_CONF_OK,
                     rd_kafka_conf_set(conf, "log_level", "0", text, sizeof(text)));
    broker.client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof(text));
    assert_non_null(broker.client);
    broker.cluster = rd_kafka_handle_mock_cluster(broker.client);
    *state = &broker;
    return rd_kafka_mock_topic_create(broker.cluster, TOPIC, 3, 1) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

static int stop(void **state) {
    bus_close(&((struct broker *)*state)->client);
    return 0;
}

static void partitions_are_counted(void **state) {
    const struct broker *broker = *state;
    struct error err;
    int count = 0;
    assert_true(bus_partitions(broker->client, TOPIC, &count, &err));
    assert_int_equal(3, count);
}

/* As one that has just come back may not: the topic is not one without partitions. */
static void a_broker_that_does_not_know_the_topic(void **state) {
    const struct broker *broker = *state;
    struct error err;
    int count = 0;
    rd_kafka_mock_topic_set_error(broker->cluster, TOPIC, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    assert_false(bus_partitions(broker->client, TOPIC, &count, &err));
    assert_int_equal(ERROR_TRANSIENT, err.class);
    assert_string_equal("UNKNOWN_TOPIC_OR_PART", err.code);
    assert_non_null(strstr(err.text, TOPIC));
    rd_kafka_mock_topic_set_error(broker->cluster, TOPIC, RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_true(bus_partitions(broker->client, TOPIC, &count, &err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(partitions_are_counted, start, stop),
        cmocka_unit_test_setup_teardown(a_broker_that_does_not_know_the_topic, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
