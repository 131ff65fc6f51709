"""The milestones of the one-business-day clock (question 4), at every edge of the calendar: the
instants against a calculation of its own, each alert once and in order."""

from datetime import UTC, datetime

import pytest
from guichet_test.business import DAY, HOUR, PARIS, Calendar, paris
from guichet_test.envelope import check_outputs
from guichet_test.timeline import MOMENT, Timeline, check_alerts
from guichet_test.waiting import wait_until

YEAR_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)

# name, submitted, due: on the wall clock of Paris. Each lies a year or more behind the one before,
# so that time only goes on.
EDGES = [
    ("Friday evening: Monday evening", "2022-01-21 18:30", "2022-01-24 18:30"),
    ("Saturday: the end of Monday", "2023-01-14 09:15", "2023-01-17 00:00"),
    ("two holidays running, 8 May and Ascension", "2024-05-07 15:00", "2024-05-10 15:00"),
    ("the eve of a holiday", "2025-11-10 22:45", "2025-11-12 22:45"),
    ("due at 24:00 of the day before a holiday", "2026-07-11 12:00", "2026-07-14 00:00"),
    ("midnight sharp", "2027-11-22 00:00", "2027-11-23 00:00"),
    ("a leap day is a business day", "2028-02-28 10:00", "2028-02-29 10:00"),
    ("the last second of the year", "2028-12-29 23:59:59", "2029-01-02 23:59:59"),
    ("the clock change of spring", "2030-03-29 16:00", "2030-04-01 16:00"),
    ("the clock change of autumn", "2031-10-24 16:00", "2031-10-27 16:00"),
]
BULK_EDGES = [
    ("a bulk file of Friday: Tuesday", "2033-01-21 17:20", "2033-01-25 17:20"),
    ("a bulk file over Easter", "2034-04-07 08:00", "2034-04-12 08:00"),
]


def names(rows):
    return [row[0] for row in rows]


@pytest.fixture(scope="module")
def timeline(postgres):
    timeline = Timeline(YEAR_BEFORE, __name__, postgres)
    try:
        yield timeline.begin()
    finally:
        report = timeline.world.end()
    assert not report, report


@pytest.fixture(scope="module")
def metropole(timeline):
    instance = timeline.start("affiliation")
    yield timeline
    instance.stop_cleanly()


def watch(timeline, submitted, due, channel="online_single"):
    """Sends a request when it is submitted and follows it from milestone to milestone: each alert
    comes once its instant is past, and the one after it does not come with it."""
    milestones = Calendar().milestones(paris(submitted), channel)
    assert milestones[1][2] == paris(due)
    timeline.move_to(paris(submitted))
    request = timeline.open_one(paris(submitted), channel=channel)
    assert timeline.alerts(request) == []
    for count, (_, _, instant) in enumerate(milestones, 1):
        timeline.pass_by(instant)
        assert timeline.wait_alerts(request, count) == milestones[:count]
    check_alerts(timeline, request)
    return request


@pytest.mark.parametrize("name, submitted, due", EDGES, ids=names(EDGES))
def test_a_request_left_open(metropole, name, submitted, due):
    """At risk, breached and escalated twice, each as its time comes."""
    watch(metropole, submitted, due)


@pytest.mark.parametrize("name, submitted, due", BULK_EDGES, ids=names(BULK_EDGES))
def test_a_bulk_request_left_open(metropole, name, submitted, due):
    """Two business days instead of one."""
    watch(metropole, submitted, due, "online_bulk")


def test_paper_has_no_clock(metropole):
    """An offline request beside an online one: only the latter is told of."""
    submitted = datetime(2035, 3, 1, 10, tzinfo=PARIS)
    metropole.move_to(submitted)
    paper = metropole.request(submitted, channel="paper_bia")
    online = metropole.request(submitted, siren=paper.siren)
    metropole.world.send(paper.event)
    metropole.open(online)
    metropole.pass_by(Calendar().milestones(submitted)[3][2])
    metropole.wait_alerts(online, 4)
    metropole.wait_quiet()
    check_alerts(metropole, online)
    assert metropole.reader.find(**paper.identity) == []


def test_a_weekend_passes_in_seconds(metropole):
    """A day a second: nothing is moved, the clock goes from Friday evening to Wednesday. One tick
    for each deadline or two, not one a second."""
    submitted = datetime(2036, 1, 18, 18, 30, tzinfo=PARIS)
    metropole.move_to(submitted)
    metropole.wait_quiet()
    request = metropole.open_one(submitted)
    before = metropole.ticks_written()
    metropole.go_on(rate=86_400)
    try:
        metropole.wait_alerts(request, 4)
    finally:
        metropole.go_on()
    check_alerts(metropole, request)
    metropole.wait_quiet()
    assert metropole.ticks_written() - before <= 8


def test_decided_just_before_it_is_due(metropole):
    """Nothing is raised any more once it is decided, and what was raised stays as it was told."""
    submitted = datetime(2037, 3, 2, 10, tzinfo=PARIS)
    (at_risk, breached, _, last) = Calendar().milestones(submitted)
    metropole.move_to(submitted)
    request = metropole.open_one(submitted)
    metropole.pass_by(at_risk[2])
    assert metropole.wait_alerts(request, 1) == [at_risk]
    metropole.move_to(breached[2] - MOMENT)
    decision = metropole.cancel(request, breached[2] - HOUR)
    assert decision.data["sla"]["met"] is True
    assert 86_000 < decision.data["sla"]["business_seconds"] <= 86_400
    metropole.pass_by(last[2])
    metropole.wait_quiet()
    assert metropole.alerts(request) == [at_risk]


def test_nothing_due_costs_no_tick(metropole):
    """A month passes in seconds while nothing waits: nobody writes a tick."""
    metropole.end_graces()
    before, began = metropole.ticks_written(), metropole.now()
    metropole.go_on(rate=1_000_000)
    try:
        wait_until(lambda: metropole.now() > began + 30 * DAY, 60, "a month passes")
    finally:
        metropole.go_on()
    request = metropole.open_one(metropole.now())  # the worker was there all along
    assert metropole.ticks_written() == before
    metropole.cancel(request, metropole.now())


def test_every_alert_keeps_its_contract(metropole):
    """Headers, keys and schemas of all that this module saw, and no id twice."""
    messages = metropole.reader.read_to_end()
    check_outputs(messages)
    assert not metropole.reader.repeated_ids()
