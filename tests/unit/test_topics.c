/* links: record */
/* The table of topics as it was made from schemas/topics, and its look-ups. */
#include "common/base/compiler.h"
#include "common/record/topics.h"
#include "tests/unit/check.h"

static const int64_t day_ms = INT64_C(24) * 60 * 60 * 1000;

static const struct topic *find(const char *name) {
    const struct topic *topic = topic_find(slice_of(name));
    if (topic == NULL) {
        fail_msg("no topic %s", name);
    }
    return topic;
}

static void columns_of_the_table_are_read(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *name;
        bool is_input;
        const char *workers;
        bool is_compacted;
        int days; /* -1: for ever */
        const char *first_type;
    } rows[] = {
        {"affiliation.requests.v1", true, "affiliation", false, 30,
         "guichet.affiliation.requested.v1"},
        {"contract.facts.v1", true, "account", false, -1, "guichet.contract.upserted.v1"},
        {"affiliation.roster.v1", false, "affiliation", true, 7, "guichet.roster.entry.v1"},
        {"insured.notifications.v1", false, "affiliation", false, 14,
         "guichet.insured.activation-email.v1"},
        {"dead-letters.v1", false, "any", false, 14, NULL},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct topic *topic = find(rows[i].name);
        check_int(rows[i].name, rows[i].is_input, topic->is_input);
        check_text(rows[i].name, rows[i].workers, topic->workers);
        check_int(rows[i].name, 0, topic->partitions);
        check_int(rows[i].name, rows[i].is_compacted, topic->is_compacted);
        check_int(rows[i].name, rows[i].days == -1 ? -1 : rows[i].days * day_ms,
                  topic->retention_ms);
        check_text(rows[i].name, rows[i].first_type, topic->types[0]);
    }
}

/* Inputs that are kept for ever are whole: compaction would keep one contract per employer. */
static void no_input_is_compacted(void **state UNUSED) {
    assert_true(topics_count > 0);
    for (size_t i = 0; i < topics_count; i++) {
        check_true(topics[i].name, !topics[i].is_input || !topics[i].is_compacted);
    }
}

/* Each worker has a clock of its own: what they carry stands on several topics. */
static void each_worker_has_a_clock(void **state UNUSED) {
    static const char *const names[] = {
        "guichet.affiliation.clock.v1", "guichet.account.clock.v1",
        "guichet.beneficiary.clock.v1", "guichet.termination.clock.v1",
        "guichet.reference.clock.v1",   "guichet.privacy.clock.v1"};
    size_t clocks = 0;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        check_true(names[i], topic_is_clock(find(names[i])));
    }
    for (size_t i = 0; i < topics_count; i++) {
        clocks += topic_is_clock(&topics[i]);
    }
    assert_int_equal(COUNT_OF(names), clocks);
}

static void names_and_types_lead_to_their_topic(void **state UNUSED) {
    for (size_t i = 0; i < topics_count; i++) {
        const struct topic *topic = &topics[i];
        check_true(topic->name, topic_find(slice_of(topic->name)) == topic);
        for (const char *const *type = topic->types; *type != NULL; type++) {
            check_true(*type, slice_starts_with(slice_of(*type), "guichet."));
            check_true(*type, topic_carries(topic, slice_of(*type)));
            const struct topic *first = topic_of_type(slice_of(*type));
            check_true(*type, first == topic || (topic_is_clock(first) && topic_is_clock(topic)));
        }
    }
}

static void nothing_else_is_found(void **state UNUSED) {
    static const char *const rows[] = {"",   "contract.facts",       "contract.facts.v1 ",
                                       "v1", "contract.upserted.v1", "guichet.contract.upserted"};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_true(rows[i], topic_find(slice_of(rows[i])) == NULL);
        check_true(rows[i], topic_of_type(slice_of(rows[i])) == NULL);
    }
    assert_null(topic_find(slice_none()));
    assert_null(topic_of_type(slice_none()));
    assert_false(
        topic_carries(find("contract.facts.v1"), slice_of("guichet.registration.submitted.v1")));
}

static void workers_are_whole_words_of_the_list(void **state UNUSED) {
    const struct topic topic = {.workers = "account,beneficiary"};
    /* clang-format off */
    static const struct {
        const char *worker;
        bool is_among;
    } rows[] = {
        {"account", true}, {"beneficiary", true},          {"benefi", false},
        {"ccount", false}, {"account,beneficiary", false}, {"", false},
        {"any", false},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_int(rows[i].worker, rows[i].is_among, topic_has_worker(&topic, rows[i].worker));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_of_the_table_are_read),
        cmocka_unit_test(no_input_is_compacted),
        cmocka_unit_test(each_worker_has_a_clock),
        cmocka_unit_test(names_and_types_lead_to_their_topic),
        cmocka_unit_test(nothing_else_is_found),
        cmocka_unit_test(workers_are_whole_words_of_the_list),
    };
    return cmocka_run_group_tests_name("topics", tests, NULL, NULL);
}
