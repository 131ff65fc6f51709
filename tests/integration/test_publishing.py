"""What the broker does not take from us, or does not answer: records and batches too large for their
topic, records it judges invalid, topics that are gone, a name that was taken, a broker that is
frozen. Nothing is refused for ever, nothing is lost or repeated, and a sentence says what to
change."""

import hashlib

import pytest
from guichet_test.backlog import Backlog
from guichet_test.program import EXIT_CONFIGURATION, EXIT_DATA
from guichet_test.reading import Reader
from guichet_test.topics import DEAD_LETTERS, OUTPUTS
from guichet_test.waiting import wait_until
from guichet_test.world import World, opened

from confluent_kafka import Producer
from confluent_kafka.admin import (AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic,
                                   ResourceType)

DECISIONS = "affiliation.decisions.v1"
REQUESTS = "affiliation.requests.v1"
AS_MADE = 2 * 1024 * 1024
BATCH = {"batch.max_records": 200, "batch.linger_ms": 500}


def start(world, name, **settings):
    return world.installation.start("affiliation", name=name, settings={**BATCH, **settings})


@pytest.fixture(scope="module")
def world(postgres):
    with opened(World(postgres)) as world:
        yield world


@pytest.fixture(scope="module")
def backlog(world):
    return Backlog(world, "publishing")


@pytest.fixture
def limit(world):
    """Sets a property of a topic; all are put back in the end."""
    changed = []

    def change(topic, name, value):
        changed.append((topic, name))
        alter(world, ConfigEntry(name, str(value),
                                 incremental_operation=AlterConfigOpType.SET), topic)

    as_made = {"max.message.bytes": AS_MADE, "cleanup.policy": "delete"}
    yield change
    for topic, name in set(changed):
        change(topic, name, as_made[name])


def alter(world, entry, topic):
    """Changes one property and waits until the broker tells the new value."""
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
    admin = world.kafka.admin()
    admin.incremental_alter_configs([resource])[resource].result()

    def is_told():
        asked = ConfigResource(ResourceType.TOPIC, topic)
        return admin.describe_configs([asked])[asked].result()[entry.name].value == entry.value

    wait_until(is_told, 30, f"{entry.name} of {topic} is {entry.value}")


def check_ended(instance, *parts):
    """It ends by itself, as one whose configuration must be put right, with these words."""
    assert instance.wait_for_exit(150) == EXIT_CONFIGURATION, instance.log_tail()
    text = instance.log_text()
    assert not [part for part in parts if part not in text], instance.log_tail()


def malformed(size, fill=b"x"):
    """A request that is no JSON, `size` bytes long."""
    headers = [("ce_specversion", b"1.0"), ("ce_id", b"e-%d" % size), ("ce_source", b"/test"),
               ("ce_type", b"guichet.affiliation.requested.v1"),
               ("content-type", b"application/json")]
    return (REQUESTS, "732829320", headers, fill * size)


def test_a_dead_letter_too_large_for_its_topic(world, backlog, limit):
    """It goes without its value; small ones of the same batch keep theirs, and requests between
    them are decided."""
    limit(DEAD_LETTERS, "max.message.bytes", 20_000)
    sizes = [100, 150_000, 200, 30_000, 15_000, 120_000, 90_000, 300] + [50_000] * 10
    records = [malformed(size) for size in sizes]
    backlog.add(40)
    places = world.sender.send_raw(*records)
    backlog.add(40)
    instance = start(world, "dead-letters")
    for place, record in zip(places, records):
        letter = world.reader.wait_for_dead_letter(place)
        value = record[3]
        if len(value) > 20_000:
            assert not letter.raw_value
            assert letter.headers["dlq_value_omitted"] == "true"
            assert letter.headers["dlq_value_bytes"] == str(len(value))
            assert letter.headers["dlq_value_sha256"] == hashlib.sha256(value).hexdigest()
        elif len(value) < 10_000:
            assert letter.raw_value == value
            assert "dlq_value_omitted" not in letter.headers
    assert "max.message.bytes" in instance.log_text()
    backlog.check(instance)


def test_batches_too_large_for_a_topic(world, backlog, limit):
    """Each record fits, several together do not: then each goes by itself."""
    limit("affiliation.tracking.v1", "max.message.bytes", 2_000)
    backlog.add(200)
    instance = start(world, "batches")
    backlog.check(instance)
    assert "sent by itself" in instance.log_text()


def test_a_record_too_large_for_its_topic(world, backlog, limit):
    """The worker ends and names topic, size and remedy; after the remedy nothing is missing."""
    limit(DECISIONS, "max.message.bytes", 200)
    backlog.add(30)
    check_ended(start(world, "large"), DECISIONS, "max.message.bytes", "bytes: raise")
    limit(DECISIONS, "max.message.bytes", AS_MADE)
    backlog.check(start(world, "large-again"))


def test_topics_check_tells_before(world, limit):
    """`topics check` names an output topic that takes less than we may write."""
    limit(DECISIONS, "max.message.bytes", 100_000)
    result = world.installation.command("topics", "check")
    assert result.returncode == EXIT_DATA
    assert f"{DECISIONS}: max.message.bytes is 100000 instead of at least {AS_MADE}" \
        in result.stdout + result.stderr
    limit(DECISIONS, "max.message.bytes", 2 * AS_MADE)
    world.installation.succeed("topics", "check")


def test_a_record_that_the_broker_calls_invalid(world, backlog, limit):
    """A record without a key for a topic that was made compacted: no retry helps."""
    limit(DEAD_LETTERS, "cleanup.policy", "compact")
    headers, value = malformed(10)[2:]
    (place,) = world.sender.send_raw((REQUESTS, None, headers, value))
    check_ended(start(world, "invalid"), DEAD_LETTERS, "INVALID_RECORD", "guichet topics check")
    limit(DEAD_LETTERS, "cleanup.policy", "delete")
    again = start(world, "invalid-again")
    assert world.reader.wait_for_dead_letter(place).raw_value == value
    backlog.check(again)


def take_the_name(world):
    """Another producer begins under the worker's transactional id, and so ends its epoch."""
    thief = Producer({"bootstrap.servers": world.kafka.bootstrap, "log_level": 0,
                      "transactional.id": "guichet-affiliation-fenced"})
    thief.init_transactions(30)


def test_fenced_once(world, backlog):
    """Another producer took our name and is gone: the worker takes it back and goes on. Taken again
    within a minute there are two who believe in it, and the worker ends."""
    static = {"guichet.instance": "fenced"}
    instance = start(world, "fenced", **static)
    backlog.add(20)
    backlog.check()
    take_the_name(world)
    backlog.add(20)
    backlog.check()
    assert "_FENCED" in instance.log_text() or "INVALID_PRODUCER_EPOCH" in instance.log_text()
    take_the_name(world)
    backlog.add(20)
    check_ended(instance, 'another process runs as instance "fenced"', "guichet.instance")
    backlog.check(start(world, "fenced", **static))


@pytest.mark.long
def test_a_frozen_broker(world, backlog):
    """What was under way times out and is published from the store once the broker is back."""
    instance = start(world, "frozen-broker")
    backlog.add(20)
    backlog.check()
    backlog.add(200)
    wait_until(lambda: "batch records=" in instance.log_text(), 60, "a batch is stored")
    world.kafka.freeze()
    try:
        wait_until(lambda: "_TIMED_OUT" in instance.log_text(), 120, "a call times out")
    finally:
        world.kafka.thaw()
    backlog.check(instance)


@pytest.mark.long
def test_a_topic_that_is_gone(world, backlog):
    """Deleted while the worker runs: it ends and says so. Made again, it gets what is missing.
    Stands last, since what the topic held is lost."""
    # Without the auditor: librdkafka may not come to an end with a client that was reading the topic,
    # and then it is the watch that ends the process.
    instance = world.installation.start("affiliation", name="gone", settings=BATCH,
                                        environment={"GUICHET_TEST_SABOTAGE": "no_auditor"})
    backlog.add(5)
    backlog.check()
    admin = world.kafka.admin()
    admin.delete_topics([DECISIONS])[DECISIONS].result()
    backlog.add(5)
    check_ended(instance, f"topic {DECISIONS} is missing", "guichet topics create")
    new = NewTopic(DECISIONS, world.partitions, 1)
    wait_until(lambda: admin.create_topics([new])[DECISIONS].exception(30) is None, 30,
               f"{DECISIONS} is made again")
    again = start(world, "gone-again")
    world.wait_drained("affiliation")
    reader = Reader(world.kafka.bootstrap, [name for name in OUTPUTS if name == DECISIONS])
    try:
        accepted = {message.data["request_id"] for message in reader.read_to_end()}
    finally:
        reader.close()
    assert {event.data["request_id"] for event in backlog.events[-5:]} <= accepted
    again.stop_cleanly()
