"""Deadlines under kills, rebalances and ticks of all sorts: a read_committed reader sees each alert
once, in order, and what it is decided by does not depend on who looked when (question 4)."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from guichet_test.business import Calendar
from guichet_test.contracts import health_contract
from guichet_test.crash_points import CRASH_POINTS_OF_A_WORKER
from guichet_test.envelope import check_outputs
from guichet_test.events import contract_upserted
from guichet_test.members import wait_for_members
from guichet_test.timeline import SLA_TYPES, Timeline, check_alerts
from guichet_test.waiting import wait_until

TAKEOVER_SECONDS = 90
BLOCKED_SQL = ("SELECT count(*) FROM pg_stat_activity "
               "WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.fixture(scope="module")
def timeline(postgres):
    timeline = Timeline(datetime(2030, 1, 1, tzinfo=UTC), __name__, postgres)
    try:
        yield timeline.begin()
        check_outputs(timeline.reader.read_to_end())
    finally:
        report = timeline.world.end()
    assert not report, report


class Job:
    """Requests of several employers that all become due in the same week, and were opened by an
    instance that has ended. Half of the employers' contracts may come later."""

    def __init__(self, timeline, employers=8, each=4):
        self.timeline = timeline
        self.submitted = timeline.next_monday()
        self.milestones = Calendar().milestones(self.submitted)
        timeline.move_to(self.submitted)
        self.sirens = [timeline.people.siren() for _ in range(employers)]
        self.late_sirens = set()
        self.reached = 0
        self.requests = [timeline.request(self.submitted, siren=siren, contract_id=f"K-{siren}")
                         for siren in self.sirens for _ in range(each)]
        instance = timeline.start("affiliation")
        timeline.open(*self.requests)
        instance.stop_cleanly()

    def start(self, name="one", crash=None, **settings):
        return self.timeline.start("affiliation", name=name, crash=crash, **settings)

    def reach(self, count):
        """Moves the clock past the first `count` milestones, unless it is there already."""
        if count > self.reached:
            self.timeline.pass_by(self.milestones[count - 1][2])
            self.reached = count

    def publish_contracts(self):
        """Makes the contracts of half of the employers known."""
        self.late_sirens = set(self.sirens[::2])
        self.timeline.world.send(*[contract_upserted(health_contract(siren, f"K-{siren}"))
                                   for siren in sorted(self.late_sirens)])
        account = self.timeline.start("account", name="account")
        self.timeline.world.wait_drained("account")
        account.stop_cleanly()

    def check(self, decided_after=4):
        """All requests have raised the milestones reached, or those before their decision."""
        self.timeline.wait_quiet(seconds=TAKEOVER_SECONDS)
        for request in self.requests:
            is_decided = request.siren in self.late_sirens
            count = min(self.reached, decided_after) if is_decided else self.reached
            check_alerts(self.timeline, request, count=count)
        repeated = self.timeline.reader.repeated_ids()
        assert not repeated, repeated

    def finish(self, *instances, decided_after=4):
        """The last milestone, then the end of the grace and of the links: each request is decided
        once, each link that nobody used is followed by one letter."""
        self.check(decided_after)
        self.reach(4)
        self.check(decided_after)
        self.timeline.end_graces()
        self.check(decided_after)
        found = {request.request_id: [m.type for m in self.timeline.decisions(request)]
                 for request in self.requests}
        assert found == {
            request.request_id: ["affiliation.accepted.v1" if request.siren in self.late_sirens
                                 else "affiliation.rejected.v1"] for request in self.requests}
        accepted = sum(request.siren in self.late_sirens for request in self.requests)
        letters = Counter(message.data["cause"] for siren in self.sirens for message
                          in self.timeline.reader.find("insured.account-letter.v1", siren=siren))
        assert letters == ({"link_expired": accepted} if accepted else {})
        for instance in instances:
            instance.stop_cleanly()


@pytest.mark.parametrize("point", CRASH_POINTS_OF_A_WORKER)
def test_killed_while_deadlines_fire(timeline, point):
    """Killed in the batch that tells two milestones of all, and again in the one that tells the
    third of all and decides half of them."""
    job = Job(timeline)
    job.reach(2)
    job.start(crash=f"{point}:1").wait_for_crash()
    job.publish_contracts()
    job.reach(3)
    job.start(crash=f"{point}:1").wait_for_crash()
    job.finish(job.start(), decided_after=3)


@pytest.mark.parametrize("point", [
    pytest.param("before_database_commit", marks=pytest.mark.long), "before_kafka_commit"])
def test_another_instance_fires_what_is_left(timeline, point):
    """One of two is killed while it fires: the other has its ticks, and tells the rest once."""
    job = Job(timeline, employers=16, each=2)
    lost, kept = job.start("one", crash=f"{point}:1"), job.start("two")
    wait_for_members(timeline.world, 2)
    job.reach(2)
    lost.wait_for_crash()
    job.check()
    job.finish(kept)


def test_frozen_between_the_tick_and_the_firing(timeline):
    """Frozen at the employers' locks, with its tick consumed and nothing decided, until another has
    its partitions and has fired; thawed, it has nothing to say any more."""
    job = Job(timeline)
    frozen = job.start("one")
    wait_for_members(timeline.world, 1)
    with timeline.world.postgres.connect(timeline.world.database) as holder:
        holder.autocommit = False
        holder.execute("SELECT siren FROM guichet.employer ORDER BY siren FOR UPDATE")
        job.reach(2)
        wait_until(lambda: timeline.world.query(BLOCKED_SQL) > [(0,)], 60, "it waits for a lock")
        frozen.freeze()
        other = job.start("two")
        holder.rollback()
    job.check()
    frozen.thaw()
    job.finish(other)
    frozen.end()


def test_instances_come_and_go_while_deadlines_fire(timeline):
    """At each milestone another instance joins, and leaves when it was told: ticks are written by
    one and consumed by the other, or twice."""
    job = Job(timeline)
    steady = job.start("one")
    wait_for_members(timeline.world, 1)
    for count in (1, 2, 3, 4):
        guest = timeline.start("affiliation", name=f"guest-{count}", **{"guichet.instance": ""})
        job.reach(count)
        job.check()
        guest.stop_cleanly()
    job.finish(steady)


def test_ticks_do_not_pile_up_behind_a_backlog(timeline):
    """Deadlines are due and hundreds of records lie before their ticks: each partition of the clock
    has one tick under way, however often it is looked up meanwhile."""
    job = Job(timeline)
    job.reach(1)
    backlog = [timeline.request(job.milestones[0][2]) for _ in range(500)]
    timeline.world.send(*[request.event for request in backlog])
    before = timeline.ticks_written()
    instance = job.start(**{"batch.max_records": 5})
    job.check()
    assert timeline.ticks_written() - before <= 3 * timeline.world.partitions
    told = {message.data["request_id"] for message in timeline.reader.find(*SLA_TYPES)}
    assert told.isdisjoint(request.request_id for request in backlog)
    instance.stop_cleanly()
    job.finish(job.start())


def test_ticks_again_and_of_any_time(timeline):
    """A tick repeated by hand, one of long ago, one of 2099, one of lanes that are not there: none
    raises anything, and none keeps what is due later from being raised."""
    job = Job(timeline, employers=4, each=1)
    instance = job.start()
    for count in (1, 2, 3, 4):
        job.reach(count)
        job.check()
        timeline.repeat_ticks(3)
        for instant in ("2000-01-01T00:00:00Z", "2099-12-31T23:59:59.999Z"):
            timeline.forge_ticks(instant)
        timeline.forge_ticks("2000-01-01T00:00:00Z", lane=5039)
        job.check()
    job.finish(instance)
