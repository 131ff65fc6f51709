/* links: runtime */
/* What is read against what is stored: each outcome, and what just isn't one. */
#include "common/base/compiler.h"
#include "common/runtime/comparison.h"
#include "common/runtime/fold.h"
#include "tests/unit/check.h"

enum { SIDES_MOST = 4 };

/* One letter is an id; the entries' order is that of their decisions. */
struct side {
    char id;
    char key; /* of a compacted topic; 0: none */
    bool is_published;
    bool may_be_gone;
};

static const struct comparison_case {
    const char *name;
    const char *read; /* ids, by offset */
    bool may_be_forgotten;
    struct side stored[SIDES_MOST];
    const char *missing;
    const char *unknown;
    const char *repeated;
} cases[] = {
    {"nothing at all", "", false, {{0}}, "", "", ""},
    {"all that is stored is read", "ba", false, {{'a', 0, true, 0}, {'b', 0, true, 0}}, "", "", ""},
    {"one that nobody can read", "a", false, {{'a', 0, true, 0}, {'b', 0, true, 0}}, "b", "", ""},
    {"one not published yet", "a", false, {{'a', 0, true, 0}, {'b', 0, false, 0}}, "", "", ""},
    {"one published just now", "ab", false, {{'a', 0, true, 0}, {'b', 0, false, 0}}, "", "", ""},
    {"one that its topic dropped", "", false, {{'a', 0, true, true}}, "", "", ""},
    {"one that is not stored", "ax", false, {{'a', 0, true, 0}}, "", "x", ""},
    {"one that is no longer stored", "x", true, {{0}}, "", "", ""},
    {"one that is there twice", "aa", false, {{'a', 0, true, 0}}, "", "", "a"},
    {"an unknown one twice", "xx", false, {{0}}, "", "x", "x"},
    {"all of it at once", "acc", false, {{'b', 0, true, 0}, {'c', 0, true, 0}}, "b", "a", "c"},
    {"the latest of a key is there",
     "b",
     false,
     {{'a', 'k', true, 0}, {'b', 'k', true, 0}},
     "",
     "",
     ""},
    {"only the one before is there",
     "a",
     false,
     {{'a', 'k', true, 0}, {'b', 'k', true, 0}},
     "b",
     "",
     ""},
    {"the latest is not published yet",
     "a",
     false,
     {{'a', 'k', true, 0}, {'b', 'k', false, 0}},
     "",
     "",
     ""},
    {"a tombstone that is gone",
     "",
     false,
     {{'a', 'k', true, 0}, {'b', 'k', true, true}},
     "",
     "",
     ""},
    {"another key is not affected",
     "b",
     false,
     {{'a', 'k', true, 0}, {'b', 'l', true, 0}},
     "a",
     "",
     ""},
};

static struct uuid id_of(char letter) {
    struct uuid id = {{0}};
    id.bytes[3] = (uint8_t)letter;
    return id;
}

static void note(char *letters, const struct uuid *id) {
    size_t used = strlen(letters);
    letters[used] = (char)id->bytes[3];
    letters[used + 1] = '\0';
}

static void check_case(const struct comparison_case *one) {
    char found[COMPARISON_REPEATED + 1][SIDES_MOST * 2] = {{0}};
    struct comparison comparison = {0};
    for (size_t i = 0; one->read[i] != '\0'; i++) {
        const struct read_id read = {.id = id_of(one->read[i]),
                                     .offset = (int64_t)i,
                                     .may_be_forgotten = one->may_be_forgotten};
        check_true(one->name, comparison_add_read(&comparison, &read));
    }
    for (size_t i = 0; i < SIDES_MOST && one->stored[i].id != 0; i++) {
        const struct side *side = &one->stored[i];
        const struct stored_id stored = {.id = id_of(side->id),
                                         .decided_at = (int64_t)i,
                                         .key_hash = (uint64_t)side->key,
                                         .is_compacted = side->key != 0,
                                         .is_published = side->is_published,
                                         .may_be_gone = side->may_be_gone};
        check_true(one->name, comparison_add_stored(&comparison, &stored));
    }
    comparison_match(&comparison);
    for (size_t i = 0; i < comparison.read_count; i++)
        note(found[comparison.read[i].outcome], &comparison.read[i].id);
    for (size_t i = 0; i < comparison.stored_count; i++)
        note(found[comparison.stored[i].outcome], &comparison.stored[i].id);
    check_text(one->name, one->missing, found[COMPARISON_MISSING]);
    check_text(one->name, one->unknown, found[COMPARISON_UNKNOWN]);
    check_text(one->name, one->repeated, found[COMPARISON_REPEATED]);
    comparison_fini(&comparison);
}

static void each_id_has_its_outcome(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_case(&cases[i]);
}

static void it_takes_no_more_than_its_bound(void **state UNUSED) {
    struct comparison comparison = {0};
    const struct read_id read = {.offset = 1};
    for (size_t i = 0; i < COMPARISON_MOST; i++)
        assert_true(comparison_add_read(&comparison, &read));
    assert_false(comparison_add_read(&comparison, &read));
    comparison_clear(&comparison);
    assert_true(comparison_add_read(&comparison, &read));
    comparison_fini(&comparison);
}

static struct fold folded(const char *letters, int64_t first_offset) {
    struct fold fold = {0};
    for (size_t i = 0; letters[i] != '\0'; i++) {
        const struct uuid id = id_of(letters[i]);
        fold_add(&fold, first_offset + (int64_t)i, &id);
    }
    return fold;
}

static void a_fold_tells_records_apart(void **state UNUSED) {
    static const struct {
        const char *name;
        const char *one;
        const char *other;
        bool are_same;
    } folds[] = {
        {"none and none", "", "", true},  {"in another order", "abc", "cab", true},
        {"one more", "ab", "abc", false}, {"another one", "ab", "ac", false},
        {"one twice", "a", "aaa", false}, {"two of the same and none", "", "aa", false},
    };
    for (size_t i = 0; i < COUNT_OF(folds); i++) {
        const struct fold one = folded(folds[i].one, 10);
        const struct fold other = folded(folds[i].other, 20);
        check_int(folds[i].name, folds[i].are_same, fold_has_same_records(&one, &other));
    }
}

static void merged_folds_are_those_of_all_records(void **state UNUSED) {
    struct fold merged = {0};
    const struct fold none = {0};
    const struct fold late = folded("de", 20);
    const struct fold early = folded("abc", 5);
    const struct fold all = folded("abcde", 0);
    fold_merge(&merged, &late);
    fold_merge(&merged, &none);
    fold_merge(&merged, &early);
    assert_true(fold_has_same_records(&merged, &all));
    assert_int_equal(merged.first_offset, 5);
    assert_int_equal(merged.last_offset, 21);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_id_has_its_outcome),
        cmocka_unit_test(it_takes_no_more_than_its_bound),
        cmocka_unit_test(a_fold_tells_records_apart),
        cmocka_unit_test(merged_folds_are_those_of_all_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
