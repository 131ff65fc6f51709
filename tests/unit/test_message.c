/* links: record */
/* Kafka records to events: both modes of CloudEvents and what is made of their attributes. */
#include "tests/unit/sample_messages.h"

static void right_records_are_read(void **state UNUSED) {
    /* clang-format off */
    static const struct given rows[] = {
        {"binary mode", REQUIRED JSON, SIREN, DATA, NULL},
        {"no key", REQUIRED JSON, NULL, DATA, NULL},
        {"no content type", REQUIRED, SIREN, DATA, NULL},
        {"no content type, and data with a specversion", REQUIRED, SIREN,
         "{\"registration_id\":\"G-1\",\"siren\":\"" SIREN "\",\"specversion\":\"1.0\"}", NULL},
        {"a null content type", REQUIRED "content-type\n", SIREN, DATA, NULL},
        {"a character set", REQUIRED "content-type: application/json; charset=utf-8\n", SIREN, DATA,
         NULL},
        {"other letters", REQUIRED "Content-Type: Application/JSON ;charset=UTF-8\n", SIREN, DATA,
         NULL},
        {"blanks around the content type", REQUIRED "content-type: \t application/json \t\n", SIREN,
         DATA, NULL},
        {"unknown headers", REQUIRED JSON "x-origin: anything\nce_tenant: blue\n", SIREN, DATA,
         NULL},
        {"an unknown field", REQUIRED JSON, SIREN,
         "{\"registration_id\":\"G-1\",\"siren\":\"" SIREN "\",\"specversion\":1,\"x\":[1.5]}",
         NULL},
        {"attributes at their limit",
         REQUIRED "ce_subject: " X128 "\nce_dataschema: " X256 "\nce_correlationid: " X64 "\n",
         SIREN, DATA, NULL},
        {"text in UTF-8", REQUIRED "ce_subject: \xc3\xa9t\xc3\xa9\n", SIREN, DATA, NULL},
        {"blanks in UTF-8, one of them no control character by a hair",
         REQUIRED "ce_subject: \xc3\xa9 \xc2\xa0 ~\n", SIREN, DATA, NULL},
        {"structured mode", STRUCTURED, SIREN, EVENT(WITH_DATA), NULL},
        {"structured mode with a character set",
         "content-type: application/cloudevents+json; charset=UTF-8\n", SIREN, EVENT(WITH_DATA),
         NULL},
        {"structured mode, said by the value only", "", SIREN, " \n" EVENT(WITH_DATA), NULL},
        {"structured mode, whatever the headers say", STRUCTURED "ce_id: other\nce_type: other\n",
         SIREN, EVENT(WITH_DATA), NULL},
        {"structured mode with JSON data", STRUCTURED, SIREN,
         EVENT(",\"datacontenttype\":\"application/json\",\"data_base64\":null,\"n\":5" WITH_DATA),
         NULL},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct message message;
        struct error err = {0};
        bool is_read = read_given(&rows[i], &message, &err);
        check_text(rows[i].name, NULL, is_read ? NULL : err.text);
        check_int(rows[i].name, KIND_WITH_SIREN, message.input->kind);
        check_slice(rows[i].name, "e-1", message.id);
        check_slice(rows[i].name, "/portal", message.source);
        check_slice(rows[i].name, TYPE, message.type);
        check_slice(rows[i].name, SIREN, message.siren);
        check_slice(rows[i].name, "G-1", message.business_id);
        check_slice(rows[i].name, "G-1",
                    ((const struct registration *)message.data)->registration_id);
    }
}

static void optional_attributes_are_shown(void **state UNUSED) {
    /* clang-format off */
    static const struct given rows[] = {
        {"binary",
         REQUIRED JSON "ce_time: 2025-03-04T05:06:07Z\nce_subject: " SIREN "/G-1\n"
                       "ce_dataschema: https://s.example/x\nce_correlationid: c-1\n"
                       "ce_causationid: d-1\ntraceparent: 00-aa-bb-01\ntracestate: k=v\n",
         NULL, DATA, NULL},
        {"structured", STRUCTURED "traceparent: 00-aa-bb-01\ntracestate: k=v\n", NULL,
         EVENT(",\"time\":\"2025-03-04T05:06:07Z\",\"subject\":\"" SIREN "/G-1\","
               "\"dataschema\":\"https://s.example/x\",\"correlationid\":\"c-1\","
               "\"causationid\":\"d-1\"" WITH_DATA),
         NULL},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct message message;
        struct error err = {0};
        bool is_read = read_given(&rows[i], &message, &err);
        check_text(rows[i].name, NULL, is_read ? NULL : err.text);
        check_slice(rows[i].name, "2025-03-04T05:06:07Z", message.time);
        check_slice(rows[i].name, SIREN "/G-1", message.subject);
        check_slice(rows[i].name, "https://s.example/x", message.dataschema);
        check_slice(rows[i].name, "c-1", message.correlation_id);
        check_slice(rows[i].name, "d-1", message.causation_id);
        check_slice(rows[i].name, "00-aa-bb-01", message.traceparent);
        check_slice(rows[i].name, "k=v", message.tracestate);
    }
}

static void a_wrong_trace_is_dropped_not_refused(void **state UNUSED) {
    static const struct given given = {
        "trace", REQUIRED JSON "traceparent: " X64 "x\ntracestate: a\tb\n", SIREN, DATA, NULL};
    struct message message;
    struct error err = {0};
    assert_true(read_given(&given, &message, &err));
    check_slice("traceparent", NULL, message.traceparent);
    check_slice("tracestate", NULL, message.tracestate);
}

static void a_trace_at_its_limit_is_passed_on(void **state UNUSED) {
    static const struct given given = {
        "trace", REQUIRED JSON "traceparent: " X64 "\ntracestate: ~ a\n", SIREN, DATA, NULL};
    struct message message;
    struct error err = {0};
    assert_true(read_given(&given, &message, &err));
    check_slice("traceparent", X64, message.traceparent);
    check_slice("tracestate", "~ a", message.tracestate);
}

/* What goes to the log and to the headers of a dead letter is bounded and clean. */
static void what_is_not_fit_is_not_shown(void **state UNUSED) {
    static const struct given given = {
        "unfit", REQUIRED JSON "ce_subject: " X128 "x\nce_correlationid: a\tb\n", SIREN, DATA,
        NULL};
    struct message message;
    struct error err = {0};
    assert_false(read_given(&given, &message, &err));
    check_slice("what is fit", "e-1", message.id);
    check_slice("too long", NULL, message.subject);
    check_slice("not clean", NULL, message.correlation_id);
}

static void types_without_employer_take_any_key(void **state UNUSED) {
    static const struct given given = {
        "pmss", VERSION ID SOURCE "ce_type: guichet.pmss.published.v1\n", "other", DATA, NULL};
    struct message message;
    struct error err = {0};
    assert_true(read_given(&given, &message, &err));
    check_int("kind", KIND_WITHOUT, message.input->kind);
    check_slice("siren", NULL, message.siren);
    check_slice("business id", NULL, message.business_id);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_records_are_read),
        cmocka_unit_test(optional_attributes_are_shown),
        cmocka_unit_test(a_wrong_trace_is_dropped_not_refused),
        cmocka_unit_test(a_trace_at_its_limit_is_passed_on),
        cmocka_unit_test(what_is_not_fit_is_not_shown),
        cmocka_unit_test(types_without_employer_take_any_key),
    };
    return cmocka_run_group_tests_name("message", tests, start, stop);
}
