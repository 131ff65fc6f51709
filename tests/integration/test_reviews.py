"""Doubtful requests: an agent is asked, the clock runs on, his answer ends the review."""

import pytest
from guichet_test.contracts import health_contract
from guichet_test.employer import Employer
from guichet_test.events import (affiliation_ended, calendar_published, cancellation_requested,
                                 contract_upserted, review_decided)
from guichet_test.identities import derived, insured_id
from guichet_test.world import World

LONG_AGO = "2026-01-05T10:00:00+01:00"  # all four milestones are past
LATE = ["sla.at-risk.v1", "sla.breached.v1", "sla.escalated.v1", "sla.escalated.v1"]
BACK_DATED = {"hired_on": "2020-01-01", "effective_on": "2026-05-01"}
RETROACTIVE = "REVIEW_RETROACTIVE"
TASKS = "adviser.tasks.v1"
DECISIONS = "affiliation.decisions.v1"


@pytest.fixture(scope="module")
def employer(running, people):
    return Employer(running, people)


@pytest.fixture(scope="module")
def hasty(postgres, people):
    """An employer of an installation where nothing waits for longer than two seconds."""
    world = World(postgres, {"rules.contract_grace_seconds": 2})
    try:
        world.start()
        instance = world.installation.start(name="hasty")
        yield Employer(world, people)
        instance.stop_cleanly()
    finally:
        report = world.end()
    assert not report, report


def send(employer, *events):
    """Sends and waits until all of it is decided, and readable."""
    employer.world.send(*events)
    employer.world.wait_drained("affiliation")
    employer.world.reader.read_to_end()


def told(employer, event, topic):
    """What was told of a request on a topic, in order."""
    employer.world.reader.read_to_end()
    return [m for m in employer.world.reader.find(siren=employer.siren,
                                                  request_id=event.data["request_id"])
            if m.topic == topic]


def types(messages):
    return [m.type for m in messages]


def tracking(employer, event):
    return [(m.data["status"], m.data["reasons"], m.data["version"])
            for m in employer.found("tracking.entry.v1", request_id=event.data["request_id"])]


def answer(employer, event, decision, reasons=None):
    return review_decided(employer.siren, event.data["request_id"], decision, reasons)


def doubtful(employer, **changes):
    """A request that is under review, and has been told so."""
    event = employer.request(**{**BACK_DATED, **changes})
    send(employer, event)
    assert types(told(employer, event, DECISIONS)) == ["affiliation.under-review.v1"]
    return event


def task_of(employer, event):
    return derived("task", "adviser.review-requested", employer.siren, event.data["request_id"], 0)


def test_under_review(employer):
    """Portal, tracking and advisers are told; what the request said stays sealed meanwhile."""
    event = doubtful(employer)
    (decision,) = told(employer, event, DECISIONS)
    assert decision.data["reasons"] == [RETROACTIVE]
    assert decision.data["sla"].get("met") is None
    assert tracking(employer, event) == [("under_review", [RETROACTIVE], 1)]
    (task,) = told(employer, event, TASKS)
    assert task.type == "adviser.review-requested.v1"
    assert (task.data["task_id"], task.data["reasons"], task.data["due_at"]) == (
        task_of(employer, event), [RETROACTIVE], decision.data["sla"]["due_at"])
    ((status, content, sealed, person),) = employer.world.query(
        "SELECT status, content, sealed, person FROM guichet.affiliation_request"
        " WHERE siren = %s AND request_id = %s", [employer.siren, event.data["request_id"]])
    assert (status, person) == ("under_review", f"request/{event.data['request_id']}")
    assert event.data["employee"]["family_name"] not in content and sealed
    assert not employer.found("roster.entry.v1",
                              insured_id=insured_id(employer.siren, event.data["request_id"]))


@pytest.mark.parametrize("decision, named, outcome, reasons", [
    ("accept", None, "accepted", None),
    ("reject", None, "rejected", [RETROACTIVE]),
    ("reject", ["REVIEW_IDENTITY", "INVALID_NIR"], "rejected", ["INVALID_NIR", "REVIEW_IDENTITY"]),
    ("return", ["MISSING_DOCUMENT"], "returned", ["MISSING_DOCUMENT"]),
    ("return", [], "returned", [RETROACTIVE]),
])
def test_the_first_answer_counts(employer, decision, named, outcome, reasons):
    """It ends the review and closes the task; another answer, or a cancellation, changes nothing."""
    event = doubtful(employer)
    first = answer(employer, event, decision, named)
    send(employer, first)
    send(employer, answer(employer, event, "reject"), first,
         cancellation_requested(employer.siren, event.data["request_id"],
                                "2026-11-02T13:00:00+01:00"))
    _, decided = told(employer, event, DECISIONS)
    assert decided.type == f"affiliation.{outcome}.v1"
    assert decided.headers["ce_causationid"] == first.id
    assert decided.data.get("reasons") == reasons
    if outcome == "accepted":
        assert decided.data["warnings"] == [RETROACTIVE]
        assert employer.found("roster.entry.v1", insured_id=decided.data["insured_id"])
        assert employer.found("insured.activation-email.v1",
                              insured_id=decided.data["insured_id"])
    assert tracking(employer, event) == [("under_review", [RETROACTIVE], 1),
                                         (outcome, reasons or [], 2)]
    opened, closed = told(employer, event, TASKS)
    assert closed.type == "adviser.task-closed.v1"
    assert (closed.data["task_id"], closed.data["outcome"]) == (opened.data["task_id"], outcome)
    assert employer.world.query(
        "SELECT content, sealed FROM guichet.affiliation_request"
        " WHERE siren = %s AND request_id = %s",
        [employer.siren, event.data["request_id"]]) == [(None, None)]


def test_an_identity_known_under_another_name(employer):
    """The NIR of an employee, and another family name: accepted by an agent, it is the same one."""
    person = employer.people.person()
    insured = employer.affiliate(person.employee())
    employer.publish(contract_upserted(health_contract(employer.siren, "OTHER", "K1")))
    event = employer.request(person.employee(family_name="Autrement"), contract_id="OTHER")
    send(employer, event)
    (doubt,) = told(employer, event, DECISIONS)
    assert (doubt.type, doubt.data["reasons"]) == ("affiliation.under-review.v1",
                                                   ["REVIEW_IDENTITY"])
    send(employer, answer(employer, event, "accept"))
    _, decided = told(employer, event, DECISIONS)
    assert (decided.data["insured_id"], decided.data["account"]) == (insured, "existing")
    # The accepted name is his from now on: in what refreshes the list, and for later requests.
    send(employer, affiliation_ended(employer.siren, insured, "OTHER", "2027-12-31"))
    entries = employer.found("roster.entry.v1", insured_id=insured, contract_id="OTHER")
    assert [m.data["family_name"] for m in entries] == ["Autrement"] * 2
    employer.publish(contract_upserted(health_contract(employer.siren, "THIRD", "K1")))
    again = employer.request(person.employee(family_name="Autrement"), contract_id="THIRD")
    send(employer, again)
    assert types(told(employer, again, DECISIONS)) == ["affiliation.accepted.v1"]


def test_by_phone(employer):
    """The same review, with no clock and no tracking."""
    event = doubtful(employer, channel="phone")
    (task,) = told(employer, event, TASKS)
    assert task.data.get("due_at") is None
    assert not tracking(employer, event)
    send(employer, answer(employer, event, "accept"))
    assert types(told(employer, event, DECISIONS))[1:] == ["affiliation.accepted.v1"]


def test_the_clock_runs_on(employer):
    """A review doesn't stop it: late alerts are told, and the answer is late."""
    event = doubtful(employer, submitted_at=LONG_AGO, effective_on="2025-05-01",
                     hired_on="2025-05-01")
    assert types(told(employer, event, "affiliation.sla.v1")) == LATE
    send(employer, answer(employer, event, "accept"))
    assert told(employer, event, DECISIONS)[1].data["sla"]["met"] is False
    assert types(told(employer, event, "affiliation.sla.v1")) == LATE
    assert employer.world.query(
        "SELECT count(*) FROM guichet.timer WHERE siren = %s AND subject = %s",
        [employer.siren, event.data["request_id"]]) == [(0,)]


def test_time_passes_under_review(postgres, people):
    """A day closes while the agent thinks: due again, later. The milestones of the new due instant
    are told as they pass, each once, and then the answer is late."""
    world = World(postgres, {"clock.simulate": "true", "clock.start": "2026-11-16T10:00:00+01:00",
                             "clock.rate": 5_000})
    try:
        world.start()
        world.installation.start("account", "affiliation", "reference", name="fast")
        employer = Employer(world, people)
        event = employer.request(submitted_at="2026-11-16T09:00:00+01:00", **BACK_DATED)
        world.send(event)
        world.reader.wait_for("affiliation.under-review.v1", siren=employer.siren)
        world.send(calendar_published("metropole", 1, closures=["2026-11-17"]))
        world.reader.wait_for("sla.escalated.v1", count=2, siren=employer.siren)
        moved, *alarms = told(employer, event, "affiliation.sla.v1")
        assert (moved.type, moved.data["due_at"]) == ("sla.rescheduled.v1", "2026-11-18T08:00:00Z")
        assert types(alarms) == LATE
        assert [m.data["reached_at"] for m in alarms] == [
            "2026-11-18T02:00:00Z", "2026-11-18T08:00:00Z", "2026-11-18T16:00:00Z",
            "2026-11-19T08:00:00Z"]
        send(employer, answer(employer, event, "accept"))
        assert told(employer, event, DECISIONS)[1].data["sla"]["met"] is False
        assert not world.reader.repeated_ids()
    finally:
        report = world.end()
    assert not report, report


def test_cancelled_under_review(employer):
    """The employer takes it back: the task is closed, an answer changes nothing."""
    event = doubtful(employer)
    send(employer, cancellation_requested(employer.siren, event.data["request_id"],
                                          "2026-11-02T13:00:00+01:00"))
    send(employer, answer(employer, event, "accept"))
    assert types(told(employer, event, DECISIONS))[1:] == ["affiliation.cancelled.v1"]
    assert [m.data.get("outcome") for m in told(employer, event, TASKS)] == [None, "cancelled"]


def test_accepted_when_a_rule_stands_against_it(employer):
    """Two requests for one employee under review: the first accepted makes the second one a
    repetition, whatever the agent answers."""
    person = employer.people.person()
    first = doubtful(employer, employee=person.employee())
    second = doubtful(employer, employee=person.employee())
    send(employer, answer(employer, first, "accept"), answer(employer, second, "accept"))
    assert types(told(employer, first, DECISIONS))[1:] == ["affiliation.accepted.v1"]
    (refusal,) = told(employer, second, DECISIONS)[1:]
    assert (refusal.type, refusal.data["reasons"]) == ("affiliation.rejected.v1",
                                                       ["ALREADY_AFFILIATED"])
    assert told(employer, second, TASKS)[1].data["outcome"] == "rejected"


def test_the_contract_ended_meanwhile(employer):
    """The revision that counts is the one known at the answer; it stands in the facts."""
    employer.publish(contract_upserted(health_contract(employer.siren, "ENDING", "K1")))
    event = doubtful(employer, contract_id="ENDING")
    employer.publish(contract_upserted({**health_contract(employer.siren, "ENDING", "K1"),
                                        "revision": 2, "ends_on": "2026-04-30"}))
    assert len(told(employer, event, DECISIONS)) == 1
    send(employer, answer(employer, event, "accept"))
    assert told(employer, event, DECISIONS)[1].data["reasons"] == ["CONTRACT_ENDED"]


def test_waiting_then_under_review(employer):
    """Its contract comes, then the doubts: each state is in the tracking."""
    event = employer.request(contract_id="COMES", **BACK_DATED)
    send(employer, event)
    employer.publish(contract_upserted(health_contract(employer.siren, "COMES", "K1")))
    employer.world.reader.wait_for("adviser.review-requested.v1", siren=employer.siren,
                                   request_id=event.data["request_id"])
    send(employer, answer(employer, event, "accept"))
    assert [status for status, _, _ in tracking(employer, event)] == [
        "waiting", "under_review", "accepted"]


@pytest.mark.parametrize("decision, outcome", [("accept", "accepted"), ("reject", "rejected")])
def test_answered_before_it_came(employer, decision, outcome):
    """Kept, and applied at once: no agent is asked what was answered."""
    event = employer.request(**BACK_DATED)
    send(employer, answer(employer, event, decision), answer(employer, event, "return"))
    assert not told(employer, event, DECISIONS)
    send(employer, event)
    assert types(told(employer, event, DECISIONS)) == [f"affiliation.{outcome}.v1"]
    assert not told(employer, event, TASKS)


def test_answered_while_it_waits_for_its_contract(employer):
    """Nobody has doubted it yet: the answer waits with it."""
    event = employer.request(contract_id="AT_LAST", **BACK_DATED)
    send(employer, event)
    send(employer, answer(employer, event, "reject"))
    assert not told(employer, event, DECISIONS)
    employer.publish(contract_upserted(health_contract(employer.siren, "AT_LAST", "K1")))
    decided = employer.decision(event)
    assert (decided.type, decided.data["reasons"]) == ("affiliation.rejected.v1", [RETROACTIVE])


def test_answered_and_not_doubtful(employer):
    """The answer has no effect, and nothing of it is left."""
    event = employer.request()
    send(employer, answer(employer, event, "reject"))
    send(employer, event)
    assert types(told(employer, event, DECISIONS)) == ["affiliation.accepted.v1"]
    assert employer.world.query("SELECT count(*) FROM guichet.early_event WHERE siren = %s",
                                [employer.siren]) == [(0,)]


def test_an_answer_to_nothing(hasty):
    """After the grace an alert."""
    hasty.world.send(review_decided(hasty.siren, "R-NEVER", "accept"))
    (alert,) = hasty.world.reader.wait_for("operator.alert.v1", siren=hasty.siren,
                                           subject_id="R-NEVER")
    assert alert.data["code"] == "SUBJECT_UNKNOWN"


@pytest.mark.parametrize("reason", ["INVALID_EMAIL", "TOO_LATE"])
def test_a_reason_that_is_none(employer, reason):
    """Reasons are words of the contract: others are malformed, and the review goes on."""
    event = doubtful(employer)
    (place,) = employer.world.send(answer(employer, event, "reject", [reason]))
    assert employer.world.reader.wait_for_dead_letter(place).headers["dlq_reason"] == "SCHEMA"
    send(employer, answer(employer, event, "accept"))
    assert len(told(employer, event, DECISIONS)) == 2


def test_a_resubmission(employer):
    """Sent back and asked again: its own clock, and each of the two in the tracking."""
    first = employer.request(employer.people.person().employee(email=None, address=None))
    send(employer, first)
    again = employer.request(root_request_id=first.data["request_id"],
                             first_submitted_at=first.data["submitted_at"],
                             submitted_at="2026-11-05T10:00:00+01:00")
    send(employer, again)
    (returned,), (accepted,) = told(employer, first, DECISIONS), told(employer, again, DECISIONS)
    assert (returned.type, returned.data["reasons"]) == ("affiliation.returned.v1",
                                                         ["MISSING_ADDRESS"])
    assert accepted.data["root_request_id"] == first.data["request_id"]
    assert accepted.data["sla"]["due_at"] == "2026-11-06T09:00:00Z"
    assert [tracking(employer, event)[0][0] for event in (first, again)] == ["returned", "accepted"]
    assert employer.world.query(
        "SELECT DISTINCT first_submitted_at = '2026-11-02T09:00:00Z' FROM"
        " guichet.affiliation_request WHERE siren = %s AND root_request_id = %s",
        [employer.siren, first.data["request_id"]]) == [(True,)]


def test_nothing_is_told_twice_and_all_is_decided_again(employer, hasty):
    """Over all of the above; the journal's facts give the same rules."""
    for world in (employer.world, hasty.world):
        world.reader.read_to_end()
        assert not world.reader.repeated_ids()
        assert ", different 0," in world.installation.succeed("recheck", "affiliation")
