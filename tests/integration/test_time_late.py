"""Requests and ticks that come when all is over: what is past is told at once, each once and in
order, and then the request is decided (question 4)."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from guichet_test.business import Calendar, paris
from guichet_test.contracts import health_contract
from guichet_test.envelope import check_outputs
from guichet_test.events import contract_upserted
from guichet_test.project import ROOT
from guichet_test.timeline import Timeline, check_alerts, instant_of

# Behind all the instants below, so that one clock does for all.
AFTERWARDS = datetime(2060, 1, 1, tzinfo=UTC)

# submitted, due: on the wall clock of Paris.
METROPOLE = [
    ("2008-04-30 17:00", "2008-05-02 17:00"),  # 1 May and Ascension on one day
    ("2024-05-07 15:00", "2024-05-10 15:00"),
    ("2026-03-27 16:00", "2026-03-30 16:00"),
    ("2026-05-22 15:00", "2026-05-26 15:00"),
    ("2026-07-11 12:00", "2026-07-14 00:00"),
    ("2026-07-13 09:00", "2026-07-15 09:00"),
    ("2026-10-23 16:00", "2026-10-26 16:00"),
    ("2026-11-10 22:45", "2026-11-12 22:45"),
    ("2026-11-14 09:15", "2026-11-17 00:00"),
    ("2026-11-20 17:20", "2026-11-23 17:20"),
    ("2026-11-23 04:00", "2026-11-24 04:00"),
    ("2026-12-31 23:59:59", "2027-01-04 23:59:59"),
    ("2026-04-02 14:00", "2026-04-03 14:00"),
]
ALSACE_MOSELLE = [
    ("2026-04-02 14:00", "2026-04-07 14:00"),  # Good Friday to Easter Monday
    ("2025-12-24 11:00", "2025-12-29 11:00"),  # 25 and 26 December are Thursday and Friday
    ("2026-12-24 11:00", "2026-12-28 11:00"),  # 26 December is a Saturday
    ("2026-11-20 17:20", "2026-11-23 17:20"),
]


@pytest.fixture(scope="module")
def timeline(postgres):
    timeline = Timeline(AFTERWARDS, __name__, postgres)
    try:
        yield timeline.begin()
    finally:
        report = timeline.world.end()
    assert not report, report


@pytest.fixture
def official_examples():
    folder = Path(os.environ.get("GUICHET_SHARED_DATA", ROOT.parent / "shared" / "data"))
    path = folder / "sla-examples.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return json.loads(path.read_text())


def consume_late(timeline, base, requests, zone="UTC"):
    """Has one instance, whose machine is in that zone, consume requests under a calendar; each
    brings all four alerts."""
    instance = timeline.start("affiliation", environment={"TZ": zone}, **{"sla.calendar": base})
    timeline.open(*requests)
    timeline.wait_quiet()
    for request in requests:
        check_alerts(timeline, request, Calendar(base))
    instance.stop_cleanly()


@pytest.mark.parametrize("base, rows, zone", [
    ("metropole", METROPOLE, "America/St_Johns"),
    ("alsace-moselle", ALSACE_MOSELLE, "Pacific/Apia")], ids=["metropole", "alsace-moselle"])
def test_consumed_when_all_milestones_are_past(timeline, base, rows, zone):
    """All four are told, in order, and then the request waits like any other; where the machine
    thinks it is makes no difference."""
    for submitted, due in rows:
        assert Calendar(base).milestones(paris(submitted))[1][2] == paris(due), submitted
    requests = [timeline.request(paris(submitted)) for submitted, _ in rows]
    consume_late(timeline, base, requests, zone)


def test_the_official_examples(timeline, official_examples):
    """Both classes of each example: due, and at risk of the single ones."""
    for base in {example["zone"] for example in official_examples}:
        expected = []
        for example in (row for row in official_examples if row["zone"] == base):
            for channel, key in (("online_single", "due24"), ("online_bulk", "due48")):
                request = timeline.request(instant_of(example["received"]), channel=channel)
                expected.append((request, example, instant_of(example[key])))
        consume_late(timeline, base, [request for request, _, _ in expected])
        for request, example, due in expected:
            at_risk, breached, *_ = timeline.alerts(request)
            assert breached[2] == due, example
            if request.channel == "online_single":
                assert at_risk[2] == instant_of(example["at_risk_18h"]), example


def test_a_decision_and_milestones_in_one_batch(timeline):
    """Submitted Thursday at ten, read on Monday at eight with its contract known: three milestones
    are past and told, then the decision, which is late. The fourth never comes."""
    monday = paris("2061-11-21 08:00")
    thursday = paris("2061-11-17 10:00")
    siren = timeline.people.siren()
    timeline.move_to(monday)
    timeline.world.send(contract_upserted(health_contract(siren, "K")))
    account = timeline.start("account", name="account")
    timeline.world.wait_drained("account")
    account.stop_cleanly()
    request = timeline.request(thursday, siren=siren, contract_id="K")
    timeline.world.send(request.event)
    instance = timeline.start("affiliation")
    (decision,) = timeline.reader.wait_for("affiliation.accepted.v1", **request.identity)
    assert decision.data["sla"]["met"] is False
    assert decision.data["sla"]["business_seconds"] == seconds_used(thursday, decision)
    timeline.move_to(monday + timedelta(days=7))
    timeline.wait_quiet()
    check_alerts(timeline, request, count=3)
    assert [message.id for message in timeline.decisions(request)] == [decision.id]
    instance.stop_cleanly()


def seconds_used(submitted, decision):
    told = instant_of(decision.data["decided_at"])
    return Calendar().elapsed(submitted, told) // timedelta(seconds=1)


def test_one_tick_brings_milestones_and_the_decision(timeline):
    """Its contract becomes known while nobody looks: the tick that raises what passed meanwhile
    also decides, once, and in that order."""
    submitted = paris("2062-03-06 10:00")
    timeline.move_to(submitted)
    siren = timeline.people.siren()
    first = timeline.start("affiliation")
    request = timeline.open_one(submitted, siren=siren, contract_id="K")
    first.stop_cleanly()
    timeline.pass_by(Calendar().milestones(submitted)[1][2])
    timeline.world.send(contract_upserted(health_contract(siren, "K")))
    account = timeline.start("account", name="account")
    timeline.world.wait_drained("account")
    account.stop_cleanly()
    second = timeline.start("affiliation")
    (decision,) = timeline.reader.wait_for("affiliation.accepted.v1", **request.identity)
    timeline.wait_quiet()
    check_alerts(timeline, request, count=2)
    assert decision.data["sla"]["met"] is False
    tracked = timeline.reader.find("tracking.entry.v1", **request.identity)
    assert [(entry.data["status"], entry.data["version"]) for entry in tracked] == [
        ("waiting", 1), ("accepted", 2)]
    second.stop_cleanly()


def test_down_from_friday_to_tuesday(timeline):
    """Stopped on Friday evening, started on Tuesday morning with the clock there: what passed over
    the weekend is told once, nothing before it is told again."""
    friday = paris("2063-01-19 09:00")
    milestones = Calendar().milestones(friday)
    timeline.move_to(friday)
    first = timeline.start("affiliation")
    request = timeline.open_one(friday)
    first.stop_cleanly()
    timeline.ask_start(paris("2063-01-23 08:00"))
    second = timeline.start("affiliation")
    assert timeline.wait_alerts(request, 3) == milestones[:3]
    timeline.pass_by(milestones[3][2])
    timeline.wait_alerts(request, 4)
    timeline.wait_quiet()
    check_alerts(timeline, request)
    second.stop_cleanly()


def test_restarted_between_milestones(timeline):
    """A restart after each alert: the next one comes, the last one does not come again."""
    submitted = paris("2064-02-05 11:00")
    milestones = Calendar().milestones(submitted)
    timeline.move_to(submitted)
    instance = timeline.start("affiliation")
    request = timeline.open_one(submitted)
    for count, (_, _, instant) in enumerate(milestones, 1):
        instance.stop_cleanly()
        timeline.pass_by(instant)
        instance = timeline.start("affiliation")
        assert timeline.wait_alerts(request, count) == milestones[:count]
    timeline.wait_quiet()
    check_alerts(timeline, request)
    instance.stop_cleanly()


def test_every_alert_keeps_its_contract(timeline):
    """Headers, keys and schemas of all that this module saw, and no id twice."""
    messages = timeline.reader.read_to_end()
    check_outputs(messages)
    assert not timeline.reader.repeated_ids()
