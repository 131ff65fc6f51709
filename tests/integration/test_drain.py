"""A burst of requests worked off; prints the rate and asserts none."""

import os

import pytest
from guichet_test.backlog import Backlog
from guichet_test.drain import drain
from guichet_test.project import fast_program
from guichet_test.stored import check_rows
from guichet_test.verdict import check_outputs
from guichet_test.world import World

COUNT = int(os.environ.get("GUICHET_DRAIN_COUNT", "5000"))


@pytest.mark.report
@pytest.mark.parametrize("kind", ["accepted", pytest.param("mixed", marks=pytest.mark.long)])
def test_a_burst(postgres, capsys, kind):
    """Every request of the burst is decided once, and the rate is printed."""
    world = World(postgres, executable=fast_program())
    try:
        world.start()
        backlog = Backlog(world, "drain", employers=200)
        backlog.fill(COUNT, kind)
        measure = drain(world)
        world.reader.read_to_end(120)
        check_rows(world, check_outputs(world.reader, backlog.events))
        with capsys.disabled():
            print("", *measure.lines(), sep="\n  ")
    finally:
        world.end()
