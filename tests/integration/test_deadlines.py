"""Deadlines that pass or move: an activation link that is not used, in an installation where a day
takes nine seconds, and a calendar that changes while requests are open (questions 3 and 4)."""

from datetime import datetime, timedelta, timezone

import pytest
from guichet_test.contracts import health_contract
from guichet_test.employer import Employer
from guichet_test.events import (account_activated, calendar_published, contract_upserted,
                                 mail_bounced)
from guichet_test.identities import notification_id
from guichet_test.crash_points import CRASH_POINTS_OF_A_WORKER
from guichet_test.waiting import wait_until
from guichet_test.world import World

RATE = 10_000
START = "2026-11-19T10:00:00+01:00"  # a Thursday
SIMULATED = {"clock.simulate": "true", "clock.start": START, "clock.rate": RATE,
             "rules.activation_link_days": 1}


@pytest.fixture
def fast(postgres, people):
    """An employer of an installation whose clock starts now, on that Thursday."""
    world = World(postgres, SIMULATED)
    try:
        world.start()
        world.instance = world.installation.start(name="fast")
        yield Employer(world, people)
        world.instance.stop_cleanly()
    finally:
        report = world.end()
    assert not report, report


def instant(text):
    return datetime.fromisoformat(text)


def test_a_link_that_is_not_used(fast):
    """A letter when it expires, and only to whoever has done nothing: who activated the account, or
    got a letter already, gets none."""
    idle, active, bounced = (fast.affiliate() for _ in range(3))
    fast.world.send(account_activated(fast.siren, active, START),
                    mail_bounced(fast.siren, notification_id("insured.activation-email", fast.siren,
                                                             bounced), START))
    homeless = fast.affiliate(fast.people.person().employee(address=None))
    (letter,) = fast.world.reader.wait_for("insured.account-letter.v1", insured_id=idle)
    (email,) = fast.found("insured.activation-email.v1", insured_id=idle)
    assert letter.data["cause"] == "link_expired"
    assert instant(letter.headers["ce_time"]) > instant(email.data["expires_at"])
    assert letter.headers["ce_correlationid"] == email.headers["ce_correlationid"]
    fast.world.reader.wait_for("operator.alert.v1", subject_id=homeless, code="ADDRESS_MISSING")
    wait_until(lambda: fast.world.query("SELECT count(*) FROM guichet.timer") == [(0,)], 60,
               "no deadline is left")
    letters = fast.found("insured.account-letter.v1")
    assert sorted((m.data["insured_id"], m.data["cause"]) for m in letters) == sorted(
        [(idle, "link_expired"), (bounced, "bounced")])
    assert not fast.world.reader.repeated_ids()


def test_a_new_calendar_moves_open_requests(running, people):
    """Told with the old and the new instant; what was told stays told, and what is decided stays
    as it is."""
    employer = Employer(running, people)
    running.wait_drained("reference")
    today = datetime.now(timezone.utc)
    closed = [(today + timedelta(days=day)).date().isoformat() for day in range(-1, 12)]
    fresh = employer.request(contract_id="NEVER", submitted_at=today.isoformat(timespec="seconds"))
    stale = employer.request(contract_id="NEVER", submitted_at="2026-01-05T10:00:00+01:00")
    paper = employer.request(contract_id="NEVER", channel="paper_bia")
    decided = employer.ask(submitted_at=today.isoformat(timespec="seconds"))
    running.send(fresh, stale, paper)
    running.wait_drained("affiliation")
    running.send(calendar_published("metropole", 1, closures=["2026-01-06", *closed]))
    (moved,) = running.reader.wait_for("sla.rescheduled.v1",
                                       request_id=fresh.data["request_id"])
    (entry,) = employer.found("tracking.entry.v1", request_id=fresh.data["request_id"])
    assert moved.data["previous_due_at"] == entry.data["due_at"]
    assert instant(moved.data["due_at"]) > instant(moved.data["previous_due_at"])
    assert moved.data["calendar_revision"] == 1
    (moved,) = running.reader.wait_for("sla.rescheduled.v1",
                                       request_id=stale.data["request_id"])
    assert (moved.data["previous_due_at"], moved.data["due_at"]) == (
        "2026-01-06T09:00:00Z", "2026-01-07T09:00:00Z")
    running.send(calendar_published("metropole", 2))
    running.reader.wait_for("sla.rescheduled.v1", count=4, siren=employer.siren)
    wait_until(lambda: running.query("SELECT DISTINCT calendar_revision FROM"
                                     " guichet.affiliation_request WHERE status = 'waiting'"
                                     " AND calendar_id IS NOT NULL") == [(2,)], 60,
               "all that is open is judged by the new calendar")
    assert [m.data["previous_due_at"] for m in employer.found("sla.rescheduled.v1")
            if m.data["request_id"] == stale.data["request_id"]] == [
                "2026-01-06T09:00:00Z", "2026-01-07T09:00:00Z"]
    assert len(employer.found("sla.breached.v1", request_id=stale.data["request_id"])) == 1
    assert not employer.found("sla.rescheduled.v1", request_id=decided.data["request_id"])
    assert not employer.found("sla.rescheduled.v1", request_id=paper.data["request_id"])
    assert not running.reader.repeated_ids()


@pytest.fixture(scope="module")
def workers_apart(postgres):
    """A world in which account runs, and affiliation when a test wants it."""
    world = World(postgres)
    try:
        world.start()
        account = world.installation.start("account", name="account")
        yield world
        account.stop_cleanly()
    finally:
        report = world.end()
    assert not report, report


def affiliation_worker(world, **options):
    """As a static member, which may return at once."""
    return world.installation.start("affiliation", settings={"guichet.instance": "one"}, **options)


@pytest.mark.parametrize("point", CRASH_POINTS_OF_A_WORKER)
def test_killed_while_what_waited_is_decided(workers_apart, people, point):
    """The batch that a contract wakes up is killed at each of its steps: every request that waited
    is decided once all the same, each of its alerts told once."""
    world = workers_apart
    employer = Employer(world, people)
    events = [employer.request(contract_id="WANTED", submitted_at="2026-01-05T10:00:00+01:00")
              for _ in range(20)]
    worker = affiliation_worker(world, name=f"before {point}")
    world.send(*events)
    world.reader.wait_for("tracking.entry.v1", count=len(events), siren=employer.siren)
    worker.stop_cleanly()
    employer.publish(contract_upserted(health_contract(employer.siren, "WANTED", "K1")))
    affiliation_worker(world, name=f"killed {point}", crash=f"{point}:1").wait_for_crash()
    worker = affiliation_worker(world, name=f"after {point}")
    world.reader.wait_for("affiliation.accepted.v1", count=len(events), siren=employer.siren)
    world.wait_drained("affiliation")
    worker.stop_cleanly()
    for kind, count in (("affiliation.accepted.v1", 1), ("tracking.entry.v1", 2),
                        ("roster.entry.v1", 1), ("insured.activation-email.v1", 1),
                        ("sla.at-risk.v1", 1), ("sla.escalated.v1", 2)):
        assert len(employer.found(kind)) == count * len(events), kind
    assert not world.reader.repeated_ids()
