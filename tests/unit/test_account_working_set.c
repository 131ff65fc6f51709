/* links: account_worker */
/* What a batch of registrations and contracts holds while it is decided: no database, no broker. */
#include <stdio.h>

#include "common/base/compiler.h"
#include "tests/unit/check.h"
#include "workers/account/working_set.h"

#define SIREN "732829320"

enum { RECORDS = 4 };
#define NOW_MS INT64_C(1795392000000) /* 23 November 2026 */

/* A batch of one employer who holds nothing. */
struct fixture {
    struct arena arena;
    struct account_state set;
    struct employer employer;
    struct batch batch;
};

static int setup(void **state) {
    static struct fixture fixture;
    fixture = (struct fixture){0};
    arena_init(&fixture.arena);
    fixture.batch.arena = &fixture.arena;
    fixture.batch.count = RECORDS;
    fixture.batch.now_ms = NOW_MS;
    fixture.batch.state = &fixture.set;
    struct account_state *set = &fixture.set;
    struct map *maps[] = {&set->employers,     &set->contracts, &set->accounts,
                          &set->registrations, &set->merges,    &set->owners};
    for (size_t i = 0; i < COUNT_OF(maps); i++) {
        map_init(maps[i], &fixture.arena, RECORDS);
    }
    set->new_revisions = row_list_new(&fixture.arena, RECORDS);
    set->new_merges = row_list_new(&fixture.arena, RECORDS);
    fixture.employer.siren = slice_of(SIREN);
    map_put(&set->employers, fixture.employer.siren, slice_none(), &fixture.employer);
    *state = &fixture;
    return 0;
}

static int teardown(void **state) {
    struct fixture *fixture = *state;
    arena_fini(&fixture->arena);
    return 0;
}

static struct slice siren(void) {
    return slice_of(SIREN);
}

/* The database gives them by id; those that the batch brings come in any order. */
static void contracts_stay_sorted_by_id(void **state) {
    struct fixture *fixture = *state;
    static const char *const given[] = {"H2", "H10", "P1", "H1", "H3"};
    static const char *const sorted[] = {"H1", "H10", "H2", "H3", "P1"};
    struct held_contract contracts[COUNT_OF(given)] = {0};
    for (size_t i = 0; i < COUNT_OF(given); i++) {
        contracts[i].siren = siren();
        contracts[i].contract_id = slice_of(given[i]);
        account_add_contract(&fixture->set, &contracts[i]);
        check_true(given[i],
                   map_get(&fixture->set.contracts, siren(), slice_of(given[i])) == &contracts[i]);
    }
    check_int("all are counted", COUNT_OF(given), fixture->employer.contracts_count);
    const struct held_contract *contract = fixture->employer.contracts_first;
    for (size_t i = 0; i < COUNT_OF(sorted); i++, contract = contract->next) {
        assert_non_null(contract);
        check_slice(sorted[i], sorted[i], contract->contract_id);
        check_int("the last is known as such", i == COUNT_OF(sorted) - 1,
                  contract == fixture->employer.contracts_last);
    }
    assert_null(contract);
}

static void the_oldest_account_of_a_category(void **state) {
    struct fixture *fixture = *state;
    struct held_account accounts[] = {
        {.account_id = slice_of("P"),
         .category = CATEGORY_PREVOYANCE,
         .survivor_account_id = slice_of("P")},
        {.account_id = slice_of("A"),
         .category = CATEGORY_SANTE,
         .survivor_account_id = slice_of("P")}, /* merged */
        {.account_id = slice_of("B"),
         .category = CATEGORY_SANTE,
         .survivor_account_id = slice_of("B")},
    };
    check_slice("nobody registered", NULL, account_oldest(&fixture->employer, CATEGORY_SANTE));
    for (size_t i = 0; i < COUNT_OF(accounts); i++) {
        accounts[i].siren = siren();
        account_add_account(&fixture->set, &accounts[i]);
    }
    check_slice("the only one", "P", account_oldest(&fixture->employer, CATEGORY_PREVOYANCE));
    check_slice("the first one goes by its survivor", "P",
                account_oldest(&fixture->employer, CATEGORY_SANTE));
    check_slice("none of that category", NULL,
                account_oldest(&fixture->employer, CATEGORY_RETRAITE));
}

static struct registration registration_of(const char *registration_id, const char *account_id) {
    return (struct registration){
        .registration_id = slice_of(registration_id),
        .account_id = slice_of(account_id),
        .siren = siren(),
        .category = CATEGORY_SANTE,
    };
}

static struct owner *name_owner(struct fixture *fixture, const char *account_id) {
    struct owner *owner = arena_take(&fixture->arena, sizeof(*owner));
    owner->account_id = slice_of(account_id);
    map_put(&fixture->set.owners, owner->account_id, slice_none(), owner);
    return owner;
}

/* Accounts of one instant are told apart by their places, so that the older one stays the older. */
static void an_account_is_kept_once(void **state) {
    struct fixture *fixture = *state;
    static const struct {
        const char *registration_id;
        const char *account_id;
        size_t accounts;
        int64_t now_ms;
        int64_t registered_at;
        int32_t place;
    } rows[] = {
        {"R-1", "A", 1, NOW_MS, NOW_MS, 0},         {"R-2", "B", 2, NOW_MS, NOW_MS, 1},
        {"R-3", "A", 2, NOW_MS + 1, NOW_MS, 0}, /* again */
        {"R-4", "C", 3, NOW_MS + 1, NOW_MS + 1, 0}, {"R-5", "D", 4, NOW_MS + 1, NOW_MS + 1, 1},
    };
    name_owner(fixture, "A");
    name_owner(fixture, "B");
    name_owner(fixture, "C");
    name_owner(fixture, "D");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct registration registration =
            registration_of(rows[i].registration_id, rows[i].account_id);
        fixture->batch.now_ms = rows[i].now_ms;
        account_keep_account(&fixture->batch, &registration);
        check_int(rows[i].registration_id, rows[i].accounts, fixture->set.accounts.count);
        const struct held_account *account =
            map_get(&fixture->set.accounts, siren(), registration.account_id);
        const struct owner *owner =
            map_get(&fixture->set.owners, registration.account_id, slice_none());
        assert_non_null(account);
        check_int(rows[i].registration_id, rows[i].registered_at, account->registered_at);
        check_int(rows[i].registration_id, rows[i].place, account->place);
        check_int("now stands still", rows[i].now_ms, fixture->batch.now_ms);
        check_true(rows[i].registration_id, account->is_new);
        check_slice(rows[i].registration_id, SIREN, owner->siren);
        check_int(rows[i].registration_id, CATEGORY_SANTE, owner->category);
        check_true(rows[i].registration_id, owner->is_new);
    }
    check_slice("the first is the oldest", "A", account_oldest(&fixture->employer, CATEGORY_SANTE));
}

static void an_account_of_an_earlier_batch_is_not_kept_again(void **state) {
    struct fixture *fixture = *state;
    struct owner *owner = name_owner(fixture, "A");
    owner->siren = siren();
    owner->category = CATEGORY_SANTE;
    struct registration registration = registration_of("R-1", "A");
    account_keep_account(&fixture->batch, &registration);
    assert_int_equal(0, fixture->set.accounts.count);
    assert_false(owner->is_new);
}

static void an_attachment_keeps_its_cause(void **state) {
    struct fixture *fixture = *state;
    struct held_contract contracts[] = {
        {.contract_id = slice_of("H1"), .attached_at = INSTANT_NONE},
        {.contract_id = slice_of("H2"), .attached_at = INSTANT_NONE},
    };
    account_attach(&fixture->batch, &contracts[1], slice_of("A"), ATTACHMENT_DECLARED,
                   slice_of("R-1"));
    account_attach(&fixture->batch, &contracts[0], slice_of("A"), ATTACHMENT_SIBLING,
                   slice_of("R-1"));
    check_int("both", 2, fixture->set.attached_count);
    check_true("in the order of attachment", fixture->set.attached_first == &contracts[1] &&
                                                 contracts[1].next_attached == &contracts[0] &&
                                                 contracts[0].next_attached == NULL);
    check_slice("to the account", "A", contracts[0].holder_account_id);
    check_int("now", NOW_MS, contracts[0].attached_at);
    check_int("why", ATTACHMENT_SIBLING, contracts[0].cause);
    check_slice("by what", "R-1", contracts[0].trigger_id);
}

static void a_revision_replaces_the_last(void **state) {
    struct fixture *fixture = *state;
    struct record record = {.fingerprint = {1}};
    struct contract contract = {
        .siren = siren(),
        .contract_id = slice_of("P1"),
        .revision = 1,
        .category = CATEGORY_PREVOYANCE,
        .ends_on = DATE_NONE,
        .territory = TERRITORY_METROPOLE,
        .expiry = {12, 31},
        .notice_months = 2,
    };
    struct held_contract *held = account_keep_revision(&fixture->batch, &record, &contract);
    check_int("a new contract is one of the employer's", 1, fixture->employer.contracts_count);
    check_slice("and nobody's", NULL, held->holder_account_id);
    check_int("nor was it", INSTANT_NONE, held->attached_at);
    account_attach(&fixture->batch, held, slice_of("A"), ATTACHMENT_LATE_SIBLING, slice_of("P1"));

    struct record later = {.fingerprint = {2}};
    contract.revision = 4;
    contract.ends_on = contract.starts_on + 100;
    check_true("the same one", account_keep_revision(&fixture->batch, &later, &contract) == held);
    check_int("still one", 1, fixture->employer.contracts_count);
    check_int("in its new revision", 4, held->revision);
    check_int("with its new end", contract.ends_on, held->ends_on);
    check_int("and content", 2, held->fingerprint.data[0]);
    check_slice("held as before", "A", held->holder_account_id);
    check_int("both are stored", 2, fixture->set.new_revisions.count);
    const struct new_revision *first = fixture->set.new_revisions.items[0];
    check_int("the first as it was", 1, first->revision);
    check_int("at its moment", NOW_MS, first->recorded_at);
}

/* Each is stored once, however often it changes, and waits behind those that came before. */
static void registrations_wait_in_their_order(void **state) {
    struct fixture *fixture = *state;
    struct stored_registration waiting[] = {
        {.siren = siren(), .registration_id = slice_of("R-2")},
        {.siren = siren(), .registration_id = slice_of("R-1")},
    };
    for (size_t i = 0; i < COUNT_OF(waiting); i++) {
        account_add_waiting(&fixture->set, &waiting[i]);
        account_note_registration(&fixture->batch, &waiting[i]);
        account_note_registration(&fixture->batch, &waiting[i]);
    }
    check_int("both wait", 2, fixture->employer.waiting_count);
    check_true("the first first", fixture->employer.waiting_first == &waiting[0] &&
                                      waiting[0].next_waiting == &waiting[1] &&
                                      waiting[1].next_waiting == NULL);
    check_int("both are stored", 2, fixture->set.changed_count);
    check_true("in that order", fixture->set.changed_first == &waiting[0] &&
                                    waiting[0].next_changed == &waiting[1] &&
                                    waiting[1].next_changed == NULL);
}

/* Whoever went by the absorbed account goes by the survivor at once; what was told of an attachment
 * stays as it was told. */
static void an_absorbed_account_takes_its_aliases_along(void **state) {
    struct fixture *fixture = *state;
    static const char *const names[][2] = {{"A", "A"}, {"B", "B"}, {"OLD", "B"}, {"C", "C"}};
    struct held_account accounts[COUNT_OF(names)] = {0};
    struct held_contract contracts[] = {
        {.siren = siren(), .contract_id = slice_of("P1"), .attached_at = INSTANT_NONE},
        {.siren = siren(), .contract_id = slice_of("P2"), .attached_at = INSTANT_NONE},
        {.siren = siren(), .contract_id = slice_of("P3"), .attached_at = INSTANT_NONE},
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        accounts[i].siren = siren();
        accounts[i].account_id = slice_of(names[i][0]);
        accounts[i].survivor_account_id = slice_of(names[i][1]);
        account_add_account(&fixture->set, &accounts[i]);
    }
    for (size_t i = 0; i < COUNT_OF(contracts); i++) {
        account_add_contract(&fixture->set, &contracts[i]);
    }
    account_attach(&fixture->batch, &contracts[0], slice_of("B"), ATTACHMENT_DECLARED,
                   slice_of("R"));
    account_attach(&fixture->batch, &contracts[1], slice_of("C"), ATTACHMENT_DECLARED,
                   slice_of("R"));
    account_absorb(&fixture->set, siren(), slice_of("A"), slice_of("B"));
    check_slice("the survivor", "A", account_survivor(&fixture->set, siren(), slice_of("A")));
    check_slice("the absorbed", "A", account_survivor(&fixture->set, siren(), slice_of("B")));
    check_slice("its alias", "A", account_survivor(&fixture->set, siren(), slice_of("OLD")));
    check_slice("another", "C", account_survivor(&fixture->set, siren(), slice_of("C")));
    check_slice("nobody's", "D", account_survivor(&fixture->set, siren(), slice_of("D")));
    check_true("only these are written", !accounts[0].is_moved && accounts[1].is_moved &&
                                             accounts[2].is_moved && !accounts[3].is_moved);
    check_slice("its contract is seen with the survivor's", "A", contracts[0].holder_account_id);
    check_slice("and was attached to the absorbed", "B", contracts[0].attached_to);
    check_slice("another's is not", "C", contracts[1].holder_account_id);
    check_slice("nor one that nobody holds", NULL, contracts[2].holder_account_id);
}

static void the_union_of_two_accounts(void **state) {
    struct fixture *fixture = *state;
    struct held_account accounts[] = {
        {.account_id = slice_of("A"),
         .category = CATEGORY_SANTE,
         .survivor_account_id = slice_of("A")},
        {.account_id = slice_of("OLD"),
         .category = CATEGORY_RETRAITE,
         .survivor_account_id = slice_of("B")},
        {.account_id = slice_of("B"),
         .category = CATEGORY_PREVOYANCE,
         .survivor_account_id = slice_of("B")},
        {.account_id = slice_of("C"),
         .category = CATEGORY_RETRAITE,
         .survivor_account_id = slice_of("C")},
    };
    static const char *const held[][2] = {
        {"P1", "B"}, {"H2", "A"}, {"S1", "C"}, {"H1", "A"}, {"X1", NULL}};
    struct held_contract contracts[COUNT_OF(held)] = {0};
    for (size_t i = 0; i < COUNT_OF(accounts); i++) {
        accounts[i].siren = siren();
        account_add_account(&fixture->set, &accounts[i]);
    }
    for (size_t i = 0; i < COUNT_OF(held); i++) {
        contracts[i].siren = siren();
        contracts[i].contract_id = slice_of(held[i][0]);
        contracts[i].holder_account_id = slice_of(held[i][1]);
        account_add_contract(&fixture->set, &contracts[i]);
    }
    static const enum category categories_expected[] = {CATEGORY_PREVOYANCE, CATEGORY_RETRAITE,
                                                        CATEGORY_SANTE};
    static const char *const ids_expected[] = {"H1", "H2", "P1"};
    struct category_list categories;
    struct slice_list contract_ids;
    account_union(&fixture->arena, &fixture->employer, slice_of("A"), slice_of("B"), &categories,
                  &contract_ids);
    assert_int_equal(COUNT_OF(categories_expected), categories.count);
    for (size_t i = 0; i < categories.count; i++) {
        check_int("sorted by word", categories_expected[i], categories.items[i]);
    }
    assert_int_equal(COUNT_OF(ids_expected), contract_ids.count);
    for (size_t i = 0; i < contract_ids.count; i++) {
        check_slice("sorted by id", ids_expected[i], contract_ids.items[i]);
    }
}

/* What a topic takes is bounded: of more contracts the first are listed. */
static void a_union_is_bounded(void **state) {
    struct fixture *fixture = *state;
    static char names[LIMIT_MERGED_CONTRACTS + 1][8];
    static struct held_contract contracts[LIMIT_MERGED_CONTRACTS + 1];
    for (size_t i = 0; i < COUNT_OF(contracts); i++) {
        snprintf(names[i], sizeof(names[i]), "C%05zu", i);
        contracts[i] = (struct held_contract){.siren = siren(),
                                              .contract_id = slice_of(names[i]),
                                              .holder_account_id = slice_of("B")};
        account_add_contract(&fixture->set, &contracts[i]);
    }
    struct category_list categories;
    struct slice_list contract_ids;
    account_union(&fixture->arena, &fixture->employer, slice_of("A"), slice_of("B"), &categories,
                  &contract_ids);
    assert_int_equal(LIMIT_MERGED_CONTRACTS, contract_ids.count);
    check_slice("the first", names[0], contract_ids.items[0]);
    check_slice("up to the bound", names[LIMIT_MERGED_CONTRACTS - 1],
                contract_ids.items[LIMIT_MERGED_CONTRACTS - 1]);
}

static void a_merge_is_remembered(void **state) {
    struct fixture *fixture = *state;
    struct record record = {.fingerprint = {7}};
    struct merge_request request = {
        .merge_id = slice_of("M-1"),
        .siren = siren(),
        .session_account_id = slice_of("A"),
        .other_account_id = slice_of("B"),
    };
    account_keep_merge(&fixture->batch, &record, &request, MERGE_TOGETHER);
    const struct stored_merge *stored = map_get(&fixture->set.merges, siren(), slice_of("M-1"));
    assert_non_null(stored);
    check_int("with its outcome", MERGE_TOGETHER, stored->outcome);
    check_int("and content", 7, stored->fingerprint.data[0]);
    check_int("now", NOW_MS, stored->decided_at);
    check_true("and is stored",
               fixture->set.new_merges.count == 1 && fixture->set.new_merges.items[0] == stored);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(contracts_stay_sorted_by_id, setup, teardown),
        cmocka_unit_test_setup_teardown(the_oldest_account_of_a_category, setup, teardown),
        cmocka_unit_test_setup_teardown(an_account_is_kept_once, setup, teardown),
        cmocka_unit_test_setup_teardown(an_account_of_an_earlier_batch_is_not_kept_again, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_attachment_keeps_its_cause, setup, teardown),
        cmocka_unit_test_setup_teardown(a_revision_replaces_the_last, setup, teardown),
        cmocka_unit_test_setup_teardown(registrations_wait_in_their_order, setup, teardown),
        cmocka_unit_test_setup_teardown(an_absorbed_account_takes_its_aliases_along, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_union_of_two_accounts, setup, teardown),
        cmocka_unit_test_setup_teardown(a_union_is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(a_merge_is_remembered, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
