"""Kills at every step, at random, and of the servers: whatever happens, a read_committed reader
sees every decision once, and the database holds what the input calls for.

What must come out is worked out from the events that were sent (guichet_test.oracle), never from
what the program has stored.
"""

import random

import pytest
from guichet_test.contracts import health_contract
from guichet_test.events import addition, beneficiary, contract_upserted, registration
from guichet_test.identities import insured_id
from guichet_test.members import wait_for_members
from guichet_test.people import Population
from guichet_test.crash_points import CRASH_POINTS_OF_A_WORKER
from guichet_test.program import CRASH_POINTS
from guichet_test.stored import check_rows
from guichet_test.verdict import check_outputs
from guichet_test.waiting import pause, wait_until
from guichet_test.workload import Workload
from guichet_test.world import World

BATCH = 20
# Small batches that wait until they are full: a few hundred requests pass every point often.
SMALL_BATCHES = {"batch.max_records": BATCH, "batch.linger_ms": 200}
ONE = {"guichet.instance": "one"}
# A member that is gone is missed after 10 s, its open transaction is aborted after 10 s more.
TAKEOVER_SECONDS = 90


@pytest.fixture
def make_world(postgres):
    """Worlds that end with the test; a sanitizer's finding in any instance fails it."""
    worlds = []

    def make(**options):
        options.setdefault("settings", SMALL_BATCHES)
        worlds.append(World(options.pop("postgres", postgres), **options).start())
        return worlds[-1]

    yield make
    reports = [world.end() for world in worlds]
    assert not any(reports), next(filter(None, reports))


@pytest.fixture
def world(make_world):
    return make_world()


class Job:
    """Requests sent to a world, and what must have become of them."""

    def __init__(self, world, seed, employers=6):
        self.world = world
        self.workload = Workload(seed, employers)
        self.events = []
        self._send(self.workload.contracts())
        account = world.installation.start("account", name="account")
        world.wait_drained("account")
        account.stop_cleanly()

    def send(self, count):
        """Sends requests of all kinds and returns them."""
        return self._send(self.workload.mixed_requests(count))

    def send_again(self, events):
        """Delivers requests once more: they may bring nothing."""
        return self._send(events)

    def start(self, name="one", crash=None, **settings):
        """Starts an instance; by default a static member, which may return at once."""
        return self.world.installation.start(
            "affiliation", name=name, crash=crash,
            settings={"guichet.instance": name, **settings})

    def finish(self, *instances, seconds=TAKEOVER_SECONDS):
        """Waits until all is read, checks everything, and ends what runs."""
        self.check(seconds)
        for instance in instances:
            instance.stop_cleanly()

    def check(self, seconds=TAKEOVER_SECONDS):
        self.world.read_all("affiliation", seconds=seconds)
        oracle = check_outputs(self.world.reader, self.events)
        check_rows(self.world, oracle)

    def _send(self, events):
        self.world.send(*events)
        self.events += events
        return events


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_in_the_first_batch(world, point):
    """The very first batch of every partition: nothing was committed anywhere before it."""
    job = Job(world, f"first {point}")
    job.send(3 * BATCH)
    job.start(crash=f"{point}:1").wait_for_crash()
    job.finish(job.start())


@pytest.mark.parametrize("point", CRASH_POINTS_OF_A_WORKER)
def test_killed_in_a_later_batch(world, point):
    """A batch among others, twice: the second kill hits what is published from the store."""
    job = Job(world, f"later {point}")
    job.send(10 * BATCH)
    job.start(crash=f"{point}:3").wait_for_crash()
    job.send(5 * BATCH)
    job.start(crash=f"{point}:2").wait_for_crash()
    job.finish(job.start())


@pytest.mark.parametrize("crash", ["in_kafka_transaction:1", "before_kafka_commit:1",
                                   "after_database_commit:2", "after_kafka_commit:1"])
def test_a_batch_without_outputs_follows(world, crash):
    """Repeats bring no output: their offsets must not overtake the open transaction before."""
    job = Job(world, f"repeats {crash}", employers=1)
    job.send_again(job.send(BATCH))
    job.start(crash=crash).wait_for_crash()
    job.finish(job.start())


def test_only_batches_without_outputs(world):
    """After a day of repeats alone the offsets are committed all the same, also by a restart."""
    job = Job(world, "only repeats", employers=2)
    events = job.send(BATCH)
    first = job.start()
    job.check()
    for _ in range(3):
        job.send_again(events)
    world.wait_drained("affiliation")
    first.stop_cleanly()
    job.send_again(events)
    job.finish(job.start())


@pytest.mark.parametrize("point", CRASH_POINTS_OF_A_WORKER)
def test_another_instance_takes_over(world, point):
    """Two instances share the group and one is lost, perhaps with an open transaction."""
    job = Job(world, f"takeover {point}", employers=12)
    lost = job.start("one", crash=f"{point}:2")
    kept = job.start("two")
    wait_for_members(world, 2)
    job.send(20 * BATCH)
    lost.wait_for_crash()
    job.finish(kept)


def test_a_lost_dynamic_member(world):
    """Without an instance name the member is new at each start, and the lost one is missed."""
    job = Job(world, "dynamic")
    job.send(5 * BATCH)
    job.start(crash="before_kafka_commit:2", **{"guichet.instance": ""}).wait_for_crash()
    job.finish(job.start("next", **{"guichet.instance": ""}))


def test_a_frozen_instance_is_replaced(world):
    """Frozen in the middle of its work until another has its partitions, then thawed: what it
    still wanted to commit is refused."""
    job = Job(world, "frozen", employers=12)
    frozen, other = job.start("one"), job.start("two")
    wait_for_members(world, 2)
    job.send(10 * BATCH)
    world.reader.wait_for("affiliation.accepted.v1", count=BATCH)
    frozen.freeze()
    job.send(10 * BATCH)
    world.wait_drained("affiliation", seconds=TAKEOVER_SECONDS)
    frozen.thaw()
    job.send(5 * BATCH)
    job.finish(other)
    frozen.end()


def test_instances_come_and_go(world):
    """Rebalances while batches are under way, each answered when its work is published."""
    job = Job(world, "coming and going", employers=12)
    steady = job.start("one")
    for number in range(3):
        job.send(10 * BATCH)
        guest = job.start(f"guest-{number}", **{"guichet.instance": ""})
        wait_for_members(world, 2)
        job.send(5 * BATCH)
        guest.stop_cleanly()
    job.finish(steady)


def test_two_processes_as_one_instance(world):
    """The same instance name twice: one of them ends with a clear message, or both do, each having
    fenced the other; nothing is lost."""
    job = Job(world, "two as one")
    first, second = job.start("one"), None
    wait_for_members(world, 1)
    second = world.installation.start("affiliation", name="impostor", settings=ONE)
    job.send(10 * BATCH)

    def running():
        return [instance for instance in (first, second) if instance.is_running]

    wait_until(lambda: len(running()) < 2, 60, "one of them ends")
    wait_until(lambda: not running() or world.lag("affiliation") == 0, TAKEOVER_SECONDS,
               "the other one has read all, or ends too")
    for ended in {first, second}.difference(running()):
        assert ended.exit_code == 78, ended.log_tail()
        assert 'another process runs as instance "one"' in ended.log_text()
    job.finish(*(running() or [job.start("one")]))


@pytest.mark.long  # tests/chaos kills more, and more often
def test_killed_at_random(world):
    """Killed again and again while it works off two thousand requests."""
    job = Job(world, "random kills", employers=12)
    moments = random.Random("moments of random kills")
    job.send(2000)
    kills = 0
    while kills < 12 and world.lag("affiliation") > 0:
        instance = job.start()
        pause(moments.uniform(0.3, 2.0))
        instance.kill()
        kills += 1
    assert kills > 0
    job.finish(job.start())


def test_the_database_is_killed(make_world):
    """PostgreSQL dies and returns while requests are worked off; the process waits for it."""
    world = make_world(postgres=None)
    job = Job(world, "database killed", employers=12)
    job.send(500)
    instance = job.start()
    world.reader.wait_for("affiliation.accepted.v1", count=BATCH)
    world.postgres.kill()
    job.send(100)
    pause(1)
    world.postgres.start()
    job.finish(instance)


def test_the_broker_is_killed(world):
    """Kafka dies and returns while requests are worked off; the process waits for it."""
    job = Job(world, "broker killed", employers=12)
    job.send(500)
    instance = job.start()
    world.reader.wait_for("affiliation.accepted.v1", count=BATCH)
    world.kafka.kill()
    pause(1)
    world.kafka.start()
    job.send(100)
    job.finish(instance)


class Employers:
    """Five employers with two contracts K3 each, known to a world, and one insured for each."""

    def __init__(self, world, seed):
        self.world = world
        self.people = Population(seed)
        self.sirens = [self.people.siren() for _ in range(5)]
        world.send(*[contract_upserted(health_contract(siren, f"{siren}-{n}", "K3"))
                     for siren in self.sirens for n in (1, 2)])
        self.work_off("account")

    def work_off(self, worker, crash=None):
        """Runs one worker until its inputs are read, through a crash if one is named."""
        start = self.world.installation.start
        if crash is not None:
            start(worker, name=worker, settings=ONE, crash=crash).wait_for_crash()
        instance = start(worker, name=worker, settings=ONE)
        self.world.wait_drained(worker)
        instance.stop_cleanly()

    def counts(self, *kinds):
        messages = self.world.reader.read_to_end()
        assert not self.world.reader.repeated_ids()
        return [sum(message.type == kind for message in messages) for kind in kinds]


@pytest.mark.parametrize("point", CRASH_POINTS_OF_A_WORKER)
def test_the_account_worker_is_killed(world, point):
    """Registrations delivered twice, and a kill: each account once, each contract once."""
    employers = Employers(world, f"accounts {point}")
    registrations = [registration(siren, "REG", f"account-{siren}", [f"{siren}-1"])
                     for siren in employers.sirens]
    world.send(*registrations, *registrations)
    employers.work_off("account", crash=f"{point}:1")
    assert employers.counts("registration.accepted.v1", "contract.attached.v1",
                            "registration.rejected.v1") == [5, 10, 0]
    assert world.query("SELECT count(*) FROM guichet.attachment") == [(10,)]


@pytest.mark.parametrize("point", CRASH_POINTS_OF_A_WORKER)
def test_the_beneficiary_worker_is_killed(world, point):
    """Additions delivered twice, and a kill: each child is added, priced and told once."""
    employers = Employers(world, f"additions {point}")
    world.send(*[Workload.plain_request(siren, f"{siren}-1", "R", employers.people)
                 for siren in employers.sirens])
    employers.work_off("affiliation")
    additions = [addition(siren, f"{siren}-1", insured_id(siren, "R"), f"A-{n}",
                          [beneficiary(f"B-{n}", employers.people.person())])
                 for siren in employers.sirens for n in range(3)]
    world.send(*additions, *additions)
    employers.work_off("beneficiary", crash=f"{point}:1")
    # The first and the second child change the price, the third does not.
    assert employers.counts("beneficiary.added.v1", "contribution.changed.v1",
                            "employer.beneficiary-added.v1") == [15, 10, 10]
    assert world.query("SELECT count(*) FROM guichet.beneficiary") == [(15,)]
