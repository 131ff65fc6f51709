"""What a start has to look at before it reads on, and a log that changes meanwhile."""

import json
import uuid

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import NewPartitions
from guichet_test.backlog import Backlog
from guichet_test.events import Event
from guichet_test.program import EXIT_CONFIGURATION, EXIT_DATA, EXIT_TEMPORARY
from guichet_test.waiting import pause, wait_until
from guichet_test.world import World, opened

ONE = {"guichet.instance": "one"}
CLOCK = "guichet.affiliation.clock.v1"
REQUESTS = "affiliation.requests.v1"
PARTITIONS = 12
TAKEN_AT_MOST = 512  # partitions of a worker by one process


@pytest.fixture(scope="module", name="world")
def open_world(postgres):
    with opened(World(postgres, partitions=PARTITIONS)) as world:
        yield world


@pytest.fixture(scope="module", name="backlog")
def a_backlog(world):
    return Backlog(world, "settling", employers=100)


def start(world, name):
    return world.installation.start("affiliation", name=f"settling-{name}", settings=ONE)


def partition(world, topic, number=0):
    """Its row in `partition list`."""
    rows = json.loads(world.installation.succeed("partition", "list", "--json", "affiliation"))
    (row,) = [row for row in rows if (row["topic"], row["partition"]) == (topic, number)]
    return row


def delete_before(world, topic, number, offset):
    """As retention does."""
    (future,) = world.reader.admin.delete_records(
        [TopicPartition(topic, number, offset)]).values()
    future.result()


def test_the_evidence_of_many_partitions(world, backlog):
    """The record before p is read in each of them, however much waits behind it."""
    backlog.add(400)
    before = start(world, "before")
    world.wait_drained("affiliation")
    before.kill()
    backlog.add(4000)
    after = start(world, "after")
    backlog.check(after)
    assert "cannot be read" not in after.log_text()


@pytest.mark.long  # retention takes its time
def test_ticks_that_were_deleted(world):
    """Those that nobody read are not missed: the clock goes on at the oldest that is left."""
    before = start(world, "before-ticks")
    wait_until(lambda: "affiliation: started" in before.log_text(), 60, "it runs")
    wait_until(lambda: partition(world, CLOCK)["verdict"] == "CONSUME", 60, "it has begun")
    before.stop_cleanly()
    headers, value = Event("guichet.clock.ticked.v1",
                           {"instant": "2026-01-01T00:00:00Z", "lane": 0}, str(uuid.uuid4()),
                           topic=CLOCK).binary()
    places = world.sender.send_raw(*[(CLOCK, None, headers, value)] * 5, partition=0)
    delete_before(world, CLOCK, 0, places[3][2])
    seen = partition(world, CLOCK)
    assert (seen["verdict"], seen["is_stopped"]) == ("CONTINUE", False)
    assert seen["decided_up_to"] == places[0][2]
    instance = start(world, "ticks")
    wait_until(lambda: partition(world, CLOCK)["published_up_to"] == places[4][2] + 1, 60,
               "the ticks that are left are read")
    assert partition(world, CLOCK)["verdict"] == "CONSUME"
    assert "is stopped" not in instance.log_text()
    instance.stop_cleanly()


def test_records_that_are_deleted_while_it_runs(world, backlog):
    """Frozen while its unread records go, it stops that partition and no other, as it would have
    at a start; and goes on behind them once that is adopted."""
    instance = start(world, "running")
    backlog.add(20)
    backlog.check()
    instance.freeze()
    pause(1.5)  # what it had asked the broker for is answered: there was nothing
    places = world.sender.send_raw(*[(REQUESTS, None, [], b"no event")] * 3, partition=7)
    delete_before(world, REQUESTS, 7, places[2][2])
    instance.thaw()
    wait_until(lambda: f"{REQUESTS}[7] is stopped: INPUT_DELETED" in instance.log_text(), 60,
               lambda: f"it is stopped\n{instance.log_tail()}")
    assert partition(world, REQUESTS, 7)["is_stopped"]
    (another,) = world.sender.send_raw((REQUESTS, None, [], b"no event"), partition=8)
    world.reader.wait_for_dead_letter(another)
    told = world.installation.succeed("partition", "adopt", "affiliation", f"{REQUESTS}/7", "--yes")
    assert "done: " in told
    world.reader.wait_for_dead_letter(places[2])
    backlog.add(20)
    backlog.check(instance)
    assert instance.log_text().count("is stopped: ") == 1


def test_records_that_are_deleted_behind_what_is_owed(world, backlog):
    """Killed between the two commits, and what comes behind goes unread: first the outputs are
    published that are owed, then the partition is looked at again, and stopped."""
    def send(count):
        return world.sender.send_raw(*[(REQUESTS, None, [], b"no event")] * count, partition=9)

    owed = send(2)
    world.installation.start("affiliation", name="settling-killed", settings=ONE,
                             crash="after_database_commit:1").wait_for_crash()
    behind = send(2)
    delete_before(world, REQUESTS, 9, behind[1][2])
    assert partition(world, REQUESTS, 9)["verdict"] == "PUBLISH"
    instance = start(world, "owing")
    for place in owed:
        world.reader.wait_for_dead_letter(place)
    wait_until(lambda: f"{REQUESTS}[9] is stopped: INPUT_DELETED" in instance.log_text(), 60,
               lambda: f"it is stopped\n{instance.log_tail()}")
    world.installation.succeed("partition", "adopt", "affiliation", f"{REQUESTS}/9", "--yes")
    world.reader.wait_for_dead_letter(behind[1])
    backlog.check(instance)


@pytest.mark.long
def listing(world):
    """All partitions of the worker; nothing as long as they cannot be told."""
    listed = world.installation.command("partition", "list", "privacy", "--json")
    assert listed.returncode in (0, EXIT_TEMPORARY), listed.stderr
    return json.loads(listed.stdout or "[]")


def test_more_partitions_than_a_process_takes(world):
    """It says so and ends, rather than leave some of them unread; what operators look at goes on.
    Stands last."""
    topic, wanted = "privacy.requests.v1", TAKEN_AT_MOST + 1 - PARTITIONS  # and those of the clock
    (future,) = world.reader.admin.create_partitions([NewPartitions(topic, wanted)]).values()
    future.result()
    wait_until(lambda: len(world.reader.admin.list_topics(topic, timeout=10).topics[topic].partitions)
               == wanted, 60, "the broker knows them")
    instance = world.installation.start("privacy", name="settling-many", settings=ONE)
    assert instance.wait_for_exit(90) == EXIT_CONFIGURATION, instance.log_tail()
    assert (f"the group gives this process {TAKEN_AT_MOST + 1} partitions and it takes "
            f"{TAKEN_AT_MOST} at most: run more processes of worker privacy") in instance.log_text()
    assert world.query("SELECT count(*) FROM guichet.progress WHERE worker = 'privacy'") == [(0,)]
    listed = wait_until(lambda: listing(world), 60, "each of them has its leader")
    assert len(listed) == TAKEN_AT_MOST + 1
    checked = world.installation.command("check")
    assert checked.returncode == EXIT_DATA, checked.stdout + checked.stderr
    assert f"{topic}: {wanted} partitions instead of {PARTITIONS}" in checked.stderr
