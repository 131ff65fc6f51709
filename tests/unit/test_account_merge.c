/* links: account_core */
/* Merges: which account goes on, and why two are not brought together. */
#include <stdio.h>

#include "common/base/compiler.h"
#include "common/base/words.h"
#include "tests/unit/check.h"
#include "workers/account/account.h"

enum { TEXT_SIZE = 256 };

#define SIREN "732829320"

struct merge_row {
    const char *name;
    const char *siren; /* NULL: the employer's */
    const char *session;
    const char *other;
    enum account_standing session_standing;
    enum account_standing other_standing;
    const char *session_survivor;
    const char *other_survivor;
    enum sighting sighting; /* 0: new */
    enum merge_outcome outcome;
    const char *reasons;
    const char *rules;
};

static const struct merge_row rows[] = {
    {.name = "two accounts of one employer",
     .session = "A",
     .other = "B",
     .session_standing = ACCOUNT_OWN,
     .other_standing = ACCOUNT_OWN,
     .session_survivor = "A",
     .other_survivor = "B",
     .outcome = MERGE_DONE,
     .reasons = "",
     .rules = "MERGED"},
    {.name = "an alias logged in with, another named: those that they stand for",
     .session = "A",
     .other = "B",
     .session_standing = ACCOUNT_OWN,
     .other_standing = ACCOUNT_OWN,
     .session_survivor = "C",
     .other_survivor = "D",
     .outcome = MERGE_DONE,
     .reasons = "",
     .rules = "MERGED"},
    {.name = "its own alias: they are together already",
     .session = "A",
     .other = "B",
     .session_standing = ACCOUNT_OWN,
     .other_standing = ACCOUNT_OWN,
     .session_survivor = "A",
     .other_survivor = "A",
     .outcome = MERGE_TOGETHER,
     .reasons = "",
     .rules = "TOGETHER"},
    {.name = "two aliases of a third",
     .session = "A",
     .other = "B",
     .session_standing = ACCOUNT_OWN,
     .other_standing = ACCOUNT_OWN,
     .session_survivor = "C",
     .other_survivor = "C",
     .outcome = MERGE_TOGETHER,
     .reasons = "",
     .rules = "TOGETHER"},
    {.name = "the very same identifier",
     .session = "A",
     .other = "A",
     .session_standing = ACCOUNT_OWN,
     .other_standing = ACCOUNT_OWN,
     .session_survivor = "A",
     .other_survivor = "A",
     .outcome = MERGE_REJECTED,
     .reasons = "SAME_ACCOUNT",
     .rules = "SAME_ACCOUNT"},
    {.name = "an identifier that nobody registered",
     .session = "A",
     .other = "B",
     .session_standing = ACCOUNT_OWN,
     .other_standing = ACCOUNT_UNKNOWN,
     .session_survivor = "A",
     .outcome = MERGE_REJECTED,
     .reasons = "UNKNOWN_ACCOUNT",
     .rules = "UNKNOWN_ACCOUNT"},
    {.name = "a session that nobody registered",
     .session = "A",
     .other = "B",
     .session_standing = ACCOUNT_UNKNOWN,
     .other_standing = ACCOUNT_OWN,
     .other_survivor = "B",
     .outcome = MERGE_REJECTED,
     .reasons = "UNKNOWN_ACCOUNT",
     .rules = "UNKNOWN_ACCOUNT"},
    {.name = "an account of another employer",
     .session = "A",
     .other = "B",
     .session_standing = ACCOUNT_OWN,
     .other_standing = ACCOUNT_FOREIGN,
     .session_survivor = "A",
     .outcome = MERGE_REJECTED,
     .reasons = "OWNER_MISMATCH",
     .rules = "OWNER_MISMATCH"},
    {.name = "a session of another employer",
     .session = "A",
     .other = "B",
     .session_standing = ACCOUNT_FOREIGN,
     .other_standing = ACCOUNT_OWN,
     .other_survivor = "B",
     .outcome = MERGE_REJECTED,
     .reasons = "OWNER_MISMATCH",
     .rules = "OWNER_MISMATCH"},
    {.name = "both of another employer: not ours to say whether they are together",
     .session = "A",
     .other = "B",
     .session_standing = ACCOUNT_FOREIGN,
     .other_standing = ACCOUNT_FOREIGN,
     .outcome = MERGE_REJECTED,
     .reasons = "OWNER_MISMATCH",
     .rules = "OWNER_MISMATCH"},
    {.name = "one of another employer, one that nobody has: both reasons, in their order",
     .session = "A",
     .other = "B",
     .session_standing = ACCOUNT_FOREIGN,
     .other_standing = ACCOUNT_UNKNOWN,
     .outcome = MERGE_REJECTED,
     .reasons = "UNKNOWN_ACCOUNT OWNER_MISMATCH",
     .rules = "UNKNOWN_ACCOUNT OWNER_MISMATCH"},
    {.name = "itself, and not registered",
     .session = "A",
     .other = "A",
     .session_standing = ACCOUNT_UNKNOWN,
     .other_standing = ACCOUNT_UNKNOWN,
     .outcome = MERGE_REJECTED,
     .reasons = "UNKNOWN_ACCOUNT SAME_ACCOUNT",
     .rules = "UNKNOWN_ACCOUNT SAME_ACCOUNT"},
    {.name = "a SIREN whose last digit is wrong",
     .siren = "732829321",
     .session = "A",
     .other = "A",
     .session_standing = ACCOUNT_FOREIGN,
     .other_standing = ACCOUNT_FOREIGN,
     .outcome = MERGE_REJECTED,
     .reasons = "INVALID_SIREN SAME_ACCOUNT OWNER_MISMATCH",
     .rules = "INVALID_SIREN SAME_ACCOUNT OWNER_MISMATCH"},
    {.name = "the same event again",
     .session = "A",
     .other = "B",
     .session_standing = ACCOUNT_OWN,
     .other_standing = ACCOUNT_OWN,
     .session_survivor = "A",
     .other_survivor = "A",
     .sighting = SIGHTING_SAME_CONTENT,
     .outcome = MERGE_REPEATED,
     .reasons = "",
     .rules = "REPEATED"},
    {.name = "the id with another content",
     .session = "A",
     .other = "B",
     .session_standing = ACCOUNT_OWN,
     .other_standing = ACCOUNT_OWN,
     .session_survivor = "A",
     .other_survivor = "B",
     .sighting = SIGHTING_OTHER_CONTENT,
     .outcome = MERGE_REUSED,
     .reasons = "",
     .rules = "ID_REUSED"},
};

static void append(char text[TEXT_SIZE], const char *word) {
    size_t used = strlen(text);
    int length = snprintf(text + used, TEXT_SIZE - used, "%s%s", used == 0 ? "" : " ", word);
    assert_in_range(length, 0, TEXT_SIZE - used - 1);
}

static void merges(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct merge_row *row = &rows[i];
        struct merge_facts facts = {
            .request = {.merge_id = slice_of("M"),
                        .siren = slice_of(row->siren == NULL ? SIREN : row->siren),
                        .session_account_id = slice_of(row->session),
                        .other_account_id = slice_of(row->other)},
            .sighting = row->sighting == 0 ? SIGHTING_NEW : row->sighting,
            .session_standing = row->session_standing,
            .other_standing = row->other_standing,
            .session_survivor_id = slice_of(row->session_survivor),
            .other_survivor_id = slice_of(row->other_survivor),
        };
        struct merge_decision decision;
        merge_decide(&facts, &decision);
        check_int(row->name, row->outcome, decision.outcome);
        char reasons[TEXT_SIZE] = "";
        char rules[TEXT_SIZE] = "";
        for (size_t k = 0; k < decision.reasons_count; k++) {
            append(reasons, words_text(&registration_reason_words, (int)decision.reasons[k]));
        }
        for (size_t k = 0; k < decision.rules_count; k++) {
            append(rules, decision.rules[k]);
        }
        check_text(row->name, row->reasons, reasons);
        check_text(row->name, row->rules, rules);
    }
}

/* Each code that a decision gives can be explained. */
static void every_code_has_a_rule(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char codes[TEXT_SIZE];
        snprintf(codes, sizeof(codes), "%s", rows[i].rules);
        for (const char *code = strtok(codes, " "); code != NULL; code = strtok(NULL, " ")) {
            bool is_found = false;
            for (size_t k = 0; account_rule(k) != NULL; k++) {
                is_found = is_found || strcmp(account_rule(k)->code, code) == 0;
            }
            check_true(code, is_found);
        }
    }
}

static void states_are_whole(void **state UNUSED) {
    size_t count = 0;
    for (const struct transition *transition; (transition = account_transition(count)) != NULL;
         count++) {
        check_true(transition->sentence, transition->from != NULL || transition->to != NULL);
        check_true(transition->sentence, strlen(transition->event) > 0);
    }
    check_true("there are some", count > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges),
        cmocka_unit_test(every_code_has_a_rule),
        cmocka_unit_test(states_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
