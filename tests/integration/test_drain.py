"""A burst of requests worked off; prints the rate and asserts none."""

import os

import pytest
from guichet_test.drain import drain, fill
from guichet_test.project import fast_program
from guichet_test.stored import check_rows
from guichet_test.verdict import check_outputs
from guichet_test.world import World

COUNT = int(os.environ.get("GUICHET_DRAIN_COUNT", "5000"))


@pytest.mark.report
@pytest.mark.parametrize("mixed", [False, True], ids=["all accepted", "of all kinds"])
def test_a_burst(postgres, capsys, mixed):
    """Every request of the burst is decided once, and the rate is printed."""
    world = World(postgres, executable=fast_program())
    try:
        world.start()
        events = fill(world, COUNT, employers=200, mixed=mixed)
        measure = drain(world)
        world.reader.read_to_end(120)
        check_rows(world, check_outputs(world.reader, events))
        with capsys.disabled():
            print("", *measure.lines(), sep="\n  ")
    finally:
        world.end()
