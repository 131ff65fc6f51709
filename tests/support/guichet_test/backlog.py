"""Requests that wait for the affiliation worker, and the check that all of them were decided and
published once, whatever happened meanwhile."""

from .verdict import check_outputs
from .workload import Workload


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
        self.world.send(*events)
        self.events += events

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
