/* links: account_core */
/* Registrations and published contracts: who gets which contract, and why one is refused. */
#include <stdio.h>

#include "common/base/compiler.h"
#include "common/base/words.h"
#include "tests/unit/check.h"
#include "workers/account/account.h"

/* Days since 1970. */
enum {
    DAY_31_DECEMBER_2025 = 20453,
    DAY_1_JANUARY_2026 = 20454,
    DAY_23_NOVEMBER_2026 = 20780,
};

#define NOW_MS INT64_C(1795392000000) /* 23 November 2026 */

enum { ROOM = 8, DECLARED_MAX = 4, TEXT_SIZE = 256 };

#define SIREN "732829320"

/* The employer of the examples: three santé contracts, of which H3 has ended, two of prévoyance. */
static const struct known_contract unheld[] = {
    {SLICE_LITERAL("H1"), CATEGORY_SANTE, DATE_NONE, {NULL, 0}},
    {SLICE_LITERAL("H2"), CATEGORY_SANTE, DATE_NONE, {NULL, 0}},
    {SLICE_LITERAL("H3"), CATEGORY_SANTE, DAY_31_DECEMBER_2025, {NULL, 0}},
    {SLICE_LITERAL("P1"), CATEGORY_PREVOYANCE, DATE_NONE, {NULL, 0}},
    {SLICE_LITERAL("P2"), CATEGORY_PREVOYANCE, DATE_NONE, {NULL, 0}},
};

/* H1 is the account's own, H2 another's, and so is H3. */
static const struct known_contract held[] = {
    {SLICE_LITERAL("H1"), CATEGORY_SANTE, DATE_NONE, SLICE_LITERAL("A")},
    {SLICE_LITERAL("H2"), CATEGORY_SANTE, DATE_NONE, SLICE_LITERAL("B")},
    {SLICE_LITERAL("H3"), CATEGORY_SANTE, DAY_31_DECEMBER_2025, SLICE_LITERAL("B")},
    {SLICE_LITERAL("H4"), CATEGORY_SANTE, DATE_NONE, {NULL, 0}},
};

struct registration_row {
    const char *name;
    const char *declared[DECLARED_MAX];
    enum category category;
    int32_t submitted_on; /* 0: 23 November 2026 */
    const char *siren;    /* NULL: the employer's */
    const char *owner_siren;
    enum category owner_category;
    const char *survivor; /* NULL: the account A itself */
    enum sighting sighting;
    bool is_held;         /* the contracts of `held` */
    int64_t grace_ms;     /* left, from the decision on */
    const char *expected; /* outcome, then reasons or "contract:cause", then "contract!holder" */
    const char *rules;
};

static const char *outcome_text(enum registration_outcome outcome) {
    static const char *const texts[] = {NULL,      "accepted", "rejected",
                                        "waiting", "repeated", "reused"};
    return texts[outcome];
}

static void append(char text[TEXT_SIZE], const char *format, ...) PRINTF_LIKE(2, 3);
static void append(char text[TEXT_SIZE], const char *format, ...) {
    size_t used = strlen(text);
    va_list values;
    va_start(values, format);
    int length = vsnprintf(text + used, TEXT_SIZE - used, format, values);
    va_end(values);
    assert_in_range(length, 0, TEXT_SIZE - used - 1);
}

static void decision_text(const struct registration_decision *decision, char text[TEXT_SIZE]) {
    append(text, "%s", outcome_text(decision->outcome));
    for (size_t i = 0; i < decision->reasons_count; i++) {
        append(text, " %s", words_text(&registration_reason_words, (int)decision->reasons[i]));
    }
    for (size_t i = 0; i < decision->attached_count; i++) {
        const struct attachment *attachment = &decision->attached[i];
        append(text, " %.*s:%s", SLICE_FORMAT(attachment->contract_id),
               words_text(&registration_cause_words, (int)attachment->cause));
    }
    for (size_t i = 0; i < decision->conflicts_count; i++) {
        const struct conflict *conflict = &decision->conflicts[i];
        append(text, " %.*s!%.*s", SLICE_FORMAT(conflict->contract_id),
               SLICE_FORMAT(conflict->holder_account_id));
    }
}

static void rules_text(const char *const *rules, size_t count, char text[TEXT_SIZE]) {
    for (size_t i = 0; i < count; i++) {
        append(text, "%s%s", i == 0 ? "" : " ", rules[i]);
    }
}

static void check_registration(const struct registration_row *row) {
    struct slice declared[DECLARED_MAX];
    size_t declared_count = 0;
    while (declared_count < DECLARED_MAX && row->declared[declared_count] != NULL) {
        declared[declared_count] = slice_of(row->declared[declared_count]);
        declared_count++;
    }
    struct registration_facts facts = {
        .registration = {.registration_id = slice_of("R"),
                         .account_id = slice_of("A"),
                         .siren = slice_of(row->siren == NULL ? SIREN : row->siren),
                         .category = row->category,
                         .contract_ids = {declared, declared_count}},
        .sighting = row->sighting == 0 ? SIGHTING_NEW : row->sighting,
        .submitted_on = row->submitted_on == 0 ? DAY_23_NOVEMBER_2026 : row->submitted_on,
        .decided_at = NOW_MS,
        .grace_ends_at = NOW_MS + row->grace_ms,
        .owner_siren = slice_of(row->owner_siren),
        .owner_category = row->owner_category,
        .survivor_account_id = slice_of(row->survivor == NULL ? "A" : row->survivor),
        .contracts = {row->is_held ? held : unheld,
                      row->is_held ? COUNT_OF(held) : COUNT_OF(unheld)},
    };
    struct attachment attached[ROOM];
    struct conflict conflicts[ROOM];
    struct registration_decision decision = {.attached = attached, .conflicts = conflicts};
    registration_decide(&facts, &decision);
    char text[TEXT_SIZE] = "";
    decision_text(&decision, text);
    check_text(row->name, row->expected, text);
    char rules[TEXT_SIZE] = "";
    rules_text(decision.rules, decision.rules_count, rules);
    check_text(row->name, row->rules, rules);
}

static const struct registration_row accepted[] = {
    {.name = "H1 brings H2, not the ended H3, nothing of prévoyance",
     .declared = {"H1"},
     .category = CATEGORY_SANTE,
     .expected = "accepted H1:declared H2:sibling",
     .rules = "REGISTERED DECLARED SIBLING"},
    {.name = "P1 in its own account brings P2",
     .declared = {"P1"},
     .category = CATEGORY_PREVOYANCE,
     .expected = "accepted P1:declared P2:sibling",
     .rules = "REGISTERED DECLARED SIBLING"},
    {.name = "two declared come by id, in whatever order they are given",
     .declared = {"H2", "H1"},
     .category = CATEGORY_SANTE,
     .expected = "accepted H1:declared H2:declared",
     .rules = "REGISTERED DECLARED"},
    {.name = "a number declared twice is attached once",
     .declared = {"H2", "H1", "H2"},
     .category = CATEGORY_SANTE,
     .expected = "accepted H1:declared H2:declared",
     .rules = "REGISTERED DECLARED"},
    {.name = "the last day of a contract is not past its end, for a sibling either",
     .declared = {"H1"},
     .category = CATEGORY_SANTE,
     .submitted_on = DAY_31_DECEMBER_2025,
     .expected = "accepted H1:declared H2:sibling H3:sibling",
     .rules = "REGISTERED DECLARED SIBLING"},
    {.name = "declared on its last day",
     .declared = {"H3"},
     .category = CATEGORY_SANTE,
     .submitted_on = DAY_31_DECEMBER_2025,
     .expected = "accepted H3:declared H1:sibling H2:sibling",
     .rules = "REGISTERED DECLARED SIBLING"},
    {.name = "registered again: only what is new is attached, others' stay where they are",
     .declared = {"H1"},
     .category = CATEGORY_SANTE,
     .owner_siren = SIREN,
     .owner_category = CATEGORY_SANTE,
     .is_held = true,
     .expected = "accepted H4:sibling H2!B",
     .rules = "REGISTERED SIBLING CONFLICT"},
    {.name = "a declared contract of another account is a conflict, listed first",
     .declared = {"H4", "H2"},
     .category = CATEGORY_SANTE,
     .survivor = "C",
     .is_held = true,
     .expected = "accepted H4:declared H2!B H1!A",
     .rules = "REGISTERED DECLARED CONFLICT"},
    {.name = "through an alias: the survivor's contracts are no conflict",
     .declared = {"H2"},
     .category = CATEGORY_SANTE,
     .owner_siren = SIREN,
     .owner_category = CATEGORY_SANTE,
     .survivor = "B",
     .is_held = true,
     .expected = "accepted H4:sibling H1!A",
     .rules = "REGISTERED SIBLING CONFLICT"},
    {.name = "the same event again",
     .declared = {"H1"},
     .category = CATEGORY_SANTE,
     .sighting = SIGHTING_SAME_CONTENT,
     .expected = "repeated",
     .rules = "REPEATED"},
    {.name = "the id with another content",
     .declared = {"H1"},
     .category = CATEGORY_SANTE,
     .sighting = SIGHTING_OTHER_CONTENT,
     .expected = "reused",
     .rules = "ID_REUSED"},
};

static const struct registration_row waiting[] = {
    {.name = "a number that is not known waits while a millisecond of its grace is left",
     .declared = {"H9"},
     .category = CATEGORY_SANTE,
     .grace_ms = 1,
     .expected = "waiting",
     .rules = "WAITING"},
    {.name = "at the end of the grace it is rejected",
     .declared = {"H9"},
     .category = CATEGORY_SANTE,
     .expected = "rejected UNKNOWN_CONTRACT",
     .rules = "UNKNOWN_CONTRACT"},
    {.name = "and after it",
     .declared = {"H9"},
     .category = CATEGORY_SANTE,
     .grace_ms = -1,
     .expected = "rejected UNKNOWN_CONTRACT",
     .rules = "UNKNOWN_CONTRACT"},
    {.name = "one of two missing is enough, whatever else is wrong",
     .declared = {"P1", "H9"},
     .category = CATEGORY_SANTE,
     .owner_siren = "404833048",
     .owner_category = CATEGORY_SANTE,
     .grace_ms = 60000,
     .expected = "waiting",
     .rules = "WAITING"},
    {.name = "all numbers known: nothing to wait for",
     .declared = {"H1"},
     .category = CATEGORY_SANTE,
     .grace_ms = 60000,
     .expected = "accepted H1:declared H2:sibling",
     .rules = "REGISTERED DECLARED SIBLING"},
    {.name = "an invalid SIREN waits for nothing",
     .declared = {"H9"},
     .category = CATEGORY_SANTE,
     .siren = "732829321",
     .grace_ms = 60000,
     .expected = "rejected INVALID_SIREN",
     .rules = "INVALID_SIREN"},
    {.name = "the same event again while it waits",
     .declared = {"H9"},
     .category = CATEGORY_SANTE,
     .sighting = SIGHTING_SAME_CONTENT,
     .grace_ms = 60000,
     .expected = "repeated",
     .rules = "REPEATED"},
};

static void registrations_wait(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(waiting); i++) {
        check_registration(&waiting[i]);
    }
}

static void registrations_accepted(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(accepted); i++) {
        check_registration(&accepted[i]);
    }
}

static const struct registration_row rejected[] = {
    {.name = "the SIREN's last digit is wrong: its contracts are not called unknown",
     .declared = {"X9"},
     .category = CATEGORY_SANTE,
     .siren = "732829321",
     .expected = "rejected INVALID_SIREN",
     .rules = "INVALID_SIREN"},
    {.name = "a number that the employer does not have",
     .declared = {"H9"},
     .category = CATEGORY_SANTE,
     .expected = "rejected UNKNOWN_CONTRACT",
     .rules = "UNKNOWN_CONTRACT"},
    {.name = "one bad number rejects the good ones too",
     .declared = {"H1", "H9", "H2"},
     .category = CATEGORY_SANTE,
     .expected = "rejected UNKNOWN_CONTRACT",
     .rules = "UNKNOWN_CONTRACT"},
    {.name = "a contract of another category",
     .declared = {"H1", "P1"},
     .category = CATEGORY_SANTE,
     .expected = "rejected CATEGORY_MISMATCH",
     .rules = "CATEGORY_MISMATCH"},
    {.name = "a contract of prévoyance in a santé account, and the other way round",
     .declared = {"H1"},
     .category = CATEGORY_PREVOYANCE,
     .expected = "rejected CATEGORY_MISMATCH",
     .rules = "CATEGORY_MISMATCH"},
    {.name = "the third category has none of these",
     .declared = {"H1", "P1"},
     .category = CATEGORY_RETRAITE,
     .expected = "rejected CATEGORY_MISMATCH",
     .rules = "CATEGORY_MISMATCH"},
    {.name = "a contract that ended the day before",
     .declared = {"H3"},
     .category = CATEGORY_SANTE,
     .submitted_on = DAY_1_JANUARY_2026,
     .expected = "rejected CONTRACT_ENDED",
     .rules = "CONTRACT_ENDED"},
    {.name = "an account of another employer",
     .declared = {"H1"},
     .category = CATEGORY_SANTE,
     .owner_siren = "404833048",
     .owner_category = CATEGORY_SANTE,
     .expected = "rejected ACCOUNT_TAKEN",
     .rules = "ACCOUNT_TAKEN"},
    {.name = "an account of the employer's other category",
     .declared = {"H1"},
     .category = CATEGORY_SANTE,
     .owner_siren = SIREN,
     .owner_category = CATEGORY_PREVOYANCE,
     .expected = "rejected ACCOUNT_TAKEN",
     .rules = "ACCOUNT_TAKEN"},
    {.name = "all reasons at once, each once, in their order",
     .declared = {"P2", "H3", "P1", "H9"},
     .category = CATEGORY_SANTE,
     .owner_siren = "404833048",
     .owner_category = CATEGORY_SANTE,
     .expected = "rejected UNKNOWN_CONTRACT CATEGORY_MISMATCH CONTRACT_ENDED ACCOUNT_TAKEN",
     .rules = "UNKNOWN_CONTRACT CATEGORY_MISMATCH CONTRACT_ENDED ACCOUNT_TAKEN"},
    {.name = "a wrong SIREN and an account of another employer",
     .declared = {"H9"},
     .category = CATEGORY_SANTE,
     .siren = "732829321",
     .owner_siren = SIREN,
     .owner_category = CATEGORY_SANTE,
     .expected = "rejected INVALID_SIREN ACCOUNT_TAKEN",
     .rules = "INVALID_SIREN ACCOUNT_TAKEN"},
};

static void registrations_rejected(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(rejected); i++) {
        check_registration(&rejected[i]);
    }
}

/* An employer with more contracts than one registration may list gets the rest by the next one,
 * even if conflicts alone would fill it. */
static void a_registration_is_bounded(void **state UNUSED) {
    enum { MANY = REGISTRATION_CONTRACTS_MAX + 2 };
    static struct known_contract known[MANY];
    static char names[MANY][8];
    static struct attachment attached[MANY];
    static struct conflict conflicts[MANY];
    for (size_t i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof(names[i]), "C%04zu", i);
        known[i] = (struct known_contract){slice_of(names[i]), CATEGORY_SANTE, DATE_NONE,
                                           slice_of(i == MANY - 1 ? NULL : "B")};
    }
    struct registration_facts facts = {
        .registration = {.siren = slice_of(SIREN),
                         .category = CATEGORY_SANTE,
                         .contract_ids = {&known[0].contract_id, 1}},
        .sighting = SIGHTING_NEW,
        .submitted_on = DAY_23_NOVEMBER_2026,
        .survivor_account_id = slice_of("A"),
        .contracts = {known, MANY},
    };
    struct registration_decision decision = {.attached = attached, .conflicts = conflicts};
    registration_decide(&facts, &decision);
    check_int("the last one, which is free, is attached", 1, decision.attached_count);
    check_slice("the last one, which is free, is attached", names[MANY - 1],
                attached[0].contract_id);
    check_int("the others as far as they go", REGISTRATION_CONTRACTS_MAX - 1,
              decision.conflicts_count);
}

struct contract_row {
    const char *name;
    int32_t revision;
    int32_t known_revision;
    enum sighting sighting;
    int32_t ends_on; /* 0: none */
    const char *holder;
    const char *oldest;
    enum contract_outcome outcome;
    const char *attached_to;
    const char *rules;
};

static void published_contracts(void **state UNUSED) {
    static const struct contract_row rows[] = {
        {"the first revision, nobody registered yet", 1, 0, SIGHTING_NEW, 0, NULL, NULL,
         CONTRACT_STORED, NULL, "NEW_REVISION"},
        {"H4 created later goes to the oldest account", 1, 0, SIGHTING_NEW, 0, NULL, "A",
         CONTRACT_STORED, "A", "NEW_REVISION LATE_SIBLING"},
        {"its next revision is attached to nothing more", 2, 1, SIGHTING_OTHER_CONTENT, 0, "A", "A",
         CONTRACT_STORED, NULL, "NEW_REVISION"},
        {"held by another account it stays there", 2, 1, SIGHTING_OTHER_CONTENT, 0, "B", "A",
         CONTRACT_STORED, NULL, "NEW_REVISION"},
        {"ended the day before the decision", 1, 0, SIGHTING_NEW, DAY_23_NOVEMBER_2026 - 1, NULL,
         "A", CONTRACT_STORED, NULL, "NEW_REVISION"},
        {"ends on the day of the decision", 1, 0, SIGHTING_NEW, DAY_23_NOVEMBER_2026, NULL, "A",
         CONTRACT_STORED, "A", "NEW_REVISION LATE_SIBLING"},
        {"an ended contract that runs again becomes attachable", 5, 3, SIGHTING_OTHER_CONTENT, 0,
         NULL, "A", CONTRACT_STORED, "A", "NEW_REVISION LATE_SIBLING"},
        {"a lower revision", 2, 3, SIGHTING_OTHER_CONTENT, 0, NULL, "A", CONTRACT_STALE, NULL,
         "STALE_REVISION"},
        {"the same revision again", 3, 3, SIGHTING_SAME_CONTENT, 0, NULL, "A", CONTRACT_REPEATED,
         NULL, "REPEATED"},
        {"the same revision with another content", 3, 3, SIGHTING_OTHER_CONTENT, 0, NULL, "A",
         CONTRACT_REUSED, NULL, "ID_REUSED"},
        {"a higher revision with the content of the last", 4, 3, SIGHTING_SAME_CONTENT, 0, "A", "A",
         CONTRACT_STORED, NULL, "NEW_REVISION"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct contract_row *row = &rows[i];
        struct contract_facts facts = {
            .contract = {.siren = slice_of(SIREN),
                         .contract_id = slice_of("H4"),
                         .revision = row->revision,
                         .category = CATEGORY_SANTE,
                         .ends_on = row->ends_on == 0 ? DATE_NONE : row->ends_on},
            .known_revision = row->known_revision,
            .sighting = row->sighting,
            .holder_account_id = slice_of(row->holder),
            .oldest_account_id = slice_of(row->oldest),
            .decided_on = DAY_23_NOVEMBER_2026,
        };
        struct contract_decision decision;
        contract_decide(&facts, &decision);
        check_int(row->name, row->outcome, decision.outcome);
        check_slice(row->name, row->attached_to, decision.attached_to);
        char rules[TEXT_SIZE] = "";
        rules_text(decision.rules, decision.rules_count, rules);
        check_text(row->name, row->rules, rules);
    }
}

static void rules_explain_themselves(void **state UNUSED) {
    size_t count = 0;
    for (const struct rule *rule; (rule = account_rule(count)) != NULL; count++) {
        for (size_t i = 0; i < count; i++) {
            check_true(rule->code, strcmp(rule->code, account_rule(i)->code) != 0);
        }
        check_true(rule->code, strlen(rule->sentence) > 0 && strlen(rule->source) > 0);
    }
    for (int reason = 1; reason <= REGISTRATION_REASONS_MAX; reason++) {
        check_text("the refusals first, in the order of the reasons",
                   words_text(&registration_reason_words, reason),
                   account_rule((size_t)reason - 1)->code);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registrations_accepted), cmocka_unit_test(registrations_rejected),
        cmocka_unit_test(registrations_wait),     cmocka_unit_test(a_registration_is_bounded),
        cmocka_unit_test(published_contracts),    cmocka_unit_test(rules_explain_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
