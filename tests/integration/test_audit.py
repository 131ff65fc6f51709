"""What was published is known: each Kafka transaction leaves rows of what the broker confirmed, a
crash leaves a gap. The auditor compares both with what can be read, `audit` all that a reader sees
with all that is stored."""

import json
import re
import uuid
from collections import defaultdict

import pytest
from confluent_kafka import TopicPartition
from guichet_test.events import registration
from guichet_test.program import EXIT_DATA, EXIT_OK, EXIT_USAGE
from guichet_test.topics import DEAD_LETTERS, inputs_of, is_clock
from guichet_test.waiting import wait_until
from guichet_test.workload import Workload
from guichet_test.world import World

ONE = {"guichet.instance": "one"}
SMALL_BATCHES = {"batch.max_records": 20, "batch.linger_ms": 200}
SHOWN = 20  # findings of a kind, by `audit`
KEPT_BY_A_SHORT_MEMORY = 8  # records: see common/runtime/hooks.h
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


def start(world, worker, auditor="short_grace", crash=None):
    """Without an auditor, or with one that waits seconds where it would wait a minute."""
    return world.installation.start(worker, name=worker, settings=ONE, crash=crash,
                                    environment={"GUICHET_TEST_SABOTAGE": auditor})


def work_off(world, worker, crash=None):
    """Runs one worker until its inputs are read, through a crash if one is named; what was
    published is not compared meanwhile."""
    if crash is not None:
        start(world, worker, "no_auditor", crash).wait_for_crash()
    instance = start(world, worker, "no_auditor")
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


def told(world, *workers, code=EXIT_OK):
    """The lines that `audit` prints for people, each as its words."""
    result = world.installation.command("audit", *workers)
    assert result.returncode == code, result.stdout + result.stderr
    return [line.split() for line in result.stdout.splitlines()]


def place_text(place):
    return "/".join(map(str, place))


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
    assert told(world, "account")[-1][-3:] == ["and", "nothing", "else"]


def test_what_is_decided_and_not_published_is_not_missing(world):
    """Killed between the two commits: nothing of it is expected yet."""
    world.send(*world.workload.mixed_requests(20))
    start(world, "affiliation", "no_auditor", "after_database_commit:1").wait_for_crash()
    before = len(world.reader.read_to_end())
    assert sums(audit(world)[0])["stored"] == before
    work_off(world, "affiliation")
    assert sums(audit(world)[0])["stored"] > before


def test_a_name_that_nobody_has(world):
    assert world.installation.command("audit", "nobody").returncode == EXIT_USAGE


def waits(world, table):
    return world.query(f"SELECT count(*) FROM guichet.{table} WHERE worker = 'affiliation'")[0][0]


def mismatches(world):
    return world.query("SELECT topic, partition, first_offset, last_offset, detail"
                       " FROM guichet.audit_mismatch ORDER BY noted_at")


def wait_compared(world):
    """Until all that is published is compared, and known to be by now."""
    now = world.query("SELECT now()")[0][0]
    wait_until(lambda: world.query(
        "SELECT count(*) FROM guichet.audit_worker WHERE worker = 'affiliation'"
        " AND verified_until > %s", [now]) == [(1,)], 60, "the auditor has compared all")


def check_marks(world):
    """All that a reader sees lies below the marks, but for what the auditor itself may just have
    told."""
    verified = {(topic, partition): offset for topic, partition, offset in world.query(
        "SELECT topic, partition, verified_offset FROM guichet.audit_mark"
        " WHERE worker = 'affiliation'")}
    for message in world.reader.read_to_end():
        if is_of(message, "affiliation") and message.type != "operator.alert.v1":
            assert message.offset < verified[message.topic, message.partition]


def test_the_auditor_compares_rows_and_gaps(world):
    """What the tests before have left: rows, a gap after a crash, and what it has just made."""
    assert waits(world, "publication") > 0 and waits(world, "publication_gap") > 0
    instance = start(world, "affiliation")
    world.send(*world.workload.mixed_requests(60))
    world.wait_drained("affiliation")
    wait_compared(world)
    instance.stop_cleanly()
    assert waits(world, "publication") == waits(world, "publication_gap") == 0
    assert mismatches(world) == []
    check_marks(world)


def test_more_than_is_kept_at_once(world):
    """An auditor with room for a few records still compares a transaction that wrote more, and a
    gap, of which nothing is missing before all of it is read."""
    world.send(*world.workload.mixed_requests(80))
    work_off(world, "affiliation", crash="after_kafka_commit:2")
    assert waits(world, "publication_gap") > 0
    assert world.query("SELECT max(records) > %s FROM guichet.publication"
                       " WHERE worker = 'affiliation'", [KEPT_BY_A_SHORT_MEMORY]) == [(True,)]
    instance = start(world, "affiliation", "short_memory")
    wait_compared(world)
    instance.stop_cleanly()
    assert waits(world, "publication") == waits(world, "publication_gap") == 0
    assert mismatches(world) == []


def test_outputs_of_a_gap_that_nobody_can_read(world):
    """Inputs of long ago, whose outputs are not found a second time: told once, and over. That the
    same offset of another incarnation is of somebody who was erased since excuses none of them."""
    topic, partition, offset = world.query(
        "SELECT topic, partition, max(input_offset) FROM guichet.journal WHERE worker ="
        " 'affiliation' AND outputs_count > 0 GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 1")[0]
    with world.postgres.connect(world.database) as connection:
        connection.execute("INSERT INTO guichet.publication_gap VALUES ('affiliation', %s, %s, %s,"
                           " %s)", [topic, partition, offset, offset + 1])
        connection.execute("INSERT INTO guichet.journal SELECT (jsonb_populate_record(journal,"
                           " jsonb_build_object('incarnation', gen_random_uuid(),"
                           " 'person', 'insured/erased'))).* FROM guichet.journal"
                           " WHERE worker = 'affiliation' AND topic = %s AND partition = %s"
                           " AND input_offset = %s", [topic, partition, offset])
    instance = start(world, "affiliation")
    alert = world.reader.wait_for("operator.alert.v1", code="PUBLICATION_MISMATCH")[0]
    wait_compared(world)
    instance.stop_cleanly()
    assert alert.data["subject_id"] == f"{topic}/{partition}"
    assert [row[:4] for row in mismatches(world)] == [(topic, partition, offset, offset)]
    outputs, missing = re.match(r"of (\d+) outputs of these inputs (\d+) cannot be read",
                                mismatches(world)[0][4]).groups()
    assert outputs == missing
    assert waits(world, "publication_gap") == 0
    with world.postgres.connect(world.database) as connection:
        connection.execute("DELETE FROM guichet.journal WHERE person = 'insured/erased'")


def test_other_records_than_the_broker_confirmed(world):
    """A row that says something else than what is read."""
    world.send(*world.workload.mixed_requests(30))
    work_off(world, "affiliation")
    with world.postgres.connect(world.database) as connection:
        row = connection.execute(
            "UPDATE guichet.publication SET ids_xor = gen_random_uuid() WHERE (topic, partition,"
            " first_offset) = (SELECT topic, partition, min(first_offset) FROM guichet.publication"
            " GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 1) RETURNING topic, partition").fetchone()
    before = len(mismatches(world))
    instance = start(world, "affiliation")
    wait_compared(world)
    instance.stop_cleanly()
    assert [found[:2] for found in mismatches(world)[before:]] == [row]
    assert "other ones" in mismatches(world)[-1][4]


def chain_rows(world):
    """Has the rows of each output partition overlap, as those of several busy processes do: then all
    of a partition are compared as one. Returns the partition, bounds and number of records of the
    longest such chain."""
    with world.postgres.connect(world.database) as connection:
        connection.execute(
            "UPDATE guichet.publication AS row SET last_offset = later.first_offset"
            " FROM (SELECT topic, partition, first_offset AS own, lead(first_offset) OVER"
            "     (PARTITION BY topic, partition ORDER BY first_offset) AS first_offset"
            "     FROM guichet.publication WHERE worker = 'affiliation') AS later"
            " WHERE row.worker = 'affiliation' AND row.topic = later.topic"
            " AND row.partition = later.partition AND row.first_offset = later.own"
            " AND later.first_offset IS NOT NULL")
        topic, partition, *chain = connection.execute(
            "SELECT topic, partition, min(first_offset), max(last_offset), sum(records)"
            " FROM guichet.publication WHERE worker = 'affiliation' GROUP BY topic, partition"
            " HAVING count(*) > 1 ORDER BY sum(records) DESC LIMIT 1").fetchone()
    return (topic, partition), *chain


@pytest.mark.long  # far more rows than any other test makes
def test_a_chain_longer_than_what_is_kept(world):
    """Rows that overlap, of far more records than an auditor has room for, and no gap: what was read
    of them is kept as its sum only, which still tells that a record is not there. Who comes after
    one that was killed in the middle reads them from where they begin."""
    world.send(*world.workload.mixed_requests(90))
    work_off(world, "affiliation")
    assert waits(world, "publication_gap") == 0
    place, first, last, count = chain_rows(world)
    assert count > 3 * KEPT_BY_A_SHORT_MEMORY
    with world.postgres.connect(world.database) as connection:
        connection.execute(
            "UPDATE guichet.publication SET records = records + 1 WHERE worker = 'affiliation'"
            " AND topic = %s AND partition = %s AND first_offset = %s", [*place, first])
    before, known = waits(world, "publication"), len(mismatches(world))
    instance = start(world, "affiliation", "short_memory")
    wait_until(lambda: waits(world, "publication") < before, 60, "the first chain is compared")
    instance.kill()
    instance = start(world, "affiliation", "short_memory")
    wait_compared(world)
    instance.stop_cleanly()
    assert mismatches(world)[known:] == [
        (*place, first, last, f"the broker confirmed {count + 1} records, and {count} are read")]
    assert waits(world, "publication") == 0
    check_marks(world)


def test_a_forged_record_is_unknown(world):
    """Somebody else writes an output that says it is ours, and one of ours again: the auditor
    tells of the one that no input caused, once; `audit` finds both."""
    instance = start(world, "affiliation")
    before = len(mismatches(world))
    ours = next(message for message in world.reader.read_to_end()
                if message.topic == "affiliation.decisions.v1")
    forged = str(uuid.uuid5(uuid.NAMESPACE_DNS, __name__))
    places = []
    for ce_id in (forged, ours.id):
        headers = [(name, ce_id.encode() if name == "ce_id" else value)
                   for name, value in ours.raw_headers]
        places += world.sender.send_raw((ours.topic, ours.key, headers, ours.raw_value))
    wait_until(lambda: len(mismatches(world)) > before, 60, "the auditor tells of it")
    assert mismatches(world)[-1][:4] == (*places[0], places[0][2])
    instance.stop_cleanly()
    instance = start(world, "affiliation")
    wait_compared(world)
    instance.stop_cleanly()
    assert len(mismatches(world)) == before + 1
    counts, findings = audit(world, "affiliation", code=EXIT_DATA)
    assert counts["affiliation", ours.topic].items() >= {
        "missing": 0, "unknown": 1, "repeated": 1}.items()
    assert findings == [
        {"worker": "affiliation", "what": what, "topic": ours.topic, "id": ce_id,
         "place": place_text(place)}
        for what, ce_id, place in sorted((("unknown", forged, places[0]),
                                          ("repeated", ours.id, places[1])),
                                         key=lambda found: found[1])]
    lines = told(world, "affiliation", code=EXIT_DATA)
    assert not [line for line in lines if line[-3:] == ["and", "nothing", "else"]]
    for finding in findings:
        assert list(finding.values()) in lines
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
    missing = [finding for finding in findings if finding["what"] == "missing"]
    assert len(missing) == min(len(lost), SHOWN)
    lines = told(world, "affiliation", code=EXIT_DATA)
    causes = {message.id: message.headers["ce_causationid"] for message in seen}
    for finding in missing:
        assert finding["id"] in lost and finding["topic"] == topic
        places = world.query("SELECT topic, partition, input_offset FROM guichet.journal"
                             " WHERE worker = 'affiliation' AND event_id = %s",
                             [causes[finding["id"]]])
        assert finding["place"] in map(place_text, places), "the place of the input"
        assert list(finding.values()) in lines
    told(world, "account")


def test_a_day_is_made_during_a_backup(world):
    """Whoever reads the journal for long keeps no day from being made, and no worker waiting."""
    with world.postgres.connect(world.database) as connection, connection.transaction():
        ((last,),) = connection.execute("SELECT max(inhrelid::regclass::text) FROM pg_inherits"
                                        " WHERE inhparent = 'guichet.journal'::regclass")
        connection.execute(f"DROP TABLE {last}")
    with world.postgres.connect(world.database) as backup, backup.transaction():
        backup.execute("LOCK TABLE guichet.journal IN ACCESS SHARE MODE")
        world.send(*world.workload.mixed_requests(1))
        work_off(world, "affiliation")
        assert world.query("SELECT to_regclass(%s) IS NOT NULL", [last]) == [(True,)]


def make_old(connection, days):
    """A day of the journal that long ago, with a decision of each worker moved to it."""
    day = connection.execute("SELECT (now() AT TIME ZONE 'UTC')::date - %s", [days]).fetchone()[0]
    name = f"journal_{day:%Y%m%d}"
    connection.execute(f"CREATE TABLE guichet.{name} PARTITION OF guichet.journal FOR VALUES"
                       f" FROM ('{day} 00:00Z') TO ('{day} 24:00Z')")
    connection.execute(f"ALTER TABLE guichet.{name} OWNER TO guichet_owner")
    connection.execute(
        "UPDATE guichet.journal SET recorded_at = %s WHERE (worker, topic, partition, input_offset)"
        " IN (SELECT DISTINCT ON (worker) worker, topic, partition, input_offset"
        "     FROM guichet.journal WHERE recorded_at > now() - interval '1 day')",
        [f"{day} 12:00Z"])
    return name


def test_old_days_of_the_journal_go(world):
    """Only one that ended long enough ago, of which all is published, and was compared by every
    worker that has decided something then."""
    def drop(days):
        return world.query("SELECT guichet.journal_drop(%s)", [days])[0][0]

    def exists(day):
        return world.query("SELECT to_regclass(%s) IS NOT NULL", [f"guichet.{day}"])[0][0]

    with world.postgres.connect(world.database) as connection:
        old, young = make_old(connection, 60), make_old(connection, 20)
    assert drop(30) == 0, "of the account worker nothing was compared"
    instance = start(world, "account")
    wait_until(lambda: world.query("SELECT count(*) FROM guichet.audit_worker") == [(2,)], 60,
               "the auditor has compared what the account worker published")
    instance.stop_cleanly()
    assert drop(61) == 0, "it is not old enough"
    with world.postgres.connect(world.database) as connection:
        connection.execute("CREATE TABLE kept AS SELECT * FROM guichet.published")
        connection.execute("UPDATE guichet.published SET next_offset = 0")
        assert drop(30) == 0, "something of it may not be published"
        connection.execute("UPDATE guichet.published SET next_offset = kept.next_offset FROM kept"
                           " WHERE published.worker = kept.worker AND published.topic = kept.topic"
                           " AND published.partition = kept.partition")
    instance = world.installation.start("account", name="account",
                                        settings={**ONE, "journal.retention_days": 59})
    wait_until(lambda: not exists(old), 60, "the process drops the day by itself")
    instance.stop_cleanly()
    assert exists(young)
    assert drop(0) == 0 and exists(young), "nobody may ask for less than 30 days"
    assert world.query("SELECT now() - reaches_to < interval '60 days' FROM guichet.journal_reach"
                       ) == [(True,)]
