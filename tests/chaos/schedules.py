"""All schedules: what each is called, what it does, and the world that it needs."""

import random
from dataclasses import dataclass, field
from typing import Callable

import crash_points
import directed
import faults
import late_retry
import two_instances
from full_disk import SmallDiskWorld, fill_the_disk, why_not
from guichet_test.proxied import ProxiedWorld
from guichet_test.world import World
from mixture import AFTERWARDS, CONSEQUENCES, DEADLINES, FACTS, REQUESTS


@dataclass(frozen=True)
class Schedule:
    """`run(course)` goes through one or more rounds; what came of them is in the course's report.
    With `is_compared`, the end is compared with that of an undisturbed run, row by row."""

    name: str
    sentence: str
    run: Callable
    world: type = World
    options: dict = field(default_factory=dict)
    is_compared: bool = True
    is_impossible: Callable = lambda: None  # a sentence that says why, or None


SCHEDULES = {}


def schedule(sentence, **options):
    """Enters a function into the table under its name."""
    def enter(function):
        SCHEDULES[function.__name__] = Schedule(function.__name__, sentence, function, **options)
        return function
    return enter


def source(course):
    return random.Random(f"{course.seed} {course.round}")


@schedule("named crash points at every step of a batch, of a transaction and of settling")
def every_crash_point(course, size=300):
    def disturb(course, phase, lines):
        if phase == FACTS:
            faults.crash_at(course, lines, list(crash_points.FIRST_START))
        elif phase == REQUESTS:
            faults.crash_at(course, lines, list(crash_points.BATCH))
        elif phase == CONSEQUENCES:
            faults.crash_at(course, lines[:len(lines) // 4], list(crash_points.SETTLING))
            faults.crash_while_republishing(course, lines[len(lines) // 4:],
                                            list(crash_points.REPUBLISHING))
        else:  # what wakes requests brings deadlines too
            faults.crash_behind(course, lines, crash_points.DEADLINES_DUE)
    course.run_round(size, disturb)


@schedule("one instance is killed at random moments")
def random_kills(course, kills=24, size=400):
    kill_in_rounds(course, kills, size, ("one",))


@schedule("one of two instances, or both, are killed at random moments")
def random_kills_of_two(course, kills=24, size=400):
    kill_in_rounds(course, kills, size, ("one", "two"))


def kill_in_rounds(course, kills, size, names, kills_a_round=60):
    """As many rounds as the kills need; most of them fall among the requests."""
    while kills > 0:
        moments = source(course)
        count = min(kills, kills_a_round)
        shares = {FACTS: count // 10, REQUESTS: count // 2, CONSEQUENCES: count // 5,
                  AFTERWARDS: count // 10}
        shares[DEADLINES] = count - sum(shares.values())
        before = course.report.kills
        course.run_round(size, lambda course, phase, lines: faults.kill_at_random(
            course, lines, shares[phase], moments, names))
        kills -= max(1, course.report.kills - before)
        if not course.report.is_right:
            return


@schedule("the broker stands still for a second just before each kill")
def frozen_broker(course, times=2, size=300):
    moments = source(course)
    course.run_round(size, lambda course, phase, lines: faults.freeze_broker_and_kill(
        course, lines, times, moments))
    if not course.report.faults["found stored and not published"]:
        course.report.sentences.append("no kill fell between the two commits")


@schedule("an instance is frozen for longer than its session, replaced, and woken up")
def zombies(course):
    directed.zombie(course, "collected:2")


@schedule("the broker is restarted and killed")
def broker_restarts(course, size=600):
    moments = source(course)
    course.run_round(size, directed.only_in(
        REQUESTS, lambda course, lines: faults.restart_broker(course, lines, moments)))


@schedule("the database is restarted and killed, with fsync", options={"durable": True})
def database_restarts(course, size=600):
    moments = source(course)
    course.run_round(size, directed.only_in(
        REQUESTS, lambda course, lines: faults.restart_database(course, lines, moments)))


@schedule("connections to both servers are cut and frozen in mid-frame", world=ProxiedWorld)
def broken_connections(course, size=900):
    moments = source(course)
    course.run_round(size, directed.only_in(
        REQUESTS, lambda course, lines: faults.disturb_connections(course, lines, moments)))


@schedule("the disk of the database is full for a while", world=SmallDiskWorld,
          is_impossible=why_not)
def full_disk(course, size=600):
    course.run_round(size, directed.only_in(REQUESTS, fill_the_disk))


# What this does to the order of one employer's facts has more than one right outcome in detail.
LOOSE = {"request_meets_contract", "decided_after_a_wait"}
# Batches of one partition that follow one another.
ONE_PARTITION = {"abort_with_next_stored", "batch_without_outputs"}
for named in (directed.first_batch, directed.abort_with_next_stored,
              directed.batch_without_outputs, directed.rebalance_with_a_queue,
              directed.takeover_of_a_transaction, directed.unknown_employer,
              directed.frozen_with_locks, directed.frozen_with_a_batch,
              directed.zombie_with_a_queue, directed.request_meets_contract,
              directed.crashed_before_the_database, directed.crashed_in_a_transaction,
              two_instances.published_after_a_rebalance, two_instances.decided_after_a_wait):
    schedule(" ".join(named.__doc__.split()), is_compared=named.__name__ not in LOOSE,
             options={"partitions": 1} if named.__name__ in ONE_PARTITION else {})(named)

schedule("a record that the store refused is tried again after ten thousand others, and the process "
         "is killed before what comes of it is published", is_compared=False,
         options={"settings": late_retry.SETTINGS})(late_retry.retry_after_ten_thousand)


@schedule("in one round: every crash point, kills at random of one and of both instances, and a kill "
          "while the broker stands still")
def medley(course, size=260):
    moments = source(course)

    def disturb(course, phase, lines):
        first, second = faults.slices(lines, 2)
        if phase == FACTS:
            faults.crash_at(course, lines, list(crash_points.FIRST_START))
        elif phase == REQUESTS:
            faults.crash_at(course, first, list(crash_points.BATCH))
            faults.freeze_broker_and_kill(course, second[:len(second) // 3], 1, moments)
            faults.kill_at_random(course, second[len(second) // 3:], 8, moments, ("one", "two"))
        elif phase == CONSEQUENCES:
            faults.crash_at(course, first, list(crash_points.SETTLING))
            faults.crash_while_republishing(course, second, list(crash_points.REPUBLISHING))
        elif phase == AFTERWARDS:
            faults.crash_behind(course, lines, crash_points.DEADLINES_DUE)
        else:
            faults.kill_at_random(course, lines, 3, moments, ("one", "two"))
    course.run_round(size, disturb)


SHORT = ["medley"]
LONG = [name for name in SCHEDULES if name not in SHORT]
