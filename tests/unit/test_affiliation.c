/* links: affiliation_core */
/* Deciding an affiliation request: each reason with a request that gets it and one that just does
 * not, outcomes, accounts and the promise of one business day. */
#include "tests/unit/sample_request.h"
#include "tests/unit/zone_file.h"
#include "workers/affiliation/sla.h"

struct row {
    const char *name;
    void (*change)(struct affiliation_facts *facts, const char *text);
    const char *text;
    enum affiliation_status outcome;
    const char *reasons;  /* codes, parted by commas */
    const char *warnings; /* the same */
};

static const struct row rows[] = {
    /* clang-format off */
    {"prévoyance", set_category, "prevoyance", STATUS_REJECTED,
     "AFFILIATION_NOT_REQUIRED,SERVICE_NOT_AVAILABLE", ""},
    {"retraite", set_category, "retraite", STATUS_REJECTED,
     "AFFILIATION_NOT_REQUIRED,SERVICE_NOT_AVAILABLE", ""},
    {"santé", set_category, "sante", STATUS_ACCEPTED, "", ""},
    {"a SIREN with a wrong digit", set_siren, "732829321", STATUS_REJECTED, "INVALID_SIREN", ""},
    {"another valid SIREN", set_siren, "404833048", STATUS_ACCEPTED, "", ""},
    {"a SIRET with a wrong digit", set_siret, "73282932000079", STATUS_REJECTED,
     "INVALID_SIRET", ""},
    {"a SIRET of another SIREN", set_siret, "35600000049837", STATUS_REJECTED,
     "INVALID_SIRET", ""},
    {"a right SIRET", set_siret, "73282932000074", STATUS_ACCEPTED, "", ""},
    {"an unknown contract", set_unknown_contract, "732829320", STATUS_WAITING, "", ""},
    {"a millisecond before the wait ends", set_grace_end, "2026-11-23T04:00:02.001+01:00",
     STATUS_WAITING, "", ""},
    {"as the wait ends", set_grace_end, "2026-11-23T04:00:02+01:00", STATUS_REJECTED,
     "UNKNOWN_CONTRACT", ""},
    {"a millisecond after", set_grace_end, "2026-11-23T04:00:01.999+01:00", STATUS_REJECTED,
     "UNKNOWN_CONTRACT", ""},
    {"without a wait", set_grace_end, NULL, STATUS_REJECTED, "UNKNOWN_CONTRACT", ""},
    {"prévoyance waits for nothing", set_other_category_without_contract, "prevoyance",
     STATUS_REJECTED, "AFFILIATION_NOT_REQUIRED,SERVICE_NOT_AVAILABLE", ""},
    {"cancelled", set_cancellation, "2026-11-23T04:00:01+01:00", STATUS_CANCELLED, "", ""},
    {"cancelled while it waits", set_cancellation_without_contract, "2026-11-23T04:00:01+01:00",
     STATUS_CANCELLED, "", ""},
    {"an unknown contract of an impossible SIREN", set_unknown_contract, "732829321",
     STATUS_REJECTED, "INVALID_SIREN", ""},
    {"a prévoyance contract", set_contract_category, "prevoyance", STATUS_REJECTED,
     "CATEGORY_MISMATCH", ""},
    {"a santé contract", set_contract_category, "sante", STATUS_ACCEPTED, "", ""},
    {"the contract ended the day before", set_contract_end, "2026-11-30", STATUS_REJECTED,
     "CONTRACT_ENDED", ""},
    {"the contract ends on that day", set_contract_end, "2026-12-01", STATUS_ACCEPTED, "", ""},
    {"the contract ends the day after", set_contract_end, "2026-12-02", STATUS_ACCEPTED, "", ""},
    {"the contract begins the day before", set_contract_start, "2026-11-30", STATUS_ACCEPTED,
     "", ""},
    {"the contract begins on that day", set_contract_start, "2026-12-01", STATUS_ACCEPTED, "", ""},
    {"the contract begins the day after", set_contract_start, "2026-12-02", STATUS_REJECTED,
     "EFFECTIVE_BEFORE_CONTRACT", ""},
    {"hired the day before", set_hire, "2026-11-30", STATUS_ACCEPTED, "", ""},
    {"hired on that day", set_hire, "2026-12-01", STATUS_ACCEPTED, "", ""},
    {"hired the day after", set_hire, "2026-12-02", STATUS_REJECTED, "EFFECTIVE_BEFORE_HIRE", ""},
    {"no population where some are listed", set_population, NULL, STATUS_REJECTED,
     "POPULATION_UNKNOWN", ""},
    {"another population", set_population, "Ouvriers", STATUS_REJECTED, "POPULATION_UNKNOWN", ""},
    {"a listed population", set_population, "Cadres", STATUS_ACCEPTED, "", ""},
    {"another option", set_option, "O3", STATUS_REJECTED, "OPTION_UNKNOWN", ""},
    {"no option", set_option, NULL, STATUS_ACCEPTED, "", ""},
    {"a listed option", set_option, "O2", STATUS_ACCEPTED, "", ""},
    {"an option where the contract lists none", set_free_option, "O3", STATUS_ACCEPTED, "", ""},
    {"a NIR with a wrong key", set_nir, "295109912611194", STATUS_REJECTED, "INVALID_NIR", ""},
    {"a right NIR", set_nir, "295109912611193", STATUS_ACCEPTED, "", ""},
    {"born the month before", set_birth, "1995-09-30", STATUS_REJECTED,
     "NIR_BIRTHDATE_MISMATCH", ""},
    {"born in the NIR's month", set_birth, "1995-10-31", STATUS_ACCEPTED, "", ""},
    {"born another year", set_birth, "1996-10-05", STATUS_REJECTED, "NIR_BIRTHDATE_MISMATCH", ""},
    {"still covered", set_cover, NULL, STATUS_REJECTED, "ALREADY_AFFILIATED", ""},
    {"covered to the day after", set_cover, "2026-12-02", STATUS_REJECTED,
     "ALREADY_AFFILIATED", ""},
    {"covered to that day", set_cover, "2026-12-01", STATUS_REJECTED, "ALREADY_AFFILIATED", ""},
    {"covered to the day before: a rehire", set_cover, "2026-11-30", STATUS_ACCEPTED, "", ""},
    {"known by another contract", set_elsewhere, NULL, STATUS_ACCEPTED, "", ""},
    {"a ground unknown to the law", set_dispensation, "HOLIDAY", STATUS_REJECTED,
     "DISPENSATION_UNKNOWN", ""},
    {"by declaration: short contract", set_dispensation, "SHORT_CONTRACT", STATUS_WAIVED, "", ""},
    {"by declaration: under a year", set_dispensation, "FIXED_TERM_UNDER_12", STATUS_WAIVED,
     "", ""},
    {"by declaration: part time", set_dispensation, "PART_TIME_10_PERCENT", STATUS_WAIVED, "", ""},
    {"by declaration: present", set_dispensation, "PRESENT_AT_SETUP", STATUS_WAIVED, "", ""},
    {"CSS without proof", set_dispensation, "CSS", STATUS_RETURNED, "MISSING_DOCUMENT", ""},
    {"CSS with proof", set_proven_dispensation, "CSS", STATUS_WAIVED, "", ""},
    {"own policy with proof", set_proven_dispensation, "INDIVIDUAL_POLICY", STATUS_WAIVED, "", ""},
    {"covered elsewhere with proof", set_proven_dispensation, "COVERED_ELSEWHERE", STATUS_WAIVED,
     "", ""},
    {"over a year with proof", set_proven_dispensation, "FIXED_TERM_12_PLUS", STATUS_WAIVED, "", ""},
    {"own policy, no proof", set_dispensation, "INDIVIDUAL_POLICY", STATUS_RETURNED,
     "MISSING_DOCUMENT", ""},
    {"covered elsewhere, no proof", set_dispensation, "COVERED_ELSEWHERE", STATUS_RETURNED,
     "MISSING_DOCUMENT", ""},
    {"over a year, no proof", set_dispensation, "FIXED_TERM_12_PLUS", STATUS_RETURNED,
     "MISSING_DOCUMENT", ""},
    {"neither e-mail nor address", set_email, NULL, STATUS_RETURNED, "MISSING_ADDRESS", ""},
    {"a malformed e-mail, no address", set_email, "jean.dupont@", STATUS_RETURNED,
     "MISSING_ADDRESS", "INVALID_EMAIL"},
    {"no e-mail, an address", set_email_and_address, NULL, STATUS_ACCEPTED, "", ""},
    {"no address is needed with an account", set_email_and_account, NULL, STATUS_ACCEPTED, "", ""},
    {"nor with a dispensation", set_email_and_dispensation, NULL, STATUS_WAIVED, "", ""},
    {"a malformed e-mail, an address", set_email_and_address, "jean.dupont@", STATUS_ACCEPTED, "",
     "INVALID_EMAIL"},
    {"over three months back", set_effective, "2026-08-22", STATUS_UNDER_REVIEW,
     "REVIEW_RETROACTIVE", ""},
    {"three months back to the day", set_effective, "2026-08-23", STATUS_ACCEPTED, "", ""},
    {"a day less", set_effective, "2026-08-24", STATUS_ACCEPTED, "", ""},
    {"the NIR of another birth date", set_known_birth, "1995-10-06", STATUS_UNDER_REVIEW,
     "REVIEW_IDENTITY", ""},
    {"the NIR of the same birth date", set_known_birth, "1995-10-05", STATUS_ACCEPTED, "", ""},
    {"the NIR of another name", set_known_name, "MOREAU", STATUS_UNDER_REVIEW, "REVIEW_IDENTITY",
     ""},
    {"the NIR of the same name", set_known_name, "Moreau", STATUS_ACCEPTED, "", ""},
    {"the NIR of somebody erased", set_known_name, NULL, STATUS_ACCEPTED, "", ""},
    {"a temporary id raises no doubt", set_known_name_by_temporary_id, "Durand", STATUS_ACCEPTED,
     "", ""},
    /* clang-format on */
};

static void each_reason(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct affiliation_facts facts = sound_facts();
        struct affiliation_decision decision;
        rows[i].change(&facts, rows[i].text);
        affiliation_decide(&facts, &decision);
        check_int(rows[i].name, rows[i].outcome, decision.outcome);
        check_reasons(rows[i].name, rows[i].reasons, decision.reasons, decision.reasons_count);
        check_reasons(rows[i].name, rows[i].warnings, decision.warnings, decision.warnings_count);
        check_true(rows[i].name, (decision.account != 0) == (rows[i].outcome == STATUS_ACCEPTED));
    }
}

static void unknown_after_the_wait_among_the_reasons(void **state UNUSED) {
    struct affiliation_facts facts = sound_facts();
    struct affiliation_decision decision;
    set_grace_end(&facts, NULL);
    set_siret(&facts, "73282932000079");
    set_hire(&facts, "2027-01-01");
    affiliation_decide(&facts, &decision);
    check_reasons("reasons", "INVALID_SIRET,UNKNOWN_CONTRACT,EFFECTIVE_BEFORE_HIRE",
                  decision.reasons, decision.reasons_count);
}

static void waiting_and_cancelled_say_so(void **state UNUSED) {
    struct affiliation_facts facts = sound_facts();
    struct affiliation_decision decision;
    facts.has_sla = true;
    facts.sla.due_at = facts.decided_at - 1;
    set_email(&facts, "jean.dupont@");
    set_unknown_contract(&facts, "732829320");
    affiliation_decide(&facts, &decision);
    check_int("one rule", 1, decision.rules_count);
    check_text("it", "WAITING_FOR_CONTRACT", decision.rules[0]);
    check_int("the clock is open", SLA_OPEN, decision.sla.met);
    set_cancellation(&facts, "2026-11-23T04:00:01+01:00");
    affiliation_decide(&facts, &decision);
    check_int("one rule", 1, decision.rules_count);
    check_text("it", "CANCELLED", decision.rules[0]);
    check_int("the clock has stopped", SLA_LATE, decision.sla.met);
}

static void all_reasons_at_once_and_in_order(void **state UNUSED) {
    struct affiliation_facts facts = sound_facts();
    struct affiliation_decision decision;
    set_siret(&facts, "73282932000079");
    set_contract_category(&facts, "prevoyance");
    set_contract_end(&facts, "2019-12-31");
    set_contract_start(&facts, "2027-01-01");
    set_hire(&facts, "2027-01-01");
    set_population(&facts, NULL);
    set_option(&facts, "O3");
    set_birth(&facts, "1996-10-05");
    set_cover(&facts, NULL);
    set_dispensation(&facts, "HOLIDAY");
    set_email(&facts, "jean.dupont@");
    affiliation_decide(&facts, &decision);
    check_int("outcome", STATUS_REJECTED, decision.outcome);
    check_reasons("reasons",
                  "INVALID_SIRET,CATEGORY_MISMATCH,CONTRACT_ENDED,EFFECTIVE_BEFORE_CONTRACT,"
                  "EFFECTIVE_BEFORE_HIRE,POPULATION_UNKNOWN,OPTION_UNKNOWN,"
                  "NIR_BIRTHDATE_MISMATCH,ALREADY_AFFILIATED,DISPENSATION_UNKNOWN",
                  decision.reasons, decision.reasons_count);
    check_reasons("warnings", "INVALID_EMAIL", decision.warnings, decision.warnings_count);

    set_category(&facts, "prevoyance");
    affiliation_decide(&facts, &decision);
    check_reasons("nothing else is checked", "AFFILIATION_NOT_REQUIRED,SERVICE_NOT_AVAILABLE",
                  decision.reasons, decision.reasons_count);
    check_int("nor warned of", 0, decision.warnings_count);
}

static void doubts_are_reviewed_in_order(void **state UNUSED) {
    struct affiliation_facts facts = sound_facts();
    struct affiliation_decision decision;
    facts.has_sla = true;
    facts.sla.due_at = facts.decided_at;
    set_email_and_address(&facts, "jean.dupont@");
    set_effective(&facts, "2026-08-22");
    set_known_name(&facts, "Durand");
    affiliation_decide(&facts, &decision);
    check_int("outcome", STATUS_UNDER_REVIEW, decision.outcome);
    check_reasons("reasons", "REVIEW_RETROACTIVE,REVIEW_IDENTITY", decision.reasons,
                  decision.reasons_count);
    check_reasons("warnings", "INVALID_EMAIL", decision.warnings, decision.warnings_count);
    check_text("rules", "UNDER_REVIEW", decision.rules[0]);
    check_text("rules", "REVIEW_RETROACTIVE", decision.rules[1]);
    check_int("no account", 0, decision.account);
    check_int("the clock is open", SLA_OPEN, decision.sla.met);
}

static const char *state_named(const char *state) {
    return state == NULL ? "" : state;
}

/* The states drawn are those that are. */
static void every_state_is_reached(void **state UNUSED) {
    for (int status = 1; status <= STATUS_CANCELLED; status++) {
        const char *name = words_text(&affiliation_status_words, status);
        bool is_reached = false;
        for (size_t i = 0; affiliation_transition(i) != NULL; i++) {
            const struct transition *row = affiliation_transition(i);
            is_reached = is_reached || strcmp(state_named(row->to), name) == 0;
            check_true(row->event, strlen(row->event) > 0 && strlen(row->sentence) > 0);
        }
        check_true(name, is_reached);
    }
}

static void the_account_opens_once(void **state UNUSED) {
    static const struct {
        const char *name;
        void (*change)(struct affiliation_facts *facts, const char *text);
        const char *email;
        enum affiliation_account account;
    } accounts[] = {
        {"a valid e-mail", set_email_and_address, "a@b.fr", ACCOUNT_ACTIVATION_EMAIL},
        {"a malformed e-mail", set_email_and_address, "a@b", ACCOUNT_LETTER},
        {"no e-mail", set_email_and_address, NULL, ACCOUNT_LETTER},
        {"an account, e-mail or not", set_email_and_account, "a@b.fr", ACCOUNT_EXISTING},
        {"an account and no e-mail", set_email_and_account, NULL, ACCOUNT_EXISTING},
    };
    for (size_t i = 0; i < COUNT_OF(accounts); i++) {
        struct affiliation_facts facts = sound_facts();
        struct affiliation_decision decision;
        accounts[i].change(&facts, accounts[i].email);
        affiliation_decide(&facts, &decision);
        check_int(accounts[i].name, accounts[i].account, decision.account);
    }
}

static void one_business_day(void **state UNUSED) {
    static const struct {
        const char *name;
        enum channel channel;
        const char *submitted_at;
        const char *decided_at;
        const char *due_at; /* NULL: no clock */
        int met;
        int64_t business_seconds;
    } clocks[] = {
        {"at the due instant", CHANNEL_ONLINE_SINGLE, "2026-11-14T09:15:00+01:00",
         "2026-11-17T00:00:00+01:00", "2026-11-17T00:00:00+01:00", SLA_MET, 86400},
        {"a second later", CHANNEL_ONLINE_SINGLE, "2026-11-14T09:15:00+01:00",
         "2026-11-17T00:00:01+01:00", "2026-11-17T00:00:00+01:00", SLA_LATE, 86401},
        {"two days for a file", CHANNEL_ONLINE_BULK, "2026-11-20T17:20:00+01:00",
         "2026-11-23T17:20:00.999+01:00", "2026-11-24T17:20:00+01:00", SLA_MET, 86400},
        {"paper has no clock", CHANNEL_PAPER_BIA, "2026-11-20T17:20:00+01:00",
         "2026-11-30T17:20:00+01:00", NULL, SLA_OPEN, 0},
    };
    const struct calendar calendar = {.calendar_id = slice_of("metropole"),
                                      .base = CALENDAR_BASE_METROPOLE};
    struct zone paris;
    zone_file_parse("Europe/Paris", &paris);
    const struct affiliation_promise promise = {&calendar, &paris, 1, 2};
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        struct affiliation_facts facts = sound_facts();
        struct affiliation_decision decision;
        facts.request.channel = clocks[i].channel;
        facts.request.submitted_at = instant_of(clocks[i].submitted_at);
        facts.decided_at = instant_of(clocks[i].decided_at);
        affiliation_measure(&facts, &promise);
        affiliation_decide(&facts, &decision);
        check_int(clocks[i].name, clocks[i].due_at != NULL, decision.has_sla);
        check_int(clocks[i].name, clocks[i].met, decision.sla.met);
        check_int(clocks[i].name, clocks[i].business_seconds, decision.sla.business_seconds);
        if (clocks[i].due_at != NULL) {
            check_instant(clocks[i].name, clocks[i].due_at, decision.sla.due_at);
        }
    }
}

/* `explain` looks up sentences by the codes of the reasons. */
static void every_reason_has_its_rule(void **state UNUSED) {
    size_t count = 0;
    for (int reason = 1; reason < AFFILIATION_REASONS_END; reason++) {
        const struct rule *rule = affiliation_rule((size_t)reason - 1);
        check_text("code", words_text(&affiliation_reason_words, reason), rule->code);
    }
    for (const struct rule *rule; (rule = affiliation_rule(count)) != NULL; count++) {
        for (size_t i = 0; i < count; i++) {
            check_true(rule->code, strcmp(rule->code, affiliation_rule(i)->code) != 0);
        }
        check_true(rule->code, strlen(rule->sentence) > 0 && strlen(rule->source) > 0);
    }
    check_int("the paths follow", AFFILIATION_REASONS_END - 1 + AFFILIATION_PATHS, count);
    for (size_t i = 0; i < count; i++) {
        check_true(affiliation_rule(i)->code, affiliation_rule(i)->sentence[0] != '\0');
        for (size_t k = 0; k < i; k++) {
            check_true("a code of its own",
                       strcmp(affiliation_rule(i)->code, affiliation_rule(k)->code) != 0);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reason),
        cmocka_unit_test(unknown_after_the_wait_among_the_reasons),
        cmocka_unit_test(waiting_and_cancelled_say_so),
        cmocka_unit_test(all_reasons_at_once_and_in_order),
        cmocka_unit_test(doubts_are_reviewed_in_order),
        cmocka_unit_test(every_state_is_reached),
        cmocka_unit_test(the_account_opens_once),
        cmocka_unit_test(one_business_day),
        cmocka_unit_test(every_reason_has_its_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
