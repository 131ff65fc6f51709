"""Terminating a contract (question 8): only the end of the journey is a notice; when it takes
effect, who is told, and how it is taken back."""

import re
from datetime import UTC, datetime

import pytest
from guichet_test.contracts import health_contract, other_contract
from guichet_test.employer import Employer
from guichet_test.envelope import check_outputs
from guichet_test.events import contract_upserted, event
from guichet_test.identities import notification_id
from guichet_test.waiting import wait_until
from guichet_test.world import World

GRACE_SECONDS = 2
SANTE_SINCE = "2024-03-15"
RECEIVED = "2026-10-05T10:06:00+02:00"
NOTICES = ("termination.notified.v1", "termination.rejected.v1", "termination.withdrawn.v1")


@pytest.fixture(scope="module")
def employer(running, people):
    """An employer where what waits, waits for a quarter of an hour."""
    return Employer(running, people, first_subscribed_on=SANTE_SINCE)


@pytest.fixture(scope="module")
def hasty(postgres, people):
    """An employer of an installation that lives in February 2027, where nothing waits for longer
    than two seconds."""
    world = World(postgres, {"rules.contract_grace_seconds": GRACE_SECONDS,
                             "clock.simulate": "true",
                             "clock.start": "2027-02-01T08:00:00+01:00"})
    try:
        world.start()
        instance = world.installation.start(name="hasty")
        yield Employer(world, people, first_subscribed_on=SANTE_SINCE)
        instance.stop_cleanly()
    finally:
        report = world.end()
    assert not report, report


class Journey:
    """A journey of an employer: its events, and what we say of it."""

    count = 0

    def __init__(self, employer, contract_id=None):
        Journey.count += 1
        self.employer = employer
        self.journey_id = f"T-{employer.siren}-{Journey.count}"
        self.contract_id = contract_id or employer.contract_id

    def event(self, name, at=RECEIVED, **changes):
        return event(f"termination.{name}.v1", {
            "journey_id": self.journey_id, "siren": self.employer.siren,
            "contract_id": self.contract_id, "user_id": "u-1", "at": at, **changes})

    def step(self, step, at=RECEIVED):
        return self.event("step-completed", at, step=step)

    def confirmed(self, received_at=RECEIVED, **changes):
        return self.event("confirmed", received_at, received_at=received_at, **changes)

    def withdrawal(self, at="2026-10-06T09:00:00+02:00", **changes):
        return self.event("withdrawal-requested", at, **changes)

    def told(self):
        """What came out about the notice, all that is readable included: (type, data)."""
        return [(m.type, m.data)
                for m in self.employer.found(*NOTICES, journey_id=self.journey_id)]

    def outcome(self):
        """Waits for the first answer."""
        message = self.employer.world.reader.wait_for(
            *NOTICES, siren=self.employer.siren, journey_id=self.journey_id)[0]
        return message

    def receipts(self):
        return [m.data for m in self.employer.found("employer.termination-receipt.v1",
                                                    journey_id=self.journey_id)]

    def state(self):
        rows = self.employer.world.query(
            "SELECT state FROM guichet.termination_journey WHERE siren = %s AND journey_id = %s",
            [self.employer.siren, self.journey_id])
        return rows[0][0] if rows else None

    def rules(self):
        """The rules that fired, record by record."""
        return [rules for (rules,) in self.employer.world.query(
            "SELECT rules FROM guichet.journal WHERE worker = 'termination' AND siren = %s"
            " AND subject_id = %s ORDER BY decided_at, topic, partition, input_offset, sequence",
            [self.employer.siren, self.journey_id])]


def send(employer, *events):
    """Sends and waits until all of it is decided, and readable."""
    employer.world.send(*events)
    employer.world.wait_drained("termination")
    employer.world.reader.read_to_end()


def new_contract(employer, contract_id, **changes):
    return contract_upserted(health_contract(employer.siren, contract_id, **{
        "first_subscribed_on": SANTE_SINCE, **changes}))


def published(employer, contract_id, **changes):
    """The id of a further contract of the employer, known by now."""
    employer.publish(new_contract(employer, contract_id, **changes))
    return contract_id


def timers(employer, kind):
    ((count,),) = employer.world.query(
        "SELECT count(*) FROM guichet.timer WHERE siren = %s AND worker = 'termination'"
        " AND kind = %s", [employer.siren, kind])
    return count


@pytest.mark.parametrize("name, category, received_at, basis, effective_on", [
    ("sante", "sante", "2026-12-01T10:00:00+01:00", "infra_annual", "2027-01-01"),
    ("clamped", "sante", "2027-01-31T10:00:00+01:00", "infra_annual", "2027-02-28"),
    ("in-time", "prevoyance", "2026-10-31T23:59:59+01:00", "expiry", "2026-12-31"),
    ("late", "prevoyance", "2026-11-01T00:00:00+01:00", "expiry", "2027-12-31"),
])
def test_when_it_takes_effect(hasty, name, category, received_at, basis, effective_on):
    """The examples; the receipt says the same to the contract's contacts."""
    contract = (health_contract if category == "sante" else other_contract)(
        hasty.siren, name, first_subscribed_on=SANTE_SINCE)
    hasty.publish(contract_upserted(contract))
    journey = Journey(hasty, name)
    sent = journey.confirmed(received_at)
    send(hasty, sent)
    message = journey.outcome()
    assert message.type == "termination.notified.v1"
    assert (message.data["legal_basis"], message.data["effective_on"]) == (basis, effective_on)
    assert datetime.fromisoformat(message.data["received_at"]) == datetime.fromisoformat(
        received_at)
    assert message.headers["ce_subject"] == f"{hasty.siren}/{journey.journey_id}"
    assert message.headers["ce_causationid"] == sent.id
    (receipt,) = journey.receipts()
    assert receipt == {
        "siren": hasty.siren, "journey_id": journey.journey_id, "contract_id": name,
        "notification_id": notification_id("employer.termination-receipt", hasty.siren,
                                           journey.journey_id),
        "to": [f"rh-{hasty.siren}@employeur.example"],
        "received_at": message.data["received_at"], "effective_on": effective_on,
        "legal_basis": basis}


def test_a_click_by_mistake(employer):
    """Whatever comes but the end of the journey leaves everything alone."""
    before = employer.world.query("SELECT * FROM guichet.contract WHERE siren = %s",
                                  [employer.siren])
    journey = Journey(employer)
    send(employer, journey.event("started"), journey.step("identified"), journey.step("recap"),
         journey.event("abandoned"))
    assert journey.state() == "abandoned"
    assert not journey.told() and not journey.receipts()
    assert employer.world.query("SELECT * FROM guichet.contract WHERE siren = %s",
                                [employer.siren]) == before
    assert journey.rules() == ["STEP_REACHED"] * 3 + ["ABANDONED"]


def test_silence_abandons_a_journey(employer):
    """Half an hour after its last step, without a word; a journey under way goes on."""
    journey, under_way = Journey(employer), Journey(employer)
    now = datetime.now(UTC).isoformat()
    send(employer, journey.event("started"), journey.step("identified"),
         under_way.event("started", now))
    wait_until(lambda: journey.state() == "abandoned", 30, "the journey is abandoned")
    assert under_way.state() == "started"
    assert journey.rules()[-1] == "IDLE"
    assert not journey.told()
    told = employer.world.installation.succeed("explain", f"{employer.siren}/{journey.journey_id}")
    assert "No step came in time" in told


def test_abandoned_then_confirmed(employer):
    """The confirmation counts however the journey went; what comes after it changes nothing."""
    journey = Journey(employer, published(employer, "ABANDONED"))
    send(employer, journey.event("started"))
    wait_until(lambda: journey.state() == "abandoned", 30, "the journey is abandoned")
    send(employer, journey.event("abandoned"), journey.confirmed(), journey.step("recap"),
         journey.event("abandoned"))
    assert [name for name, _ in journey.told()] == ["termination.notified.v1"]
    assert journey.state() == "notified"


def test_steps_out_of_order(employer):
    """The confirmation first, or in the middle: it counts, and nothing takes it back by itself."""
    first = Journey(employer, published(employer, "ORDER-1"))
    middle = Journey(employer, published(employer, "ORDER-2"))
    send(employer, first.confirmed(), first.step("recap"), first.step("identified"),
         first.event("started"),
         middle.step("recap"), middle.event("started"), middle.confirmed(),
         middle.step("identified"))
    for journey in (first, middle):
        assert [name for name, _ in journey.told()] == ["termination.notified.v1"]
        assert len(journey.receipts()) == 1
    assert timers(employer, "idle") <= 1  # of the journey under way, in another test


def test_confirmed_twice(employer):
    """The first counts, whether the second says the same or something else: nothing is refused."""
    contract_id = published(employer, "TWICE")
    journey = Journey(employer, contract_id)
    places = employer.world.send(journey.confirmed(), journey.confirmed(),
                                 journey.confirmed("2026-11-02T10:00:00+01:00", motive="MERGER"))
    employer.world.wait_drained("termination")
    ((name, data),) = journey.told()
    assert (name, data["effective_on"]) == ("termination.notified.v1", "2026-11-05")
    assert journey.rules() == ["INFRA_ANNUAL", "REPEATED", "CONFIRMED_BEFORE"]
    assert len(journey.receipts()) == 1
    dead = [m for m in employer.world.reader.read_to_end() or [] if "dlq_id" in m.headers]
    assert not dead and len(places) == 3


def test_another_notice_stands(employer):
    """Of one contract one notice, also when both come together; of an ended one, none."""
    contract_id = published(employer, "ONCE")
    first, second, third = (Journey(employer, contract_id) for _ in range(3))
    send(employer, first.confirmed(), second.confirmed())
    send(employer, third.confirmed())
    assert [name for name, _ in first.told()] == ["termination.notified.v1"]
    for journey in (second, third):
        ((name, data),) = journey.told()
        assert (name, data["reasons"]) == ("termination.rejected.v1", ["ALREADY_TERMINATED"])
        assert not journey.receipts()
    employer.publish(new_contract(employer, contract_id, revision=2, ends_on="2026-10-04"))
    fourth = Journey(employer, contract_id)
    send(employer, fourth.confirmed())
    assert fourth.told()[0][1]["reasons"] == ["ALREADY_TERMINATED", "CONTRACT_ENDED"]


@pytest.mark.parametrize("ends_on, expected", [
    ("2026-10-04", "termination.rejected.v1"), ("2026-10-05", "termination.notified.v1")])
def test_a_contract_that_ended(employer, ends_on, expected):
    """The day before the notice came, and on that day."""
    journey = Journey(employer, published(employer, f"ENDED-{ends_on}", ends_on=ends_on))
    send(employer, journey.confirmed())
    ((name, data),) = journey.told()
    assert name == expected
    assert data.get("reasons", ["CONTRACT_ENDED"]) == ["CONTRACT_ENDED"]


def test_taken_back_and_given_again(employer):
    """A withdrawal before the day of effect; the next journey may give notice, the old one not."""
    contract_id = published(employer, "BACK")
    journey, again = Journey(employer, contract_id), Journey(employer, contract_id)
    send(employer, again.event("started"), journey.confirmed(), journey.withdrawal(),
         journey.withdrawal(), journey.confirmed("2026-10-07T10:00:00+02:00"), again.confirmed())
    assert [name for name, _ in journey.told()] == ["termination.notified.v1",
                                                   "termination.withdrawn.v1"]
    assert journey.told()[1][1]["withdrawn_at"] == "2026-10-06T07:00:00Z"
    assert [name for name, _ in again.told()] == ["termination.notified.v1"]
    assert journey.rules() == ["INFRA_ANNUAL", "WITHDRAWN", "NOTHING_STANDS", "CONFIRMED_BEFORE"]


@pytest.mark.parametrize("at, is_taken_back", [
    ("2026-11-04T23:59:59+01:00", True), ("2026-11-05T00:00:00+01:00", False)])
def test_the_last_moment_to_take_it_back(employer, at, is_taken_back):
    """A second before the day of effect begins, and when it has."""
    journey = Journey(employer, published(employer, f"LAST-{is_taken_back}"))
    send(employer, journey.confirmed(), journey.withdrawal(at))
    assert journey.told()[0][1]["effective_on"] == "2026-11-05"
    assert [name for name, _ in journey.told()][1:] == (
        ["termination.withdrawn.v1"] if is_taken_back else [])


def test_taken_back_before_it_came(employer):
    """Kept, and applied to the confirmation: no notice, no receipt."""
    journey = Journey(employer, published(employer, "EARLY"))
    send(employer, journey.event("started"), journey.withdrawal())
    assert not journey.told()
    send(employer, journey.confirmed())
    assert [name for name, _ in journey.told()] == ["termination.withdrawn.v1"]
    assert not journey.receipts()
    assert timers(employer, "early") == 0


def test_a_withdrawal_of_nothing(hasty):
    """An alert, once, when the grace is over; the notice that comes after it stands."""
    journey = Journey(hasty, published(hasty, "NOTHING"))
    hasty.world.send(journey.withdrawal())
    (alert,) = hasty.world.reader.wait_for("operator.alert.v1", siren=hasty.siren,
                                           subject_id=journey.journey_id)
    assert alert.data["code"] == "SUBJECT_UNKNOWN"
    send(hasty, journey.confirmed())
    assert [name for name, _ in journey.told()] == ["termination.notified.v1"]


def test_waiting_over_a_restart_then_the_contract(employer):
    """The day on which the notice came stands; what follows comes from the confirmation. The first
    that waited is the one that stands."""
    world = employer.world
    journey, second = Journey(employer, "LATER"), Journey(employer, "LATER")
    sent = journey.confirmed()
    send(employer, sent)
    send(employer, second.confirmed(), journey.confirmed())
    assert journey.state() == second.state() == "waiting"
    assert not journey.told()
    world.instance.stop_cleanly()
    world.instance = world.installation.start(name="again")
    employer.publish(new_contract(employer, "LATER"))
    message = journey.outcome()
    assert message.type == "termination.notified.v1"
    assert message.data["effective_on"] == "2026-11-05"
    assert message.headers["ce_correlationid"] == sent.id
    assert message.headers["ce_causationid"] != sent.id
    assert second.outcome().data["reasons"] == ["ALREADY_TERMINATED"]
    assert len(journey.receipts()) == 1
    assert world.query(
        "SELECT content, grace_ends_at FROM guichet.termination_journey WHERE siren = %s"
        " AND journey_id = %s", [employer.siren, journey.journey_id]) == [(None, None)]


def test_many_wait_for_one_contract(employer):
    """More than one wake-up decides: each is decided once, and one notice stands."""
    journeys = [Journey(employer, "POPULAR") for _ in range(120)]
    send(employer, *(journey.confirmed() for journey in journeys))
    employer.publish(new_contract(employer, "POPULAR"))
    employer.world.reader.wait_for(*NOTICES, count=len(journeys), siren=employer.siren,
                                   contract_id="POPULAR")
    told = employer.found(*NOTICES, contract_id="POPULAR")
    assert sorted(m.data["journey_id"] for m in told) == sorted(j.journey_id for j in journeys)
    assert [m.type for m in told].count("termination.notified.v1") == 1


def test_taken_back_while_it_waits(employer):
    """At once; the contract that comes later changes nothing."""
    journey = Journey(employer, "TAKEN-BACK")
    send(employer, journey.confirmed(), journey.withdrawal())
    assert [name for name, _ in journey.told()] == ["termination.withdrawn.v1"]
    published(employer, "TAKEN-BACK")
    after = Journey(employer, "TAKEN-BACK")
    send(employer, after.confirmed())
    assert [name for name, _ in after.told()] == ["termination.notified.v1"]
    assert len(journey.told()) == 1


def test_waiting_then_the_grace_is_over(hasty):
    """Rejected as soon as the grace ends; the contract that comes later changes nothing."""
    journey = Journey(hasty, "NOWHERE")
    hasty.world.send(journey.confirmed())
    message = journey.outcome()
    assert (message.type, message.data["reasons"]) == (
        "termination.rejected.v1", ["UNKNOWN_CONTRACT"])
    wait_until(lambda: timers(hasty, "subject_known") == 0, 20, "no timer is left")
    published(hasty, "NOWHERE")
    send(hasty, journey.withdrawal())
    assert len(journey.told()) == 1
    assert journey.rules() == ["WAITING_FOR_CONTRACT", "UNKNOWN_CONTRACT", "NOTHING_STANDS"]


@pytest.mark.parametrize("contacts", [[], [{"name": "Service du personnel", "email": "rh@"}]])
def test_nobody_to_write_to(employer, contacts):
    """The notice stands, and an operator looks."""
    journey = Journey(employer, published(employer, f"MUTE-{len(contacts)}", contacts=contacts))
    send(employer, journey.confirmed())
    assert [name for name, _ in journey.told()] == ["termination.notified.v1"]
    assert not journey.receipts()
    (alert,) = employer.found("operator.alert.v1", subject_id=journey.journey_id)
    assert alert.data["code"] == "CONTACT_MISSING"


def test_contacts_are_sealed(employer):
    """Nothing personal is readable in the database, and all that came out is as published."""
    journey = Journey(employer, published(employer, "SEALED"))
    send(employer, journey.confirmed())
    rows = employer.world.query(
        "SELECT row_to_json(journal)::text, person FROM guichet.journal WHERE siren = %s"
        " AND subject_id = %s", [employer.siren, journey.journey_id])
    ((text, person),) = rows
    assert person == "contract/SEALED"
    assert "employeur.example" not in text
    check_outputs(employer.world.reader.find(siren=employer.siren))


def test_decided_again_it_is_the_same(employer, hasty):
    """From the facts that the journal keeps, contacts included: nothing differs or is skipped."""
    for world in (employer.world, hasty.world):
        told = world.installation.succeed("recheck", "termination")
        counts = [int(count) for count in re.findall(r"\d+", told)]
        assert counts[0] > 0 and counts[1:3] == [0, 0], told
