/* links: runtime */
/* What the broker confirmed of a transaction, and the receipt that is made of it. */
#include "common/base/compiler.h"
#include "common/runtime/receipt.h"
#include "tests/unit/check.h"

enum { REPORTS_MOST = 4, RECEIPTS_KEPT = 256 };

static const char decisions[] = "affiliation.decisions.v1";
static const char roster[] = "affiliation.roster.v1";
static const char ticks[] = "guichet.affiliation.clock.v1";

struct report {
    size_t number;
    const char *topic;
    int32_t partition;
    int64_t offset;
};

static const struct reckoning_case {
    const char *name;
    size_t produced;
    struct report reports[REPORTS_MOST];
    size_t reports_count;
    bool has_receipt;
    size_t folds_count;
    size_t compared; /* records in them */
} cases[] = {
    {"nothing was produced", 0, {{0}}, 0, true, 0, 0},
    {"one record", 1, {{0, decisions, 0, 7}}, 1, true, 1, 1},
    {"two in one partition", 2, {{0, decisions, 0, 7}, {1, decisions, 0, 8}}, 2, true, 1, 2},
    {"two partitions of a topic", 2, {{0, decisions, 0, 7}, {1, decisions, 1, 7}}, 2, true, 2, 2},
    {"the same partition of two topics",
     2,
     {{0, decisions, 0, 7}, {1, roster, 0, 7}},
     2,
     true,
     2,
     2},
    {"two partitions by turns",
     4,
     {{0, decisions, 0, 7}, {1, roster, 0, 3}, {2, decisions, 0, 8}, {3, roster, 0, 4}},
     4,
     true,
     2,
     4},
    {"one to the worker's own clock", 2, {{0, decisions, 0, 7}, {1, ticks, 0, 7}}, 2, true, 1, 1},
    {"one that was not confirmed", 2, {{0, decisions, 0, 7}}, 1, false, 0, 0},
    {"one whose offset is not known", 1, {{0, decisions, 0, -1001}}, 1, false, 0, 0},
    {"a topic that is none of ours", 1, {{0, "somebody.elses.v1", 0, 7}}, 1, false, 0, 0},
    {"a record that was not produced", 1, {{1, decisions, 0, 7}}, 1, false, 0, 0},
};

static struct receipt *receipt_of(const struct reckoning_case *one) {
    const struct span span = {.topic = SLICE_LITERAL("affiliation.requests.v1"),
                              .partition = 3,
                              .from_offset = 10,
                              .to_offset = 20};
    struct reckoning reckoning = {0};
    reckoning_begin(&reckoning);
    for (size_t i = 0; i < one->produced; i++) {
        const struct uuid id = {{(uint8_t)(i + 1)}};
        check_int(one->name, i, reckoning_add(&reckoning, &id));
    }
    for (size_t i = 0; i < one->reports_count; i++)
        reckoning_confirm(&reckoning, one->reports[i].number, one->reports[i].topic,
                          one->reports[i].partition, one->reports[i].offset);
    struct receipt *receipt = reckoning_receipt(&reckoning, &span, 1, 5);
    reckoning_fini(&reckoning);
    return receipt;
}

static void a_receipt_says_what_was_confirmed(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct receipts receipts = {0};
        struct receipt *receipt = receipt_of(&cases[i]);
        check_int(cases[i].name, cases[i].has_receipt, receipt != NULL);
        if (receipt == NULL)
            continue;
        size_t records = 0;
        for (size_t k = 0; k < receipt->folds_count; k++)
            records += (size_t)receipt->folds[k].fold.records;
        check_int(cases[i].name, cases[i].compared, records);
        check_int(cases[i].name, cases[i].folds_count, receipt->folds_count);
        check_int(cases[i].name, 1, receipt->spans_count);
        check_int(cases[i].name, 20, receipt->spans[0].to_offset);
        receipts_add(&receipts, receipt);
        receipts_drop(&receipts, 1);
    }
}

static void a_transaction_begins_with_nothing(void **state UNUSED) {
    struct reckoning reckoning = {0};
    const struct uuid id = {{1}};
    reckoning_begin(&reckoning);
    (void)reckoning_add(&reckoning, &id);
    reckoning_confirm(&reckoning, 0, decisions, 0, -1);
    reckoning_begin(&reckoning);
    struct receipt *receipt = reckoning_receipt(&reckoning, NULL, 0, 0);
    assert_non_null(receipt);
    assert_int_equal(receipt->folds_count, 0);
    struct receipts receipts = {0};
    receipts_add(&receipts, receipt);
    receipts_drop(&receipts, 1);
    reckoning_fini(&reckoning);
}

static void receipts_are_kept_in_order_and_bounded(void **state UNUSED) {
    struct receipts receipts = {0};
    struct receipts more = {0};
    struct reckoning reckoning = {0};
    for (int64_t i = 0; i < RECEIPTS_KEPT + 2; i++) {
        struct receipt *receipt = reckoning_receipt(&reckoning, NULL, 0, i);
        receipts_add(i % 2 == 0 ? &more : &receipts, receipt);
        if (i % 2 == 1)
            receipts_move(&receipts, &more);
    }
    assert_int_equal(receipts.count, RECEIPTS_KEPT);
    assert_int_equal(receipts.first->made_at_ms, 1);
    receipts_drop(&receipts, 1);
    assert_int_equal(receipts.first->made_at_ms, 0);
    receipts_drop(&receipts, RECEIPTS_KEPT * 2);
    assert_int_equal(receipts.count, 0);
    assert_null(receipts.last);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_says_what_was_confirmed),
        cmocka_unit_test(a_transaction_begins_with_nothing),
        cmocka_unit_test(receipts_are_kept_in_order_and_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
