"""Two instances of one worker, and what one of them does while the other has not finished."""

from directed import BLOCKED, SMALL, alone, only_in, together, without
from faults import slices
from gate import gate_at
from guichet_test.members import places_of, wait_for_members
from guichet_test.topics import inputs_of
from guichet_test.waiting import wait_until
from mixture import REQUESTS

# All that is sent at once is one batch.
ONE_BATCH = {"batch.max_records": 500, "batch.linger_ms": 500}

# Who has stored a request, and its employer locked, until the commit.
STORING = ("SELECT count(*) FROM pg_locks WHERE mode = 'RowExclusiveLock'"
           " AND relation = 'guichet.affiliation_request'::regclass")


def published_after_a_rebalance(course):
    """A stored batch is published only after half of its partitions went to another instance, which
    has published it from the store. The revoke, which would have waited, is kept from it; so it all
    hangs on the publication naming the generation that it was decided under."""
    def deed(course, lines):
        first, second = slices(lines, 2)
        with gate_at(course, "before_kafka_begin") as gate:
            without(course, "affiliation")
            course.start("held", workers=("affiliation",), **ONE_BATCH,
                         environment={**gate.environment, **course.leaving_out("hasty_revoke")})
            wait_for_members(course.world, 1)
            aim = course.decided("affiliation") + sum(
                line.topic in inputs_of("affiliation") for line in first)
            course.send(first)
            wait_until(lambda: course.decided("affiliation") >= aim, 30, "the batch is stored")
            queued = course.unpublished_places()
            course.start("two", workers=("affiliation",))
            wait_for_members(course.world, 2)
            taken = queued & places_of(course.world, "two")
            assert taken, "nothing that was queued has another owner"
            wait_until(lambda: not taken & course.unpublished_places(), 30,
                       lambda: f"the new owner has published {taken}\n{course.logs()}")
            course.report.faults["publications after a rebalance"] += 1
        course.send(second)
        together(course)
    course.run_round(SMALL, only_in(REQUESTS, deed))


def decided_after_a_wait(course):
    """A request is stored and not yet committed, its employer locked, while another instance is to
    decide that it is taken back: what this one has waited for, it must have read. For that the two
    stand in partitions of different instances, and what comes of them is published one by one."""
    def deed(course, lines):
        *others, request, cancellation = lines
        course.ensure_running()
        course.send(others)
        course.settle()
        with gate_at(course, "before_database_commit") as first, \
                gate_at(course, "before_kafka_begin") as second:
            alone(course, "affiliation", environment=first.environment)
            course.start("two", workers=("affiliation",), environment=second.environment)
            wait_for_members(course.world, 2)
            topic, partition, offset = send_to(course, "one", request)
            wait_until(lambda: course.world.query(STORING) > [(0,)], 30, "it is stored")
            send_to(course, "two", cancellation)
            wait_until(lambda: course.world.query(BLOCKED) > [(0,)], 30,
                       lambda: f"the other one waits for the employer\n{course.logs()}")
            course.report.faults["waits for an employer"] += 1
            first.open()
            wait_until(lambda: course.clock.committed()[topic, partition] > offset, 30,
                       "the request is published")
        course.settle()
        together(course)
    course.run_round(SMALL, only_in(REQUESTS, deed), torn=1)


def send_to(course, instance, line):
    """Sends a line to a partition that the instance has; returns (topic, partition, offset)."""
    partition = min(number for topic, number in places_of(course.world, instance)
                    if topic == line.topic)
    (place,) = course.world.sender.send_raw(line.record(), partition=partition)
    return place
