"""Requests that wait for the affiliation worker, and the check that all of them were decided and
published once, whatever happened meanwhile."""

from .verdict import check_outputs
from .workload import Workload, submit_now

# Requests made at once: the generator, not the program, would need the memory.
CHUNK = 5000


class Backlog:
    """Employers whose contracts are known, and all that was sent about them."""

    def __init__(self, world, seed, employers=6):
        self.world = world
        self.workload = Workload(seed, employers)
        self.events = []
        self.send(self.workload.contracts())
        account = world.installation.start("account", name="account")
        world.wait_drained("account")
        account.stop_cleanly()

    def send(self, events):
        """Returns the (topic, partition, offset) of each."""
        self.events += events
        return self.world.send(*events)

    def recent(self, count, kind="accepted"):
        """Requests of a kind, not sent; submitted a moment ago, but for mixed ones, which repeat
        earlier ones to the byte."""
        requests = self.workload.requests(kind, count)
        if kind != "mixed":
            submit_now(requests)
        return requests

    def fill(self, count, kind="accepted"):
        """Leaves so many recent requests waiting."""
        for first in range(0, count, CHUNK):
            self.send(self.recent(min(count - first, CHUNK), kind))

    def add(self, count, padding=0):
        """Requests that are all accepted, with so many bytes in a field that nobody reads."""
        requests = self.workload.plain_requests(count)
        if padding > 0:
            for request in requests:
                request.data["padding"] = "x" * padding
        self.send(requests)

    def check(self, *instances, seconds=120):
        """All is decided and published once; then the instances end in order."""
        self.world.read_all("affiliation", seconds=seconds)
        check_outputs(self.world.reader, self.events)
        for instance in instances:
            instance.stop_cleanly()
