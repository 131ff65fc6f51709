"""What was published is known: each Kafka transaction leaves rows of what the broker confirmed, a
crash leaves a gap, and `audit` compares all that a reader sees with what is stored."""

import json
import uuid
from collections import defaultdict

import pytest
from confluent_kafka import TopicPartition
from guichet_test.events import registration
from guichet_test.program import EXIT_DATA, EXIT_OK, EXIT_USAGE
from guichet_test.topics import DEAD_LETTERS, inputs_of, is_clock
from guichet_test.workload import Workload
from guichet_test.world import World

ONE = {"guichet.instance": "one"}
SMALL_BATCHES = {"batch.max_records": 20, "batch.linger_ms": 200}
ROWS_SQL = ("SELECT topic, partition, first_offset, last_offset, records, ids_xor"
            " FROM guichet.publication WHERE worker = %s ORDER BY topic, partition, first_offset")


@pytest.fixture(scope="module")
def world(postgres):
    """A world with employers whose contracts are known; each test adds requests of its own."""
    world = World(postgres, settings=SMALL_BATCHES)
    try:
        world.start()
        world.workload = Workload(__name__, 6)
        world.send(*world.workload.contracts(), *[
            registration(siren, "REG", f"account-{siren}", [world.workload.contract_of(siren)])
            for siren in world.workload.sirens])
        send_broken(world, "contract.facts.v1")
        work_off(world, "account")
        yield world
    finally:
        report = world.end()
    assert not report, report


def work_off(world, worker, crash=None):
    """Runs one worker until its inputs are read, through a crash if one is named."""
    start = world.installation.start
    if crash is not None:
        start(worker, name=worker, settings=ONE, crash=crash).wait_for_crash()
    instance = start(worker, name=worker, settings=ONE)
    world.wait_drained(worker)
    instance.stop_cleanly()


def send_broken(world, topic):
    """A record that becomes a dead letter."""
    world.sender.send_raw((topic, world.workload.sirens[0],
                           [("ce_specversion", b"1.0")], b"not JSON"))


def is_of(message, worker):
    return (message.headers.get("dlq_worker") == worker if message.topic == DEAD_LETTERS
            else message.headers["ce_source"] == f"/guichet/{worker}")


def id_of(message):
    return message.headers["dlq_id"] if message.topic == DEAD_LETTERS else message.id


def fold_by_partition(messages):
    """How many ids there are in each partition, and all of them XORed."""
    folds = defaultdict(lambda: [0, 0])
    for message in messages:
        fold = folds[message.topic, message.partition]
        fold[0] += 1
        fold[1] ^= uuid.UUID(id_of(message)).int
    return {place: tuple(fold) for place, fold in folds.items()}


def fold_of_rows(world, worker):
    folds = defaultdict(lambda: [0, 0])
    for topic, partition, first, last, records, ids_xor in world.query(ROWS_SQL, [worker]):
        assert 0 <= first <= last and records >= 1
        folds[topic, partition][0] += records
        folds[topic, partition][1] ^= ids_xor.int
    return {place: tuple(fold) for place, fold in folds.items()}


def published(world, worker):
    return {(topic, partition): offset for topic, partition, offset in world.query(
        "SELECT topic, partition, next_offset FROM guichet.published WHERE worker = %s", [worker])}


def audit(world, *workers, code=EXIT_OK):
    """What `audit` counts of each topic, and what it has found."""
    result = world.installation.command("audit", "--json", *workers)
    assert result.returncode == code, result.stdout + result.stderr
    report = json.loads(result.stdout)
    return {(row.pop("worker"), row.pop("topic")): row for row in report["topics"]}, \
        report["findings"]


def sums(counts, worker=None):
    """All topics of a worker together, or of all."""
    return {name: sum(row[name] for (of, _), row in counts.items() if worker in (None, of))
            for name in ("read", "stored", "missing", "unknown", "repeated")}


def test_what_is_published_leaves_rows(world):
    """As many records, with the same ids, as a reader sees, in each partition; nothing is open."""
    world.send(*world.workload.mixed_requests(150))
    send_broken(world, "affiliation.requests.v1")
    work_off(world, "affiliation")
    for worker in ("account", "affiliation"):
        seen = [message for message in world.reader.read_to_end() if is_of(message, worker)]
        assert {DEAD_LETTERS} < {message.topic for message in seen}
        assert fold_of_rows(world, worker) == fold_by_partition(seen)
        assert published(world, worker).items() >= {
            place: end for place, end in world.input_ends(*inputs_of(worker)).items()
            if not is_clock(place[0])}.items()
    assert world.query("SELECT count(*) FROM guichet.publication_gap") == [(0,)]


def test_a_crash_leaves_a_gap(world):
    """Killed when Kafka has it and the database does not know."""
    world.send(*world.workload.mixed_requests(80))
    work_off(world, "affiliation", crash="after_kafka_commit:2")
    gaps = world.query("SELECT topic, partition, from_offset, to_offset FROM"
                       " guichet.publication_gap WHERE worker = 'affiliation'")
    assert gaps
    rows, seen = fold_of_rows(world, "affiliation"), fold_by_partition(
        message for message in world.reader.read_to_end() if is_of(message, "affiliation"))
    assert rows.keys() <= seen.keys()
    assert sum(count for count, _ in rows.values()) < sum(count for count, _ in seen.values())
    assert published(world, "affiliation").items() >= {
        place: end for place, end in world.input_ends(*inputs_of("affiliation")).items()
        if not is_clock(place[0])}.items()


def test_a_sound_installation(world):
    """As many as a reader counts, of each worker and topic; the topic that two write is parted."""
    counts, findings = audit(world)
    assert findings == []
    seen = world.reader.read_to_end()
    assert sums(counts)["read"] == sums(counts)["stored"] == len(seen)
    for worker in ("account", "affiliation"):
        of = sum(message.topic == DEAD_LETTERS and is_of(message, worker) for message in seen)
        assert of > 0
        assert counts[worker, DEAD_LETTERS] == {
            "read": of, "stored": of, "missing": 0, "unknown": 0, "repeated": 0}
    assert {worker for worker, _ in audit(world, "account")[0]} == {"account"}
    assert "once, and nothing else" in world.installation.succeed("audit", "account")


def test_what_is_decided_and_not_published_is_not_missing(world):
    """Killed between the two commits: nothing of it is expected yet."""
    world.send(*world.workload.mixed_requests(20))
    world.installation.start("affiliation", name="affiliation", settings=ONE,
                             crash="after_database_commit:1").wait_for_crash()
    before = len(world.reader.read_to_end())
    assert sums(audit(world)[0])["stored"] == before
    work_off(world, "affiliation")
    assert sums(audit(world)[0])["stored"] > before


def test_a_name_that_nobody_has(world):
    assert world.installation.command("audit", "nobody").returncode == EXIT_USAGE


def test_a_forged_record_is_unknown(world):
    """Somebody else writes an output that says it is ours; and one of ours again."""
    ours = next(message for message in world.reader.read_to_end()
                if message.topic == "affiliation.decisions.v1")
    forged = str(uuid.uuid5(uuid.NAMESPACE_DNS, __name__))
    for ce_id in (forged, ours.id):
        headers = [(name, ce_id.encode() if name == "ce_id" else value)
                   for name, value in ours.raw_headers]
        world.sender.send_raw((ours.topic, ours.key, headers, ours.raw_value))
    counts, findings = audit(world, "affiliation", code=EXIT_DATA)
    assert counts["affiliation", ours.topic].items() >= {
        "missing": 0, "unknown": 1, "repeated": 1}.items()
    assert {(finding["what"], finding["id"]) for finding in findings} == {
        ("unknown", forged), ("repeated", ours.id)}
    assert all(finding["place"].startswith(f"{ours.topic}/") for finding in findings)
    assert audit(world, "account")[1] == []


def test_deleted_records_are_missing(world):
    """Somebody empties a partition before its time."""
    topic = "insured.notifications.v1"
    seen = [message for message in world.reader.read_to_end() if message.topic == topic]
    lost = {message.id for message in seen if message.partition == seen[0].partition}
    place = TopicPartition(topic, seen[0].partition, -1)
    for future in world.reader.admin.delete_records([place]).values():
        future.result()
    counts, findings = audit(world, "affiliation", code=EXIT_DATA)
    assert counts["affiliation", topic]["missing"] == len(lost)
    missing = {finding["id"] for finding in findings if finding["what"] == "missing"}
    assert missing and missing <= lost
