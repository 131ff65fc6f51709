/* links: termination_core */
/* Notices and their withdrawals: what is given, refused, kept waiting or taken back, and why. */
#include <stdio.h>

#include "common/base/compiler.h"
#include "common/base/words.h"
#include "tests/unit/check_date.h"
#include "workers/termination/termination.h"

enum { TEXT_SIZE = 256, EMAILS = 2 };

#define NOW "2026-12-01T10:06:01+01:00"
#define GRACE_END "2026-12-01T10:21:01+01:00"

static void append(char text[TEXT_SIZE], const char *format, ...) PRINTF_LIKE(2, 3);
static void append(char text[TEXT_SIZE], const char *format, ...) {
    size_t used = strlen(text);
    va_list values;
    va_start(values, format);
    int length = vsnprintf(text + used, TEXT_SIZE - used, format, values);
    va_end(values);
    assert_in_range(length, 0, TEXT_SIZE - used - 1);
}

static void append_rules(char text[TEXT_SIZE], const char *const *rules, size_t count) {
    for (size_t i = 0; i < count; i++) {
        append(text, "%s%s", i == 0 ? " | " : ",", rules[i]);
    }
}

/* A confirmation of 1 December 2026 for a santé contract of 2024 with one contact, unless a row
 * says otherwise. */
struct row {
    const char *name;
    enum confirmation_sighting sighting; /* 0: new */
    bool is_unknown;                     /* the contract */
    enum category category;              /* 0: santé */
    const char *ends_on;
    const char *standing; /* journey whose notice stands */
    const char *withdrawn_on;
    const char *decided_at; /* NULL: NOW */
    const char *emails[EMAILS];
    bool is_without_contacts;
    const char *expected; /* state, basis, day, reasons or recipients; rules */
};

static const struct row rows[] = {
    /* clang-format off */
    {.name = "a notice of a santé contract",
     .expected = "notified infra_annual 2027-01-01 to rh@employeur.example | INFRA_ANNUAL"},
    {.name = "a notice of a prévoyance contract", .category = CATEGORY_PREVOYANCE,
     .expected = "notified expiry 2027-12-31 to rh@employeur.example | EXPIRY"},
    {.name = "a notice of a retraite contract", .category = CATEGORY_RETRAITE,
     .expected = "notified expiry 2027-12-31 to rh@employeur.example | EXPIRY"},
    {.name = "a contract that ended the day before", .ends_on = "2026-11-30",
     .expected = "rejected CONTRACT_ENDED | CONTRACT_ENDED"},
    {.name = "a contract that ends that day", .ends_on = "2026-12-01",
     .expected = "notified infra_annual 2027-01-01 to rh@employeur.example | INFRA_ANNUAL"},
    {.name = "a contract that ends the day after", .ends_on = "2026-12-02",
     .expected = "notified infra_annual 2027-01-01 to rh@employeur.example | INFRA_ANNUAL"},
    {.name = "another notice stands", .standing = "T-0",
     .expected = "rejected ALREADY_TERMINATED | ALREADY_TERMINATED"},
    {.name = "another notice stands of a contract that ended", .standing = "T-0",
     .ends_on = "2026-11-30",
     .expected = "rejected ALREADY_TERMINATED CONTRACT_ENDED | ALREADY_TERMINATED,CONTRACT_ENDED"},
    {.name = "the contract is not known yet", .is_unknown = true,
     .expected = "waiting | WAITING_FOR_CONTRACT"},
    {.name = "the wait is over but for a millisecond", .is_unknown = true,
     .decided_at = "2026-12-01T10:21:00.999+01:00", .expected = "waiting | WAITING_FOR_CONTRACT"},
    {.name = "the wait is over", .is_unknown = true, .decided_at = GRACE_END,
     .expected = "rejected UNKNOWN_CONTRACT | UNKNOWN_CONTRACT"},
    {.name = "the contract came late, and is known", .decided_at = "2026-12-01T10:30:00+01:00",
     .expected = "notified infra_annual 2027-01-01 to rh@employeur.example | INFRA_ANNUAL"},
    {.name = "withdrawn before, the contract being known", .withdrawn_on = "2026-12-01",
     .expected = "withdrawn infra_annual 2027-01-01 | INFRA_ANNUAL,WITHDRAWN_BEFORE"},
    {.name = "withdrawn before, the day before the effect", .withdrawn_on = "2026-12-31",
     .expected = "withdrawn infra_annual 2027-01-01 | INFRA_ANNUAL,WITHDRAWN_BEFORE"},
    {.name = "withdrawn on the day of the effect: too late", .withdrawn_on = "2027-01-01",
     .expected = "notified infra_annual 2027-01-01 to rh@employeur.example | INFRA_ANNUAL"},
    {.name = "withdrawn the day after the effect: too late", .withdrawn_on = "2027-01-02",
     .expected = "notified infra_annual 2027-01-01 to rh@employeur.example | INFRA_ANNUAL"},
    {.name = "withdrawn before, the contract being unknown", .is_unknown = true,
     .withdrawn_on = "2026-12-01", .expected = "withdrawn | WITHDRAWN_BEFORE"},
    {.name = "withdrawn before, but refused anyway", .ends_on = "2026-11-30",
     .withdrawn_on = "2026-12-01", .expected = "rejected CONTRACT_ENDED | CONTRACT_ENDED"},
    {.name = "no contact", .is_without_contacts = true,
     .expected = "notified infra_annual 2027-01-01 | INFRA_ANNUAL,CONTACT_MISSING"},
    {.name = "no contact with a valid e-mail", .emails = {"rh@", "employeur.example"},
     .expected = "notified infra_annual 2027-01-01 | INFRA_ANNUAL,CONTACT_MISSING"},
    {.name = "one of two contacts has a valid e-mail", .emails = {"rh@", "paie@employeur.example"},
     .expected = "notified infra_annual 2027-01-01 to paie@employeur.example | INFRA_ANNUAL"},
    {.name = "two contacts", .emails = {"rh@employeur.example", "paie@employeur.example"},
     .expected = "notified infra_annual 2027-01-01 to rh@employeur.example to "
                 "paie@employeur.example | INFRA_ANNUAL"},
    {.name = "the same confirmation again", .sighting = CONFIRMATION_SAME,
     .expected = "nothing | REPEATED"},
    {.name = "another confirmation of the journey", .sighting = CONFIRMATION_OTHER,
     .expected = "nothing | CONFIRMED_BEFORE"},
    {.name = "a repetition of an unknown contract's", .sighting = CONFIRMATION_SAME,
     .is_unknown = true, .decided_at = GRACE_END, .expected = "nothing | REPEATED"},
    /* clang-format on */
};

static void decision_text(const struct termination_decision *decision, char text[TEXT_SIZE]) {
    const char *state = words_text(&journey_state_words, (int)decision->state);
    append(text, "%s", state == NULL ? "nothing" : state);
    if (decision->legal_basis != 0) {
        char day[DATE_TEXT_SIZE];
        date_format(decision->effective_on, day);
        append(text, " %s %s", words_text(&legal_basis_words, (int)decision->legal_basis), day);
    }
    for (size_t i = 0; i < decision->reasons_count; i++) {
        append(text, " %s", words_text(&termination_reason_words, (int)decision->reasons[i]));
    }
    for (size_t i = 0; i < decision->recipients_count; i++) {
        append(text, " to %.*s", SLICE_FORMAT(decision->recipients[i]));
    }
    append_rules(text, decision->rules, decision->rules_count);
}

static int32_t optional_date(const char *text) {
    return text == NULL ? DATE_NONE : date_of(text);
}

static struct termination_contract contract_of(const struct row *row, struct slice emails[EMAILS]) {
    size_t count = 0;
    for (size_t i = 0; i < EMAILS && row->emails[i] != NULL; i++) {
        emails[count++] = slice_of(row->emails[i]);
    }
    if (count == 0 && !row->is_without_contacts) {
        emails[count++] = slice_of("rh@employeur.example");
    }
    return (struct termination_contract){
        .revision = 1,
        .category = row->category == 0 ? CATEGORY_SANTE : row->category,
        .ends_on = optional_date(row->ends_on),
        .first_subscribed_on = date_of("2024-03-15"),
        .expiry = {12, 31},
        .notice_months = 2,
        .emails = {emails, count},
    };
}

static struct termination_facts facts_of(const struct row *row, struct slice emails[EMAILS]) {
    struct termination_facts facts = {
        .confirmation = {.journey_id = slice_of("T-1"),
                         .siren = slice_of("732829320"),
                         .contract_id = slice_of("C1"),
                         .user_id = slice_of("u-1"),
                         .at = instant_of("2026-12-01T10:06:00+01:00"),
                         .received_at = instant_of("2026-12-01T10:06:00+01:00"),
                         .event_on = DATE_NONE},
        .sighting = row->sighting == 0 ? CONFIRMATION_NEW : row->sighting,
        .decided_at = instant_of(row->decided_at == NULL ? NOW : row->decided_at),
        .grace_ends_at = instant_of(GRACE_END),
        .received_on = date_of("2026-12-01"),
        .has_contract = !row->is_unknown,
        .contract = {.ends_on = DATE_NONE},
        .standing_journey_id = slice_of(row->standing),
        .withdrawn_at = INSTANT_NONE,
        .withdrawn_on = optional_date(row->withdrawn_on),
    };
    if (!row->is_unknown) {
        facts.contract = contract_of(row, emails);
    }
    if (row->withdrawn_on != NULL) {
        facts.withdrawn_at = instant_of("2026-12-01T09:00:00+01:00");
    }
    return facts;
}

static void notices(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct slice emails[EMAILS];
        const struct termination_facts facts = facts_of(&rows[i], emails);
        struct termination_decision decision;
        char text[TEXT_SIZE] = "";
        termination_decide(&facts, &decision);
        decision_text(&decision, text);
        check_text(rows[i].name, rows[i].expected, text);
    }
}

struct withdrawal_row {
    const char *name;
    const char *state;
    const char *contract_id; /* that it names; NULL: that of the notice */
    const char *withdrawn_on;
    const char *effective_on;
    enum withdrawal_outcome outcome;
    const char *rule;
};

static const struct withdrawal_row withdrawal_rows[] = {
    /* clang-format off */
    {"of a journey not heard of", NULL, NULL, "2026-12-01", NULL, WITHDRAWAL_KEPT,
     "KEPT_FOR_ITS_SUBJECT"},
    {"of a journey just started", "started", NULL, "2026-12-01", NULL, WITHDRAWAL_KEPT,
     "KEPT_FOR_ITS_SUBJECT"},
    {"of a journey at its recap", "recap", NULL, "2026-12-01", NULL, WITHDRAWAL_KEPT,
     "KEPT_FOR_ITS_SUBJECT"},
    {"of an abandoned journey", "abandoned", NULL, "2026-12-01", NULL, WITHDRAWAL_KEPT,
     "KEPT_FOR_ITS_SUBJECT"},
    {"of a notice that waits", "waiting", NULL, "2026-12-01", NULL, WITHDRAWAL_TAKES_BACK,
     "WITHDRAWN"},
    {"the day after the notice", "notified", NULL, "2026-12-02", "2027-01-01",
     WITHDRAWAL_TAKES_BACK, "WITHDRAWN"},
    {"the day before the effect", "notified", NULL, "2026-12-31", "2027-01-01",
     WITHDRAWAL_TAKES_BACK, "WITHDRAWN"},
    {"on the day of the effect", "notified", NULL, "2027-01-01", "2027-01-01",
     WITHDRAWAL_NO_EFFECT, "IN_EFFECT"},
    {"the day after the effect", "notified", NULL, "2027-01-02", "2027-01-01",
     WITHDRAWAL_NO_EFFECT, "IN_EFFECT"},
    {"of a refused notice", "rejected", NULL, "2026-12-02", NULL, WITHDRAWAL_NO_EFFECT,
     "NOTHING_STANDS"},
    {"of a notice taken back", "withdrawn", NULL, "2026-12-02", "2027-01-01",
     WITHDRAWAL_NO_EFFECT, "NOTHING_STANDS"},
    {"of another contract", "notified", "C2", "2026-12-02", "2027-01-01", WITHDRAWAL_NO_EFFECT,
     "OTHER_CONTRACT"},
    {"of another contract, while it waits", "waiting", "C2", "2026-12-02", NULL,
     WITHDRAWAL_NO_EFFECT, "OTHER_CONTRACT"},
    /* clang-format on */
};

static void withdrawals(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(withdrawal_rows); i++) {
        const struct withdrawal_row *row = &withdrawal_rows[i];
        const enum journey_state journey =
            (enum journey_state)words_value(&journey_state_words, slice_of(row->state));
        const struct withdrawal_facts facts = {
            .withdrawal = {.contract_id =
                               slice_of(row->contract_id == NULL ? "C1" : row->contract_id)},
            .withdrawn_on = date_of(row->withdrawn_on),
            .state = journey,
            .notice_contract_id = journey_is_open(journey) ? slice_none() : slice_of("C1"),
            .effective_on = optional_date(row->effective_on),
        };
        struct withdrawal_decision decision;
        withdrawal_decide(&facts, &decision);
        check_int(row->name, row->outcome, decision.outcome);
        check_int(row->name, 1, decision.rules_count);
        check_text(row->name, row->rule, decision.rules[0]);
    }
}

static bool is_listed(const char *code) {
    for (size_t i = 0; termination_rule(i) != NULL; i++) {
        if (strcmp(termination_rule(i)->code, code) == 0) {
            return true;
        }
    }
    return false;
}

/* Whatever fires can be explained; each code stands once, with its sentence and its source. */
static void rules_are_listed(void **state UNUSED) {
    size_t count = 0;
    for (const struct rule *rule; (rule = termination_rule(count)) != NULL; count++) {
        check_true(rule->code, strlen(rule->sentence) > 0 && strlen(rule->source) > 0);
        for (size_t i = 0; i < count; i++) {
            check_true(rule->code, strcmp(termination_rule(i)->code, rule->code) != 0);
        }
    }
    check_int("rules", 22, count);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct slice emails[EMAILS];
        const struct termination_facts facts = facts_of(&rows[i], emails);
        struct termination_decision decision;
        termination_decide(&facts, &decision);
        for (size_t k = 0; k < decision.rules_count; k++) {
            check_true(decision.rules[k], is_listed(decision.rules[k]));
        }
    }
    for (size_t i = 0; i < COUNT_OF(withdrawal_rows); i++) {
        check_true(withdrawal_rows[i].rule, is_listed(withdrawal_rows[i].rule));
    }
    check_true("what the shell says of an early event", is_listed("SUBJECT_UNKNOWN"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notices),
        cmocka_unit_test(withdrawals),
        cmocka_unit_test(rules_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
