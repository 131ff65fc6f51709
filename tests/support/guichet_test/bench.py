"""What the benchmarks of tests/bench have in common: options, and the world they measure in."""

import argparse
import os
import sys
from pathlib import Path

from .backlog import Backlog
from .project import ROOT
from .world import World


def options_of(description):
    """A parser with the options that every benchmark has."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--employers", type=int, default=2_000, help="employers (2000)")
    parser.add_argument("--partitions", type=int, default=12, help="of each topic (12)")
    parser.add_argument("--program", type=Path, default=ROOT / "build" / "guichet",
                        help="the executable, a Release build (build/guichet)")
    parser.add_argument("--no-fsync", action="store_true", help="a database without fsync")
    parser.add_argument("-o", metavar="section.key=value", action="append", default=[],
                        dest="settings", help="a setting, e.g. batch.max_records=500")
    return parser


def settings_of(options):
    """The settings that were given by -o, by name."""
    return dict(setting.split("=", 1) for setting in options.settings)


def in_a_world(options, measure):
    """Runs `measure` with a backlog of the wanted employers, in a world like production: the
    database with fsync, the broker with its just-in-time compiler. Returns the exit code."""
    os.environ["GUICHET"] = str(options.program)
    world = World(settings=settings_of(options), durable=not options.no_fsync,
                  partitions=options.partitions, jvm_options=())
    try:
        world.start()
        measure(Backlog(world, "bench", options.employers))
    except AssertionError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        world.end()
    return 0
