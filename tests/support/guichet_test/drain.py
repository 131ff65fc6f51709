"""A backlog of requests worked off as fast as it goes, and what that costs."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from .waiting import wait_until
from .workload import Workload

# Requests made at once: the generator, not the program, would need the memory.
CHUNK = 5000


@dataclass
class Measure:
    """What one drain took. Processor times are seconds, memory MiB."""

    count: int
    seconds: float
    program_seconds: float
    broker_seconds: float
    database_seconds: float
    program_memory_mib: float

    @property
    def rate(self):
        return self.count / self.seconds

    def lines(self):
        """The figures as a readable table."""
        per = 100_000 / self.count
        return [
            f"{'requests':32}{self.count:>10,}",
            f"{'elapsed, s':32}{self.seconds:>10.2f}",
            f"{'rate, requests/s':32}{self.rate:>10,.0f}",
            f"{'processor s per 100,000: worker':32}{self.program_seconds * per:>10.2f}",
            f"{'                         broker':32}{self.broker_seconds * per:>10.2f}",
            f"{'                         database':32}{self.database_seconds * per:>10.2f}",
            f"{'peak memory of the worker, MiB':32}{self.program_memory_mib:>10.0f}"]


def submit_now(requests):
    """As they come in practice: a moment ago, so that no milestone of the clock is past."""
    now = datetime.now(timezone.utc)
    for request in requests:
        request.data["submitted_at"] = (now - timedelta(seconds=60)).isoformat(timespec="seconds")
        request.data["effective_on"] = now.date().replace(day=1).isoformat()


def fill(world, count, employers, mixed, seed="drain"):
    """Sends contracts, has them read, and leaves `count` requests waiting; returns all events."""
    workload = Workload(seed, employers)
    events = workload.contracts()
    world.send(*events)
    account = world.installation.start("account", name="account")
    world.wait_drained("account")
    account.stop_cleanly()
    make = workload.mixed_requests if mixed else workload.plain_requests
    left = count
    while left > 0:
        requests = make(min(left, CHUNK))
        if not mixed:
            submit_now(requests)
        world.send(*requests)
        events += requests
        left -= len(requests)
    return events


def drain(world, seconds=600):
    """Starts a worker on the waiting requests and measures from its first commit to its last:
    the start of the process and the joining of the group are left out."""
    waiting = world.lag("affiliation")
    instance = world.installation.start("affiliation", name="drain")
    counters = (instance, world.kafka.process, world.postgres)
    used = [counter.processor_seconds() for counter in counters]
    started, left = time.monotonic(), waiting

    def first_commit():
        nonlocal left
        left = world.lag("affiliation")
        return left < waiting

    wait_until(first_commit, 60, "the first batch is committed")
    if left > waiting / 2:  # else so small a backlog that its start cannot be left out
        used = [counter.processor_seconds() for counter in counters]
        started = time.monotonic()
    else:
        left = waiting
    wait_until(lambda: world.lag("affiliation") == 0, seconds, "the backlog is worked off")
    elapsed = time.monotonic() - started
    spent = [counter.processor_seconds() - before for counter, before in zip(counters, used)]
    memory = instance.peak_memory_mib()
    instance.stop_cleanly()
    return Measure(left, elapsed, *spent, memory)
