"""What tests/bench measures for long, for a moment each: everything that was sent to be measured is
decided and read once. Prints the figures and asserts none."""

import pytest
from guichet_test.backlog import Backlog
from guichet_test.drain import drain
from guichet_test.latency import latency
from guichet_test.project import fast_program
from guichet_test.restart import Drill
from guichet_test.world import World, opened

# The shortest session that a broker takes, and batches so small that a kill leaves some to decide.
SETTINGS = {"kafka.session.timeout.ms": 6_000, "batch.max_records": 50}


@pytest.fixture(scope="module", name="backlog")
def shared_backlog(postgres):
    with opened(World(postgres, executable=fast_program())) as world:
        yield Backlog(world, "benches", employers=50)


@pytest.fixture(name="told")
def open_told(capsys):
    def tell(measured):
        with capsys.disabled():
            print("", *measured.lines(), sep="\n  ")
    return tell


@pytest.mark.report
def test_latency(backlog, told):
    measured = latency(backlog, per_second=200, seconds=2, warm_up=1)
    told(measured)
    assert len(measured.took_ms) == 400
    assert all(took > 0 for took in measured.took_ms)
    backlog.check()


@pytest.mark.report
def test_refusals(backlog, told):
    backlog.fill(1000, "refused")
    measured = drain(backlog.world)
    told(measured)
    seen = len(backlog.world.reader.messages)
    backlog.check()
    assert len(backlog.world.reader.messages) == seen + 1000  # one output each


@pytest.mark.report
@pytest.mark.long  # the sessions of killed members must end
def test_kills(backlog, told):
    """Whatever moment the kill hits, the next decision is one that nobody had taken."""
    drill = Drill(backlog, count=1500, settings=SETTINGS)
    told(drill.own_restart(rounds=1))
    told(drill.takeover(rounds=1))
    drill.end()
    backlog.check()
