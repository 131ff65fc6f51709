"""How long nothing is decided after a kill -9: by the same instance, started anew at once, and by
the other one of two."""

import statistics
import time
from dataclasses import dataclass

from .figures import line
from .members import places_of, wait_for_members
from .traffic import DecisionWatch
from .waiting import wait_until

ONE, OTHER = "one", "other"
REQUESTS = "affiliation.requests.v1"
DECIDED_MOST = 0.3  # of the backlog; a kill comes at any moment until then


@dataclass
class Silences:
    """Seconds of each round."""

    name: str
    seconds: list

    def lines(self):
        """The figures as a readable table."""
        return [line(f"{self.name}, rounds", len(self.seconds)),
                line("  seconds: median", statistics.median(self.seconds), 2),
                line("           worst", max(self.seconds), 2)]


class Drill:
    """A backlog that is being worked off, in the midst of which an instance is killed."""

    def __init__(self, backlog, count, settings=None):
        self.backlog = backlog
        self.world = backlog.world
        self.count = count
        self.settings = settings or {}
        self.watch = DecisionWatch(self.world)
        self.watch.start()

    def own_restart(self, rounds):
        """Kills the only instance and starts it anew at once, under the same name."""
        return Silences("kill to own next decision", [self._restart() for _ in range(rounds)])

    def takeover(self, rounds):
        """Kills one of two; the other gets its partitions when the group has given it up."""
        return Silences("kill to the other's decision", [self._take_over() for _ in range(rounds)])

    def end(self):
        self.watch.stop()

    def _restart(self):
        instance = self._start(ONE)
        wait_for_members(self.world, 1)
        places = self._begin_drain(instance)
        instance.kill()
        killed = time.monotonic()
        instance = self._start(ONE)
        seconds = self._first_after(killed, self._undecided(places))
        self._finish(instance)
        return seconds

    def _take_over(self):
        one, other = self._start(ONE), self._start(OTHER)
        wait_for_members(self.world, 2)
        of_one = places_of(self.world, ONE)
        places = self._begin_drain(one, other)
        one.kill()
        killed = time.monotonic()
        undecided = {identity for identity in self._undecided(places)
                     if places[identity][:2] in of_one}
        seconds = self._first_after(killed, undecided)
        self._finish(other)
        return seconds

    def _start(self, name):
        return self.world.installation.start(
            "affiliation", name=name, settings={**self.settings, "guichet.instance": name})

    def _begin_drain(self, *instances):
        """Has the instances find a whole backlog at once; returns the place of each request when
        some, at least one, were decided."""
        events = self.backlog.recent(self.count)
        for instance in instances:
            instance.freeze()
        places = {(event.data["siren"], event.data["request_id"]): place
                  for event, place in zip(events, self.backlog.send(events))}
        for instance in instances:
            instance.thaw()
        some = 1 + int(self.count * self.backlog.workload.random.uniform(0, DECIDED_MOST))
        wait_until(lambda: len(self.watch.moments().keys() & places.keys()) >= some, 120,
                   f"{some} of {self.count} requests are decided")
        return places

    def _undecided(self, places):
        """The requests that nobody had decided when the instance was killed."""
        next_offsets = dict(self.world.query(
            "SELECT partition, next_offset FROM guichet.progress"
            " WHERE worker = 'affiliation' AND topic = %s", [REQUESTS]))
        return {identity for identity, (_, partition, offset) in places.items()
                if offset >= next_offsets[partition]}

    def _first_after(self, killed, undecided):
        assert undecided, f"none of {self.count} requests was left to decide at the kill: send more"
        return self.watch.wait_for_first(undecided) - killed

    def _finish(self, instance):
        """Nothing is left of this round, nor anybody of the group."""
        self.world.wait_drained("affiliation", seconds=600)
        instance.stop_cleanly()
