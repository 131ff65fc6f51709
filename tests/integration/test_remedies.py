"""What operators do about a stopped partition: each verdict is brought about on real servers, told,
remedied by the partition's owner, and behind it work goes on."""

import contextlib
import json
import os
import subprocess
from datetime import datetime, timedelta, timezone

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import NewTopic
from guichet_test.contracts import health_contract
from guichet_test.events import contract_upserted, registration
from guichet_test.offsets import committed_offsets
from guichet_test.process import plain_environment
from guichet_test.program import (EXIT_DATA, EXIT_OK, EXIT_TEMPORARY, EXIT_USAGE,
                                  program_environment, run_program)
from guichet_test.sending import Sender
from guichet_test.waiting import wait_until
from guichet_test.world import World

WORKER = "account"
TOPIC = "client-space.requests.v1"
PLACE = f"{TOPIC}/0"
GROUP = f"guichet.{WORKER}"
EMPLOYERS = 300  # enough for all tests: each registration is one's first
ONE = {"guichet.instance": "one"}  # a static member, which may return at once


class Desk:
    """A world in which one worker reads one partition of requests, and an operator."""

    def __init__(self, world, people):
        self.world = world
        self.people = people
        self.admin = world.reader.admin
        self.sender = world.sender
        self.instance = None
        self.logged = 0
        self.sirens = [people.siren() for _ in range(EMPLOYERS)]
        world.send(*[contract_upserted(health_contract(siren, f"K-{siren}"))
                     for siren in self.sirens])

    # --- the worker ---

    def start(self, **options):
        self.instance = self.world.installation.start(WORKER, name=WORKER, **options)
        self.logged = len(self.instance.log_text())
        return self.instance

    def log(self):
        """What the worker has logged since its start."""
        return self.instance.log_text()[self.logged:]

    def stop(self):
        if self.instance is not None and self.instance.is_running:
            self.instance.stop_cleanly()
        self.instance = None

    def register(self, count=1):
        """Sends registrations of employers whose contracts are known; returns the accounts."""
        sirens = [self.sirens.pop() for _ in range(count)]
        self.sender.send(*[registration(siren, f"G-{siren}", f"A-{siren}", [f"K-{siren}"])
                           for siren in sirens])
        return [f"A-{siren}" for siren in sirens]

    def answers(self, accounts, count=1):
        """Waits until each registration was answered `count` times; false if one was more often."""
        reader = self.world.reader
        for account in accounts if count > 0 else ():
            reader.wait_for("registration.accepted.v1", account_id=account, count=count)
        reader.read_to_end()
        found = [len(reader.find("registration.accepted.v1", account_id=account))
                 for account in accounts]
        return found == [count] * len(accounts)

    def work(self):
        """The partition runs: a new registration is answered, once."""
        assert self.answers(self.register())
        self.drain()

    def drain(self):
        self.world.wait_drained(WORKER)

    # --- the operator ---

    def partition(self, *arguments, **options):
        return self.world.installation.command("partition", *arguments, **options)

    def list(self, *arguments):
        result = self.partition("list", *arguments, "--json")
        assert result.returncode == EXIT_OK, result.stderr
        return json.loads(result.stdout)

    def row(self):
        (row,) = [row for row in self.list(WORKER) if row["topic"] == TOPIC]
        return row

    def explain(self):
        result = self.partition("explain", WORKER, PLACE)
        assert result.returncode == EXIT_OK, result.stderr
        return result.stdout

    def act(self, action, *arguments):
        return self.partition(action, WORKER, PLACE, "--yes", "--by", "Camille", *arguments)

    def stopped(self, verdict, **options):
        """Starts the worker and waits until it has stopped the partition by that verdict."""
        before = self.alerts(verdict)
        self.start(**options)
        wait_until(lambda: f"{TOPIC}[0] is stopped: {verdict}" in self.log(), 60,
                   lambda: f"it is stopped\n{self.instance.log_tail()}")
        wait_until(lambda: self.alerts(verdict) > before, 60, "the operators are told")
        told = self.world.installation.command("status")
        assert told.returncode == EXIT_DATA
        assert f"{WORKER} {PLACE} is stopped: {verdict}" in told.stdout
        assert self.row()["verdict"] == verdict
        assert self.row()["is_stopped"]
        text = self.explain()
        assert f"{verdict}, stopped" in text
        return text

    def alerts(self, verdict):
        """How often it was told that the partition is stopped by that verdict."""
        self.world.reader.read_to_end()
        return sum(verdict in alert.data["detail"] for alert in self.world.reader.find(
            "operator.alert.v1", code="PARTITION_STOPPED", subject_id=PLACE))

    def remedied(self, action, *arguments):
        """Dry run first, which changes nothing; then the remedy, done by the owner."""
        before = self.world.query("SELECT * FROM guichet.progress ORDER BY 1, 2, 3")
        dry = self.partition(action, WORKER, PLACE, "--dry-run", *arguments)
        assert dry.returncode == EXIT_OK, dry.stderr
        assert self.world.query("SELECT * FROM guichet.progress ORDER BY 1, 2, 3") == before
        result = self.act(action, *arguments)
        assert result.returncode == EXIT_OK, result.stdout + result.stderr
        assert "done: " in result.stdout
        wait_until(lambda: not self.row()["is_stopped"], 30, "it goes on")
        assert self.list("--stopped") == []
        assert "Camille" in self.explain()
        return result.stdout

    def adopt_the_contracts(self):
        """The partition of the contracts was lost in the same way."""
        result = self.partition("adopt", WORKER, "contract.facts.v1/0", "--yes")
        assert result.returncode == EXIT_OK, result.stderr

    def ask_in_the_background(self, action):
        return subprocess.Popen(
            [self.world.installation.executable, "partition", action, WORKER, PLACE, "--yes",
             "--config", self.world.installation.config], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=plain_environment(program_environment()))

    def write_remedy(self, verdict, action, by="nobody", **columns):
        """As a command would that has seen this verdict."""
        row = {"worker": WORKER, "topic": TOPIC, "partition": 0, "verdict": verdict,
               "evidence": "none", "action": action, "asked_by": by, **columns}
        with self.world.postgres.connect(self.world.database) as connection:
            connection.execute(
                f"INSERT INTO guichet.remedy (remedy_id, {', '.join(row)}) "
                f"VALUES (gen_random_uuid(){', %s' * len(row)})", list(row.values()))

    def remedy_of(self, by):
        ((state, told),) = self.world.query("SELECT state, result FROM guichet.remedy "
                                            "WHERE asked_by = %s", [by])
        return state, told

    # --- what goes wrong ---

    def set_progress(self, sql):
        with self.world.postgres.connect(self.world.database) as connection:
            connection.execute(f"{sql} WHERE worker = '{WORKER}' AND topic = '{TOPIC}'")

    def committed(self):
        return committed_offsets(self.world.kafka.bootstrap, GROUP, [(TOPIC, 0)])[TOPIC, 0]

    def commit(self, offset, metadata):
        """Commits as another program of the same group would."""
        consumer = Consumer({"bootstrap.servers": self.world.kafka.bootstrap, "group.id": GROUP,
                             "enable.auto.commit": False})

        def committed():
            try:  # refused as long as the group has a member
                return consumer.commit(offsets=[TopicPartition(TOPIC, 0, offset, metadata)],
                                       asynchronous=False)
            except KafkaException:
                return None

        wait_until(committed, 30, "another program commits")
        consumer.close()

    def forget_offsets(self):
        """The group and all its offsets are gone."""
        def deleted():
            (future,) = self.admin.delete_consumer_groups([GROUP]).values()
            return future.exception() is None
        wait_until(deleted, 30, "the group is deleted")

    def recreate_topic(self):
        def succeeds(futures):
            (future,) = futures.values()
            return future.exception() is None
        self.admin.delete_topics([TOPIC])[TOPIC].result()
        wait_until(lambda: succeeds(self.admin.create_topics([NewTopic(TOPIC, 1, 1)])), 60,
                   "the topic is made again")
        wait_until(lambda: len(self.admin.list_topics(TOPIC, timeout=10).topics[TOPIC].partitions)
                   == 1, 60, "the brokers know it")
        self.sender = Sender(self.world.kafka.bootstrap)  # the old one knows the old topic

    def delete_before(self, offset):
        (future,) = self.admin.delete_records([TopicPartition(TOPIC, 0, offset)]).values()
        future.result()

    @contextlib.contextmanager
    def damaged_log(self):
        """The last record that was written is not as it was, within."""
        segment = max((self.world.kafka.data / f"{TOPIC}-0").glob("*.log"))

        def turn_last_byte():
            with open(segment, "r+b") as log:
                log.seek(-1, os.SEEK_END)
                (byte,) = log.read(1)
                log.seek(-1, os.SEEK_END)
                log.write(bytes([byte ^ 1]))

        turn_last_byte()
        yield
        turn_last_byte()

    @contextlib.contextmanager
    def older_database(self):
        """What is done within is not in the database afterwards."""
        name = self.world.database
        with self.world.postgres.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}_backup" TEMPLATE "{name}"')
            yield
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            connection.execute(f'ALTER DATABASE "{name}_backup" RENAME TO "{name}"')


@pytest.fixture(scope="module", name="whole_desk")
def open_world(postgres, people):
    world = World(postgres, partitions=1)
    try:
        world.start()
        desk = Desk(world, people)
        desk.start()
        desk.drain()
        desk.work()
        desk.stop()
        yield desk
    finally:
        report = world.end()
    assert not report, report


@pytest.fixture(name="desk")
def open_desk(whole_desk):
    """All is well, and nothing runs, at the start of each test and at its end."""
    desk = whole_desk
    yield desk
    if desk.instance is None:
        desk.start()
    desk.work()
    assert desk.list("--stopped") == []
    desk.stop()


def test_the_list(desk):
    """Where all partitions of all workers stand, without any process, and nobody is disturbed."""
    rows = desk.list()
    assert {row["worker"] for row in rows} == {"affiliation", "account", "beneficiary",
                                               "termination", "reference", "privacy"}
    row = desk.row()
    assert row["decided_up_to"] == row["published_up_to"] == desk.committed()
    assert (row["lag"], row["verdict"], row["remedy"]) == (0, "CONSUME", None)
    desk.register()
    assert desk.row()["lag"] == 1
    (unstarted,) = [row for row in rows if row["topic"] == "contract.facts.v1"][:1]
    assert unstarted["worker"] == WORKER
    assert {row["verdict"] for row in rows if row["worker"] == "privacy"} == {"FIRST_START"}
    assert desk.partition("list", "nobody").returncode == EXIT_USAGE
    assert desk.partition("explain", WORKER, "affiliation.requests.v1/0").returncode == EXIT_USAGE
    assert desk.partition("explain", WORKER, f"{TOPIC}/7").returncode == EXIT_DATA


@pytest.mark.parametrize("arguments", [
    (), ("look",), ("list", "--from", "1"), ("list", "--by", "Camille"), ("list", "--yes"),
    ("list", "--dry-run"), ("explain", WORKER, PLACE, "--json"),
    ("explain", WORKER, PLACE, "--stopped"), ("explain", WORKER, PLACE, "--from", "1"),
    ("explain", WORKER, PLACE, "--yes"), ("adopt", WORKER, PLACE, "--json"),
    ("republish", WORKER, PLACE, "--stopped")], ids=" ".join)
def test_wrong_usage(arguments):
    """It is refused before any server is asked."""
    result = run_program("partition", *arguments)
    assert result.returncode == EXIT_USAGE, result.stderr
    assert "does not go with" in result.stderr or "--" not in " ".join(arguments)


def test_the_list_while_the_worker_is_busy(desk):
    """Its markers move while they are read; nothing looks stopped for that."""
    desk.start(settings={"batch.max_records": "1"})
    accounts = desk.register(150)
    for _ in range(8):
        assert desk.list("--stopped") == []
    assert desk.answers(accounts)


def test_an_older_database(desk):
    """What was published and is unknown is listed; then it is decided again, with other ids."""
    with desk.older_database():
        desk.start()
        lost = desk.register(2)
        (bad,) = desk.world.sender.send_raw((TOPIC, "nobody", [], b"no event"))
        assert desk.answers(lost)
        desk.drain()
        desk.stop()
        world = desk.world
    known = world.query("SELECT next_offset FROM guichet.progress WHERE topic = %s", [TOPIC])[0][0]
    text = desk.stopped("DATABASE_OLDER")
    first = {m.id for account in lost
             for m in world.reader.find("registration.accepted.v1", account_id=account)}
    assert all(ce_id in text for ce_id in first)
    assert f"decided up to {known}, published up to {known + 3}" in text
    assert "5 events of this worker were published and are not known here" in text
    assert f"dead letter NOT_CLOUDEVENT  {TOPIC}/0/{bad[2]}" in text
    desk.remedied("adopt")
    assert desk.answers(lost, count=2)
    again = {m.id for account in lost
             for m in world.reader.find("registration.accepted.v1", account_id=account)}
    assert len(again) == 4
    assert not world.reader.repeated_ids()
    ((evidence,),) = world.query("SELECT evidence FROM guichet.remedy WHERE topic = %s "
                                 "AND verdict = 'DATABASE_OLDER'", [TOPIC])
    assert all(ce_id in evidence for ce_id in first)


def test_lost_offsets_are_taken_from_the_database(desk):
    desk.forget_offsets()
    text = desk.stopped("OFFSETS_LOST")
    assert "was the last committed offset seen" in text
    desk.adopt_the_contracts()
    desk.remedied("adopt")
    desk.work()
    assert not desk.world.reader.repeated_ids()


def test_lost_offsets_and_unpublished_decisions(desk):
    """Killed between the two commits, then the group is lost: what was decided is published."""
    accounts = desk.register(2)
    desk.start(crash="after_database_commit:1").wait_for_crash()
    desk.forget_offsets()
    desk.stopped("OFFSETS_LOST")
    desk.adopt_the_contracts()
    output = desk.remedied("republish")
    assert "is published again" in output
    assert desk.answers(accounts)


def adopted_after_a_crash(desk, accounts):
    """Whoever owns the partition after the one that crashes finishes what was asked."""
    asked = desk.ask_in_the_background("adopt")
    desk.instance.wait_for_crash()
    desk.start(settings=ONE)
    output, _ = asked.communicate(timeout=60)
    assert asked.returncode == EXIT_OK, output
    assert not desk.row()["is_stopped"]
    assert desk.answers(accounts)
    desk.drain()


def test_the_owner_is_killed_at_it(desk):
    """At each step: whoever owns the partition next goes on where it stopped."""
    for point in ("before_remedy", "after_remedy_begun", "after_remedy_commit"):
        desk.set_progress("DELETE FROM guichet.progress")
        accounts = desk.register()
        desk.start(crash=point, settings=ONE)
        adopted_after_a_crash(desk, accounts)
        desk.stop()


def test_the_owner_does_not_come_round_to_it(desk):
    """What nobody began is taken back, and nobody begins it afterwards."""
    desk.commit(desk.committed(), "another")
    desk.stopped("LOG_REPLACED")
    desk.instance.freeze()
    result = desk.partition("adopt", WORKER, PLACE, "--yes", "--by", "Noa",
                            environment={"GUICHET_TEST_SABOTAGE": "short_wait"})
    assert result.returncode == EXIT_TEMPORARY, result.stdout + result.stderr
    assert "taken back, nothing was done" in result.stderr
    assert desk.remedy_of("Noa") == ("refused", "nobody executed it in time: taken back")
    desk.instance.thaw()
    assert desk.row()["verdict"] == "LOG_REPLACED"
    desk.remedied("adopt")
    assert desk.remedy_of("Noa")[0] == "refused"


def test_the_verdict_changed_meanwhile(desk):
    """What was decided about another situation is refused, with what it is now."""
    desk.commit(desk.committed(), "another")
    desk.write_remedy("OFFSETS_LOST", "adopt")
    desk.stopped("LOG_REPLACED")
    assert desk.remedy_of("nobody") == ("refused", "the verdict is LOG_REPLACED now, no longer OFFSETS_LOST")
    desk.remedied("adopt")


def test_nobody_waits_for_it_any_more(desk):
    """What was asked for long ago, by a command that was killed, is not done now."""
    before = desk.committed()
    desk.write_remedy("CONSUME", "republish", by="Lou", from_offset=before - 1,
                      asked_at=datetime.now(timezone.utc) - timedelta(minutes=3))
    desk.start()
    wait_until(lambda: desk.remedy_of("Lou")[0] == "refused", 30, "it is refused")
    assert "asked for more than 120 s ago" in desk.remedy_of("Lou")[1]
    assert desk.committed() == before


def test_a_begun_remedy_and_other_markers(desk):
    """A database restored to the middle of a remedy does not take the group back to then."""
    before = desk.committed()
    desk.write_remedy("DATABASE_OLDER", "adopt", by="Sacha", state="begun", seen_c=before + 7,
                      target_c=before - 1)
    desk.start()
    wait_until(lambda: desk.remedy_of("Sacha")[0] == "refused", 30, "it is refused")
    assert f"begun, and found with {before} committed" in desk.remedy_of("Sacha")[1]
    assert desk.committed() == before


def test_an_alert_that_was_not_published(desk):
    """Fenced while it tells that it has stopped the partition, the worker tells it again."""
    def alerts():
        desk.world.reader.read_to_end()
        return len(desk.world.reader.find("operator.alert.v1", code="PARTITION_STOPPED"))
    before = alerts()
    desk.set_progress("DELETE FROM guichet.progress")
    gate = desk.world.folder / "surveyed"
    gate.touch()
    desk.start(settings=ONE, environment={"GUICHET_TEST_GATE": f"surveyed:{gate}"})
    wait_until(lambda: "started" in desk.log(), 60, "its producer has begun")
    thief = Producer({"bootstrap.servers": desk.world.kafka.bootstrap, "log_level": 0,
                      "transactional.id": f"guichet-{WORKER}-one"})
    thief.init_transactions(30)
    gate.unlink()
    wait_until(lambda: alerts() > before, 60, "the alert is published")
    assert "_FENCED" in desk.log() or "INVALID_PRODUCER_EPOCH" in desk.log()
    assert desk.log().count(f"{TOPIC}[0] is stopped") == 2
    assert alerts() == before + 1
    desk.remedied("adopt")


def test_one_at_a_time_and_only_what_helps(desk):
    desk.start()
    refused = desk.act("adopt")
    assert refused.returncode == EXIT_DATA
    assert "adopt is no remedy for CONSUME" in refused.stderr
    assert desk.act("republish").returncode == EXIT_DATA
    assert desk.act("republish", "--from", "soon").returncode == EXIT_USAGE
    assert "decided up to" in desk.act("republish", "--from", "1000000").stderr
    desk.stop()
    desk.write_remedy("CONSUME", "republish")
    second = desk.act("republish", "--from", str(desk.committed() - 1))
    assert second.returncode == EXIT_DATA
    assert "asked for and not finished" in second.stderr
    desk.start()  # refuses the other one, which says not from where
    wait_until(lambda: desk.row()["remedy"] is None, 30, "it is finished")


def test_an_unsure_operator(desk):
    """Without the confirmation nothing is asked for."""
    desk.commit(desk.committed(), "another")
    desk.stopped("LOG_REPLACED")
    result = desk.partition("adopt", WORKER, PLACE, stdin="yes\n")
    assert result.returncode == EXIT_DATA
    assert "nothing was done" in result.stderr
    assert desk.row()["remedy"] == "adopt"
    result = desk.partition("adopt", WORKER, PLACE, "--by", "Dominique", stdin=f"{PLACE}\n")
    assert result.returncode == EXIT_OK, result.stderr
    assert "asked by Dominique: done by guichet-account-" in desk.explain()


def test_another_installation_and_nobody_there(desk):
    """Without any process the command takes the worker's place: it executes the remedy only."""
    accounts = desk.register(2)
    desk.commit(desk.committed(), "11111111-1111-4111-8111-111111111111")
    assert "committed by 11111111-1111-4111-8111-111111111111, which is" in desk.explain()
    before = desk.world.query("SELECT count(*) FROM guichet.journal")
    result = desk.act("adopt")
    assert result.returncode == EXIT_OK, result.stdout + result.stderr
    assert "this command takes its place" in result.stderr
    assert desk.world.query("SELECT count(*) FROM guichet.journal") == before
    assert desk.row()["verdict"] == "CONSUME"
    desk.start()
    assert desk.answers(accounts)


def test_a_new_database(desk):
    """The group has an offset that the database knows nothing of; the others go on meanwhile."""
    desk.set_progress("DELETE FROM guichet.progress")
    desk.stopped("NEW_DATABASE")
    siren = desk.people.siren()
    desk.world.send(contract_upserted(health_contract(siren, f"K-{siren}")))
    wait_until(lambda: desk.world.query("SELECT FROM guichet.contract WHERE siren = %s", [siren]),
               60, "the other partition goes on")
    beyond = desk.act("adopt", "--from", str(desk.row()["log_to"] + 1))
    assert beyond.returncode == EXIT_DATA and "the log ends at" in beyond.stderr
    desk.remedied("adopt", "--from", str(desk.committed() - 1))
    desk.work()
    assert desk.answers([f"A-{siren}"], count=0)


def test_a_lost_database(desk):
    """Neither knows anything, and something was published: all is decided again where asked."""
    end = desk.row()["log_to"]
    desk.forget_offsets()
    with desk.world.postgres.connect(desk.world.database) as connection:
        connection.execute("DELETE FROM guichet.progress WHERE worker = 'account'")
    desk.stopped("DATABASE_LOST")
    desk.remedied("adopt", "--from", str(end))  # and with it the worker's other partitions begin


def test_input_that_was_deleted(desk):
    """Retention was quicker than the worker: the range is named, and given up."""
    accounts = desk.register(3)
    p = desk.committed()
    desk.delete_before(p + 2)
    text = desk.stopped("INPUT_DELETED")
    assert f"[{p}, {p + 2}) was deleted unread" in text
    desk.remedied("adopt")
    assert desk.answers(accounts[2:])
    assert desk.answers(accounts[:2], count=0)


def test_outputs_that_kafka_lost(desk):
    """A partition that runs publishes again from the store, the same to the byte."""
    desk.start()
    accounts = desk.register(2)
    assert desk.answers(accounts)
    desk.drain()
    desk.remedied("republish", "--from", str(desk.committed() - 2))
    assert desk.answers(accounts, count=2)
    for account in accounts:
        first, second = desk.world.reader.find("registration.accepted.v1", account_id=account)
        assert (first.id, first.headers, first.raw_value) == (
            second.id, second.headers, second.raw_value)


def test_a_topic_made_anew(desk):
    """Shorter than what was read: it is read from its beginning, and old rows of the journal under
    the same offsets are not taken for its own, whatever happens."""
    desk.start()
    assert desk.answers(desk.register(2))  # more than the new one will have
    desk.drain()
    desk.stop()
    desk.recreate_topic()
    accounts = desk.register()
    desk.stopped("LOG_TRUNCATED")
    desk.remedied("adopt")
    assert desk.answers(accounts)
    desk.drain()
    desk.stop()
    more = desk.register(2)
    desk.start(crash="after_database_commit:1").wait_for_crash()
    before = len(desk.world.reader.read_to_end())
    desk.start()
    assert desk.answers(more)
    after = desk.world.reader.read_to_end()[before:]
    assert {m.data["account_id"] for m in after if m.type == "registration.accepted.v1"} <= set(more)


def test_a_damaged_log(desk):
    """A record whose checksum is wrong is neither decided nor passed over: the process ends, and
    goes on once it can be read."""
    accounts = desk.register()
    before = desk.committed()
    with desk.damaged_log():
        assert desk.start().wait_for_exit(60) == EXIT_TEMPORARY, desk.log()
        assert f"LOG_DAMAGED: {TOPIC}[0]: MessageSet at offset {before}" in desk.log()
    assert desk.committed() == before
    desk.start()
    assert desk.answers(accounts)


def test_what_is_owed_of_another_log(desk):
    """It still goes out, and what is known of it is not taken for records of the log there is."""
    owed = desk.register(2)
    desk.start(crash="after_database_commit:1").wait_for_crash()
    desk.set_progress("UPDATE guichet.progress SET next_offset = next_offset + 1")
    desk.stopped("LOG_TRUNCATED")
    desk.remedied("adopt")
    assert desk.answers(owed)
    desk.drain()
    desk.stop()
    assert desk.world.query("SELECT from_offset, to_offset FROM guichet.publication_gap"
                            " WHERE worker = %s AND topic = %s", [WORKER, TOPIC]) == []
    assert desk.world.query("SELECT next_offset FROM guichet.published"
                            " WHERE worker = %s AND topic = %s", [WORKER, TOPIC]) == [
        (desk.committed(),)]


def test_the_owner_is_killed_when_what_is_owed_is_out(desk):
    """What was owed has moved the committed offset: whoever comes next knows it for the remedy's."""
    owed = desk.register(2)
    desk.start(crash="after_database_commit:1").wait_for_crash()
    desk.set_progress("UPDATE guichet.progress SET next_offset = next_offset + 1")
    desk.stopped("LOG_TRUNCATED", crash="after_remedy_begun", settings=ONE)
    adopted_after_a_crash(desk, owed)


def test_a_topic_made_anew_and_filled(desk):
    """As long as what was read: only the last record tells that it is another log."""
    end = desk.row()["log_to"]
    desk.recreate_topic()
    accounts = desk.register(end + 1)  # at least as many as were read
    text = desk.stopped("LOG_REPLACED")
    assert f"record {end - 1} was of " in text
    desk.remedied("adopt")
    assert desk.answers(accounts)
