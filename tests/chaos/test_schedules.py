"""Every schedule as a test: nothing lost, nothing repeated, in order, the same final state."""

import os

import pytest
from harness import run_schedule
from schedules import LONG, SCHEDULES, SHORT

KILLS = 1000
KILLS_A_COURSE = 250


def check(report):
    print(report)  # shown by pytest -rP, and with a failure
    assert report.is_right, str(report)


def run(name, **options):
    impossible = SCHEDULES[name].is_impossible()
    if impossible:
        pytest.skip(impossible)
    return run_schedule(SCHEDULES[name], **options)


@pytest.mark.parametrize("name", SHORT)
def test_short(name):
    """At least thirty kills in about ninety seconds."""
    report = run(name)
    check(report)
    assert report.kills >= 30


@pytest.mark.long
@pytest.mark.parametrize("name", LONG)
def test_schedule(name):
    check(run(name))


@pytest.mark.long
@pytest.mark.parametrize("part", range(KILLS // KILLS_A_COURSE))
def test_kills(part):
    """A thousand kills at random, of one instance and of two in turn."""
    name = ("random_kills", "random_kills_of_two")[part % 2]
    report = run(name, seed=f"kills {part}", arguments={"kills": KILLS_A_COURSE})
    check(report)
    assert report.kills >= KILLS_A_COURSE


@pytest.mark.long
@pytest.mark.skipif("KAFKA_VERSION" in os.environ, reason="the broker's version is given")
def test_an_older_broker():
    """The protocol holds on Kafka 3.9 too."""
    check(run("medley", kafka="3.9.2"))
