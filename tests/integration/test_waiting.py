"""What waits for something else: requests for their contract, cancellations for their request,
accounts for their employee (questions 3 and 4)."""

from collections import Counter

import pytest
from guichet_test.contracts import health_contract
from guichet_test.employer import Employer
from guichet_test.events import (account_activated, beneficiary, cancellation_requested,
                                 contract_upserted, mail_bounced)
from guichet_test.identities import insured_id, notification_id
from guichet_test.waiting import wait_until
from guichet_test.world import World

GRACE_SECONDS = 2
LIMIT_OUTPUTS = 1000  # of one input
LONG_AGO = "2026-01-05T10:00:00+01:00"  # all four milestones are past
LATE = ["sla.at-risk.v1", "sla.breached.v1", "sla.escalated.v1", "sla.escalated.v1"]


@pytest.fixture(scope="module")
def employer(running, people):
    """An employer where what waits, waits for a quarter of an hour."""
    return Employer(running, people)


@pytest.fixture(scope="module")
def hasty(postgres, people):
    """An employer of an installation where nothing waits for longer than two seconds."""
    world = World(postgres, {"rules.contract_grace_seconds": GRACE_SECONDS})
    try:
        world.start()
        instance = world.installation.start(name="hasty")
        yield Employer(world, people)
        instance.stop_cleanly()
    finally:
        report = world.end()
    assert not report, report


def cancellation(siren, request_id, by="portal"):
    return cancellation_requested(siren, request_id, "2026-11-02T11:00:00+01:00", by)


def activation(siren, insured):
    return account_activated(siren, insured, "2026-11-03T08:00:00+01:00")


def bounce(siren, notification):
    return mail_bounced(siren, notification, "2026-11-02T10:05:00+01:00")


def told(employer, request_id):
    """All that was told of a request, in order within each topic, by topic."""
    employer.world.reader.read_to_end()
    found = {}
    for message in employer.world.reader.find(siren=employer.siren, request_id=request_id):
        found.setdefault(message.topic, []).append(message)
    return found


def tracking(employer, request_id):
    """(status, version) of each entry."""
    return [(m.data["status"], m.data["version"])
            for m in employer.found("tracking.entry.v1", request_id=request_id)]


def send(employer, *events):
    """Sends and waits until all of it is decided, and readable."""
    employer.world.send(*events)
    employer.world.wait_drained("affiliation")
    employer.world.reader.read_to_end()


def contract_of(employer, contract_id):
    return contract_upserted(health_contract(employer.siren, contract_id, "K1"))


def rows_left(world, table, siren):
    ((count,),) = world.query(f"SELECT count(*) FROM guichet.{table} WHERE siren = %s"
                              " AND worker = 'affiliation'", [siren])
    return count


def test_waiting_then_the_contract(employer):
    """It shows in the tracking, nothing of it stays readable in the database but under its key, and
    the contract wakes it; what it then causes follows from the request, not from the contract."""
    event = employer.request(contract_id="LATER", submitted_at=LONG_AGO)
    request_id = event.data["request_id"]
    send(employer, event)
    assert tracking(employer, request_id) == [("waiting", 1)]
    (status, content, sealed, person) = employer.world.query(
        "SELECT status, content, sealed, person FROM guichet.affiliation_request"
        " WHERE siren = %s AND request_id = %s", [employer.siren, request_id])[0]
    assert (status, person) == ("waiting", f"request/{request_id}")
    assert event.data["employee"]["family_name"] not in content and sealed
    employer.publish(contract_of(employer, "LATER"))
    decision = employer.decision(event)
    assert decision.type == "affiliation.accepted.v1"
    assert decision.headers["ce_correlationid"] == event.id
    assert decision.headers["ce_causationid"] != event.id
    assert tracking(employer, request_id) == [("waiting", 1), ("accepted", 2)]
    assert [m.type for m in told(employer, request_id)["affiliation.sla.v1"]] == LATE
    assert employer.world.query(
        "SELECT content, sealed, grace_ends_at, milestones_raised FROM guichet.affiliation_request"
        " WHERE siren = %s AND request_id = %s", [employer.siren, request_id]) == [
            (None, None, None, 4)]
    insured = insured_id(employer.siren, request_id)
    assert len(employer.found("insured.activation-email.v1", insured_id=insured)) == 1


def test_many_wait_for_the_same_contract(employer):
    """More than one wake-up decides: each is decided, once."""
    events = [employer.request(contract_id="POPULAR") for _ in range(120)]
    send(employer, *events)
    employer.publish(contract_of(employer, "POPULAR"))
    employer.world.reader.wait_for("affiliation.accepted.v1", count=len(events),
                                   siren=employer.siren, contract_id="POPULAR")
    decided = employer.found("affiliation.accepted.v1", contract_id="POPULAR")
    assert sorted(m.data["request_id"] for m in decided) == sorted(
        e.data["request_id"] for e in events)


def test_many_contracts_at_once(postgres, people):
    """What many contracts woke before one request is bounded like all that follows from one input,
    and goes on by itself: each is decided, once."""
    world = World(postgres)
    try:
        world.start()
        account = world.installation.start("account", name="account")
        employer = Employer(world, people)
        affiliation = world.installation.start("affiliation", name="affiliation")
        names = [f"MANY-{n}" for n in range(150)]
        waiting = [employer.request(contract_id=name, submitted_at=LONG_AGO) for name in names]
        send(employer, *waiting)
        affiliation.stop_cleanly()
        employer.publish(*(contract_of(employer, name) for name in names))
        world.send(employer.request())
        affiliation = world.installation.start("affiliation", name="again")
        accepted = world.reader.wait_for("affiliation.accepted.v1", count=len(names) + 1)
        world.reader.read_to_end()
        causes = Counter(m.headers["ce_causationid"] for m in world.reader.find())
        assert len(accepted) == len(names) + 1
        assert max(causes.values()) <= LIMIT_OUTPUTS
        assert not world.reader.repeated_ids()
        affiliation.stop_cleanly()
        account.stop_cleanly()
    finally:
        report = world.end()
    assert not report, report


def test_the_same_request_again_while_it_waits(employer):
    """No effect; other content is refused."""
    event = employer.request(contract_id="NEVER")
    request_id = event.data["request_id"]
    other = employer.request(contract_id="NEVER", request_id=request_id)
    send(employer, event, event)
    assert tracking(employer, request_id) == [("waiting", 1)]
    (place,) = employer.world.send(other)
    assert employer.world.reader.wait_for_dead_letter(place).headers["dlq_reason"] == "ID_REUSED"


def test_waiting_then_the_grace_is_over(hasty):
    """Rejected as soon as the grace ends; offline channels wait too, but tell nothing of it."""
    online, offline = hasty.request(contract_id="NOWHERE"), hasty.request(
        contract_id="NOWHERE", channel="phone", siret="73282932000079")
    hasty.world.send(online, offline)
    decision = hasty.decision(online)
    assert (decision.type, decision.data["reasons"]) == (
        "affiliation.rejected.v1", ["UNKNOWN_CONTRACT"])
    assert tracking(hasty, online.data["request_id"]) == [("waiting", 1), ("rejected", 2)]
    assert hasty.decision(offline).data["reasons"] == ["INVALID_SIRET", "UNKNOWN_CONTRACT"]
    assert not tracking(hasty, offline.data["request_id"])
    wait_until(lambda: rows_left(hasty.world, "timer", hasty.siren) == 0, 20, "no timer is left")


def test_cancelled_while_it_waits(employer):
    """An open request ends, its late alerts first; the contract that comes later changes nothing,
    nor does a second cancellation."""
    event = employer.request(contract_id="TOO_LATE", submitted_at=LONG_AGO)
    request_id = event.data["request_id"]
    send(employer, event, cancellation(employer.siren, request_id),
         cancellation(employer.siren, request_id, by="somebody else"))
    employer.publish(contract_of(employer, "TOO_LATE"))
    send(employer, employer.request())
    (decision,) = told(employer, request_id)["affiliation.decisions.v1"]
    assert (decision.type, decision.data["by"]) == ("affiliation.cancelled.v1", "portal")
    assert decision.data["sla"]["met"] is False
    assert tracking(employer, request_id) == [("waiting", 1), ("cancelled", 2)]
    assert [m.type for m in told(employer, request_id)["affiliation.sla.v1"]] == LATE


def test_cancelled_before_it_came(employer):
    """Kept, and applied to the request when it comes: its late alerts, then the end."""
    event = employer.request(submitted_at=LONG_AGO)
    request_id = event.data["request_id"]
    send(employer, cancellation(employer.siren, request_id),
         cancellation(employer.siren, request_id, by="somebody else"))
    assert not told(employer, request_id)
    assert rows_left(employer.world, "early_event", employer.siren) == 1
    send(employer, event)
    (decision,) = told(employer, request_id)["affiliation.decisions.v1"]
    assert (decision.type, decision.data["by"]) == ("affiliation.cancelled.v1", "portal")
    assert tracking(employer, request_id) == [("cancelled", 1)]
    assert [m.type for m in told(employer, request_id)["affiliation.sla.v1"]] == LATE
    assert rows_left(employer.world, "early_event", employer.siren) == 0
    assert not employer.found("roster.entry.v1",
                              insured_id=insured_id(employer.siren, request_id))


def test_cancelled_after_the_decision(employer):
    """The decision stands."""
    event = employer.request()
    request_id = event.data["request_id"]
    send(employer, event, cancellation(employer.siren, request_id))
    assert [m.type for m in told(employer, request_id)["affiliation.decisions.v1"]] == [
        "affiliation.accepted.v1"]
    assert tracking(employer, request_id) == [("accepted", 1)]


def test_a_cancellation_of_nothing(hasty):
    """An alert, once, when the grace is over; the request that comes after it is decided."""
    event = hasty.request()
    request_id = event.data["request_id"]
    hasty.world.send(cancellation(hasty.siren, request_id))
    (alert,) = hasty.world.reader.wait_for("operator.alert.v1", siren=hasty.siren,
                                           subject_id=request_id)
    assert alert.data["code"] == "SUBJECT_UNKNOWN"
    assert rows_left(hasty.world, "early_event", hasty.siren) == 0
    hasty.world.send(event)
    assert hasty.decision(event).type == "affiliation.accepted.v1"


def invited(employer, **changes):
    """The insured's id and the notification's of somebody who got an activation e-mail."""
    insured = employer.affiliate(employer.people.person().employee(**changes))
    return insured, notification_id("insured.activation-email", employer.siren, insured)


def letters(employer, insured):
    return [m.data["cause"] for m in employer.found("insured.account-letter.v1",
                                                    insured_id=insured)]


def test_a_bounce_brings_one_letter(employer):
    """The second bounce has no effect, whoever tells it."""
    insured, mail = invited(employer)
    send(employer, bounce(employer.siren, mail))
    assert letters(employer, insured) == ["bounced"]
    send(employer, bounce(employer.siren, mail), activation(employer.siren, insured),
         bounce(employer.siren, mail))
    assert letters(employer, insured) == ["bounced"]
    (letter,) = employer.found("insured.account-letter.v1", insured_id=insured)
    assert letter.data["notification_id"] == notification_id("insured.account-letter",
                                                             employer.siren, insured)


def test_a_bounce_without_an_address(employer):
    """There is nowhere to send a letter: an operator is told, once."""
    insured, mail = invited(employer, address=None)
    send(employer, bounce(employer.siren, mail), bounce(employer.siren, mail))
    assert not letters(employer, insured)
    (alert,) = employer.found("operator.alert.v1", subject_id=insured)
    assert alert.data["code"] == "ADDRESS_MISSING"


def test_an_active_account_gets_no_letter(employer):
    """The activation ends the wait for the link; a bounce after it is about nothing."""
    insured, mail = invited(employer)
    timers = "SELECT count(*) FROM guichet.timer WHERE siren = %s AND subject = %s"
    assert employer.world.query(timers, [employer.siren, insured]) == [(1,)]
    send(employer, activation(employer.siren, insured), activation(employer.siren, insured))
    assert employer.world.query(timers, [employer.siren, insured]) == [(0,)]
    send(employer, bounce(employer.siren, mail))
    assert not letters(employer, insured)
    assert employer.world.query("SELECT account_state FROM guichet.insured WHERE siren = %s"
                                " AND insured_id = %s", [employer.siren, insured]) == [("active",)]


@pytest.mark.parametrize("early, letter, state", [
    ("bounce", ["bounced"], "letter_sent"), ("activation", [], "active")])
def test_told_of_an_employee_before_we_knew(employer, early, letter, state):
    """Other topics may be faster than ours: what they tell waits for its employee."""
    event = employer.request()
    insured = insured_id(employer.siren, event.data["request_id"])
    mail = notification_id("insured.activation-email", employer.siren, insured)
    send(employer, activation(employer.siren, insured) if early == "activation"
         else bounce(employer.siren, mail))
    assert rows_left(employer.world, "early_event", employer.siren) == 1
    send(employer, event)
    assert employer.decision(event).type == "affiliation.accepted.v1"
    assert letters(employer, insured) == letter
    assert employer.world.query("SELECT account_state FROM guichet.insured WHERE siren = %s"
                                " AND insured_id = %s", [employer.siren, insured]) == [(state,)]
    assert rows_left(employer.world, "early_event", employer.siren) == 0


@pytest.mark.parametrize("make", [activation, bounce])
def test_told_of_nobody(hasty, make):
    """After the grace an alert; an id that is no UUID is well formed, and nobody's."""
    subject = f"{make.__name__}-of-nobody"
    hasty.world.send(make(hasty.siren, subject))
    (alert,) = hasty.world.reader.wait_for("operator.alert.v1", siren=hasty.siren,
                                           subject_id=subject)
    assert alert.data["code"] == "SUBJECT_UNKNOWN"


def test_the_roster_counts_who_was_added(employer):
    """An addition asks for the entry to be written anew: same names, the next version."""
    insured = employer.affiliate()
    added = employer.add(insured, [beneficiary("B-1", employer.people.person())])
    assert added.type == "beneficiary.added.v1"
    entries = employer.world.reader.wait_for("roster.entry.v1", count=2, insured_id=insured)
    assert [(m.data["version"], m.data["beneficiary_count"]) for m in entries] == [(1, 0), (2, 1)]
    changing = ("version", "beneficiary_count", "as_of")
    first, second = ({name: value for name, value in m.data.items() if name not in changing}
                     for m in entries)
    assert first == second
    assert entries[0].key == entries[1].key


def test_nothing_is_told_twice(employer, hasty):
    """Over all of the above."""
    for world in (employer.world, hasty.world):
        world.reader.read_to_end()
        assert not world.reader.repeated_ids()
