"""Registering with one contract number: it is attached, and its siblings of the same employer
and category (question 2). A number that is not known yet is waited for."""

import pytest
from guichet_test.client_space import account_of, answer_to, attached, reasons, register
from guichet_test.contracts import health_contract, other_contract
from guichet_test.employer import Employer
from guichet_test.envelope import check_outputs
from guichet_test.events import contract_upserted, registration
from guichet_test.crash_points import CRASH_POINTS_OF_A_WORKER
from guichet_test.world import World, opened

GRACE_SECONDS = 2


@pytest.fixture(scope="module")
def space(running, people):
    """An employer with three santé contracts, one of them ended, and two of prévoyance."""
    siren = people.siren()
    running.send(*map(contract_upserted, [
        health_contract(siren, "H1"), health_contract(siren, "H2"),
        health_contract(siren, "H3", ends_on="2025-12-31"),
        other_contract(siren, "P1"), other_contract(siren, "P2")]))
    running.wait_drained("account")
    return siren


@pytest.fixture(scope="module")
def hasty(postgres, people):
    """A world in which no registration waits for longer than two seconds."""
    world = World(postgres, {"rules.registration_grace_seconds": GRACE_SECONDS})
    try:
        world.start()
        instance = world.installation.start("account", name="hasty")
        yield world
        instance.stop_cleanly()
    finally:
        report = world.end()
    assert not report, report


@pytest.fixture(scope="module")
def slow(postgres):
    """A world without an instance, in which what waits does so for a quarter of an hour."""
    with opened(World(postgres, {"rules.registration_grace_seconds": 900})) as world:
        yield world


def health(siren, contract_id, **changes):
    return contract_upserted(health_contract(siren, contract_id, **changes))


def other(siren, contract_id, **changes):
    return contract_upserted(other_contract(siren, contract_id, **changes))


def decide(world, *events):
    """Sends and waits until all of it is decided, and readable."""
    world.send(*events)
    world.wait_drained("account")
    world.reader.read_to_end()


def is_waiting(world, siren, registration_id):
    """Nothing was told of it, and it is kept."""
    world.reader.read_to_end()
    assert not world.reader.find(siren=siren, registration_id=registration_id)
    return world.query("SELECT outcome FROM guichet.registration WHERE siren = %s"
                       " AND registration_id = %s", [siren, registration_id]) == [("waiting",)]


def timers_left(world, siren):
    ((count,),) = world.query("SELECT count(*) FROM guichet.timer WHERE siren = %s"
                              " AND worker = 'account'", [siren])
    return count


def test_registering_attaches_the_contract_and_its_siblings(running, space):
    """H1 is declared, H2 its sibling; the ended H3 and the prévoyance contracts stay out."""
    answer = register(running, space, "health", ["H1"])
    assert answer.type == "registration.accepted.v1"
    assert answer.data["attached"] == [{"contract_id": "H1", "cause": "declared"},
                                       {"contract_id": "H2", "cause": "sibling"}]
    assert not answer.data["conflicts"]
    attached = running.reader.find("contract.attached.v1", siren=space, category="sante")
    assert [(m.data["contract_id"], m.data["cause"], m.data["trigger_id"]) for m in attached] == [
        ("H1", "declared", "health"), ("H2", "sibling", "health")]


def test_another_category_needs_an_account_of_its_own(running, space):
    """P1 in its own account brings P2 and nothing of santé."""
    answer = register(running, space, "provident", ["P1"], category="prevoyance")
    assert [entry["contract_id"] for entry in answer.data["attached"]] == ["P1", "P2"]


def test_a_contract_of_another_category_rejects_the_registration(running, space):
    """One bad number rejects all: nothing is attached."""
    answer = register(running, space, "mixed", ["H1", "P1"])
    assert answer.type == "registration.rejected.v1"
    assert answer.data["reasons"] == ["CATEGORY_MISMATCH"]
    assert not running.reader.find("contract.attached.v1", siren=space, trigger_id="mixed")


def test_an_ended_contract_cannot_be_registered(running, space):
    """H3 ended in 2025."""
    answer = register(running, space, "ended", ["H3"])
    assert answer.data["reasons"] == ["CONTRACT_ENDED"]


def test_an_account_belongs_to_one_employer(running, space, people):
    """The identifier that another employer registered is taken."""
    register(running, space, "owner", ["H1"], account_id="shared-account")
    other = Employer(running, people)
    answer = register(running, other.siren, "thief", [other.contract_id],
                      account_id="shared-account")
    assert answer.data["reasons"] == ["ACCOUNT_TAKEN"]


def test_a_contract_of_another_account_stays_there(running, people):
    """The second account of a category gets a conflict for what the first one holds."""
    employer = Employer(running, people)
    register(running, employer.siren, "first", [employer.contract_id])
    answer = register(running, employer.siren, "second", [employer.contract_id])
    assert answer.type == "registration.accepted.v1"
    assert answer.data["attached"] == []
    assert answer.data["conflicts"] == [employer.contract_id]
    (conflict,) = employer.found("contract.attachment-conflict.v1")
    assert conflict.data["holder_account_id"] == f"account-first-{employer.siren}"


def test_a_contract_created_later_is_attached_once(running, people):
    """A new contract of the category goes to the oldest account; its next revision does not."""
    employer = Employer(running, people)
    register(running, employer.siren, "early", [employer.contract_id])
    for revision in (1, 2):
        employer.publish(contract_upserted(
            health_contract(employer.siren, "LATE", revision=revision)))
    attached = employer.found("contract.attached.v1", contract_id="LATE")
    assert [(m.data["cause"], m.data["account_id"]) for m in attached] == [
        ("late_sibling", f"account-early-{employer.siren}")]


def test_the_third_category(running, space):
    """Retraite is a category like the others: an account of its own, nothing of theirs."""
    decide(running, other(space, "S1", category="retraite"))
    answer = register(running, space, "pension", ["S1"], category="retraite")
    assert attached(answer) == [("S1", "declared")]


def test_all_that_is_wrong_is_said_in_its_order(running, space, people):
    """A mismatch, an ended contract and an account of somebody else."""
    stranger = Employer(running, people)
    register(running, stranger.siren, "owner", [stranger.contract_id], account_id="strange-account")
    answer = register(running, space, "all-wrong", ["H3", "P1"], account_id="strange-account")
    assert reasons(answer) == ["CATEGORY_MISMATCH", "CONTRACT_ENDED", "ACCOUNT_TAKEN"]


def test_the_end_is_judged_on_the_paris_day_of_the_registration(running, people):
    """31 December, 23:30 in Paris and in UTC already 22:30: still running; one hour later, not."""
    siren = people.siren()
    decide(running, health(siren, "H3", ends_on="2025-12-31"), health(siren, "H1"))
    last = register(running, siren, "last-day", ["H3"], submitted_at="2025-12-31T22:30:00Z")
    assert attached(last) == [("H3", "declared"), ("H1", "sibling")]
    after = register(running, siren, "day-after", ["H3"], submitted_at="2025-12-31T23:30:00Z")
    assert reasons(after) == ["CONTRACT_ENDED"]


def test_registering_again_lists_what_is_new(running, people):
    """Nothing at first; then a contract that is declared although its account holds it: no
    conflict."""
    siren = people.siren()
    decide(running, health(siren, "H1"), health(siren, "H2"))
    account_id = account_of(siren, "again")
    assert len(attached(register(running, siren, "once", ["H1"], account_id))) == 2
    answer = register(running, siren, "twice", ["H2", "H1"], account_id)
    assert attached(answer) == [] and answer.data["conflicts"] == []


def test_a_revision_makes_a_contract_attachable(running, people):
    """Un-ended, or moved to another category, by a later revision: to the oldest account of what it
    is now, once; what is held stays."""
    siren = people.siren()
    decide(running, health(siren, "H1"), other(siren, "P1"),
           health(siren, "OVER", ends_on="2025-12-31"), other(siren, "MOVES", category="retraite"))
    register(running, siren, "sante", ["H1"])
    register(running, siren, "younger", ["H1"])
    register(running, siren, "prevoyance", ["P1"], category="prevoyance")
    decide(running, health(siren, "OVER", revision=2), other(siren, "MOVES", revision=2),
           health(siren, "OVER", revision=2), health(siren, "OVER", revision=1),
           health(siren, "OVER", revision=3), health(siren, "H1", revision=2,
                                                     ends_on="2025-12-31"))
    late = running.reader.find("contract.attached.v1", siren=siren, cause="late_sibling")
    assert [(m.data["contract_id"], m.data["account_id"], m.data["trigger_id"]) for m in late] == [
        ("OVER", account_of(siren, "sante"), "OVER"),
        ("MOVES", account_of(siren, "prevoyance"), "MOVES")]


def test_a_revision_with_other_content_is_refused(running, people):
    """The same number twice, saying two things."""
    siren = people.siren()
    (_, place) = running.send(health(siren, "H1"), health(siren, "H1", ends_on="2027-12-31"))
    assert running.reader.wait_for_dead_letter(place).headers["dlq_reason"] == "ID_REUSED"


def test_waiting_until_all_numbers_are_known(running, people):
    """The first contract is not enough; the second decides it, as a consequence of the registration
    and caused by the contract. Its own repetition changes nothing, other content is refused."""
    siren = people.siren()
    event = registration(siren, "waits", account_of(siren, "waits"), ["H8", "H9"])
    decide(running, event, health(siren, "H7"), health(siren, "H8"), event)
    assert is_waiting(running, siren, "waits")
    (place,) = running.send(registration(siren, "waits", account_of(siren, "waits"), ["H8"]))
    assert running.reader.wait_for_dead_letter(place).headers["dlq_reason"] == "ID_REUSED"
    contract = health(siren, "H9")
    running.send(contract)
    answer = answer_to(running, siren, "waits")
    assert attached(answer) == [("H8", "declared"), ("H9", "declared"), ("H7", "sibling")]
    assert answer.headers["ce_correlationid"] == event.id
    assert answer.headers["ce_causationid"] == contract.id
    assert timers_left(running, siren) == 0
    decide(running, event)
    assert len(running.reader.find("registration.accepted.v1", siren=siren)) == 1


def test_waiting_registrations_come_before_the_next_record(running, people):
    """Three that wait, their contract, and a fourth for the same contract: each in the order in
    which it came, and what is wrong besides is judged then."""
    siren = people.siren()
    others = Employer(running, people)
    taken = account_of(siren, "taken")
    decide(running, registration(siren, "first", account_of(siren, "a"), ["H1"]),
           registration(siren, "second", account_of(siren, "b"), ["H1"]),
           registration(siren, "third", taken, ["H1"]))
    register(running, others.siren, "quicker", [others.contract_id], taken)
    decide(running, health(siren, "H1"),
           registration(siren, "last", account_of(siren, "c"), ["H1"]))
    answers = {name: answer_to(running, siren, name) for name in
               ("first", "second", "third", "last")}
    assert attached(answers["first"]) == [("H1", "declared")]
    assert answers["second"].data["conflicts"] == answers["last"].data["conflicts"] == ["H1"]
    assert reasons(answers["third"]) == ["ACCOUNT_TAKEN"]


def test_an_older_account_gets_the_contract_before_one_that_waits(running, people):
    """As if the contract had come before the registration: a late sibling of the oldest account."""
    siren = people.siren()
    decide(running, health(siren, "H1"))
    register(running, siren, "old", ["H1"])
    decide(running, registration(siren, "new", account_of(siren, "new"), ["H2"]))
    assert is_waiting(running, siren, "new")
    decide(running, health(siren, "H2"))
    answer = answer_to(running, siren, "new")
    assert attached(answer) == []
    assert answer.data["conflicts"] == ["H2", "H1"]  # what was declared comes first


def test_many_wait_for_one_contract(running, people):
    """More than one batch looks at: all are decided, in their order, before their grace ends."""
    siren = people.siren()
    names = [f"many-{i}" for i in range(230)]
    decide(running, *[registration(siren, name, account_of(siren, name), ["H1"])
                      for name in names])
    decide(running, health(siren, "H1"))
    running.reader.wait_for("registration.accepted.v1", siren=siren, count=len(names), seconds=30)
    answers = running.reader.find("registration.accepted.v1", siren=siren)
    assert [m.data["registration_id"] for m in answers] == names
    assert attached(answers[0]) == [("H1", "declared")]
    assert all(m.data["conflicts"] == ["H1"] for m in answers[1:])


def test_what_waits_for_another_contract_is_not_in_the_way(running, people):
    """More than one batch looks at lack a number that does not come; one behind them does not."""
    siren = people.siren()
    decide(running, *[registration(siren, f"stuck-{i}", account_of(siren, "stuck"), ["NEVER"])
                      for i in range(110)],
           registration(siren, "behind", account_of(siren, "behind"), ["H1"]))
    decide(running, health(siren, "H1"))
    assert attached(answer_to(running, siren, "behind")) == [("H1", "declared")]
    assert is_waiting(running, siren, "stuck-109")


def test_the_grace_ends(hasty, people):
    """Then it is rejected, once, whatever comes later; the account id is free again."""
    siren = people.siren()
    event = registration(siren, "patience", account_of(siren, "patience"), ["H1", "H2"])
    decide(hasty, health(siren, "H1"), event)
    answer = answer_to(hasty, siren, "patience")
    assert reasons(answer) == ["UNKNOWN_CONTRACT"]
    assert answer.headers["ce_correlationid"] == event.id
    assert timers_left(hasty, siren) == 0
    decide(hasty, health(siren, "H2"), event)
    assert len(hasty.reader.find(siren=siren, registration_id="patience")) == 1
    again = register(hasty, siren, "again", ["H2"], account_of(siren, "patience"))
    assert attached(again) == [("H2", "declared"), ("H1", "sibling")]


@pytest.mark.parametrize("point", CRASH_POINTS_OF_A_WORKER)
def test_killed_while_a_contract_decides_what_waits(slow, people, point):
    """Killed at each step of the batch in which the contract comes: decided once, told once."""
    siren = people.siren()
    instance = slow.installation.start("account", name=f"before-{point}")
    decide(slow, registration(siren, "waits", account_of(siren, "waits"), ["H1"]))
    assert is_waiting(slow, siren, "waits")
    instance.stop_cleanly()
    slow.send(health(siren, "H1"))
    slow.installation.start("account", name=f"killed-{point}", crash=point).wait_for_crash()
    instance = slow.installation.start("account", name=f"after-{point}")
    assert attached(answer_to(slow, siren, "waits")) == [("H1", "declared")]
    slow.wait_drained("account")
    slow.reader.read_to_end()
    assert len(slow.reader.find(siren=siren)) == 2 and not slow.reader.repeated_ids()
    assert timers_left(slow, siren) == 0
    instance.stop_cleanly()


def test_an_invalid_siren_rejects_the_registration(running):
    """732829321 fails the checksum."""
    answer = register(running, "732829321", "checksum", ["H1"])
    assert answer.data["reasons"] == ["INVALID_SIREN"]


def test_the_decisions_can_be_made_again(running):
    """`recheck` finds the same rules in the stored facts, of what waited as well."""
    running.wait_drained("account")
    assert ", different 0," in running.installation.succeed("recheck", "account")


def test_every_output_keeps_its_contract(running):
    """Headers, keys and schemas of all outputs of this module."""
    messages = running.reader.read_to_end()
    assert len(messages) > 10
    check_outputs(messages)
    assert not running.reader.repeated_ids()
