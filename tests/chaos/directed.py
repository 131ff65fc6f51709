"""The named schedules: each brings about one situation that a protocol like ours must survive, for
certain, and not by chance. A round goes on around it with all its events."""

from dataclasses import replace

from confluent_kafka import Producer
from faults import slices
from gate import gate_at
from guichet_test.members import wait_for_members
from guichet_test.topics import TOPICS
from guichet_test.waiting import pause, wait_until
from mixture import REQUESTS

# Few partitions, so that batches follow one another on each; members are missed after 6 s.
SMALL = 200
MISSED = {"kafka.consumer.session.timeout.ms": 6000, "kafka.consumer.heartbeat.interval.ms": 1000}
WORKERS = sorted({topic.worker for topic in TOPICS if topic.direction == "in"})
REQUESTED = "guichet.affiliation.requested.v1"

# What stands at a gate has a transaction open and asks for nothing.
AT_THE_GATE = ("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
               " AND state = 'idle in transaction'")
BLOCKED = ("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
           " AND wait_event_type = 'Lock'")
CONTRACTS = "SELECT count(*) FROM guichet.contract"


def only_in(phase, deed):
    """A disturbance that does `deed(course, lines)` in one phase and nothing in the others."""
    def disturb(course, number, lines):
        if number == phase:
            deed(course, lines)
        else:
            course.ensure_running()
            course.send(lines)
    return disturb


def without(course, *workers):
    """Stops what runs and starts all other workers as "rest"."""
    course.stop()
    course.instances.clear()
    course.start("rest", workers=[name for name in WORKERS if name not in workers])


def alone(course, *workers, **options):
    """Stops what runs and starts these workers as "one" and all others as "rest"."""
    without(course, *workers)
    return course.start("one", workers=workers, **options)


def together(course):
    """One process with all workers again."""
    course.stop()
    course.instances.clear()
    course.start("one", workers=())


def first_batch(course):
    """Killed in the very first batch of each partition, before anything was committed."""
    points = ("before_database_commit", "after_database_commit", "in_kafka_transaction",
              "before_kafka_commit", "after_kafka_commit")

    def deed(course, lines):
        course.send(lines)
        for point in points:
            course.crash(f"{point}:1")
    course.run_round(SMALL, only_in(REQUESTS, deed))


def abort_with_next_stored(course):
    """Another producer takes the transactional id over while batch n is open and n+1 is stored:
    n is aborted, and what was queued behind it must not be published without it."""
    def deed(course, lines):
        with gate_at(course, "before_kafka_commit") as gate:
            alone(course, "affiliation", environment=gate.environment)
            course.send(lines)
            course.wait_decided("affiliation", more=1)
            before = course.decided("affiliation")
            wait_until(lambda: course.decided("affiliation") > before, 20, "n+1 is stored")
            fence(course, "guichet-affiliation-one")
            course.report.faults["open transactions aborted"] += 1
        course.settle()
        together(course)
    course.run_round(SMALL, only_in(REQUESTS, deed))


def fence(course, transactional_id):
    """What a second producer of the same id does to the first: its transaction is aborted."""
    producer = Producer({"bootstrap.servers": course.world.kafka.bootstrap, "log_level": 0,
                         "transactional.id": transactional_id})
    producer.init_transactions(20)


def batch_without_outputs(course):
    """n is in an open transaction, n+1 consists of repeats and has no outputs: its offsets must not
    be committed before those of n. Then the process is killed."""
    count, last = 40, 20

    def with_repeats(lines):
        """The latest affiliation requests once more, at the end of their phase."""
        until = [line for line in lines if line.phase <= REQUESTS]
        requests = [line for line in until if line.type == REQUESTED and line.data is not None]
        numbered = enumerate([*until, *requests[-count:], *lines[len(until):]], 1)
        return [replace(line, number=number) for number, line in numbered]

    def deed(course, lines):
        course.ensure_running()
        course.send(lines[:-count - last])
        course.settle()
        with gate_at(course, "before_kafka_commit") as gate:
            alone(course, "affiliation", environment=gate.environment)
            course.send(lines[-count - last:])
            course.wait_decided("affiliation", more=last + 1)
            course.kill()
        course.settle()
        together(course)
    course.run_round(SMALL, only_in(REQUESTS, deed), change=with_repeats)


def rebalance_with_a_queue(course):
    """Another instance joins while a batch is stored and its publication is held up: the revoke is
    answered once the queue is empty, and what was queued is published once."""
    def deed(course, lines):
        with gate_at(course, "before_kafka_begin") as gate:
            alone(course, "affiliation", environment=gate.environment)
            course.send(lines)
            course.wait_decided("affiliation", more=1)
            course.start("two", workers=("affiliation",))
            pause(2)
        wait_for_members(course.world, 2)
        course.settle()
        course.instances.pop("two").stop_cleanly()
        together(course)
    course.run_round(SMALL, only_in(REQUESTS, deed))


def takeover_of_a_transaction(course):
    """One of two instances is killed with an open transaction and does not return: the other
    waits until the broker has aborted it, and publishes what it held."""
    def deed(course, lines):
        alone(course, "affiliation", crash="before_kafka_commit:2", **MISSED)
        course.start("two", workers=("affiliation",), **MISSED)
        wait_for_members(course.world, 2)
        course.send(lines)
        lost = course.instances["one"]
        lost.wait_for_exit(30)
        course.note_death(lost, "killed at before_kafka_commit")
        del course.instances["one"]
        course.settle()
        course.instances.pop("two").stop_cleanly()
        together(course)
    course.run_round(SMALL, only_in(REQUESTS, deed), employers=20)


def unknown_employer(course):
    """Two workers are about to make the same employers known at the same instant."""
    def deed(course, lines):
        with gate_at(course, "swapped") as gate:
            course.stop()
            course.instances.clear()
            for worker in ("affiliation", "account", "termination"):
                course.start(worker, workers=(worker,), environment=gate.environment)
            course.start("rest", workers=("beneficiary", "privacy", "reference"))
            course.send(lines)
            pause(2.5)
        course.settle()
        together(course)
    course.run_round(SMALL, only_in(REQUESTS, deed))


def frozen_with_locks(course):
    """SIGSTOP between lock and commit, for longer than the session: another instance takes over
    although the employers are locked, and what the frozen one wakes up with is refused."""
    zombie(course, "locked:2")


def frozen_with_a_batch(course):
    """SIGSTOP with a batch in memory and no transaction begun: woken up, it finds that p moved."""
    zombie(course, "decoded:2")


def zombie(course, point):
    """Freezes the instance at a point until another one has taken over and is done."""
    def deed(course, lines):
        alone(course, "affiliation", environment={"GUICHET_TEST_FREEZE": point}, **MISSED)
        first, second = slices(lines, 2)
        course.send(first)
        frozen = course.instances.pop("one")
        wait_until(lambda: is_stopped(frozen.pid), 30, f"it freezes at {point}")
        take_over(course, frozen, **MISSED)
        outlive(course, frozen, second)
    course.run_round(SMALL, only_in(REQUESTS, deed))


def zombie_with_a_queue(course):
    """Frozen with a stored batch whose publication has not begun; when it wakes up, its group has
    gone on without it, and it knows: its publication must still name the old generation."""
    dynamic = {**MISSED, "guichet.instance": ""}

    def deed(course, lines):
        with gate_at(course, "before_kafka_begin") as gate:
            alone(course, "affiliation", environment=gate.environment, **dynamic)
            first, second = slices(lines, 2)
            course.send(first)
            course.wait_decided("affiliation", more=1)
            frozen = course.instances.pop("one")
            frozen.freeze()
            take_over(course, frozen, **dynamic)
            pause(3)  # its heartbeats tell it that it is nobody now
            if not frozen.is_running:
                course.report.sentences.append("it ended before it could publish anything")
        outlive(course, frozen, second)
    course.run_round(SMALL, only_in(REQUESTS, deed))


def take_over(course, frozen, **options):
    """A second instance is done with what the frozen one was about, which then wakes up."""
    course.start("two", workers=("affiliation",), **options)
    course.settle()
    course.report.faults["instances frozen and woken up"] += 1
    frozen.thaw()


def outlive(course, woken, lines):
    """What comes while it tries what it still can; then one process has all again."""
    course.send(lines)
    pause(2)
    course.settle()
    woken.end()
    course.instances.pop("two").stop_cleanly()
    together(course)


def is_stopped(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()[0] == "T"


def request_meets_contract(course):
    """A request has read that its contract is unknown, and not yet noted that it waits, while the
    contract comes: it must be decided all the same."""
    def deed(course, lines):
        course.stop()
        course.instances.clear()
        with gate_at(course, "loaded") as gate:
            course.start("one", workers=("affiliation",), environment=gate.environment)
            course.start("rest", workers=("beneficiary", "privacy", "reference", "termination"))
            course.send(lines)
            wait_until(lambda: course.world.query(AT_THE_GATE) > [(0,)], 30, "it has read")
            before = course.world.query(CONTRACTS)
            course.start("account", workers=("account",))
            wait_until(lambda: course.world.query(CONTRACTS) > before
                       or course.world.query(BLOCKED) > [(0,)], 30, "the contracts come")
            pause(0.5)
        course.settle()
        together(course)
    course.run_round(SMALL, only_in(REQUESTS, deed), meetings=12)


def crashed_before_the_database(course):
    """Killed with all stored and nothing committed, again and again."""
    def deed(course, lines):
        for part in slices(lines, 3):
            course.send(part)
            course.crash("before_database_commit:2")
    course.run_round(SMALL, only_in(REQUESTS, deed))


def crashed_in_a_transaction(course):
    """Killed with the outputs produced and the transaction open, again and again."""
    def deed(course, lines):
        for part in slices(lines, 3):
            course.send(part)
            course.crash("in_kafka_transaction:2")
    course.run_round(SMALL, only_in(REQUESTS, deed))
