"""A gate at a named point of a test build: as long as its file exists, threads wait there."""

import contextlib


class Gate:
    """Closed when made. Instances that are to wait at it are started with `environment`."""

    def __init__(self, course, point):
        self.path = course.world.folder / f"gate-{point}"
        self.environment = {"GUICHET_TEST_GATE": f"{point}:{self.path}"}
        self.close()

    def close(self):
        self.path.touch()

    def open(self):
        self.path.unlink(missing_ok=True)


@contextlib.contextmanager
def gate_at(course, point):
    """A gate that is open again afterwards, whatever happens."""
    gate = Gate(course, point)
    try:
        yield gate
    finally:
        gate.open()
