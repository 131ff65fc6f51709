"""Calendars that change while requests are open, and facts that come at the same instant on two
workers (question 4)."""

from datetime import UTC, datetime

import pytest
from guichet_test.business import DAY, HOUR, PARIS, Calendar
from guichet_test.contracts import health_contract
from guichet_test.envelope import check_outputs
from guichet_test.events import affiliation, calendar_published, contract_upserted
from guichet_test.timeline import MOMENT, Timeline, check_alerts, instant_of, text_of


@pytest.fixture(scope="module")
def timeline(postgres):
    timeline = Timeline(datetime(2030, 1, 1, tzinfo=UTC), __name__, postgres)
    try:
        yield timeline.begin()
        check_outputs(timeline.reader.read_to_end())
        assert not timeline.reader.repeated_ids()
    finally:
        report = timeline.world.end()
    assert not report, report


class Calendars:
    """The revisions of the calendar that requests are judged by, one after the other."""

    def __init__(self, timeline):
        self.timeline = timeline
        self.revision = 0

    def publish(self, calendar):
        """Publishes a revision and has it stored; returns its number."""
        self.send(calendar)
        self.timeline.world.wait_drained("reference")
        return self.revision

    def send(self, calendar):
        self.revision += 1
        self.timeline.world.send(calendar_published(
            "metropole", self.revision, closures=days(calendar.closures),
            worked=days(calendar.worked)))

    def wait_known(self):
        """Waits until all that is open is judged by the latest revision."""
        self.timeline.reader.wait_until(
            lambda: self.timeline.world.query(
                "SELECT count(*) FROM guichet.affiliation_request WHERE status = 'waiting' AND "
                "calendar_revision <> %s AND due_at IS NOT NULL", [self.revision]) == [(0,)],
            "all that is open is judged by the new calendar")
        self.timeline.wait_quiet()


@pytest.fixture(scope="module")
def calendars(timeline):
    return Calendars(timeline)


@pytest.fixture
def instance(timeline):
    """All workers that have to do with it; what was opened is decided when the test is over."""
    instance = timeline.start("affiliation", "account", "reference")
    yield instance
    timeline.end_graces()
    instance.stop_cleanly()


def days(dates):
    return sorted(day.isoformat() for day in dates)


def rescheduled(timeline, *requests):
    """(previous due, due, revision) of each time that each request was moved."""
    moves = {(request.siren, request.request_id): [] for request in requests}
    for message in timeline.reader.find("sla.rescheduled.v1"):
        data = message.data
        moves.get((data["siren"], data["request_id"]), []).append(
            (instant_of(data["previous_due_at"]), instant_of(data["due_at"]),
             data["calendar_revision"]))
    return list(moves.values())



def test_a_closed_day_moves_what_is_open(timeline, calendars, instance):
    """One that is not at risk yet, one that was told to be, one that is decided: the first two
    move, what was told is not told again, the third stays."""
    monday = timeline.next_monday()
    before = Calendar()
    timeline.move_to(monday)
    early, decided = timeline.open(*[timeline.request(monday - HOUR) for _ in range(2)])
    at_risk = before.milestones(monday - HOUR)[0]
    timeline.pass_by(at_risk[2])
    timeline.wait_alerts(early, 1)
    decision = timeline.cancel(decided, at_risk[2])
    fresh = timeline.open_one(at_risk[2])
    after = Calendar(closures={monday.date() + DAY})
    revision = calendars.publish(after)
    for request in (early, fresh):
        timeline.reader.wait_for("sla.rescheduled.v1", **request.identity)
    moved = {request.request_id: after.milestones(request.submitted) for request in (early, fresh)}
    for count in (2, 3, 4):
        timeline.pass_by(moved[fresh.request_id][count - 1][2])
    timeline.wait_quiet()
    for request in (early, fresh):
        was, due = before.milestones(request.submitted)[1][2], moved[request.request_id][1][2]
        assert rescheduled(timeline, request) == [[(was, due, revision)]]
    assert timeline.alerts(early) == [at_risk, *moved[early.request_id][1:]]
    check_alerts(timeline, fresh, after)
    assert rescheduled(timeline, decided) == [[]]
    assert [m.id for m in timeline.decisions(decided)] == [decision.id]


def test_due_in_the_past_by_a_new_calendar(timeline, calendars, instance):
    """A holiday that turns out to be worked: the due instant lies hours ago, and what is past by
    the new calendar is told at once, after the move."""
    friday = datetime(2031, 5, 30, 15, tzinfo=PARIS)  # before Whit Monday
    calendars.publish(Calendar())
    timeline.move_to(friday)
    request = timeline.open_one(friday)
    timeline.move_to(friday + 3 * DAY + 2 * HOUR)
    worked = Calendar(worked={friday.date() + 3 * DAY})
    revision = calendars.publish(worked)
    timeline.wait_alerts(request, 2)
    assert rescheduled(timeline, request) == [[(friday + 4 * DAY, friday + 3 * DAY, revision)]]
    check_alerts(timeline, request, worked, count=2)
    told = [m.type for m in timeline.reader.find(**request.identity)
            if m.topic == "affiliation.sla.v1"]
    assert told == ["sla.rescheduled.v1", "sla.at-risk.v1", "sla.breached.v1"]


def test_a_calendar_that_goes_back(timeline, calendars, instance):
    """Closed, open again, closed again: each move is told, under an id of its own."""
    monday = timeline.next_monday()
    is_open, closed = Calendar(), Calendar(closures={monday.date() + DAY})
    calendars.publish(is_open)
    timeline.move_to(monday)
    request = timeline.open_one(monday)
    expected = []
    for before, after in ((is_open, closed), (closed, is_open)) * 2:
        revision = calendars.publish(after)
        expected.append((before.milestones(monday)[1][2], after.milestones(monday)[1][2],
                         revision))
        timeline.reader.wait_for("sla.rescheduled.v1", count=len(expected), **request.identity)
    assert rescheduled(timeline, request) == [expected]
    messages = timeline.reader.find("sla.rescheduled.v1", **request.identity)
    assert len({message.id for message in messages}) == len(expected)


def alter_requests(timeline, change):
    with timeline.world.postgres.connect(timeline.world.database) as connection:
        connection.execute(f"ALTER TABLE guichet.affiliation_request {change}")


def put_off(timeline):
    """What waits apart from the others to be judged by another calendar."""
    return timeline.world.query("SELECT siren, subject FROM guichet.timer WHERE worker = "
                                "'affiliation' AND kind = 'calendar' ORDER BY siren, subject")


def test_a_request_that_cannot_be_moved_holds_up_no_other(timeline, calendars, instance):
    """The database refuses what a calendar makes of one request, the first in line: all others are
    moved at once. It is tried again every hour, alone, until it goes through."""
    monday = timeline.next_monday()
    calendars.publish(Calendar())
    timeline.move_to(monday)
    requests = timeline.open(*[timeline.request(monday) for _ in range(12)])
    refused, *others = sorted(requests, key=lambda request: request.siren)
    alter_requests(timeline, f"ADD CONSTRAINT refused CHECK (request_id <> '{refused.request_id}'"
                   f" OR calendar_revision <= {calendars.revision}) NOT VALID")
    closed = Calendar(closures={monday.date() + DAY})
    revision = calendars.publish(closed)
    once = [(Calendar().milestones(monday)[1][2], closed.milestones(monday)[1][2], revision)]
    timeline.reader.wait_until(
        lambda: rescheduled(timeline, *others) == [once] * len(others), "the others are moved")
    alone = [(refused.siren, refused.request_id)]
    timeline.wait_quiet()
    assert rescheduled(timeline, refused) == [[]]
    assert put_off(timeline) == alone
    timeline.pass_by(timeline.now() + HOUR)  # also the second look at what is open
    timeline.wait_quiet()
    assert put_off(timeline) == alone
    alter_requests(timeline, "DROP CONSTRAINT refused")
    timeline.pass_by(timeline.now() + HOUR)
    timeline.reader.wait_for("sla.rescheduled.v1", **refused.identity)
    timeline.wait_quiet()
    assert rescheduled(timeline, *requests) == [once] * len(requests)
    assert put_off(timeline) == []


def test_requests_and_a_calendar_at_the_same_instant(timeline, calendars, instance):
    """Requests stream in while a calendar is published: in the end all are judged by it, whoever
    came first, and each is moved once at most."""
    monday = timeline.next_monday()
    calendars.publish(Calendar())
    timeline.move_to(monday)
    requests = [timeline.request(monday) for _ in range(400)]
    closed = Calendar(closures={monday.date() + DAY})
    timeline.world.send(*[request.event for request in requests[:200]])
    calendars.send(closed)
    timeline.world.send(*[request.event for request in requests[200:]])
    timeline.world.wait_drained("affiliation", "reference")
    timeline.move_to(timeline.now() + 2 * HOUR)  # a second look follows the first
    calendars.wait_known()
    was, due = Calendar().milestones(monday)[1][2], closed.milestones(monday)[1][2]
    once = [(was, due, calendars.revision)]
    assert all(moves in ([], once) for moves in rescheduled(timeline, *requests))
    dues = timeline.world.query("SELECT DISTINCT due_at FROM guichet.affiliation_request "
                                "WHERE status = 'waiting'")
    assert dues == [(due,)]


@pytest.mark.parametrize("point", [
    pytest.param("before_database_commit", marks=pytest.mark.long), "after_database_commit",
    pytest.param("before_kafka_commit", marks=pytest.mark.long)])
def test_killed_while_a_calendar_is_worked_off(timeline, calendars, point):
    """More open requests than a tick fires, many of them of one employer: killed in the middle,
    each is moved once."""
    monday = timeline.next_monday()
    timeline.move_to(monday)
    large = timeline.people.siren()
    requests = [timeline.request(monday, siren=large if n % 2 else None) for n in range(700)]
    first = timeline.start("affiliation", "reference")
    calendars.publish(Calendar())
    timeline.world.send(*[request.event for request in requests])
    timeline.world.wait_drained("affiliation")
    calendars.wait_known()
    first.stop_cleanly()
    closed = Calendar(closures={monday.date() + DAY})
    reference = timeline.start("reference", name="reference")
    revision = calendars.publish(closed)
    reference.stop_cleanly()
    # The second look, for requests of that very moment, is not to cover for the first.
    timeline.world.query("DELETE FROM guichet.timer WHERE kind = 'calendar_again' RETURNING 1")
    timeline.start("affiliation", crash=f"{point}:2").wait_for_crash()
    last = timeline.start("affiliation")
    calendars.wait_known()
    was, due = Calendar().milestones(monday)[1][2], closed.milestones(monday)[1][2]
    assert rescheduled(timeline, *requests) == [[(was, due, revision)]] * len(requests)
    timeline.end_graces()
    last.stop_cleanly()


def test_a_contract_and_the_first_request_at_the_same_instant(timeline, instance):
    """Fifty employers nobody knows: the contract goes to one worker, the request to another. Each
    request is accepted, once; it may have waited."""
    now = timeline.now()
    people = timeline.people
    sirens = [people.siren() for _ in range(50)]
    events = []
    for siren in sirens:
        events += [contract_upserted(health_contract(siren, f"K-{siren}")),
                   affiliation(siren, f"K-{siren}", "R-1", people.person().employee(),
                               submitted_at=text_of(now - MOMENT),
                               effective_on=now.date().isoformat())]
    timeline.world.send(*events)
    timeline.world.wait_drained("account", "affiliation")
    timeline.reader.wait_for("affiliation.accepted.v1", count=len(sirens), request_id="R-1")
    timeline.wait_quiet()
    ways = ([("accepted", 1)], [("waiting", 1), ("accepted", 2)])
    for siren in sirens:
        found = timeline.reader.find(siren=siren)
        tracked = [(m.data["status"], m.data["version"]) for m in found
                   if m.type == "tracking.entry.v1"]
        assert tracked in ways, siren
        types = sorted(m.type for m in found if m.type != "tracking.entry.v1")
        assert types == ["affiliation.accepted.v1", "insured.activation-email.v1",
                         "roster.entry.v1"]
