"""How long a request takes, at a steady pace, from being published to its decision being
readable."""

from dataclasses import dataclass

from .figures import line, percentile
from .members import wait_for_members
from .traffic import DecisionWatch, Traffic, prepared


@dataclass
class Latency:
    """What one run measured; both lists are sorted, in milliseconds."""

    per_second: int
    warm_up: int
    took_ms: list
    behind_ms: list

    def lines(self):
        """The figures as a readable table."""
        return [line("requests/s", self.per_second),
                line("warm-up left out, s", self.warm_up),
                line("requests measured", len(self.took_ms)),
                line("publish to decision readable, ms: p50", percentile(self.took_ms, 0.5), 1),
                line("                                  p90", percentile(self.took_ms, 0.9), 1),
                line("                                  p99", percentile(self.took_ms, 0.99), 1),
                line("                                  max", self.took_ms[-1], 1),
                line("sent later than its turn, ms:     p99", percentile(self.behind_ms, 0.99), 1),
                line("                                  max", self.behind_ms[-1], 1)]


def latency(backlog, per_second, seconds, warm_up):
    """Requests at a steady pace for `warm_up` and then `seconds`, all of them accepted, to one
    instance that has nothing else to do. Of the first `warm_up` seconds nothing is measured."""
    world = backlog.world
    left_out = per_second * warm_up
    events = backlog.recent(left_out + per_second * seconds)
    backlog.events += events
    traffic = Traffic(world.kafka.bootstrap, list(map(prepared, events)), per_second)
    watch = DecisionWatch(world)
    watch.start()
    instance = world.installation.start("affiliation", name="latency")
    wait_for_members(world, 1)
    traffic.start()
    traffic.finish()
    measured = list(traffic.sent.items())[left_out:]
    moments = watch.wait_for(traffic.sent)
    watch.stop()
    instance.stop_cleanly()
    return Latency(per_second, warm_up,
                   sorted((moments[identity] - sent) * 1000 for identity, sent in measured),
                   sorted(traffic.behind_ms[left_out:]))
