"""A backlog of requests worked off as fast as it goes, and what that costs."""

import time
from dataclasses import dataclass

from .figures import line
from .waiting import wait_until


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
            line("requests", self.count),
            line("elapsed, s", self.seconds, 2),
            line("rate, requests/s", self.rate),
            line("processor s per 100,000: worker", self.program_seconds * per, 2),
            line("                         broker", self.broker_seconds * per, 2),
            line("                         database", self.database_seconds * per, 2),
            line("peak memory of the worker, MiB", self.program_memory_mib)]


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
