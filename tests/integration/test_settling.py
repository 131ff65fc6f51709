"""What a start has to look at before it reads on."""

import pytest
from guichet_test.backlog import Backlog
from guichet_test.world import World

ONE = {"guichet.instance": "one"}


@pytest.fixture(scope="module", name="world")
def open_world(postgres):
    world = World(postgres, partitions=12)
    try:
        yield world.start()
    finally:
        report = world.end()
    assert not report, report


def test_the_evidence_of_many_partitions(world):
    """The record before p is read in each of them, however much waits behind it."""
    backlog = Backlog(world, "settling", employers=100)
    backlog.add(400)
    before = world.installation.start("affiliation", name="settling-before", settings=ONE)
    world.wait_drained("affiliation")
    before.kill()
    backlog.add(4000)
    after = world.installation.start("affiliation", name="settling-after", settings=ONE)
    backlog.check(after)
    assert "cannot be read" not in after.log_text()
