/* links: privacy_core */
/* What becomes of a request about personal data: answered, erased, or nothing. */
#include <string.h>

#include "common/base/compiler.h"
#include "common/base/date.h"
#include "tests/unit/check.h"
#include "workers/privacy/privacy.h"

enum { HELD_MOST = 4 };

struct row {
    const char *name;
    enum privacy_wish wish;
    struct privacy_known known;
    bool is_found;
    enum privacy_kind held[HELD_MOST]; /* ends with 0 */
    enum privacy_outcome outcome;
    const char *rule;
    enum privacy_kind erased[HELD_MOST]; /* ends with 0 */
};

static const struct row rows[] = {
    /* clang-format off */
    {"somebody of whom something personal is held is erased",
     PRIVACY_ERASURE, {false, false}, true, {PRIVACY_IDENTITY, PRIVACY_DECISIONS},
     PRIVACY_ERASED, "PERSON_ERASED", {PRIVACY_IDENTITY, PRIVACY_DECISIONS}},
    {"dates and counts stay, and are not told as erased",
     PRIVACY_ERASURE, {false, false}, true,
     {PRIVACY_ACCOUNT, PRIVACY_AFFILIATIONS, PRIVACY_BENEFICIARIES},
     PRIVACY_ERASED, "PERSON_ERASED", {PRIVACY_BENEFICIARIES}},
    {"what is left of the erased is dates and counts: nothing more to erase",
     PRIVACY_ERASURE, {false, false}, true,
     {PRIVACY_ACCOUNT, PRIVACY_AFFILIATIONS, PRIVACY_REQUESTS, PRIVACY_ADDITIONS},
     PRIVACY_NOTHING_LEFT, "NOTHING_LEFT", {0}},
    {"somebody known of whom nothing is held",
     PRIVACY_ERASURE, {false, false}, true, {0}, PRIVACY_NOTHING_LEFT, "NOTHING_LEFT", {0}},
    {"the keyed hash alone is something to erase",
     PRIVACY_ERASURE, {false, false}, true, {PRIVACY_RECOGNITION},
     PRIVACY_ERASED, "PERSON_ERASED", {PRIVACY_RECOGNITION}},
    {"erasure of nobody known",
     PRIVACY_ERASURE, {false, false}, false, {0}, PRIVACY_UNKNOWN, "PERSON_UNKNOWN", {0}},
    {"access erases nothing",
     PRIVACY_ACCESS, {false, false}, true, {PRIVACY_IDENTITY},
     PRIVACY_REPORTED, "HOLDINGS_REPORTED", {0}},
    {"access to the little that is left of the erased",
     PRIVACY_ACCESS, {false, false}, true, {PRIVACY_AFFILIATIONS},
     PRIVACY_REPORTED, "HOLDINGS_REPORTED", {0}},
    {"access to somebody of whom nothing is held is a report too",
     PRIVACY_ACCESS, {false, false}, true, {0},
     PRIVACY_REPORTED, "HOLDINGS_REPORTED", {0}},
    {"access to nobody known",
     PRIVACY_ACCESS, {false, false}, false, {0}, PRIVACY_UNKNOWN, "PERSON_UNKNOWN", {0}},
    {"the same erasure again erases nothing that came meanwhile",
     PRIVACY_ERASURE, {true, true}, true, {PRIVACY_IDENTITY},
     PRIVACY_REPEATED, "REPEATED", {0}},
    {"the same access again is not answered twice",
     PRIVACY_ACCESS, {true, true}, true, {PRIVACY_IDENTITY}, PRIVACY_REPEATED, "REPEATED", {0}},
    {"the same about nobody",
     PRIVACY_ERASURE, {true, true}, false, {0}, PRIVACY_REPEATED, "REPEATED", {0}},
    {"another content or wish under a known id",
     PRIVACY_ERASURE, {true, false}, true, {PRIVACY_IDENTITY},
     PRIVACY_REUSED, "ID_REUSED", {0}},
    /* clang-format on */
};

static void test_decisions(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct row *row = &rows[i];
        struct privacy_holding held[HELD_MOST];
        struct privacy_facts facts = {
            .wish = row->wish, .known = row->known, .is_found = row->is_found};
        size_t erased = 0;
        while (facts.held.count < HELD_MOST && row->held[facts.held.count] != 0) {
            held[facts.held.count] =
                (struct privacy_holding){row->held[facts.held.count], 1, INSTANT_NONE};
            facts.held.count++;
        }
        facts.held.items = held;
        while (erased < HELD_MOST && row->erased[erased] != 0) {
            erased++;
        }
        struct privacy_decision decision;
        memset(&decision, 0xff, sizeof(decision));
        privacy_decide(&facts, &decision);
        if (decision.outcome != row->outcome || strcmp(decision.rule, row->rule) != 0 ||
            decision.erased_count != erased ||
            memcmp(decision.erased, row->erased, erased * sizeof(enum privacy_kind)) != 0) {
            fail_msg("%s: outcome %d by %s, %zu erased", row->name, (int)decision.outcome,
                     decision.rule, decision.erased_count);
        }
    }
}

/* Every kind is known by a word, and either goes or stays: the ones that stay are these. */
static void test_kinds(void **state UNUSED) {
    size_t staying = 0;
    for (int kind = 1; kind < PRIVACY_KINDS_END; kind++) {
        assert_non_null(words_text(&privacy_kind_words, kind));
        staying += !privacy_kind_goes((enum privacy_kind)kind);
    }
    assert_int_equal(staying, 4);
    assert_false(privacy_kind_goes(PRIVACY_AFFILIATIONS));
    assert_true(privacy_kind_goes(PRIVACY_IDENTITY));
}

/* A full list: what is told has room for all. */
static void test_all_kinds_at_once(void **state UNUSED) {
    struct privacy_holding held[PRIVACY_KINDS];
    struct privacy_facts facts = {.wish = PRIVACY_ERASURE, .is_found = true};
    struct privacy_decision decision;
    for (int kind = 1; kind < PRIVACY_KINDS_END; kind++) {
        held[kind - 1] = (struct privacy_holding){(enum privacy_kind)kind, 1, INSTANT_NONE};
    }
    facts.held = (struct privacy_holding_list){held, PRIVACY_KINDS};
    privacy_decide(&facts, &decision);
    assert_int_equal(decision.erased_count, PRIVACY_KINDS - 4);
    for (size_t i = 1; i < decision.erased_count; i++) {
        assert_true(decision.erased[i] > decision.erased[i - 1]);
    }
}

static void test_each_rule_is_told(void **state UNUSED) {
    size_t count = 0;
    while (privacy_rule(count) != NULL) {
        assert_non_null(privacy_rule(count)->sentence);
        assert_non_null(privacy_rule(count++)->source);
    }
    assert_int_equal(count, PRIVACY_REUSED);
    for (count = 0; privacy_transition(count) != NULL; count++) {
        assert_non_null(privacy_transition(count)->event);
    }
    assert_true(count > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decisions),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_all_kinds_at_once),
        cmocka_unit_test(test_each_rule_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
