"""The simulated clock: one for all processes of an installation, forward only, and told loudly."""

import itertools
from datetime import datetime, timedelta, timezone

import pytest
from guichet_test.program import EXIT_CONFIGURATION, EXIT_OK, run_program, write_ini
from guichet_test.waiting import wait_until
from guichet_test.world import World

START = datetime(2031, 3, 7, 15, tzinfo=timezone.utc)
RATE = 3600
numbers = itertools.count(1)  # a log for each process
NOW = "simulated_from + (now() - real_from) * rate"


@pytest.fixture(scope="module", name="world")
def make_world(postgres):
    """An installation in which nothing runs."""
    made = World(postgres)
    try:
        yield made.start()
    finally:
        report = made.end()
    assert not report, report


@pytest.fixture(autouse=True)
def no_anchor(world):
    """Each test begins without a simulated clock."""
    with world.postgres.connect(world.database) as connection:
        connection.execute("DELETE FROM guichet.clock_anchor")


def simulated(start=START, rate=RATE):
    settings = {"clock.simulate": "true", "clock.rate": rate}
    return settings if start is None else {**settings, "clock.start": start.isoformat()}


def anchor(world):
    """Start asked for, rate, real and simulated instant it counts from, and the simulated now."""
    rows = world.query(f"""SELECT start_asked, rate, real_from, simulated_from, {NOW}
                           FROM guichet.clock_anchor""")
    return rows[0] if rows else None


def has_told(instance):
    return "the clock is simulated" in instance.log.read_text()


def run_shortly(world, settings):
    """Starts one worker, waits until it has told of its clock, and stops it. Returns what it
    logged and its exit code."""
    name = f"process-{next(numbers)}"
    instance = world.installation.start("reference", name=name, settings=settings)
    wait_until(lambda: not instance.is_running or has_told(instance), 60,
               lambda: f"the worker tells of its clock\n{instance.log_tail()}")
    code = instance.stop(60) if instance.is_running else instance.wait_for_exit(60)
    return instance.log.read_text().splitlines(), code


def check_refused(world, settings, *parts):
    """Both `run` and `check` end with 78 and say why; the anchor stays as it was."""
    before = anchor(world)
    name = f"process-{next(numbers)}"
    instance = world.installation.start("reference", name=name, settings=settings)
    assert instance.wait_for_exit(60) == EXIT_CONFIGURATION, instance.log_tail()
    config = write_ini(world.installation.folder / "check.ini",
                       {**world.installation.settings, **settings})
    checked = run_program("check", "--config", config)
    assert checked.returncode == EXIT_CONFIGURATION, checked.stdout + checked.stderr
    for part in parts:
        assert part in instance.log.read_text() and part in checked.stderr
    after = anchor(world)
    assert (before is None and after is None) or before[:4] == after[:4]


def test_the_first_sets_it_and_the_others_follow(world):
    """Time starts where the first process says, and goes on over restarts."""
    started = datetime.now(timezone.utc)
    lines, code = run_shortly(world, simulated())
    assert code == EXIT_OK, lines
    assert any(" warning " in line and "the clock is simulated" in line for line in lines), lines
    first = anchor(world)
    assert first[:2] == (START, RATE)
    run_shortly(world, simulated())
    run_shortly(world, simulated(start=None))  # asks for no start: any will do
    second = anchor(world)
    assert second[:4] == first[:4]
    elapsed = datetime.now(timezone.utc) - started
    assert first[-1] < second[-1] <= START + elapsed * RATE


def test_another_rate_without_a_jump(world):
    """A process with another rate moves the anchor to where time stands."""
    run_shortly(world, simulated())
    before = anchor(world)
    run_shortly(world, simulated(rate=1))
    after = anchor(world)
    assert after[:2] == (START, 1)
    assert after[3] == START + (after[2] - before[2]) * RATE
    assert before[-1] <= after[-1]


def test_a_later_start_moves_it_for_all(world):
    """Forward is allowed, and the earlier start is refused from then on."""
    run_shortly(world, simulated(rate=1))
    later = START + timedelta(days=30)
    run_shortly(world, simulated(later, rate=1))
    assert anchor(world)[0] == anchor(world)[3] == later
    check_refused(world, simulated(rate=1), "clock.start", "never goes back")


def test_a_process_with_the_real_clock_is_refused(world):
    """Where time is simulated, no process may decide by another."""
    run_shortly(world, simulated(rate=1))
    check_refused(world, {}, "clock.simulate")


@pytest.mark.parametrize("settings", [{"clock.start": START.isoformat()}, {"clock.rate": RATE}],
                         ids=["start", "rate"])
def test_a_start_or_rate_of_the_real_clock(world, settings):
    """Refused, by the names of both settings, before anything is simulated."""
    check_refused(world, settings, *settings, "clock.simulate")
    assert anchor(world) is None


def test_several_first_processes_agree(world):
    """Whoever comes first sets it; the start of all is one and the same."""
    instances = [world.installation.start("reference", name=f"first-{number}",
                                          settings=simulated(start=None))
                 for number in range(4)]
    for instance in instances:
        wait_until(lambda instance=instance: has_told(instance), 60,
                   lambda instance=instance: f"its clock\n{instance.log_tail()}")
    for instance in instances:
        instance.stop_cleanly()
    told = [line for instance in instances for line in instance.log.read_text().splitlines()
            if "the clock is simulated" in line]
    assert len(told) == 4
    assert sum(line.endswith("(set)") for line in told) == 1, told
    assert sum(line.endswith("(followed)") for line in told) == 3, told
