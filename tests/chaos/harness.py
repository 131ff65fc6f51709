"""Runs one schedule from beginning to end: its course, the verdict on every round, and, where it is
to be compared, an undisturbed course over the same rounds."""

import shutil
import tempfile
from pathlib import Path

from course import SABOTAGE, Course
from guichet_test.world import World

DEFAULT_SEED = "chaos"


class Versioned:
    """Makes a kind of world with a broker of a certain version; None: that of the environment."""

    def __init__(self, world, version):
        self.world = type(world.__name__, (world,), {"KAFKA_VERSION": version})

    def __call__(self, **options):
        return self.world(**options)


def run_schedule(schedule, seed=DEFAULT_SEED, kafka=None, sabotage=None, arguments=None):
    """Returns the report; `arguments` are handed to the schedule (kills, size)."""
    keys = Path(tempfile.mkdtemp(prefix="guichet-keys-"))
    course = Course(keys, seed, world=Versioned(schedule.world, kafka), **schedule.options)
    if sabotage is not None:
        course.environment[SABOTAGE] = sabotage
    try:
        course.begin()
        schedule.run(course, **(arguments or {}))
        course.stop()
        if schedule.is_compared and sabotage is None and course.report.is_right:
            compare_with_undisturbed(course, keys, kafka)
    except AssertionError as error:
        course.report.sentences.append(str(error))
    finally:
        course.end()
        shutil.rmtree(keys, ignore_errors=True)
    course.report.schedules = 1
    return course.report


def compare_with_undisturbed(course, keys, kafka):
    """The same rounds on servers of their own, with nothing done to them."""
    calm = Course(keys, course.seed, world=Versioned(World, kafka),
                  partitions=course.world.partitions)
    try:
        outcome = calm.begin().follow(course)
        course.compare(outcome)
        course.report.sentences += [f"undisturbed: {sentence}" for sentence
                                    in calm.report.sentences]
    finally:
        calm.end()
